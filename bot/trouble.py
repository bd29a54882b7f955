"""What is wrong is said to the log once a minute at most, however often it is met, and once when it is over."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
"""How often a trouble that lasts is said again."""


@dataclass(frozen=True)
class Spell:
    """From when to when a trouble lasted (UTC)."""

    since: datetime
    until: datetime


class Trouble:
    """One thing that may go wrong and come right by itself, while everybody tries again and again.

    It is over when it was well for `calm`: where many try at once, one success between failures means little.
    """

    def __init__(
        self, wrong: str, right: str, clock: Clock, *, calm: timedelta = timedelta(seconds=5)
    ) -> None:
        self._wrong = wrong
        self._right = right
        self._clock = clock
        self._calm = calm
        self.since: datetime | None = None
        """Since when it lasts (UTC); None while all is well."""
        self._well_since: datetime | None = None
        self._said_at: datetime | None = None
        self.ended: Spell | None = None
        """The spell that has ended last, until it is forgotten."""

    def met(self, why: str = "") -> None:
        """It was met just now; `why` is short and without content."""
        now = self._clock.now()
        self.since, self._well_since = self.since or now, None
        if self._said_at is None or abs(now - self._said_at) >= AGAIN:  # a clock may be set back
            self._said_at = now
            log.error("%s%s", self._wrong, f" ({why})" if why else "")

    def passed(self) -> None:
        """It was not met just now, where it would have been."""
        if self.since is None:
            return
        now = self._clock.now()
        self._well_since = self._well_since or now
        if now - self._well_since >= self._calm:
            self.ended = Spell(self.since, self._well_since)
            log.warning("%s; it lasted %s", self._right, spoken(self.ended.until - self.ended.since))
            self.since = self._well_since = self._said_at = None

    def lasts(self) -> bool:
        """Whether it is so now."""
        return self.since is not None

    def forget(self, spell: Spell) -> None:
        """Who must be told of a spell that has ended was told."""
        if self.ended is spell:
            self.ended = None


def spoken(span: timedelta) -> str:
    """A span in the two largest units that say something: `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`."""
    seconds = max(0, round(span.total_seconds()))
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        if number or parts:
            parts.append(f"{number} {unit}" if number else "")
    return " ".join(part for part in parts[:2] if part) or "0 s"
