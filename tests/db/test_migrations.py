"""One history for both databases: forward, back, and in agreement with the models."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select

from bot.rules.words import AuditVerb, OrganisationKind
from db import migrate
from db.models import AuditEntry, Member, Organisation
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


async def test_people_stay_where_they_belong_when_the_history_moves_on_and_back(empty_url: str) -> None:
    database = Database(empty_url)
    await migrate.upgrade(database, "0002")
    async with database.engine.begin() as connection:
        for statement in (
            "INSERT INTO organisation (id, code, name, kind) VALUES (1, 'a', 'A', 'cell')",
            "INSERT INTO member (id, name) VALUES (1, 'Hoa')",
            "INSERT INTO membership (member_id, cell_id, kind, exempt, since)"
            " VALUES (1, 1, 'record', false, '2026-01-01')",
        ):
            await connection.execute(text(statement))
    for revision, columns in (("head", ", exempt_reason"), ("0002", ""), ("head", ", exempt_reason")):
        await (migrate.downgrade if revision == "0002" else migrate.upgrade)(database, revision)
        async with database.reader.connect() as connection:
            query = text(f"SELECT member_id, cell_id, kind{columns} FROM membership")
            assert [row[:3] for row in (await connection.execute(query)).all()] == [(1, 1, "record")]
    await database.dispose()


async def test_the_log_keeps_what_it_can_and_only_grows_when_the_history_moves_on_and_back(
    empty_url: str,
) -> None:
    database = Database(empty_url)
    await migrate.upgrade(database)
    entry = "INSERT INTO audit_entry (at, verb, object_id) VALUES ('2026-03-02 00:00:00', '{}', 1)"
    for revision, left in (("head", 2), ("0012", 1), ("head", 1)):
        if revision != "head":
            await migrate.downgrade(database, revision)
        else:
            await migrate.upgrade(database)
        async with database.engine.begin() as connection:
            if left == 2:
                for verb in ("exported", "notice_released"):
                    await connection.execute(text(entry.format(verb)))
            found = (
                (await connection.execute(text("SELECT verb FROM audit_entry ORDER BY id"))).scalars().all()
            )
            assert found == ["exported", "notice_released"][:left]
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with database.engine.begin() as connection:
                await connection.execute(text("DELETE FROM audit_entry"))
    await database.dispose()


@pytest.mark.parametrize(
    "values",
    [
        "1, NULL, 'record', false, '2026-01-01', NULL, NULL",
        "1, 1, 'guest', false, '2026-01-01', NULL, NULL",
        "1, 1, 'record', false, '2026-01-02', '2026-01-01', NULL",
        "1, 1, 'residential', true, '2026-01-01', NULL, 'illness'",
    ],
    ids=["nowhere", "no such kind", "ends before it begins", "no such reason"],
)
async def test_a_membership_that_cannot_be_is_refused_by_the_database(
    database: Database, values: str
) -> None:
    async with database.write() as session:
        session.add(Organisation(id=1, code="a", name="A", kind=OrganisationKind.CELL))
        session.add(Member(id=1, name="Hoa"))
    columns = "member_id, cell_id, kind, exempt, since, until, exempt_reason"
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(text(f"INSERT INTO membership ({columns}) VALUES ({values})"))


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET count = 2", "DELETE FROM audit_entry"])
async def test_the_database_refuses_to_change_the_audit_log(database: Database, change: str) -> None:
    async with database.write() as session:
        session.add(AuditEntry(at=datetime(2026, 3, 2, tzinfo=UTC), verb=AuditVerb.EXPORTED, count=1))
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with database.write() as session:
            await session.execute(text(change))
    async with database.read() as session:
        assert [entry.count for entry in (await session.exec(select(AuditEntry))).all()] == [1]
