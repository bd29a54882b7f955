"""The only door to the time of day; everything else is told what time it is.

All moments are aware and in UTC. Local time exists only at the edges (rules that need a calendar, words).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]


class Clock:
    """The machine's clock, shifted by `offset`.

    The offset is zero in real use; the demo moves it so that a month passes in minutes.
    """

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def move_to(self, moment: datetime) -> None:
        """Make `moment` the present and let time run on from there."""
        self.offset += moment - self.now()


class StillClock(Clock):
    """A clock that stands still until it is moved: tests and the fast demo."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> None:
        self.moment = moment
