"""What happened, in order, for a page that watches."""

from __future__ import annotations

import asyncio

from .objects import JSON


class Events:
    """An append-only sequence of small JSON objects, numbered from 1 in `seq`."""

    def __init__(self) -> None:
        self._events: list[JSON] = []
        self._watchers: set[asyncio.Future[None]] = set()

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, index: int) -> JSON:
        return self._events[index]

    def publish(self, kind: str, **fields: object) -> None:
        """Append an event and wake those who watch."""
        self._events.append({"seq": len(self._events) + 1, "kind": kind, **fields})
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)

    async def changed(self, after: int) -> list[JSON]:
        """The events later than number `after`; waits until there is one."""
        while len(self._events) <= after:
            await self._wait()
        return self._events[after:]

    async def _wait(self) -> None:
        watcher = asyncio.get_running_loop().create_future()
        self._watchers.add(watcher)
        try:
            await watcher
        finally:
            self._watchers.discard(watcher)
