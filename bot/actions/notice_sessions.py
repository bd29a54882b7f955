"""A notice studied together at a cell's meeting: everybody the roll says was there has confirmed it.

It can be said before the roll is closed, and afterwards; whom it confirms follows the closed roll, also when that
is corrected.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.actions.authority import authorise
from bot.errors import NotAllowed, NotFound, TooLate
from bot.rules.permissions import Right
from bot.rules.words import MeetingKind
from bot.texts import Texts
from db import meetings, notice_sessions, organisations
from db.models import Meeting, MeetingState, Member, Notice, Organisation
from db.session import Session

ELSEWHERE = (MeetingKind.COMMITTEE, MeetingKind.RESIDENTIAL)
"""Meetings of people whom no notice counts there."""


@dataclass(frozen=True)
class Studied:
    """A meeting with what its cell may have studied there, and whether it has."""

    meeting: Meeting
    cell: Organisation
    notices: list[tuple[Notice, bool]]


async def look(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Studied:
    """What a meeting may have studied. NotAllowed unless `by` leads the cell; TooLate for one that was not held.

    A committee's meetings and those of residents study nothing here: no notice counts them.
    """
    meeting = await meetings.get(session, meeting_id)
    return await _look(session, meeting, by, now=now, texts=texts)


async def record(
    session: Session,
    *,
    meeting_id: int,
    notice_id: int,
    studied: bool,
    by: Member,
    now: datetime,
    texts: Texts,
) -> Studied:
    """Note whether a notice was studied at a meeting; the same again changes nothing.

    NotFound for a notice that is none of the cell's; TooLate before the meeting's day.
    """
    meeting = await meetings.get(session, meeting_id, for_update=True)
    seen = await _look(session, meeting, by, now=now, texts=texts)
    if notice_id not in {notice.id for notice, _ in seen.notices}:
        raise NotFound
    if texts.day_of(now) < texts.day_of(meeting.starts_at):
        raise TooLate("roll_too_early")
    if studied:
        await notice_sessions.record(session, notice_id, meeting_id, by_id=by.id or 0, now=now)
    else:
        await notice_sessions.take_back(session, notice_id, meeting_id)
    await follow_roll(session, meeting, now=now)
    return await _look(session, meeting, by, now=now, texts=texts)


async def follow_roll(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Let what was studied at a meeting be confirmed by those who were there, once its roll is closed."""
    if meeting.state is MeetingState.CLOSED:
        await session.flush()
        await notice_sessions.confirm_present(session, meeting.id or 0, now=now)


async def _look(session: Session, meeting: Meeting, by: Member, *, now: datetime, texts: Texts) -> Studied:
    await authorise(session, by, Right.LEAD, meeting.cell_id, on=texts.day_of(now))
    if meeting.kind in ELSEWHERE:
        raise NotAllowed("notice_session_other")
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD):
        raise TooLate("meeting_cancelled")
    cell = await organisations.get(session, meeting.cell_id)
    on = texts.day_of(meeting.starts_at)
    found = await notice_sessions.list_for(session, meeting.cell_id, meeting.id or 0, on=on)
    return Studied(meeting, cell, found)
