"""What the statements of the scorecard are asked, and in which form they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from bot.rules.quarters import quarter_of
from bot.rules.scorecard import Share
from bot.rules.spans import Span
from db.many import is_among
from db.session import Session, has_one_writer

Rows = Mapping[tuple[int | None, date], Share]
"""A number by cell and month. Without a cell: of several together, in a month that is not shown."""


@dataclass(frozen=True)
class Asked:
    """Some cells in some months (their first days, oldest first), the last of which is shown; as of `now` (aware)."""

    organisation_id: int
    cells: Sequence[int]
    months: Sequence[date]
    now: datetime
    zone: ZoneInfo

    @property
    def shown(self) -> date:
        """The month that is shown."""
        return self.months[-1]

    @property
    def past(self) -> Sequence[date]:
        """The months before it."""
        return self.months[:-1]

    @cached_property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()

    def day(self, month: date) -> date:
        """The day a month is counted as of: its last one, or today."""
        return min(Span.back(1, month).last, self.today)

    def end(self, month: date) -> datetime:
        """The end of that day."""
        return self.midnight(self.day(month) + timedelta(days=1))

    def midnight(self, day: date) -> datetime:
        """The moment (UTC) a local day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    @property
    def quarters(self) -> Span:
        """From the first day of the first month's quarter to before the day after the last one's."""
        return Span(quarter_of(self.months[0])[0], quarter_of(self.shown)[1])

    def is_here(self, column: Any, session: Session) -> ColumnElement[bool]:
        """That a column is one of the cells; for a statement that gets `numbers`."""
        return is_among(column, one_writer=has_one_writer(session))

    @property
    def numbers(self) -> dict[str, list[int]]:
        """What such a statement gets."""
        return {"numbers": list(self.cells)}
