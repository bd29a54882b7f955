"""What python-telegram-bot makes of each fault: its exceptions are what a sender goes by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from tests.door import Door

from .conftest import TOKEN


@pytest.fixture
async def bot(telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with serve(telegram) as url:
        calls, polls = (HTTPXRequest(read_timeout=0.2, httpx_kwargs={"verify": False}) for _ in range(2))
        async with Bot(TOKEN, base_url=f"{url}/bot", request=calls, get_updates_request=polls) as bot:
            yield bot


EXCEPTIONS: list[tuple[str, dict[str, Any], type[TelegramError], bool]] = [
    ("rate_limited", {"retry_after": 35}, RetryAfter, False),
    ("server_error", {}, NetworkError, False),
    ("server_error", {"status": 503, "html": True}, NetworkError, False),
    ("unauthorized", {}, InvalidToken, False),
    ("forbidden", {}, Forbidden, False),
    ("not_found", {}, BadRequest, False),
    ("hang_up_before", {}, NetworkError, False),
    ("hang_up_after", {}, NetworkError, True),
    ("half_answer", {}, NetworkError, True),
    ("half_answer", {"part": "headers"}, NetworkError, True),
    ("half_answer", {"seconds": 60.0}, TimedOut, True),
    ("stall", {}, TimedOut, True),
    ("stall", {"accepted": False}, TimedOut, False),
    ("garbage", {}, TelegramError, True),
]


@pytest.mark.parametrize(("fault", "options", "error", "accepted"), EXCEPTIONS)
async def test_a_fault_becomes_this_exception(
    telegram: Telegram,
    bot: Bot,
    hoa: Person,
    fault: str,
    options: dict[str, Any],
    error: type[TelegramError],
    accepted: bool,
) -> None:
    telegram.faults.add(fault, times=1, **options)
    with pytest.raises(TelegramError) as raised:
        await bot.send_message(hoa.id, "x")
    assert type(raised.value) is error
    assert len(telegram.log) == accepted
    assert (await bot.send_message(hoa.id, "y")).text == "y"


@pytest.mark.parametrize(
    ("fault", "options", "error", "accepted"),
    [each for each in EXCEPTIONS if each[0] != "stall" and "seconds" not in each[1]],
)
async def test_it_becomes_the_same_in_the_process(
    telegram: Telegram,
    hoa: Person,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    options: dict[str, Any],
    error: type[TelegramError],
    accepted: bool,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with Bot(TOKEN, request=Door(telegram), get_updates_request=Door(telegram)) as bot:
        telegram.faults.add(fault, times=1, **options)
        with pytest.raises(TelegramError) as raised:
            await bot.send_message(hoa.id, "x")
        assert type(raised.value) is error
        assert len(telegram.log) == accepted
        assert (await bot.send_message(hoa.id, "y")).text == "y"


async def test_a_limit_says_when_to_come_back(telegram: Telegram, bot: Bot, hoa: Person) -> None:
    telegram.faults.add("rate_limited", times=1, retry_after=35)
    with pytest.raises(RetryAfter) as raised:
        await bot.send_message(hoa.id, "x")
    assert raised.value.retry_after == timedelta(seconds=35)


async def test_a_conflict_reaches_who_polls(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.add("conflict", times=1)
    with pytest.raises(Conflict):
        await bot.get_updates()
    assert await bot.get_updates() == ()


async def test_a_moved_group_tells_its_new_id(telegram: Telegram, bot: Bot, hoa: Person) -> None:
    group = telegram.add_group("Chi bộ", [hoa])
    old = group.id
    telegram.migrate(group)
    with pytest.raises(ChatMigrated) as raised:
        await bot.send_message(old, "x")
    assert raised.value.new_chat_id == group.id
    left, came = await bot.get_updates()
    assert left.message and came.message
    assert (left.message.migrate_to_chat_id, came.message.migrate_from_chat_id) == (group.id, old)
