"""Meetings that are called by hand: what cannot wait, a thematic one, and those of a committee; and what is owed.

A thematic meeting is due once a quarter. A regular one that is thematic too counts for both.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.actions.authority import authorise
from bot.actions.scheduling import MINUTES, reminders_of, row_of
from bot.errors import BadInput
from bot.rules.permissions import OFFICERS, Right
from bot.rules.quarters import quarter_of
from bot.rules.words import MeetingKind, ReminderProfile, RoleName
from bot.texts import Texts
from db import invited, meetings, organisations, people, schedules
from db.many import insert_new
from db.models import Meeting, Member, Reminder
from db.session import Session

BY_HAND = (MeetingKind.EXTRAORDINARY, MeetingKind.THEMATIC)
"""What who leads a cell calls by hand."""
ANSWER_HOURS = 12


class Called(StrEnum):
    """Who is called to a committee's meeting."""

    COMMITTEE = "committee"
    """Its officers, and those who follow its cells."""
    SECRETARIES = "secretaries"
    """These, and the secretaries of its cells."""


async def call(
    session: Session,
    *,
    organisation_id: int,
    by: Member,
    kind: MeetingKind,
    starts_at: datetime,
    place: str = "",
    minutes: int = MINUTES,
    title: str = "",
    called: Called = Called.COMMITTEE,
    now: datetime,
    texts: Texts,
) -> Meeting:
    """Call a meeting; the invitation leaves as it does for a planned one, at once where little time is left.

    NotAllowed unless `by` leads the cell, or is an officer of the committee; BadInput for a time that has passed.
    """
    today, is_committee = texts.day_of(now), kind is MeetingKind.COMMITTEE
    right = Right.CALL_COMMITTEE if is_committee else Right.LEAD
    await authorise(session, by, right, organisation_id, on=today)
    if starts_at <= now:
        raise BadInput("meeting_past")
    if not is_committee and kind not in BY_HAND:
        raise BadInput("meeting_not_by_hand")
    own = await schedules.list_of(session, organisation_id)
    meeting = Meeting(
        cell_id=organisation_id,
        kind=kind,
        profile=own[0].profile if own else ReminderProfile.STANDARD,
        month=texts.day_of(starts_at).replace(day=1),
        starts_at=starts_at,
        place=place,
        minutes=minutes,
        title=title[:200],
        confirmed_at=now,
        answer_by=max(now, starts_at - timedelta(hours=ANSWER_HOURS)),
    )
    session.add(meeting)
    await session.flush()
    if is_committee:
        to = await _list_called(session, organisation_id, called, on=today)
        await invited.add(session, meeting.id or 0, to)
    await insert_new(session, Reminder, [reminders_of(row_of(meeting), now=now, texts=texts)])
    return meeting


async def owes_thematic(session: Session, cell_id: int, *, today: date) -> bool:
    """Whether a cell has had no thematic meeting in the quarter so far, and has none coming in it."""
    return not await meetings.list_with_thematic(session, [cell_id], *quarter_of(today))


async def _list_called(session: Session, committee_id: int, called: Called, *, on: date) -> Collection[int]:
    above = await people.list_holders(session, committee_id, OFFICERS, on=on)
    roles = {RoleName.FOLLOWER} | ({RoleName.SECRETARY} if called is Called.SECRETARIES else set())
    below = await people.list_holders_below(session, organisations.subtree(committee_id), roles, on=on)
    return {member.id for member in (*above, *below) if member.id is not None}
