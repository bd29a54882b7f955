"""`chibo restore`: a backup takes the place of the database, whichever of the two kinds either is of."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import backup_file, config
from bot.backup_file import Summary
from bot.backups import PassphraseFile, ask_passphrase
from bot.clock import Clock
from bot.config import Settings
from bot.erasures import Erasures
from bot.sealed import Unreadable
from bot.terminal import Stop, bar, console, with_database
from db import data_requests, migrate, restored
from db.restored import DoesNotFit
from db.session import Database

PATIENCE = 10.0
"""Seconds without a beat after which nobody holds a bot, as in `scheduler.lease`."""


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where something is in the database: that is lost.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a backup in the place of the database: all of it or nothing. The bot must not run meanwhile."""
    settings = config.load()
    passphrase = ask_passphrase(settings, passphrase_file, new=False)
    summary = _check(file, passphrase)
    used = with_database(lambda database: _look(database, replace=replace), migrated=False)
    made = summary.head.created_at.astimezone(settings.zone)
    console.print(f"A backup of {made:%d/%m/%Y %H:%M:%S} with {summary.rows} rows.", highlight=False)
    if used and not yes and not typer.confirm("All that is in the database now is lost. Go on?"):
        return
    erasures = Erasures(Path(settings.erasures), Clock()) if settings.erasures else None
    with_database(
        lambda database: _put(database, file, passphrase, summary, erasures, settings), migrated=False
    )


def _check(file: Path, passphrase: str) -> Summary:
    """Read the backup to its end before anything is touched."""
    try:
        with bar("Reading", None) as advance:
            summary = backup_file.check(file, passphrase, advance)
    except Unreadable as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"{file} cannot be read ({error.strerror}).") from None
    if summary.head.revision > migrate.newest():
        raise Stop("The backup was made by a newer chibo. Install that one, and restore with it.")
    return summary


async def _look(database: Database, *, replace: bool) -> bool:
    """Whether there is something in the database; a Stop when it must not be replaced, or somebody is using it."""
    async with database.reader.connect() as connection:
        used = await restored.is_used(connection)
        others = await restored.count_others(database, connection)
    if used and not replace:
        raise Stop(
            "The database is not empty. Restore into a new one (CHIBO_DATABASE_URL), or say --replace: "
            "what is in it now is lost then, so make a backup of it first."
        )
    revision = await migrate.find_revision(database)
    if revision is not None and revision > migrate.newest():
        raise Stop(migrate.NEWER.format(revision=revision, newest=migrate.newest()))
    if others or await _is_served(database):
        raise Stop(
            "A process of chibo uses the database. Stop it (SIGTERM, systemctl stop) and say this again."
        )
    return used


async def _is_served(database: Database) -> bool:
    """Whether who holds a bot shows that it lives; a holder that was killed shows nothing."""
    before = await _leases(database)
    if all(lease.holder is None for lease in before.values()):
        return False
    ends = time.monotonic() + PATIENCE
    with console.status("A process held the bot: is it still there?"):
        while time.monotonic() < ends:
            await asyncio.sleep(0.5)
            if await _leases(database) != before:
                return True
    return False


async def _leases(database: Database) -> dict[int, restored.Lease]:
    async with database.reader.connect() as connection:
        return await restored.find_leases(connection)


async def _put(
    database: Database,
    file: Path,
    passphrase: str,
    summary: Summary,
    erasures: Erasures | None,
    settings: Settings,
) -> None:
    from bot.app import share
    from bot.restoring import Meanwhile
    from bot.restoring import restore as put_in_place

    try:
        epochs = {bot: lease.epoch for bot, lease in (await _leases(database)).items()}
        meanwhile = Meanwhile(epochs, await _collect(database, erasures))
        with bar("Restoring", 2 * summary.rows) as advance:
            done = await put_in_place(
                *(database, file, passphrase),
                revision=summary.head.revision,
                meanwhile=meanwhile,
                now=Clock().now(),
                texts=share(settings).texts,
                advance=advance,
            )
    except DoesNotFit as error:
        raise Stop(f"The backup does not fit: {error}. Nothing was changed.") from None
    except SQLAlchemyError as error:
        raise Stop(
            f"The database did not take the backup ({type(error).__name__}). Nothing was changed."
        ) from None
    except Unreadable as error:
        raise Stop(f"{error} Nothing was changed.") from None
    except OSError as error:
        raise Stop(f"A file cannot be used ({error}). Nothing was changed.") from None
    _tell(done.erasures, done.messages, done.updates, erasures, settings)


async def _collect(database: Database, erasures: Erasures | None) -> set[data_requests.Erasure]:
    """Who was erased: what the file says and what the present database says, which the file then says, too."""
    known = erasures.read() if erasures else set()
    async with database.reader.connect() as connection:
        there = "data_request" in await restored.list_tables(connection)
    if there:
        async with database.read() as session:
            present = set(await data_requests.list_erasures(session))
        if erasures:
            erasures.append(sorted(present - known))
        known |= present
    return known


def _tell(again: int, messages: int, updates: int, erasures: Erasures | None, settings: Settings) -> None:
    """What was done, and what is left to the operator."""
    said = ["[green]✓[/] The backup is in its place, and reads as it was written."]
    where = erasures.path if erasures else None
    if where is None or not where.exists():
        said.append(
            "[yellow]![/] No list of erasures since the backup was found (CHIBO_ERASURES). Repeat them by hand."
        )
    else:
        said.append(f"Erasures and withdrawals carried out again: {again}.")
    if messages or updates:
        said.append(
            f"In doubt, and not sent or handled by itself: {messages} messages, {updates} updates. `chibo queue` "
            "lists them; `chibo queue retry --state unknown` and `--state failed` let them go."
        )
    said.append(
        "What people did since the backup is lost, and Telegram has forgotten it. Start the bot with `chibo run`."
    )
    for line in said:
        console.print(line, highlight=False, soft_wrap=True)
