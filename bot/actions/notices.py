"""Study notices: written as a draft, released once, spread step by step, confirmed by each member.

compose → add_text / add_file → set_title → set_audience   by the author alone
confirm, record_told                                       by a recipient; by who leads their cell
"""

import zlib
from datetime import date, datetime
from typing import Any

from bot.actions.authority import authorise
from bot.actions.telling import Say
from bot.buttons import Rows, tap
from bot.errors import BadInput, NotAllowed, NotFound, TooLate
from bot.rules import notices as rules
from bot.rules.names import clean
from bot.rules.notice_stages import Move, may
from bot.rules.permissions import Right
from bot.texts import Texts
from db import media, notices, organisations
from db.models import Media, Member, Notice, NoticeState, Organisation, Recipient
from db.session import Session


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


async def check(session: Session, notice: Notice, *, today: date) -> None:
    """Refuse what cannot leave: NotAllowed out of its issuer's reach, BadInput when empty, secret or for nobody."""
    await _refuse_out_of_reach(session, notice)
    _refuse_empty(notice)
    refuse_secret(rules.find_secrecy(notice.title) or rules.find_secrecy(notice.text))
    if not await notices.count_audience(session, notice, on=today):
        raise BadInput("notice_nobody")


async def own_title(session: Session, notice: Notice) -> str:
    """The title a notice has of itself: the first line of its text, or its document's name."""
    return rules.title_of(notice.text or await _name_of_file(session, notice))


async def fingerprint(session: Session, notice: Notice, leaves_at: datetime | None = None) -> str:
    """Changes with what members will see and who they are: a preview's button sends that preview only."""
    seen = (notice.title, notice.text, notice.media_id, notice.audience_id, leaves_at)
    return f"{zlib.crc32(repr(seen).encode()):08x}"


def parts(notice: Notice, issuer: Organisation) -> list[Say]:
    """The messages of a notice in order; the last one asks for the confirmation and takes the document."""
    pieces = _pieces(notice)
    return [_part(notice, issuer, piece, at, len(pieces)) for at, piece in enumerate(pieces, start=1)]


def count_parts(notice: Notice) -> int:
    """How many messages a notice is."""
    return len(_pieces(notice))


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


def _confirm(session: Session, recipient: Recipient, now: datetime) -> bool:
    if recipient.confirmed_at is not None:
        return False
    recipient.confirmed_at = now
    session.add(recipient)
    return True


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
