"""What a session promises: all or nothing, no lost increments, readers that do not wait, checked values."""

import asyncio
import contextlib
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import col, select, update

from bot.rules.words import OrganisationKind
from db.models import Account, BotState, Organisation
from db.session import Database


async def test_a_failure_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            session.add(Organisation(code="a", name="A", kind=OrganisationKind.CELL))
            await session.flush()
            raise RuntimeError
    async with database.read() as session:
        assert (await session.exec(select(Organisation))).all() == []


async def test_a_hundred_writers_at_once_lose_no_increment(database: Database) -> None:
    async with database.write() as session:
        session.add(BotState(bot=1))

    async def increment() -> None:
        async with database.write() as session:
            state = (await session.exec(select(BotState).where(BotState.bot == 1).with_for_update())).one()
            state.epoch += 1
            session.add(state)

    await asyncio.gather(*(increment() for _ in range(100)))
    async with database.read() as session:
        assert (await session.exec(select(BotState.epoch))).one() == 100


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as writing:
        writing.add(Organisation(code="a", name="A", kind=OrganisationKind.CELL))
        await writing.flush()
        async with asyncio.timeout(5), database.read() as reading:
            assert (await reading.exec(select(Organisation))).all() == []


async def cut_all_others(database: Database) -> None:
    async with database.write() as session:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        await session.execute(text(f"{cut} AND pid != pg_backend_pid()"))


async def use_several(database: Database) -> None:
    async with database.read() as one, database.read() as other:
        assert [(await session.exec(select(Organisation))).all() for session in (one, other)] == [[], []]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("rest_seconds", "outcome"),
    [
        pytest.param(0.0, contextlib.nullcontext(), id="while they rested: made anew"),
        pytest.param(60.0, pytest.raises(OperationalError), id="just now: fail once"),
    ],
)
async def test_connections_that_were_cut(
    rest_seconds: float,
    outcome: contextlib.AbstractContextManager[object],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("db.session.REST_SECONDS", rest_seconds)
    await use_several(database)
    await cut_all_others(database)
    with outcome:
        await use_several(database)
    await use_several(database)


async def test_the_database_itself_refuses_a_value_outside_the_vocabulary(database: Database) -> None:
    async with database.write() as session:
        session.add(Organisation(code="a", name="A", kind=OrganisationKind.CELL))
    with pytest.raises((IntegrityError, StatementError)):
        async with database.write() as session:
            await session.exec(update(Organisation).where(col(Organisation.code) == "a").values(kind="club"))


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError):
        async with database.write() as session:
            session.add(Account(bot=1, address=1, created_at=datetime(2026, 3, 2)))
