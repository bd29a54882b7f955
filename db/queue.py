"""The queue as its operators see it: how much waits, since when, what is stuck and why. Never what it says.

Reasons are Telegram's words or our own. Telegram sometimes quotes the message it refuses: what is quoted, and
every number long enough to be somebody's, is left out of what is shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from bot.discreet import without_content
from bot.lanes import Lane
from db.models import BotState, Delivery, DeliveryState, Message, Update, UpdateState
from db.outbox import not_held, waiting
from db.session import Session

RECENT = timedelta(minutes=5)
"""Over which the rate is counted."""
MANY_TRIES = 3
"""A message tried as often as this and still waiting is stuck."""
REFUSED = (DeliveryState.UNKNOWN, DeliveryState.BLOCKED, DeliveryState.DEAD)
SHOWN = 20
"""Groups of what is stuck, the largest ones."""
INBOX = "inbox"


@dataclass(frozen=True)
class Serving:
    """Who serves a bot, when it polled last (UTC), and what it learned of Telegram's limits."""

    holder: str | None = None
    epoch: int = 0
    last_poll_at: datetime | None = None
    rate: float | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True)
class Stuck:
    """Things that do not move for the same reason; `where` is a lane's name, or the inbox."""

    where: str
    state: str
    reason: str
    count: int


@dataclass(frozen=True)
class Line:
    """One lane: how many stand where, since when the oldest is due, how many were settled lately."""

    counts: dict[DeliveryState, int]
    oldest: datetime | None
    settled: int


@dataclass(frozen=True)
class Inbox:
    """Updates that wait for their effect since `oldest`, and those set aside."""

    waiting: int = 0
    oldest: datetime | None = None
    failed: int = 0


@dataclass(frozen=True)
class Overview:
    """The queue of one bot; `others`: messages that wait for another bot, whose token alone can send them."""

    serving: Serving
    lanes: dict[Lane, Line]
    inbox: Inbox
    stuck: list[Stuck]
    others: int


async def look(session: Session, *, bot: int, now: datetime) -> Overview:
    """The queue of a bot at `now` (UTC). Counting reads the whole table, which holds up nobody."""
    stuck = await _stuck_deliveries(session, bot) + await _stuck_updates(session, bot)
    return Overview(
        serving=await find_serving(session, bot=bot),
        lanes=await _lanes(session, bot, now),
        inbox=await _inbox(session, bot),
        stuck=sorted(stuck, key=lambda group: -group.count)[:SHOWN],
        others=await _count_others(session, bot),
    )


async def find_serving(session: Session, *, bot: int) -> Serving:
    """Who serves a bot, as far as the database knows."""
    query = columns(
        col(BotState.holder),
        col(BotState.epoch),
        col(BotState.last_poll_at),
        col(BotState.rate),
        col(BotState.paused_until),
    ).where(col(BotState.bot) == bot)
    row = (await session.execute(query)).first()
    return Serving(*row) if row else Serving()


async def count_overdue(session: Session, *, bot: int, before: datetime) -> int:
    """How many messages are due since before a moment (UTC) and still wait, not held up: cheap, for a tick."""
    late = (waiting(), before > DUE, not_held())
    query = select(func.count()).select_from(Delivery).where(Delivery.bot == bot, *late)
    return (await session.exec(query)).one()


_CREATED = columns(col(Message.created_at)).where(col(Message.id) == Delivery.message_id).scalar_subquery()
DUE: ColumnElement[datetime] = case(
    (col(Delivery.state) == DeliveryState.QUEUED, col(Delivery.not_before)),
    (col(Delivery.lane) == int(Lane.REMINDER), _CREATED),
    else_=col(Delivery.deadline),
)
"""Since when a delivery is due. After a try `not_before` is the next one; what remains is the deadline, and for
reminders, whose deadline is the meeting, the moment they were written."""


async def _lanes(session: Session, bot: int, now: datetime) -> dict[Lane, Line]:
    state = col(Delivery.state)
    due = and_(waiting(), or_(state == DeliveryState.RETRY, col(Delivery.not_before) <= now))
    lately = and_(state != DeliveryState.CANCELLED, col(Delivery.settled_at) > now - RECENT)
    query = (
        columns(
            col(Delivery.lane),
            state,
            func.count(),
            func.min(case((due, DUE))),
            func.count(case((lately, 1))),
        )
        .where(col(Delivery.bot) == bot)
        .group_by(col(Delivery.lane), state)
    )
    rows = (await session.execute(query)).all()
    return {
        lane: _line([row[1:] for row in rows if row.lane == lane])
        for lane in (Lane.REPLY, Lane.REMINDER, Lane.BULK)
    }


def _line(rows: Sequence[Any]) -> Line:
    return Line(
        counts={DeliveryState(state): count for state, count, _, _ in rows},
        oldest=min((oldest for _, _, oldest, _ in rows if oldest), default=None),
        settled=sum(settled for *_, settled in rows),
    )


async def _count_others(session: Session, bot: int) -> int:
    query = select(func.count()).select_from(Delivery).where(waiting(), Delivery.bot != bot)
    return (await session.exec(query)).one()


async def _inbox(session: Session, bot: int) -> Inbox:
    query = (
        columns(col(Update.state), func.count(), func.min(col(Update.received_at)))
        .where(col(Update.bot) == bot, col(Update.state) != UpdateState.DONE)
        .group_by(col(Update.state))
    )
    found = {state: (count, oldest) for state, count, oldest in await session.execute(query)}
    waiting, oldest = found.get(UpdateState.QUEUED, (0, None))
    return Inbox(waiting, oldest, found.get(UpdateState.FAILED, (0, None))[0])


async def _stuck_deliveries(session: Session, bot: int) -> list[Stuck]:
    tried = and_(col(Delivery.state) == DeliveryState.RETRY, col(Delivery.tries) >= MANY_TRIES)
    what = (col(Delivery.lane), col(Delivery.state), col(Delivery.reason))
    query = (
        columns(*what, func.count())
        .where(col(Delivery.bot) == bot, or_(col(Delivery.state).in_(REFUSED), tried))
        .group_by(*what)
    )
    rows = await session.execute(query)
    return _together((Lane(lane).name.lower(), state, reason, n) for lane, state, reason, n in rows)


async def _stuck_updates(session: Session, bot: int) -> list[Stuck]:
    what = (col(Update.state), col(Update.error))
    query = (
        columns(*what, func.count())
        .where(col(Update.bot) == bot, col(Update.state) != UpdateState.DONE, col(Update.error).is_not(None))
        .group_by(*what)
    )
    return _together((INBOX, state, error, n) for state, error, n in await session.execute(query))


def _together(rows: Any) -> list[Stuck]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for where, state, reason, count in rows:
        counted[where, str(state), without_content(reason or "")] += count
    return [Stuck(*key, count) for key, count in counted.items()]
