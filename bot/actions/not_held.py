"""A cell that did not meet: a real outcome with its reason, recorded by who leads it, and taken back this month."""

from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import col

from bot.actions import check_ins, delegating
from bot.actions.authority import authorise_meeting
from bot.actions.telling import Say, tell
from bot.errors import BadInput, TooLate
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.reminders import after_quiet
from bot.rules.words import RoleName
from bot.texts import Texts
from db import meetings, organisations, outbox, people
from db.models import Meeting, MeetingState, Member, RollMark
from db.posting import When
from db.session import Session

LONGEST = 500
"""Characters of the reason."""
TOLD_OF = ("meeting", "roll")
"""What messages about a meeting are about; those that wait are taken back."""


async def get_begun(
    session: Session, meeting_id: int, *, by: Member, now: datetime, texts: Texts, for_update: bool = False
) -> Meeting:
    """A meeting whose time has come and whose roll is open, for who leads the cell.

    TooLate when its roll is closed or it was called off; before its time it is moved or cancelled instead.
    """
    meeting = await meetings.get(session, meeting_id, for_update=for_update)
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    if meeting.state is not MeetingState.PLANNED:
        raise TooLate("roll_closed" if meeting.state is MeetingState.CLOSED else "meeting_cancelled")
    if now < meeting.starts_at:
        raise TooLate("not_held_too_early")
    return meeting


async def record(
    session: Session, *, meeting_id: int, reason: str, by: Member, now: datetime, texts: Texts
) -> Meeting:
    """Record that the cell did not meet. Nobody is absent from it, and nothing more is said to the members.

    Who follows the cell and the others who lead it are told.
    """
    meeting = await get_begun(session, meeting_id, by=by, now=now, texts=texts, for_update=True)
    if not reason or len(reason) > LONGEST:
        raise BadInput("form_type_words")
    meeting.state, meeting.outcome = MeetingState.NOT_HELD, reason
    meeting.closed_at, meeting.closed_by = now, by.id
    session.add(meeting)
    await check_ins.end(session, meeting, now=now)
    await delegating.end(session, meeting, by=by, now=now, texts=texts)
    await session.exec(delete(RollMark).where(col(RollMark.meeting_id) == meeting_id))
    for kind in TOLD_OF:
        await outbox.withdraw(session, about=(kind, meeting_id), now=now)
    await _tell(session, meeting, by, held=False, now=now, texts=texts)
    return meeting


async def take_back(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Meeting:
    """The cell did meet after all: its roll is open again. TooLate after the month it was recorded in."""
    meeting = await meetings.get(session, meeting_id, for_update=True)
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    if meeting.state is not MeetingState.NOT_HELD or not can_take_back(meeting, now=now, texts=texts):
        raise TooLate("not_held_settled")
    meeting.state, meeting.outcome = MeetingState.PLANNED, ""
    meeting.closed_at = meeting.closed_by = None
    session.add(meeting)
    await _tell(session, meeting, by, held=True, now=now, texts=texts)
    return meeting


def can_take_back(meeting: Meeting, *, now: datetime, texts: Texts) -> bool:
    """Whether the local month in which it was recorded still lasts."""
    recorded = texts.day_of(meeting.closed_at or meeting.starts_at)
    return _month(texts.day_of(now)) == _month(recorded)


def _month(day: date) -> date:
    return day.replace(day=1)


async def _tell(
    session: Session, meeting: Meeting, by: Member, *, held: bool, now: datetime, texts: Texts
) -> None:
    today, meeting_id = texts.day_of(now), meeting.id or 0
    about = ("not_held", meeting_id)
    await outbox.withdraw(session, about=about, now=now)
    followers = await people.list_holders(session, meeting.cell_id, [RoleName.FOLLOWER], on=today)
    leaders = await people.list_leaders(session, meeting.cell_id, on=today)
    to = leaders | {follower.id for follower in followers if follower.id is not None}
    cell = await organisations.get(session, meeting.cell_id)
    say = Say("not_held_told", {"meeting": meeting, "cell": cell, "by": by, "held": held}, about=about)
    when = When(now, not_before=after_quiet(now, texts.zone))
    await tell(session, to - {by.id or 0}, say, texts=texts, lane=Lane.REMINDER, when=when)
