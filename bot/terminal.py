"""What all commands share: the screen, a database that is ready, and troubles said in a sentence."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot import config, doctor, loop
from bot.config import Settings
from bot.errors import TokenRefused
from db import migrate
from db.session import Database

console = Console()
T = TypeVar("T")


STYLES = {"<b>": "[bold]", "</b>": "[/bold]", "<code>": "[cyan]", "</code>": "[/cyan]"}
"""Marks of the templates, which are Telegram's, as the screen has them."""


class Stop(Exception):
    """Something the operator must know; the text says what to do."""


def show(said: str) -> None:
    """Print what a template says."""
    pieces = re.split(f"({'|'.join(STYLES)})", said)
    marked = (STYLES.get(piece) or escape(html.unescape(piece)) for piece in pieces)
    console.print("".join(marked), highlight=False, soft_wrap=True)


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
    revision, newest = await migrate.find_revision(database), migrate.newest()
    if revision is not None and revision > newest:
        raise Stop(migrate.NEWER.format(revision=revision, newest=newest))
    if revision != newest:
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


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar for so many rows, or for nobody knows how many; tell it how many more are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task(what, total=total)
        yield lambda done: bars.advance(task, done)


def interruptible(work: Coroutine[Any, Any, None]) -> None:
    """Run something until it ends or the operator has had enough."""
    try:
        loop.run(work)
    except KeyboardInterrupt:
        console.print("Stopped.")
