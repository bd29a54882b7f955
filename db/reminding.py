"""Named reads for what is said about meetings: of many at once, and no more of each than is needed.

Their statements are built once: building one costs Python more than running it costs the database.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, bindparam, update
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.attendance import Standing, standing
from bot.rules.permissions import OFFICERS, SECRETARIES
from bot.rules.words import Answer, MeetingKind, ReminderStep, RoleName, Status
from db import invited
from db.dated import holds
from db.many import is_among
from db.meetings import is_away, kinds_of_list
from db.models import (
    Meeting,
    Member,
    Membership,
    Organisation,
    Reminder,
    Reply,
    Role,
    Snooze,
    StatusPeriod,
)
from db.session import Session, has_one_writer
from db.types import Utc


class Due(NamedTuple):
    """A planned message whose time has come, with its meeting and the cell that meets."""

    id: int
    step: ReminderStep
    meeting: Meeting
    cell: Organisation


@dataclass(frozen=True, slots=True)
class Guest:
    """A member of a meeting's list, what the meeting may expect of them, and their answer if there is one.

    `fewer`: wants fewer reminders. `put_off_to`: asked to be asked again then.
    """

    member_id: int
    name: str
    standing: Standing
    answer: Answer | None
    fewer: bool = False
    put_off_to: datetime | None = None


class Leader(NamedTuple):
    """Who leads a cell or follows it for the committee, and as what."""

    member_id: int
    role: RoleName


async def list_due(session: Session, *, now: datetime, limit: int) -> list[Due]:
    """Planned messages whose time has come, earliest first, that nobody else is saying or deciding about."""
    found = await session.execute(_DUE, {"now": now, "most": limit})
    return [Due(*row) for row in found.all()]


async def finish(session: Session, told: Mapping[int, int], *, now: datetime) -> None:
    """Note that planned messages were dealt with, and how many people each was told to."""
    alike: dict[int, list[int]] = defaultdict(list)
    for number, people in told.items():
        alike[people].append(number)
    for people, numbers in alike.items():
        values = {"numbers": numbers, "now": now, "people": people}
        await session.execute(_finish(has_one_writer(session)), values)


async def note_called(session: Session, meeting_ids: Collection[int], *, now: datetime) -> None:
    """Note that these meetings were called."""
    if meeting_ids:
        values = {"numbers": list(meeting_ids), "now": now}
        await session.execute(_note_called(has_one_writer(session)), values)


async def list_guests(session: Session, meetings: Iterable[tuple[Meeting, date]]) -> dict[int, list[Guest]]:
    """The lists of meetings, each as of the local date that stands with it, by the meetings' numbers."""
    alike: dict[tuple[date, bool], dict[int, MeetingKind]] = defaultdict(dict)
    by_name = []
    for meeting, on in meetings:
        if meeting.kind is MeetingKind.COMMITTEE:
            by_name.append(meeting.id or 0)
            continue
        alike[on, meeting.kind == MeetingKind.RESIDENTIAL][meeting.id or 0] = meeting.kind
    guests: dict[int, list[Guest]] = defaultdict(list)
    for (on, residential), kinds in alike.items():
        query = _guests(has_one_writer(session), residential)
        rows = await session.rows(query, {"numbers": list(kinds), "on": on})
        for meeting_id, member_id, name, belongs, exempt, status, gone, *said in rows:
            stands = standing(kinds[meeting_id], belongs, status or Status.OFFICIAL, gone, exempt)
            guests[meeting_id].append(Guest(member_id, name, stands, *said))
    for called in await invited.list_invited(session, by_name) if by_name else ():
        member, answer = called.member, called.reply.answer if called.reply else None
        said = (answer, member.fewer_reminders, called.put_off_to)
        guests[called.meeting_id].append(Guest(member.id or 0, member.name, Standing.MUST_ATTEND, *said))
    return guests


async def list_leaders(session: Session, cell_ids: Collection[int], *, on: date) -> dict[int, list[Leader]]:
    """Who leads these cells or committees, or follows a cell, on a day; by their numbers."""
    query = _leaders(has_one_writer(session))
    leaders: dict[int, list[Leader]] = defaultdict(list)
    for cell_id, member_id, role in await session.rows(query, {"numbers": list(cell_ids), "on": on}):
        leaders[cell_id].append(Leader(member_id, role))
    return leaders


_NOW: Any = bindparam("now", type_=Utc)
_ON: Any = bindparam("on", type_=Date)

_DUE = (
    select_rows(col(Reminder.id), col(Reminder.step), Meeting, Organisation)
    .join(Meeting, col(Meeting.id) == Reminder.meeting_id)
    .join(Organisation, col(Organisation.id) == Meeting.cell_id)
    .where(col(Reminder.done_at).is_(None), col(Reminder.due_at) <= _NOW)
    .order_by(col(Reminder.due_at), col(Reminder.id))
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=(Reminder, Meeting), skip_locked=True, key_share=True)
)


@cache
def _finish(one_writer: bool) -> Any:
    reminders = Reminder.__table__  # type: ignore[attr-defined]
    people = bindparam("people", type_=Integer)
    which = is_among(reminders.c.id, one_writer=one_writer)
    return update(reminders).where(which).values(done_at=_NOW, told=people)


@cache
def _note_called(one_writer: bool) -> Any:
    meetings = Meeting.__table__  # type: ignore[attr-defined]
    return update(meetings).where(is_among(meetings.c.id, one_writer=one_writer)).values(called_at=_NOW)


@cache
def _guests(one_writer: bool, residential: bool) -> Any:
    return (
        select_rows(
            col(Meeting.id),
            col(Member.id),
            col(Member.name),
            col(Membership.kind),
            col(Membership.exempt),
            col(StatusPeriod.status),
            is_away(col(Meeting.cell_id), _ON),
            col(Reply.answer),
            col(Member.fewer_reminders),
            col(Snooze.due_at),
        )
        .join(Membership, col(Membership.cell_id) == Meeting.cell_id)
        .join(Member, col(Member.id) == Membership.member_id)
        .outerjoin(StatusPeriod, (col(StatusPeriod.member_id) == Member.id) & holds(StatusPeriod, _ON))
        .outerjoin(Reply, (col(Reply.member_id) == Member.id) & (col(Reply.meeting_id) == Meeting.id))
        .outerjoin(Snooze, (col(Snooze.member_id) == Member.id) & (col(Snooze.meeting_id) == Meeting.id))
        .where(is_among(Meeting.id, one_writer=one_writer), holds(Membership, _ON))
        .where(col(Membership.kind).in_(kinds_of_list(residential=residential)))
        .order_by(col(Meeting.id), col(Member.id))
    )


@cache
def _leaders(one_writer: bool) -> Any:
    return (
        select_rows(col(Role.organisation_id), col(Role.member_id), col(Role.name))
        .where(is_among(Role.organisation_id, one_writer=one_writer), holds(Role, _ON))
        .where(col(Role.name).in_(SECRETARIES | OFFICERS | {RoleName.FOLLOWER}))
        .order_by(col(Role.member_id))
    )
