"""Documents and pictures: kept, read and forgotten, and the ids under which a bot holds them."""

from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import defer
from sqlmodel import col, select

from bot.errors import NotFound
from db.models import Media, MediaCopy
from db.session import Session, insert

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""The kind of Word documents."""

LIST = "list"
"""What messages with a list of people are about: their files are forgotten after a while."""

CHECK_IN = "check_in"
"""What messages with a picture to check in by are about."""


async def get(session: Session, media_id: int, *, content: bool = True) -> Media:
    """The media, without its bytes when `content` is False; NotFound when there is none."""
    query = select(Media).where(Media.id == media_id)
    if not content:
        query = query.options(defer(Media.content))  # type: ignore[arg-type]
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound
    return found


def document(name: str, content: bytes, *, mime: str, now: datetime) -> Media:
    """A document that is not kept yet."""
    return Media(kind="document", name=name, mime=mime, content=content, created_at=now)


async def keep(session: Session, file: Media) -> int:
    """Keep a document or a picture; its number."""
    session.add(file)
    await session.flush()
    assert file.id is not None
    return file.id


async def find_file_id(session: Session, media_id: int, *, bot: int) -> str | None:
    """The id under which the bot already holds the media."""
    copy = await session.get(MediaCopy, (media_id, bot))
    return copy.file_id if copy else None


async def remember_file_id(session: Session, media_id: int, *, bot: int, file_id: str) -> None:
    """Note the id under which the bot now holds the media."""
    row = {"media_id": media_id, "bot": bot, "file_id": file_id}
    await session.execute(insert(session, MediaCopy).on_conflict_do_nothing(), [row])


async def forget_file_id(session: Session, media_id: int, *, bot: int) -> None:
    """Forget the id under which the bot held the media."""
    await session.exec(
        delete_rows(MediaCopy).where(col(MediaCopy.media_id) == media_id, col(MediaCopy.bot) == bot)
    )


async def delete(session: Session, media_id: int) -> None:
    """Forget a document or picture nothing refers to any more."""
    await session.exec(delete_rows(MediaCopy).where(col(MediaCopy.media_id) == media_id))
    await session.exec(delete_rows(Media).where(col(Media.id) == media_id))
