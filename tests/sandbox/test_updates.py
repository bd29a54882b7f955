"""getUpdates: offsets, long polls, and two who poll at once."""

from __future__ import annotations

import asyncio

from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN, Call

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def texts(call: Call, **params: object) -> list[str]:
    return [update["message"]["text"] for update in await call("getUpdates", **params)]


async def test_updates_come_again_until_a_later_offset_acknowledges_them(hoa: Person, call: Call) -> None:
    for text in "abc":
        hoa.sends(text)
    first = (await call("getUpdates"))[0]["update_id"]
    assert await texts(call) == ["a", "b", "c"]
    assert await texts(call, offset=first + 1) == ["b", "c"]
    assert await texts(call, offset=0) == ["b", "c"]
    assert await texts(call, offset=first + 3) == []


async def test_a_negative_offset_keeps_only_the_newest(hoa: Person, call: Call) -> None:
    for text in "abc":
        hoa.sends(text)
    assert await texts(call, offset=-2) == ["b", "c"]
    assert await texts(call) == ["b", "c"]
    assert await texts(call, offset=-50) == ["b", "c"]


async def test_a_limit_takes_the_oldest(hoa: Person, call: Call) -> None:
    for text in "abc":
        hoa.sends(text)
    assert await texts(call, limit=2) == ["a", "b"]
    assert await texts(call, limit=500) == ["a", "b", "c"]


async def test_a_long_poll_returns_as_soon_as_something_comes(hoa: Person, call: Call) -> None:
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(texts(call, timeout=30))
        await asyncio.sleep(0)
        hoa.sends("a")
    assert poll.result() == ["a"]


async def test_a_long_poll_ends_empty_handed(telegram: Telegram) -> None:
    assert await telegram.updates.take(0, 100, timeout=0.01) == []


async def test_a_second_poller_ends_the_older_poll(telegram: Telegram, hoa: Person, call: Call) -> None:
    async with asyncio.TaskGroup() as tasks:
        older = tasks.create_task(telegram.call(TOKEN, "getUpdates", {"timeout": 30}))
        await asyncio.sleep(0)
        newer = tasks.create_task(texts(call, timeout=30))
        await asyncio.sleep(0)
        hoa.sends("a")
    assert older.result().body == {"ok": False, "error_code": 409, "description": CONFLICT}
    assert newer.result() == ["a"]


async def test_a_poll_that_was_left_does_not_hold_the_next(hoa: Person, call: Call) -> None:
    left = asyncio.create_task(texts(call, timeout=30))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    hoa.sends("a")
    assert await texts(call, timeout=30) == ["a"]


async def test_only_the_kinds_asked_for_are_queued(hoa: Person, call: Call) -> None:
    await call("getUpdates", allowed_updates='["message"]')
    hoa.blocks()
    hoa.opens()
    assert [set(update) - {"update_id"} for update in await call("getUpdates")] == [{"message"}]
    assert (await call("getWebhookInfo"))["allowed_updates"] == ["message"]


async def test_what_waits_can_be_dropped(hoa: Person, call: Call) -> None:
    hoa.sends("a")
    assert (await call("getWebhookInfo"))["pending_update_count"] == 1
    assert await call("deleteWebhook", drop_pending_updates="true") is True
    assert await texts(call) == []
