"""What draining a backlog of stored presses costs in memory: of a thousand, and of many.

Their time to be acknowledged is long over, as after any longer standstill; each person still gets the reply.
The bare bot stores nothing, so there is nothing of its to compare with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.bench import sides, words
from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure, rate
from bot.bench.local import Local, telegram
from bot.bench.population import Population
from bot.bench.receive import invite, settle
from bot.bench.server import BOT
from bot.clock import Clock
from db import inbox
from db.session import Database

FEW = 1000
STEP = 5000
HOUR = 3600.0
FIRST_UPDATE = 50_000_001


@dataclass(frozen=True)
class Drained:
    """Replies a second, and the peak of memory in MB."""

    per_second: float
    peak: float


async def measure(*, count: int = 100_000, database: Kind = "sqlite", address: str | None = None) -> Figure:
    """The peak of memory while `count` stored presses are served, beside that of a thousand."""
    few, many = [await _drained(size, database, address) for size in (min(FEW, count), count)]
    detail = {"count": count, "database": database, "few": vars(few), "many": vars(many)}
    return Figure("backlog", many.peak, None, "MB", {**detail, "more_memory": many.peak - few.peak})


async def _drained(count: int, kind: Kind, address: str | None) -> Drained:
    async with fresh(kind, address) as database, telegram(people=count) as local:
        population = Population(BOT, count, local.first, per_cell=20)
        await settle(database, population)
        await invite(local, population, range(1, count + 1))
        await _store(database, local, population)
        async with sides.ours(local, database, speed=10) as running:
            await local.wait(running, accepted=count, seconds=HOUR)
            return Drained(rate((await local.watch()).accepted), running.peak)


async def _store(database: Database, local: Local, population: Population) -> None:
    raws = list(_presses(local, population))
    for begin in range(0, len(raws), STEP):
        async with database.write() as session:
            await inbox.store(session, bot=BOT, updates=raws[begin : begin + STEP], now=Clock().now())


def _presses(local: Local, population: Population) -> Iterator[dict[str, Any]]:
    """Updates as Telegram sent them; the invitations have the message numbers from 1 on."""
    for n in range(1, population.members + 1):
        person = {"id": local.first + n - 1, "is_bot": False, "first_name": "Người"}
        data = f"answer:{population.meeting_of(n)}:coming"
        message = {
            "message_id": n,
            "date": 1_700_000_000,
            "chat": {"id": person["id"], "type": "private", "first_name": "Người"},
            "from": {"id": BOT, "is_bot": True, "first_name": "Chi bộ"},
            "text": words.INVITATION,
        }
        query = {"id": str(n), "from": person, "message": message, "chat_instance": str(n), "data": data}
        yield {"update_id": FIRST_UPDATE + n, "callback_query": query}
