"""What the scorecard counts of people: who has a task, who confirmed what was to be read, who has been missing."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.scorecard import AMBER, NOTICE_MONTHS, Indicator, Share
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, MembershipKind, RollState, Status
from db import people
from db.dated import holds
from db.many import how_many, is_one_of
from db.meetings import is_lent
from db.models import (
    Assignment,
    Meeting,
    MeetingState,
    Membership,
    Notice,
    NoticeState,
    Recipient,
    RollMark,
    StatusPeriod,
    Task,
)
from db.scorecard_asked import Asked, Rows
from db.session import Session

EXEMPT = (Status.EXEMPT, Status.TEMPORARILY_EXEMPT)


async def count_tasked(session: Session, asked: Asked) -> dict[Indicator, Rows]:
    """Who has an open task of those whom their cell can give any, by cell and month; see `db.tasks.list_workers`.

    Everybody is looked at once for all months.
    """
    freed, lent, tasked = _freed(asked), _lent(asked), _tasked(asked, session)
    here, sums = col(Membership.cell_id), []
    for number, month in enumerate(asked.months):
        away = and_(lent.c[f"at{number}"] != here, col(Membership.kind) != MembershipKind.TEMPORARY)
        works = and_(
            holds(Membership, asked.day(month)),
            func.coalesce(freed.c[f"is{number}"], 0) == 0,
            ~func.coalesce(away, False),
        )
        sums += [how_many(and_(works, tasked.c[f"is{number}"] == 1)), how_many(works)]
    theirs = and_(tasked.c.member_id == Membership.member_id, tasked.c.cell_id == here)
    query = (
        select_rows(here, *sums)
        .outerjoin(freed, freed.c.member_id == Membership.member_id)
        .outerjoin(lent, lent.c.member_id == Membership.member_id)
        .outerjoin(tasked, theirs)
        .where(asked.is_here(here, session), col(Membership.kind).in_(people.COUNTED))
        .group_by(here)
    )
    rows = await session.rows(query, asked.numbers)
    return {Indicator.TASKED: {at: share for at, share in _by_month(rows, asked) if share.of}}


def _freed(asked: Asked) -> Any:
    """Whether each of the exempt is so on the day of each month."""
    flags = [
        func.max(case((holds(StatusPeriod, asked.day(month)), 1), else_=0)).label(f"is{number}")
        for number, month in enumerate(asked.months)
    ]
    member = col(StatusPeriod.member_id)
    is_exempt = col(StatusPeriod.status).in_(EXEMPT)
    return select_rows(member, *flags).where(is_exempt).group_by(member).subquery()


def _lent(asked: Asked) -> Any:
    """In which cell each of those transferred for a time is on the day of each month."""
    there = [
        func.max(case((holds(Membership, asked.day(month)), col(Membership.cell_id)))).label(f"at{number}")
        for number, month in enumerate(asked.months)
    ]
    member = col(Membership.member_id)
    is_lent = col(Membership.kind) == MembershipKind.TEMPORARY
    return select_rows(member, *there).where(is_lent).group_by(member).subquery()


def _tasked(asked: Asked, session: Session) -> Any:
    """Whether each member has a task of a cell that is open at the end of the day of each month."""
    flags = [
        func.max(
            case((and_(holds(Assignment, asked.day(month)), _is_open_at(asked.end(month))), 1), else_=0)
        ).label(f"is{number}")
        for number, month in enumerate(asked.months)
    ]
    whose = col(Task.cell_id), col(Assignment.member_id)
    query = select_rows(*whose, *flags).join(Assignment, col(Assignment.task_id) == Task.id)
    return query.where(asked.is_here(Task.cell_id, session)).group_by(*whose).subquery()


def _is_open_at(moment: datetime) -> ColumnElement[bool]:
    return or_(col(Task.closed_at).is_(None), col(Task.closed_at) >= moment)


async def count_missing(session: Session, asked: Asked, tasked: Rows) -> dict[Indicator, Rows]:
    """Who is amber or red by each month, of those a cell counts on the day of the month shown; see `db.caring`.

    `tasked` says, by cell and month, out of how many. The absences of a member count wherever they were.
    """
    whose: Any = (col(Membership.cell_id).label("cell"), col(RollMark.member_id))
    year = [and_(col(Meeting.month) >= date(m.year, 1, 1), col(Meeting.month) <= m) for m in asked.months]
    months = [
        func.count(func.distinct(case((fact, col(Meeting.month))))).label(f"in{n}")
        for n, fact in enumerate(year)
    ]
    each = (
        select_rows(*whose, *months)
        .select_from(Meeting)
        .join(RollMark, col(RollMark.meeting_id) == Meeting.id)
        .join(Membership, col(Membership.member_id) == RollMark.member_id)
        .where(asked.is_here(Membership.cell_id, session), *_counts(asked.day(asked.shown)))
        .where(is_one_of(RollMark.state, RollState.UNEXCUSED), or_(*year))
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.CLOSED)
        .group_by(*whose)
        .subquery()
    )
    sums = [how_many(each.c[f"in{number}"] >= AMBER) for number, _ in enumerate(asked.months)]
    query = select_rows(each.c.cell, *sums).group_by(each.c.cell)
    found: dict[tuple[int | None, date], int] = {
        (cell, month): int(many)
        for cell, *counts in await session.rows(query, asked.numbers)
        for month, many in zip(asked.months, counts, strict=True)
    }
    return {Indicator.MISSING: {at: Share(found.get(at, 0), share.of) for at, share in tasked.items()}}


def _counts(day: date) -> tuple[ColumnElement[bool], ...]:
    """That a Membership makes somebody one of those a cell counts on a day: of record and not away, or for a time."""
    return col(Membership.kind).in_(people.COUNTED), holds(Membership, day), ~is_lent(day)


async def count_read(session: Session, asked: Asked) -> dict[Indicator, Rows]:
    """How many confirmed the notices of the last months, of those they were for, as of each month's day."""
    found: dict[tuple[int | None, date], Share] = {}
    shown = col(Recipient.cell_id), _confirmed_by(asked.end(asked.shown)), func.count()
    for cell, done, of in await session.rows(
        _recipients(asked, session, asked.shown, *shown).group_by(col(Recipient.cell_id)), asked.numbers
    ):
        found[cell, asked.shown] = Share(int(done), of)
    for month in asked.past:
        counts = _confirmed_by(asked.end(month)), func.count()
        [(done, of)] = await session.rows(_recipients(asked, session, month, *counts), asked.numbers)
        found[None, month] = Share(int(done), of)
    return {Indicator.READ: found}


def _recipients(asked: Asked, session: Session, month: date, *columns: Any) -> Any:
    since = asked.midnight(Span.back(NOTICE_MONTHS, month).since)
    return (
        select_rows(*columns)
        .select_from(Notice)
        .join(Recipient, col(Recipient.notice_id) == Notice.id)
        .where(asked.is_here(Recipient.cell_id, session), col(Notice.state) != NoticeState.DRAFT)
        .where(col(Notice.sent_at) >= since, col(Notice.sent_at) < asked.end(month))
    )


def _confirmed_by(moment: datetime) -> Any:
    return how_many(col(Recipient.confirmed_at) < moment)


def _by_month(rows: Iterable[Any], asked: Asked) -> Iterator[tuple[tuple[int, date], Share]]:
    """Rows of a cell and then, for each month, so many of so many."""
    for cell, *numbers in rows:
        for month, done, of in zip(asked.months, numbers[::2], numbers[1::2], strict=True):
            yield (cell, month), Share(int(done), int(of))
