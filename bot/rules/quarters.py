"""Quarters of the year: a thematic meeting is due once in each (the directive's own count)."""

from datetime import date


def quarter_of(day: date) -> tuple[date, date]:
    """The first day of the quarter a day is in, and the first day after it."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)


def ends_in(month: date) -> bool:
    """Whether a quarter ends with a month: the last regular meeting before it does."""
    return month.month % 3 == 0
