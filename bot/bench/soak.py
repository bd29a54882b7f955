"""An hour of presses with faults among them: does memory grow, and does anything get stuck?

Each second some members answer their invitation, at a Telegram where one call in a hundred fails in one way or
another. The bare bot is not asked: it keeps its answers in memory, which is to grow.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from statistics import mean

from bot.bench import sides, words
from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure, percentile
from bot.bench.local import Local, telegram
from bot.bench.population import Population
from bot.bench.programs import Broken, Program
from bot.bench.receive import invite, settle
from bot.bench.server import BOT, Watch
from bot.clock import Clock
from db import queue
from db.models import WAITING, DeliveryState
from db.session import Database

FAULTS = (
    {"fault": "server_error", "methods": ["*"], "share": 0.002, "status": 502},
    {"fault": "server_error", "share": 0.002, "status": 500, "accepted": True},
    {"fault": "rate_limited", "share": 0.002, "retry_after": 1},
    {"fault": "hang_up_after", "share": 0.002},
    {"fault": "half_answer", "share": 0.002},
)
"""One call in a hundred that writes a message fails."""
GRACE = 120.0
"""Seconds the last presses are waited for."""
SAMPLES = 100
"""Looks at the memory in the whole time."""
SETTLES = 5.0
"""Seconds what is in hand has to come to its end."""
OPEN = (*WAITING, DeliveryState.SENDING)


async def measure(
    *, minutes: float = 60, per_second: int = 30, database: Kind = "sqlite", address: str | None = None
) -> Figure:
    """By how many per cent memory grew; Broken when a press was not answered or something is stuck."""
    presses = round(minutes * 60 * per_second)
    async with fresh(database, address) as opened, telegram(people=presses) as local:
        population = Population(BOT, presses, local.first, per_cell=20)
        await settle(opened, population)
        async with sides.ours(local, opened) as running:
            await local.fail(FAULTS)
            memory = await _pressing(local, running, population, per_second)
            await local.fail(())
            watch = await _all_replied(local, running, presses)
            waits = [at - watch.pressed[chat] for chat, at in watch.replied.items()]
            stuck = await _stuck(opened)
    if stuck:
        raise Broken(f"left over at the end: {stuck}")
    tenth = max(1, len(memory) // 10)
    begun, ended = mean(memory[tenth : 2 * tenth]), mean(memory[-tenth:])
    detail = {
        "minutes": minutes,
        "per_second": per_second,
        "database": database,
        "presses": presses,
        "replied_p50": percentile(waits, 0.5),
        "replied_p99": percentile(waits, 0.99),
        "MB in the second tenth": begun,
        "MB in the last tenth": ended,
    }
    return Figure("soak", (ended / begun - 1) * 100, None, "%", detail)


async def _pressing(
    local: Local, running: Program, population: Population, per_second: int
) -> Sequence[float]:
    """Let everybody press once, so many each second; the memory (MB) meanwhile."""
    seconds = population.members // per_second
    memory, begun = [], time.monotonic()
    for second in range(seconds):
        first = second * per_second + 1
        members = range(first, first + per_second)
        await invite(local, population, members)
        await local.press([local.first + number - 1 for number in members], words.COMING)
        await running.lives(max(0.0, begun + second + 1 - time.monotonic()))
        if second * SAMPLES // seconds != (second + 1) * SAMPLES // seconds:
            memory.append(running.memory)
    return memory


async def _all_replied(local: Local, running: Program, presses: int) -> Watch:
    """What was noted when everybody has their reply. Not every acknowledgement: one that failed is not repeated."""
    end = time.monotonic() + GRACE
    while True:
        watch = await local.watch()
        if len(watch.replied) == presses:
            return watch
        if time.monotonic() > end:
            raise Broken(
                f"{presses - len(watch.replied)} of {presses} presses had no reply after {GRACE:.0f} s"
            )
        await running.lives(SETTLES)


async def _stuck(database: Database) -> str:
    """What is still to be handled or sent, or was given up, in a few words; nothing where all came to its end."""
    await asyncio.sleep(SETTLES)
    async with database.read() as session:
        seen = await queue.look(session, bot=BOT, now=Clock().now())
    stuck = [f"{each.count} {each.state}: {each.reason}" for each in seen.stuck if each.state != "unknown"]
    open_ = {lane.name: sum(line.counts.get(state, 0) for state in OPEN) for lane, line in seen.lanes.items()}
    open_["inbox"] = seen.inbox.waiting
    return "; ".join([*stuck, *(f"{many} wait in {name}" for name, many in open_.items() if many)])
