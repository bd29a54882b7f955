"""The queue of updates a bot fetches with getUpdates."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import islice

from .disorder import Disorder
from .errors import conflict
from .faults import Faults
from .objects import JSON

_ODD: JSON = {"message_id": "?", "date": "yesterday", "chat": 7}
"""A message no client can read."""

_ONLY_WHEN_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """Updates that wait until a later offset acknowledges them. One poller at a time."""

    def __init__(self, faults: Faults | None = None) -> None:
        self._faults = faults or Faults()
        self._disorder = Disorder(self._faults)
        self._pending: deque[JSON] = deque()
        self._next_id = 100_000_001
        self._allowed: frozenset[str] = frozenset()
        self._poller: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        """How many wait, those left out of a batch included."""
        return len(self._pending) + self._disorder.held_back

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for, none if it takes the usual ones."""
        return sorted(self._allowed)

    @property
    def polled(self) -> bool:
        """Whether somebody waits for updates right now."""
        return self._poller is not None and not self._poller.done()

    def add(self, kind: str, body: JSON) -> None:
        """Queue an update if the bot wants that kind, and wake the poller."""
        if not self._wanted(kind):
            return
        if self._faults.rules and self._faults.strike("unreadable"):
            self._queue({"message": _ODD})
        self._queue({kind: body})
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _queue(self, body: JSON) -> None:
        self._pending.append({"update_id": self._next_id, **body})
        self._next_id += 1

    def _wanted(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in _ONLY_WHEN_ASKED

    def allow(self, kinds: Sequence[str]) -> None:
        """From now on queue only these kinds; an empty list means the usual ones."""
        self._allowed = frozenset(kinds)

    def clear(self) -> None:
        """Forget all that waits."""
        self._pending.clear()
        self._disorder.clear()

    async def take(self, offset: int, limit: int, timeout: float) -> list[JSON]:
        """Acknowledge all below `offset`, then return what waits, waiting up to `timeout` seconds for it.

        A negative offset keeps only that many of the newest. Whoever was waiting gets 409.
        """
        self._end_older_poll()
        self._acknowledge(offset)
        if not (self._pending or self._disorder) and timeout > 0:
            await self._wait(self._disorder.patience(timeout))
        if not self._pending:
            for update in self._disorder.released():
                self._queue({key: value for key, value in update.items() if key != "update_id"})
        return self._disorder.arranged(list(islice(self._pending, limit)))

    def _end_older_poll(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict())

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            offset = self._next_id + offset
        self._disorder.offset_is(offset)
        while self._pending and self._pending[0]["update_id"] < offset:
            self._disorder.acknowledged(self._pending.popleft())

    async def _wait(self, timeout: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await poller
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None
