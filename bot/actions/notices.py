"""Study notices: released once, spread step by step, confirmed by each member; `notice_drafts` has how they begin.

send                   by the author alone
spread                 by the clock
confirm, record_told   by a recipient; by who leads their cell
"""

from datetime import date, datetime
from typing import Any

from bot.actions import notice_drafts
from bot.actions.authority import authorise
from bot.actions.telling import Say, message
from bot.buttons import Rows, tap
from bot.errors import NotFound
from bot.lanes import Lane
from bot.rules import notices as rules
from bot.rules.permissions import Right
from bot.rules.reminders import after_quiet
from bot.texts import LANGUAGES, Texts
from db import notices, organisations, posting, spreading
from db.models import Member, Notice, NoticeState, Organisation, Recipient
from db.posting import When
from db.session import Session, has_one_writer
from db.spreading import Part

STEP = 5_000
"""Deliveries one run of `spread` queues at most, so that no transaction is long."""
SHORT_STEP = 500
"""The same where a press waits for the end of the transaction."""


async def send(session: Session, *, notice_id: int, by: Member, now: datetime, today: date) -> Notice:
    """Release a draft to all members its audience has today; `spread` does the rest.

    NotAllowed when the author no longer may, BadInput when it is empty, secret or for nobody, TooLate when it
    was released before.
    """
    notice = await notice_drafts.get_draft(session, notice_id=notice_id, by=by)
    await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    await notice_drafts.check(session, notice, today=today)
    notice.title = notice.title or rules.title_of(await notice_drafts.own_title(session, notice))
    notice.state, notice.sent_at = NoticeState.SENDING, now
    session.add(notice)
    return notice


async def spread(session: Session, *, now: datetime, texts: Texts) -> int:
    """Queue the next recipients of every released notice; how many members were queued.

    A run queues at most `STEP` deliveries (at one chat a member), shared among the notices that are going out.
    In the quiet hours what is queued waits for the morning.
    """
    sending = await spreading.list_sending(session)
    step = min(STEP, SHORT_STEP) if has_one_writer(session) else STEP
    queued = 0
    for notice in sending:
        share = step // len(sending) // len(_pieces(notice))
        queued += await _spread_one(session, notice, limit=max(1, share), now=now, texts=texts)
    return queued


async def confirm(session: Session, *, notice_id: int, by: Member, now: datetime) -> bool:
    """Note that a recipient has studied the notice; False when that was noted before.

    NotFound when the notice is not for them.
    """
    assert by.id is not None
    return _confirm(session, await notices.get_recipient(session, notice_id, by.id), now)


async def record_told(
    session: Session, *, notice_id: int, member_id: int, by: Member, now: datetime, today: date
) -> Recipient:
    """Note that a recipient was told in person; only who leads the cell that counts them may."""
    recipient = await notices.get_recipient(session, notice_id, member_id)
    await authorise(session, by, Right.LEAD, recipient.cell_id, on=today)
    if _confirm(session, recipient, now):
        recipient.told_by = by.id
    return recipient


async def get_issued(session: Session, *, notice_id: int, by: Member, today: date) -> Notice:
    """A released notice, for who may see its numbers: an officer of its issuer, or of something above."""
    notice = await notices.get(session, notice_id)
    if notice.state is NoticeState.DRAFT:
        raise NotFound
    await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    return notice


def parts(notice: Notice, issuer: Organisation) -> list[Say]:
    """The messages of a notice in order; the last one asks for the confirmation and takes the document."""
    pieces = _pieces(notice)
    return [_part(notice, issuer, piece, at, len(pieces)) for at, piece in enumerate(pieces, start=1)]


def _pieces(notice: Notice) -> list[str]:
    return rules.parts_of(notice.text, document=notice.media_id is not None)


def _part(notice: Notice, issuer: Organisation, piece: str, number: int, count: int) -> Say:
    values: dict[str, Any] = {"notice": notice, "issuer": issuer, "text": piece, "number": number}
    values |= {"count": count, "confirmed_at": None}
    assert notice.id is not None
    about = (notices.ABOUT, notice.id)
    if number < count:
        return Say("notice_part", values, about=about)

    def buttons(texts: Texts, language: str) -> Rows:
        return [[tap(texts.label("notices.confirm", language), "read", notice.id)]]

    return Say("notice_part", values, buttons, about=about, asks=True, media_id=notice.media_id)


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
        said = parts(notice, await organisations.get(session, notice.issuer_id))
        for language in LANGUAGES:
            for say in said:  # one by one: their numbers keep their order
                session.add(message(say, language, texts=texts, when=When(now)))
                await session.flush()
    return await spreading.list_parts(session, notice.id)


def _confirm(session: Session, recipient: Recipient, now: datetime) -> bool:
    if recipient.confirmed_at is not None:
        return False
    recipient.confirmed_at = now
    session.add(recipient)
    return True
