"""A process at DEBUG through hundreds of network errors: what it leaves behind names nobody, and tells each story."""

import json
import socket
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from sqlalchemy import update
from sqlmodel import select

from bot.sandbox.faults import Rule
from db.models import Delivery, Member, Update
from tests.conftest import TOKEN
from tests.faults.conftest import Sites
from tests.faults.site import Site
from tests.overheard import found

ERRORS = 500
SHARE = 0.05
"""Of all calls, for each fault: where most fail, what is tried again waits for minutes."""
NAME, PHONE, TITLE = "Giàng Thị Bông", "0912345678", "Má A Sình Páo"
WORDS = f"{NAME} bận, xin vắng; gọi em số {PHONE}"
PLANTED = {TOKEN, NAME, PHONE, TITLE, "Giàng", "912345678", "bận, xin vắng", "có mặt", "Đã ghi"}
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("hang_up_before", {}),
    ("hang_up_after", {}),
    ("half_answer", {"part": "headers"}),
    ("half_answer", {"part": "body"}),
    ("garbage", {"accepted": True}),
    ("server_error", {"status": 502, "html": True}),
    ("server_error", {"status": 500}),
    ("not_found", {"reason": f'wrong text "{WORDS}" of 0912 345 678'}),  # Telegram may quote what it refuses
]


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def page(port: int, path: str) -> str:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}{path}") as answer:
        return await answer.text()


async def plant(site: Site) -> None:
    """Everybody has the name and a number of their own, and says so to the bot."""
    async with site.database.write() as session:
        await session.exec(update(Member).values(name=NAME, phone=PHONE))
    for person in site.people:
        person.first_name, person.last_name = NAME, TITLE


async def break_often(site: Site, errors: int) -> list[Rule]:
    """Press and write while calls fail, until so many have failed."""
    rules = [
        site.telegram.faults.add(fault, methods=["*"], share=SHARE, **options) for fault, options in FAULTS
    ]
    site.telegram.faults.add("unreadable", share=0.05)
    while sum(rule.hits for rule in rules) < errors or not all(rule.hits for rule in rules):
        for person in site.people:
            person.sends(WORDS)
        await site.press(site.people)
        await site.becomes_true(lambda: not site.telegram.updates)
    site.telegram.faults.clear()
    return rules


def settled(lines: list[dict[str, Any]]) -> set[str]:
    return {line["update"] for line in lines if line["event"] == "the update is settled"}


@pytest.mark.parametrize(("kind", "form"), [("sqlite", "json"), ("postgresql", "text")], indirect=["kind"])
async def test_what_a_process_leaves_behind_names_nobody(
    sites: Sites, form: str, times: Callable[[int], int]
) -> None:
    port = a_free_port()
    async with sites(people=6, seed=1) as site:
        await plant(site)
        surroundings = {"CHIBO_LOG": form, "CHIBO_LOG_LEVEL": "DEBUG", "CHIBO_WEB": f"127.0.0.1:{port}"}
        async with site.running(**surroundings) as process:
            await site.becomes_true(lambda: site.telegram.updates.polled)
            await break_often(site, times(ERRORS))
            await site.becomes_quiet()
            shown = await page(port, "/metrics") + await page(port, "/readyz")
            process.terminate()
            await process.wait()
        async with site.database.read() as session:
            reasons = [str(each) for each in (await session.exec(select(Delivery.reason))).all() if each]
            errors = [str(each) for each in (await session.exec(select(Update.error))).all() if each]
        log = site.log.read_text()
    assert reasons and errors and "chibo_calls_total" in shown and "Traceback" in log
    for said in (log, shown, "\n".join(reasons), "\n".join(errors)):
        assert found(said, PLANTED) == set()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_press_can_be_followed_to_its_delivery(sites: Sites) -> None:
    async with sites(people=4, seed=1) as site:
        async with site.running(CHIBO_LOG="json", CHIBO_LOG_LEVEL="DEBUG") as process:
            await site.becomes_true(lambda: site.telegram.updates.polled)
            await site.press(site.people, times=2)
            await site.becomes_quiet()
            process.terminate()
            await process.wait()
        lines = [json.loads(line) for line in site.log.read_text().splitlines()]
        deliveries = {each.id: each for each in await site.deliveries(1)}
    stored = [line for line in lines if line["event"].startswith("stored")]
    assert sum(line["count"] for line in stored) == 8
    assert len(settled(lines)) == 8
    for number in settled(lines):
        story = [line for line in lines if line.get("update") == number]
        events = [line["event"] for line in story]
        for stage in ("the update is committed", "the update is acknowledged", "the update is settled"):
            assert events.count(stage) == 1
        [sent] = [line for line in story if line.get("lane") == "reply"]
        assert (sent["state"], deliveries[sent["delivery"]].message_id) == ("sent", sent["message"])
