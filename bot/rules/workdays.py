"""Counting working days: the time the law gives for an answer leaves out the days nobody works."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

DayOff = Callable[[date], bool]
"""Whether nobody works on a day."""


def is_weekend(day: date) -> bool:
    """Whether a day is a Saturday or a Sunday."""
    return day.weekday() >= 5


def after_working_days(start: datetime, days: int, is_day_off: DayOff) -> datetime:
    """The same time of day on the `days`-th working day after `start`, which is an aware local time.

    The day it starts on does not count, as the civil code counts periods: from the next day.
    """
    moment = start
    while days:
        moment += timedelta(days=1)
        days -= not is_day_off(moment.date())
    return moment
