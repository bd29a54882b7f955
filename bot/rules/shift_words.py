"""What becomes of a meeting on a day off, as a secretary types it: `nếu trùng ngày nghỉ thì lùi sang hôm sau`."""

import re
from dataclasses import dataclass

from bot.rules.typed_line import Line
from bot.rules.words import Shift

_AND = r"(?:[ ,/&-]|\b(?:va|hoac|hay|cung nhu)\b)+"
_WEEKEND = rf"(?:ngay nghi )?cuoi tuan|(?:ngay )?(?:thu ?(?:bay|7)|t7)(?:{_AND})(?:ngay )?(?:chu nhat|cn)"
_HOLIDAY = r"(?:cac )?(?:ngay |dip )?(?:nghi )?(?:le|tet)"
_DAY_OFF = rf"(?:{_WEEKEND}|{_HOLIDAY}|(?:cac )?ngay nghi)"
_DAYS_OFF = rf"{_DAY_OFF}(?:{_AND}{_DAY_OFF})*"
_ANY_DAY = rf"(?:{_WEEKEND}|{_HOLIDAY}|ngay nghi|chu nhat|cn|thu ?(?:bay|7)|t7)"
_MEETS = r"(?:trung|roi|rot|vuong|dung|nham|gap|la|vao|phai)(?: (?:vao|phai|dung|voi|trung|nham))*"
_IF = rf"(?:\b(?:neu|he|khi|truong hop|ma|ngay hop|lich hop|ngay do|hom do)\b )*\b(?:bi )?{_MEETS} "
_THEN = r"[ ,:]*(?:(?:thi|->|→|=>)\b[ ,]*)?(?:(?:se|duoc|phai|cho|xin)\b )*"
_VERB = (
    r"(?:(?:lui|chuyen|doi|hoan|day|hop|to chuc|sinh hoat|de|sang|qua|len|xuong|lai|lich|buoi hop|cuoc hop"
    r"|vao|den|toi|ra|ve|lam)\b )*"
)
_ONE = r"(?:1|mot)"
_NEXT = (
    rf"(?:(?:lui|hoan|day)(?: (?:lai|xuong|lich|hop))* {_ONE} (?:ngay|hom)(?: sau)?"
    rf"|{_VERB}(?:(?:ngay )?hom (?:sau|ke tiep|tiep theo)|ngay (?:sau(?: do)?|ke tiep|tiep theo|lien sau|ke sau)"
    rf"|sau (?:do )?{_ONE} (?:ngay|hom)))"
)
_PREVIOUS = (
    rf"{_VERB}(?:(?:ngay )?hom truoc|ngay (?:lien |ke )?truoc(?: do)?"
    rf"|(?:truoc|som)(?: do| hon| len)* {_ONE} (?:ngay|hom)|{_ONE} ngay truoc(?: do)?)"
)
_NEAREST = r"(?:(?:lien|ke|ngay|gan nhat) )*"
_OF_REST = r"(?: (?:do|ngay nghi|ky nghi))?"
_TO_NEXT_WORKDAY = (
    rf"{_VERB}(?:(?:cac )?ngay lam viec (?:dau tien )?{_NEAREST}(?:sau|ke tiep|tiep theo|tiep)\b(?: sau)?{_OF_REST}"
    r"|(?:ngay )?(?:thu (?:hai|2)|t2)(?: (?:tuan )?(?:sau|toi|ke tiep|tiep theo|lien sau))?)"
)
_TO_PREVIOUS_WORKDAY = (
    rf"{_VERB}(?:ngay lam viec (?:cuoi(?: cung)? )?{_NEAREST}truoc{_OF_REST}"
    r"|(?:ngay )?(?:thu (?:sau|6)|t6)(?: (?:tuan )?(?:truoc|lien truoc)(?: do)?)?)"
)
_STAYS = r"(?:van|cung|cu)(?: (?:van|cu|cung))* (?:hop|sinh hoat|to chuc|giu)(?: (?:binh thuong|nhu thuong|nguyen))?"


def _target(prefix: str) -> str:
    targets = {
        "to_next": _TO_NEXT_WORKDAY,
        "to_previous": _TO_PREVIOUS_WORKDAY,
        "next": _NEXT,
        "previous": _PREVIOUS,
        "stays": _STAYS,
    }
    each = "|".join(f"(?P<{prefix}_{name}>{pattern})" for name, pattern in targets.items())
    return rf"(?:{each})\b(?! (?:truoc|sau|lien|ke|gan|nua))"


SHIFT = re.compile(
    rf"{_IF}(?P<a_days>{_DAYS_OFF}){_THEN}{_target('a')}|\b{_target('b')}[ ,]*{_IF}(?P<b_days>{_DAYS_OFF})\b"
)
ALWAYS = re.compile(
    r"\b(?:ke ca|bat ke|khong ke|du (?:la|trung|roi vao)|van hop(?: ca)?)(?: ca| khi| trung| vao)*"
    rf" {_ANY_DAY}(?:{_AND}{_ANY_DAY})*(?:[ ,]*{_STAYS})?"
)
"""The meeting takes place whatever the day."""
WEEKENDS = re.compile(r"cuoi tuan|chu nhat|\bcn\b|ngay nghi(?! (?:le|tet))")
HOLIDAYS = re.compile(r"\b(?:le|tet)\b|ngay nghi(?! cuoi)")


@dataclass(frozen=True)
class Shifting:
    """What a line says about days off; `clear` is False where it says what no shift does."""

    shift: Shift | None = None
    clear: bool = True


def take_shift(line: Line) -> Shifting:
    """Take the words about days off out of a line."""
    always, found = line.take(ALWAYS), line.take(SHIFT)
    if not found:
        return Shifting(Shift.NONE if always else None)
    ways = sorted({_way(match) for match in found})
    days = " ".join(match["a_days"] or match["b_days"] for match in found)
    shift = _SHIFTS.get((ways[-1], bool(WEEKENDS.search(days)), bool(HOLIDAYS.search(days))))
    one_way = len({way.removeprefix("to_") for way in ways}) == 1
    return Shifting(shift, clear=shift is not None and one_way and not always)


def _way(match: re.Match[str]) -> str:
    """What is done, as the target's name has it: `to_next` goes to a working day, `next` to any other."""
    return next(name[2:] for name, said in match.groupdict().items() if said and not name.endswith("days"))


_SHIFTS = {
    (way, weekends, holidays): shift
    for ways, weekend_shift, holiday_shift in (
        (("next", "to_next"), Shift.NEXT_WORKDAY, Shift.NEXT_NON_HOLIDAY),
        (("previous", "to_previous"), Shift.PREVIOUS_WORKDAY, Shift.PREVIOUS_NON_HOLIDAY),
        (("stays",), Shift.NONE, Shift.NONE),
    )
    for way in ways
    for weekends, holidays in ((True, True), (True, False), (False, True))
    if (shift := weekend_shift if weekends else holiday_shift) and (weekends or not way.startswith("to_"))
}
"""By where it goes, and whether it goes from weekends and from holidays. Who keeps weekends free means holidays too;
who names holidays only, and yet wants a working day, is asked which."""
