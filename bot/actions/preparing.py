"""Preparing a meeting: the secretary confirms it, and documents are put to it that go with the invitation."""

from datetime import datetime

from bot.actions import attendance, changing
from bot.actions.authority import authorise_meeting
from bot.actions.notice_drafts import refuse_secret
from bot.errors import BadInput, TooLate
from bot.rules import notices as rules
from bot.rules.attendance import Standing
from bot.rules.permissions import Right
from bot.texts import Texts
from db import media, meetings, preparing
from db.models import Media, Meeting, MeetingDocument, MeetingState, Member
from db.preparing import Document
from db.session import Session

MOST_DOCUMENTS = 5
"""Documents of one meeting."""
LARGEST_DOCUMENT = 10 * 1024 * 1024
"""Bytes: what a weak network brings to every member in reasonable time."""


async def confirm(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Meeting:
    """Time, place and the proposed agenda stay as they are. NotAllowed; TooLate when called off or begun."""
    meeting = await changing.get(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    _check_coming(meeting, now)
    if meeting.confirmed_at is None:
        proposed = await preparing.list_agendas(session, [meeting_id])
        meeting.agenda, meeting.confirmed_at = proposed.get(meeting_id, ""), now
        session.add(meeting)
    return meeting


async def list_documents(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[Meeting, list[Document]]:
    """A meeting and its documents, for who leads its cell and may put documents to it."""
    meeting = await _changeable(session, meeting_id, by, now=now, texts=texts)
    return meeting, await _documents(session, meeting_id)


async def add_document(
    session: Session,
    *,
    meeting_id: int,
    by: Member,
    file: Media,
    caption: str = "",
    now: datetime,
    texts: Texts,
) -> list[Document]:
    """Put a document or a picture to a meeting; its documents then.

    NotAllowed; TooLate; BadInput when documents do not go through the chat, the name or caption bears a secrecy
    mark, the file is too large, or there are enough of them.
    """
    await _changeable(session, meeting_id, by, now=now, texts=texts)
    refuse_secret(rules.find_secrecy_in_name(file.name) or rules.find_secrecy(caption))
    if len(file.content) > LARGEST_DOCUMENT:
        raise BadInput("document_too_big", most=LARGEST_DOCUMENT // 1024 // 1024)
    if len(await _documents(session, meeting_id)) >= MOST_DOCUMENTS:
        raise BadInput("documents_enough", most=MOST_DOCUMENTS)
    number = await media.keep(session, file)
    session.add(MeetingDocument(meeting_id=meeting_id, media_id=number, added_by=by.id or 0))
    await session.flush()
    return await _documents(session, meeting_id)


async def drop_document(
    session: Session, *, document_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[Meeting, list[Document]]:
    """Take a document off its meeting; who was sent it before keeps it. The meeting, and what is left."""
    document = await preparing.get_document(session, document_id)
    meeting = await _changeable(session, document.meeting_id, by, now=now, texts=texts)
    await session.delete(document)
    await session.flush()
    return meeting, await _documents(session, document.meeting_id)


async def fetch_documents(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[Meeting, list[Document]]:
    """A meeting and its documents, for who is on its list or leads its cell. NotAllowed for everybody else."""
    meeting = await attendance.get_open(session, meeting_id)
    listed = await meetings.list_expected(session, meeting, on=texts.day_of(meeting.starts_at))
    mine = next((e for e in listed if e.member_id == by.id), None)
    if mine is None or mine.standing is Standing.NOT_EXPECTED:
        await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    _check_allowed(texts)
    return meeting, await _documents(session, meeting_id)


async def _changeable(
    session: Session, meeting_id: int, by: Member, *, now: datetime, texts: Texts
) -> Meeting:
    meeting = await changing.get(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    _check_allowed(texts)
    _check_coming(meeting, now)
    return meeting


def _check_allowed(texts: Texts) -> None:
    if not texts.documents_in_chat:
        raise BadInput("documents_not_here")


def _check_coming(meeting: Meeting, now: datetime) -> None:
    if meeting.state is MeetingState.CANCELLED:
        raise TooLate("meeting_cancelled")
    if meeting.starts_at <= now:
        raise TooLate("meeting_started")


async def _documents(session: Session, meeting_id: int) -> list[Document]:
    return (await preparing.list_documents(session, [meeting_id])).get(meeting_id, [])
