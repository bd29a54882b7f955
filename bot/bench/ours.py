"""Our side: the whole bot as `chibo run` starts it, from the same settings.

    python -m bot.bench.ours [SPEED]

SPEED above 1 lets the budget's clock run so many times faster than the real one, so that the pace is no bound
and what is measured is the machinery.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time

from bot import config, loop
from bot.process import build
from scheduler.pacing import Budget


def budget(rate: int, speed: float) -> Budget:
    """The bot's own budget, on a clock of its own."""

    def later(delay: float, callback: object) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(delay / speed, callback)  # type: ignore[arg-type]

    return Budget(rate, monotonic=lambda: time.monotonic() * speed, later=later)


async def run(speed: float) -> None:
    """Run until SIGTERM."""
    settings = config.load()
    process = build(settings, budget=budget(settings.rate, speed) if speed != 1 else None)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, process.stop)
    await process.run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    loop.run(run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
