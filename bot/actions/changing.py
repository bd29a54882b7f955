"""One meeting that is moved, called off, held after all, or given another agenda or length.

A change takes back what still waits to be said about the old time, and tells exactly those who heard of it.
Who had not heard gets the invitation as everybody did. The month a meeting counts for never changes.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions import group_news, living
from bot.actions.authority import authorise_meeting
from bot.actions.reminding import calendar_button, invitation_buttons, look
from bot.actions.scheduling import COMBINED_MINUTES, MINUTES, reminders_of, row_of
from bot.actions.telling import Say, tell, tell_all
from bot.errors import BadInput, TooLate
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.reminders import after_quiet
from bot.rules.words import Answer, MeetingKind
from bot.texts import Texts
from db import meetings, organisations, outbox, people, told
from db.many import insert_new
from db.models import LiveKind, Meeting, MeetingState, Member, Organisation, Reminder
from db.posting import When
from db.session import Session

LONGEST_AGENDA = 2000
"""Characters."""
LONGEST_MEETING = 480
"""Minutes."""


@dataclass(frozen=True)
class Changed:
    """A meeting as it is now, when it was to begin before, and how many were told."""

    meeting: Meeting
    cell: Organisation
    before: datetime
    told: int


async def get(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Meeting:
    """A meeting that may still be changed, for who leads its cell; nobody else changes it meanwhile.

    NotAllowed; TooLate when its roll is closed or it was recorded as not held.
    """
    meeting = await meetings.get(session, meeting_id, for_update=True)
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    if meeting.state in (MeetingState.CLOSED, MeetingState.NOT_HELD):
        raise TooLate("roll_closed")
    return meeting


async def move(
    session: Session,
    *,
    meeting_id: int,
    by: Member,
    starts_at: datetime,
    place: str | None = None,
    minutes: int | None = None,
    now: datetime,
    texts: Texts,
) -> Changed:
    """Give a meeting another start (aware), place or length; one that was called off takes place after all.

    BadInput when it would begin in the past. Answers stay; after a move who has answered is asked once more.
    """
    meeting = await get(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if starts_at <= now:
        raise BadInput("meeting_past")
    before, revived = meeting.starts_at, meeting.state is MeetingState.CANCELLED
    heard = await _begin(session, meeting, by, now=now)
    early = before - meeting.answer_by if meeting.answer_by else timedelta(0)
    meeting.starts_at, meeting.answer_by = starts_at, starts_at - early if meeting.answer_by else None
    meeting.place = meeting.place if place is None else place
    meeting.minutes = minutes or meeting.minutes
    meeting.state, meeting.outcome, meeting.confirmed_at = MeetingState.PLANNED, "", now
    session.add(meeting)
    await session.flush()
    called = meeting.called_at is not None
    await insert_new(session, Reminder, [reminders_of(row_of(meeting), now=now, texts=texts, called=called)])
    cell = await organisations.get(session, meeting.cell_id)
    changed = Changed(meeting, cell, before, len(heard))
    await _tell_moved(session, changed, heard, revived=revived, by=by, now=now, texts=texts)
    await group_news.tell_change(session, meeting, now=now, texts=texts)
    return changed


async def cancel(
    session: Session, *, meeting_id: int, by: Member, reason: str = "", now: datetime, texts: Texts
) -> Changed:
    """Call a meeting off beforehand, and tell those who heard of it. TooLate when it has begun or was called off."""
    meeting = await get(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if meeting.state is MeetingState.CANCELLED:
        raise TooLate("meeting_cancelled")
    if meeting.starts_at <= now:
        raise TooLate("meeting_begun")
    heard = await _begin(session, meeting, by, now=now)
    meeting.state, meeting.outcome = MeetingState.CANCELLED, reason[:500]
    session.add(meeting)
    cell = await organisations.get(session, meeting.cell_id)
    say = Say(
        "meeting_cancelled",
        {"meeting": meeting, "cell": cell, "reason": reason},
        buttons=calendar_button(meeting_id, "meetings.calendar_strike"),
        about=(told.ABOUT, meeting_id),
        dedupe=f"meeting:{meeting_id}:cancelled:{meeting.sequence}",
    )
    when = _when(meeting.starts_at, meeting.starts_at, now=now, texts=texts)
    to = heard | await _other_leaders(session, meeting, by, now=now, texts=texts)
    await tell(session, to, say, texts=texts, lane=Lane.REMINDER, when=when)
    await group_news.tell_change(session, meeting, now=now, texts=texts)
    return Changed(meeting, cell, meeting.starts_at, len(heard))


async def set_agenda(
    session: Session, *, meeting_id: int, by: Member, agenda: str, now: datetime, texts: Texts
) -> Meeting:
    """What the meeting is about, in the secretary's words. BadInput when it is too long."""
    meeting = await get(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if len(agenda) > LONGEST_AGENDA:
        raise BadInput("form_too_long", most=LONGEST_AGENDA)
    meeting.agenda, meeting.confirmed_at = agenda, now
    session.add(meeting)
    return meeting


async def set_length(
    session: Session, *, meeting_id: int, by: Member, minutes: int, now: datetime, texts: Texts
) -> Meeting:
    """How long a meeting is planned to take, in minutes. BadInput unless between half an hour and eight hours."""
    meeting = await get(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if not 30 <= minutes <= LONGEST_MEETING:
        raise BadInput("schedule_length_unclear")
    meeting.minutes = minutes
    session.add(meeting)
    return meeting


async def combine(
    session: Session, *, meeting_id: int, by: Member, combined: bool, now: datetime, texts: Texts
) -> Meeting:
    """Let a regular meeting be thematic too, which takes longer and counts for both; or not after all."""
    meeting = await get(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if meeting.kind is not MeetingKind.REGULAR:
        raise BadInput("meeting_not_regular")
    if meeting.combined != combined:
        longer = max(meeting.minutes, COMBINED_MINUTES)
        meeting.minutes = longer if combined else min(meeting.minutes, max(MINUTES, meeting.minutes - 30))
        meeting.combined = combined
        session.add(meeting)
    return meeting


async def _begin(session: Session, meeting: Meeting, by: Member, *, now: datetime) -> set[int]:
    """Take back what waits about the meeting as it was; who has heard of it, beside the one who changes it."""
    assert meeting.id is not None
    heard = await told.list_told(session, meeting.id) - {by.id or 0}
    await outbox.withdraw(session, about=(told.ABOUT, meeting.id), now=now)
    for reminder in await meetings.list_reminders(session, meeting.id):
        if reminder.done_at is None:
            await session.delete(reminder)
    meeting.sequence += 1
    await living.note_changed(session, meeting, *LiveKind, now=now)
    return heard


async def _tell_moved(
    session: Session,
    changed: Changed,
    heard: set[int],
    *,
    revived: bool,
    by: Member,
    now: datetime,
    texts: Texts,
) -> None:
    meeting = changed.meeting
    number = meeting.id or 0
    there = await look(session, meeting, changed.cell, now=now, texts=texts)
    answers = {guest.member_id: guest.answer for guest in there.invited}
    when = _when(changed.before, meeting.starts_at, now=now, texts=texts)
    alike: dict[tuple[bool, Answer | None], set[int]] = defaultdict(set)
    for member_id in heard | await _other_leaders(session, meeting, by, now=now, texts=texts):
        alike[member_id in answers, answers.get(member_id)].add(member_id)
    for (asked, answer), members in alike.items():
        say = Say(
            "meeting_moved",
            {
                "meeting": meeting,
                "cell": changed.cell,
                "before": changed.before,
                "answer": answer,
                "asked": asked,
                "revived": revived,
            },
            buttons=invitation_buttons(number) if asked else None,
            about=(told.ABOUT, number),
            asks=asked,
            dedupe=f"meeting:{number}:moved:{meeting.sequence}",
        )
        await tell(session, members, say, texts=texts, lane=Lane.REMINDER, when=when)
    if meeting.called_at is not None:
        new = [guest for guest in there.invited if guest.member_id not in heard | {by.id}]
        there.call_in(new, f"called:{meeting.sequence}")
        await tell_all(session, there.tellings, texts=texts, lane=Lane.REMINDER)


async def _other_leaders(
    session: Session, meeting: Meeting, by: Member, *, now: datetime, texts: Texts
) -> set[int]:
    """Who leads the cell beside the one who made the change, where the meeting was called already."""
    if meeting.called_at is None:
        return set()
    return await people.list_leaders(session, meeting.cell_id, on=texts.day_of(now)) - {by.id or 0}


def _when(before: datetime, after: datetime, *, now: datetime, texts: Texts) -> When:
    """At once where it concerns today, else not in the night; of no use once the meeting would have begun."""
    today = texts.day_of(now)
    urgent = today in (texts.day_of(before), texts.day_of(after))
    at = now if urgent else after_quiet(now, texts.zone)
    return When(now, not_before=at, deadline=at, expires_at=max(after, before))
