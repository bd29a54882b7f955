"""Telegram and the network fail in every way: whatever the share, nothing is lost and nothing has two effects."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.conftest import Sites

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
"""What costs real seconds at every hit: twice in the short run."""
OF_POLLS = {"conflict", "duplicate", "reorder"}
"""What happens to polls, of which there are few: often in the short run."""
SHARES = (0.05, 0.1, 0.3)
ROUNDS = 10
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Amount:
    """On which database, how many press, and how often it goes wrong."""

    kind: str
    people: int
    share: float
    times: int | None = None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every fault: in full with every share, else once, on the one database or the other."""
    if metafunc.config.getoption("--long"):
        tried = [
            (fault, options, Amount(kind, 20 if options in SLOW else 100, share))
            for kind in KINDS
            for fault, options in FAULTS
            for share in SHARES
        ]
    else:
        tried = [(*each, _little(at, *each)) for at, each in enumerate(FAULTS)]
    ids = [f"{fault}-{'-'.join(map(str, o.values()))}-{a.share}-{a.kind}" for fault, o, a in tried]
    metafunc.parametrize(("fault", "options", "amount"), tried, ids=ids)


def _little(at: int, fault: str, options: dict[str, Any]) -> Amount:
    share = 0.5 if fault in OF_POLLS else 0.1
    return Amount(KINDS[at % 2], 4, share, 2 if options in SLOW else None)


@pytest.fixture
def kind(amount: Amount) -> str:
    return amount.kind


async def test_no_press_is_lost_and_none_has_two_effects(
    sites: Sites, fault: str, options: dict[str, Any], amount: Amount
) -> None:
    async with sites(people=amount.people, seed=1) as site:
        async with site.running():
            await site.becomes_true(lambda: site.telegram.updates.polled)
            site.telegram.faults.seed = 1
            methods = None if fault in OF_POLLS else ["*"]
            rule = site.telegram.faults.add(
                fault, methods=methods, share=amount.share, times=amount.times, **options
            )
            for _ in range(ROUNDS):
                await site.press(site.people)
                await asyncio.sleep(0.2)
            await site.becomes_quiet()
        assert rule.hits
        site.check_log()
        await site.check_presses()
