"""A member who cannot say yet asks to be asked again later: bounded, and never once the meeting has begun."""

from datetime import datetime

from bot.actions import attendance
from bot.actions.reminding import Occasion, look_up
from bot.actions.telling import tell_all
from bot.errors import NotAllowed, TooLate
from bot.lanes import Lane
from bot.rules.attendance import Standing
from bot.rules.reminders import is_quiet
from bot.rules.snoozing import MOST, fits, this_evening
from bot.texts import Texts
from db import answers, snoozes
from db.models import Meeting, MeetingState, Member, Snooze
from db.session import Session

STEP = 150
"""Wishes dealt with in one transaction."""


async def put_off(
    session: Session,
    *,
    meeting_id: int,
    member: Member,
    at: datetime | None = None,
    now: datetime,
    texts: Texts,
) -> Snooze:
    """Ask the member again at `at` (aware), or this evening; until then no chase of that meeting reaches them.

    The same moment asked for again is no second time. NotAllowed, or TooLate: when they have answered, have put it
    off as often as may be, or the meeting begins before.
    """
    meeting, _ = await answers.get_meeting(session, meeting_id)
    attendance.check_open(meeting)
    member_id = member.id or 0
    await _check_silent(session, meeting, member_id, texts)
    local = texts.local(now)
    at = at or this_evening(local)
    snooze = await snoozes.find(session, meeting_id, member_id)
    if snooze is not None and snooze.done_at is None and snooze.due_at == at:
        return snooze
    if not fits(at, texts.zone, now=now, starts_at=meeting.starts_at):
        raise TooLate("snooze_too_late")
    if snooze is None:
        snooze = Snooze(meeting_id=meeting_id, member_id=member_id, due_at=at, times=0)
    if snooze.times >= MOST:
        raise TooLate("snooze_enough", most=MOST)
    snooze.due_at, snooze.done_at, snooze.times = at, None, snooze.times + 1
    session.add(snooze)
    await session.flush()
    return snooze


async def ask_again(session: Session, *, now: datetime, texts: Texts) -> int:
    """Ask those again whose moment has come and who are still silent; how many wishes were dealt with.

    What comes due in the night, because the machine was off, waits for the morning.
    """
    if is_quiet(now, texts.zone):
        return 0
    due = await snoozes.list_due(session, now=now, limit=STEP)
    wished = [each for each in due if _is_of_use(each[1], now)]
    known = (
        await look_up(session, [meeting for _, meeting, _ in wished], now=now, texts=texts)
        if wished
        else None
    )
    for snooze, meeting, cell in wished:
        assert known is not None
        there = Occasion(meeting, cell, known)
        mine = [guest for guest in there.silent if guest.member_id == snooze.member_id]
        there.invite(mine, "meeting_chase", f"snooze:{snooze.times}")
        await tell_all(session, there.tellings, texts=texts, lane=Lane.REMINDER)
    for snooze, _, _ in due:
        snooze.done_at = now
        session.add(snooze)
    return len(due)


async def want_reminders(session: Session, member: Member, *, fewer: bool) -> None:
    """Keep how much the member wants to be reminded, of all their meetings."""
    member.fewer_reminders = fewer
    session.add(member)


async def _check_silent(session: Session, meeting: Meeting, member_id: int, texts: Texts) -> None:
    asked = await answers.list_asked(session, meeting, member_id, on=texts.day_of(meeting.starts_at))
    mine = next((each for each in asked if each.member_id == member_id), None)
    if mine is None:
        raise NotAllowed("not_on_list")
    if mine.standing is Standing.EXEMPT:
        raise TooLate("snooze_exempt")
    if mine.answer is not None:
        raise TooLate("snooze_answered")


def _is_of_use(meeting: Meeting, now: datetime) -> bool:
    return meeting.state is MeetingState.PLANNED and meeting.starts_at > now
