"""SQLite without round trips: nothing half done after errors and cancellation, and no waiting in the loop."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import col, select, update

from bot.rules.words import OrganisationKind
from db import sqlite
from db.models import Organisation
from db.session import Database, Session, insert


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated file, for us and for others."""
    return Path(shutil.copy(sqlite_template, tmp_path / "chibo.db"))


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    """The same, open."""
    opened = Database(f"sqlite+aiosqlite:///{file}")
    yield opened
    await opened.dispose()


def cell(code: str) -> Organisation:
    return Organisation(code=code, name=code, kind=OrganisationKind.CELL)


async def codes(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.exec(select(Organisation.code).order_by(col(Organisation.id)))).all())


async def write(database: Database, code: str) -> None:
    async with database.write() as session:
        session.add(cell(code))


@contextmanager
def held_by_another(file: Path) -> Iterator[None]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


async def test_a_lock_of_another_process_is_waited_for_while_everything_else_goes_on(
    database: Database, file: Path
) -> None:
    await write(database, "first")
    async with asyncio.TaskGroup() as tasks:
        with held_by_another(file):
            writing = tasks.create_task(write(database, "second"))
            for _ in range(20):
                await asyncio.sleep(0.001)
            assert not writing.done()
            assert await codes(database) == ["first"]
    assert await codes(database) == ["first", "second"]


async def test_who_waits_too_long_for_a_lock_is_told(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    with held_by_another(file), pytest.raises(OperationalError, match="locked"):
        await write(database, "late")
    await write(database, "later")
    assert await codes(database) == ["later"]


async def test_who_is_cancelled_while_waiting_for_a_lock_leaves_nothing(
    database: Database, file: Path
) -> None:
    with held_by_another(file):
        writing = asyncio.create_task(write(database, "never"))
        await asyncio.sleep(0.01)
        writing.cancel()
        await asyncio.wait([writing])
    await write(database, "next")
    assert await codes(database) == ["next"]


async def test_who_is_cancelled_during_the_commit_leaves_a_connection_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = sqlite._commit

    def slow(connection: sqlite3.Connection) -> None:
        time.sleep(0.05)
        commit(connection)

    monkeypatch.setattr(sqlite, "_commit", slow)
    writing = asyncio.create_task(write(database, "whole"))
    await asyncio.sleep(0.02)
    writing.cancel()
    await asyncio.wait([writing])
    monkeypatch.undo()
    await write(database, "next")
    assert await codes(database) == ["whole", "next"]


async def test_many_cancelled_at_any_moment_leave_whole_transactions(database: Database) -> None:
    async def two(number: int) -> None:
        async with database.write() as session:
            session.add(cell(f"{number}a"))
            await session.flush()
            await asyncio.sleep(0)
            session.add(cell(f"{number}b"))

    for number in range(40):
        writing = asyncio.create_task(two(number))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
    found = await codes(database)
    assert found[::2] == [code.replace("b", "a") for code in found[1::2]]


async def test_an_error_takes_back_the_whole_transaction_and_no_other(database: Database) -> None:
    await write(database, "a")
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(cell("b"))
            await session.flush()
            session.add(cell("a"))
    await write(database, "c")
    assert await codes(database) == ["a", "c"]


async def test_what_sqlite_took_back_by_itself_is_not_called_committed(database: Database) -> None:
    with pytest.raises(OperationalError, match="no transaction is active"):
        async with database.write() as session:
            session.add(cell("a"))
            await session.flush()
            await session.execute(text("ROLLBACK"))
    await write(database, "b")
    assert await codes(database) == ["b"]


async def test_a_full_disk_fails_the_transaction_and_passes(database: Database) -> None:
    async def limit(session: Session, pages: int) -> None:
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))

    with pytest.raises(OperationalError, match="full"):
        async with database.write() as session:
            await limit(session, 1)  # SQLite takes the present size for the least
            session.add(cell("a"))
            session.add_all(cell(f"{'x' * 60}{n:04d}") for n in range(2000))
    async with database.write() as session:
        await limit(session, 1_000_000)
        session.add(cell("b"))
    assert await codes(database) == ["b"]


async def test_a_savepoint_may_be_taken_back_alone(database: Database) -> None:
    async with database.write() as session:
        session.add(cell("a"))
        await session.flush()
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                session.add(cell("a"))
        session.add(cell("b"))
    assert await codes(database) == ["a", "b"]


async def test_rows_counts_and_numbers_come_back_as_from_any_driver(database: Database) -> None:
    rows = [{"code": f"c{n:05d}", "name": "C", "kind": OrganisationKind.CELL} for n in range(5000)]
    async with database.write() as session:
        made = await session.execute(insert(session, Organisation).returning(col(Organisation.id)), rows[:3])
        assert len(made.scalars().all()) == 3
        await session.execute(insert(session, Organisation).on_conflict_do_nothing(), rows)
        changed = await session.exec(
            update(Organisation).where(col(Organisation.code) < "c00010").values(name="D")
        )
        assert changed.rowcount == 10
    assert len(await codes(database)) == 5000


async def test_a_transaction_without_a_statement_does_not_wait_for_anybody(
    database: Database, file: Path
) -> None:
    with held_by_another(file):
        async with asyncio.timeout(5), database.write():
            pass
