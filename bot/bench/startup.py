"""How soon a fresh process asks for updates, and how much memory it holds when nothing happens."""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.bench import sides
from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure
from bot.bench.local import Local, telegram
from bot.bench.programs import Program, program


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process to its first getUpdates, and MB of memory after idling."""

    seconds: float
    idle_memory: float


async def measure(*, idle: float = 5, database: Kind = "sqlite", address: str | None = None) -> Figure:
    """Seconds to the first poll of `chibo run`, and of a bare bot with one handler."""
    async with fresh(database, address) as opened, telegram(people=1) as local:
        env = sides.settings(local, opened, rate=30)
        our = await _started(local, program("-m", "bot", "run", settings=env), idle)
    async with telegram(people=1) as local:
        bare = await _started(local, sides.bare(local, "answer"), idle)
    detail = {"idle": idle, "database": database, "ours": vars(our), "bare": vars(bare)}
    return Figure("startup", our.seconds, bare.seconds, "s", detail)


async def _started(local: Local, starting: AbstractAsyncContextManager[Program], idle: float) -> Start:
    begun = time.monotonic()
    async with starting as running:
        await local.wait(running, polled=1)
        await running.lives(idle)
        polled = (await local.watch()).polled
        assert polled is not None
        return Start(polled - begun, running.memory)
