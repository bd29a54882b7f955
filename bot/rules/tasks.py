"""Tasks as a secretary writes them in one line, and what a report of progress amounts to."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from bot.rules.names import clean, flat, fold
from bot.rules.words import Rhythm

UNITS = (
    "hộ",
    "buổi",
    "lần",
    "lượt",
    "người",
    "quần chúng",
    "đảng viên",
    "đoàn viên",
    "hội viên",
    "thanh niên",
    "phụ nữ",
    "học sinh",
    "gia đình",
    "trường hợp",
    "mô hình",
    "sáng kiến",
    "triệu đồng",
    "triệu",
    "ngày công",
    "bài",
    "tin",
    "cuộc",
    "đợt",
    "lớp",
    "thôn",
    "cháu",
    "em",
    "cây",
    "con",
    "vụ",
    "việc",
    "nhà",
    "công trình",
    "tuyến đường",
    "km",
    "mét",
    "households",
    "people",
    "sessions",
    "times",
)
"""What tasks are counted in. A number before anything else is no measure: `Chỉ thị 05 về …`."""

NUMBERS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
"""Spelt numbers; without `năm`, which is far more often the year."""
MAX_TITLE = 300
MAX_WORDS = 1000

_COUNTED = "|".join(re.escape(flat(unit)) for unit in sorted(UNITS, key=len, reverse=True))
_DIGITS = re.compile(rf"(?<![\w.,/:-])(\d{{1,6}})\s+({_COUNTED})(?!\w)")
_SPELT = re.compile(rf"(?<!\w)({'|'.join(NUMBERS)})\s+({'|'.join(UNITS)})(?!\w)")
_DUE = (
    r"(?:thoi\s+han|han|deadline|due|by"
    r"|(?:xong|hoan\s+thanh|ket\s+thuc)\s+(?:truoc|trong|vao)|truoc|cham\s+nhat|muon\s+nhat)"
    r"(?:\s+(?:chot|cuoi\s+cung|hoan\s+thanh|la|den|truoc|vao|trong|het|cuoi|ngay))*\s*:?\s*"
)
_DAY = r"(?P<day>\d{1,2})\s*(?:[/.-]|\s+thang\s+)\s*(?P<month>\d{1,2})"
_YEAR = r"(?:\s*(?:[/.-]|,?\s+nam\s+)\s*(?P<year>\d{4}|\d{2}))?(?![\w/])"
_BY_DAY = re.compile(rf"[\s,;.(–-]*(?<!\w){_DUE}(?:ngay\s+)?{_DAY}{_YEAR}\)?")
_BY_MONTH = re.compile(rf"[\s,;.(–-]*(?<!\w){_DUE}(?:cuoi\s+)?thang\s+(?P<month>\d{{1,2}}){_YEAR}\)?")
_BY_YEAR_END = re.compile(rf"[\s,;.(–-]*(?<!\w){_DUE}(?:cuoi\s+|het\s+)?nam(?!\w)\)?")
_NUMBERED = re.compile(r"(?:việc|viec|nhiệm vụ|nhiem vu|nv)?\s*(\d{1,2})\s*[:.)]\s+(.+)", re.I | re.S)


@dataclass(frozen=True)
class TaskLine:
    """A task as typed. `target` of `unit` is its measure; `deadline` a local date; None: it says no `rhythm`."""

    title: str
    target: int | None = None
    unit: str = ""
    deadline: date | None = None
    kind: str = ""
    rhythm: Rhythm | None = None


def read_task(text: str, *, today: date) -> TaskLine | None:
    """The task in a line like `Vận động 5 hộ tham gia vệ sinh, hạn 30/12`; None when no words are left.

    A deadline without a year is the next such day from `today` on. ValueError for a day that does not exist.
    """
    line = clean(text)
    spoken = flat(line)
    found = _find_deadline(spoken)
    deadline = _deadline(found.groupdict(), today) if found else None
    title = (line[: found.start()] + line[found.end() :] if found else line).strip(" ,;:.–-")
    target, unit = _measure(title)
    return TaskLine(title, target, unit, deadline) if re.search(r"[^\W\d_]", title) else None


def read_deadline(text: str, *, today: date) -> date | None:
    """The day of a text that is nothing but a deadline (`hạn 30/12`); None where it is more, or none.

    ValueError for a day that does not exist.
    """
    said = flat(clean(text))
    found = _find_deadline(said)
    whole = found is not None and not (said[: found.start()] + said[found.end() :]).strip(" .")
    return _deadline(found.groupdict(), today) if found and whole else None


def percent_of(done: int, target: int) -> int:
    """How much of a measure is done, in whole per cent; complete only when all of it is, never above 100."""
    return min(100, 100 * done // target) if target > 0 else 100


def is_finished(percent: int | None) -> bool:
    """Whether nothing more is to be done: such a task is not asked for again."""
    return percent == 100


def is_overdue(percent: int | None, deadline: date | None, *, today: date) -> bool:
    """Whether the deadline has passed and the task is not finished; on the day itself it has not."""
    return deadline is not None and deadline < today and not is_finished(percent)


def split_number(text: str) -> tuple[int | None, str]:
    """`2: xong 70%` is about the second task of the list; None where no task is named."""
    found = _NUMBERED.fullmatch(text.strip())
    return (int(found[1]), found[2]) if found else (None, text)


def chosen_number(text: str, most: int) -> int | None:
    """Which of so many a bare number means, from 1 on: `2.`; None where it is none of them."""
    number = text.strip(" .)")
    return int(number) if number.isdecimal() and 1 <= int(number) <= most else None


def speaks_of(text: str, unit: str) -> bool:
    """Whether a sentence counts in this unit."""
    return bool(unit) and re.search(rf"(?<!\w){re.escape(fold(unit))}(?!\w)", fold(text)) is not None


def _find_deadline(spoken: str) -> re.Match[str] | None:
    """Where the deadline stands: anywhere when called so (`hạn …`), otherwise (`trước …`) only at the end."""
    for pattern in (_BY_DAY, _BY_MONTH, _BY_YEAR_END):
        for found in pattern.finditer(spoken):
            named = re.match(r"\W*(?:thoi\s+)?(?:han|deadline|due)\b", found[0])
            if named or not spoken[found.end() :].strip(" .!"):
                return found
    return None


def _measure(title: str) -> tuple[int | None, str]:
    digits, spelt = _DIGITS.search(flat(title)), _SPELT.search(title.lower())
    if digits and int(digits[1]):
        return int(digits[1]), next(unit for unit in UNITS if flat(unit) == digits[2])
    if spelt:
        return NUMBERS[spelt[1]], spelt[2]
    return None, ""


def _deadline(found: dict[str, str | None], today: date) -> date:
    month = int(found.get("month") or 12)
    day = int(found["day"] or 0) if "day" in found else None
    if year := found.get("year"):
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    years = range(today.year, today.year + 9)  # a 29 February is at most eight years away
    days = [at for year_ahead in years if (at := _find_day(year_ahead, month, day)) and at >= today]
    if not days:
        raise ValueError("there is no such day")
    return days[0]


def _find_day(year: int, month: int, day: int | None) -> date | None:
    try:
        return _day(year, month, day)
    except ValueError:
        return None


def _day(year: int, month: int, day: int | None) -> date:
    if not 1 <= month <= 12:
        raise ValueError("there is no such month")
    return date(year, month, monthrange(year, month)[1] if day is None else day)
