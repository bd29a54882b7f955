"""What must go out and is not settled.

A message's content is stored once and a delivery for each chat, in the transaction of the fact it speaks of.
The sender looks at candidates, takes those whose turn has come (`sending` is committed before the call) and
settles them afterwards. There is no way to ask Telegram whether a call that was cut off arrived: such a
delivery goes again at most once when it is an answer or a reminder, and is left as *unknown* otherwise.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    func,
    or_,
    true,
    update,
)
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.lanes import Lane
from db import leases
from db.many import is_among, is_one_of
from db.models import WAITING, Delivery, DeliveryState, Message
from db.session import Session, has_one_writer
from db.types import Utc

OPEN = (DeliveryState.QUEUED, DeliveryState.RETRY, DeliveryState.SENDING)
"""Not settled: what an earlier message of a chat may be in while a later one waits for it."""


def waiting() -> ColumnElement[bool]:
    """That a delivery waits, in the words of the partial index."""
    return is_one_of(Delivery.state, *WAITING)


def is_open(delivery: Any = Delivery) -> ColumnElement[bool]:
    """That a delivery is not settled, in the words of the partial index."""
    return is_one_of(delivery.state, *OPEN)


def not_held(delivery: Any = Delivery) -> ColumnElement[bool]:
    """That what a delivery says is not held up, as a study notice is that was paused or cancelled.

    The flag stands on the few messages and not on their many deliveries, so it is set in a moment; as a list the
    database makes once it costs next to nothing where thousands that are held stand before what may go.
    """
    held = select_rows(col(Message.id)).where(col(Message.held))
    condition: ColumnElement[bool] = col(delivery.message_id).not_in(held)
    return condition


@dataclass(frozen=True)
class Candidate:
    """A delivery that could go now."""

    id: int
    chat: int
    lane: int
    deadline: datetime
    message_id: int
    media_id: int | None
    due: datetime
    """Since when it might have left."""


@dataclass(frozen=True)
class Taken:
    """A delivery on its way, with its content. `tries` counts this one; `again` those that may have arrived."""

    id: int
    message: Message
    chat: int
    account_id: int | None
    lane: Lane
    edits: int | None
    tries: int
    again: int


@dataclass(frozen=True)
class Settlement:
    """How a claimed delivery ended; `retry_at` goes with RETRY, `again` is 1 when the try may have arrived."""

    delivery_id: int
    epoch: int
    state: DeliveryState
    reason: str | None = None
    channel_message_id: int | None = None
    retry_at: datetime | None = None
    again: int = 0


async def list_candidates(
    session: Session, *, bot: int, lane: Lane, limit: int, besides: Collection[int] = (), now: datetime
) -> list[Candidate]:
    """What of a lane could go now: earliest deadline first, and one at a time for each chat. Takes nothing.

    A chat's messages of one lane leave in the order they were queued, so one whose elder is unsettled waits.
    """
    values = {"its_bot": bot, "its_lane": int(lane), "most": limit, "besides": list(besides), "now": now}
    rows = await session.execute(_candidates(lane, has_one_writer(session)), values)
    return [Candidate(*row) for row in rows]


@cache
def _candidates(lane: Lane, one_writer: bool) -> Any:
    """The query, built once for each lane and database.

    - What is planned for later holds up nothing that is for now. An answer is never planned: one that seems to
      be was queued before the clock was set back, and the newer one must not go first.
    - Only what goes to many can be held up; it holds up nothing itself then.
    - Where the deadline is the moment a message may leave, what is planned for later is not even read.
    """
    now: BindParameter[datetime] = bindparam("now", type_=Utc())
    elder = aliased(Delivery)
    for_now = and_(col(elder.state) == DeliveryState.QUEUED, col(elder.not_before) <= now)
    before = or_(col(elder.state).in_((DeliveryState.SENDING, DeliveryState.RETRY)), for_now)
    held_up = (
        select(elder.id)
        .where(elder.bot == Delivery.bot, elder.chat == Delivery.chat, elder.lane == Delivery.lane)
        .where(
            col(elder.id) < Delivery.id,
            is_open(elder),
            before if lane > Lane.REPLY else true(),
            not_held(elder) if lane is Lane.BULK else true(),
        )
        .exists()
    )
    query = (
        select_rows(*_CANDIDATE)
        .join(Message, col(Message.id) == Delivery.message_id)
        .where(col(Delivery.bot) == bindparam("its_bot"), col(Delivery.lane) == bindparam("its_lane"))
        .where(waiting(), col(Delivery.not_before) <= now, ~held_up, _still_of_use(now))
        .where(~is_among(Delivery.id, one_writer=one_writer, name="besides"))
        .where(not_held() if lane is Lane.BULK else true())
        .order_by(col(Delivery.deadline), col(Delivery.id))
        .limit(bindparam("most"))
    )
    return query if lane is Lane.REMINDER else query.where(col(Delivery.deadline) <= now)


async def take(
    session: Session, *, bot: int, ids: Sequence[int], epoch: int, now: datetime
) -> dict[int, Taken]:
    """Commit to sending these now: from here on each may have arrived. Repeating it takes the same ones again.

    What was withdrawn meanwhile, or went over to another bot with its person, is not among the answer; nothing
    is when a later epoch holds the bot.
    """
    if not ids or not await leases.is_current(session, bot=bot, epoch=epoch):
        return {}
    taking, reading = _taking(has_one_writer(session))
    values = {"numbers": ids, "its_bot": bot, "its_epoch": epoch, "now": now}
    found = list(await session.execute(taking, values))
    wanted = {"numbers": list({row.message_id for row in found})}
    contents = (await session.execute(reading, wanted)).scalars()
    by_id = {message.id: message for message in contents}
    return {
        row.id: Taken(row.id, by_id[row.message_id], row.chat, row.account_id, Lane(row.lane), *row[5:])
        for row in found
    }


@cache
def _taking(one_writer: bool) -> tuple[Any, Any]:
    """The statement, and the query for the contents of what was taken."""
    epoch = bindparam("its_epoch", type_=Integer)
    now: BindParameter[datetime] = bindparam("now", type_=Utc())
    mine = and_(col(Delivery.state) == DeliveryState.SENDING, col(Delivery.epoch) == epoch)
    taking = (
        update(Delivery)
        .where(is_among(Delivery.id, one_writer=one_writer), col(Delivery.bot) == bindparam("its_bot"))
        .where(or_(col(Delivery.state).in_(WAITING), mine), _still_of_use(now), not_held())
        .values(state=DeliveryState.SENDING, tries=Delivery.tries + 1, epoch=epoch)
        .returning(*_TAKEN)
        .execution_options(synchronize_session=False)
    )
    return taking, select(Message).where(is_among(Message.id, one_writer=one_writer))


_CANDIDATE: tuple[Any, ...] = (
    col(Delivery.id),
    col(Delivery.chat),
    col(Delivery.lane),
    col(Delivery.deadline),
    col(Delivery.message_id),
    col(Message.media_id),
    case(
        (col(Delivery.state) == DeliveryState.QUEUED, col(Delivery.not_before)),
        (col(Delivery.lane) == int(Lane.REMINDER), col(Message.created_at)),
        else_=col(Delivery.deadline),
    ),
)
_TAKEN: tuple[Any, ...] = (
    col(Delivery.id),
    col(Delivery.message_id),
    col(Delivery.chat),
    col(Delivery.account_id),
    col(Delivery.lane),
    col(Delivery.edits),
    col(Delivery.tries),
    col(Delivery.again),
)


def _still_of_use(now: Any) -> ColumnElement[bool]:
    return or_(col(Delivery.expires_at).is_(None), col(Delivery.expires_at) > now)


async def settle(session: Session, settlements: Sequence[Settlement], *, now: datetime) -> None:
    """Write down how claimed deliveries ended; one that another epoch took over since is left alone."""
    if not settlements:
        return
    rows = [
        {
            "its_id": ended.delivery_id,
            "its_epoch": ended.epoch,
            "state": ended.state,
            "reason": ended.reason,
            "channel_message_id": ended.channel_message_id,
            "retry_at": ended.retry_at,
            "more": ended.again,
            "settled_at": None if ended.state in WAITING else now,
        }
        for ended in settlements
    ]
    connection = await session.connection()
    await connection.execute(_SETTLE, rows)


_SETTLE = (
    update(Delivery)
    .where(col(Delivery.id) == bindparam("its_id"), col(Delivery.epoch) == bindparam("its_epoch"))
    .where(col(Delivery.state) == DeliveryState.SENDING)
    .values(
        state=bindparam("state"),
        reason=bindparam("reason"),
        channel_message_id=bindparam("channel_message_id"),
        not_before=func.coalesce(bindparam("retry_at", type_=Utc()), col(Delivery.not_before)),
        again=col(Delivery.again) + bindparam("more"),
        settled_at=bindparam("settled_at"),
    )
)
"""Built once: settling is the statement that runs most often."""


async def recover(session: Session, *, bot: int, epoch: int, now: datetime) -> int:
    """Deal with what an earlier holder was cut off in, between taking and settling; how many there were.

    - an answer or a reminder goes again at once, but only once, and is marked (`again`);
    - anything else is *unknown*: a notice goes again with its first chase unless the member's tap settles it.
    """
    goes_again = and_(col(Delivery.lane) < int(Lane.BULK), col(Delivery.again) == 0)
    orphaned = await session.exec(
        update(Delivery)
        .where(col(Delivery.bot) == bot, col(Delivery.state) == DeliveryState.SENDING)
        .where(is_open(), col(Delivery.epoch) < epoch)
        .values(
            state=case((goes_again, DeliveryState.RETRY), else_=DeliveryState.UNKNOWN),
            again=case((goes_again, col(Delivery.again) + 1), else_=col(Delivery.again)),
            reason="cut off between sending and settling",
            not_before=now,
        )
        .execution_options(synchronize_session=False)
    )
    return int(orphaned.rowcount)


async def pull_forward(session: Session, *, bot: int, latest: datetime, now: datetime) -> int:
    """The clock was set back from `latest` to `now`: what was ready stays ready; how many these were."""
    ready = or_(col(Delivery.not_before) <= latest, col(Delivery.state) == DeliveryState.RETRY)
    pulled = await session.exec(
        update(Delivery)
        .where(col(Delivery.bot) == bot, waiting())
        .where(col(Delivery.not_before) > now, ready)
        .values(
            not_before=now,
            deadline=case((col(Delivery.lane) == int(Lane.REMINDER), col(Delivery.deadline)), else_=now),
        )
        .execution_options(synchronize_session=False)
    )
    return int(pulled.rowcount)


async def move_chat(session: Session, *, bot: int, old: int, new: int, now: datetime) -> int:
    """A group became a supergroup: what waits for the old chat goes to the new one; how many these were.

    Messages stay behind under numbers that mean others in the new chat, so what would change one is taken back.
    """
    await take_back_chat(session, bot=bot, chat=old, now=now, only=col(Delivery.edits).is_not(None))
    moved = await session.exec(
        update(Delivery)
        .where(col(Delivery.bot) == bot, col(Delivery.chat) == old, is_open(), col(Delivery.edits).is_(None))
        .values(chat=new)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)


async def take_back_chat(
    session: Session, *, bot: int, chat: int, now: datetime, only: ColumnElement[bool] | None = None
) -> int:
    """Take back what waits for a chat, or of that only what this is true of; it may be said there again later."""
    taken = await session.exec(
        update(Delivery)
        .where(
            col(Delivery.bot) == bot, col(Delivery.chat) == chat, waiting(), true() if only is None else only
        )
        .values(state=DeliveryState.CANCELLED, reason="withdrawn", settled_at=now, dedupe=None)
        .execution_options(synchronize_session=False)
    )
    return int(taken.rowcount)


async def give_up(session: Session, *, account_id: int, reason: str, now: datetime) -> int:
    """Settle all that waits for an account that takes nothing any more as blocked; how many these were."""
    given_up = await session.exec(
        update(Delivery)
        .where(col(Delivery.account_id) == account_id, waiting())
        .values(state=DeliveryState.BLOCKED, reason=reason[:300], settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(given_up.rowcount)


async def drop_expired(session: Session, *, now: datetime) -> int:
    """Withdraw what is no longer of use: a reminder of a meeting that has begun is dropped, not sent late."""
    dropped = await session.exec(
        update(Delivery)
        .where(waiting(), col(Delivery.expires_at) <= now)
        .values(state=DeliveryState.CANCELLED, reason="no longer of use", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(dropped.rowcount)


async def next_due(session: Session, *, bot: int, after: datetime) -> datetime | None:
    """The earliest moment later than `after` at which a waiting delivery may leave."""
    query = select(func.min(Delivery.not_before)).where(
        Delivery.bot == bot, waiting(), col(Delivery.not_before) > after
    )
    return (await session.exec(query)).one()


async def count_ready(session: Session, *, bot: int, now: datetime) -> int:
    """How many deliveries could leave now or are on their way."""
    ready = or_(
        and_(waiting(), col(Delivery.not_before) <= now, not_held()),
        col(Delivery.state) == DeliveryState.SENDING,
    )
    return (
        await session.exec(select(func.count()).select_from(Delivery).where(ready, Delivery.bot == bot))
    ).one()


async def withdraw(session: Session, *, about: tuple[str, int], now: datetime) -> int:
    """Take back what still waits to be said about something; how many chats will not get it."""
    mine = and_(col(Message.about) == about[0], col(Message.about_id) == about[1])
    return await take_back(session, about=mine, now=now)


async def take_back(
    session: Session,
    *,
    account_ids: Collection[int] = (),
    about: ColumnElement[bool] | None = None,
    now: datetime,
) -> int:
    """Take back what waits for these accounts, or of the messages this is true of; how many deliveries."""
    theirs = col(Delivery.account_id).in_(account_ids)
    if about is not None:
        theirs = col(Delivery.message_id).in_(select_rows(col(Message.id)).where(about))
    taken = await session.exec(
        update(Delivery)
        .where(theirs, waiting())
        .values(state=DeliveryState.CANCELLED, reason="withdrawn", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(taken.rowcount)
