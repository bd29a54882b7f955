"""What the rows of a membership list mean: its header, its people, and what is wrong with it.

The rules, in the order of the code:

- the header is the first row, among the first thirty, that names the four columns nobody can do without;
- only columns whose heading we know are looked at, so that citizen ids and the like cannot slip through;
- a row that cannot be trusted is reported and left out, one that can be read in part is kept with a warning;
- a cell exists if we knew it before or if the list names its secretary; anything else is a misspelling
  or a mistake, and is reported, never guessed.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import attrgetter

from bot.rules.names import fold, normal_phone, same_name, words_of
from bot.rules.roster_header import (
    HEADER_DEPTH,
    REQUIRED,
    Header,
    column_of,
    find_header,
    organisation_above,
)
from bot.rules.roster_words import looks_like_formula, natural_name, role_of, status_of, text_of
from bot.rules.words import RoleName, Status


@dataclass(frozen=True, slots=True)
class Person:
    """One good row. `row` is its number in the sheet, from 1; `role` is None for a plain member."""

    row: int
    code: str
    name: str
    cell: str
    role: RoleName | None
    status: Status
    phone: str | None
    residential_cell: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to say about one row: a key and values for words; `kept` if the row was taken anyway."""

    row: int
    key: str
    values: Mapping[str, str]
    kept: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """A list as read. `rows` counts the rows with something in them, good and bad; `cells` those it uses.

    `refused` are the codes of rows that were not taken, of those that have one.
    """

    organisation: str | None
    cells: tuple[str, ...]
    people: tuple[Person, ...]
    problems: tuple[Problem, ...]
    dropped_columns: tuple[str, ...]
    rows: int
    refused: tuple[str, ...] = ()


class RosterUnreadable(ValueError):
    """The file as a whole cannot be taken: a key for words, and values for it."""

    def __init__(self, key: str, values: Mapping[str, str] | None = None) -> None:
        super().__init__(key)
        self.key = key
        self.values: Mapping[str, str] = values or {}


class _Cells:
    """The cells that exist, by any spelling of their name; the first spelling seen is the one kept."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_letters: dict[str, list[str]] = {}
        self._found: dict[str, str | None] = {}
        for name in known:
            self.add(name)

    def add(self, name: str) -> None:
        if not self._fitting(name):
            self._by_letters.setdefault(fold(name), []).append(name)
            self._found.clear()

    def find(self, text: str) -> str | None:
        """The one cell this names; None where none fits, or several do for want of diacritics."""
        if text not in self._found:
            fitting = self._fitting(text)
            self._found[text] = fitting[0] if len(fitting) == 1 else None
        return self._found[text]

    def _fitting(self, text: str) -> list[str]:
        alike = [name for name in self._by_letters.get(fold(text), ()) if same_name(name, text)]
        return [name for name in alike if words_of(name) == words_of(text)] or alike


def read_rows(rows: Iterable[Sequence[object]], *, known_cells: Collection[str] = ()) -> Roster:
    """Read a list from its rows, top to bottom, once; `known_cells` are those that exist already.

    Raises RosterUnreadable("no_header") with the `missing` columns. Only the people stay in memory.
    """
    numbered = enumerate(rows, start=1)
    top = list(islice(numbered, HEADER_DEPTH))
    header = find_header(values for _, values in top)
    if header.missing:
        raise RosterUnreadable("no_header", {"missing": ", ".join(header.missing)})
    organisation = organisation_above(values for _, values in top[: header.index])
    good = _GoodRows(header, known_cells)
    for row, values in chain(top[header.index + 1 :], numbered):
        good.read(row, values)
    register = _Register(good.cells)
    for draft in good.drafts:
        register.enter(draft)
    return Roster(
        organisation=organisation,
        cells=_used_cells(register.people),
        people=tuple(register.people),
        problems=tuple(sorted(good.problems + register.problems, key=attrgetter("row"))),
        dropped_columns=header.dropped,
        rows=good.seen,
        refused=tuple(filter(None, good.refused + register.refused)),
    )


def _used_cells(people: Iterable[Person]) -> tuple[str, ...]:
    """Every cell somebody kept belongs to or lives in, in the order of the rows."""
    named = chain.from_iterable((person.cell, person.residential_cell) for person in people)
    return tuple(dict.fromkeys(cell for cell in named if cell))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A person whose row is good in itself; cells as written, nothing compared with other rows yet."""

    person: Person
    warnings: tuple[Problem, ...]


class _GoodRows:
    """First pass: every row by itself. What is good waits for the second pass, because the row that names
    a cell's secretary, and so the cell, may stand below the rows of its members."""

    def __init__(self, header: Header, known_cells: Iterable[str]) -> None:
        self._places = {column: place for column, place in header.places.items() if column != "counter"}
        self._counter = header.places.get("counter")
        self.cells = _Cells(known_cells)
        self.drafts: list[_Draft] = []
        self.problems: list[Problem] = []
        self.refused: list[str] = []
        self.seen = 0

    def read(self, row: int, values: Sequence[object]) -> None:
        if not any(text_of(value) for place, value in enumerate(values) if place != self._counter):
            return
        texts = {
            column: text_of(values[place]) for column, place in self._places.items() if place < len(values)
        }
        if _belongs_to_header(texts):
            return
        self.seen += 1
        if role_of(texts.get("role", "")) is RoleName.SECRETARY and texts.get("cell"):
            self.cells.add(texts["cell"])
        if faults := list(_faults(row, texts)):
            self.problems += faults
            self.refused.append(texts.get("code", ""))
        else:
            self.drafts.append(_draft(row, texts))


def _belongs_to_header(texts: Mapping[str, str]) -> bool:
    """The header printed again on the next page, or the row below it that numbers the columns."""
    numbers = all(re.fullmatch(r"\(?\d{1,2}\)?", text) for text in texts.values() if text)
    again = column_of(texts.get("status", "")) == "status" and column_of(texts.get("name", "")) == "name"
    return again or (numbers and bool(texts.get("name")))


def _faults(row: int, texts: Mapping[str, str]) -> Iterator[Problem]:
    """Why this row cannot be taken, all of it, so that it is put right in one go."""
    if missing := [heading for column, heading in REQUIRED.items() if not texts.get(column)]:
        yield Problem(row, "missing", {"columns": ", ".join(missing)}, kept=False)
    status = texts.get("status", "")
    if status and status_of(status) is None:
        yield Problem(row, "unknown_status", {"status": status}, kept=False)


def _draft(row: int, texts: Mapping[str, str]) -> _Draft:
    status = status_of(texts["status"])
    assert status is not None, "rows with faults do not come here"
    phone = texts.get("phone", "")
    person = Person(
        row,
        code=texts["code"],
        name=natural_name(texts["name"]),
        cell=texts["cell"],
        role=role_of(texts.get("role", "")),
        status=status,
        phone=normal_phone(phone),
        residential_cell=texts.get("residential_cell") or None,
    )
    warnings = [
        Problem(row, "looks_like_formula", {"text": texts[column]}, kept=True)
        for column in ("code", "name", "cell")
        if looks_like_formula(texts[column])
    ]
    if phone and person.phone is None:
        warnings.append(Problem(row, "unreadable_phone", {"phone": phone}, kept=True))
    return _Draft(person, tuple(warnings))


class _Register:
    """Second pass: every person among the others, in the order of the rows; the first to come is right."""

    def __init__(self, cells: _Cells) -> None:
        self._cells = cells
        self._first: dict[tuple[str, ...], int] = {}
        self.people: list[Person] = []
        self.problems: list[Problem] = []
        self.refused: list[str] = []

    def enter(self, draft: _Draft) -> None:
        person, cell = draft.person, self._cells.find(draft.person.cell)
        if cell is None:
            self._report(person, "unknown_cell", kept=False, cell=person.cell)
        elif first := self._taken(person, "code", fold(person.code)):
            self._report(person, "duplicate_code", kept=False, code=person.code, first_row=first)
        else:
            self.problems += draft.warnings
            self.people.append(self._placed(person, cell))

    def _placed(self, person: Person, cell: str) -> Person:
        self._compare(person, cell)
        return replace(
            person, cell=cell, role=self._role(person, cell), residential_cell=self._residence(person, cell)
        )

    def _compare(self, person: Person, cell: str) -> None:
        """Doubles that may well be right, like a couple's telephone: asked about, not decided."""
        if first := self._taken(person, "name", cell, fold(person.name)):
            self._report(person, "same_name", name=person.name, first_row=first)
        if person.phone and (first := self._taken(person, "phone", person.phone)):
            self._report(person, "shared_phone", phone=person.phone, first_row=first)

    def _role(self, person: Person, cell: str) -> RoleName | None:
        """A cell has one secretary; the first named stays it."""
        if person.role is RoleName.SECRETARY and (first := self._taken(person, "secretary", cell)):
            self._report(person, "second_secretary", cell=cell, first_row=first)
            return None
        return person.role

    def _residence(self, person: Person, cell: str) -> str | None:
        if person.residential_cell is None:
            return None
        residence = self._cells.find(person.residential_cell)
        if residence is None:
            self._report(person, "unknown_residential_cell", cell=person.residential_cell)
        elif residence == cell:
            self._report(person, "residential_is_own_cell", cell=cell)
            return None
        return residence

    def _taken(self, person: Person, *what: str) -> str | None:
        """The row that had this first, or None: then it is this person's."""
        first = self._first.setdefault(what, person.row)
        return str(first) if first != person.row else None

    def _report(self, person: Person, problem: str, *, kept: bool = True, **values: str) -> None:
        self.problems.append(Problem(person.row, problem, values, kept))
        if not kept:
            self.refused.append(person.code)
