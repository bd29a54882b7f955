"""What is said about a database that goes away and comes back: once each, however often it was tried."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.clock import StillClock
from bot.rules.words import OrganisationKind
from db.models import Organisation
from db.session import Database
from db.watching import Watch, is_full
from tests.people import START


async def write(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("DELETE FROM wizard"))


async def fail(database: Database, times: int) -> None:
    for _ in range(times):
        with pytest.raises(OperationalError):
            await write(database)


async def test_a_locked_database_is_said_once_and_once_again_when_it_is_free(
    tmp_path: Path,
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: StillClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("db.sqlite.BUSY_SECONDS", 0.01)
    path = tmp_path / "chibo.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{path}")
    watch = Watch(database, clock)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await fail(database, 3)
    other.close()
    assert watch.away.lasts() and not watch.full.lasts()
    await comes_back(database, watch, clock)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert caplog.messages[1] == "the database can be used again; it lasted 20 s"
    await database.dispose()


async def comes_back(database: Database, watch: Watch, clock: StillClock) -> None:
    clock.move_to(START + timedelta(seconds=20))
    await write(database)
    assert watch.away.lasts()  # one success means little yet
    clock.move_to(START + timedelta(seconds=30))
    await write(database)
    assert not watch.away.lasts()
    assert watch.away.ended is not None


async def test_a_server_that_is_not_there_is_noticed(
    clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database("postgresql+psycopg://chibo:secret@127.0.0.1:1/chibo")
    watch = Watch(database, clock)
    await fail(database, 2)
    assert watch.away.lasts()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "secret" not in caplog.messages[0]
    await database.dispose()


async def test_a_wrong_statement_says_nothing_about_the_database(
    database: Database, clock: StillClock
) -> None:
    watch = Watch(database, clock)
    with pytest.raises(DBAPIError, match="wizzard"):
        async with database.write() as session:
            await session.execute(text("DELETE FROM wizzard"))
    assert watch.misfit.lasts() and not watch.away.lasts()


async def test_a_row_that_is_there_already_is_nobodys_trouble(database: Database, clock: StillClock) -> None:
    watch = Watch(database, clock)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add_all([Organisation(code="a", name="A", kind=OrganisationKind.CELL) for _ in range(2)])
    assert not (watch.away.lasts() or watch.full.lasts() or watch.misfit.lasts())


async def test_a_connection_that_was_killed_is_noticed(postgres: str, clock: StillClock) -> None:
    database = Database(postgres.replace("postgresql:", "postgresql+psycopg:"))
    watch = Watch(database, clock)
    with pytest.raises(OperationalError):
        async with database.write() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert watch.away.lasts()
    await database.dispose()


async def test_a_full_disk_is_another_trouble_than_a_database_that_is_away(
    tmp_path: Path, sqlite_template: Path, clock: StillClock
) -> None:
    path = tmp_path / "chibo.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{path}")
    watch = Watch(database, clock)
    with pytest.raises(OperationalError) as met:
        async with database.write() as session:
            await session.execute(text("PRAGMA max_page_count = 1"))
            large = "CREATE TABLE large AS SELECT zeroblob(1000000) AS bytes"
            await session.execute(text(large))
    assert met.value.orig is not None and is_full(met.value.orig)
    assert watch.full.lasts() and not watch.away.lasts()
    await database.dispose()
