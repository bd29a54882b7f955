"""Putting a backup in the place of a database: all of it in one transaction, or nothing.

    the tables of the backup's revision → its rows → the same sums again → the present tables
    → what was on its way is in doubt → erasures since are carried out again → what time has brought meanwhile

Time went on since the backup, and the bot with it: much of what falls due now was said already. So everything that is
due is done here, and what that would say is left as *unknown* for an operator or a first chase: nothing goes twice by
itself. What lies in the future stays as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import backup_file
from bot.actions import erasing_again
from bot.backup_file import Advance
from bot.texts import Texts
from db import restored, snapshot
from db.data_requests import Erasure
from db.remains import clear_remains
from db.restored import DoesNotFit
from db.session import Database, Session
from db.snapshot import Shape, Tally
from scheduler.ticks import TICKS


@dataclass(frozen=True)
class Meanwhile:
    """What is known of the time since the backup: the epochs of leases, and who was erased."""

    epochs: Mapping[int, int]
    erasures: Iterable[Erasure]


@dataclass(frozen=True)
class Restored:
    """How many messages and updates are in doubt, and how many erasures were carried out again."""

    messages: int
    updates: int
    erasures: int


async def restore(
    database: Database,
    path: Path,
    passphrase: str,
    *,
    revision: str,
    meanwhile: Meanwhile,
    now: datetime,
    texts: Texts,
    advance: Advance,
) -> Restored:
    """Replace all that is in the database by a backup of this revision, which was read to its end before.

    DoesNotFit, Unreadable or an error of the database: then nothing has changed. `now` in UTC; `advance` hears of
    each row twice, when it is loaded and when it is compared.
    """
    async with database.engine.begin() as connection:
        await restored.clear(connection)
        await restored.build(connection, revision)
        await _load(connection, path, passphrase, advance)
        await restored.build(connection, "head")
        async with Session(connection, expire_on_commit=False) as session:
            done = await _bring_up_to_date(session, meanwhile, now=now, texts=texts)
            await session.commit()  # the transaction is the connection's: this only sends what is left
        await restored.number_on(connection, await snapshot.list_shapes(connection))
    await clear_remains(database.engine)
    return done


async def _load(connection: AsyncConnection, path: Path, passphrase: str, advance: Advance) -> None:
    """Fill empty tables, and compare what is in them then with the sums of the backup."""
    shapes = {shape.table: shape for shape in await snapshot.list_shapes(connection)}
    expected: dict[str, Tally] = {}
    references = await restored.suspend_references(connection)
    table = ""
    for part in backup_file.read(path, passphrase):
        match part:
            case Shape(table=name):
                table = name
                if shapes.get(table) != part:
                    raise DoesNotFit(f"its table {table} is not the one of its revision")
            case Tally():
                expected[table] = part
            case list():
                await snapshot.load(connection, shapes[table], part)
                advance(len(part))
    await restored.check_references(connection, references)
    for shape in shapes.values():
        tally = await snapshot.tally(connection, shape)
        if tally != expected.get(shape.table):
            raise DoesNotFit(f"its table {shape.table} reads otherwise than it was written")
        advance(tally.rows)
    await restored.number_on(connection, list(shapes.values()))


async def _bring_up_to_date(
    session: Session, meanwhile: Meanwhile, *, now: datetime, texts: Texts
) -> Restored:
    await restored.raise_epochs(session, meanwhile.epochs)
    updates = await restored.set_aside_updates(session)
    messages = await restored.doubt_messages(session, now=now)
    erasures = await erasing_again.repeat(session, meanwhile.erasures, now=now, texts=texts)
    while sum([await tick(session, now=now, texts=texts) for tick in TICKS]):
        messages += await restored.doubt_messages(session, now=now)
    return Restored(messages, updates, erasures)
