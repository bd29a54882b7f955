"""Telegram and the network fail in every way: whatever the share, nothing is lost and nothing has two effects."""

import asyncio
from typing import Any

import pytest

from tests.faults.conftest import Sites
from tests.faults.site import Site, wait_for_end

FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("rate_limited", {"retry_after": 1}),
    ("rate_limited", {"retry_after": 5}),
    ("rate_limited", {"retry_after": 35}),
    ("server_error", {"status": 500}),
    ("server_error", {"status": 502}),
    ("server_error", {"status": 502, "html": True, "accepted": True}),
    ("conflict", {}),
    ("hang_up_before", {}),
    ("hang_up_after", {}),
    ("half_answer", {"part": "body"}),
    ("half_answer", {"part": "headers"}),
    ("garbage", {"accepted": True}),
    ("garbage", {"accepted": False}),
    ("stall", {"seconds": 60.0, "accepted": True}),
    ("duplicate", {}),
    ("reorder", {"across": True}),
]
SLOW = [{"retry_after": 5}, {"retry_after": 35}, {"seconds": 60.0, "accepted": True}]
"""What costs real seconds at every hit: fewer presses show the same."""
OFTEN, SHARES = 0.1, (0.05, 0.1, 0.3)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All shares in the long run, the middle one otherwise."""
    if "share" in metafunc.fixturenames:
        metafunc.parametrize("share", SHARES if metafunc.config.getoption("--long") else (OFTEN,))


async def serve_through(site: Site, fault: str, options: dict[str, Any], share: float, presses: int) -> None:
    """Press while a share of all calls goes wrong, and end when all is done all the same."""
    async with site.running():
        await site.becomes_true(lambda: site.telegram.updates.polled)
        methods = None if fault in ("duplicate", "reorder", "conflict") else ["*"]
        rule = site.telegram.faults.add(fault, methods=methods, share=share, **options)
        while sum(map(len, site.pressed.values())) < presses or not rule.hits:
            await site.press(site.people)
            await asyncio.sleep(0.2)
        await site.becomes_quiet()
    assert rule.hits


@pytest.mark.parametrize(("fault", "options"), FAULTS, ids=lambda value: str(value).replace(" ", ""))
async def test_no_press_is_lost_and_none_has_two_effects(
    sites: Sites, fault: str, options: dict[str, Any], share: float, pytestconfig: pytest.Config
) -> None:
    presses = 1000 if pytestconfig.getoption("--long") and options not in SLOW else 40
    async with sites(people=20, seed=1) as site:
        site.telegram.faults.seed = 1
        await serve_through(site, fault, options, share, presses)
        site.check_log()
        await site.check_presses()


async def test_a_token_refused_once_is_asked_about_again(sites: Sites) -> None:
    async with sites(people=20, seed=1) as site, site.running():
        await site.becomes_true(lambda: site.telegram.updates.polled)
        rule = site.telegram.faults.add("unauthorized", methods=["*"], times=1)
        await site.press(site.people)
        await site.becomes_quiet()
        assert rule.hits == 1
        assert (await site.check_presses())["messages"] == 20


async def test_a_token_refused_for_good_stops_the_bot_and_loses_nothing(sites: Sites) -> None:
    async with sites(people=20, seed=1) as site:
        async with site.running() as process:
            await site.becomes_true(lambda: site.telegram.updates.polled)
            site.telegram.faults.add("unauthorized", methods=["*"])
            await site.press(site.people)
            assert await wait_for_end(process) == 1
        assert "CHIBO_BOT_TOKEN" in site.log.read_text()
        site.telegram.faults.clear()
        async with site.running():
            await site.becomes_quiet()
        found = await site.check_presses()
        assert found["again"] == found["unknown"] == 0
