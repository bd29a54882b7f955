"""What a plan says of a task beside its title: its kind, its rhythm, its measure, its day and who does it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from bot.rules.names import clean, flat, fold, words_of
from bot.rules.tasks import TaskLine, read_deadline, read_task
from bot.rules.words import Rhythm

Person = TypeVar("Person")

MAX_UNIT = 40
EVERYONE = {
    *("tat ca", "tat ca dang vien", "giao cho tat ca", "giao tat ca", "toan chi bo", "ca chi bo"),
    *("toan the dang vien", "moi dang vien", "all", "everyone"),
}
"""Folded words for everybody whom the cell can give a task."""

_MONTHLY = r"(?:hằng|hàng|mỗi|từng)\s+tháng|(?:hang|moi|tung)\s+thang|monthly|every\s+month"
_QUARTERLY = (
    r"(?:hằng|hàng|mỗi|từng)\s+quý"
    r"|(?:hang|moi|tung)\s+quy(?!\s+(?:dinh|che|mo|trinh|hoach|tac|uoc|dong|trong))"
    r"|quarterly|every\s+quarter"
)
_AT_DEADLINE = r"khi\s+(?:đến|tới|hết)\s+hạn|khi\s+(?:den|toi|het)\s+han|at\s+(?:its|the)\s+deadline"
_RHYTHMS = {
    Rhythm.MONTHLY: rf"(?:{_MONTHLY})",
    Rhythm.QUARTERLY: rf"(?:{_QUARTERLY})",
    Rhythm.AT_DEADLINE: rf"(?:{_AT_DEADLINE})",
}
_REPORT = r"(?:báo\s+cáo|bao\s+cao|report(?:ed)?)"
_ONCE = r"(?:(?:một|mot|1)\s+lần|(?:mot|1)\s+lan|once)"
_CLAUSE = r"(?:^|[\s]*[,;.(–-])\s*(?:{body})\s*\)?\s*(?=[,;.–-]|$)"
_TITLES = re.compile(r"^(?:các\s+)?(?:đồng chí|dong chi|đ/c|d/c|đc|ông|bà|anh|chị)\.?\s+", re.IGNORECASE)
_MEASURE = re.compile(r"(\d{1,6})(?:\s+(\D.*))?")
_NAMES = re.compile(r"(.*\S)\s*(?:\s[–—-]\s|:\s*|\[)(.+?)\]?\s*|(.*\S)\s*\(([^()]+)\)\s*", re.DOTALL)


def read_line(text: str, kinds: Sequence[str], *, today: date) -> TaskLine | None:
    """A task in one line with what it says of kind and rhythm; None and ValueError as `read_task`.

    A kind or a rhythm that stands by itself between commas is not part of the title; a rhythm inside of the
    title (`thăm hộ nghèo hằng quý`) is understood too, and the title stays as it is.
    """
    line = read_task(text, today=today)
    if line is None:
        return None
    rhythm, title = read_rhythm_in(line.title)
    kind, title = read_kind_in(title, kinds)
    return replace(line, title=title, rhythm=rhythm, kind=kind) if title else line


def read_rhythm_in(title: str) -> tuple[Rhythm | None, str]:
    """The rhythm a title names, and the title without it where it stands apart; None for none, or several."""
    said = "".join(letter.lower()[:1] for letter in title)
    named = [rhythm for rhythm, words in _RHYTHMS.items() if re.search(rf"(?<!\w){words}(?!\w)", said)]
    if len(named) != 1:
        return None, title
    words = _RHYTHMS[named[0]]
    body = rf"(?:{_REPORT}\s+)?(?:{_ONCE}\s+)?{words}(?:\s+{_REPORT})?(?:\s+{_ONCE})?"
    if named[0] is Rhythm.AT_DEADLINE:
        body = rf"{_REPORT}\s+(?:{_ONCE}\s+)?{words}"
    return named[0], _without(title, re.search(_CLAUSE.replace("{body}", body), said))


def read_kind_in(title: str, kinds: Iterable[str]) -> tuple[str, str]:
    """The kind that stands by itself in a title, or after `loại`, and the title without it."""
    said = flat(title)
    for kind in sorted(kinds, key=len, reverse=True):
        body = rf"(?:(?:loai|linh vuc|kind)\s*:?\s*)?{re.escape(flat(clean(kind)))}"
        found = re.search(_CLAUSE.replace("{body}", body), said)
        if found and found.start() and (rest := _without(title, found)):  # at the start it is the title's own
            return kind, rest
    return "", title


def read_kind(text: str, kinds: Iterable[str]) -> str | None:
    """The kind these words name, across case, accents and punctuation; None for none."""
    return next((kind for kind in kinds if _letters(kind) == _letters(text)), None)


def read_rhythm(text: str) -> Rhythm | None:
    """The rhythm these words name, as in a field of a sheet; None for none."""
    said = re.sub(rf"^{_REPORT}\s+|\s+{_REPORT}$|\s*{_ONCE}$", "", clean(text).lower()).strip(" .")
    short = {
        "tháng": Rhythm.MONTHLY,
        "thang": Rhythm.MONTHLY,
        "quý": Rhythm.QUARTERLY,
        "quy": Rhythm.QUARTERLY,
    }
    if said in short:
        return short[said]
    return next((rhythm for rhythm, words in _RHYTHMS.items() if re.fullmatch(words, said)), None)


def read_measure(text: str) -> tuple[int | None, str]:
    """`5 hộ` as its number and unit; words without a number are the measure as they stand."""
    said = clean(text)
    found = _MEASURE.fullmatch(said)
    return (int(found[1]), (found[2] or "").strip()) if found and int(found[1]) else (None, said)


def measure_words(target: int | None, unit: str) -> str:
    """A measure as it is shown: `5 hộ`; empty when there is none."""
    return f"{target} {unit}".strip() if target else unit


def read_day(text: str, *, today: date) -> date | None:
    """A deadline by itself: `30/11`, `cuối năm`, `tháng 6`; None for other words, ValueError as `read_task`."""
    return read_deadline(f"hạn {text}", today=today)


def year_on(day: date) -> date:
    """The same day of the next year; the last of February for its 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return (day + timedelta(days=1)).replace(year=day.year + 1) - timedelta(days=1)


def called(names: Sequence[tuple[Person, str]], text: str) -> list[Person]:
    """Who is meant by a name as it is typed: whole, or its last words, with or without its marks.

    A whole name goes before a given name, and marks that were typed before none.
    """
    said = _TITLES.sub("", clean(text)).strip(" .")
    key = fold(said)
    whole = [(who, name) for who, name in names if fold(name) == key]
    found = whole or [(who, name) for who, name in names if key and f" {fold(name)}".endswith(f" {key}")]
    if len(found) > 1 and said.lower() != key:
        words = words_of(said)
        found = [(who, name) for who, name in found if words_of(name)[-len(words) :] == words] or found
    return [who for who, _ in found]


def split_people(text: str, names: Sequence[tuple[Person, str]]) -> tuple[str, list[str]]:
    """A line of a plan without the names at its end (after a dash, a colon or in brackets), and these.

    What stands there is taken for names when one of them is somebody's, or when they all look like names.
    """
    found = _NAMES.fullmatch(text.strip())
    if found is None:
        return text, []
    head, tail = (found[1], found[2]) if found[1] else (found[3], found[4])
    pieces = list_names(tail)
    known = any(fold(piece) in EVERYONE or called(names, piece) for piece in pieces)
    return (head, pieces) if known or (pieces and all(map(_looks_like_name, pieces))) else (text, [])


def list_names(text: str) -> list[str]:
    """Names one after the other, between commas, semicolons, `và` or lines."""
    return [name for part in re.split(r"[,;\n+&]|\s+(?:và|va|and)\s+", text) if (name := clean(part))]


def _looks_like_name(piece: str) -> bool:
    words = _TITLES.sub("", piece).split()
    return 0 < len(words) <= 5 and all(
        word[0].isupper() and word.replace(".", "").isalpha() for word in words
    )


def _without(title: str, found: re.Match[str] | None) -> str:
    if found is None:
        return title
    return clean(title[: found.start()] + title[found.end() :]).strip(" ,;:.–-")


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
