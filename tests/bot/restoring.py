"""What the drill of a restore is done with: another database of either kind, and the bot started on it."""

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot import backups, sealed
from bot.app import build
from bot.backup_file import Summary
from bot.restoring import Meanwhile, Restored, restore
from db import snapshot
from db.data_requests import Erasure
from db.session import Database
from db.snapshot import Tally
from tests.conftest import _in, settings
from tests.door import Door
from tests.people import Cast, Town, schedule

PASSPHRASE = "bốn từ không ai nói"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for a key is for real files."""
    monkeypatch.setattr(sealed, "COST", 2**10)


def _kind(request: pytest.FixtureRequest, database_url: str) -> str:
    other = "postgresql" if database_url.startswith("sqlite") else "sqlite"
    return str(getattr(request, "param", other))


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database without any table, of the kind asked for, else of the other kind."""
    if _kind(request, database_url) == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'other' / 'chibo.db'}"
        return
    address, name = request.getfixturevalue("postgres"), f"other_{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield _in(address, name)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def other(other_url: str) -> AsyncIterator[Database]:
    """The same, open."""
    database = Database(other_url)
    yield database
    await database.dispose()


@pytest.fixture
async def cell(cast: Cast) -> Cast:
    """Cell A has been called to its meeting of the next day."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    assert "Giấy mời" in cast.hoa.last
    return cast


async def back_up(database: Database, folder: Path) -> tuple[Path, Summary]:
    path = folder / "backup"
    with backups.new_file(path) as (file, _):
        summary = await backups.write(database, file, PASSPHRASE)
    return path, summary


async def put(
    other: Database,
    made: tuple[Path, Summary],
    town: Town,
    *erasures: Erasure,
    epochs: dict[int, int] | None = None,
) -> Restored:
    path, summary = made
    return await restore(
        *(other, path, PASSPHRASE),
        revision=summary.head.revision,
        meanwhile=Meanwhile(epochs or {}, erasures),
        now=town.clock.now(),
        texts=town.app.house.texts,
        advance=lambda rows: None,
    )


async def tallies(database: Database) -> dict[str, Tally]:
    async with snapshot.frozen(database) as connection:
        shapes = await snapshot.list_shapes(connection)
        return {shape.table: await snapshot.tally(connection, shape) for shape in shapes}


def differing(one: dict[str, Tally], other: dict[str, Tally]) -> set[str]:
    return {table for table in one.keys() | other.keys() if one.get(table) != other.get(table)}


async def rows(database: Database, query: Any) -> list[Any]:
    async with database.read() as session:
        return list((await session.exec(query)).all())


class Elsewhere:
    """The bot started on the other database, with the same Telegram and the same people."""

    def __init__(self, cast: Cast, url: str) -> None:
        self._cast = cast
        self._url = url

    async def __aenter__(self) -> Cast:
        town = self._cast.town
        built = build(settings(self._url), clock=town.clock, request=Door(town.telegram))
        self._opened = built.opened()
        there = replace(town, app=await self._opened.__aenter__())
        known = self._cast.known
        people = {name: getattr(self._cast, name) for name in ("lan", "minh", "hoa", "dung", "quan", "mai")}
        assert len(people) == len(known.people)
        return Cast(there, **{name: replace(actor, town=there) for name, actor in people.items()})

    async def __aexit__(self, *error: Any) -> None:
        await self._opened.__aexit__(*error)
