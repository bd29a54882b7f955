"""Named reads and rows about what a study notice consists of: its documents in their order, and its questions."""

from sqlalchemy import delete
from sqlmodel import col, select

from db import media, notices
from db.models import Notice, NoticeFile, NoticeQuestion
from db.session import Session


async def list_names(session: Session, notice: Notice) -> list[str]:
    """The names of a notice's documents and pictures, in order."""
    files = await notices.list_files(session, notice)
    return [(await media.get(session, number, content=False)).name for number in files]


async def list_questions(session: Session, notice_id: int) -> list[NoticeQuestion]:
    """The questions of a notice, by number."""
    query = select(NoticeQuestion).where(NoticeQuestion.notice_id == notice_id)
    return list((await session.exec(query.order_by(col(NoticeQuestion.number)))).all())


async def put_file(session: Session, notice: Notice, media_id: int) -> None:
    """Put a document behind those there are."""
    if notice.media_id is None:
        notice.media_id = media_id
        session.add(notice)
    else:
        session.add(NoticeFile(notice_id=notice.id or 0, media_id=media_id))
    await session.flush()


async def drop_file(session: Session, notice: Notice, media_id: int) -> None:
    """Take a document out and forget it; where it was the first, the next one is."""
    kept = [each for each in await notices.list_files(session, notice) if each != media_id]
    await session.exec(delete(NoticeFile).where(col(NoticeFile.notice_id) == notice.id))
    notice.media_id = None
    session.add(notice)
    await session.flush()
    for each in kept:
        await put_file(session, notice, each)
    await media.delete(session, media_id)


async def delete_draft(session: Session, notice: Notice) -> None:
    """Forget what was never released, with its documents and questions."""
    files = await notices.list_files(session, notice)
    for table in (NoticeFile, NoticeQuestion):
        await session.exec(delete(table).where(col(table.notice_id) == notice.id))
    await session.delete(notice)
    await session.flush()
    for each in files:
        await media.delete(session, each)
