"""Preparing a meeting in chat: confirming it, and the documents that go with its invitation."""

from collections.abc import Sequence

from telegram import Update

from bot.actions import meeting_news, preparing
from bot.actions.preparing import LARGEST_DOCUMENT, MOST_DOCUMENTS
from bot.buttons import Rows, tap
from bot.errors import BadInput
from bot.rules.names import fold
from db import media, organisations, wizards
from db.models import Media, Meeting
from db.preparing import Document
from handlers import files
from handlers.common import Context, Visit, tapped, visit

PAPERS = "papers"
"""The wizard that waits for documents of a meeting."""
CONFIRMS = {"dung", "dung roi", "dung giu nhu vay", "giu nhu vay", "giu nguyen", "right", "right keep it"}
"""Folded words that confirm a meeting as it is proposed."""
NAME = 40
"""Characters of a document's name on a button."""


async def on_confirm(update: Update, context: Context) -> None:
    """Time, place and agenda are right as they were shown."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await _confirm(v, meeting_id)


async def answer_in_words(v: Visit, meeting_id: int, text: str) -> bool:
    """`đúng, giữ như vậy`, typed; False when it is anything else."""
    if fold(text).replace(",", "").rstrip(" .!") not in CONFIRMS:
        return False
    await _confirm(v, meeting_id)
    return True


async def _confirm(v: Visit, meeting_id: int) -> None:
    meeting = await preparing.confirm(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
    cell = await organisations.get(v.session, meeting.cell_id)
    rows = [[v.button("meetings.change", "change", meeting_id)]]
    v.edit("meeting_confirmed", rows, meeting=meeting, cell=cell)


async def on_papers(update: Update, context: Context) -> None:
    """The documents of a meeting, and waiting for more."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        meeting, documents = await preparing.list_documents(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        data = {"step": "file", "meeting": meeting_id}
        await wizards.start(v.session, v.known, PAPERS, data, now=v.now)
        _show(v, meeting, documents)


async def on_drop(update: Update, context: Context) -> None:
    """A document is taken off again."""
    document_id = tapped(update).number(0)

    async with visit(update, context) as v:
        meeting, documents = await preparing.drop_document(
            v.session, document_id=document_id, by=v.member, now=v.now, texts=v.texts
        )
        _show(v, meeting, documents)


async def on_done(update: Update, context: Context) -> None:
    """No more documents."""
    async with visit(update, context) as v:
        await on_typed(v, "xong")


async def on_typed(v: Visit, text: str) -> None:
    """Something typed, or sent that is no file, while documents are awaited."""
    wizard = await wizards.get(v.session, v.known, PAPERS)
    if fold(text).rstrip(".!") not in ("xong", "huy", "done"):
        raise BadInput("document_not_file")
    await wizards.stop(v.session, v.known)
    meeting, documents = await preparing.list_documents(
        v.session, meeting_id=wizard["meeting"], by=v.member, now=v.now, texts=v.texts
    )
    v.edit("meeting_papers_done", meeting=meeting, documents=documents)


async def on_file(update: Update, context: Context) -> bool:
    """A document or picture sent while a meeting's are awaited; False when it is for something else."""
    sent = files.sent_file(update)
    if sent is None or not await files.is_awaited(update, context, PAPERS, ("file",)):
        return False
    if (sent.file_size or 0) > LARGEST_DOCUMENT:
        raise BadInput("document_too_big", most=LARGEST_DOCUMENT // 1024 // 1024)
    content = await files.fetch(sent)

    async with visit(update, context) as v:
        file = files.media_of(sent, content, now=v.now)
        await _take(v, file, sent.file_id)
    return True


async def on_fetch(update: Update, context: Context) -> None:
    """A member asks for the documents of a meeting."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        meeting, documents = await preparing.fetch_documents(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        cell = await organisations.get(v.session, meeting.cell_id)
        for document in documents:
            said = meeting_news.document(meeting, cell, document)
            v.say(said.template, about=said.about, media_id=said.media_id, **said.values)
        if not documents:
            v.toast("no_documents", alert=True)


async def _take(v: Visit, file: Media, file_id: str) -> None:
    wizard = await wizards.get(v.session, v.known, PAPERS)
    caption = v.update.message.caption if v.update.message else None
    documents = await preparing.add_document(
        v.session,
        meeting_id=wizard["meeting"],
        by=v.member,
        file=file,
        caption=caption or "",
        now=v.now,
        texts=v.texts,
    )
    await media.remember_file_id(v.session, file.id or 0, bot=v.house.bot, file_id=file_id)
    meeting, _ = await preparing.list_documents(
        v.session, meeting_id=wizard["meeting"], by=v.member, now=v.now, texts=v.texts
    )
    _show(v, meeting, documents)


def _show(v: Visit, meeting: Meeting, documents: Sequence[Document]) -> None:
    rows: Rows = [[tap(f"✖️ {each.name[:NAME]}", "paperdrop", each.id)] for each in documents]
    rows = [*rows, [v.button("meetings.papers_done", "paperdone")]]
    v.edit("meeting_papers", rows, meeting=meeting, documents=documents, most=MOST_DOCUMENTS)


TAPS = {
    "confirm": on_confirm,
    "papers": on_papers,
    "paperdrop": on_drop,
    "paperdone": on_done,
    "files": on_fetch,
}
WIZARDS = {PAPERS: on_typed}
