"""What the scorecard counts of meetings: which were held, who came, what was evaluated there."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.quarters import quarter_of
from bot.rules.scorecard import Indicator, Share, add_up
from bot.rules.words import MeetingKind, MembershipKind
from db.dated import holds
from db.meetings import is_thematic
from db.models import Meeting, MeetingState, Membership, Progress, RollTally
from db.scorecard_asked import Asked, Rows
from db.session import Session

Where = tuple[int | None, date]


async def count_met(
    session: Session, asked: Asked, workers: Collection[Where]
) -> tuple[dict[Indicator, Rows], set[int]]:
    """Which cells met, hold a thematic meeting in the quarter and held a residential one in it.

    `workers` has the cells, by month, in which anybody is to come. With the cells whose regular meeting of the month
    shown has begun and whose roll is open.
    """
    closed, open_, thematic, residential = await _list_met(session, asked)
    quarters = {month: quarter_of(month) for month in asked.months}
    no, yes = Share(0, 1), Share(1, 1)
    return {
        Indicator.MET: {where: yes if where in closed else no for where in workers},
        Indicator.THEMATIC: {
            (cell, month): yes if (cell, quarters[month]) in thematic else no for cell, month in workers
        },
        Indicator.RESIDENTIAL: {
            (cell, month): yes if (cell, quarters[month]) in residential else no
            for cell, month in await _list_with_residents(session, asked)
        },
    }, {cell for cell, month in open_ if month == asked.shown}


async def _list_met(session: Session, asked: Asked) -> tuple[set[Any], set[Any], set[Any], set[Any]]:
    """Cells by month with a closed regular meeting, and with an open one; by quarter with a thematic meeting, and
    with a closed residential one."""
    span, is_closed = asked.quarters, col(Meeting.state) == MeetingState.CLOSED
    is_regular = and_(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.month).in_(asked.months))
    is_open = and_(col(Meeting.state) == MeetingState.PLANNED, col(Meeting.starts_at) < asked.now)
    facts = (
        and_(is_regular, is_closed),
        and_(is_regular, is_open),
        is_thematic(),
        and_(col(Meeting.kind) == MeetingKind.RESIDENTIAL, is_closed),
    )
    query = (
        select_rows(col(Meeting.cell_id), col(Meeting.month), *(case((fact, 1), else_=0) for fact in facts))
        .where(asked.is_here(Meeting.cell_id, session), or_(*facts))
        .where(col(Meeting.month) >= span.since, col(Meeting.month) < span.until)
    )
    rows = await session.rows(query, asked.numbers)
    quarters = {month: quarter_of(month) for month in span.months}
    return (
        {(row[0], row[1]) for row in rows if row[2]},
        {(row[0], row[1]) for row in rows if row[3]},
        {(row[0], quarters[row[1]]) for row in rows if row[4]},
        {(row[0], quarters[row[1]]) for row in rows if row[5]},
    )


async def _list_with_residents(session: Session, asked: Asked) -> list[tuple[int, date]]:
    """Cells, by month, where members of other cells are registered as residents."""
    lived_in = [func.max(case((holds(Membership, asked.day(month)), 1), else_=0)) for month in asked.months]
    query = (
        select_rows(col(Membership.cell_id), *lived_in)
        .where(asked.is_here(Membership.cell_id, session))
        .where(col(Membership.kind) == MembershipKind.RESIDENTIAL)
        .group_by(col(Membership.cell_id))
    )
    return [
        (cell, month)
        for cell, *marks in await session.rows(query, asked.numbers)
        for month, mark in zip(asked.months, marks, strict=True)
        if mark
    ]


async def count_attendance(session: Session, asked: Asked) -> dict[Indicator, Rows]:
    """Who came to the regular meetings of each month, and to the residential ones of its quarter.

    By cell as far as the month shown needs it: years of rolls of a province are added up where they lie.
    """
    kind, month = col(Meeting.kind), col(Meeting.month)
    first, after = quarter_of(asked.shown)
    is_regular = and_(kind == MeetingKind.REGULAR, month.in_(asked.months))
    is_residential = kind == MeetingKind.RESIDENTIAL
    by_cell = or_(and_(is_regular, month == asked.shown), and_(is_residential, month >= first, month < after))
    cell = case((by_cell, col(Meeting.cell_id))).label("cell")
    came = col(RollTally.present) + col(RollTally.late)
    had_to = came + col(RollTally.excused) + col(RollTally.unexcused)
    query = (
        select_rows(cell, kind, month, func.sum(came), func.sum(had_to))
        .join(RollTally, col(RollTally.meeting_id) == Meeting.id)
        .where(asked.is_here(Meeting.cell_id, session), or_(is_regular, is_residential))
        .where(month >= asked.quarters.since, month < asked.quarters.until)
        .where(col(Meeting.state) == MeetingState.CLOSED)
        .group_by(cell, kind, month)
    )
    regular: dict[Where, Share] = {}
    residential: dict[Where, list[Share]] = defaultdict(list)
    for where, its_kind, its_month, done, of in await session.rows(query, asked.numbers):
        if its_kind == MeetingKind.REGULAR:
            regular[where, its_month] = Share(int(done), int(of))
            continue
        for each in asked.months:
            if quarter_of(each) == quarter_of(its_month):
                residential[where, each].append(Share(int(done), int(of)))
    added = {where: add_up(shares) for where, shares in residential.items()}
    return {Indicator.ATTENDANCE: regular, Indicator.RESIDENTS: added}


async def count_evaluated(session: Session, asked: Asked) -> dict[Indicator, Rows]:
    """How much of what closed regular meetings had to evaluate they did; what they had to, they keep rows of."""
    month = col(Meeting.month)
    cell = case((month == asked.shown, col(Meeting.cell_id))).label("cell")
    done = func.count(col(Progress.evaluated))
    query = (
        select_rows(cell, month, done, func.count())
        .join(Progress, col(Progress.meeting_id) == Meeting.id)
        .where(asked.is_here(Meeting.cell_id, session), month.in_(asked.months))
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.CLOSED)
        .group_by(cell, month)
    )
    rows = await session.rows(query, asked.numbers)
    return {Indicator.EVALUATED: {(where, each): Share(done, of) for where, each, done, of in rows}}
