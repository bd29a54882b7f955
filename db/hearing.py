"""What one process tells the others through PostgreSQL: that an update was stored for a bot.

It saves the holder of the bot the second until it looks by itself. Where nothing can be heard (SQLite, a pooler
between, a connection that is just being made anew) that second is all that is lost.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import text

from db.session import Database, Session, application_name, has_one_writer

log = logging.getLogger(__name__)

CHANNEL = "chibo_inbox"
PAUSE = 5.0
"""Seconds until a lost connection is made anew."""


async def tell(session: Session, *, bot: int) -> None:
    """When this transaction is committed, the others hear that something has come for a bot."""
    if not has_one_writer(session):
        await session.execute(text("SELECT pg_notify(:channel, :bot)"), {"channel": CHANNEL, "bot": str(bot)})


@asynccontextmanager
async def hearing(database: Database, heard: Callable[[int], None]) -> AsyncIterator[None]:
    """Within the block call `heard` with the number of a bot as soon as others have stored something for it."""
    if database.sqlite:
        yield
        return
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(_listen_for_ever(database, heard))
        try:
            yield
        finally:
            listening.cancel()


async def _listen_for_ever(database: Database, heard: Callable[[int], None]) -> None:
    from psycopg import Error  # only where there is a PostgreSQL

    while True:
        try:
            await _listen(database, heard)
        except (OSError, Error) as error:
            log.debug("nothing can be heard now: %s", type(error).__name__)
        await asyncio.sleep(PAUSE)


async def _listen(database: Database, heard: Callable[[int], None]) -> None:
    """Listen until the connection is lost."""
    from psycopg import AsyncConnection

    _, how = database.engine.dialect.create_connect_args(database.url)
    how["application_name"] = application_name(database.name)
    async with await AsyncConnection.connect(**how, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for notice in connection.notifies():
            heard(int(notice.payload))
