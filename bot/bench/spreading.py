"""The ticks of our bot alone, in a process of their own: how long one is at work until nothing is due.

    python -m bot.bench.spreading TICK

It prints a line when it is ready, waits for one, and prints the seconds it took; then it waits for the end.
"""

from __future__ import annotations

import asyncio
import sys
import time

from bot import config, loop
from bot.app import build
from scheduler.ticks import TICKS


async def spread(name: str) -> None:
    """Run the tick with that name until it finds nothing more."""
    app = build(config.load())
    tick = next(tick for tick in TICKS if tick.__name__ == name)
    async with app.database.read():
        print("ready", flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.readline)
    begun = time.monotonic()
    while await app.ticking.run(tick):
        pass
    print(time.monotonic() - begun, flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.readline)
    await app.database.dispose()


if __name__ == "__main__":
    loop.run(spread(sys.argv[1]))
