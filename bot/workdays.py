"""The days nobody works: weekends, and the public holidays of Viet Nam with Tết by the moon.

Another country's calendar, or a day a province gives off by itself, goes in here and nowhere else.
"""

from datetime import date
from functools import cache

from bot.rules.workdays import is_weekend


def is_day_off(day: date) -> bool:
    """Whether nobody works on a local date."""
    return is_weekend(day) or day in _public_holidays(day.year)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    """Of one year; the library is read when it is first asked for, which is seldom."""
    import holidays

    return frozenset(holidays.country_holidays("VN", years=year))
