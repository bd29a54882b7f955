"""Days as a secretary names them beside a planned meeting: `5/12`, `mùng 5`, `tối mai`, `thứ tư tuần sau`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.rules.clock_words import PART
from bot.rules.days import read_day
from bot.rules.number_words import NUMBER, number
from bot.rules.schedule_words import WEEKDAY, weekday_of
from bot.rules.typed_line import Line

UNITS = {
    "ngay": timedelta(days=1),
    "hom": timedelta(days=1),
    "tuan": timedelta(weeks=1),
    "tieng": timedelta(hours=1),
    "phut": timedelta(minutes=1),
    "p": timedelta(minutes=1),
}


@dataclass(frozen=True)
class Known:
    """What a line is read beside: the local present, and the local start the meeting was planned for."""

    now: datetime
    planned: datetime

    @property
    def today(self) -> date:
        """The local date it is."""
        return self.now.date()

    @property
    def day(self) -> date:
        """The local date the meeting was planned for."""
        return self.planned.date()


Reading = Callable[[re.Match[str], Known], date | None]


def take_days(line: Line, known: Known) -> tuple[list[date | None], set[str]]:
    """Every day a line names, None for one that is none or in doubt, and the parts of the day beside them."""
    days: list[date | None] = []
    parts: set[str] = set()
    weekdays = line.take(WEEKDAYS)
    for pattern, reading in DAYS:
        for match in line.take(pattern):
            parts |= _parts(line, match)
            days.append(reading(match, known))
    for match in weekdays:
        parts |= _parts(line, match)
        days.append(_weekday(match, known, days))
    return days, parts


def _parts(line: Line, match: re.Match[str]) -> set[str]:
    named = (line.part(match, group) for group in ("part", "later") if group in match.re.groupindex)
    return {part for part in named if part}


def _date(match: re.Match[str], known: Known) -> date | None:
    return read_day(match["date"], today=known.day)


def _day_of_month(match: re.Match[str], known: Known) -> date | None:
    """`ngày 5`: of the planned month; `ngày 5 tháng sau`: of the month after this one."""
    month = known.day if not match["month"] else known.today
    if match["month"] in ("sau", "toi"):
        month = month.replace(day=1) + timedelta(days=31)
    try:
        return month.replace(day=number(match["day"]))
    except ValueError:
        return None


def _near(match: re.Match[str], known: Known) -> date | None:
    word = match["near"].split()[-1]
    return known.today + timedelta(days={"nay": 0, "mai": 1, "qua": -1}.get(word, 2))


def _beside(match: re.Match[str], known: Known) -> date | None:
    """`cùng ngày`, `hôm sau`: counted from the planned day."""
    way = match["beside"].split()[-1]
    return known.day + timedelta(days={"sau": 1, "truoc": -1}.get(way, 0))


def _in_days(match: re.Match[str], known: Known) -> date | None:
    return known.today + UNITS[match["unit"]] * number(match["count"])


def _weekday(match: re.Match[str], known: Known, days: list[date | None]) -> date | None:
    """The day a weekday names; None where two weeks could be meant, or another day named does not fall on it."""
    weekday, week = weekday_of(match["weekday"]), (match["week"] or "").split()
    named = next((day for day in days if day), None)
    if named and not week:
        return named if named.weekday() == weekday else None
    may_be = set(_may_be(weekday, week, known))
    return may_be.pop() if len(may_be) == 1 else None


def _may_be(weekday: int, week: list[str], known: Known) -> Iterator[date]:
    """Every day that could be meant by a weekday, with or without its week."""
    monday = known.today - timedelta(days=known.today.weekday())
    this, following = (monday + timedelta(days=weekday + 7 * n) for n in (0, 1))
    coming = this if this > known.today else following
    of_planned = known.day + timedelta(days=weekday - known.day.weekday())
    if "cung" in week or week[-1:] in (["do"], ["ay"]):
        yield of_planned
    elif week[-1:] == ["nay"]:
        yield this
    elif week[:1] == ["tuan"]:
        yield following
    elif week:
        yield from (coming, following)  # `thứ tư tới` said on a Monday
    else:
        yield from (coming, of_planned, *([known.today] if this == known.today else []))


_HERE = r"(?:^|[\x00,;(]\s*|\b(?:vao|den|hop) )"
_OF_PART = rf"\b(?:buoi )?(?P<part>{PART}) (?:cua )?(?:ngay )?"
_PART = rf"(?:{_OF_PART})?"
_LATER = rf"(?:,? buoi (?P<later>{PART})\b)?"
_DATE = r"(?<![\d/])\d{1,2} ?[/.-] ?\d{1,2}(?: ?[/.-] ?(?:\d{4}|\d{2}))?(?![\d/])"
_WEEK = r"(?: (?:cua )?(?:tuan )?(?:nay|sau|toi|ke tiep|do|ay)\b(?! nua)| cung tuan\b)?"
WEEKDAYS = re.compile(rf"{_PART}\b(?P<weekday>{WEEKDAY})\b(?P<week>{_WEEK}){_LATER}")
DAYS: list[tuple[re.Pattern[str], Reading]] = [
    (re.compile(rf"{_PART}(?P<date>(?:\bngay )?{_DATE}){_LATER}"), _date),
    (
        re.compile(
            rf"{_PART}\b(?:ngay )?(?:mung |mong )?(?P<date>\d{{1,2}} thang \d{{1,2}}(?!\d)(?: nam \d{{4}})?){_LATER}"
        ),
        _date,
    ),
    (re.compile(rf"{_PART}\b(?P<near>ngay (?:mai|kia|mot)|hom (?:nay|qua))\b{_LATER}"), _near),
    (re.compile(rf"{_OF_PART}(?P<near>mai|mot|kia|nay|qua)\b"), _near),
    (re.compile(rf"{_HERE}(?P<near>mai)\b{_LATER}"), _near),
    (
        re.compile(
            rf"{_PART}\b(?:van |(?:cung )?trong )*(?P<beside>(?:cung|dung) ngay|(?:ngay )?hom (?:do|ay|sau|truoc)"
            rf"|ngay (?:do|ay|sau|truoc|cu))\b{_LATER}"
        ),
        _beside,
    ),
    (re.compile(rf"\b(?P<count>{NUMBER}) (?P<unit>ngay|hom|tuan) nua\b"), _in_days),
    (
        re.compile(
            rf"{_PART}\b(?:ngay (?:mung |mong )?|mung |mong )(?P<day>{NUMBER})(?![/.\-:]?\d)"
            rf"(?: thang (?P<month>nay|sau|toi))?\b{_LATER}"
        ),
        _day_of_month,
    ),
]
"""Ways to name a day, in the order in which they are looked for."""
