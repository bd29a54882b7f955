"""Study notices: written as a draft, released once, spread step by step, confirmed by each member.

compose → add_text / add_file → set_title → set_audience → send   by the author alone
spread                                                            by the clock
"""

import zlib
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.actions.notice_messages import count_messages, messages_of
from bot.actions.telling import message
from bot.errors import BadInput, NotAllowed, NotFound, TooLate
from bot.lanes import Lane
from bot.rules import notices as rules
from bot.rules.names import clean
from bot.rules.notice_stages import Move, may
from bot.rules.permissions import Right
from bot.rules.reminders import after_quiet
from bot.texts import LANGUAGES, Texts
from db import media, notices, organisations, posting, spreading
from db.models import Media, Member, Notice, NoticeState
from db.posting import When
from db.session import Session, has_one_writer
from db.spreading import Part

STEP = 5_000
"""Deliveries one run of `spread` queues at most, so that no transaction is long."""
SHORT_STEP = 500
"""The same where a press waits for the end of the transaction."""


async def compose(session: Session, *, by: Member, issuer_id: int, now: datetime, today: date) -> Notice:
    """Begin a notice of an organisation to everybody in it; what the author had begun before is thrown away."""
    await authorise(session, by, Right.SEND_NOTICE, issuer_id, on=today)
    await discard(session, by=by)
    assert by.id is not None
    notice = Notice(issuer_id=issuer_id, audience_id=issuer_id, author_id=by.id, title="", created_at=now)
    session.add(notice)
    await session.flush()
    return notice


async def discard(session: Session, *, by: Member) -> None:
    """Throw away what the author has begun and not released, with its document."""
    assert by.id is not None
    for draft in await notices.list_drafts(session, by.id):
        await session.delete(draft)
        await session.flush()
        if draft.media_id is not None:
            await media.delete(session, draft.media_id)


async def get_draft(session: Session, *, notice_id: int, by: Member) -> Notice:
    """The author's own draft; NotFound for everybody else, TooLate once it is released."""
    notice = await notices.get(session, notice_id, for_update=True)
    if notice.author_id != by.id:
        raise NotFound
    if not may(notice, Move.WRITE):
        raise TooLate("notice_sent")
    return notice


async def add_text(session: Session, *, notice_id: int, by: Member, text: str, after: int = 0) -> Notice:
    """Put the next piece to the text; `after` is the length of the piece before it, in UTF-16 units.

    BadInput for a text that bears a secrecy mark, or is too long for messages.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    notice.text = rules.joined(notice.text, text, after=after)
    if len(notice.text) > rules.LARGEST_TEXT:
        raise BadInput("notice_too_long")
    refuse_secret(rules.find_secrecy(notice.text))
    session.add(notice)
    return notice


async def add_file(session: Session, *, notice_id: int, by: Member, file: Media) -> Notice:
    """Put a document or a picture to the notice. BadInput for a second one, or a name with a secrecy mark."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    if notice.media_id is not None:
        raise BadInput("notice_one_file")
    refuse_secret(rules.find_secrecy_in_name(file.name))
    notice.media_id = await media.keep(session, file)
    session.add(notice)
    return notice


async def set_title(session: Session, *, notice_id: int, by: Member, title: str | None = None) -> Notice:
    """Give the notice a title; without one it is the first line of the text, or the document's name.

    BadInput for a notice with nothing in it, or a title that bears a secrecy mark.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    _refuse_empty(notice)
    notice.title = rules.title_of(title or notice.text or await _name_of_file(session, notice))
    refuse_secret(rules.find_secrecy(notice.title))
    session.add(notice)
    return notice


async def set_audience(session: Session, *, notice_id: int, by: Member, organisation_id: int) -> Notice:
    """Send it to the issuer or an organisation below it; NotAllowed for any other."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    notice.audience_id = organisation_id
    await _refuse_out_of_reach(session, notice)
    session.add(notice)
    return notice


async def send(session: Session, *, notice_id: int, by: Member, now: datetime, today: date) -> Notice:
    """Release a draft to all members its audience has today; `spread` does the rest.

    NotAllowed when the author no longer may, BadInput when it is empty, secret or for nobody, TooLate when it
    was released before.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    await _refuse_out_of_reach(session, notice)
    _refuse_empty(notice)
    refuse_secret(rules.find_secrecy(notice.title) or rules.find_secrecy(notice.text))
    if not await notices.count_audience(session, notice, on=today):
        raise BadInput("notice_nobody")
    notice.title = notice.title or rules.title_of(notice.text or await _name_of_file(session, notice))
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
        share = step // len(sending) // await count_messages(session, notice)
        queued += await _spread_one(session, notice, limit=max(1, share), now=now, texts=texts)
    return queued


def fingerprint(notice: Notice) -> str:
    """Changes with what members will see and who they are: a preview's button sends that preview only."""
    seen = (notice.title, notice.text, notice.media_id, notice.audience_id)
    return f"{zlib.crc32(repr(seen).encode()):08x}"


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


async def _name_of_file(session: Session, notice: Notice) -> str:
    if notice.media_id is None:
        return ""
    return clean((await media.get(session, notice.media_id, content=False)).name)


async def _refuse_out_of_reach(session: Session, notice: Notice) -> None:
    if notice.issuer_id not in await organisations.list_lineage(session, notice.audience_id):
        raise NotAllowed


def _refuse_empty(notice: Notice) -> None:
    if not notice.text and notice.media_id is None:
        raise BadInput("notice_empty")


def refuse_secret(mark: str | None) -> None:
    """BadInput where a secrecy mark was found."""
    if mark is not None:
        raise BadInput("notice_secret", mark=mark)
