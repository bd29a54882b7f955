"""Runs what lives long: on uvloop's event loop, with a garbage collector that suits a server.

A press costs a few milliseconds of processor time, of which asyncio's own loop took a seventh. The collector
walked through all imported modules every few hundred messages to find nothing there: what exists at the start
is left alone, and the rest is looked through less often.
"""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")

YOUNG, MIDDLE, OLD = 20_000, 50, 100
"""Allocations, and collections of the younger ones, after which a generation is looked through."""


def run(work: Coroutine[object, object, T]) -> T:
    """Like `asyncio.run`."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return uvloop.run(work)
