"""The time in the sandbox, as the page's clock bar sees it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the clock bar needs. Times are aware and in UTC; `controllable` says whether it may be moved."""

    @property
    def controllable(self) -> bool: ...

    def now(self) -> datetime: ...

    async def advance(self, seconds: float) -> None: ...

    async def next_event(self) -> datetime | None: ...

    async def jump(self) -> None: ...


class OffsetClock:
    """The real time plus what was added to it. It knows of no events."""

    controllable = True

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> datetime:
        """The real time, moved, in UTC."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    async def advance(self, seconds: float) -> None:
        """Moves forward by so many seconds."""
        self._offset += seconds

    async def next_event(self) -> datetime | None:
        """None: nothing is planned here."""
        return None

    async def jump(self) -> None:
        """Raises LookupError, for there is no event to jump to."""
        raise LookupError("nothing is planned, so there is nothing to jump to")
