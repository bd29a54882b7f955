"""One row of a membership list by itself: what it says, and whether that can be taken."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.rules.names import normal_phone
from bot.rules.roster_cells import Cell
from bot.rules.roster_header import REQUIRED, Header, column_of
from bot.rules.roster_words import looks_like_formula, natural_name, role_of, status_of, text_of
from bot.rules.words import RoleName, Status

Texts = Mapping[str, str]
"""The texts of a row by column, empty ones too; of columns we know only."""

LONGEST = {"code": 64, "name": 200, "cell": 200, "cell_code": 64}
"""Characters that can be kept of each."""

SAMPLE = "MAU-000"
"""The code of the row that shows how an empty list is filled in; a list may still contain it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One good row. `row` is its number in the sheet, from 1; `role` is None for a plain member.

    `place` and `home` are the cells meant by `cell` and `residential_cell`. `unsaid` are the columns the list
    does not have, or whose text could not be read: of those the row says nothing, not even that it is empty.
    """

    row: int
    code: str
    name: str
    cell: str
    role: RoleName | None
    status: Status
    phone: str | None
    residential_cell: str | None
    place: Cell = field(default=Cell(""), compare=False)
    home: Cell | None = field(default=None, compare=False)
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to say about one row: a key and values for words; `kept` if the row was taken anyway."""

    row: int
    key: str
    values: Mapping[str, str]
    kept: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A person whose row is good in itself; cells as written, nothing compared with other rows yet."""

    person: Person
    warnings: tuple[Problem, ...]


def texts_of(values: Sequence[object], header: Header) -> Texts | None:
    """What a row says; None for one that says nothing, or belongs to the header."""
    counter = header.places.get("counter")
    if not any(text_of(value) for place, value in enumerate(values) if place != counter):
        return None
    texts = {
        column: text_of(values[place]) if place < len(values) else ""
        for column, place in header.places.items()
        if column != "counter"
    }
    return None if _belongs_to_header(texts) else texts


def _belongs_to_header(texts: Texts) -> bool:
    """The header printed again on the next page, or the row below it that numbers the columns."""
    numbers = all(re.fullmatch(r"\(?\d{1,2}\)?", text) for text in texts.values() if text)
    again = column_of(texts.get("status", "")) == "status" and column_of(texts.get("name", "")) == "name"
    return again or (numbers and bool(texts.get("name")))


def faults(row: int, texts: Texts) -> Iterator[Problem]:
    """Why this row cannot be taken, all of it, so that it is put right in one go."""
    if texts.get("code") == SAMPLE:
        yield Problem(row, "sample", {}, kept=False)
        return
    if missing := [heading for column, heading in REQUIRED.items() if not texts.get(column)]:
        yield Problem(row, "missing", {"columns": ", ".join(missing)}, kept=False)
    status = texts.get("status", "")
    if status and status_of(status) is None:
        yield Problem(row, "unknown_status", {"status": status}, kept=False)
    for column, most in LONGEST.items():
        if len(text := texts.get(column, "")) > most:
            yield Problem(row, "too_long", {"text": f"{text[:30]}…", "most": str(most)}, kept=False)


def draft(row: int, texts: Texts) -> Draft:
    """The person of a row without faults."""
    status = status_of(texts["status"])
    assert status is not None, "rows with faults do not come here"
    phone = texts.get("phone", "")
    unread = {"phone"} if phone and normal_phone(phone) is None else set()
    person = Person(
        row,
        code=texts["code"],
        name=natural_name(texts["name"]),
        cell=texts["cell"],
        role=role_of(texts.get("role", "")),
        status=status,
        phone=normal_phone(phone),
        residential_cell=texts.get("residential_cell") or None,
        unsaid=frozenset({"role", "phone", "residential_cell"} - texts.keys() | unread),
    )
    return Draft(person, tuple(_warnings(person, texts, phone)))


def _warnings(person: Person, texts: Texts, phone: str) -> Iterator[Problem]:
    for column in ("code", "name", "cell"):
        if looks_like_formula(texts[column]):
            yield Problem(person.row, "looks_like_formula", {"text": texts[column]}, kept=True)
    if phone and person.phone is None:
        yield Problem(person.row, "unreadable_phone", {"phone": phone}, kept=True)
