"""One meeting moved: the new day, hour and place in a line a secretary types: `chiều thứ tư tuần sau 14h`."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.rules.clock_words import Hours, suits, take_clocks
from bot.rules.day_words import UNITS, Known, take_days
from bot.rules.names import flat
from bot.rules.number_words import NUMBER, number
from bot.rules.typed_line import LONGEST, Line, words

FARTHEST = timedelta(days=92)
"""A meeting moved farther than this is a slip in the date."""
NOON = 12


@dataclass(frozen=True)
class OccurrenceWords:
    """When one meeting takes place instead: local day and time, and what else was named."""

    day: date
    at: time
    place: str | None = None
    minutes: int | None = None


def read_occurrence(text: str, now: datetime, planned: datetime) -> OccurrenceWords | None:
    """The new day, time, place and length of one meeting; None unless they are sure and still to come.

    `now` and `planned` are local times of the organisation. A day without a month is one of the planned month, a
    date without a year the nearest to the planned day; where only the day or only the time is typed, the other stays.
    Weekdays of `tuần này` and `tuần sau` are counted from today. What may mean two days or two hours, and what
    has passed, is None.
    """
    known, line = Known(now.replace(tzinfo=None), planned.replace(tzinfo=None)), Line(text)
    moved = [_moved(match) for match in line.take(MOVED)]
    line.take_words(VERB)
    if line.marked:
        line.take_words(TO_THERE)
    clocks = take_clocks(line)
    days, parts = take_days(line, known)
    place, doubt = line.place()
    hours = clocks.hours(next(iter(parts), None))
    if doubt or len(text) > LONGEST or not hours.clear or None in days or len(parts) > 1 or len(moved) > 1:
        return None
    said = {day for day in days if day}
    start = _start(said, hours, parts, moved, known)
    if not start or start <= known.now or abs(start - known.planned) > FARTHEST:
        return None
    return OccurrenceWords(start.date(), start.time(), place, hours.minutes)


def _start(
    days: set[date], hours: Hours, parts: set[str], moved: list[timedelta | None], known: Known
) -> datetime | None:
    """The new start; None where nothing is said, or two things."""
    if moved:
        return known.planned + moved[0] if moved[0] and not days and not hours.at else None
    if len(days) > 1 or not (days or hours.at):
        return None
    if not days and hours.bare and hours.at and hours.at.hour < NOON <= known.planned.hour:
        return None  # `8h` for a meeting in the evening
    at = hours.at or known.planned.time()
    if not all(suits(at, part) for part in parts):
        return None
    return datetime.combine(next(iter(days), known.day), at)


_MOVES = (
    r"(?:chuyển|đổi|dời|lùi|hoãn|đẩy|thay|dịch|để|họp|giữ)"
    r"(?: (?:lịch|họp|lại|cuộc|buổi|chi bộ|nguyên|giờ|ngày))*"
)
_TO = r"(?:sang|đến|<tới>|thành|qua|vào|xuống|lên|ra|lúc)"
_OLD = r"(?:giờ|địa điểm|chỗ|nơi)"
_STAYS = rf"(?:cùng|vẫn|như|giữ nguyên) {_OLD}(?: (?:cũ|đó|ấy))?|{_OLD} (?:cũ|như cũ)"
VERB = words(rf"(?:(?:xin|đề nghị|cho|sẽ|được|phải) )*(?:{_MOVES} {_TO}|chuyển)|{_STAYS}|như cũ")
TO_THERE = words(rf"^{_TO}")
"""Words that say no more than that something is moved, or stays; `tới` must have its marks, for it may be `tối`,
and a line without marks that begins with `sang` may mean the morning."""
MOVED = re.compile(
    r"\b(?P<way>lui|hoan|cham|muon|tre|som|truoc|day som|day lui)\b"
    r"(?: (?:lai|xuong|hon|len|them|di|buoi hop|hop|lich))*"
    rf"(?: (?P<back>ve truoc|truoc)| ve sau)? (?:(?P<half>nua)|(?P<count>{NUMBER}|\d{{2,3}}))"
    r" ?(?P<unit>ngay|hom|tuan|tieng|phut|p)\b(?P<more> ruoi)?(?: (?:lai|hon|sau|nua|so voi (?:lich|du kien)))*"
)
"""Moved by so much from what was planned."""


def _moved(match: re.Match[str]) -> timedelta | None:
    """By how much, back where it is negative; None for half a day, which nobody means."""
    unit = UNITS[match["unit"]]
    half = match["half"] or match["more"]
    if half and unit >= timedelta(days=1):
        return None
    by = unit * number(match["count"] or "0") + (unit / 2 if half else timedelta())
    return -by if match["back"] or match["way"] in ("som", "truoc", "day som") else by


_THERE = re.compile(
    r"(?:(?:chuyen|doi|doi lai|hop)(?: (?:sang|den|ve|qua))? )?(?:tai|o|dia diem(?: hop)?|noi hop)(?: la)?[ :]+(?=\S)"
)
_SAYS_WHEN = re.compile(r"\d ?(?:h|g|gio|:|/)|\bngay \d|\b(?:mai|mot|hom|tuan|thang|sang|chieu|toi)\b|\?")


def read_place(text: str) -> str | None:
    """The new place of a meeting whose day and time stay, where nothing else is said: `tại trường học`."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    plain = flat(line)
    found = _THERE.match(plain)
    if (
        found is None
        or len(plain) != len(line)
        or len(line) > LONGEST
        or _SAYS_WHEN.search(plain, found.end())
    ):
        return None
    return line[found.end() :].strip(" .,;") or None
