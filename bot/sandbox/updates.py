"""The queue of updates a bot fetches with getUpdates, or has posted to its webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice, takewhile

from .disorder import Disorder
from .errors import Refusal, conflict
from .faults import Faults
from .objects import JSON

_ODD: JSON = {"message_id": "?", "date": "yesterday", "chat": 7}
"""A message no client can read."""

_ONLY_WHEN_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """Updates that wait until a later offset, or a webhook, acknowledges them. One poller at a time.

    `came` is called with every update that is queued.
    """

    def __init__(self, faults: Faults | None = None, came: Callable[[], None] = lambda: None) -> None:
        self._faults = faults or Faults()
        self._came = came
        self._disorder = Disorder(self._faults)
        self._pending: deque[JSON] = deque()
        self._posted: set[int] = set()
        """Numbers a webhook has accepted while older ones still wait."""
        self._next_id = 100_000_001
        self._allowed: frozenset[str] = frozenset()
        self._poller: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        """How many wait, those left out of a batch included."""
        return len(self._pending) - len(self._posted) + self._disorder.held_back

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
        self._came()

    def _wanted(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in _ONLY_WHEN_ASKED

    def allow(self, kinds: Sequence[str]) -> None:
        """From now on queue only these kinds; an empty list means the usual ones."""
        self._allowed = frozenset(kinds)

    def clear(self) -> None:
        """Forget all that waits."""
        self._pending.clear()
        self._posted.clear()
        self._disorder.clear()

    async def take(self, offset: int, limit: int, timeout: float) -> list[JSON]:
        """Acknowledge all below `offset`, then return what waits, waiting up to `timeout` seconds for it.

        A negative offset keeps only that many of the newest. Whoever was waiting gets 409.
        """
        self.end_poll(conflict())
        self._drop_posted()
        self._acknowledge(offset)
        if not (self._pending or self._disorder) and timeout > 0:
            await self._wait(self._disorder.patience(timeout))
        if not self._pending:
            self._release()
        return self._disorder.arranged(list(islice(self._pending, limit)))

    def end_poll(self, why: Refusal) -> None:
        """Whoever waits for updates now is refused."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(why)

    def _release(self) -> None:
        for update in self._disorder.released():
            self._queue({key: value for key, value in update.items() if key != "update_id"})

    # A webhook

    def to_post(self, after: int) -> list[JSON]:
        """What waits with a number above `after`, oldest first; what polls had overtaken comes along."""
        self._release()
        newer = takewhile(lambda update: update["update_id"] > after, reversed(self._pending))
        return [update for update in newer if update["update_id"] not in self._posted][::-1]

    def accepted(self, number: int) -> None:
        """A webhook has taken this update; one that was polled in the meantime is not there any more."""
        if not self._pending or number < self._pending[0]["update_id"]:
            return
        self._posted.add(number)
        while self._pending and self._pending[0]["update_id"] in self._posted:
            self._posted.remove(self._pending.popleft()["update_id"])

    def _drop_posted(self) -> None:
        if self._posted:
            self._pending = deque(u for u in self._pending if u["update_id"] not in self._posted)
            self._posted.clear()

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
