"""Readiness: each check turns red for its cause, says so in a sentence, and is green again when it is over."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot import health, process
from bot.clock import StillClock
from bot.config import Settings
from bot.lanes import Lane
from bot.process import Process
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from db import migrate
from db.posting import Address, When
from db.session import Database
from tests.conftest import settings
from tests.posts import queue

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", 0.0)
    monkeypatch.setattr(health, "PATIENCE", 60.0)


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _settings(database_url: str, telegram_url: str) -> Settings:
    web = f"127.0.0.1:{a_free_port()}"
    return settings(database_url).model_copy(update={"web": web, "telegram_api_url": telegram_url})


@asynccontextmanager
async def running(made: Process) -> AsyncIterator[Process]:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(made.run())
        try:
            yield made
        finally:
            made.stop()


async def ask(made: Process, path: str) -> tuple[int, Any]:
    """Status and body; 0 while nobody listens yet."""
    host, port = made.shared.settings.web_place or ("", 0)
    try:
        async with aiohttp.ClientSession() as client, client.get(f"http://{host}:{port}{path}") as answer:
            return answer.status, await answer.json()
    except aiohttp.ClientConnectorError:
        return 0, {"checks": []}


async def becomes(
    made: Process, status: int, *, red: str = "", says: str = "", meanwhile: Callable[[], object]
) -> None:
    """Wait until the probe answers so, with exactly these checks red."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found, told = await ask(made, "/readyz")
            reds = {check["name"]: check["says"] for check in told["checks"] if not check["ok"]}
            if found == status and " ".join(reds) == red:
                assert says in "".join(reds.values())
                return
            meanwhile()
            await asyncio.sleep(0.1)


@pytest.fixture
def hoa(telegram: Telegram) -> Person:
    """Somebody who has started the bot."""
    person = telegram.add_person("Hoa")
    person.chat.shut = None
    return person


async def test_each_check_is_red_for_its_cause_and_green_again(
    database_url: str, database: Database, clock: StillClock, telegram: Telegram, hoa: Person
) -> None:
    def nothing() -> None:
        """Only wait."""

    def passes() -> None:
        """A minute passes, and Hoa says something, which ends a poll."""
        clock.move_to(clock.now() + timedelta(minutes=1))
        hoa.sends("/trogiup")

    async with (
        serve(telegram) as url,
        running(process.build(_settings(database_url, url), clock=clock)) as made,
    ):
        await becomes(made, 200, meanwhile=nothing)

        telegram.faults.add("server_error", methods=["getUpdates"])
        await becomes(made, 503, red="polling:1", says="The last successful poll was", meanwhile=passes)
        telegram.faults.clear()
        await becomes(made, 200, meanwhile=passes)

        telegram.faults.add("rate_limited", methods=["sendMessage"], retry_after=1)
        async with database.write() as session:
            to, when = [Address(1, hoa.id, "vi")], When(clock.now() - timedelta(minutes=10))
            await queue(session, "Xin chào", to, lane=Lane.REPLY, when=when)
        await becomes(
            made, 503, red="queue:1:reply", says="The oldest message has waited for", meanwhile=nothing
        )
        telegram.faults.clear()
        await becomes(made, 200, meanwhile=passes)

        await migrate.downgrade(database, "0011")
        await becomes(made, 503, red="migrations", says="Run `chibo migrate`.", meanwhile=nothing)
        await migrate.upgrade(database)
        await becomes(made, 200, meanwhile=passes)
        assert await ask(made, "/healthz") == (200, {"alive": True})


async def test_who_waits_for_the_lease_is_ready_too(
    database_url: str, clock: StillClock, telegram: Telegram
) -> None:
    async with serve(telegram) as url:
        first, second = (process.build(_settings(database_url, url), clock=clock) for _ in range(2))
        async with running(first):
            await becomes(first, 200, meanwhile=lambda: None)
            async with running(second):
                await becomes(second, 200, meanwhile=lambda: None)
                assert not second.bots[0].serving.lease.is_held()


async def test_where_nobody_holds_the_bot_nobody_is_ready(database_url: str, clock: StillClock) -> None:
    made = process.build(_settings(database_url, "http://127.0.0.1:1"), clock=clock)
    assert made.health is not None
    async with made.health.looking():
        red = {check.name: check.says for check in await made.health.checks() if not check.ok}
    await made.shared.database.dispose()
    assert red == {"lease:1": "No process holds the bot.", "polling:1": "No poll has succeeded yet."}


async def test_a_database_that_is_stopped_is_red_until_it_is_back(
    own_server: tuple[Any, str], clock: StillClock, telegram: Telegram
) -> None:
    server, database_url = own_server
    async with (
        serve(telegram) as url,
        running(process.build(_settings(database_url, url), clock=clock)) as made,
    ):
        await becomes(made, 200, meanwhile=lambda: None)
        await asyncio.to_thread(server.stop)
        await becomes(made, 503, red="database", says="The database ", meanwhile=lambda: None)
        assert (await ask(made, "/healthz"))[0] == 200
        await asyncio.to_thread(server.start)
        await becomes(made, 200, meanwhile=lambda: None)


async def test_a_database_that_hangs_holds_up_no_probe(
    clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    silent = socket.create_server(("127.0.0.1", 0))  # it takes a connection and never says a word
    port = silent.getsockname()[1]
    made = process.build(
        _settings(f"postgresql+psycopg://chibo@127.0.0.1:{port}/chibo", "http://127.0.0.1:1"), clock=clock
    )
    assert made.health is not None
    async with made.health.looking():
        for _ in range(5):
            [check] = await made.health.checks()
            assert (check.name, check.ok) == ("database", False)
            assert check.says == "The database has not answered for 0 seconds."
    silent.close()
    await made.shared.database.dispose()
