"""The queue in numbers, for health and measures: read from the partial indexes of what is not settled, so cheap."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, literal
from sqlalchemy import select as columns
from sqlmodel import col

from bot.lanes import Lane
from db.models import Account, BotState, Delivery, DeliveryState, Update, UpdateState
from db.outbox import is_open, not_held
from db.queue import DUE
from db.session import Session

PLANNED = "planned"
"""Not due yet."""
HELD = "held"
"""Of a notice that was paused."""


class Standing(NamedTuple):
    """So many deliveries of a bot's lane stand there; the oldest of those that are due, since when (UTC)."""

    bot: int
    lane: Lane
    state: str
    number: int
    oldest: datetime | None


class Arrived(NamedTuple):
    """How many updates of a bot wait to be handled, the oldest since when (UTC)."""

    waiting: int = 0
    oldest: datetime | None = None


class Holding(NamedTuple):
    """Who holds a bot's lease, since how many changes, and when a poll succeeded last (UTC)."""

    holder: str | None = None
    epoch: int = 0
    last_poll_at: datetime | None = None


async def list_standing(session: Session, *, now: datetime) -> list[Standing]:
    """What is not settled, of every bot, at `now` (UTC)."""
    state = col(Delivery.state)
    standing = case(
        (~not_held(), literal(HELD)),
        (and_(state == DeliveryState.QUEUED, col(Delivery.not_before) > now), literal(PLANNED)),
        else_=state,
    ).label("standing")
    counted = columns(col(Delivery.bot), col(Delivery.lane), standing, func.count(), func.min(DUE)).where(
        is_open()
    )
    rows = await session.execute(counted.group_by(col(Delivery.bot), col(Delivery.lane), standing))
    return [
        Standing(bot, Lane(lane), str(state), count, None if state in (PLANNED, HELD) else oldest)
        for bot, lane, state, count, oldest in rows
    ]


async def find_arrived(session: Session, *, bots: Collection[int]) -> dict[int, Arrived]:
    """What came in and is not handled, by bot."""
    query = (
        columns(col(Update.bot), func.count(), func.min(col(Update.received_at)))
        .where(col(Update.bot).in_(bots), col(Update.state) == UpdateState.QUEUED)
        .group_by(col(Update.bot))
    )
    return {bot: Arrived(count, oldest) for bot, count, oldest in await session.execute(query)}


async def find_holding(session: Session, *, bots: Collection[int]) -> dict[int, Holding]:
    """Who holds these bots."""
    query = columns(
        col(BotState.bot), col(BotState.holder), col(BotState.epoch), col(BotState.last_poll_at)
    ).where(col(BotState.bot).in_(bots))
    return {bot: Holding(*rest) for bot, *rest in await session.execute(query)}


async def count_unreachable(session: Session, *, bot: int, midnight: datetime, days: int) -> list[int]:
    """How many people became unreachable since a midnight (UTC), and on each of so many days before; newest first.

    Who can be reached again counts no more. One pass over the accounts, whatever the number of days.
    """
    since = col(Account.unreachable_at)
    ends: list[ColumnElement[bool]] = [since >= midnight]
    ends += [
        and_(since >= midnight - timedelta(days=n), since < midnight - timedelta(days=n - 1))
        for n in range(1, days + 1)
    ]
    counts = [func.count(case((each, 1))) for each in ends]
    known = since >= midnight - timedelta(days=days)
    query = columns(*counts).where(
        known, col(Account.bot) == bot, col(Account.address) > 0
    )  # erased ones are below
    return list((await session.execute(query)).one())


def oldest_due(standing: Iterable[Standing]) -> dict[tuple[int, Lane], datetime]:
    """Since when the oldest that is due waits (UTC), by bot and lane."""
    found: dict[tuple[int, Lane], datetime] = {}
    for row in standing:
        if row.oldest is not None:
            found[row.bot, row.lane] = min(row.oldest, found.get((row.bot, row.lane), row.oldest))
    return found
