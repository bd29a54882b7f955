"""What stands at the top of a membership list: the organisation's name and the headings of the columns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.rules.roster_words import key, text_of

# As `key` gives them; whatever is not here is never read. "Nơi cư trú" alone is an address, "ID" a citizen's.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "counter": ("tt", "stt", "so tt", "so thu tu", "no"),
    "code": (
        *("ma dang vien", "ma dv", "ma so dang vien", "ma so", "so hieu", "so hieu dang vien"),
        *("member code", "member number", "code"),
    ),
    "name": (
        *("ho va ten", "ho ten", "ho va ten khai sinh", "ho ten khai sinh", "ho va ten dang vien"),
        *("ho ten dang vien", "ten dang vien", "full name", "name", "member name"),
    ),
    "cell": ("chi bo", "chi bo sinh hoat", "ten chi bo", "cell", "party cell", "cell of record"),
    "role": ("chuc vu", "chuc vu dang", "chuc vu trong dang", "role", "position", "party position"),
    "status": ("tinh trang", "trang thai", "tinh trang dang vien", "trang thai dang vien", "status"),
    "phone": (
        *("dien thoai", "so dien thoai", "sdt", "so dt", "dien thoai di dong", "di dong"),
        *("phone", "phone number", "mobile", "telephone"),
    ),
    "residential_cell": (
        *("chi bo noi cu tru", "chi bo noi cu tru 213", "noi cu tru 213", "chi bo 213", "chi bo cu tru"),
        *("sinh hoat noi cu tru", "sinh hoat noi cu tru 213", "residential cell", "cell of residence"),
    ),
    "cell_code": (
        *("ma to chuc", "ma to chuc dang", "ma chi bo", "ma so chi bo", "organisation code", "cell code"),
    ),
    "residential_code": (
        *("ma chi bo noi cu tru", "ma to chuc noi cu tru", "residential cell code", "residential code"),
    ),
}
_COLUMN_OF = {synonym: column for column, synonyms in _SYNONYMS.items() for synonym in synonyms}

REQUIRED = {"code": "Mã đảng viên", "name": "Họ và tên", "cell": "Chi bộ", "status": "Tình trạng"}
"""The columns without which there is no list, each with its usual heading."""

WIDTHS = {
    **{"code": 16, "name": 28, "cell": 34, "cell_code": 16, "role": 16, "status": 30, "phone": 16},
    **{"residential_cell": 34, "residential_code": 16},
}
"""All columns of a list in the order we write them, and how wide they are, in characters."""

HEADER_DEPTH = 30
"""How many rows, from the top, the header is looked for in."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (from 0), which place in a row holds which column, what is never read."""

    index: int
    places: Mapping[str, int]
    dropped: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The required columns it lacks, by their usual headings; empty for a real header."""
        return tuple(heading for column, heading in REQUIRED.items() if column not in self.places)


def find_header(rows: Iterable[Sequence[object]]) -> Header:
    """The first complete header, or else the row that comes nearest to being one."""
    nearest = Header(0, {}, ())
    for index, values in enumerate(islice(rows, HEADER_DEPTH)):
        header = _header(index, values)
        if not header.missing:
            return header
        nearest = min(nearest, header, key=lambda one: len(one.missing))
    return nearest


def _header(index: int, values: Sequence[object]) -> Header:
    places: dict[str, int] = {}
    dropped = []
    for place, text in enumerate(map(text_of, values)):
        column = column_of(text)
        if column and column not in places:
            places[column] = place
        elif text and column != "counter":
            dropped.append(text)
    return Header(index, places, tuple(dropped))


def organisation_above(above: Iterable[Sequence[object]]) -> str | None:
    """The lowest title that names one: the Party's papers put the organisation above it first."""
    lines = [text_of(line) for values in above for value in values for line in str(value or "").splitlines()]
    titles = [line for line in lines if _names_organisation(line)]
    return _natural_organisation(titles[-1]) if titles else None


def column_of(heading: str) -> str | None:
    """The column this heading names: a field of Person, or "counter"; None for one we must not keep."""
    return _COLUMN_OF.get(key(heading))


_TITLE = re.compile(r"(dang (bo|uy)|(tinh|thanh|huyen|quan) uy)\b")
_BODY = re.compile(r"^(Đảng|Tỉnh|Thành|Huyện|Quận) (Bộ|Ủy|Uỷ)\b")
_COMMON_NOUN = re.compile(r"\b(Xã|Phường|Thị Trấn|Thị Xã|Đặc Khu|Huyện|Quận|Thành Phố|Tỉnh|Bộ Phận|Cơ Sở)\b")


def _names_organisation(title: str) -> bool:
    """Whether a line above the header is the name of a Party organisation (and not of the list)."""
    return _TITLE.match(key(title)) is not None


def _natural_organisation(title: str) -> str:
    """'ĐẢNG BỘ XÃ TẢ VAN' is 'Đảng bộ xã Tả Van'; a title that is not in capitals stays as it was written."""
    if not title.isupper():
        return title
    body = _BODY.sub(lambda words: f"{words[1]} {'bộ' if words[2] == 'Bộ' else 'ủy'}", title.title())
    return body[:1] + _COMMON_NOUN.sub(lambda noun: noun[0].lower(), body[1:])
