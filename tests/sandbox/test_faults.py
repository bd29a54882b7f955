"""Every fault a call can meet, seen over real HTTP by a client that knows nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession

from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN, Call


class Client:
    """Sends a message as a bot does; what it sees is a status with a body, or the name of what went wrong."""

    def __init__(self, session: ClientSession, chat: int) -> None:
        self.session = session
        self.chat = chat

    async def sees(self, method: str = "sendMessage", timeout: float = 5, **more: Any) -> tuple[Any, Any]:
        params = {"chat_id": self.chat, "text": "x", **more}
        limit = aiohttp.ClientTimeout(total=timeout)
        try:
            async with self.session.post(f"/bot{TOKEN}/{method}", json=params, timeout=limit) as response:
                return response.status, await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return None, type(error).__name__


@pytest.fixture
async def client(telegram: Telegram, hoa: Person) -> AsyncIterator[Client]:
    async with serve(telegram) as url, ClientSession(url) as session:
        yield Client(session, hoa.id)


def log(telegram: Telegram) -> list[tuple[str, str | None]]:
    return [(line.method, line.fault) for line in telegram.log]


REFUSALS: list[tuple[str, dict[str, Any], int, str]] = [
    ("rate_limited", {"retry_after": 35}, 429, "Too Many Requests: retry after 35"),
    ("server_error", {"status": 500}, 500, "Internal Server Error"),
    ("server_error", {}, 502, "Bad Gateway"),
    ("server_error", {"status": 503}, 503, "Service Unavailable"),
    ("unauthorized", {}, 401, "Unauthorized"),
    ("forbidden", {}, 403, "Forbidden: bot was blocked by the user"),
    ("forbidden", {"reason": "user is deactivated"}, 403, "Forbidden: user is deactivated"),
    ("not_found", {}, 400, "Bad Request: chat not found"),
]


@pytest.mark.parametrize(("fault", "options", "status", "description"), REFUSALS)
async def test_a_fault_that_is_a_refusal_is_one_in_telegrams_words(
    telegram: Telegram, client: Client, fault: str, options: dict[str, Any], status: int, description: str
) -> None:
    telegram.faults.add(fault, times=1, **options)
    found, body = await client.sees()
    assert (found, body["error_code"], body["description"]) == (status, status, description)
    assert body.get("parameters", {}).get("retry_after") == options.get("retry_after")
    assert (await client.sees())[0] == 200
    assert log(telegram) == [("sendMessage", None)]
    assert telegram.counts == {str(status): 1, "accepted": 1, "sendMessage": 1}


UNREADABLE: list[tuple[str, dict[str, Any], str, bool]] = [
    ("hang_up_before", {}, "ServerDisconnectedError", False),
    ("hang_up_after", {}, "ServerDisconnectedError", True),
    ("half_answer", {}, "ClientPayloadError", True),
    ("half_answer", {"part": "headers"}, "ServerDisconnectedError", True),
    ("garbage", {}, "JSONDecodeError", True),
    ("garbage", {"accepted": False}, "JSONDecodeError", False),
    ("server_error", {"html": True}, "ContentTypeError", False),
    ("server_error", {"html": True, "accepted": True}, "ContentTypeError", True),
    ("stall", {"seconds": 0.01}, "ServerDisconnectedError", True),
    ("stall", {"seconds": 0.01, "accepted": False}, "ServerDisconnectedError", False),
]


@pytest.mark.parametrize(("fault", "options", "error", "accepted"), UNREADABLE)
async def test_an_answer_that_is_lost_says_in_the_log_whether_the_call_was_accepted(
    telegram: Telegram, client: Client, fault: str, options: dict[str, Any], error: str, accepted: bool
) -> None:
    telegram.faults.add(fault, times=1, **options)
    seen = await client.sees()
    assert seen[1] == error or (seen[1] == "UnicodeDecodeError" and fault == "garbage")
    assert log(telegram) == ([("sendMessage", fault)] if accepted else [])
    assert (telegram.counts[fault], telegram.counts["lost"]) == (1, int(accepted))
    assert (await client.sees())[0] == 200


@pytest.mark.parametrize(("fault", "accepted"), [("stall", True), ("stall", False), ("half_answer", True)])
async def test_who_waits_for_a_stalled_answer_runs_out_of_time(
    telegram: Telegram, client: Client, fault: str, accepted: bool
) -> None:
    kind: dict[str, Any] = {} if fault == "half_answer" else {"accepted": accepted}
    telegram.faults.add(fault, times=1, seconds=60, **kind)
    assert (await client.sees(timeout=0.1))[1] in ("TimeoutError", "SocketTimeoutError", "ServerTimeoutError")
    assert len(telegram.log) == int(accepted)
    assert (await client.sees())[0] == 200


async def test_latency_delays_an_answer_and_other_faults_still_come(
    telegram: Telegram, client: Client
) -> None:
    telegram.faults.add("latency", seconds=0.05)
    telegram.faults.add("rate_limited", times=1)
    started = asyncio.get_running_loop().time()
    assert [(await client.sees())[0] for _ in range(2)] == [429, 200]
    assert asyncio.get_running_loop().time() - started >= 0.1


async def test_a_conflict_is_for_the_poller(telegram: Telegram, client: Client) -> None:
    telegram.faults.add("conflict")
    assert (await client.sees())[0] == 200
    status, body = await client.sees("getUpdates")
    assert (status, body["description"].partition(":")[0]) == (409, "Conflict")


async def test_a_rule_is_about_its_methods_and_its_chat_only(
    telegram: Telegram, client: Client, hoa: Person
) -> None:
    lan = telegram.add_person("Lan")
    lan.opens()
    telegram.faults.add("forbidden", methods=["SENDMESSAGE"], chat=lan.id)
    telegram.faults.add("server_error", methods=["getMe"])
    assert (await client.sees())[0] == 200
    assert (await client.sees(chat_id=str(lan.id)))[0] == 403
    assert (await client.sees("getMe"))[0] == 502


async def test_a_star_is_every_method_and_nothing_said_is_what_writes(
    telegram: Telegram, client: Client
) -> None:
    rule = telegram.faults.add("unauthorized")
    assert (await client.sees("getMe"))[0] == 200
    assert (await client.sees("sendChatAction", action="typing"))[0] == 200
    telegram.faults.remove(rule.number)
    telegram.faults.add("unauthorized", methods=["*"])
    assert [(await client.sees(method))[0] for method in ("getMe", "getUpdates", "sendMessage")] == [401] * 3


async def struck(telegram: Telegram, call: Call, hoa: Person, tries: int = 400) -> list[bool]:
    results = [await call("sendMessage", chat_id=hoa.id, text="x") for _ in range(tries)]
    return [isinstance(result, str) for result in results]


async def test_a_share_is_kept_and_comes_again_with_the_same_seed(
    telegram: Telegram, call: Call, hoa: Person
) -> None:
    telegram.faults.add("rate_limited", share=0.1)
    telegram.faults.seed = 7
    first = await struck(telegram, call, hoa)
    telegram.faults.seed = 7
    assert await struck(telegram, call, hoa) == first
    telegram.faults.seed = 8
    assert await struck(telegram, call, hoa) != first
    assert 20 < sum(first) < 60


async def test_one_rule_does_not_disturb_the_draws_of_another(
    telegram: Telegram, call: Call, hoa: Person
) -> None:
    telegram.faults.add("rate_limited", share=0.1)
    alone = await struck(telegram, call, hoa)
    telegram.faults.clear()
    telegram.faults.add("rate_limited", share=0.1)
    telegram.faults.add("forbidden", share=0.5, methods=["getMe"])
    await call("getMe")
    assert await struck(telegram, call, hoa) == alone


async def test_what_telegram_refuses_is_not_accepted_even_where_the_answer_is_lost(
    telegram: Telegram, client: Client, hoa: Person
) -> None:
    hoa.blocks()
    telegram.faults.add("hang_up_after")
    assert (await client.sees())[1] == "ServerDisconnectedError"
    assert (telegram.log, telegram.counts["lost"]) == ([], 0)


async def test_the_rules_are_added_read_and_taken_back_over_http(telegram: Telegram, client: Client) -> None:
    post = client.session.post
    async with post(
        "/sandbox/faults", json={"fault": "rate_limited", "share": 0.05, "retry_after": 1}
    ) as response:
        body = await response.json()
    assert body["rules"][0]["retry_after"] == 1
    rules = [{"fault": "conflict", "times": 3}, {"fault": "stall", "methods": ["getMe"]}]
    async with post("/sandbox/faults", json={"seed": 4, "rules": rules}) as response:
        body = await response.json()
    assert (body["seed"], [rule["number"] for rule in body["rules"]]) == (4, [1, 2, 3])
    async with client.session.delete("/sandbox/faults/1") as response:
        assert [rule["fault"] for rule in (await response.json())["rules"]] == ["conflict", "stall"]
    async with client.session.delete("/sandbox/faults") as response:
        assert (await response.json())["rules"] == []
    async with client.session.get("/sandbox/faults") as response:
        assert await response.json() == {"seed": 4, "rules": []}


WRONG: list[dict[str, Any]] = [
    {"fault": "flood"},
    {},
    {"fault": "stall", "retry_after": 5},
    {"fault": "stall", "seconds": "long"},
    {"fault": "stall", "share": 5},
    {"fault": "stall", "methods": ["sendNothing"]},
    {"fault": "server_error", "status": 200},
    {"fault": "half_answer", "part": "tail"},
    {"fault": "reorder", "methods": ["getUpdates"]},
]


@pytest.mark.parametrize("body", WRONG)
async def test_a_rule_that_makes_no_sense_is_turned_down_in_a_sentence(
    telegram: Telegram, client: Client, body: dict[str, Any]
) -> None:
    async with client.session.post(
        "/sandbox/faults", json={"rules": [{"fault": "latency"}, body]}
    ) as response:
        assert (response.status, list(await response.json())) == (400, ["error"])
    assert telegram.faults.rules == []


async def test_what_was_accepted_and_refused_is_counted(
    telegram: Telegram, client: Client, hoa: Person
) -> None:
    telegram.faults.add("rate_limited", times=2)
    telegram.faults.add("hang_up_after", times=1)
    for _ in range(5):
        await client.sees()
    async with client.session.get("/sandbox/counts") as response:
        body = await response.json()
    assert body == {"429": 2, "accepted": 3, "sendMessage": 3, "lost": 1, "hang_up_after": 1}
