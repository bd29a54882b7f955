"""Telegram and the network fail in every way: whatever the share, nothing is lost and nothing has two effects."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.faults.conftest import Sites
from tests.faults.site import Site

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


@dataclass(frozen=True)
class Trial:
    """One fault, and how often it happens."""

    fault: str
    options: dict[str, Any]
    share: float
    times: int | None = None

    async def press_through(self, site: Site) -> None:
        """Press while a share of all calls goes wrong, and wait until all is done all the same."""
        methods = None if self.fault in OF_POLLS else ["*"]
        rule = site.telegram.faults.add(
            self.fault, methods=methods, share=self.share, times=self.times, **self.options
        )
        for _ in range(ROUNDS):
            await site.press(site.people)
            await asyncio.sleep(0.2)
        await site.becomes_quiet()
        assert rule.hits, f"{self.fault} never happened"
        site.telegram.faults.clear()


def short() -> list[Trial]:
    """Every fault once."""
    return [
        Trial(fault, options, 0.5 if fault in OF_POLLS else 0.1, 2 if options in SLOW else None)
        for fault, options in FAULTS
        if options.get("retry_after") != 35
    ]


async def press_through(site: Site, trials: list[Trial]) -> None:
    async with site.running():
        await site.becomes_true(lambda: site.telegram.updates.polled)
        site.telegram.faults.seed = 1
        for trial in trials:
            await trial.press_through(site)
    site.check_log()
    await site.check_presses()


async def test_no_press_is_lost_and_none_has_two_effects_whatever_fails(sites: Sites, kind: str) -> None:
    trials = short()[0::2] if kind == "sqlite" else short()[1::2]  # one process goes through them all
    async with sites(people=4, seed=1) as site:
        await press_through(site, trials)


async def test_every_fault_at_every_share(sites: Sites, long_only: None) -> None:
    for seed, (fault, options) in enumerate(FAULTS):
        for share in SHARES:
            async with sites(people=20 if options in SLOW else 100, seed=seed) as site:
                await press_through(site, [Trial(fault, options, share)])
