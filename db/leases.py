"""Who polls and sends for a bot token: one holder at a time, with an epoch that grows at every change.

The row holds no moment in time, so no clock that is wrong, moved or different on another machine can give the
lease away: a holder shows that it lives by a beat, and who waits watches that beat (`scheduler.lease`).
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text, update
from sqlmodel import col, select

from db.models import BotState
from db.session import Session, application_name, has_one_writer, insert


class Held(NamedTuple):
    """The lease as it stands: nobody's when `holder` is None."""

    holder: str | None
    epoch: int
    beat: int


async def get(session: Session, *, bot: int) -> Held:
    """Who holds the lease of a bot."""
    state = await session.get(BotState, bot)
    return Held(state.holder, state.epoch, state.beat) if state else Held(None, 0, 0)


async def take(session: Session, *, bot: int, holder: str, seen: Held) -> int | None:
    """Take the lease over as it was `seen`; the new epoch, or None when it has changed since."""
    await session.execute(insert(session, BotState).on_conflict_do_nothing(), [{"bot": bot, "epoch": 0}])
    taken = await session.exec(
        update(BotState)
        .where(col(BotState.bot) == bot, col(BotState.epoch) == seen.epoch, col(BotState.beat) == seen.beat)
        .where(col(BotState.holder).is_not_distinct_from(seen.holder))
        .values(holder=holder, epoch=seen.epoch + 1, beat=0)
    )
    return seen.epoch + 1 if taken.rowcount else None


async def cut_off(session: Session, name: str) -> None:
    """End the connections of the `Database` of this name, on PostgreSQL: a paused process may hold locks.

    PostgreSQL ends its idle transactions by itself (`db.session.IDLE_SECONDS`), but after a batch of
    statements in psycopg's pipeline it does not count the seconds, and the locks stay.
    """
    if has_one_writer(session):
        return
    ended = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = :name AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    await session.execute(ended, {"name": application_name(name)})


async def renew(session: Session, *, bot: int, epoch: int) -> bool:
    """Show that the holder of this epoch lives; False when it is the holder no longer."""
    renewed = await session.exec(
        update(BotState)
        .where(col(BotState.bot) == bot, col(BotState.epoch) == epoch)
        .values(beat=BotState.beat + 1)
    )
    return bool(renewed.rowcount)


async def is_current(session: Session, *, bot: int, epoch: int) -> bool:
    """Whether this epoch holds the bot; until the end of the transaction nobody can take it over."""
    query = select(BotState.epoch).where(BotState.bot == bot).with_for_update(read=True)
    return (await session.exec(query)).first() == epoch


async def release(session: Session, *, bot: int, epoch: int) -> None:
    """Give the lease up at once, so that the next process need not wait for it."""
    await session.exec(
        update(BotState)
        .where(col(BotState.bot) == bot, col(BotState.epoch) == epoch)
        .values(holder=None, beat=BotState.beat + 1)
    )


async def remember_poll(session: Session, *, bot: int, now: datetime) -> None:
    """Note a poll that succeeded: health is the last of them."""
    await session.exec(update(BotState).where(col(BotState.bot) == bot).values(last_poll_at=now))


async def remember_username(session: Session, *, bot: int, username: str) -> None:
    """Keep what the bot is called: links to it are made by others, too."""
    await session.exec(update(BotState).where(col(BotState.bot) == bot).values(username=username))


async def find_last_poll(session: Session, *, bot: int) -> datetime | None:
    """When a poll succeeded last, by the clock of then."""
    return (await session.exec(select(BotState.last_poll_at).where(BotState.bot == bot))).first()


async def find_pace(session: Session, *, bot: int) -> tuple[float, datetime | None] | None:
    """The rate in messages a second that Telegram taught us last, and until when it wanted silence."""
    state = await session.get(BotState, bot)
    return (state.rate, state.paused_until) if state is not None and state.rate is not None else None


async def remember_pace(session: Session, *, bot: int, rate: float, paused_until: datetime | None) -> None:
    """Keep what Telegram taught about its limits."""
    await session.exec(
        update(BotState).where(col(BotState.bot) == bot).values(rate=rate, paused_until=paused_until)
    )
