"""A day as people type it: `3/5`, `3/5/2026`, `hôm nay`, `mai`, `đầu tháng sau`."""

import re
from datetime import date, timedelta

from bot.rules.names import fold

_DAY = re.compile(r"(?:ngay )?(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}|\d{2}))?")
_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?")
_TODAY = {"hom nay", "nay", "today", "tu hom nay"}
_TOMORROW = {"mai", "ngay mai", "tomorrow"}
_NEXT_MONTH = {"dau thang sau", "thang sau"}


def read_day(text: str, *, today: date) -> date | None:
    """The day; without a year the one nearest to `today`. None where it is no day, or none of the calendar."""
    said = fold(text).removeprefix("tu ").removeprefix("den ").strip(" .")
    if said in _TODAY:
        return today
    if said in _TOMORROW:
        return today + timedelta(days=1)
    if said in _NEXT_MONTH:
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = _DAY.fullmatch(said) or _WORDS.fullmatch(said)
    return _day(*found.groups(), today=today) if found else None


def _day(day: str, month: str, year: str | None, *, today: date) -> date | None:
    years = [int(year) % 2000 + 2000] if year else [today.year - 1, today.year, today.year + 1]
    days = [made for y in years if (made := _made(y, int(month), int(day)))]
    return min(days, key=lambda made: abs(made - today), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
