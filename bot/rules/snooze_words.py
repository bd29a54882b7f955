"""When a member wants to be reminded again: `nhắc lại tối nay`, `nhắc tôi sau 2 tiếng`, `để mai trả lời`.

Pieces of a moment (a span, an hour, a part of the day, a day) may each stand once, in any order; beside them
stand only manners and the wish itself. Anything else, and the member is asked when.
"""

import re
from datetime import datetime, time, timedelta

from bot.rules.answer_doubts import POLITE_END, QUESTION
from bot.rules.answer_words import MANNERS
from bot.rules.names import flat
from bot.rules.reminders import EVENING, MORNING, QUIET_FROM, QUIET_UNTIL
from bot.rules.typed import read, says

LONGEST = 200
"""Characters beyond which a message is no such wish."""
FURTHEST = 3
"""How many days ahead a member may put a question off."""
A_WHILE = timedelta(hours=1)
"""What `lát nữa` means."""
HOURS_MEANT = 5
"""Up to here `sau 2 giờ` is a span; beyond, `sau 8 giờ` may as well name the hour."""

# Words without their marks, as `flat` leaves them.
PARTS = {
    "sang": (MORNING, time(9)),
    "trua": (time(11, 30),),
    "chieu": (time(14), time(16, 30)),
    "toi": (time(19), EVENING),
    "tonight": (time(19), EVENING),
}
"""The moments a part of the day may mean: the first that is still ahead."""
NUMBERS: dict[str, float] = {"nua": 0.5, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7}
NUMBERS |= {"tam": 8, "chin": 9, "muoi": 10, "muoi lam": 15, "ba muoi": 30}
MINUTES = {"phut": 1, "minutes": 1, "tieng": 60, "gio": 60, "hour": 60, "hours": 60}
DAYS = {"nay": 0, "tonight": 0, "mai": 1, "tomorrow": 1, "mot": 2, "kia": 2}
WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "nhat": 6}

NUMBER = r"\d{1,3}|nửa|mười lăm|ba mươi|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười"
UNIT = r"phút|tiếng|giờ|ngày|hôm|hours?|minutes"
WHILE = says(r"(?:(?:một|1) )?(?:lát|tí|chút|xíu|tẹo)(?: xíu)? nữa")
SPAN = says(rf"(?:sau|trong|in) ({NUMBER}) ({UNIT})( rưỡi)?( nữa)?|({NUMBER}) ({UNIT})( rưỡi)?( nữa)")
HOUR = says(r"(?:(?:vào|lúc|khoảng|tầm) )*(\d{1,2}) (?:giờ|:)(?: (\d{1,2}|rưỡi))?(?: phút)?")
PART = says(r"(?:vào )?(sáng|trưa|chiều|<tối>|toi(?= (?:nay|mai))|tonight)")
DAY = says(
    r"(?:vào )?(?:(?:hôm |ngày |bữa )?(nay|mai|mốt|tomorrow)|ngày (kia)|thứ ([2-7]|hai|ba|tư|năm|sáu|bảy)|chủ (nhật))"
)
WISH = says(r"nhắc|trả lời|phản hồi|(?:báo|nói|nhắn) (?:lại|sau)|remind")
BESIDE = says(
    rf"(?>(?:{MANNERS}|nhắc|nhở|lại|để|trả lời|phản hồi|báo|nói|nhắn|sau|vào|đang|giờ|bây giờ|bận|lắm|quá|remind|me"
    r"|again)(?: |$))*"
)

Found = dict[str, re.Match[str]]


def read_snooze(text: str, now: datetime) -> datetime | None:
    """The moment a member wants to be reminded again, or None unless it is sure.

    `now` is aware, in the member's own time zone, and so is the answer: ahead of now, never in the quiet hours,
    three days ahead at most. A named hour of the night becomes the evening before it; a span that ends in the
    night waits for the morning.
    """
    if len(text) > LONGEST:
        return None
    said = POLITE_END.sub("", read(text).said)
    if QUESTION.search(said) or not WISH.search(said):
        return None
    found, rest = _taken_apart(said)
    if not found or not BESIDE.fullmatch(rest):
        return None
    moment = _after(found, now) if found.keys() & {"while", "span"} else _named(found, now)
    return moment if moment and moment > now and (moment.date() - now.date()).days <= FURTHEST else None


def _taken_apart(said: str) -> tuple[Found, str]:
    """The pieces of a moment, and what is left beside them."""
    found: Found = {}
    for name, pattern in (("while", WHILE), ("span", SPAN), ("hour", HOUR), ("part", PART), ("day", DAY)):
        match = pattern.search(said)
        if match:
            found[name] = match
            said = said[: match.start()] + "#" * len(match[0]) + said[match.end() :]
    return found, said


def _after(found: Found, now: datetime) -> datetime | None:
    """A span from now; None where another piece stands beside it, or it is not clear how long."""
    if len(found) > 1:
        return None
    if "while" in found:
        return _awake(now + A_WHILE)
    groups = found["span"].groups()
    number, unit, half, more = groups[:4] if groups[0] else groups[4:]
    count = _number(number)
    if flat(unit) in ("ngay", "hom"):
        return _on(now, int(count), MORNING) if 1 <= count <= FURTHEST and not half else None
    if flat(unit) == "gio" and count > HOURS_MEANT and not more:
        return None
    return _awake(now + timedelta(minutes=MINUTES[flat(unit)] * (count + (0.5 if half else 0))))


def _number(word: str) -> float:
    return float(word) if word.isdigit() else NUMBERS[flat(word)]


def _named(found: Found, now: datetime) -> datetime | None:
    """The first moment ahead that was named; without a day that is today or else tomorrow."""
    part = flat(found["part"][1]) if "part" in found else None
    ahead = _days_ahead(found, now, part)
    times = _hours(found["hour"], part) if "hour" in found else PARTS[part] if part else (MORNING,)
    if "hour" not in found and not part and ahead == [0]:
        return None  # `hôm nay` alone names no moment
    moments = (_kept_awake(_on(now, days, at), now) for days in ahead for at in times)
    return next((moment for moment in moments if moment and moment > now), None)


def _days_ahead(found: Found, now: datetime, part: str | None) -> list[int]:
    if "day" not in found:
        return [0] if part == "tonight" else [0, 1]
    plain, other, weekday, sunday = found["day"].groups()
    if plain or other:
        return [DAYS[flat(plain or other)]]
    named = weekday or sunday
    wanted = int(named) - 2 if named.isdigit() else WEEKDAYS[flat(named)]
    return [(wanted - now.weekday()) % 7 or 7]


def _hours(match: re.Match[str], part: str | None) -> list[time]:
    """The hours meant: as written, or in the afternoon; a part of the day beside it says which."""
    hour, more = int(match[1]), match[2] or "0"
    minute = int(more) if more.isdigit() else 30
    if hour > 23 or minute > 59:
        return []
    later = hour + 12 if hour < 12 else hour
    if part is None:
        return [time(h, minute) for h in dict.fromkeys((hour, later)) if h >= QUIET_UNTIL.hour]
    if part == "sang" or (part == "trua" and hour >= 10):
        return [time(hour, minute)]
    return [time(later, minute)]


def _on(now: datetime, days: int, at: time) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), at, tzinfo=now.tzinfo)


def _quiet(moment: datetime) -> bool:
    return not QUIET_UNTIL <= moment.time() < QUIET_FROM


def _awake(moment: datetime) -> datetime:
    """The moment, or the morning after it."""
    if not _quiet(moment):
        return moment
    return _on(moment, 1 if moment.time() >= QUIET_FROM else 0, MORNING)


def _kept_awake(moment: datetime, now: datetime) -> datetime | None:
    """The moment, or the evening before it where that is still ahead."""
    if not _quiet(moment):
        return moment
    evening = _on(moment, 0 if moment.time() >= QUIET_FROM else -1, EVENING)
    return evening if evening > now else None
