"""What Prometheus is told, and a dashboard that asks for nothing else."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import app as wiring
from bot import health, process
from bot.app import App
from bot.clock import StillClock
from bot.health import Health
from bot.lanes import Lane
from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram
from bot.web import listening
from db.posting import Address, When
from scheduler.ticks import TICKS
from tests.conftest import TOKEN, settings
from tests.door import Door
from tests.people import START
from tests.posting import KEY, post
from tests.posts import queue

DOCS = Path(__file__).parents[2] / "docs"
NAME = re.compile(r"\b(?:chibo|process)_[a-z_]+")
SUFFIXES = ("_bucket", "_sum", "_count", "_total")


class Watched:
    """A bot of which everything is measured."""

    def __init__(self, app: App, its: Health, clock: StillClock) -> None:
        self.app, self.health, self.clock = app, its, clock

    async def page(self) -> str:
        async with self.health.looking():
            return (await self.health.page()).decode()

    async def shows(self, sample: str) -> float | None:
        """The value of a series; None when there is none."""
        found = [line for line in (await self.page()).splitlines() if line.startswith(f"{sample} ")]
        return float(found[0].rpartition(" ")[2]) if found else None

    async def says(self, person: Person, lane: Lane, *, text: str = "Xin chào", **when: timedelta) -> None:
        async with self.app.database.write() as session:
            moments = {name: START + span for name, span in when.items()}
            to = [Address(1, person.id, "vi")]
            await queue(session, text, to, lane=lane, when=When(START, **moments))


@pytest.fixture
async def watched(
    database_url: str, clock: StillClock, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Watched]:
    monkeypatch.setattr(health, "FRESH", 0.0)
    monkeypatch.setattr(health, "PATIENCE", 60.0)
    given = settings(database_url).model_copy(update={"web": "127.0.0.1:0"})
    shared = wiring.share(given, clock=clock)
    ticking = wiring.tick(shared)
    app = wiring.connect(shared, TOKEN, ticking, request=Door(telegram))
    assert shared.metrics is not None
    async with app.opened():
        yield Watched(app, Health(shared, shared.metrics, [app]), clock)


@pytest.fixture
def hoa(telegram: Telegram) -> Person:
    """Somebody who has started the bot."""
    person = telegram.add_person("Hoa")
    person.chat.shut = None
    return person


async def test_the_queue_is_shown_by_lane_and_state_with_its_oldest(watched: Watched, hoa: Person) -> None:
    await watched.says(hoa, Lane.REPLY)
    await watched.says(hoa, Lane.REMINDER)
    await watched.says(hoa, Lane.REMINDER, not_before=timedelta(hours=1))
    watched.clock.move_to(START + timedelta(minutes=2))
    shown = [
        await watched.shows(f'chibo_queue_messages{{bot="1",lane="{lane}",state="{state}"}}')
        for lane, state in (
            ("reply", "queued"),
            ("reminder", "queued"),
            ("reminder", "planned"),
            ("bulk", "queued"),
        )
    ]
    assert shown == [1, 1, 1, None]
    assert await watched.shows('chibo_queue_oldest_seconds{bot="1",lane="reply"}') == 120
    await watched.app.sender.drain()
    assert await watched.shows('chibo_queue_messages{bot="1",lane="reply",state="queued"}') is None
    assert await watched.shows('chibo_queue_messages{bot="1",lane="reminder",state="planned"}') == 1


async def test_a_delivery_is_counted_with_what_it_waited(watched: Watched, hoa: Person) -> None:
    await watched.says(hoa, Lane.REPLY)
    watched.clock.move_to(START + timedelta(seconds=90))
    await watched.app.sender.drain()
    assert await watched.shows('chibo_deliveries_total{bot="1",lane="reply",state="sent"}') == 1
    assert await watched.shows('chibo_delivery_wait_seconds_sum{bot="1",lane="reply"}') == 90
    assert await watched.shows('chibo_calls_total{bot="1",method="sendMessage",outcome="sent"}') == 1
    assert await watched.shows('chibo_call_seconds_count{bot="1",method="sendMessage"}') == 1


async def test_a_429_is_counted_and_what_it_waited_in_all_counts_too(
    watched: Watched, hoa: Person, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    telegram.faults.add("rate_limited", times=1, retry_after=1)
    await watched.says(hoa, Lane.BULK)
    await watched.app.sender.drain()
    assert await watched.shows('chibo_calls_total{bot="1",method="sendMessage",outcome="429"}') == 1
    assert await watched.shows('chibo_deliveries_total{bot="1",lane="bulk",state="retry"}') == 1
    watched.clock.move_to(START + timedelta(seconds=40))
    await watched.app.sender.drain()
    assert await watched.shows('chibo_delivery_wait_seconds_sum{bot="1",lane="bulk"}') == 40


async def test_an_update_is_counted_by_its_fate_and_how_far_it_came_when(
    watched: Watched, hoa: Person
) -> None:
    hoa.sends("/trogiup")
    await watched.app.ingress.poll(wait=0)
    assert await watched.shows('chibo_inbox_updates{bot="1"}') == 1
    watched.clock.move_to(START + timedelta(seconds=3))
    assert await watched.shows('chibo_inbox_oldest_seconds{bot="1"}') == 3
    await watched.app.settle()
    assert await watched.shows('chibo_updates_total{bot="1",fate="settled",kind="message"}') == 1
    committed = 'chibo_update_seconds_sum{bot="1",kind="message",stage="committed"}'
    assert await watched.shows(committed) == 3
    assert await watched.shows('chibo_inbox_updates{bot="1"}') == 0


async def test_who_holds_the_bot_and_when_it_was_polled_is_shown(watched: Watched) -> None:
    await watched.app.ingress.poll(wait=0)
    assert await watched.shows('chibo_lease_held{bot="1"}') == 1
    assert await watched.shows('chibo_lease_epoch{bot="1"}') == 1
    assert await watched.shows('chibo_last_poll_timestamp_seconds{bot="1"}') == START.timestamp()
    await watched.app.serving.let_go()
    assert await watched.shows('chibo_lease_held{bot="1"}') == 0


async def test_ticks_and_the_database_are_shown(watched: Watched) -> None:
    tick = next(iter(TICKS))
    await watched.app.ticking.run(tick)
    assert await watched.shows(f'chibo_tick_seconds_count{{tick="{tick.__name__}"}}') == 1
    before = await watched.shows("chibo_database_commits_total")
    await watched.app.ticking.run(tick)
    assert (await watched.shows("chibo_database_commits_total") or 0) - (before or 0) == 1
    assert await watched.shows("chibo_database_seen") == 1
    assert (await watched.shows("process_resident_memory_bytes") or 0) > 10_000_000


async def test_a_post_that_is_refused_is_counted_by_why(database_url: str) -> None:
    hooked = {
        "mode": "webhook",
        "web": "127.0.0.1:0",
        "secret_key": SecretStr(KEY),
        "webhook_url": "https://x",
    }
    made = process.build(settings(database_url).model_copy(update=hooked))
    async with listening(made.routes(), ("127.0.0.1", 0)) as port:
        assert [await post(port, headers=[]), await post(port, path="/telegram/x")] == [403, 404]
    await made.shared.database.dispose()
    assert made.shared.metrics is not None
    page = made.shared.metrics.page().decode()
    assert re.findall(r'^chibo_webhook_refused_total\{reason="(\w+)"\} 1\.0$', page, re.MULTILINE) == [
        "secret",
        "path",
    ]


def _expressions(board: dict[str, Any]) -> list[str]:
    panels = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    return panels + [each["definition"] for each in board["templating"]["list"] if "definition" in each]


def _families(page: str) -> set[str]:
    """The names of all measures there are, a counter's with its `_total`."""
    return {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE ")}


def _family(name: str, families: set[str]) -> str:
    bare = next((name.removesuffix(each) for each in SUFFIXES if name.removesuffix(each) in families), name)
    return name if name in families else bare


async def test_the_dashboard_asks_only_for_what_there_is(watched: Watched) -> None:
    families = _families(await watched.page())
    expressions = _expressions(json.loads((DOCS / "grafana.json").read_text("utf-8")))
    asked = {name for each in expressions for name in NAME.findall(each)}
    assert len(expressions) > 20
    assert {name for name in asked if _family(name, families) not in families} == set()


async def test_every_measure_of_ours_is_explained_and_no_other(watched: Watched) -> None:
    ours = {name for name in _families(await watched.page()) if name.startswith("chibo_")}
    table, _, alerts = (DOCS / "measures.md").read_text("utf-8").partition("## Rules for alerts")
    assert {name for name in NAME.findall(table) if name.startswith("chibo_")} == ours
    assert {_family(name, ours) for name in NAME.findall(alerts) if name.startswith("chibo_")} <= ours


async def test_no_label_names_a_person_or_a_chat(watched: Watched, hoa: Person) -> None:
    hoa.sends("Giàng Thị Bông, 0912345678")
    await watched.app.settle()
    page = await watched.page()
    assert str(hoa.id) not in page and "Bông" not in page and "912345678" not in page
    labels = set(re.findall(r"([a-z]+)=\"", page))
    assert (
        labels
        == {"bot", "lane", "state", "method", "outcome", "kind", "fate", "stage", "tick", "le"} & labels
    )
