"""The same faults while Telegram posts: a process killed, replicas, and a change between posting and polling."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest

from tests.faults.conftest import Sites
from tests.faults.site import Site, wait_for_end
from tests.posting import KEY

ROUNDS = 4
POINTS = ["inbox.ready", "inbox.committed", "visit.committed"]
"""What lies behind the inbox is the same however updates come in."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def hooked(listens: int, *, posted_to: int | None = None) -> dict[str, str]:
    """The settings of a process in webhook mode. `posted_to`: the port Telegram knows, where it is another's."""
    return {
        "CHIBO_MODE": "webhook",
        "CHIBO_SECRET_KEY": KEY,
        "CHIBO_WEB": f"127.0.0.1:{listens}",
        "CHIBO_WEBHOOK_URL": f"http://127.0.0.1:{posted_to or listens}",
    }


def answered(site: Site, so_many: float) -> bool:
    return site.answers.total() >= so_many


@pytest.fixture
def port() -> int:
    return free_port()


@asynccontextmanager
async def posting(site: Site, port: int, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process Telegram posts to."""
    site.telegram.webhook.longest_pause = 0.5
    async with site.running(**hooked(port), **more) as process:
        yield process


async def test_presses_that_are_posted_are_answered_once_and_a_stop_leaves_nothing_in_doubt(
    sites: Sites, times: Callable[[int], int], port: int
) -> None:
    for seed in range(times(50)):
        async with sites(people=60, seed=seed) as site:
            async with posting(site, port) as process:
                await site.press(site.people, times=ROUNDS)
                await site.becomes_true(partial(answered, site, 40))
                process.send_signal(signal.SIGTERM)
                assert await wait_for_end(process) == 0
            async with posting(site, port):
                await site.press(site.people)
                await site.becomes_quiet()
            site.check_log()
            found = await site.check_presses()
            assert found["unknown"] == found["again"] == found["twice"] == 0
            assert site.telegram.counts["409"] == 0, "nobody polled"


async def test_no_post_is_lost_or_has_two_effects_when_the_process_is_killed(
    sites: Sites, times: Callable[[int], int], port: int
) -> None:
    for seed in range(times(50)):
        async with sites(people=60, seed=seed) as site:
            at = site.random.uniform(0, ROUNDS * 60)
            site.telegram.faults.add("duplicate", share=0.1)
            async with posting(site, port) as process:
                await site.press(site.people, times=ROUNDS)
                await site.becomes_true(partial(answered, site, at))
                process.kill()
                await wait_for_end(process)
            async with posting(site, port):
                await site.becomes_quiet()
            site.check_log()
            await site.check_presses()


@pytest.mark.parametrize("point", POINTS)
async def test_nothing_is_lost_when_the_process_is_killed_just_there(
    sites: Sites, times: Callable[[int], int], point: str, port: int, kind: str, pytestconfig: pytest.Config
) -> None:
    if not pytestconfig.getoption("--long") and POINTS.index(point) % 2 == (kind == "sqlite"):
        pytest.skip("the short run kills at each point on one database; --long on both")
    for seed in range(times(20)):
        async with sites(people=30, seed=seed) as site:
            await site.press(site.people, times=2)
            async with posting(site, port, CHIBO_FAILPOINT=f"{point}:{site.random.randint(1, 3)}") as process:
                assert await wait_for_end(process) == -signal.SIGKILL
            async with posting(site, port):
                await site.becomes_quiet()
            site.check_log()
            await site.check_presses()


async def test_from_polling_to_posting_and_back_each_press_has_one_effect(
    sites: Sites, times: Callable[[int], int], port: int
) -> None:
    for seed in range(times(50)):
        async with sites(people=40, seed=seed) as site:
            site.telegram.webhook.longest_pause = 0.5
            for modes in ({}, hooked(port), {}):
                done = site.answers.total()
                await site.press(site.people)
                async with site.running(**modes) as process:
                    await site.press(site.people)
                    await site.becomes_true(partial(answered, site, done + 20))
                    await site.press(site.people)
                    process.send_signal(site.random.choice([signal.SIGTERM, signal.SIGKILL]))
                    await wait_for_end(process)
            async with site.running():
                await site.becomes_quiet()
            assert site.telegram.webhook.url == ""
            site.check_log()
            await site.check_presses()


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_what_is_posted_to_a_replica_that_does_not_serve_is_served_by_the_one_that_does(
    sites: Sites, port: int
) -> None:
    other = free_port()
    async with sites(people=40, seed=1) as site, site.running(**hooked(other, posted_to=port)):
        await site.becomes_true(lambda: bool(site.telegram.webhook.url))
        async with posting(site, port):
            await site.press(site.people, times=ROUNDS)
            await site.becomes_quiet()
        site.check_log()
        found = await site.check_presses()
        assert found["again"] == found["twice"] == 0
        assert site.telegram.webhook.setting == 1
