"""One history for both databases: forward, back, and in agreement with the models."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from db import migrate
from db.session import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    address = request.getfixturevalue("postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    url = make_url(address).set(drivername="postgresql+psycopg", database="empty")
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP DATABASE empty WITH (FORCE)")


async def test_the_history_builds_exactly_what_the_models_say(empty_url: str) -> None:
    database = Database(empty_url)
    assert not await migrate.is_current(database)
    await migrate.upgrade(database)
    assert await migrate.is_current(database)
    assert await migrate.differences(database) == []
    await database.dispose()


async def test_the_history_goes_back_to_nothing_and_forward_again(empty_url: str) -> None:
    database = Database(empty_url)
    await migrate.upgrade(database)
    await migrate.downgrade(database, "base")
    assert not await migrate.is_current(database)
    await migrate.upgrade(database)
    assert await migrate.differences(database) == []
    await database.dispose()
