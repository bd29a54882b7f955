"""What there is to draw, for who may see it: a cell's year by name, everything else in numbers."""

from datetime import date, datetime

from bot.actions import auditing, scorecards
from bot.actions.authority import authorise
from bot.errors import NotFound
from bot.reports.pictures import Attendance, Grid, Picture, Progress, Score, Scorecard
from bot.rules.permissions import Right
from bot.rules.spans import Span
from bot.rules.words import AuditVerb, MeetingKind, OrganisationKind
from bot.texts import Texts
from db import attendance_counts, organisations, task_months
from db.models import Member
from db.session import Session

MONTHS = 12
"""So many months a line or a row of bars has, this one among them."""


async def grid(session: Session, *, cell_id: int, year: int, by: Member, today: date) -> Grid:
    """The year of a cell, by name. NotAllowed for who may not see the names; NotFound for what is no cell."""
    await authorise(session, by, Right.SEE_NAMES, cell_id, on=today)
    cell = await organisations.get(session, cell_id)
    if cell.kind is not OrganisationKind.CELL:
        raise NotFound
    members = await attendance_counts.list_year(session, cell_id, year)
    return Grid(cell.name, year, [(each.member.name, each.months) for each in members])


async def note_grid(
    session: Session, *, cell_id: int, count: int, by: Member, now: datetime, today: date
) -> None:
    """Somebody takes along the names of so many. NotAllowed for who may not see them."""
    role = await authorise(session, by, Right.SEE_NAMES, cell_id, on=today)
    where = {"organisation_id": cell_id, "count": count}
    auditing.note(session, AuditVerb.EXPORTED, now=now, by=by, role=role, **where)


async def attendance(
    session: Session, *, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> Picture:
    """Who came, month by month. NotAllowed for who may not see the numbers; so for those below."""
    name, span = await _look(session, organisation_id, by, texts.day_of(now))
    held = await attendance_counts.count_months(session, organisation_id, span)
    rates = {month: each.count.rate for (month, kind), each in held.items() if kind is MeetingKind.REGULAR}
    return Attendance(name, [(month, rates.get(month)) for month in span.months])


async def progress(
    session: Session, *, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> Picture:
    """How tasks were evaluated, month by month."""
    name, span = await _look(session, organisation_id, by, texts.day_of(now))
    counts = await task_months.count_evaluations(session, organisation_id, span)
    return Progress(name, [(month, counts.get(month, {})) for month in span.months])


async def scorecard(
    session: Session, *, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> Picture:
    """The scorecard of this month, with the months before it."""
    top, months = await scorecards.trend_of(
        session, organisation_id=organisation_id, by=by, now=now, texts=texts
    )
    *_, shown = months
    scores = [
        Score(
            line.indicator, line.share, line.target, line.reached, [months[m][n].share.rate for m in months]
        )
        for n, line in enumerate(months[shown])
    ]
    return Scorecard(top.name, shown, scores)


async def _look(session: Session, organisation_id: int, by: Member, today: date) -> tuple[str, Span]:
    await authorise(session, by, Right.SEE_TOTALS, organisation_id, on=today)
    return (await organisations.get(session, organisation_id)).name, Span.back(MONTHS, today)
