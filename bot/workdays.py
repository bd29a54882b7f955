"""The days nobody works: weekends, and the public holidays of Viet Nam with Tết by the moon.

What the government swaps, or a province gives off by itself, is a setting (`CHIBO_DAYS_OFF`) and goes before the
calendar. Another country's calendar goes in here and nowhere else.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.days_off import NOTHING_ORDERED, OrderedDays
from bot.rules.workdays import is_weekend


@dataclass(frozen=True)
class VietNam:
    """The country's days off; what is ordered goes before what the calendar says."""

    ordered: OrderedDays = NOTHING_ORDERED

    def is_holiday(self, day: date) -> bool:
        """Whether a local date is a public holiday or off by order, on whatever weekday."""
        if day in self.ordered.off or day in self.ordered.worked:
            return day in self.ordered.off
        return day in _calendar(day.year).off

    def is_day_off(self, day: date) -> bool:
        """Whether nobody works on a local date."""
        worked = self.ordered.worked | _calendar(day.year).worked
        return self.is_holiday(day) or (is_weekend(day) and day not in worked)


@cache
def _calendar(year: int) -> OrderedDays:
    """Of one year; the library is read when it is first asked for, which is seldom.

    Its holidays go by the lunar calendar as far as it knows the government's decision; later decisions are settings.
    """
    import holidays

    found = holidays.country_holidays("VN", years=year)
    return OrderedDays(frozenset(found), frozenset(found.weekend_workdays))
