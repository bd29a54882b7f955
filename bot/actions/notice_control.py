"""A released study notice in the hands of its issuer's officers: paused, resumed, cancelled, deleted, corrected.

A press changes a few rows, however many messages wait: they are held up at once by a flag that the sender
respects. What is to become of the many rows is done by the clock, in steps.
"""

from datetime import date, datetime, timedelta

from bot.actions import notice_drafts
from bot.actions.notice_releasing import get, note_changed, note_done
from bot.rules.notice_stages import Move
from bot.rules.reminders import is_quiet
from bot.rules.words import AuditVerb
from bot.texts import Texts
from db import notice_stopping, spreading
from db.models import Member, Notice
from db.session import Session, has_one_writer

STEP, SHORT_STEP = 5_000, 500
"""Rows changed in one transaction; fewer where a press waits for its end."""
DELETABLE = timedelta(hours=48) - timedelta(minutes=5)
"""How long Telegram lets a bot delete what it sent, less what it takes to ask for it."""


async def pause(session: Session, *, notice_id: int, by: Member, now: datetime, texts: Texts) -> Notice:
    """Let nothing more leave until it is resumed. NotAllowed for who is no officer of its issuer; TooLate."""
    notice, role = await get(session, notice_id, Move.PAUSE, by=by, today=texts.day_of(now))
    notice.paused_at = now
    note_done(session, AuditVerb.NOTICE_PAUSED, notice, by=by, role=role, now=now)
    await _hold(session, notice, held=True, now=now)
    return notice


async def resume(session: Session, *, notice_id: int, by: Member, now: datetime, texts: Texts) -> Notice:
    """Go on where it was paused, in the quiet hours in the morning. NotAllowed and TooLate as for `pause`."""
    notice, role = await get(session, notice_id, Move.RESUME, by=by, today=texts.day_of(now))
    notice.paused_at = None
    note_done(session, AuditVerb.NOTICE_RESUMED, notice, by=by, role=role, now=now)
    await _hold(session, notice, held=is_quiet(now, texts.zone), now=now)
    return notice


async def cancel(session: Session, *, notice_id: int, by: Member, now: datetime, texts: Texts) -> Notice:
    """Stop it for good: what is on its way ends as it does, nothing follows. Refused as `pause` is."""
    notice, role = await get(session, notice_id, Move.CANCEL, by=by, today=texts.day_of(now))
    note_done(session, AuditVerb.NOTICE_STOPPED, notice, by=by, role=role, now=now)
    await _cancel(session, notice, by=by, now=now)
    return notice


async def delete(session: Session, *, notice_id: int, by: Member, now: datetime, texts: Texts) -> Notice:
    """Delete it from the chats it reached, as far as Telegram allows; what waits is cancelled.

    NotAllowed and TooLate as for `pause`. Asking a second time changes nothing.
    """
    notice, role = await get(session, notice_id, Move.DELETE, by=by, today=texts.day_of(now))
    if notice.deleted_to is None:
        note_done(session, AuditVerb.NOTICE_DELETED, notice, by=by, role=role, now=now)
        if notice.cancelled_at is None:
            await _cancel(session, notice, by=by, now=now)
        notice.deleted_to = 0
        session.add(notice)
        await notice_stopping.begin_deletion(session, notice, now=now)
        await note_changed(session, notice, now=now)
    return notice


async def begin_correction(
    session: Session, *, notice_id: int, by: Member, now: datetime, today: date
) -> Notice:
    """A draft of `by` that will go to exactly those who got this one. NotAllowed and TooLate as for `pause`."""
    first, _ = await get(session, notice_id, Move.CORRECT, by=by, today=today)
    draft = await notice_drafts.compose(session, by=by, issuer_id=first.issuer_id, now=now, today=today)
    draft.audience_id, draft.corrects_id = first.audience_id, first.id
    session.add(draft)
    await session.flush()
    return draft


async def withdraw_cancelled(session: Session, *, now: datetime) -> int:
    """Take back what waits of cancelled notices, a step at a time; how many deliveries."""
    return await notice_stopping.withdraw(session, limit=_step(session), now=now)


async def delete_next(session: Session, *, now: datetime) -> int:
    """Queue the next deletions, a step at a time; how many messages were looked at."""
    looked = 0
    for notice in await notice_stopping.list_deleting(session):
        looked += await notice_stopping.delete_next(
            session, notice, limit=_step(session), since=now - DELETABLE, now=now
        )
        await note_changed(session, notice, now=now)
    return looked


async def _cancel(session: Session, notice: Notice, *, by: Member, now: datetime) -> None:
    notice.cancelled_at, notice.cancelled_by = now, by.id
    await _hold(session, notice, held=True, now=now)


async def _hold(session: Session, notice: Notice, *, held: bool, now: datetime) -> None:
    session.add(notice)
    await spreading.hold(session, notice.id or 0, held=held)
    await note_changed(session, notice, now=now)


def _step(session: Session) -> int:
    return SHORT_STEP if has_one_writer(session) else STEP
