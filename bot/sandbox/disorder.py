"""Updates that come twice or out of order, as the faults in force have it. None is ever lost."""

from __future__ import annotations

from .faults import Faults, Rule
from .objects import JSON

PATIENCE = 1.0  # seconds an overtaken update waits for a later one to come along with


class Disorder:
    """What stands between the queue and a batch.

    An update left out of a batch is passed by the offset that acknowledges the batch, so it waits here. It
    comes with a later batch and is given up only when an offset proves that this batch arrived.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._again: list[JSON] = []
        self._left_out: int | None = None
        self._overtaken: list[JSON] = []
        self._came_with: int | None = None

    def __bool__(self) -> bool:
        """Whether something comes again, so that no poll needs to wait."""
        return bool(self._again)

    @property
    def held_back(self) -> int:
        """How many updates were overtaken and wait here."""
        return len(self._overtaken)

    def patience(self, timeout: float) -> float:
        """How long a poll may wait for new updates, in seconds."""
        return min(timeout, PATIENCE) if self._overtaken else timeout

    def offset_is(self, offset: int) -> None:
        """A poll began with this offset."""
        if self._came_with is not None and offset > self._came_with:
            self._overtaken.clear()
        self._came_with = None

    def acknowledged(self, update: JSON) -> None:
        """The offset passed this update by."""
        if update["update_id"] == self._left_out:
            self._overtaken.append(update)
        elif self._faults.rules and self._faults.strike("duplicate"):
            self._again.append(update)

    def released(self) -> list[JSON]:
        """Overtaken updates nothing came after: they need a new id, for no offset could acknowledge them."""
        released, self._overtaken = self._overtaken, []
        return released

    def arranged(self, batch: list[JSON]) -> list[JSON]:
        """The batch as it goes out."""
        self._left_out = None
        again, self._again = self._again, []
        if batch and self._overtaken:
            self._came_with = batch[-1]["update_id"]
            again = [*again, *self._overtaken]
        elif len(batch) > 1 and (rule := self._faults.strike("reorder")):
            batch = self._shuffled(batch, rule)
        return [*again, *batch]

    def _shuffled(self, batch: list[JSON], rule: Rule) -> list[JSON]:
        rest = batch
        if rule.options["across"]:
            first, *rest = batch
            self._left_out = first["update_id"]
        mixed = rule.random.sample(rest, len(rest))
        return mixed if mixed != rest else rest[::-1]

    def clear(self) -> None:
        """Forget all of it."""
        self._again, self._overtaken, self._left_out, self._came_with = [], [], None, None
