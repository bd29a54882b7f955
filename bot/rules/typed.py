"""Vietnamese as it is typed into a phone: short forms written out, accents forgiven, clauses kept apart.

A pattern is written in full Vietnamese. Each letter of it also matches with its marks left out, so that
`không` is found in `khong`, while `vâng` is never found in `vắng`. Between angle brackets a word must carry
its marks: `<vắng>`, because `vang` may as well be a yes.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from bot.rules.names import clean, flat

SHORT_FORMS = {
    "không": "ko k kg kh khg nỏ khôn hok hk hong hông hổng hem hôk kô k0 chẳng chả",
    "được": "dc đc đk dk dx đuợc đựơc đươc dươc dược duợc đượt",
    "đồng chí": "đ/c d/c đchí",
    "em": "e iem",
    "tôi": "t tui",
    "mình": "mk mik mh m",
    "ok": "oke okie oki okla okay okey okê uk uki ukie ừ ờ okk",
    "dạ": "zạ",
    "rồi": "r rùi rui ròi gòi",
    "gì": "j",
    "vậy": "z zậy zị dị v",
    "biết": "bt bít bik biêt bit",
    "hôm": "hum",
    "nha": "nhe nhen nghen nhá nhé hen hén nhaa nka nghenn nè nờ",
    "phải": "fải pải",
    "quá": "wá",
    "mới": "ms",
    "muốn": "mún",
    "đang": "đag dag",
    "với": "vs",
    "nữa": "nx",
    "làm": "lm",
    "thôi": "thui",
    "họp": "hp",
    "công việc": "cv",
    "buổi": "bủi",
    "luôn": "lun",
    "có": "cóa cs",
    "vô": "zô",
    "này": "nì ni",
    "ấy": "nớ",
    "chi bộ": "cb",
    "phần trăm": "pt",
    "xong": "xog",
    "vận động": "vđ",
    "nhiệm vụ": "nv",
    "hoàn thành": "ht",
    "kết quả": "kq",
}
MISSPELT = {("tham", "ra"): "gia", ("tham", "da"): "gia", ("có", "mặc"): "mặt"}
"""Words that are wrong only beside the word before them."""
WRITTEN_OUT = {short: full for full, shorts in SHORT_FORMS.items() for short in shorts.split()}
AFTER_NUMBER = {"p": "phút", "ph": "phút", "'": "phút", "’": "phút", "h": "giờ", "g": "giờ", "%": "%"}

_TOKEN = re.compile(r"k0\b|\d+|[đd]/c\b|[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w\s]|\n", re.IGNORECASE)
_PUNCTUATION = set(",.;:!?%/\n()'’")
_LETTER_RUN = re.compile(r"([^\W\d])\1{2,}")


@dataclass(frozen=True)
class Word:
    """One typed word: as it was written, as it reads written out, and where both stand."""

    full: str
    start: int
    end: int


@dataclass(frozen=True)
class Typed:
    """A message prepared for reading; `said` is what patterns are matched against."""

    original: str
    words: tuple[Word, ...]

    @cached_property
    def said(self) -> str:
        """All words written out, in lower case, with single spaces; punctuation stands as words."""
        return " ".join(word.full for word in self.words)

    def written(self, start: int, end: int) -> str:
        """What the person wrote where `said[start:end]` stands, in their own spelling."""
        places = list(self._places())
        inside = [w for (a, b), w in zip(places, self.words, strict=True) if a < end and b > start]
        return self.original[inside[0].start : inside[-1].end] if inside else ""

    def _places(self) -> Iterable[tuple[int, int]]:
        at = 0
        for word in self.words:
            yield at, at + len(word.full)
            at += len(word.full) + 1


def read(text: str) -> Typed:
    """Prepare a message: NFC, short forms written out, pictures and stray signs left out."""
    lines = (clean(line) for line in text.splitlines())
    original = "\n".join(line for line in lines if line)
    words: list[Word] = []
    for match in _TOKEN.finditer(original):
        full = _written_out(match[0].lower(), words)
        if full:
            words.append(Word(full, match.start(), match.end()))
    return Typed(original, tuple(words))


class _Later:
    """A pattern that is compiled when it is first used: there are hundreds, and no start should wait for them."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{loose(self._pattern)})(?!\w)")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)


def says(pattern: str) -> re.Pattern[str]:
    """A pattern in Vietnamese as a regular expression over `Typed.said`, matching whole words."""
    return cast(re.Pattern[str], _Later(pattern))


def loose(pattern: str) -> str:
    """A pattern in which every letter outside angle brackets may lack its marks."""
    parts = re.split(r"<([^<>!=]+)>", pattern)
    return "".join(
        part if n % 2 else "".join(map(_with_or_without_marks, part)) for n, part in enumerate(parts)
    )


def blank(said: str, pattern: re.Pattern[str], sign: str = "#") -> str:
    """`said` with every match overwritten, as long as before."""
    return pattern.sub(lambda match: sign * len(match[0]), said)


def clauses(said: str) -> list[tuple[int, int]]:
    """Where the clauses stand, between one punctuation mark and the next."""
    edges = [m.span() for m in re.finditer(r"(?:^|(?<=\s))[,.;:!?\n()](?=\s|$)", said)]
    starts = [0, *(end for _, end in edges)]
    ends = [*(start for start, _ in edges), len(said)]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if said[a:b].strip()]


def _written_out(token: str, before: list[Word]) -> str:
    if len(token) == 1 and not token.isalnum() and token not in _PUNCTUATION:
        return ""
    if before and before[-1].full.isdigit() and token in AFTER_NUMBER:
        return AFTER_NUMBER[token]
    if token in "'’" or (unicodedata.category(token[0])[0] in "MSC" and token not in "%\n"):
        return ""
    token = _LETTER_RUN.sub(r"\1", re.sub("['’]", "", token))
    token = WRITTEN_OUT.get(token, token)
    return MISSPELT.get((before[-1].full, token), token) if before else token


def _with_or_without_marks(letter: str) -> str:
    bare = flat(letter)
    if bare == letter.lower():
        return letter
    base, *marks = list(unicodedata.normalize("NFD", letter))
    tones = [m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323"]
    shapes = [m for m in marks if m not in tones]
    some = {letter, bare, *(unicodedata.normalize("NFC", base + "".join(kept)) for kept in (tones, shapes))}
    return f"[{''.join(sorted(some))}]"
