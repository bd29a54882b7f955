"""What is to become of the many messages of a notice that was stopped: withdrawn, or deleted where they arrived.

The messages of a cancelled notice, and the one that deletes, are held as long as there is something to do: the few
that are held are the list of work.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, literal_column, update
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.lanes import Lane
from db import posting
from db.many import is_one_of
from db.models import WAITING, Delivery, DeliveryState, Message, Notice
from db.notices import ABOUT
from db.posting import When
from db.session import Session
from db.spreading import list_parts

DELETES = "notice_gone"
"""What the deletion of a notice's messages is about: the notice's number goes with it."""
CANCELLED = "the notice was cancelled"


def of_messages(ids: Sequence[int]) -> ColumnElement[bool]:
    """That a delivery carries one of a notice's messages, in the words of `ix_delivery_progress`."""
    lane: ColumnElement[int] = literal_column(str(int(Lane.BULK)))
    return and_(col(Delivery.message_id).in_(ids), col(Delivery.lane) == lane)


async def withdraw(session: Session, *, limit: int, now: datetime) -> int:
    """Take back what waits of cancelled notices, `limit` at most; how many deliveries.

    When nothing is on its way any more that could come back to wait, their messages are held no longer.
    """
    query = select(col(Message.id)).where(col(Message.held), Message.about == ABOUT)
    query = query.join(Notice, col(Notice.id) == Message.about_id).where(
        col(Notice.cancelled_at).is_not(None)
    )
    ids = [each for each in (await session.exec(query)).all() if each is not None]
    if not ids:
        return 0
    next_ones = select_rows(col(Delivery.id)).where(of_messages(ids), is_one_of(Delivery.state, *WAITING))
    taken = await session.exec(
        update(Delivery)
        .where(col(Delivery.id).in_(next_ones.limit(limit)), is_one_of(Delivery.state, *WAITING))
        .values(state=DeliveryState.CANCELLED, reason=CANCELLED, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:
        await _let_go(session, ids)
    return int(taken.rowcount)


async def _let_go(session: Session, ids: Sequence[int]) -> None:
    sending = select_rows(col(Delivery.message_id)).where(
        of_messages(ids), is_one_of(Delivery.state, DeliveryState.SENDING)
    )
    ended = (
        update(Message).where(col(Message.id).in_(ids), col(Message.id).not_in(sending)).values(held=False)
    )
    await session.exec(ended.execution_options(synchronize_session=False))


async def begin_deletion(session: Session, notice: Notice, *, now: datetime) -> None:
    """What deletes, held until all it is to delete is queued."""
    session.add(Message(deletes=True, held=True, about=DELETES, about_id=notice.id, created_at=now))
    await session.flush()


async def list_deleting(session: Session) -> list[Notice]:
    """Notices not all of whose deletions are queued, and nothing of which is on its way any more."""
    busy = select_rows(col(Message.about_id)).where(col(Message.held), col(Message.about) == ABOUT)
    query = (
        select(Notice)
        .join(Message, and_(col(Message.about) == DELETES, col(Message.about_id) == Notice.id))
        .where(col(Message.held), col(Notice.id).not_in(busy))
        .with_for_update(skip_locked=True, of=Notice)
    )
    return list((await session.exec(query)).all())


async def delete_next(session: Session, notice: Notice, *, limit: int, since: datetime, now: datetime) -> int:
    """Queue the deletion of the next messages that arrived since a moment; how many deliveries were looked at.

    After the last ones they leave.
    """
    ids = [part.message_id for part in await list_parts(session, notice.id or 0)]
    after = notice.deleted_to or 0
    step = select_rows(col(Delivery.id)).where(of_messages(ids), col(Delivery.id) > after)
    looked = step.order_by(col(Delivery.id)).limit(limit).subquery()
    count, last = (await session.execute(select_rows(func.count(), func.max(looked.c.id)))).one()
    deleting = and_(col(Message.about) == DELETES, col(Message.about_id) == notice.id)
    if not count:
        await session.exec(
            update(Message).where(deleting).values(held=False).execution_options(synchronize_session=False)
        )
        return 0
    chosen = (
        select_rows(
            select_rows(col(Message.id)).where(deleting).scalar_subquery().label("message_id"),
            col(Delivery.bot),
            col(Delivery.chat),
            col(Delivery.account_id),
            (literal("gone:") + cast(col(Delivery.id), String)).label("dedupe"),
            col(Delivery.channel_message_id).label("edits"),
        )
        .where(of_messages(ids), col(Delivery.id).between(after + 1, last))
        .where(is_one_of(Delivery.state, DeliveryState.SENT), col(Delivery.settled_at) > since)
        .where(col(Delivery.channel_message_id).is_not(None))
        .order_by(col(Delivery.id))
    )
    await posting.queue_chosen(session, chosen, lane=Lane.BULK, when=When(now))
    notice.deleted_to = last
    session.add(notice)
    return int(count)
