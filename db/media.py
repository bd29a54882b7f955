"""Named reads of documents and pictures, and the ids under which a bot holds them."""

from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import update
from sqlalchemy.orm import defer
from sqlmodel import col, select

from bot.errors import NotFound
from db.models import Media, MediaCopy, Message, Notice
from db.session import Session, insert


async def get(session: Session, media_id: int, *, content: bool = True) -> Media:
    """The media, without its bytes when `content` is False; NotFound when there is none."""
    query = select(Media).where(Media.id == media_id)
    if not content:
        query = query.options(defer(Media.content))  # type: ignore[arg-type]
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound
    return found


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


async def forget_lists(session: Session, *, before: datetime) -> int:
    """Empty the membership lists and reports on them that were sent out before a moment; how many there were.

    The chat still has them. Lists that came in, and whose sender never said what to do, are deleted.
    """
    sent = select(Message.media_id).where(Message.about == LIST, col(Message.created_at) < before)
    emptied = await session.exec(
        update(Media).where(col(Media.id).in_(sent), col(Media.content) != b"").values(content=b"")
    )
    in_use = select(Message.media_id).where(col(Message.media_id).is_not(None))
    noticed = select(Notice.media_id).where(col(Notice.media_id).is_not(None))
    dropped = await session.exec(
        delete_rows(Media).where(
            col(Media.created_at) < before, col(Media.id).not_in(in_use), col(Media.id).not_in(noticed)
        )
    )
    return int(emptied.rowcount + dropped.rowcount)


LIST = "list"
"""What messages with a membership list are about."""
