"""Named reads about evidence: the photos, documents and voice messages that go with reports of tasks."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import exists, func, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import defer
from sqlmodel import col, select

from db.models import Delivery, Evidence, Media, MediaCopy, Message
from db.session import Session


class Shown(NamedTuple):
    """A piece of evidence: where its content is, and whether this bot can show it."""

    evidence: Evidence
    here: bool


async def find_media(session: Session, unique_id: str) -> Media | None:
    """What is kept of a file under the channel's own number of it, without its bytes."""
    query = select(Media).where(Media.unique_id == unique_id).order_by(col(Media.id))
    return (await session.exec(query.options(defer(Media.content)))).first()  # type: ignore[arg-type]


async def has_content(session: Session, unique_id: str) -> bool:
    """Whether the bytes of a file are kept already."""
    query = select(Media.id).where(Media.unique_id == unique_id, func.length(Media.content) > 0)
    return (await session.exec(query)).first() is not None


async def list_media(session: Session, progress_id: int) -> list[int]:
    """The numbers of the files that go with a report, in the order in which they came."""
    query = select(Evidence.media_id).where(Evidence.progress_id == progress_id).order_by(col(Evidence.id))
    return list((await session.exec(query)).all())


async def list_shown(session: Session, progress_id: int, *, bot: int) -> list[Shown]:
    """The evidence of a report; what is kept by file id alone can only be shown by the bot that has the id."""
    copy = exists().where(col(MediaCopy.media_id) == Media.id, col(MediaCopy.bot) == bot)
    query = (
        select_rows(Evidence, or_(func.length(Media.content) > 0, copy))
        .join(Media, col(Media.id) == Evidence.media_id)
        .where(col(Evidence.progress_id) == progress_id)
        .order_by(col(Evidence.id))
    )
    return [Shown(*row) for row in await session.execute(query)]


async def count(session: Session, progress_ids: Collection[int]) -> dict[int, int]:
    """How many files go with reports; one without any is left out."""
    query = (
        select_rows(col(Evidence.progress_id), func.count())
        .where(col(Evidence.progress_id).in_(progress_ids))
        .group_by(col(Evidence.progress_id))
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def find_told(session: Session, dedupe: str) -> int | None:
    """The task that a message of this name spoke of; None where there was no such message."""
    query = (
        select(Message.about_id)
        .join(Delivery, col(Delivery.message_id) == Message.id)
        .where(Delivery.dedupe == dedupe)
    )
    return (await session.exec(query)).first()
