"""What was planned for the tree of organisations, and what comes true with it when its day has come."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlmodel import col, select

from db import groups, outbox, told
from db.dated import holds
from db.models import (
    Invite,
    JoinRequest,
    Meeting,
    MeetingState,
    Organisation,
    OrganisationPeriod,
    Reminder,
    Schedule,
    Succession,
    SuccessionKind,
    Task,
    Transfer,
)
from db.session import Session


async def list_out_of_date(session: Session, *, on: date) -> list[tuple[Organisation, OrganisationPeriod]]:
    """Organisations whose name, kind or place is no longer what holds on a day, with the period that does."""
    differs = or_(
        col(Organisation.name) != OrganisationPeriod.name,
        col(Organisation.kind) != OrganisationPeriod.kind,
        col(Organisation.parent_id).is_distinct_from(OrganisationPeriod.parent_id),
    )
    query = select(Organisation, OrganisationPeriod).where(
        OrganisationPeriod.organisation_id == Organisation.id, holds(OrganisationPeriod, on), differs
    )
    return list((await session.exec(query)).all())


async def list_due(session: Session, *, on: date) -> list[Succession]:
    """Successions whose day has come and whose work is still to do."""
    query = select(Succession).where(Succession.since <= on, col(Succession.carried).is_(False))
    query = query.with_for_update(skip_locked=True)
    return list((await session.exec(query)).all())


async def carry_over(session: Session, succession: Succession) -> None:
    """Give the second organisation what the first leaves behind when it is merged: tasks, requests, transfers."""
    if succession.kind is not SuccessionKind.MERGE:
        return
    old, new = succession.from_id, succession.to_id
    still_open: list[tuple[Any, str, Any]] = [
        (Task, "cell_id", Task.closed_at),
        (JoinRequest, "cell_id", JoinRequest.decided_at),
        (Transfer, "from_cell_id", Transfer.ended_on),
        (Transfer, "to_cell_id", Transfer.ended_on),
    ]
    for table, column, ended in still_open:
        theirs = col(getattr(table, column)) == old
        await session.exec(update_rows(table).where(theirs, col(ended).is_(None)).values({column: new}))


async def end_plans(session: Session, *, now: datetime, on: date) -> int:
    """Call off what closed organisations had: schedules, meetings to come, links, groups; how many meetings."""
    closed = select(Organisation.id).where(col(Organisation.closed_on) <= on)
    await session.exec(delete_rows(Schedule).where(col(Schedule.cell_id).in_(closed)))
    await session.exec(
        update_rows(Invite)
        .where(col(Invite.cell_id).in_(closed), col(Invite.used_at).is_(None))
        .values(used_at=now)
    )
    coming = and_(
        col(Meeting.cell_id).in_(closed),
        col(Meeting.state) == MeetingState.PLANNED,
        col(Meeting.starts_at) > now,
    )
    meetings = (await session.exec(select(Meeting).where(coming))).all()
    for meeting in meetings:
        meeting.state = MeetingState.CANCELLED
        session.add(meeting)
        await session.exec(delete_rows(Reminder).where(col(Reminder.meeting_id) == meeting.id))
        await outbox.withdraw(session, about=(told.ABOUT, meeting.id or 0), now=now)
    await groups.end_of_closed(session, closed, now=now)
    return len(meetings)
