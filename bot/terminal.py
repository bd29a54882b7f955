"""What all commands share: the screen, a database that is ready, and troubles said in a sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot import config, doctor, loop
from bot.config import Settings
from bot.errors import TokenRefused
from db import migrate
from db.session import Database

console = Console()
T = TypeVar("T")


class Stop(Exception):
    """Something the operator must know; the text says what to do."""


def with_database(work: Callable[[Database], Awaitable[T]], *, migrated: bool = True) -> T:
    """Do something with the database of the settings; a Stop says what is wrong with it."""

    async def do() -> T:
        database = _open(config.load())
        try:
            if migrated:
                await _ready(database)
            return await work(database)
        except SQLAlchemyError as error:
            raise _unusable(error) from None
        finally:
            await database.dispose()

    return asyncio.run(do())


def _open(settings: Settings) -> Database:
    try:
        return Database(settings.database_url)
    except (OSError, ValueError, SQLAlchemyError) as error:  # no folder to write to, a port that is no number
        raise _unusable(error) from None


async def _ready(database: Database) -> None:
    if not await migrate.is_current(database):
        raise Stop("The database is not up to date. Run `chibo migrate` first.")


def _unusable(error: Exception) -> Stop:
    return Stop(f"The database cannot be used ({type(error).__name__}). Run `chibo check`.")


@contextmanager
def reaching_telegram(settings: Settings) -> Iterator[None]:
    """Around what asks Telegram; a Stop says why it cannot be used, also when it says so after hours."""
    try:
        yield
    except TelegramError as error:
        raise Stop(doctor.why_not(error, settings)) from None
    except TokenRefused:
        raise Stop(f"{doctor.TOKEN_REFUSED} What waits to be sent is kept until then.") from None


def interruptible(work: Coroutine[Any, Any, None]) -> None:
    """Run something until it ends or the operator has had enough."""
    try:
        loop.run(work)
    except KeyboardInterrupt:
        console.print("Stopped.")
