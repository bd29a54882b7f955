"""What is said in the group of a cell: of each called meeting one message with the answers as numbers.

Names, reasons and who answered what are nowhere in it: what it is made of holds none. The numbers follow the
answers; a meeting that is moved or called off changes the message, and is said in one sentence.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.actions import living
from bot.actions.reminding import answer_buttons
from bot.actions.telling import Say, tell_chats
from bot.lanes import Lane
from bot.rules.attendance import Standing
from bot.rules.words import Answer
from bot.texts import Texts
from db import groups, live, meetings, organisations, outbox, reminding
from db.models import CellGroup, LiveKind, LiveMessage, Meeting, MeetingState, Organisation
from db.posting import Address, When
from db.session import Session

ABOUT = "group"
"""What a meeting's message in its cell's group is about: the meeting's number goes with it."""
STEP = 50
"""Meetings shown in their groups in one transaction."""


@dataclass(frozen=True)
class Numbers:
    """The answers to a meeting, of those who must attend; `late` are among those coming."""

    coming: int
    late: int
    leave: int
    silent: int


async def call_all(session: Session, *, now: datetime, texts: Texts) -> int:
    """Show the meetings that were called in the groups of their cells; how many.

    A group that is linked after the call gets it too. The message itself is said by `living`.
    """
    called = 0
    for meeting, group in await groups.list_uncalled(session, now=now, limit=STEP):
        shown = _unsaid(meeting, group, now=now)
        if await live.find_same(session, shown) is None:  # another process may have been quicker
            await living.start(session, meeting, shown)
            called += 1
    return called


def _unsaid(meeting: Meeting, group: CellGroup, *, now: datetime) -> LiveMessage:
    """Nothing is kept up to date, or said late, once the meeting has begun."""
    return LiveMessage(
        kind=LiveKind.GROUP,
        about_id=meeting.id or 0,
        bot=group.bot,
        chat=group.chat,
        language=group.language,
        changed_at=now,
        until=meeting.starts_at,
    )


async def show(session: Session, live: LiveMessage, *, now: datetime, texts: Texts) -> Say | None:
    """A meeting as its cell's group may see it; None where the chat serves the cell no more."""
    group = await groups.find(session, bot=live.bot, chat=live.chat)
    meeting = await meetings.get(session, live.about_id)
    if group is None or group.cell_id != meeting.cell_id:
        return None
    cell = await organisations.get(session, meeting.cell_id)
    return await say(session, meeting, cell, texts=texts)


async def say(session: Session, meeting: Meeting, cell: Organisation, *, texts: Texts) -> Say:
    """Time, place and the numbers; the three answers as long as the meeting is to come."""
    assert meeting.id is not None
    values = {"meeting": meeting, "cell": cell, "count": await _count(session, meeting, texts=texts)}
    buttons = answer_buttons(meeting.id) if meeting.state is MeetingState.PLANNED else None
    return Say("group_meeting", values, buttons=buttons, about=(ABOUT, meeting.id))


async def tell_change(session: Session, meeting: Meeting, *, now: datetime, texts: Texts) -> None:
    """A called meeting was moved, changed or called off: its message follows, and the group is told.

    Nothing is said where the group has not heard of the meeting: a call that waits leaves with what is new, or
    not at all. To be called in the transaction of the change.
    """
    assert meeting.id is not None
    for group in await groups.list_of_cell(session, meeting.cell_id):
        shown = await live.find_same(session, _unsaid(meeting, group, now=now))
        if shown is None:
            continue
        shown.until, shown.changed_at = max(meeting.starts_at, now), now
        session.add(shown)
        if await _is_unsaid(session, shown):
            await _drop_if_off(session, meeting, shown, now=now)
            continue
        cell = await organisations.get(session, meeting.cell_id)
        news = Say("group_change", {"meeting": meeting, "cell": cell}, about=(ABOUT, meeting.id))
        to = [Address(group.bot, group.chat, group.language)]
        when = When(now, expires_at=max(meeting.starts_at, now))
        await tell_chats(session, to, news, texts=texts, lane=Lane.REMINDER, when=when)


async def _is_unsaid(session: Session, shown: LiveMessage) -> bool:
    """Whether the group has not got the message yet, and it can still be changed or taken back."""
    if shown.message_id is not None:
        return False
    return shown.dedupe is None or await live.find_waiting(session, shown) is not None


async def _drop_if_off(session: Session, meeting: Meeting, shown: LiveMessage, *, now: datetime) -> None:
    if meeting.state is not MeetingState.PLANNED:
        await outbox.withdraw(session, about=(ABOUT, meeting.id or 0), now=now)
        await live.forget(session, [shown.id or 0])


async def _count(session: Session, meeting: Meeting, *, texts: Texts) -> Numbers:
    """Read as answers alone: no names or reasons come along into what is shown."""
    listed = await reminding.list_guests(session, [(meeting, texts.day_of(meeting.starts_at))])
    answers = [g.answer for g in listed[meeting.id or 0] if g.standing is Standing.MUST_ATTEND]
    late, leave, silent = (answers.count(one) for one in (Answer.LATE, Answer.LEAVE, None))
    return Numbers(len(answers) - leave - silent, late, leave, silent)
