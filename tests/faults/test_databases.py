"""The database goes away, is locked or has no room: chibo goes on by itself when it is back, and nothing is lost."""

import asyncio
import resource
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from db.session import Database
from tests.faults.conftest import Sites
from tests.faults.site import PATIENCE, Site, site


@pytest.fixture
def seconds(pytestconfig: pytest.Config) -> float:
    """How long the database is away."""
    return 30.0 if pytestconfig.getoption("--long") else 4.0


async def press_during(site: Site, seconds: float) -> None:
    """Presses all along."""
    for _ in range(5):
        await site.press(site.people)
        await asyncio.sleep(seconds / 5)


async def said(site: Site, words: str) -> None:
    """Wait until the log says so."""
    async with asyncio.timeout(PATIENCE):
        while words not in site.log.read_text():
            await asyncio.sleep(0.1)


async def check(site: Site) -> None:
    """Everything came to its end in the process that was there all along."""
    await site.press(site.people)
    await site.becomes_quiet()
    await site.check_presses()
    site.check_log()


async def test_postgresql_is_stopped_for_a_while(
    own_server: tuple[object, str], seconds: float, tmp_path: Path
) -> None:
    server, url = own_server
    database = Database(url)
    async with site(database, url, tmp_path, people=20, seed=0) as there, there.running() as process:
        await there.press(there.people)
        await there.becomes_true(lambda: there.answers.total() >= 20)
        await database.dispose()  # our own connections are not what is tried
        await asyncio.to_thread(server.stop)  # type: ignore[attr-defined]
        await press_during(there, seconds)
        await asyncio.to_thread(server.start)  # type: ignore[attr-defined]
        try:
            await check(there)
            await said(there, "the database can be used again")
        finally:
            await database.dispose()
        assert process.returncode is None
    assert "the database cannot be used" in there.log.read_text()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_the_connections_to_postgresql_are_cut(sites: Sites) -> None:
    async with sites(people=40, seed=0) as site, site.running():
        for _ in range(6):
            await site.press(site.people)
            await asyncio.sleep(0.5)
            await site.database.dispose()  # ours are not what is tried
            url = make_url(site.database_url).set(drivername="postgresql")
            with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        await check(site)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_another_process_locks_the_sqlite_file(sites: Sites, seconds: float) -> None:
    async with sites(people=20, seed=0) as site, site.running():
        await site.becomes_true(lambda: site.telegram.updates.polled)
        other = sqlite3.connect(make_url(site.database_url).database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await press_during(site, seconds * 1.5)  # longer than a writer waits for the lock
        other.execute("ROLLBACK")
        other.close()
        await check(site)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_the_disk_is_full_for_a_while(sites: Sites, seconds: float) -> None:
    async with sites(people=40, seed=0) as site, site.running() as process:
        await site.becomes_true(lambda: site.telegram.updates.polled)
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        file = Path(make_url(site.database_url).database or "")
        room = max(f.stat().st_size for f in (file, Path(f"{file}-wal")) if f.exists()) + 50_000
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, most))
        await press_during(site, seconds)
        assert "no room" in site.log.read_text() or "cannot be used" in site.log.read_text()
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        await check(site)
