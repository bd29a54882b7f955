"""`chibo backup`: the whole database as one file sealed with a passphrase, while the bot runs."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bot import backup_file, config
from bot.backup_file import Head, Summary
from bot.clock import Clock
from bot.config import Settings
from bot.sealed import Unreadable
from bot.terminal import Stop, bar, console, with_database
from db import migrate, snapshot
from db.session import Database

SHORTEST = 12
"""Characters of a passphrase: four words that were never said together, or twelve letters at random."""
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, readable=True, help="A file whose first line is the passphrase."
    ),
]


def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="A new file.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write the whole database into a file sealed with a passphrase, while the bot runs, and read it back at once."""
    settings = config.load()
    if file.exists():
        raise Stop(f"{file} is there already. Give the backup another name, such as one with the day in it.")
    passphrase = ask_passphrase(settings, passphrase_file, new=True)

    async def work(database: Database) -> Summary:
        with new_file(file) as (written, temporary):
            summary = await write(database, written, passphrase)
            written.flush()
            with bar("Reading back", summary.rows) as advance:
                if backup_file.check(temporary, passphrase, advance) != summary:
                    raise Unreadable("It reads otherwise than it was written.")
        return summary

    try:
        summary = with_database(work)
    except OSError as error:
        raise Stop(f"The backup cannot be written ({error.strerror}). Nothing is left of it.") from None
    except Unreadable as error:
        raise Stop(f"The backup cannot be read back. {error} Nothing is left of it.") from None
    console.print(
        f"[green]✓[/] {summary.rows} rows of {len(summary.tables)} tables, {file.stat().st_size} bytes, read back.\n"
        "Keep the passphrase elsewhere: without it nobody can open the backup.",
        highlight=False,
        soft_wrap=True,
    )


async def write(database: Database, file: BinaryIO, passphrase: str) -> Summary:
    """Write all of the database as it is at this moment."""
    async with snapshot.frozen(database) as connection:
        revision = await connection.run_sync(migrate.revision_on)
        head = Head(revision or "", Clock().now())
        rows = sum(
            [await snapshot.count(connection, each) for each in await snapshot.list_shapes(connection)]
        )
        with bar("Writing", rows) as advance:
            return await backup_file.write(file, passphrase, connection, head, advance)


@contextmanager
def new_file(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file for its owner only, beside `path`; it gets that name when all went well, and is gone otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file, temporary
            backup_file.finish(file, temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def ask_passphrase(settings: Settings, file: Path | None, *, new: bool) -> str:
    """The passphrase from a file, the settings, or who sits at the screen; a `new` one must be long enough."""
    if file is not None:
        given = _first_line(file)
    elif settings.backup_passphrase:
        given = settings.backup_passphrase.get_secret_value()
    elif sys.stdin.isatty():
        given = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new)
    else:
        raise Stop("Nobody is there to ask: set CHIBO_BACKUP_PASSPHRASE, or say --passphrase-file FILE.")
    if new and len(given) < SHORTEST:
        raise Stop(f"The passphrase is too short: take {SHORTEST} characters at least, such as four words.")
    return given


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0].strip()
    except UnicodeDecodeError:
        raise Stop(f"{file} is no text in UTF-8.") from None
