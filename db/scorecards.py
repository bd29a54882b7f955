"""The numbers of the scorecard for many cells: a few statements for a subtree of any size.

Of the month that is shown they are there cell by cell, of those before it all cells taken together. What each number
is, `bot.rules.scorecard` says; the statements are in `db.scorecard_meetings` and `db.scorecard_people`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.scorecard import NOTHING, Card, Indicator, add_up, total
from db import scorecard_meetings, scorecard_people
from db.models import Organisation, OrganisationPeriod
from db.scorecard_asked import Asked, Rows
from db.session import Session
from db.task_counts import list_cells


@dataclass(frozen=True)
class Cell:
    """A cell's numbers of the month shown, and the part directly below the organisation that it is in.

    `open`: its regular meeting of the month has begun, and the roll is not closed.
    """

    id: int
    branch: int
    card: Card
    open: bool = False


@dataclass(frozen=True)
class Counted:
    """The cells of a subtree in the month shown, and all of them together in every month, oldest first."""

    cells: Sequence[Cell]
    months: Sequence[Card]


async def count(
    session: Session, organisation_id: int, *, months: Sequence[date], now: datetime, zone: ZoneInfo
) -> Counted:
    """The numbers of a subtree in some months (their first days, oldest first), of which the last is shown.

    Each as of its last day, or as of `now` (aware) in the month under way. Cells that are closed by then, or were
    not founded yet, are left out of it.
    """
    branches, _ = await list_cells(session, organisation_id)
    asked = Asked(organisation_id, list(branches), months, now, zone)
    rows, begun = await _list_rows(session, asked)
    here = await _list_here(session, asked)
    shown = {
        each: {cell: share for (cell, month), share in found.items() if month == asked.shown}
        for each, found in rows.items()
    }
    cells = [
        Cell(n, branches[n], {each: found.get(n, NOTHING) for each, found in shown.items()}, n in begun)
        for n in branches
        if (n, asked.shown) in here
    ]
    past = [_taken_together(rows, month, here) for month in asked.past]
    return Counted(cells, [*past, total(cell.card for cell in cells)])


async def _list_rows(session: Session, asked: Asked) -> tuple[Mapping[Indicator, Rows], set[int]]:
    tasked = await scorecard_people.count_tasked(session, asked)
    workers = tasked[Indicator.TASKED]
    met, begun = await scorecard_meetings.count_met(session, asked, workers)
    rows = {
        **met,
        **await scorecard_meetings.count_attendance(session, asked),
        **tasked,
        **await scorecard_meetings.count_evaluated(session, asked),
        **await scorecard_people.count_read(session, asked),
        **await scorecard_people.count_missing(session, asked, workers),
    }
    return {each: rows[each] for each in Indicator}, begun


async def _list_here(session: Session, asked: Asked) -> set[tuple[int, date]]:
    """The cells that exist on the day of a month, with each month."""
    founded = (
        select_rows(
            col(OrganisationPeriod.organisation_id).label("id"),
            func.min(col(OrganisationPeriod.since)).label("since"),
        )
        .group_by(col(OrganisationPeriod.organisation_id))
        .subquery()
    )
    query = (
        select_rows(col(Organisation.id), founded.c.since, col(Organisation.closed_on))
        .outerjoin(founded, founded.c.id == Organisation.id)
        .where(asked.is_here(Organisation.id, session))
    )
    return {
        (number, month)
        for number, since, closed in await session.rows(query, asked.numbers)
        for month in asked.months
        if (since is None or since <= asked.day(month)) and (closed is None or closed > asked.day(month))
    }


def _taken_together(rows: Mapping[Indicator, Rows], month: date, here: set[tuple[int, date]]) -> Card:
    counted: set[Any] = {where for where in here if where[1] == month} | {(None, month)}
    return {
        each: add_up([share for where, share in found.items() if where in counted])
        for each, found in rows.items()
    }
