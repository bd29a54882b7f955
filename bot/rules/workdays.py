"""Working days: counting them, as the law does for an answer, and shifting a meeting to or from one."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.rules.words import Shift

DayOff = Callable[[date], bool]
"""Whether nobody works on a day."""

LONGEST_SHIFT = timedelta(days=27)
"""How far a shift carries a meeting: less than from one month's to the next, so that two never swap or meet."""


class DaysOff(Protocol):
    """The days nobody works, as somebody who has the calendar of the country knows them."""

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a public holiday or off by order, on whatever weekday."""

    def is_day_off(self, day: date) -> bool:
        """Whether nobody works on a day: a holiday, or a weekend that is not worked by order."""


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


def shifted(day: date, shift: Shift, days_off: DaysOff) -> date:
    """The day on which a meeting planned for `day` takes place.

    Where the shift finds no day within LONGEST_SHIFT, the meeting stays on the day it was planned for.
    """
    if shift is Shift.NONE:
        return day
    onward = shift in (Shift.NEXT_WORKDAY, Shift.NEXT_NON_HOLIDAY)
    to_workday = shift in (Shift.NEXT_WORKDAY, Shift.PREVIOUS_WORKDAY)
    is_left_out = days_off.is_day_off if to_workday else days_off.is_holiday
    reach = range(LONGEST_SHIFT.days + 1)
    tried = (day + timedelta(days=n if onward else -n) for n in reach)
    return next((each for each in tried if not is_left_out(each)), day)
