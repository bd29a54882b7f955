"""Months, quarters and years: what numbers are asked for, each from a first day to before another."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.rules.quarters import quarter_of

Kind = Literal["month", "quarter", "year"]
LENGTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, order=True)
class Span:
    """Whole months, from the first day of one to before the first day of another."""

    since: date
    until: date

    @classmethod
    def of(cls, kind: Kind, day: date) -> "Span":
        """The month, quarter or year a day is in."""
        if kind == "quarter":
            return cls(*quarter_of(day))
        if kind == "year":
            return cls(date(day.year, 1, 1), date(day.year + 1, 1, 1))
        return cls.back(1, day)

    @classmethod
    def back(cls, months: int, day: date) -> "Span":
        """So many months, of which a day's is the last."""
        return cls(_shifted(day, 1 - months), _shifted(day, 1))

    @property
    def kind(self) -> Kind | None:
        """What it is called; None for several months that are no quarter or year."""
        return next((kind for kind in LENGTHS if Span.of(kind, self.since) == self), None)

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        count = (self.until.year - self.since.year) * 12 + self.until.month - self.since.month
        return [_shifted(self.since, number) for number in range(count)]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.until - timedelta(days=1)

    def before(self) -> "Span":
        """The one of equal length before it."""
        return Span(_shifted(self.since, -len(self.months)), self.since)

    def after(self) -> "Span":
        """The one of equal length after it."""
        return Span(self.until, _shifted(self.until, len(self.months)))


def _shifted(day: date, months: int) -> date:
    """The first day of the month so many months after a day's."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
