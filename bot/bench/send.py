"""How fast messages leave: from the outbox through the real sender, to a Telegram that is some way off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.bench import sides
from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure, rate
from bot.bench.local import Local, telegram
from bot.bench.programs import Program
from bot.bench.queueing import queue_notice
from bot.bench.server import BOT, LOOK
from bot.clock import Clock
from db import outbox
from db.session import Database

WARM = 100
ENOUGH = 1000
"""The pace of the bare bot does not change after that many."""


@dataclass(frozen=True)
class Sending:
    """Messages as they reached the server, how many a second, and what the sending process spent."""

    sent: int
    per_second: float
    cpu_per_1000: float
    peak: float

    @classmethod
    async def of(cls, local: Local, running: Program, cpu_before: float, count: int) -> Sending:
        """From what the server noted and the process used."""
        moments = (await local.watch()).accepted
        return cls(len(moments), rate(moments), (running.cpu - cpu_before) * 1000 / count, running.peak)

    @property
    def per_core_second(self) -> float:
        """How many a process may send whose core does nothing else."""
        return 1000 / self.cpu_per_1000 if self.cpu_per_1000 else 0.0

    def as_json(self) -> dict[str, float]:
        """As plain values."""
        return {**vars(self), "per_core_second": self.per_core_second}


async def measure(
    *,
    count: int = 5000,
    delay: float = 0.1,
    speed: float = 10,
    flights: Sequence[int] = (64, 128, 256),
    database: Kind = "sqlite",
    address: str | None = None,
) -> Figure:
    """Sends a second from the outbox, and those of a gather over a bare bot at its best."""
    async with fresh(database, address) as opened, telegram(people=WARM + count, delay=delay) as local:
        our = await _ours(local, opened, count, speed)
    tries = {many: await _bare(min(count, ENOUGH), delay, many) for many in flights}
    best = max(tries.values(), key=lambda each: each.per_second)
    detail = {
        "count": count,
        "delay": delay,
        "database": database,
        "speed": speed,
        "ours": our.as_json(),
        "bare": {str(many): each.as_json() for many, each in tries.items()},
    }
    return Figure("send", our.per_second, best.per_second, "sends/s", detail)


async def _ours(local: Local, database: Database, count: int, speed: float) -> Sending:
    async with sides.ours(local, database, speed=speed) as running:
        await _queue(database, local.first, WARM)
        await local.wait(running, accepted=WARM)
        await local.reset()
        before = running.cpu
        await _queue(database, local.first + WARM, count)
        await local.wait(running, accepted=count)
        await settled(database)
        return await Sending.of(local, running, before, count)


async def _queue(database: Database, first: int, count: int) -> None:
    async with database.write() as session:
        await queue_notice(session, first, count, now=Clock().now())


async def settled(database: Database) -> None:
    """Return when nothing waits in the outbox or is on its way: what was sent is also written down."""
    while True:
        async with database.read() as session:
            if not await outbox.count_ready(session, bot=BOT, now=Clock().now()):
                return
        await asyncio.sleep(LOOK)


async def _bare(count: int, delay: float, flights: int) -> Sending:
    async with (
        telegram(people=WARM + count, delay=delay) as local,
        sides.bare(local, "send", local.first, WARM, count, flights) as running,
    ):
        await running.line()
        await local.reset()
        before = running.cpu
        await running.go()
        await local.wait(running, accepted=count)
        return await Sending.of(local, running, before, count)
