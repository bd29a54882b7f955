"""How long a press waits while a notice goes out to everybody, at the limits Telegram enforces.

The people who press are those the notice reaches last. The bare bot broadcasts in a loop beside its handlers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.bench import sides, words
from bot.bench.databases import Kind, fresh
from bot.bench.fanout import released
from bot.bench.figures import Figure, percentile
from bot.bench.local import Local, telegram
from bot.bench.population import SOON, Population
from bot.bench.programs import Program
from bot.bench.receive import invite
from bot.bench.server import BOT, Watch
from bot.clock import Clock
from db.session import Database

LIMIT = 30
WARM = 5
GRACE = 10.0
"""Seconds the last presses are waited for; who has no answer then has waited for ever."""


@dataclass(frozen=True)
class Waiting:
    """Seconds from the press to its acknowledgement and to the reply; presses, replies, and what else went."""

    acknowledged_p50: float
    acknowledged_p99: float
    replied_p50: float
    replied_p99: float
    pressed: int
    replied: int
    broadcast: int
    refused: int

    @classmethod
    def of(cls, watch: Watch) -> Waiting:
        """From what the server noted; who was not answered counts as waiting until now."""
        end = max([*watch.accepted, *watch.acknowledged.values()], default=0.0)
        acknowledged, replied = (
            [moments.get(chat, end) - at for chat, at in watch.pressed.items()]
            for moments in (watch.acknowledged, watch.replied)
        )
        return cls(
            percentile(acknowledged, 0.5),
            percentile(acknowledged, 0.99),
            percentile(replied, 0.5),
            percentile(replied, 0.99),
            len(watch.pressed),
            len(watch.replied),
            len(watch.accepted) - len(watch.replied),
            len(watch.refused),
        )


async def measure(
    *,
    count: int = 120_000,
    seconds: float = 60,
    per_second: float = 2,
    delay: float = 0.0,
    database: Kind = "sqlite",
    address: str | None = None,
) -> Figure:
    """The 99th percentile of the time to the reply."""
    presses = int(seconds * per_second)
    async with (
        fresh(database, address) as opened,
        telegram(people=count, delay=delay, overall=LIMIT) as local,
    ):
        our = await _ours(local, opened, Population(BOT, count, local.first), presses, per_second)
    async with telegram(people=count, delay=delay, overall=LIMIT) as local:
        bare = await _bare(local, Population(BOT, count, local.first), presses, per_second)
    detail = {
        "count": count,
        "seconds": seconds,
        "database": database,
        "delay": delay,
        "ours": vars(our),
        "bare": vars(bare),
    }
    return Figure("lanes", our.replied_p99, bare.replied_p99, "s", detail)


async def _ours(
    local: Local, database: Database, population: Population, presses: int, per_second: float
) -> Waiting:
    now = Clock().now()
    async with database.write() as session:
        await population.settle(session, now=now)
        await population.plan_meetings(session, starts_at=now + SOON, call_at=now + SOON)
    people = await _invited(local, population, presses)
    async with sides.ours(local, database, rate=LIMIT) as running:
        await _warm(local, running, people)
        async with database.write() as session:
            session.add(released(Clock().now()))
        await local.wait(running, accepted=1)
        return await _pressing(local, running, people[WARM:], per_second)


async def _bare(local: Local, population: Population, presses: int, per_second: float) -> Waiting:
    people = await _invited(local, population, presses)
    async with sides.bare(local, "broadcast", local.first, population.members, LIMIT) as running:
        await running.line()
        await _warm(local, running, people)
        await running.go()
        await local.wait(running, accepted=1)
        return await _pressing(local, running, people[WARM:], per_second)


async def _invited(local: Local, population: Population, presses: int) -> Sequence[int]:
    """The last people, with invitations in their chats, the very last first."""
    members = range(population.members, population.members - presses - WARM, -1)
    await invite(local, population, members)
    return [local.first + n - 1 for n in members]


async def _warm(local: Local, running: Program, people: Sequence[int]) -> None:
    for person in people[:WARM]:
        await local.press([person], words.COMING)
    await local.wait(running, answered=WARM)
    await local.reset()


async def _pressing(local: Local, running: Program, people: Sequence[int], per_second: float) -> Waiting:
    for person in people:
        await local.press([person], words.COMING)
        await asyncio.sleep(1 / per_second)
    await running.lives(GRACE)
    return Waiting.of(await local.watch())
