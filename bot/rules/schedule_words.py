"""The one line in which a secretary types when and where a cell meets."""

import re
from dataclasses import dataclass
from datetime import time

from bot.rules.clock_words import PART, take_clocks
from bot.rules.month_words import take_months
from bot.rules.number_words import NUMBER, number
from bot.rules.recurrence import WEEKDAYS, monthly_rule
from bot.rules.shift_words import take_shift
from bot.rules.typed_line import LONGEST, TAKEN, Line
from bot.rules.words import Shift


@dataclass(frozen=True)
class ScheduleWords:
    """A schedule as read from words: the rule, the local time of day, and what else was named.

    `shift` is None where nothing was said about days off; `minutes` is the planned length.
    """

    rule: str
    at: time
    place: str | None
    shift: Shift | None = None
    minutes: int | None = None


def read_schedule(text: str) -> ScheduleWords | None:
    """Day, time, place, length and shift from one typed line; None unless one day and one time are in it, surely.

    Understood: `ngày 3 hàng tháng, 19 giờ 30, nhà văn hóa thôn` · `ngay 3 19:30` · `3 19h30` ·
    `thứ bảy đầu tháng 8h sáng` · `chủ nhật tuần đầu 7g30` · `ngày cuối tháng 14h` ·
    `ngày làm việc đầu tiên của tháng` · `ngày 10 tháng 3, 6, 9, 12` · `mỗi quý ngày 5` ·
    `nếu trùng ngày nghỉ thì lùi sang hôm sau` · `90 phút` · `từ 19h đến 21h`.
    """
    line = Line(text)
    shifting, clocks, months = take_shift(line), take_clocks(line), take_months(line)
    days = line.take(DAY)
    if len(text) > LONGEST or len(days) != 1 or not (shifting.clear and months.clear):
        return None
    hours, day = clocks.hours(_part(line, days[0])), _day(days[0])
    place, doubt = line.place()
    own = _own_shift(days[0])
    if doubt or not hours.at or not day or (own and shifting.shift not in (None, own)):
        return None
    return ScheduleWords(
        monthly_rule(day, months.months), hours.at, place, own or shifting.shift, hours.minutes
    )


WEEKDAY = r"(?:(?:ngay )?(?:thu ?(?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7])|(?:ngay )?(?:chu nhat|cn))"
"""A day of the week, over flat text."""
_OF_MONTH = r"(?: (?:cua |trong )?(?:hang |moi )?thang\b| (?:cua|trong)(?= ?\x00))?"
_NTH = r"(?:dau|cuoi|thu (?:nhat|nhi|hai|ba|tu|[1-4])|(?<=tuan )[1-4])\b(?: tien| cung)?"
DAY = re.compile(
    rf"(?:\b(?:buoi )?(?P<part>{PART}) (?:ngay )?)?(?:"
    rf"\b(?P<weekday>{WEEKDAY}),? (?:cua )?(?:tuan |lan )?(?P<nth>{_NTH}){_OF_MONTH}"
    rf"|\btuan (?P<week>{_NTH}){_OF_MONTH},? (?:vao )?(?:(?P<evening>{PART}) )?(?P<its>{WEEKDAY})\b"
    rf"|\b(?:ngay )?lam viec (?P<workday>dau|cuoi)\b(?: tien| cung)?{_OF_MONTH}"
    rf"|\b(?:hang |moi )?(?:thang )?(?:(?P<about>khoang|tam|truoc|sau|tu|den) )?"
    rf"(?:ngay ?(?:mung |mong )?|mung |mong )(?P<day>{NUMBER})(?![/.\-:]?\d)"
    rf"(?: (?:hang|moi|cua|trong|cua hang|cua moi) thang\b)?"
    rf"|^(?P<bare>\d{{1,2}})(?: (?:hang|moi) thang\b|(?=,? ?{TAKEN}))"
    rf"|\bngay (?P<edge>dau|cuoi)(?: tien| cung)?(?: (?:cua |trong )?(?:hang |moi )?thang\b| ?(?=\x00))"
    rf"|\b(?P<end>cuoi) (?:hang |moi )?thang\b"
    rf")(?:,? buoi (?P<later>{PART})\b)?"
)
NAMED_DAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
NTH = {"nhat": 1, "dau": 1, "hai": 2, "nhi": 2, "ba": 3, "tu": 4, "cuoi": -1}


def weekday_of(text: str) -> int:
    """The weekday a match of WEEKDAY names, 0 for Monday."""
    if text.endswith(("nhat", "cn")):
        return 6
    name = re.sub(r"^(?:ngay )?(?:thu ?|t)", "", text)
    return int(name) - 2 if name.isdigit() else NAMED_DAYS[name]


def _part(line: Line, day: re.Match[str]) -> str | None:
    return next((part for group in ("part", "evening", "later") if (part := line.part(day, group))), None)


def _day(day: re.Match[str]) -> str | None:
    """The day of the month as a part of a rule, or None where it is about a day or no month has it."""
    if day["about"]:
        return None
    if day["nth"] or day["week"]:
        word = re.sub(r"^thu | .*$", "", day["nth"] or day["week"])
        nth = int(word) if word.isdigit() else NTH[word]
        return f"BYDAY={nth}{WEEKDAYS[weekday_of(day['weekday'] or day['its'])]}"
    if day["day"] or day["bare"]:
        wanted = number(day["day"] or day["bare"])
        return f"BYMONTHDAY={wanted}" if 1 <= wanted <= 31 else None
    return "BYMONTHDAY=1" if "dau" in (day["edge"], day["workday"]) else "BYMONTHDAY=31"


def _own_shift(day: re.Match[str]) -> Shift | None:
    """The first working day of a month is its day 1 or, on a day off, the working day after that."""
    return {"dau": Shift.NEXT_WORKDAY, "cuoi": Shift.PREVIOUS_WORKDAY}.get(day["workday"] or "")
