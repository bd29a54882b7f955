"""Messages that are kept up to date where they stand: a headcount, a roll, a code, a meeting in the cell's group.

Whoever changes a fact notes it (`note_changed`); a tick edits what shows it, at most as often as its kind allows.
What somebody may see is asked each time it is shown. What has not left yet is changed in its place, so a slow
network never has a row of old pictures to show.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.actions.telling import Say, Telling, message, tell_all
from bot.errors import Refusal
from bot.lanes import Lane
from bot.texts import Texts
from db import live, posting
from db.models import LiveKind, LiveMessage, Meeting
from db.posting import Address, When
from db.session import Session

Show = Callable[..., Awaitable[Say | None]]
"""show(session, live, *, now, texts): what a message is to say now; None when there is nothing more to show."""

EVERY = {
    LiveKind.GROUP: timedelta(seconds=10),
    LiveKind.ROLL: timedelta(seconds=2),
    LiveKind.HEADCOUNT: timedelta(seconds=5),
    LiveKind.CHECK_IN: timedelta(seconds=2),
    LiveKind.NOTICE: timedelta(seconds=5),
}
"""The least time between two edits of one message. A group has 20 messages a minute, edits included."""
KEPT = timedelta(days=1)
"""So long after a meeting has begun what shows it is kept up to date."""
STEP = 100
"""Messages brought up to date in one transaction."""


async def start(session: Session, meeting: Meeting, shown: LiveMessage) -> None:
    """Keep a message about a meeting up to date from now on."""
    meeting.live = True
    session.add(meeting)
    await live.start(session, shown)


async def note_changed(session: Session, meeting: Meeting, *kinds: LiveKind, now: datetime) -> None:
    """What these kinds of messages show of a meeting has changed; costs nothing where there are none."""
    if meeting.live:
        await live.note_changed(session, kinds, meeting.id or 0, now=now)


async def show_changes(
    session: Session, shows: Mapping[LiveKind, Show], *, now: datetime, texts: Texts
) -> int:
    """Bring messages up to date; how many were looked at."""
    over = await live.forget_over(session, now=now)
    changed = await live.list_changed(session, EVERY, now=now, limit=STEP)
    for shown in changed:
        await _show(session, shown, shows[shown.kind], now=now, texts=texts)
    return over + len(changed)


async def _show(session: Session, shown: LiveMessage, show: Show, *, now: datetime, texts: Texts) -> None:
    """One message; who may no longer see it keeps what was shown before."""
    shown.message_id = shown.message_id or await live.find_number(session, shown)
    shown.shown_at = now
    session.add(shown)
    unsaid = shown.message_id is None and shown.dedupe is None
    waiting = None if unsaid else await live.find_waiting(session, shown)
    if shown.message_id is None and waiting is None and not unsaid:
        return  # on its way: looked at again when its time has passed
    shown.changed_at = None  # what is to change by itself sets it anew
    try:
        say = await show(session, shown, now=now, texts=texts)
    except Refusal:
        say = None
    if say is None:
        await live.forget(session, [shown.id or 0])
        return
    if waiting is not None:
        fresh = message(say, shown.language, texts=texts, when=When(now))
        waiting.text, waiting.buttons = fresh.text, fresh.buttons
        session.add(waiting)
        return
    telling, lane = _edit(shown, say, now) if shown.message_id else _anew(shown, say, now)
    await tell_all(session, [telling], texts=texts, lane=lane)


def _edit(shown: LiveMessage, say: Say, now: datetime) -> tuple[Telling, Lane]:
    said = Say(say.template, say.values, say.buttons, about=(live.ABOUT, shown.id or 0), protect=say.protect)
    lane = Lane.BULK if shown.kind is LiveKind.GROUP else Lane.REPLY
    return Telling(said, [_address(shown)], When(now), edits=shown.message_id), lane


def _anew(shown: LiveMessage, say: Say, now: datetime) -> tuple[Telling, Lane]:
    """As a new message, found by a name until its number is known; of use as long as it is kept up to date."""
    said = replace(say, dedupe=f"live:{uuid4().hex}")
    shown.dedupe = posting.name_in(said.dedupe or "", _address(shown))
    return Telling(
        said, [_address(shown)], When(now, deadline=shown.until, expires_at=shown.until)
    ), Lane.REMINDER


def _address(shown: LiveMessage) -> Address:
    return Address(shown.bot, shown.chat, shown.language)
