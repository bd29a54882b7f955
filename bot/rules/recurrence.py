"""When a cell meets: RFC 5545 rules, and the one line in which a secretary types them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.rules.names import flat

ANCHOR = datetime(2001, 1, 1)  # a Monday and the first of a year: where INTERVAL counts from
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class ScheduleWords:
    """A schedule as read from words: the rule, the local time of day, and the place if one was named."""

    rule: str
    at: time
    place: str | None


def occurrences(rule: str, at: time, tz: ZoneInfo, after: date, until: date) -> list[datetime]:
    """The starts (aware, UTC) whose local date lies from `after` to `until`, both included.

    `rule` is RFC 5545 text without DTSTART; `BYMONTHDAY=31` means the last day in shorter months.
    Raises ValueError for a rule that cannot be read or that counts (COUNT) from a start it does not have.
    """
    if "COUNT=" in rule.upper():
        raise ValueError("a schedule has no first meeting to count from")
    return [datetime.combine(day, at, tz).astimezone(UTC) for day in _days(rule, after, until)]


@lru_cache(maxsize=4096)  # the calendar is looked at every minute, and thousands of cells share a few rules
def _days(rule: str, after: date, until: date) -> tuple[date, ...]:
    first, last = (datetime.combine(day, time()) for day in (after, until))
    found = rrulestr(_with_month_ends(rule), dtstart=ANCHOR).between(first, last, inc=True)
    return tuple(day.date() for day in found)


def describe(rule: str, at: time) -> tuple[str, dict[str, int]]:
    """A rule as a key and plain values for a template to say back.

    `monthly_day` (day), `monthly_last_day`, `monthly_weekday` (nth, -1 for the last; weekday, 0 for Monday),
    each with hour and minute; `other` for a rule no sentence is ready for.
    """
    parts = dict(part.split("=", 1) for part in rule.upper().split(";"))
    clock = {"hour": at.hour, "minute": at.minute}
    nth = re.fullmatch(r"([+-]?\d)(\w\w)", parts.get("BYDAY", ""))
    if set(parts) == {"FREQ", "BYDAY"} and parts["FREQ"] == "MONTHLY" and nth:
        return "monthly_weekday", {"nth": int(nth[1]), "weekday": WEEKDAYS.index(nth[2]), **clock}
    if set(parts) != {"FREQ", "BYMONTHDAY"} or parts["FREQ"] != "MONTHLY":
        return "other", clock
    if parts["BYMONTHDAY"] in ("-1", "31"):
        return "monthly_last_day", clock
    return "monthly_day", {"day": int(parts["BYMONTHDAY"]), **clock}


def read_schedule(text: str) -> ScheduleWords | None:
    """Day, time and place from one typed line; None unless exactly one monthly day and one time are in it.

    Understood: `ngày 3 hàng tháng, 19 giờ 30, nhà văn hóa thôn` · `ngay 3 19:30` · `3 19h30` ·
    `thứ bảy đầu tháng 8h sáng` · `chủ nhật tuần đầu 7g30` · `ngày cuối tháng 14h`.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    plain = flat(line)
    clocks, days = list(CLOCK.finditer(plain)), list(DAY.finditer(plain))
    if len(clocks) != 1 or len(days) != 1:
        return None
    at, rule = _time(clocks[0], days[0]["part"]), _rule(days[0])
    rest = _rest(line, [clocks[0].span(), days[0].span()])
    if not at or not rule or len(rest) > 1 or any(DOUBT.search(flat(piece)) for piece in rest):
        return None
    return ScheduleWords(rule, at, rest[0] if rest else None)


CLOCK = re.compile(
    r"(?<![\d/])(?P<hour>\d{1,2}) ?(?:gio\b|[hg](?![a-z])|:)"
    r"(?: ?(?P<minute>\d{2})(?![\d/])(?: ?(?:p|phut)\b)?| ?(?P<half>ruoi)\b)?"
    r"(?: kem (?P<less>\d{1,2})(?: ?(?:p|phut)\b)?)?"
    r"(?: (?:buoi )?(?P<part>sang|trua|chieu|toi|dem)\b)?"
)
DAY = re.compile(
    r"(?:\b(?P<part>sang|trua|chieu|toi|dem) )?(?:"
    r"\b(?:(?:ngay )?thu ?(?P<weekday>hai|ba|tu|nam|sau|bay|[2-7])|t(?P<short>[2-7])|(?P<sunday>chu nhat|cn))"
    r",? (?:cua )?(?:tuan |lan )?(?P<nth>dau|cuoi|thu (?:nhat|nhi|hai|ba|tu|[1-4])|(?<=tuan )[1-4])\b"
    r"(?: tien| cung)?(?: (?:cua |trong )?(?:hang |moi )?thang)?"
    r"|\b(?:hang |moi )?(?:thang )?(?:ngay (?:mung |mong )?|mung |mong )(?P<day>\d{1,2})(?![\d/.\-h:]| ?gio)"
    r"(?: (?:hang|moi|cua|trong|cua hang|cua moi) thang)?"
    r"|^(?P<bare>\d{1,2})(?: (?:hang|moi) thang|(?=,? \d))"
    r"|\b(?:ngay )?cuoi (?:cung )?(?:cua )?(?:hang |moi )?thang\b"
    r")"
)
DOUBT = re.compile(
    r"\?|\d ?(?:[hg]\b|:|/)|^\d+$|^thang\b|\bthang (?:nay|sau|toi|\d)|\bngay \d|\bam lich\b"
    r"|^(?:va|den|tu|hoac|hay)\b|\b(?:hoac|hay la|chua|khong)\b"
    r"|\b(?:hang|moi|theo) (?:tuan|quy|nam)\b|\bmot lan\b"
)
"""Words beside the day and the time that may change what they mean."""
FILLER = re.compile(
    r"^(?:[\s,;.:\-–]|\b(?:(?:hop|sinh hoat)(?: chi bo)?|chi bo|dinh ky|thuong ky|(?:hang|moi) thang|luc|vao"
    r"|bat dau|tai|o|dia diem)\b)+"
)
NTH = {"nhat": 1, "dau": 1, "hai": 2, "nhi": 2, "ba": 3, "tu": 4, "cuoi": -1}
NAMED_DAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}


def _rule(day: re.Match[str]) -> str | None:
    if day["nth"]:
        name = day["weekday"] or day["short"] or ""
        weekday = 6 if day["sunday"] else NAMED_DAYS.get(name) if name.isalpha() else int(name) - 2
        word = day["nth"].removeprefix("thu ")
        return f"FREQ=MONTHLY;BYDAY={NTH.get(word) or int(word)}{WEEKDAYS[weekday or 0]}"
    number = int(day["day"] or day["bare"] or 31)
    return f"FREQ=MONTHLY;BYMONTHDAY={number}" if 1 <= number <= 31 else None


def _time(clock: re.Match[str], part: str | None) -> time | None:
    """The time of day; None where it is none, or small and without a word for morning or afternoon."""
    hour, minute = int(clock["hour"]), 30 if clock["half"] else int(clock["minute"] or 0)
    part = clock["part"] or part
    if part in ("chieu", "toi", "dem") or (part == "trua" and hour < 10):
        hour += 12 if hour < 12 else 0
    if hour > 23 or minute > 59 or (not part and hour < 6):
        return None
    minutes = hour * 60 + minute - int(clock["less"] or 0)
    return time(minutes // 60, minutes % 60)


def _rest(line: str, taken: list[tuple[int, int]]) -> list[str]:
    """The pieces of the line beside what was taken, as they were typed, without filling words."""
    edges = [0, *(edge for span in sorted(taken) for edge in span), len(line)]
    pieces = (line[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    bare = (piece[_filling(piece) :].strip(" ,;.:-–") for piece in pieces)
    return [piece for piece in bare if piece]


def _filling(piece: str) -> int:
    found = FILLER.match(flat(piece))
    return found.end() if found else 0


def _with_month_ends(rule: str) -> str:
    """`BYMONTHDAY=31` as the last of the days 28 to 31 a month has; other rules as they are."""
    found = re.search(r"BYMONTHDAY=(29|30|31)(?=;|$)", rule, re.IGNORECASE)
    if not found or "MONTHLY" not in rule.upper() or "BYSETPOS" in rule.upper() or "BYDAY" in rule.upper():
        return rule
    days = ",".join(str(day) for day in range(28, int(found[1]) + 1))
    return f"{rule[: found.start()]}BYMONTHDAY={days};BYSETPOS=-1{rule[found.end() :]}"
