"""Who polls and sends for a bot token: one holder at a time, with an epoch that grows at every change."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import col, select

from db.models import BotState
from db.session import Session, insert

LEASE = timedelta(seconds=10)


async def hold(session: Session, *, bot: int, holder: str, now: datetime) -> int | None:
    """Take or renew the lease; its epoch, or None while somebody else holds it."""
    await session.execute(insert(session, BotState).on_conflict_do_nothing(), [{"bot": bot, "epoch": 0}])
    state = (await session.exec(select(BotState).where(BotState.bot == bot).with_for_update())).one()
    if state.holder not in (None, holder) and state.lease_until is not None and state.lease_until > now:
        return None
    if state.holder != holder:
        state.epoch += 1
        state.holder = holder
    state.lease_until = now + LEASE
    session.add(state)
    return state.epoch


async def release(session: Session, *, bot: int, holder: str) -> None:
    """Give the lease up at once, so that the next process need not wait for it to run out."""
    await session.exec(
        update(BotState)
        .where(col(BotState.bot) == bot, col(BotState.holder) == holder)
        .values(holder=None, lease_until=None)
    )


async def remember_poll(session: Session, *, bot: int, now: datetime) -> None:
    """Note a poll that succeeded: health is the last of them."""
    await session.exec(
        update(BotState)
        .where(col(BotState.bot) == bot)
        .where(or_(col(BotState.last_poll_at).is_(None), col(BotState.last_poll_at) < now))
        .values(last_poll_at=now)
    )


async def find_pace(session: Session, *, bot: int) -> tuple[float, datetime | None] | None:
    """The rate in messages a second that Telegram taught us last, and until when it wanted silence."""
    state = await session.get(BotState, bot)
    return (state.rate, state.paused_until) if state is not None and state.rate is not None else None


async def remember_pace(session: Session, *, bot: int, rate: float, paused_until: datetime | None) -> None:
    """Keep what Telegram taught about its limits."""
    await session.exec(
        update(BotState).where(col(BotState.bot) == bot).values(rate=rate, paused_until=paused_until)
    )
