"""How fast presses are answered: all queued at Telegram at once, each acknowledged and its message edited.

Ours are members of real cells who answer an invitation, every answer committed before it is acknowledged; the
bare bot keeps them in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from bot.bench import sides, words
from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure, percentile
from bot.bench.local import Local, telegram
from bot.bench.population import SOON, Population
from bot.bench.programs import Program
from bot.bench.server import BOT
from bot.clock import Clock
from db.session import Database

WARM = 40


@dataclass(frozen=True)
class Answering:
    """Presses answered, how many a second, how long they waited, and what the answering process spent."""

    answered: int
    per_second: float
    acknowledged_p50: float
    acknowledged_p99: float
    replied_p50: float
    replied_p99: float
    cpu_per_1000: float
    peak: float

    @classmethod
    async def of(cls, local: Local, running: Program, cpu_before: float) -> Answering:
        """From what the server noted and the process used."""
        watch = await local.watch()
        start = min(watch.pressed.values())
        acknowledged = [at - watch.pressed[chat] for chat, at in watch.acknowledged.items()]
        replied = [at - watch.pressed[chat] for chat, at in watch.replied.items()]
        end = max(*watch.acknowledged.values(), *watch.replied.values())
        return cls(
            watch.answered,
            watch.answered / (end - start),
            percentile(acknowledged, 0.5),
            percentile(acknowledged, 0.99),
            percentile(replied, 0.5),
            percentile(replied, 0.99),
            (running.cpu - cpu_before) * 1000 / len(watch.pressed),
            running.peak,
        )


async def measure(
    *,
    count: int = 2000,
    delay: float = 0.0,
    speed: float = 10,
    database: Kind = "sqlite",
    address: str | None = None,
) -> Figure:
    """Presses a second, durably ours, in memory the bare bot's."""
    async with fresh(database, address) as opened, telegram(people=WARM + count, delay=delay) as local:
        our = await _ours(local, opened, count, speed)
    async with telegram(people=WARM + count, delay=delay) as local:
        bare = await _bare(local, count)
    detail = {"count": count, "delay": delay, "database": database, "ours": vars(our), "bare": vars(bare)}
    return Figure("receive", our.per_second, bare.per_second, "presses/s", detail)


async def _ours(local: Local, database: Database, count: int, speed: float) -> Answering:
    population = Population(BOT, WARM + count, local.first, per_cell=20)
    await settle(database, population)
    async with sides.ours(local, database, speed=speed) as running:
        return await _press_all(local, running, population)


async def _bare(local: Local, count: int) -> Answering:
    population = Population(BOT, WARM + count, local.first, per_cell=20)
    async with sides.bare(local, "answer") as running:
        return await _press_all(local, running, population)


async def settle(database: Database, population: Population) -> None:
    """A population whose meetings were called already."""
    now = Clock().now()
    async with database.write() as session:
        await population.settle(session, now=now)
        await population.plan_meetings(session, starts_at=now + SOON, call_at=now + SOON)


async def invite(local: Local, population: Population, members: Iterable[int]) -> None:
    """These members have the invitation to their own meeting in the chat."""
    for meeting, invited in groupby(members, population.meeting_of):
        people = [population.first_chat + n - 1 for n in invited]
        await local.invite(people, words.INVITATION, words.invitation_rows(meeting))


async def _press_all(local: Local, running: Program, population: Population) -> Answering:
    await invite(local, population, range(1, population.members + 1))
    people = range(local.first, local.first + population.members)
    await local.press(people[:WARM], words.COMING)
    await local.wait(running, answered=WARM)
    await local.reset()
    before = running.cpu
    await local.press(people[WARM:], words.COMING)
    await local.wait(running, answered=len(people) - WARM)
    return await Answering.of(local, running, before)
