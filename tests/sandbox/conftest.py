"""A Telegram with nobody's limits reached, Hoa who has started the bot, and one call as a bot makes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.limits import Limits
from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram

TOKEN = "1:sandbox"
Call = Callable[..., Awaitable[Any]]


class Times:
    """The date of messages and the monotonic clock of the limits, both moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 7, 3, 12, 30, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000)


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def telegram(times: Times) -> Telegram:
    return Telegram(TOKEN, now=times.now, limits=Limits.unlimited(), monotonic=times.monotonic)


@pytest.fixture
def hoa(telegram: Telegram) -> Person:
    person = telegram.add_person("Hoa", "Vàng Thị", phone="+84912345678")
    person.opens()
    telegram.updates.clear()
    return person


@pytest.fixture
def call(telegram: Telegram) -> Call:
    """The result of a call, or the description of its refusal."""

    async def call(method: str, files: Any = None, **params: Any) -> Any:
        reply = await telegram.call(TOKEN, method, params, files)
        return reply.body["result"] if reply.body["ok"] else reply.body["description"]

    return call


def keyboard(*rows: list[str]) -> dict[str, Any]:
    """Inline buttons whose data is their text."""
    return {"inline_keyboard": [[{"text": text, "callback_data": text} for text in row] for row in rows]}
