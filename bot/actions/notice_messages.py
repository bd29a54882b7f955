"""The messages of a study notice, as its readers get them: made when it leaves, or for a preview."""

from datetime import datetime
from typing import Any

from bot.actions.telling import Say
from bot.buttons import Rows, tap
from bot.reports.notice_document import Head, file_name, notice_document
from bot.rules import notices as rules
from bot.rules.notices import Piece
from bot.texts import Texts
from db import media, notice_questions, notices, organisations
from db.models import Notice, Organisation
from db.session import Session


async def messages_of(session: Session, notice: Notice, *, now: datetime) -> list[Say]:
    """The messages of a notice in order; the last one asks for the confirmation.

    A long text becomes a document here, which is kept with them: whoever only shows them leaves it to be forgotten.
    """
    issuer = await organisations.get(session, notice.issuer_id)
    pieces = await _pieces(session, notice, issuer, now=now)
    questions = await notice_questions.count(session, notice.id or 0)
    same = {"notice": notice, "issuer": issuer, "questions": questions, "count": len(pieces)}
    return [_message(notice, same, piece, at, len(pieces)) for at, piece in enumerate(pieces, start=1)]


async def count_messages(session: Session, notice: Notice) -> int:
    """How many messages a notice is, without making them."""
    files = await notices.list_files(session, notice)
    return rules.count_messages(notice.text, len(files), as_parts=notice.as_parts)


def reading_buttons(notice_id: int | None, texts: Texts, language: str) -> Rows:
    """What who reads a notice can say: studied, or later."""
    return [
        [tap(texts.label("notices.confirm", language), "read", notice_id)],
        [tap(texts.label("notices.later", language), "notice_later", notice_id)],
    ]


async def _pieces(session: Session, notice: Notice, issuer: Organisation, *, now: datetime) -> list[Piece]:
    files = await notices.list_files(session, notice)
    if not rules.needs_document(notice.text, as_parts=notice.as_parts):
        return rules.pieces_of(notice.text, files)
    head = Head(notice.body or issuer.name, notice.number, notice.issued_on, notice.title)
    content = notice_document(head, notice.text)
    made = media.document(file_name(notice.title), content, mime=media.DOCX, now=now)
    document = await media.keep(session, made)
    return rules.pieces_of(notice.text, files, document=document, title=notice.title)


def _message(notice: Notice, same: dict[str, Any], piece: Piece, number: int, count: int) -> Say:
    values = same | {"piece": piece, "number": number, "confirmed_at": None}
    about = (notices.ABOUT, notice.id or 0)
    if number < count:
        return Say("notice_part", values, about=about, media_id=piece.media_id)
    return Say(
        "notice_part",
        values,
        lambda texts, language: reading_buttons(notice.id, texts, language),
        about=about,
        asks=True,
        media_id=piece.media_id,
    )


async def last_text(session: Session, notice: Notice, *, now: datetime) -> Say | None:
    """The last message of a notice, where it is a text; None where it is a file, whose caption stays as it is."""
    files = await notices.list_files(session, notice)
    if files or rules.needs_document(notice.text, as_parts=notice.as_parts):
        return None
    return (await messages_of(session, notice, now=now))[-1]
