"""Counting working days: the time the law gives for an answer leaves out the days nobody works."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

DayOff = Callable[[date], bool]
"""Whether nobody works on a day."""


def is_weekend(day: date) -> bool:
    """Whether a day is a Saturday or a Sunday."""
    return day.weekday() >= 5


def working_day_after(start: date, days: int, is_day_off: DayOff) -> date:
    """The `days`-th working day after `start`; a negative number counts back.

    The day it starts on does not count, as the civil code counts periods (article 147: from the next day).
    """
    step = timedelta(days=1 if days > 0 else -1)
    day = start
    left = abs(days)
    while left:
        day += step
        left -= not is_day_off(day)
    return day


def after_working_days(start: datetime, days: int, is_day_off: DayOff) -> datetime:
    """The same time of day on the `days`-th working day after `start`, which is an aware local time."""
    return datetime.combine(working_day_after(start.date(), days, is_day_off), start.timetz())
