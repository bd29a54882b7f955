"""One typed line, read piece by piece: what has been understood is taken out, what remains is a place or a doubt."""

import re
from collections.abc import Iterator

from bot.rules.names import clean, flat
from bot.rules.number_words import NUMBER, NUMBER_WORD
from bot.rules.typed import loose

LONGEST = 500
"""Characters beyond which no line is read."""
SHORTEST_PLACE, LONGEST_PLACE = 4, 200
TAKEN = "\x00"
"""Stands where something was taken; nobody can type it."""

MARKED = {"sang": "sáng", "toi": "tối"}
"""Parts of the day that without their marks may be another word: `sang` (to) and `tới` (until, next)."""
COURTESY_BEFORE = re.compile(r"^\W*(?:(?:dạ|vâng|thưa|kính thưa|ok|alo)\b\W*)+", re.IGNORECASE)
COURTESY_AFTER = re.compile(r"(?:\W+(?:ạ|nhé|nhá|nghe)(?: (?:các )?đồng chí)?)+\W*$", re.IGNORECASE)


def words(pattern: str) -> re.Pattern[str]:
    """Whole words in Vietnamese, each of whose letters may lack its marks; `chưa` is not found in `chùa`."""
    return re.compile(rf"(?<!\w)(?:{loose(pattern)})(?!\w)", re.IGNORECASE)


_CELL = r"chi bộ(?=\W*(?:$|[,:;]|tại|ở|vào|lúc|họp|sinh hoạt|định kỳ|thường kỳ))"
_EVERY = r"định kỳ|thường kỳ|(?:hàng|hằng|mỗi) tháng"
_MEETING = rf"họp(?! tác)|sinh hoạt|{_CELL}|lịch|buổi|cuộc|{_EVERY}|vào|lúc|hồi(?! trường)"
_ALONE = r"từ|bắt đầu|của|trong|các|và|ngày|là|<thì>|dương|thời gian|thời lượng|đúng"
NOTHING = words(rf"\W*(?:(?:{_MEETING}|{_ALONE})\b\W*)++")
"""A piece that says nothing by itself."""
BEFORE_A_PLACE = re.compile(
    loose(rf"\W*(?:(?:{_MEETING})\b\W+)*+(?:(?:tại|ở|địa điểm|nơi họp)\b\W+)?"), re.IGNORECASE
)
AFTER_A_PLACE = re.compile(loose(r"(?:\W+(?:vào|lúc|hồi|từ|bắt đầu|ngày|thời gian))+\W*$"), re.IGNORECASE)
DOUBT = re.compile(
    r"\?|^va\b|^(?:truoc|sau|khoang|tam|huy)$|(?<!phong )\bhop$"
    r"|\d ?(?:[hg]\b|:|/\d)|^\d+$|^\d+\W*(?:va\b|hoac\b|den\b|,|-)|\d ?(?:phut|tieng|gio|nam|thang)\b"
    rf"|^(?:thang|tuan|dau|cuoi|giua|den|toi|hoac|hay|{NUMBER_WORD}$)\b|\b{NUMBER} (?:lan|buoi|ky)\b|^chi bo\b"
    r"|\b(?:dau|giua|cuoi) (?:thang|nam)\b|\bthang (?:nay|sau|toi|\d)|\b(?:ngay|tuan|quy|am lich)\b"
    r"|\bthu (?:hai|ba|tu|nam|sau|bay|[2-7])\b|\bt[2-7]\b|\bchu nhat\b|\bcn\b|\b(?:hang|moi) (?:nam|thang)\b"
    r"|\btrung (?:(?:vao|phai|voi) )?(?:thu|t\d|chu nhat|cn|le|nghi)\b"
)
DOUBTFUL = words(
    "hoặc|hay là|chưa|không|<hủy>|<huỷ>|hủy bỏ|hoãn|lùi|dời|đổi|thay|nếu|trừ|rằm|chạp|giêng|âm|tết|kể cả|bất kể"
    "|vì|do bận|sớm|muộn|mang theo|nhớ|yêu cầu|đề nghị|nội dung"
)
"""Words beside what was understood that may change what it means, or are no place; DOUBT goes over flat text."""


class Line:
    """A line as it was typed, and the same without marks and capitals, letter by letter in the same places."""

    def __init__(self, text: str) -> None:
        line = COURTESY_AFTER.sub("", clean(text[: LONGEST + 1]))
        self.typed = self.text = COURTESY_BEFORE.sub("", line)
        self.plain = flat(self.typed)
        self.marked = self.typed.lower() != self.plain
        """Whether it was typed with Vietnamese marks."""

    def take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """What matches the flat text, taken out of what remains."""
        found = list(pattern.finditer(self.plain))
        for match in found:
            self.drop(*match.span())
        return found

    def take_words(self, pattern: re.Pattern[str]) -> None:
        """Take out what matches the text with its marks, which alone tell some words apart."""
        for match in pattern.finditer(self.text):
            self.drop(*match.span())

    def drop(self, start: int, end: int) -> None:
        """Take out what stands there."""
        gone = TAKEN * (end - start)
        self.text = self.text[:start] + gone + self.text[end:]
        self.plain = self.plain[:start] + gone + self.plain[end:]

    def part(self, match: re.Match[str], group: str = "part") -> str | None:
        """The part of the day named in a match, unless the word typed is another one."""
        word = match[group]
        typed = self.typed[slice(*match.span(group))].lower() if word else ""
        return word if not self.marked or typed == MARKED.get(word, typed) else None

    def place(self) -> tuple[str | None, bool]:
        """The one place that remains, or none; and whether there is a doubt about what remains."""
        rest = list(self._rest())
        if len(rest) > 1 or any(map(_is_doubtful, rest)):
            return None, True
        return (rest[0] if rest else None), False

    def _rest(self) -> Iterator[str]:
        for found in re.finditer(rf"[^{TAKEN}]+", self.text):
            piece = found[0]
            if NOTHING.fullmatch(piece):
                continue
            lead, tail = BEFORE_A_PLACE.match(piece), AFTER_A_PLACE.search(piece)
            bare = piece[lead.end() if lead else 0 : tail.start() if tail else None].strip(" ,;.:-–>()")
            if bare:
                yield bare


def _is_doubtful(piece: str) -> bool:
    plain = flat(piece)
    return not SHORTEST_PLACE <= len(piece) <= LONGEST_PLACE or bool(
        DOUBT.search(plain) or DOUBTFUL.search(piece)
    )
