"""When a cell meets: RFC 5545 rules, the day a meeting is shifted to, and a rule as words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.rules.words import Shift
from bot.rules.workdays import LONGEST_SHIFT, DaysOff, shifted

ANCHOR = datetime(2001, 1, 1)  # a Monday and the first of a year: where INTERVAL counts from
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY_MONTH = tuple(range(1, 13))
NTH = (1, 2, 3, 4, 5, -1)
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
NOT_OURS = {"COUNT", "BYHOUR", "BYMINUTE", "BYSECOND"}
"""Parts that need a first meeting to count from, or a time of day of their own."""
RANGES = {"INTERVAL": (1, 1200), "BYMONTH": (1, 12), "BYMONTHDAY": (1, 31)}
"""What the numbers of a part may be, their sign aside."""

Parts = dict[str, str]


@dataclass(frozen=True)
class Planned:
    """One meeting of a schedule: the first day of the month it counts for, and its start (aware, UTC)."""

    month: date
    starts_at: datetime


def occurrences(rule: str, at: time, tz: ZoneInfo, after: date, until: date) -> list[datetime]:
    """The starts (aware, UTC) whose local date lies from `after` to `until`, both included; nothing is shifted.

    `rule` is RFC 5545 text without DTSTART; a day of the month that a month does not have is its last day.
    An hour that a change of the clocks leaves out is as much later as the clocks went forward; of an hour that
    comes twice it is the first. ValueError for a rule that cannot be read, counts (COUNT) from a start it does
    not have, or names hours.
    """
    return [_start(day, at, tz) for day in _days(rule, after, until)]


def planned(
    rule: str, shift: Shift, at: time, tz: ZoneInfo, after: date, until: date, days_off: DaysOff
) -> list[Planned]:
    """The meetings that take place on a local date from `after` to `until`, both included, one for each month.

    A month of the rule has one meeting, on the first day the rule gives it, and counts as that month's wherever
    the shift carries it: asked over any windows laid side by side, each comes exactly once. ValueError as above.
    """
    first = (after - LONGEST_SHIFT).replace(day=1)
    months = {day.replace(day=1): day for day in reversed(_days(rule, first, until + LONGEST_SHIFT))}
    held = {month: shifted(day, shift, days_off) for month, day in sorted(months.items())}
    return [Planned(month, _start(day, at, tz)) for month, day in held.items() if after <= day <= until]


def monthly_rule(day: str, months: Sequence[int] = ()) -> str:
    """The rule for one day of the month (`BYMONTHDAY=3`, `BYDAY=1SA`), in some months or, unnamed, in all."""
    return f"FREQ=MONTHLY;BYMONTH={','.join(map(str, months))};{day}" if months else f"FREQ=MONTHLY;{day}"


def describe(rule: str, at: time) -> tuple[str, dict[str, int | list[int]]]:
    """A rule as a key and plain values for a template to say back.

    `monthly_day` (day), `monthly_last_day`, `monthly_weekday` (nth, -1 for the last; weekday, 0 for Monday), each
    with months: 1 for January, none for every month. `other` for a rule no sentence is ready for. All with hour
    and minute.
    """
    clock: dict[str, int | list[int]] = {"hour": at.hour, "minute": at.minute}
    try:
        parts = _parts(rule)
    except ValueError:
        return "other", clock
    months, day = _months(parts), _day_of_month(parts)
    if not months or not day:
        return "other", clock
    key, values = day
    return key, {**values, "months": [] if months == EVERY_MONTH else list(months), **clock}


def _start(day: date, at: time, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tz).astimezone(UTC)


@lru_cache(maxsize=4096)  # the calendar is looked at every minute, and thousands of cells share a few rules
def _days(rule: str, after: date, until: date) -> tuple[date, ...]:
    parts, (first, last) = _parts(rule), (datetime.combine(day, time()) for day in (after, until))
    begin = _begin(parts, after)
    rules = [rrulestr(each, dtstart=begin) for each in _with_month_ends(parts)]
    return tuple(sorted({day.date() for each in rules for day in each.between(first, last, inc=True)}))


def _begin(parts: Parts, after: date) -> datetime:
    """The last month in step with ANCHOR that begins no later than `after`, so that decades need not be counted."""
    step = {"MONTHLY": 1, "YEARLY": 12}.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", "1"))
    months = (after.year - ANCHOR.year) * 12 + after.month - 1
    if not step or months < 0:
        return ANCHOR
    years, month = divmod(months - months % step, 12)
    return datetime(ANCHOR.year + years, month + 1, 1)


def _parts(rule: str) -> Parts:
    """The parts of a rule by name; ValueError where they make no schedule."""
    parts = dict(re.findall(r"([A-Z]+)=([^=;\s]+)(?:;|$)", rule.upper()))
    if ";".join("=".join(part) for part in parts.items()) != rule.upper():
        raise ValueError("a schedule is written as NAME=VALUE;NAME=VALUE")
    if parts.get("FREQ") not in FREQUENCIES or NOT_OURS & parts.keys():
        raise ValueError("a schedule goes by days, and has no first meeting to count from")
    for name, (least, most) in RANGES.items():
        if not all(least <= abs(int(number)) <= most for number in parts.get(name, f"{least}").split(",")):
            raise ValueError(f"{name} goes from {least} to {most}")
    return parts


def _with_month_ends(parts: Parts) -> Iterator[str]:
    """Rules that together mean the same where a month that is too short gives its last day.

    `BYMONTHDAY=31` becomes the last of the days 28 to 31 that a month has.
    """
    days = parts.get("BYMONTHDAY", "").split(",")
    if not {"29", "30", "31"} & set(days) or not _goes_by_month(parts):
        yield _written(parts)
        return
    months = parts.get("BYMONTH", "").split(",") if parts["FREQ"] == "YEARLY" else [None]
    for month in months:
        one = {**parts, "BYMONTH": month} if month else parts
        for day in days:
            ends = {"BYMONTHDAY": ",".join(map(str, range(28, int(day) + 1))), "BYSETPOS": "-1"}
            yield _written({**one, **ends} if int(day) > 28 else {**one, "BYMONTHDAY": day})


def _goes_by_month(parts: Parts) -> bool:
    in_months = parts["FREQ"] == "MONTHLY" or (parts["FREQ"] == "YEARLY" and "BYMONTH" in parts)
    return in_months and not any(name.startswith("BY") for name in parts.keys() - {"BYMONTH", "BYMONTHDAY"})


def _written(parts: Parts) -> str:
    return ";".join("=".join(part) for part in parts.items())


def _months(parts: Parts) -> tuple[int, ...]:
    """The months of the year a rule by months keeps to; none where they differ from year to year."""
    named, interval = parts.get("BYMONTH"), parts.get("INTERVAL", "1")
    if parts["FREQ"] != "MONTHLY" or not interval.isdigit() or 12 % int(interval):
        return ()
    return tuple(m for m in EVERY_MONTH[:: int(interval)] if not named or str(m) in named.split(","))


def _day_of_month(parts: Parts) -> tuple[str, dict[str, int | list[int]]] | None:
    day, weekday = parts.get("BYMONTHDAY", ""), re.fullmatch(r"([+-]?\d)(\w\w)", parts.get("BYDAY", ""))
    known = parts.keys() - {"FREQ", "INTERVAL", "BYMONTH"}
    if known == {"BYDAY"} and weekday and weekday[2] in WEEKDAYS and int(weekday[1]) in NTH:
        return "monthly_weekday", {"nth": int(weekday[1]), "weekday": WEEKDAYS.index(weekday[2])}
    if known != {"BYMONTHDAY"}:
        return None
    if day in ("-1", "31"):
        return "monthly_last_day", {}
    return ("monthly_day", {"day": int(day)}) if day.isdigit() else None
