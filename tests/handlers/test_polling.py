"""What goes wrong while polling: a conflict is said once, a refused token ends it."""

import asyncio

import pytest

from bot.app import App
from bot.errors import TokenRefused
from bot.sandbox.telegram import Telegram


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.ingress.PAUSE", 0.001)
    monkeypatch.setattr("handlers.ingress.POLL_SECONDS", 0)


async def polls(app: App, telegram: Telegram, *, until_struck: int) -> None:
    [rule] = telegram.faults.rules
    polling = asyncio.ensure_future(app.ingress.poll_for_ever())
    async with asyncio.timeout(30):
        while rule.hits < until_struck:
            await asyncio.sleep(0.005)
    polling.cancel()


async def test_another_process_that_polls_is_said_once_with_what_to_do(
    app: App, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.faults.add("conflict")
    await polls(app, telegram, until_struck=20)
    [said] = [record for record in caplog.records if record.name == "bot.trouble"]
    assert said.levelname == "ERROR"
    assert "another process polls this bot" in said.message and "stop it" in said.message
    assert app.ingress.conflict.lasts()


async def test_a_refused_token_ends_the_polling(app: App, telegram: Telegram) -> None:
    telegram.token = "1:another"
    with pytest.raises(TokenRefused):
        async with asyncio.timeout(30):
            await app.ingress.poll_for_ever()
