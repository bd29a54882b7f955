"""The budget on simulated time, before a model of a strict Telegram."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from bot.lanes import Lane
from scheduler.limits import ChatLimits
from scheduler.pacing import Budget

NOW = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
GRAIN = 1e-5  # seconds; the budget forgives a timer that rings a microsecond early
HOA, DUNG, MAI, GROUP_CHAT = 11, 12, 13, -100


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is a number: waiting only adds to it."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0
        really_select = self._selector.select

        def select(timeout: float | None = None) -> Any:
            self.moment += timeout or 0.0
            return really_select(0)

        self._selector.select = select

    def time(self) -> float:
        return self.moment


class Run:
    """What a scenario works with: the budget, the time, and the order in which turns were granted."""

    def __init__(self, loop: SimulatedLoop, rate: float, chats: ChatLimits | None) -> None:
        self.loop, self.budget = loop, Budget(rate, chats=chats, monotonic=loop.time)
        self.granted: list[tuple[str, float]] = []

    async def sends(self, name: str, chat: int | None, lane: Lane = Lane.BULK, deadline: int = 0) -> None:
        await self.budget.acquire(chat, lane, NOW + timedelta(minutes=deadline))
        self.granted.append((name, self.loop.time()))

    def times(self, name: str = "") -> list[float]:
        return [moment for who, moment in self.granted if who.startswith(name)]

    def order(self) -> list[str]:
        return [who for who, _ in self.granted]


def simulate(scenario: Callable[[Run], Awaitable[Any]], rate: float = 30, chats: Any = None) -> Run:
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        run = Run(runner.get_loop(), rate, chats)  # type: ignore[arg-type]

        async def whole() -> None:
            await scenario(run)

        runner.run(whole())
    return run


async def together(*waiting: Any) -> None:
    async with asyncio.TaskGroup() as group:
        for each in waiting:
            group.create_task(each)


class StrictServer:
    """Accepts `most` messages in any second, as it sees them, and answers the rest with 429."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.accepted: list[float] = []
        self.refused: list[float] = []
        self._window: deque[float] = deque()

    def takes(self, now: float) -> int:
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        if len(self._window) >= self.most:
            self.refused.append(now)
            return ceil(self._window[0] + 1 - now) or 1
        self._window.append(now)
        self.accepted.append(now)
        return 0

    def per_second(self, start: float, end: float) -> float:
        return sum(start <= moment < end for moment in self.accepted) / (end - start)


def broadcast(server: StrictServer, ceiling: float, duration: float, jitter: float = 0.0) -> StrictServer:
    """Sixteen senders, a new chat for each message, refused messages sent again."""
    chats = iter(range(1, 10**9))

    async def sender(run: Run) -> None:
        while run.loop.time() < duration:
            chat = next(chats)
            await run.budget.acquire(chat, Lane.BULK)
            await asyncio.sleep(0.01 + jitter * (chat % 7) / 7)
            if wait := server.takes(run.loop.time()):
                run.budget.penalise(chat, wait)

    simulate(lambda run: together(*(sender(run) for _ in range(16))), ceiling)
    return server


def most_in(times: list[float], period: float) -> int:
    """The most moments in any half-open period"""
    return max((sum(0 <= t - start < period - GRAIN for t in times) for start in times), default=0)
