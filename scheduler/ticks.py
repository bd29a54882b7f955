"""What time brings. Each tick asks the database what is due and does it; running one twice does no harm.

tick(session, *, now, texts) -> int     the work it did
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.actions import (
    group_news,
    my_data,
    notice_chasing,
    notice_control,
    notice_releasing,
    notice_spreading,
    organising,
    purging,
    reminding,
    scheduling,
    score_digest,
    showing,
    snoozing,
    task_digest,
    transferring,
)
from bot.texts import Texts
from db import inbox, outbox
from db.session import Session

Tick = Callable[..., Awaitable[int]]


async def plan_meetings(session: Session, *, now: datetime, texts: Texts) -> int:
    """Put the coming meetings of every schedule into the calendar, with their reminders."""
    return await scheduling.plan_all(session, now=now, texts=texts)


async def remind(session: Session, *, now: datetime, texts: Texts) -> int:
    """Say what is due about meetings."""
    return await reminding.remind_due(session, now=now, texts=texts)


async def call_in_groups(session: Session, *, now: datetime, texts: Texts) -> int:
    """Show called meetings in the groups of their cells."""
    return await group_news.call_all(session, now=now, texts=texts)


async def ask_again(session: Session, *, now: datetime, texts: Texts) -> int:
    """Ask those again about meetings who have put it off until now."""
    return await snoozing.ask_again(session, now=now, texts=texts)


async def show_changes(session: Session, *, now: datetime, texts: Texts) -> int:
    """Bring messages up to date where they stand."""
    return await showing.show_changes(session, now=now, texts=texts)


async def release_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Let notices go whose moment has come."""
    return await notice_releasing.release_due(session, now=now, texts=texts)


async def spread_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Queue the next recipients of released notices."""
    return await notice_spreading.spread(session, now=now, texts=texts)


async def rest_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Hold notices that are on their way when the quiet hours begin, until they end."""
    return await notice_spreading.rest(session, now=now, texts=texts)


async def repeat_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Send newcomers the notices that are for them, too."""
    return await notice_spreading.repeat(session, now=now, texts=texts)


async def withdraw_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Take back what waits of cancelled notices."""
    return await notice_control.withdraw_cancelled(session, now=now)


async def delete_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Queue the deletion of notices where they arrived."""
    return await notice_control.delete_next(session, now=now)


async def chase_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Ask those who have not confirmed a notice, at the chases' moments."""
    return await notice_chasing.chase(session, now=now, texts=texts)


async def ask_about_notices(session: Session, *, now: datetime, texts: Texts) -> int:
    """Ask those again about notices who have put it off until now."""
    return await notice_chasing.ask_again(session, now=now, texts=texts)


async def name_unreached(session: Session, *, now: datetime, texts: Texts) -> int:
    """Tell secretaries whom a notice cannot reach."""
    return await notice_chasing.name_unreached(session, now=now, texts=texts)


async def drop_expired(session: Session, *, now: datetime, texts: Texts) -> int:
    """Withdraw messages that are no longer of use."""
    return await outbox.drop_expired(session, now=now)


async def forget_updates(session: Session, *, now: datetime, texts: Texts) -> int:
    """Forget the numbers of updates that were dealt with days ago."""
    return await inbox.forget(session, before=now - REPEATED_WITHIN)


async def change_organisations(session: Session, *, now: datetime, texts: Texts) -> int:
    """Let the changes of organisations whose day has come take effect."""
    return await organising.take_effect(session, now=now, today=texts.day_of(now))


async def remind_transfers(session: Session, *, now: datetime, texts: Texts) -> int:
    """Remind secretaries of the terms of transfers."""
    return await transferring.remind_all(session, now=now, texts=texts)


async def remind_officers(session: Session, *, now: datetime, texts: Texts) -> int:
    """Remind those in charge of what people asked about their own data."""
    return await my_data.remind_due(session, now=now, texts=texts)


async def send_digests(session: Session, *, now: datetime, texts: Texts) -> int:
    """Tell those who lead cells once a week how their tasks stand."""
    return await task_digest.send_due(session, now=now, texts=texts)


async def send_committee_digests(session: Session, *, now: datetime, texts: Texts) -> int:
    """Tell officers which numbers of their committee's cells miss their targets."""
    return await score_digest.send_due(session, now=now, texts=texts)


async def purge(session: Session, *, now: datetime, texts: Texts) -> int:
    """Delete what is past its time."""
    return await purging.purge(session, now=now, kept=texts.retention)


REPEATED_WITHIN = timedelta(days=3)
"""Telegram keeps an update for a day: nothing older comes again."""

TICKS: dict[Tick, float] = {
    plan_meetings: 60.0,
    remind: 5.0,
    call_in_groups: 5.0,
    ask_again: 5.0,
    release_notices: 1.0,
    spread_notices: 1.0,
    rest_notices: 5.0,
    withdraw_notices: 1.0,
    delete_notices: 1.0,
    repeat_notices: 3600.0,
    show_changes: 1.0,
    chase_notices: 5.0,
    ask_about_notices: 5.0,
    name_unreached: 600.0,
    drop_expired: 30.0,
    forget_updates: 3600.0,
    change_organisations: 60.0,
    remind_transfers: 600.0,
    remind_officers: 60.0,
    send_digests: 60.0,
    send_committee_digests: 60.0,
    purge: 3600.0,
}
"""Each tick and how many seconds pass between two runs."""
