"""Named reads for what is said about meetings: of many at once, and no more of each than is needed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select as select_rows
from sqlalchemy import update
from sqlmodel import col, select

from bot.rules.attendance import Standing, standing
from bot.rules.words import Answer, MeetingKind, ReminderStep, RoleName, Status
from db.many import is_among
from db.meetings import is_away, kinds_of_list
from db.models import Meeting, Member, Membership, Organisation, Reminder, Reply, Role, StatusPeriod
from db.people import holds
from db.session import Session


class Due(NamedTuple):
    """A planned message whose time has come, with its meeting and the cell that meets."""

    id: int
    step: ReminderStep
    meeting: Meeting
    cell: Organisation


@dataclass(frozen=True, slots=True)
class Guest:
    """A member of a meeting's list, what the meeting may expect of them, and their answer if there is one."""

    member_id: int
    name: str
    standing: Standing
    answer: Answer | None


class Leader(NamedTuple):
    """Who leads a cell, and as what."""

    member_id: int
    role: RoleName


async def list_due(session: Session, *, now: datetime, limit: int) -> list[Due]:
    """Planned messages whose time has come, earliest first, that nobody else is saying or deciding about."""
    query = (
        select_rows(col(Reminder.id), col(Reminder.step), Meeting, Organisation)
        .join(Meeting, col(Meeting.id) == Reminder.meeting_id)
        .join(Organisation, col(Organisation.id) == Meeting.cell_id)
        .where(col(Reminder.done_at).is_(None), col(Reminder.due_at) <= now)
        .order_by(col(Reminder.due_at), col(Reminder.id))
        .limit(limit)
        .with_for_update(of=(Reminder, Meeting), skip_locked=True, key_share=True)
    )
    return [Due(*row) for row in (await session.execute(query)).all()]


async def finish(session: Session, told: Mapping[int, int], *, now: datetime) -> None:
    """Note that planned messages were dealt with, and how many people each was told to."""
    alike: dict[int, list[int]] = defaultdict(list)
    for number, people in told.items():
        alike[people].append(number)
    for people, numbers in alike.items():
        change = update(Reminder).where(is_among(session, Reminder.id, numbers))
        await session.execute(
            change.values(done_at=now, told=people).execution_options(synchronize_session=False)
        )


async def note_called(session: Session, meeting_ids: Collection[int], *, now: datetime) -> None:
    """Note that these meetings were called."""
    if not meeting_ids:
        return
    change = update(Meeting).where(is_among(session, Meeting.id, meeting_ids))
    await session.execute(change.values(called_at=now).execution_options(synchronize_session=False))


async def list_guests(session: Session, meetings: Iterable[tuple[Meeting, date]]) -> dict[int, list[Guest]]:
    """The lists of meetings, each as of the local date that stands with it, by the meetings' numbers."""
    alike: dict[tuple[date, bool], dict[int, MeetingKind]] = defaultdict(dict)
    for meeting, on in meetings:
        alike[on, meeting.kind == MeetingKind.RESIDENTIAL][meeting.id or 0] = meeting.kind
    guests: dict[int, list[Guest]] = defaultdict(list)
    for (on, residential), kinds in alike.items():
        query = _guests(on, residential=residential).where(is_among(session, Meeting.id, kinds))
        for meeting_id, member_id, name, belongs, exempt, status, gone, answer in await session.rows(query):
            stands = standing(kinds[meeting_id], belongs, status or Status.OFFICIAL, gone, exempt)
            guests[meeting_id].append(Guest(member_id, name, stands, answer))
    return guests


async def list_leaders(session: Session, cell_ids: Collection[int], *, on: date) -> dict[int, list[Leader]]:
    """Who leads these cells on a day, by cell."""
    query = (
        select(col(Role.organisation_id), col(Role.member_id), col(Role.name))
        .where(is_among(session, Role.organisation_id, cell_ids), holds(Role, on))
        .where(col(Role.name).in_((RoleName.SECRETARY, RoleName.DEPUTY)))
        .order_by(col(Role.member_id))
    )
    leaders: dict[int, list[Leader]] = defaultdict(list)
    for cell_id, member_id, role in (await session.exec(query)).all():
        leaders[cell_id or 0].append(Leader(member_id, role))
    return leaders


def _guests(on: date, *, residential: bool) -> Any:
    return (
        select_rows(
            col(Meeting.id),
            col(Member.id),
            col(Member.name),
            col(Membership.kind),
            col(Membership.exempt),
            col(StatusPeriod.status),
            is_away(col(Meeting.cell_id), on),
            col(Reply.answer),
        )
        .join(Membership, col(Membership.cell_id) == Meeting.cell_id)
        .join(Member, col(Member.id) == Membership.member_id)
        .outerjoin(StatusPeriod, (col(StatusPeriod.member_id) == Member.id) & holds(StatusPeriod, on))
        .outerjoin(Reply, (col(Reply.member_id) == Member.id) & (col(Reply.meeting_id) == Meeting.id))
        .where(holds(Membership, on))
        .where(col(Membership.kind).in_(kinds_of_list(residential=residential)))
        .order_by(col(Meeting.id), col(Member.id))
    )
