"""The process ends at any moment: kill -9 at random, at every commit, before and after every call; SIGTERM."""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from tests.faults.conftest import Sites
from tests.faults.site import Site, wait_for_end

ROUNDS = 4
FULL, SHORT = {"pressers": 250, "recipients": 2000}, {"pressers": 60, "recipients": 400}
"""How many people are in one run: in the short one fewer, since only the number of kills matters there."""
Run = Callable[[Site, signal.Signals], Awaitable[Counter[str]]]
COMMITS = ("inbox", "visit", "turn", "tick", "lease")
POINTS = [
    *(f"{commit}.{moment}" for commit in COMMITS for moment in ("ready", "committed")),
    "call.ready",
    "call.answered",
]
OFTEN = {"inbox": 1, "visit": 3, "tick": 4, "lease": 4}
"""How often a point is surely reached, where that is seldom: one poll brings all presses, a visit is shared."""


@pytest.fixture
def size(pytestconfig: pytest.Config) -> dict[str, int]:
    return FULL if pytestconfig.getoption("--long") else SHORT


async def end_at_random(site: Site, how: signal.Signals, share: float, done: Callable[[], int]) -> None:
    """Start, and end the process once so many things were done and a moment more."""
    at = site.random.uniform(0, share)
    async with site.running() as process:
        await site.becomes_true(lambda: done() >= at)
        await asyncio.sleep(site.random.uniform(0, 0.05))
        process.send_signal(how)
        code = await wait_for_end(process)
    assert code == (0 if how is signal.SIGTERM else -how)


async def run_presses(site: Site, how: signal.Signals) -> Counter[str]:
    await site.press(site.people, times=ROUNDS)
    await end_at_random(site, how, ROUNDS * len(site.people), lambda: site.answers.total())
    async with site.running():
        await site.becomes_quiet()
    site.check_log()
    return await site.check_presses()


async def run_notice(site: Site, how: signal.Signals) -> Counter[str]:
    await site.release_notice()
    await end_at_random(site, how, len(site.people), lambda: len(site.telegram.log))
    async with site.running():
        await site.becomes_quiet()
    site.check_log()
    return await site.check_notice()


async def test_no_press_is_lost_or_has_two_effects_when_the_process_is_killed(
    sites: Sites, times: Callable[[int], int], size: dict[str, int]
) -> None:
    total: Counter[str] = Counter()
    for seed in range(times(200)):
        async with sites(people=size["pressers"], seed=seed) as site:
            total += await run_presses(site, signal.SIGKILL)
    print(dict(total))  # what a run over many found: pytest -s


async def test_no_message_of_a_broadcast_is_lost_when_the_process_is_killed(
    sites: Sites, times: Callable[[int], int], size: dict[str, int]
) -> None:
    total: Counter[str] = Counter()
    for seed in range(times(200)):
        async with sites(people=size["recipients"], seed=seed) as site:
            found = await run_notice(site, signal.SIGKILL)
            assert found["again"] == found["twice"] == 0, "a notice goes again with its first chase only"
            total += found
    print(dict(total))


@pytest.mark.parametrize(("run", "who"), [(run_presses, "pressers"), (run_notice, "recipients")])
async def test_a_stop_that_is_asked_for_leaves_nothing_in_doubt(
    sites: Sites, times: Callable[[int], int], size: dict[str, int], run: Run, who: str
) -> None:
    for seed in range(times(50)):
        async with sites(people=size[who], seed=seed) as site:
            found = await run(site, signal.SIGTERM)
            assert found["unknown"] == found["again"] == found["twice"] == 0


@pytest.mark.parametrize("point", POINTS)
async def test_nothing_is_lost_when_the_process_is_killed_just_there(
    sites: Sites, times: Callable[[int], int], point: str, kind: str, pytestconfig: pytest.Config
) -> None:
    if not pytestconfig.getoption("--long") and POINTS.index(point) % 2 == (kind == "sqlite"):
        pytest.skip("the short run kills at each point on one database; --long on both")
    for seed in range(times(20)):
        async with sites(people=30, seed=seed) as site:
            nth = site.random.randint(1, OFTEN.get(point.partition(".")[0], 12))
            await site.release_notice()
            await site.press(site.people, times=2)
            async with site.running(CHIBO_FAILPOINT=f"{point}:{nth}") as process:
                assert await wait_for_end(process) == -signal.SIGKILL
            async with site.running():
                await site.becomes_quiet()
            site.check_log()
            await site.check_presses()
            await site.check_notice()
