"""Questions about who was absent, as they are typed: `ai vắng 2 tháng liền`, `tháng 9 ai nghỉ họp không phép`.

Each thing that is understood is taken out of the sentence; a sentence is sure where nothing but words without a
meaning of their own is left. Of the others nothing is guessed: they are asked back.
"""

import re
from datetime import date
from typing import Literal

from bot.rules.names import flat
from bot.rules.number_words import NUMBER, number
from bot.rules.skip_spans import take_span
from bot.rules.skipping import MOST, REACH, Asked, Marks
from bot.rules.spans import Span
from bot.rules.typed import read, says
from bot.rules.words import MeetingKind

LONGEST = 200
"""Characters beyond which a sentence is no question."""
UNCLEAR: Literal["unclear"] = "unclear"

_SIGNS = re.compile(r"[.,;:!?()\n'’]")
_ABSENT = says("vắng|nghỉ|(?<!chi )bỏ|trốn|(?:không|chưa)(?: (?:đi|đến|tới|dự|tham dự|tham gia|có mặt))+")
_THIRD = re.compile(r"\bIII\b", re.IGNORECASE)
"""A quarter; three letters of a kind are otherwise read as one."""
_SIX, _AFTER = re.compile(r"\bsáu\b"), re.compile(r"\bsau\b")
"""Without its mark the number is no number: `sau` is what comes after."""
_NOT_ABSENT = re.compile(r"\b(?:khong|chua|chang)(?: (?:co|ai|he|bao gio|tung))* (?:vang|nghi|bo|tron)\b")
_WHO = re.compile(
    r"\b(?:(?:danh sach|liet ke|thong ke)(?: (?:nhung|cac))?(?: (?:dong chi|dang vien|nguoi))?"
    r"|(?:co )?(?:(?:nhung|cac) )?(?:dong chi|dang vien|nguoi|vi) nao|(?:bao nhieu|may) (?:dong chi|dang vien|nguoi)"
    r"|(?:co )?(?:nhung )?ai)\b"
)
_ONESELF = re.compile(r"\b(?:em|toi|minh|chau|con|xin|bac|anh|chi(?! bo))\b")
_UNIT = r"(?:buoi|ky|lan|cuoc|phien|thang)(?: (?:hop|sinh hoat))?"
_ROW = r"(?:lien(?: (?:tiep|tuc|nhau|ke|mach))?|ke tiep(?: nhau)?)"
_MORE = r"(?: (?:tro len|tro di|hoac hon))?"
_STREAK = re.compile(
    rf"\b(?:(?:tu|it nhat|den|toi|ca) )?(?P<a>{NUMBER}) {_UNIT}{_MORE} {_ROW}\b{_MORE}"
    rf"|\b{_ROW} (?:(?:tu|it nhat|trong|den|toi|ca) )?(?P<b>{NUMBER}) {_UNIT}\b{_MORE}"
)
_TIMES = re.compile(
    rf"\b(?:(?:tu|it nhat|toi thieu)(?: it nhat)? (?P<a>{NUMBER})"
    rf"|(?P<more_than>(?<!khong )(?:nhieu )?(?:hon|tren|qua)) (?P<b>{NUMBER})"
    rf"|(?P<c>{NUMBER})) (?P<unit>{_UNIT})\b(?P<more> (?:tro len|tro di|hoac hon))?"
)
_UNEXCUSED = re.compile(
    r"\b(?:khong|chua|vo)(?: (?:co|xin|he))* (?:ly do|phep)(?: (?:chinh dang|truoc))?\b(?! ly do)"
)
_EXCUSED = re.compile(r"\bco(?: xin)? (?:ly do|phep)(?: chinh dang)?\b")
_EITHER = re.compile(r"\b(?:hoac|hay|lan|va)\b")
_WHETHER = re.compile(r"\b(?:khong|chua)(?: (?:a|vay|the|nhi|day))*$")
_KINDS = {
    MeetingKind.RESIDENTIAL: re.compile(r"\b(?:(?:tai|o) )?(?:noi )?(?:cu tru|213)\b"),
    MeetingKind.THEMATIC: re.compile(r"\b(?:theo )?chuyen de\b"),
    MeetingKind.REGULAR: re.compile(r"\b(?:thuong ky|dinh ky|hang thang)\b"),
}
_FILLER = re.compile(
    r"\b(?:a|oi|voi|vay|the|nhi|nha|nhe|day|do|roi|thi|la|ma|da|dang|bi|mat|trong|vao|cua|tai|o|hop|sinh hoat|buoi|ky"
    r"|cuoc|phien|lan|di|du|tham du|tham gia|chi bo(?: (?:minh|ta|toi|em|nay|chung ta))?|dang vien"
    r"|(?:cho|bao|xem)(?: (?:toi|em|minh))?(?: (?:xem|biet|hoi))?|(?:em|toi) hoi|dong chi oi|xin hoi|xin cho biet)\b"
)


def read_skip(text: str, today: date) -> Asked | Literal["unclear"] | None:
    """What a sentence asks about absences; "unclear" for such a question that is not sure, None for anything else.

    Without a time it is the year where a number or a reason is asked about, and else the last meeting; a streak is up
    to now. Absences count with a reason and without, unless it says which; whoever skips (`bỏ họp`) has none.
    """
    said = _SIGNS.sub(" ", read(_THIRD.sub("3", text[: LONGEST + 1])).said)
    absent = _ABSENT.search(said)
    if len(text) > LONGEST or absent is None:
        return None
    line = _Line(flat(" ".join(_AFTER.sub("sauu", _SIX.sub("6", said)).split())))
    oneself = _ONESELF.search(line.text) is not None
    who = line.take(_WHO)
    if who is None and oneself:
        return None
    if who and who[0].startswith("co "):
        line.take(_WHETHER)
    found = None if _NOT_ABSENT.search(line.text) else _asked(line, flat(absent[0]), today)
    if who:
        return found or UNCLEAR
    return found if found and (found.row or found.marks is Marks.UNEXCUSED) else None


def asks_who(text: str) -> bool:
    """Whether a text asks about people who are not named (`ai`, `đồng chí nào`, `danh sách`)."""
    return _WHO.search(flat(read(text[:LONGEST]).said)) is not None


class _Line:
    """A sentence without marks, of which pieces are taken."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match, taken out; a second one stays and is a doubt."""
        found = pattern.search(self.text)
        if found:
            self.text = " ".join(f"{self.text[: found.start()]} {self.text[found.end() :]}".split())
        return found


def _asked(line: _Line, verb: str, today: date) -> Asked | None:
    """What is asked; None where something is left that was not understood."""
    line.take(re.compile(rf"(?<!chi )\b{verb}\b(?: mat\b)?"))
    kind = next((kind for kind, said in _KINDS.items() if line.take(said)), MeetingKind.REGULAR)
    marks = _marks(line, skips=verb in ("bo", "tron"))
    row = _row(line)
    span, line.text = take_span(line.text, today)
    times = 1 if row else _times(line, dated=span is not None)
    if _FILLER.sub("", line.text).strip() or not times or row == 1 or max(row, times) > MOST:
        return None
    if span is None and row:
        span = Span.back(REACH, today)
    elif span is None and (times > 1 or marks is not Marks.ANY):
        span = Span.of("year", today)
    return Asked(None if span == "last" else span, times, row, marks, kind)


def _marks(line: _Line, *, skips: bool) -> Marks:
    without, given = line.take(_UNEXCUSED), line.take(_EXCUSED)
    if without and given:
        line.take(_EITHER)
        return Marks.ANY
    if without or skips:
        return Marks.UNEXCUSED
    return Marks.EXCUSED if given else Marks.ANY


def _row(line: _Line) -> int:
    """How many times in a row; 0 where that is not asked."""
    found = line.take(_STREAK)
    return number(found["a"] or found["b"]) if found else 0


def _times(line: _Line, *, dated: bool) -> int:
    """How often at least, 1 where nothing is said; 0 for months of which it is not sure that they are counted."""
    found = _TIMES.search(line.text)
    if found is None:
        return 1
    bare = found["c"] and not found["more"]
    if bare and found["unit"].startswith("thang") and not dated:
        return 0
    line.take(_TIMES)
    return number(found["a"] or found["b"] or found["c"]) + (found["more_than"] is not None)
