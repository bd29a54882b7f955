"""Named reads and writes about schedules: a cell's own, a committee's defaults, and what follows them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, update
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.rules.words import MeetingKind, OrganisationKind
from db.models import (
    DefaultSchedule,
    Meeting,
    MeetingDocument,
    MeetingState,
    Organisation,
    Reminder,
    Reply,
    Schedule,
)
from db.organisations import is_open, list_lineage
from db.session import Session

FOLLOWED = ("rule", "at", "shift", "minutes")
"""What a cell's schedule takes from the default it follows; place, agenda and reminders stay its own."""
SET_FOR_ALL = ("profile", "prepare_days", "answer_hours")
"""What a cell sets for all its schedules alike."""
Month = tuple[int, MeetingKind, date]
"""A cell, a kind of meeting and the first day of a month."""


async def find(session: Session, cell_id: int, kind: MeetingKind) -> Schedule | None:
    """The cell's schedule for a kind of meeting; nobody else changes it before the transaction ends."""
    query = select(Schedule).where(Schedule.cell_id == cell_id, Schedule.kind == kind).with_for_update()
    return (await session.exec(query)).first()


async def list_of(session: Session, cell_id: int) -> list[Schedule]:
    """The schedules of a cell."""
    query = select(Schedule).where(Schedule.cell_id == cell_id)
    return list((await session.exec(query)).all())


async def find_own_default(
    session: Session, organisation_id: int, kind: MeetingKind
) -> DefaultSchedule | None:
    """The default a committee itself has set for a kind of meeting."""
    query = select(DefaultSchedule).where(
        DefaultSchedule.organisation_id == organisation_id, DefaultSchedule.kind == kind
    )
    return (await session.exec(query.with_for_update())).first()


async def list_defaults(session: Session, organisation_id: int) -> list[DefaultSchedule]:
    """The defaults a committee itself has set."""
    query = select(DefaultSchedule).where(DefaultSchedule.organisation_id == organisation_id)
    return list((await session.exec(query)).all())


async def find_default(session: Session, cell_id: int, kind: MeetingKind) -> DefaultSchedule | None:
    """The default that holds for a cell: the one of the nearest committee above it."""
    lineage = await list_lineage(session, cell_id)
    above = (col(DefaultSchedule.organisation_id).in_(lineage), DefaultSchedule.kind == kind)
    found = {d.organisation_id: d for d in (await session.exec(select(DefaultSchedule).where(*above))).all()}
    return next((found[number] for number in lineage if number in found), None)


async def copy_default(session: Session, default: DefaultSchedule) -> None:
    """Give the cells that follow a default what it says now; their meetings are to be planned anew."""
    values = {name: getattr(default, name) for name in FOLLOWED}
    followers = update(Schedule).where(col(Schedule.default_id) == default.id)
    await session.exec(
        followers.values(**values, planned_to=None).execution_options(synchronize_session=False)
    )


async def forget_default(session: Session, default: DefaultSchedule) -> None:
    """Drop a default, the schedules that follow it, and those of their meetings nobody was told of."""
    theirs = select_rows(col(Schedule.cell_id)).where(col(Schedule.default_id) == default.id)
    await _withdraw(session, and_(col(Meeting.cell_id).in_(theirs), col(Meeting.kind) == default.kind))
    await session.exec(delete(Schedule).where(col(Schedule.default_id) == default.id))
    await session.delete(default)
    await session.flush()


async def follow_defaults(session: Session, *, today: date, limit: int) -> int:
    """Let cells without a schedule, or with one that follows another committee's, follow the nearest above them.

    How many cells these were, at most a step of them.
    """
    if (await session.exec(select(DefaultSchedule.id).limit(1))).first() is None:
        return 0
    astray = (await session.execute(_astray(today).limit(limit))).all()
    for cell_id, default, schedule in astray:
        values = {name: getattr(default, name) for name in FOLLOWED}
        if schedule is None:
            schedule = Schedule(cell_id=cell_id, kind=default.kind, since=today, **values)
        for name, value in values.items():
            setattr(schedule, name, value)
        schedule.default_id, schedule.planned_to = default.id, None
        session.add(schedule)
    await session.flush()
    return len(astray)


def _astray(today: date) -> Any:
    """Cells that have no schedule where a default holds, or follow another than that of the nearest committee."""
    start = select(Organisation.id, Organisation.parent_id, col(Organisation.id) * 0).where(
        Organisation.kind == OrganisationKind.CELL, is_open(today)
    )
    line = start.cte("line", recursive=True)
    cell_id, at_id, far = line.c
    above = aliased(Organisation)
    line = line.union_all(
        select_rows(cell_id, col(above.parent_id), far + 1).join_from(line, above, col(above.id) == at_id)
    )
    cell_id, at_id, far = line.c
    rank = func.row_number().over(partition_by=(cell_id, DefaultSchedule.kind), order_by=far)
    near = (
        select_rows(cell_id.label("cell_id"), col(DefaultSchedule.id).label("default_id"), rank.label("rank"))
        .join_from(line, DefaultSchedule, col(DefaultSchedule.organisation_id) == at_id)
        .subquery()
    )
    its = and_(col(Schedule.cell_id) == near.c.cell_id, col(Schedule.kind) == DefaultSchedule.kind)
    follows_another = and_(
        col(Schedule.default_id).is_not(None), col(Schedule.default_id) != near.c.default_id
    )
    return (
        select_rows(near.c.cell_id, DefaultSchedule, Schedule)
        .join_from(near, DefaultSchedule, col(DefaultSchedule.id) == near.c.default_id)
        .outerjoin(Schedule, its)
        .where(near.c.rank == 1, or_(col(Schedule.id).is_(None), follows_another))
        .order_by(near.c.cell_id)
    )


async def withdraw_untold(session: Session, months: Collection[Month], *, now: datetime) -> None:
    """Take those of these months' coming meetings out of the calendar that nobody was told of or has changed."""
    if not months:
        return
    cells = {cell_id for cell_id, _, _ in months}
    query = select(Meeting).where(col(Meeting.cell_id).in_(cells), _untold(), col(Meeting.starts_at) > now)
    found = (await session.exec(query)).all()
    numbers = [m.id for m in found if (m.cell_id, m.kind, m.month) in months]
    await _withdraw(session, col(Meeting.id).in_(numbers))


async def _withdraw(session: Session, which: ColumnElement[bool]) -> None:
    untold = select_rows(col(Meeting.id)).where(which, _untold())
    await session.exec(delete(Reminder).where(col(Reminder.meeting_id).in_(untold)))
    await session.exec(delete(Meeting).where(which, _untold()))


def _untold() -> ColumnElement[bool]:
    """That nobody was told of a Meeting, has answered, or has changed, confirmed or prepared it by hand."""
    answered = select_rows(col(Reply.id)).where(col(Reply.meeting_id) == Meeting.id).exists()
    prepared = (
        select_rows(col(MeetingDocument.id)).where(col(MeetingDocument.meeting_id) == Meeting.id).exists()
    )
    return and_(
        col(Meeting.state) == MeetingState.PLANNED,
        col(Meeting.called_at).is_(None),
        col(Meeting.confirmed_at).is_(None),
        col(Meeting.sequence) == 0,
        ~answered,
        ~prepared,
    )
