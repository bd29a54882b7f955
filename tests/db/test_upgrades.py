"""Every migration with rows in every table, down and up again: what can be kept is kept, what is lost is known."""

import json
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from db import migrate, snapshot
from db.session import Database
from tests.conftest import _in
from tests.db.rows_of_all import fill

Rows = dict[str, dict[str, dict[str, Any]]]
"""Of each table, by their keys, the rows by column."""
GOES: dict[tuple[str, str], Any] = {
    ("0008", "live_message"): lambda row: row["kind"] == "notice",
    ("0005", "reminder"): lambda row: row["step"] in ("prepare", "documents", "roll_follower"),
    ("0003", "membership"): lambda row: row["cell_id"] is None,
}
"""Which rows of a table that stays do not survive going back behind a revision: those it brought the words for."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    address = request.getfixturevalue("postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE upgraded")
    yield _in(address, "upgraded")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP DATABASE upgraded WITH (FORCE)")


@pytest.fixture
async def filled(empty_url: str) -> AsyncIterator[Database]:
    """The present tables with two rows in each of them."""
    database = Database(empty_url)
    await migrate.upgrade(database)
    async with database.engine.begin() as connection:
        await fill(connection)
        await connection.execute(sa.text("UPDATE membership SET cell_id = NULL WHERE kind = 'temporary'"))
    yield database
    await database.dispose()


async def rows(database: Database) -> Rows:
    found: Rows = {}
    async with snapshot.frozen(database) as connection:
        for shape in await snapshot.list_shapes(connection):
            lines = [line async for page in snapshot.read(connection, shape) for line in page]
            values = [dict(zip(shape.columns, json.loads(line), strict=True)) for line in lines]
            found[shape.table] = {str([row[name] for name in shape.key]): row for row in values}
    return found


def compare(before: Rows, after: Rows, *, lost: str | None = None) -> None:
    """Each row of a table that stays is there in the columns that stay; `lost`: but what goes with this revision."""
    for table in before.keys() & after.keys():
        goes = GOES.get((lost or "", table), lambda row: False)
        kept = {key: row for key, row in before[table].items() if not goes(row)}
        assert (lost, table) not in GOES or len(kept) < len(before[table]), (
            "nothing is there that could be lost"
        )
        assert kept.keys() == after[table].keys(), table
        for key, row in kept.items():
            there = after[table][key]
            shared = row.keys() & there.keys()
            assert {name: row[name] for name in shared} == {name: there[name] for name in shared}, table


async def test_what_can_be_kept_is_kept_all_the_way_back_and_forward_again(filled: Database) -> None:
    down = migrate.revisions()[::-1]
    before = await rows(filled)
    assert all(len(found) == 2 for found in before.values())
    for revision, earlier in pairwise(down):
        await migrate.downgrade(filled, earlier)
        after = await rows(filled)
        compare(before, after, lost=revision)
        before = after
    for revision in migrate.revisions()[1:]:
        await migrate.upgrade(filled, revision)
        after = await rows(filled)
        compare(before, after)
        before = after
    assert await migrate.differences(filled) == []
    if filled.sqlite:
        async with filled.reader.connect() as connection:
            assert (await connection.execute(sa.text("PRAGMA foreign_key_check"))).all() == []


@pytest.mark.parametrize("revision", migrate.revisions())
def test_each_revision_says_what_going_back_behind_it_loses(revision: str) -> None:
    assert migrate.what_going_back_loses(revision).endswith(".")
