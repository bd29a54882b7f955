"""How fast much becomes ready to leave at once: one notice for everybody, or everybody's own invitation.

python-telegram-bot's way to have many messages leave later is a job for each in its job queue, in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func
from sqlmodel import select

from bot.bench import words
from bot.bench.databases import Kind, address_of, fresh
from bot.bench.figures import Figure
from bot.bench.population import COMMITTEE, SOON, Population
from bot.bench.programs import Program, program
from bot.bench.server import BOT, TOKEN
from bot.clock import Clock
from bot.sandbox.telegram import FIRST_PERSON
from db.models import Delivery, Notice, NoticeState
from db.session import Database

What = Literal["notice", "reminders"]
TICK: dict[What, str] = {"notice": "spread_notices", "reminders": "remind"}
FEW = 1000


@dataclass(frozen=True)
class Spread:
    """Seconds until all were queued, the process's peak of memory in MB, and the deliveries there were then."""

    seconds: float
    peak: float
    queued: int


async def measure(
    what: What = "notice", *, count: int = 120_000, database: Kind = "sqlite", address: str | None = None
) -> Figure:
    """Seconds for `count` recipients; in the details also a thousand, for the memory."""
    few, many = [await _ours(what, size, database, address) for size in (min(FEW, count), count)]
    bare_few, bare_many = [await _bare(size) for size in (min(FEW, count), count)]
    detail = {
        "what": what,
        "count": count,
        "database": database,
        "ours": vars(many),
        "ours_few": vars(few),
        "more_memory": many.peak - few.peak,
        "bare": vars(bare_many),
        "bare_more_memory": bare_many.peak - bare_few.peak,
    }
    return Figure("fanout", many.seconds, bare_many.seconds, "s", detail)


async def _ours(what: What, count: int, kind: Kind, address: str | None) -> Spread:
    async with fresh(kind, address) as database:
        await settle(database, what, count)
        settings = {"CHIBO_BOT_TOKEN": TOKEN, "CHIBO_DATABASE_URL": address_of(database)}
        async with program("-m", "bot.bench.spreading", TICK[what], settings=settings) as running:
            seconds, peak = await _timed(running)
        return Spread(seconds, peak, await count_deliveries(database))


async def _bare(count: int) -> Spread:
    async with program("-m", "bot.bench.bare", "http://127.0.0.1", "jobs", str(count)) as running:
        seconds, peak = await _timed(running)
    return Spread(seconds, peak, count)


async def _timed(running: Program) -> tuple[float, float]:
    await running.line()
    await running.go()
    return float(await running.line()), running.peak


async def settle(database: Database, what: What, count: int) -> None:
    """So many members, with a notice for all of them released, or all their meetings to be called now."""
    now = Clock().now()
    population = Population(BOT, count, FIRST_PERSON)
    async with database.write() as session:
        await population.settle(session, now=now)
        if what == "notice":
            session.add(released(now - timedelta(minutes=1)))
        else:
            await population.plan_meetings(session, starts_at=now + SOON, call_at=now - timedelta(minutes=1))


def released(at: datetime) -> Notice:
    """A notice of the committee to everybody below it, on its way since then."""
    return Notice(
        issuer_id=COMMITTEE,
        audience_id=COMMITTEE,
        author_id=1,
        title="Nghị quyết",
        text=words.STUDY,
        state=NoticeState.SENDING,
        created_at=at,
        sent_at=at,
    )


async def count_deliveries(database: Database) -> int:
    """How many deliveries there are."""
    async with database.read() as session:
        return (await session.exec(select(func.count()).select_from(Delivery))).one()
