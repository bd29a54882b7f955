"""Updates that are posted: stored before they are acknowledged, many in one commit, and told to who serves them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from bot.app import App
from db import hearing, inbox, leases
from db.models import Update, UpdateState
from db.session import Database
from tests.handlers.test_ingress import text_update
from tests.people import Cast

LISTENERS = "FROM pg_stat_activity WHERE query = 'LISTEN chibo_inbox' AND datname = current_database()"


async def numbers(app: App) -> list[int]:
    async with app.database.read() as session:
        return list((await session.exec(select(Update.update_id).order_by(col(Update.update_id)))).all())


async def test_an_update_that_is_posted_is_answered_like_one_that_is_fetched(cast: Cast) -> None:
    assert await cast.town.app.posted.keep(text_update(7, cast.hoa.person.id, "/toi"))
    await cast.town.app.ingress.drain()
    await cast.town.app.sender.drain()
    assert "Sùng Thị Hoa" in cast.hoa.last
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Update.state))).all() == [UpdateState.DONE]


async def test_posts_at_the_same_time_share_commits_and_none_is_answered_before_its_own(app: App) -> None:
    before = app.database.commits["inbox"]
    kept = await asyncio.gather(*(app.posted.keep({"update_id": n}) for n in (*range(40), 39, 0)))
    assert kept == [True] * 42
    assert await numbers(app) == list(range(40))
    assert app.database.commits["inbox"] - before == 2  # the first, and all that came meanwhile


async def test_while_the_database_is_away_nothing_is_acknowledged(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*args: Any, **named: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "store", away)
        kept = await asyncio.gather(*(app.posted.keep({"update_id": n}) for n in range(3)))
    assert kept == [False] * 3
    assert await numbers(app) == []
    assert await app.posted.keep({"update_id": 0})
    assert await numbers(app) == [0]


async def test_who_gives_up_waiting_takes_nobody_elses_post_along(app: App) -> None:
    first, second, third = (asyncio.ensure_future(app.posted.keep({"update_id": n})) for n in range(3))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    assert await third in (True, False)
    assert (2 in await numbers(app)) is third.result()


@asynccontextmanager
async def heard_by(database: Database) -> AsyncIterator[asyncio.Queue[int]]:
    """What another process hears."""
    heard: asyncio.Queue[int] = asyncio.Queue()
    async with hearing.hearing(database, heard.put_nowait):
        async with asyncio.timeout(30):
            while not await listeners(database):
                await asyncio.sleep(0.01)
        yield heard


async def listeners(database: Database) -> int:
    async with database.read() as session:
        return int((await session.execute(text(f"SELECT count(*) {LISTENERS}"))).scalar_one())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_process_that_serves_hears_of_what_was_posted_to_another(app: App) -> None:
    async with heard_by(app.database) as heard, asyncio.timeout(30):
        assert await app.posted.keep({"update_id": 1})
        assert await heard.get() == app.posted.number


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_process_that_serves_itself_tells_nobody(app: App) -> None:
    async with heard_by(app.database) as heard, asyncio.timeout(30):
        app.ingress.serving = True
        assert await app.posted.keep({"update_id": 1})
        app.ingress.serving = False
        assert await app.posted.keep({"update_id": 2})
        assert await heard.get() == app.posted.number
        assert heard.empty()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_that_is_lost_is_made_anew(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "PAUSE", 0.01)
    async with heard_by(app.database) as heard, asyncio.timeout(30):
        async with app.database.write() as session:
            await session.execute(text(f"SELECT pg_terminate_backend(pid) {LISTENERS}"))
        while not await listeners(app.database):
            await asyncio.sleep(0.01)
        await app.posted.keep({"update_id": 1})
        assert await heard.get() == app.posted.number


async def test_health_is_the_last_post_where_nothing_is_fetched(app: App) -> None:
    await app.posted.keep({"update_id": 1})
    async with app.database.read() as session:
        assert await leases.find_last_poll(session, bot=1) == app.clock.now()
