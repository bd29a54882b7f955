"""A released study notice spreads step by step, and goes to who joins its audience later where that is wanted."""

from datetime import datetime, timedelta

from bot.actions.notice_messages import count_messages, messages_of
from bot.actions.telling import message
from bot.lanes import Lane
from bot.rules.reminders import after_quiet, is_quiet
from bot.texts import LANGUAGES, Texts
from db import posting, spreading
from db.models import Notice, NoticeState
from db.posting import When
from db.session import Session, has_one_writer
from db.spreading import Part

STEP = 5_000
"""Deliveries one run of `spread` queues at most, so that no transaction is long."""
SHORT_STEP = 500
"""The same where a press waits for the end of the transaction."""
TO_MORNING = timedelta(hours=1)
"""From the end of the quiet hours to the first messages of the morning."""
NEWCOMERS = 200
"""So many who joined an audience are told in one transaction."""


async def spread(session: Session, *, now: datetime, texts: Texts) -> int:
    """Queue the next recipients of every released notice; how many members were queued.

    A run queues at most `STEP` deliveries (at one chat a member), shared among the notices that are going out.
    In the quiet hours what is queued waits for the morning. What is paused or cancelled does not spread.
    """
    sending = await spreading.list_sending(session)
    step = min(STEP, SHORT_STEP) if has_one_writer(session) else STEP
    queued = 0
    for notice in sending:
        share = step // len(sending) // await count_messages(session, notice)
        queued += await _spread_one(session, notice, limit=max(1, share), now=now, texts=texts)
    return queued


async def repeat(session: Session, *, now: datetime, texts: Texts) -> int:
    """Send what goes to newcomers, too, to those of today; how many. In the quiet hours it waits."""
    if is_quiet(now, texts.zone):
        return 0
    told, today = 0, texts.day_of(now)
    for notice in await spreading.list_repeating(session, today=today):
        new = await spreading.add_newcomers(session, notice, on=today, limit=NEWCOMERS)
        if new:
            parts = await spreading.list_parts(session, notice.id or 0)
            chats = spreading.chats_of(notice, parts, new)
            await posting.queue_chosen(session, chats, lane=Lane.BULK, when=When(now))
        told += len(new)
    return told


async def rest(session: Session, *, now: datetime, texts: Texts) -> int:
    """In the quiet hours nothing leaves of a notice that was begun by day; how many of its messages were changed.

    It goes on when everything does that waits for the morning, an hour after they end.
    """
    quiet = is_quiet(now, texts.zone)
    if not quiet and is_quiet(now - TO_MORNING, texts.zone):
        return 0
    return await spreading.rest(session, quiet=quiet)


async def _spread_one(session: Session, notice: Notice, *, limit: int, now: datetime, texts: Texts) -> int:
    assert notice.sent_at is not None and notice.id is not None
    on = texts.day_of(notice.sent_at)
    added, last = await spreading.add_recipients(session, notice, on=on, limit=limit)
    if added:
        parts = await _parts(session, notice, now=now, texts=texts)
        chats = spreading.chats(notice, parts, after=notice.queued_to, to=last)
        when = When(now, not_before=after_quiet(now, texts.zone))
        await posting.queue_chosen(session, chats, lane=Lane.BULK, when=when)
        notice.queued_to = last
    if added < limit:
        notice.state = NoticeState.SENT
    session.add(notice)
    return added


async def _parts(session: Session, notice: Notice, *, now: datetime, texts: Texts) -> list[Part]:
    """The notice's messages in each language: made by the first step, found again by all others."""
    assert notice.id is not None
    if not notice.queued_to:
        said = await messages_of(session, notice, now=now)
        for language in LANGUAGES:
            for say in said:  # one by one: their numbers keep their order
                session.add(message(say, language, texts=texts, when=When(now)))
                await session.flush()
    return await spreading.list_parts(session, notice.id)
