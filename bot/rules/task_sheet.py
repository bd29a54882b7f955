"""The columns of a plan's sheet: their headings as people write them, and how wide they are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from bot.rules.roster_header import HEADER_DEPTH
from bot.rules.roster_words import key, text_of

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": (
        *(
            "nhiem vu",
            "noi dung",
            "noi dung nhiem vu",
            "ten nhiem vu",
            "nhiem vu duoc giao",
            "noi dung cong viec",
        ),
        *("cong viec", "viec", "task", "title"),
    ),
    "kind": ("loai", "loai nhiem vu", "linh vuc", "nhom nhiem vu", "kind"),
    "measure": ("chi tieu", "so luong", "chi tieu nhiem vu", "muc tieu", "measure"),
    "deadline": ("han", "thoi han", "han hoan thanh", "thoi gian", "thoi gian hoan thanh", "deadline", "due"),
    "rhythm": ("bao cao", "dinh ky", "dinh ky bao cao", "che do bao cao", "reporting", "report"),
    "members": (
        *(
            "nguoi thuc hien",
            "nguoi phu trach",
            "nguoi nhan",
            "phan cong",
            "dang vien",
            "dang vien thuc hien",
        ),
        *("ho va ten", "ho ten", "members", "member"),
    ),
}
_COLUMN_OF = {synonym: column for column, synonyms in _SYNONYMS.items() for synonym in synonyms}

WIDTHS = {"title": 60, "kind": 22, "measure": 16, "deadline": 14, "rhythm": 16, "members": 36}
"""All columns in the order we write them, and how wide they are, in characters."""

LONGEST = 2000
"""Characters that are read of a field: the names of a whole cell."""
Places = Mapping[int, str]
"""Which place in a row holds which column."""


def column_of(heading: str) -> str | None:
    """The column a heading names; None for one we do not read."""
    return _COLUMN_OF.get(key(heading))


def find_header(rows: Iterable[Sequence[object]]) -> tuple[int, Places] | None:
    """Where the header stands (from 0) and what its places hold: the first row that names the tasks."""
    for index, values in enumerate(islice(rows, HEADER_DEPTH)):
        found: dict[str, int] = {}
        for place, value in enumerate(values):
            if column := column_of(text_of(value)):
                found.setdefault(column, place)
        if "title" in found and len(found) > 1:
            return index, {place: column for column, place in found.items()}
    return None


def fields_of(values: Sequence[object], places: Places) -> dict[str, str]:
    """A row's texts by column, in the order of our columns; a day as it is typed. Empty for an empty row."""
    texts = {column: _text(column, values[place]) for place, column in places.items() if place < len(values)}
    return {column: texts[column][:LONGEST] for column in WIDTHS if texts.get(column)}


def _text(column: str, value: object) -> str:
    """As a person sees it; names that stand below each other stay several."""
    if isinstance(value, date | datetime):
        return value.strftime("%d/%m/%Y")
    return text_of("; ".join(value.splitlines()) if column == "members" and isinstance(value, str) else value)
