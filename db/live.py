"""Named reads and writes about messages that are kept up to date where they stand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from db import outbox
from db.many import is_one_of
from db.models import WAITING, Delivery, LiveKind, LiveMessage, Message
from db.session import Session

ABOUT = "live"
"""What the edits of such a message are about: its number goes with it."""


async def start(session: Session, live: LiveMessage) -> None:
    """Keep a message up to date from now on, in place of an earlier one of the same kind in the same chat."""
    await session.exec(delete(LiveMessage).where(_same(live)))
    session.add(live)
    await session.flush()


async def find_same(session: Session, live: LiveMessage) -> LiveMessage | None:
    """What shows the same in the same chat already."""
    return (await session.exec(select(LiveMessage).where(_same(live)))).first()


def _same(live: LiveMessage) -> ColumnElement[bool]:
    return and_(
        col(LiveMessage.kind) == live.kind,
        col(LiveMessage.about_id) == live.about_id,
        col(LiveMessage.bot) == live.bot,
        col(LiveMessage.chat) == live.chat,
    )


async def leave(session: Session, *, bot: int, chat: int, message_id: int, but: int | None = None) -> None:
    """Something else stands in the place of a message now: what was shown there (`but` this) is left as it is."""
    its = col(Delivery.dedupe) == LiveMessage.dedupe
    sent = select_rows(col(Delivery.id)).where(its, col(Delivery.channel_message_id) == message_id).exists()
    there = or_(col(LiveMessage.message_id) == message_id, and_(col(LiveMessage.message_id).is_(None), sent))
    others = and_(
        col(LiveMessage.bot) == bot, col(LiveMessage.chat) == chat, col(LiveMessage.id).is_distinct_from(but)
    )
    await session.exec(delete(LiveMessage).where(others, there).execution_options(synchronize_session=False))


async def note_changed(
    session: Session,
    kinds: Collection[LiveKind],
    about_id: int,
    *,
    now: datetime,
    but: int | None = None,
) -> None:
    """What these messages show is not as it was; `but` this one has just been brought up to date.

    One that would change by itself later changes now.
    """
    changed = update(LiveMessage).where(
        col(LiveMessage.about_id) == about_id,
        col(LiveMessage.kind).in_(kinds),
        or_(col(LiveMessage.changed_at).is_(None), col(LiveMessage.changed_at) > now),
        col(LiveMessage.id).is_distinct_from(but),
    )
    await session.exec(changed.values(changed_at=now).execution_options(synchronize_session=False))


async def list_changed(
    session: Session, every: Mapping[LiveKind, timedelta], *, now: datetime, limit: int
) -> list[LiveMessage]:
    """Messages that show what is no longer so, and were not edited within the time of their kind."""
    rested = [
        and_(
            is_one_of(LiveMessage.kind, kind),
            or_(col(LiveMessage.shown_at).is_(None), col(LiveMessage.shown_at) <= now - wait),
        )
        for kind, wait in every.items()
    ]
    query = (
        select(LiveMessage)
        .where(col(LiveMessage.changed_at) <= now, or_(*rested))
        .order_by(col(LiveMessage.changed_at), col(LiveMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.exec(query)).all())


async def find_number(session: Session, live: LiveMessage) -> int | None:
    """The channel's number of the message, as soon as it has been sent."""
    sent = select_rows(col(Delivery.channel_message_id)).where(col(Delivery.dedupe) == live.dedupe)
    return (await session.execute(sent)).scalar() if live.dedupe else None


async def find_waiting(session: Session, live: LiveMessage) -> Message | None:
    """What has not left yet, and does not before the transaction ends: the message itself, or the last edit of it."""
    edit = and_(col(Message.about) == ABOUT, col(Message.about_id) == live.id)
    query = (
        select(Message)
        .join(Delivery, col(Delivery.message_id) == Message.id)
        .where(col(Delivery.dedupe) == live.dedupe if live.message_id is None else edit)
        .where(is_one_of(Delivery.state, *WAITING))
        .with_for_update(of=Delivery)
    )
    return (await session.exec(query)).first()


async def move(session: Session, *, bot: int, old: int, new: int, now: datetime) -> None:
    """A chat has another number now: what was sent stayed behind, and is to be said again in the new one."""
    theirs = and_(col(LiveMessage.bot) == bot, col(LiveMessage.chat) == old)
    named = col(Delivery.dedupe).is_not(None)
    waits = select_rows(col(Delivery.dedupe)).where(
        col(Delivery.bot) == bot, col(Delivery.chat).in_((old, new)), outbox.is_open(), named
    )
    sent = or_(col(LiveMessage.dedupe).is_(None), col(LiveMessage.dedupe).not_in(waits))
    unsaid = {"message_id": None, "dedupe": None, "shown_at": None, "changed_at": now}
    change = update(LiveMessage).execution_options(synchronize_session=False)
    await session.exec(change.where(theirs, sent).values(unsaid))
    await session.exec(change.where(theirs).values(chat=new))


async def forget(session: Session, ids: Sequence[int]) -> None:
    """Leave these messages as they are from now on."""
    await session.exec(delete(LiveMessage).where(col(LiveMessage.id).in_(ids)))


async def forget_over(session: Session, *, now: datetime) -> int:
    """Leave those whose time is over as they are; how many these were."""
    return int((await session.exec(delete(LiveMessage).where(col(LiveMessage.until) <= now))).rowcount)
