"""setWebhook: updates are posted, in order, with retries, and fetched again when it is taken away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN, Call, keyboard

BUSY = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Bot:
    """What a webhook gets, and what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict[str, Any]] = []
        self.words: list[str | None] = []
        self.answers: list[web.Response] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.at_once = self.most_at_once = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.got.append(json.loads(await request.read()))
        self.words.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.hold.wait()
        self.at_once -= 1
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@asynccontextmanager
async def listening(bot: Bot) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/{any:.*}", bot.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}/way"
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    made = Bot()
    telegram.webhook.longest_pause = 0.01
    async with serve(telegram), listening(made):
        yield made


async def becomes(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not fact():
            await asyncio.sleep(0.005)


async def test_what_waited_and_what_comes_is_posted_with_the_secret(
    telegram: Telegram, hoa: Person, call: Call, bot: Bot
) -> None:
    hoa.sends("a")
    assert await call("setWebhook", url=bot.url, secret_token="s-1") is True
    hoa.sends("b")
    await becomes(lambda: len(telegram.updates) == 0)
    assert bot.texts() == ["a", "b"] and bot.words == ["s-1", "s-1"]
    assert bot.got[1]["update_id"] == bot.got[0]["update_id"] + 1


async def test_nothing_can_be_fetched_while_updates_are_posted(
    telegram: Telegram, hoa: Person, call: Call, bot: Bot
) -> None:
    waiting = asyncio.create_task(telegram.call(TOKEN, "getUpdates", {"timeout": 30}))
    await asyncio.sleep(0)
    await call("setWebhook", url=bot.url)
    assert (await waiting).body["description"] == "Conflict: terminated by setWebhook request"
    assert await call("getUpdates") == BUSY


async def test_what_was_not_accepted_can_be_fetched_when_the_webhook_is_taken_away(
    telegram: Telegram, hoa: Person, call: Call, bot: Bot
) -> None:
    lan = telegram.add_person("Lan")
    lan.opens()
    telegram.updates.clear()
    telegram.webhook.longest_pause = 60
    bot.answers = [web.Response(status=500), web.Response(status=500)]
    await call("setWebhook", url=bot.url, max_connections=1)
    hoa.sends("a")
    await becomes(lambda: len(bot.got) == 2)
    lan.sends("b")
    await becomes(lambda: len(telegram.updates) == 1)
    assert await call("deleteWebhook") is True
    assert [u["message"]["text"] for u in await call("getUpdates")] == ["a"]
    assert (await call("getWebhookInfo"))["url"] == ""


async def test_one_chats_updates_keep_their_order_through_failures(
    telegram: Telegram, hoa: Person, call: Call, bot: Bot
) -> None:
    bot.answers = [web.Response(status=503), web.Response(status=404), web.Response(status=302)]
    await call("setWebhook", url=bot.url)
    for text in "abc":
        hoa.sends(text)
    await becomes(lambda: len(telegram.updates) == 0)
    assert bot.texts() == ["a", "a", "a", "a", "b", "c"]
    info = await call("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"
    assert info["last_error_date"] == int(telegram.now().timestamp())


async def test_chats_go_side_by_side_up_to_the_connections_allowed(
    telegram: Telegram, call: Call, bot: Bot
) -> None:
    people = telegram.add_people(10)
    bot.hold.clear()
    await call("setWebhook", url=bot.url, max_connections=3)
    for person in people:
        person.sends("a")
        person.sends("b")
    await becomes(lambda: bot.at_once == 3)
    assert (await call("getWebhookInfo"))["pending_update_count"] == 20
    bot.hold.set()
    await becomes(lambda: len(telegram.updates) == 0)
    assert bot.most_at_once == 3
    assert bot.texts()[:10] == ["a"] * 10 and len(bot.got) == 20


async def test_presses_are_a_line_of_their_own(telegram: Telegram, hoa: Person, call: Call, bot: Bot) -> None:
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=keyboard(["1"]))
    bot.hold.clear()
    await call("setWebhook", url=bot.url)
    hoa.sends("a")
    hoa.taps("1")
    await becomes(lambda: bot.at_once == 2)
    bot.hold.set()
    await becomes(lambda: len(telegram.updates) == 0)
    assert [set(update) - {"update_id"} for update in bot.got] == [{"message"}, {"callback_query"}]


async def test_where_nobody_listens_it_is_tried_again(
    telegram: Telegram, hoa: Person, call: Call, bot: Bot
) -> None:
    await call("setWebhook", url="http://127.0.0.1:1/way")
    hoa.sends("a")
    await becomes(lambda: telegram.webhook.last_error is not None)
    assert (await call("getWebhookInfo"))["last_error_message"] == "Connection refused"
    await call("setWebhook", url=bot.url)
    assert "last_error_message" not in await call("getWebhookInfo")
    await becomes(lambda: bot.texts() == ["a"])


async def test_an_update_may_come_twice_when_that_is_asked_for(
    telegram: Telegram, hoa: Person, call: Call, bot: Bot
) -> None:
    telegram.faults.add("duplicate", times=1)
    await call("setWebhook", url=bot.url)
    hoa.sends("a")
    hoa.sends("b")
    await becomes(lambda: bot.texts() == ["a", "a", "b"])


WRONG = [
    ({"url": "http://example.vn/x"}, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    (
        {"url": "http://127.0.0.1.example.vn/x"},
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    ),
    (
        {"url": "https://a.vn/x", "secret_token": "bí mật"},
        "Bad Request: secret token contains unallowed characters",
    ),
]


@pytest.mark.parametrize(("given", "words"), WRONG)
async def test_a_webhook_that_makes_no_sense_is_refused(
    call: Call, given: dict[str, str], words: str
) -> None:
    assert await call("setWebhook", **given) == words
    assert (await call("getWebhookInfo"))["url"] == ""


async def test_the_kinds_asked_for_and_what_waits_can_be_said_with_it(hoa: Person, call: Call) -> None:
    hoa.sends("a")
    given = {"url": "https://a.vn/x", "allowed_updates": '["message"]', "drop_pending_updates": "true"}
    assert await call("setWebhook", **given, max_connections=7) is True
    info = await call("getWebhookInfo")
    assert (info["url"], info["max_connections"], info["allowed_updates"]) == (
        "https://a.vn/x",
        7,
        ["message"],
    )
    assert info["pending_update_count"] == 0
