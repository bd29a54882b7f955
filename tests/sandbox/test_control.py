"""Crowds that press, the time until they are answered, counts, groups that move, and the paid limit."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.sandbox.limits import Limits, Rate
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import FIRST_PERSON, Telegram

from .conftest import TOKEN, Call, Times, keyboard
from .test_server import Visitor


@pytest.fixture
async def visitor(telegram: Telegram) -> AsyncIterator[Visitor]:
    async with serve(telegram) as url, ClientSession(url) as session:
        yield Visitor(session)


async def test_a_crowd_taps_the_newest_button_of_that_text(
    telegram: Telegram, visitor: Visitor, call: Call
) -> None:
    people = telegram.add_people(3)
    for person in people:
        await call("sendMessage", chat_id=person.id, text="Họp", reply_markup=keyboard(["Có mặt"]))
    people[2].blocks()
    _, body = await visitor.post("/sandbox/people/press_all", {"people": None, "text": "Có mặt"})
    assert body == {"done": 2, "could_not": 1}
    updates = await call("getUpdates", allowed_updates=["callback_query"])
    pressed = [update["callback_query"]["from"]["id"] for update in updates if "callback_query" in update]
    assert pressed == [FIRST_PERSON, FIRST_PERSON + 1]


async def test_a_crowd_writes_and_only_those_named(telegram: Telegram, visitor: Visitor, call: Call) -> None:
    people = telegram.add_people(3)
    _, body = await visitor.post("/sandbox/people/press_all", {"people": [people[1].id], "send": "/hop"})
    assert (body["done"], [u["message"]["text"] for u in await call("getUpdates")]) == (1, ["/hop"])
    for wrong, status in (({"people": [7], "send": "a"}, 404), ({}, 400), ({"send": "a", "text": "b"}, 400)):
        assert (await visitor.post("/sandbox/people/press_all", wrong))[0] == status


async def test_presses_tell_how_long_they_waited(
    telegram: Telegram, visitor: Visitor, hoa: Person, call: Call, times: Times
) -> None:
    await call("sendMessage", chat_id=hoa.id, text="Họp", reply_markup=keyboard(["Có", "Không"]))
    for text, ack, reply in (("Có", 0.5, 1.0), ("Không", 0.25, 2.0)):
        press = hoa.taps(text, message=hoa.messages[1])
        times.seconds += ack
        await call("answerCallbackQuery", callback_query_id=press.id)
        times.seconds += reply - ack
        await call("sendMessage", chat_id=hoa.id, text="Đã ghi")
    hoa.taps("Có", message=hoa.messages[1])
    body = (await visitor.get("/sandbox/presses?raw=1"))[1]
    raw = body.pop("presses")
    assert body == {
        **{"count": 3, "answered": 2, "replied": 2},
        **{"ack_p50": 0.25, "ack_p99": 0.5, "reply_p50": 1.0, "reply_p99": 2.0},
    }
    assert [(one["person"], one["replied_at"] is None) for one in raw] == [(hoa.id, n == 2) for n in range(3)]
    async with visitor.session.delete("/sandbox/presses") as response:
        assert (await response.json())["count"] == 0


async def test_a_text_of_a_crowd_waits_for_its_reply_too(
    visitor: Visitor, hoa: Person, call: Call, times: Times
) -> None:
    await visitor.post("/sandbox/people/press_all", {"send": "/hop"})
    times.seconds += 3
    await call("sendMessage", chat_id=hoa.id, text="Họp lúc 19 giờ")
    body = (await visitor.get("/sandbox/presses"))[1]
    assert (body["count"], body["answered"], body["reply_p99"]) == (1, 0, 3.0)


async def test_updates_are_handed_in_as_they_are(visitor: Visitor, call: Call) -> None:
    odd = [{"message": 7}, {"callback_query": {"id": None}}]
    assert (await visitor.post("/sandbox/updates", odd))[1] == {"waiting": 2}
    assert [update.get("message") for update in await call("getUpdates")] == [7, None]


async def test_a_group_moves_and_tells_who_still_writes_to_the_old_one(
    telegram: Telegram, visitor: Visitor, hoa: Person, call: Call
) -> None:
    old = telegram.add_group("Chi bộ", [hoa]).id
    status, chat = await visitor.post(f"/sandbox/groups/{old}/migrate")
    assert (status, chat["type"], str(chat["id"])) == (200, "supergroup", f"-100{-old}")
    reply = await telegram.call(TOKEN, "sendMessage", {"chat_id": old, "text": "x"})
    assert reply.body == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": chat["id"]},
    }
    assert (await call("sendMessage", chat_id=chat["id"], text="x"))["chat"]["type"] == "supergroup"
    left, came = [update["message"] for update in await call("getUpdates")]
    assert (left["chat"]["id"], left["migrate_to_chat_id"]) == (old, chat["id"])
    assert (came["chat"]["id"], came["migrate_from_chat_id"]) == (chat["id"], old)


async def test_the_bot_is_put_into_a_group_and_taken_out(
    visitor: Visitor, telegram: Telegram, hoa: Person, call: Call
) -> None:
    _, chat = await visitor.post("/sandbox/groups", {"title": "Chi bộ", "people": [hoa.id], "bot": False})
    assert (await visitor.post(f"/sandbox/groups/{chat['id']}/add_bot", {"by": hoa.id})) == (200, chat)
    assert (await visitor.post(f"/sandbox/groups/{chat['id']}/remove_bot", {"by": hoa.id})) == (200, chat)
    assert (await visitor.post(f"/sandbox/groups/{chat['id']}/add_bot", {"by": 7}))[0] == 404
    changes = [u["my_chat_member"] for u in await call("getUpdates") if "my_chat_member" in u]
    assert [c["new_chat_member"]["status"] for c in changes] == ["member", "kicked"]


async def test_people_of_a_moved_group_are_in_the_new_one(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    group = telegram.migrate(telegram.add_group("Chi bộ", [hoa]))
    await call("sendMessage", chat_id=group.id, text="x", reply_markup=keyboard(["a"]))
    assert hoa.taps("a").message.chat.id == group.id
    assert await call("getChatMemberCount", chat_id=group.id) == 2
    assert telegram.add_group("Khác", []).id != group.id


async def test_a_paid_message_counts_against_the_paid_limit(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    telegram.limits = Limits(overall=Rate(1, 10), chat=None, paid=Rate(3, 10))

    async def accepted(**more: Any) -> int:
        replies = [await call("sendMessage", chat_id=hoa.id, text="x", **more) for _ in range(5)]
        return sum(isinstance(reply, dict) for reply in replies)

    assert await accepted() == 1
    assert await accepted(allow_paid_broadcast="true") == 3
    assert telegram.counts["429"] == 6


async def test_a_limit_changed_while_running_holds_from_then_on(
    telegram: Telegram, visitor: Visitor, hoa: Person, call: Call, times: Times
) -> None:
    telegram.limits = Limits(chat=None)
    for overall in (30, 20, 25):
        await visitor.post("/sandbox/limits", {"overall": {"count": overall, "seconds": 1}})
        telegram.counts.clear()
        for _ in range(40):
            await call("sendMessage", chat_id=hoa.id, text="x")
        assert (telegram.counts["accepted"], telegram.counts["429"]) == (overall, 40 - overall)
        times.seconds += 1


async def test_the_log_can_be_left_out_and_the_counts_stay(times: Times) -> None:
    telegram = Telegram(TOKEN, limits=Limits.unlimited(), keep_log=False)
    [person] = telegram.add_people(1)
    assert (await telegram.call(TOKEN, "sendMessage", {"chat_id": person.id, "text": "x"})).status == 200
    assert (telegram.log, telegram.counts["accepted"], person.started) == ([], 1, True)


async def test_the_command_starts_a_sandbox_with_people_and_limits_as_told() -> None:
    """As a bench uses it: in a process of its own, on a free port whose address it prints."""
    words = [
        "--port",
        "0",
        "--people",
        "3",
        "--limits-json",
        '{"chat": {"count": 1, "seconds": 60, "leeway": 0}}',
    ]
    command = [sys.executable, "-c", "from bot.cli import main; main()", "sandbox", "--counts-only", *words]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        address = re.search(r"http://\S+", (await process.stdout.readline()).decode())
        assert address
        async with ClientSession(address.group()) as session:
            visitor = Visitor(session)
            send = {"chat_id": FIRST_PERSON + 2, "text": "x"}
            sends = [await visitor.post(f"/bot{TOKEN}/sendMessage", send) for _ in range(2)]
            assert [status for status, _ in sends] == [200, 429]
            assert (await visitor.get("/sandbox/counts"))[1] == {"accepted": 1, "sendMessage": 1, "429": 1}
            assert (await visitor.get("/sandbox/log"))[1] == []
    finally:
        process.terminate()
        await process.wait()
