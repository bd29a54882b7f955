"""Several processes on one PostgreSQL: one of them polls and sends, and another one as soon as it cannot."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from db import leases
from tests.faults.conftest import Sites
from tests.faults.site import Site

TAKEOVER = 15.0
"""Seconds within which another process serves after the holder is gone."""


@pytest.fixture
def kind() -> str:
    return "postgresql"


@asynccontextmanager
async def replicas(site: Site, count: int) -> AsyncIterator[dict[int, asyncio.subprocess.Process]]:
    """So many processes started together, by their number."""
    async with AsyncExitStack() as stack:
        starting = [stack.enter_async_context(site.running()) for _ in range(count)]
        processes = await asyncio.gather(*starting)
        yield {process.pid: process for process in processes}


async def holder(site: Site) -> int | None:
    """The number of the process that holds the bot."""
    async with site.database.read() as session:
        held = await leases.get(session, bot=1)
    return int(held.holder.rsplit(":", 2)[1]) if held.holder else None


async def another_serves(site: Site, before: int | None) -> int:
    """Wait until a process other than `before` holds the bot; which."""
    async with asyncio.timeout(60):
        while (now := await holder(site)) in (None, before):
            await asyncio.sleep(0.05)
    assert now is not None
    return now


@pytest.mark.parametrize("count", [2, 5])
async def test_of_processes_started_together_one_serves_and_another_follows_it(
    sites: Sites, times: Callable[[int], int], count: int
) -> None:
    for seed in range(times(50)):
        async with sites(people=40, seed=seed) as site, replicas(site, count) as processes:
            await site.press(site.people, times=2)
            first = await another_serves(site, None)
            await site.becomes_true(lambda: site.answers.total() > 20)
            processes[first].kill()
            killed = time.monotonic()
            assert await another_serves(site, first) in processes
            assert time.monotonic() - killed < TAKEOVER
            await site.press(site.people)
            await site.becomes_quiet()
            await site.check_presses()
            site.check_log()
            assert site.telegram.counts["409"] <= 1, "two processes polled at the same time"


async def test_a_process_paused_past_its_lease_changes_nothing_when_it_goes_on(
    sites: Sites, times: Callable[[int], int]
) -> None:
    for seed in range(times(50)):
        async with sites(people=40, seed=seed) as site, replicas(site, 2) as processes:
            first = await another_serves(site, None)
            await site.press(site.people, times=3)
            await site.becomes_true(lambda: site.answers.total() > 20)
            processes[first].send_signal(signal.SIGSTOP)
            paused = time.monotonic()
            second = await another_serves(site, first)
            assert time.monotonic() - paused < TAKEOVER
            await site.press(site.people)
            await site.becomes_quiet()
            processes[first].send_signal(signal.SIGCONT)
            await site.press(site.people)
            await asyncio.sleep(2)
            await site.becomes_quiet()
            assert await holder(site) == second
            await site.check_presses()
            site.check_log()


async def test_the_ticks_of_two_processes_spread_a_notice_once(sites: Sites) -> None:
    async with sites(people=300, seed=0) as site, replicas(site, 2):
        await another_serves(site, None)
        await site.release_notice()
        await site.becomes_quiet()
        assert (await site.check_notice())["messages"] == 300
