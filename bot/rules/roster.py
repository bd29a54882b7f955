"""What the rows of a membership list mean: its header, its people, and what is wrong with it.

The rules, in the order of the code:

- the header is the first row, among the first thirty, that names the four columns nobody can do without;
- only columns whose heading we know are looked at, so that citizen ids and the like cannot slip through;
- a row that cannot be trusted is reported and left out, one that can be read in part is kept with a warning;
- a cell exists if we knew it before or if the list names its secretary; anything else is a misspelling
  or a mistake, and is reported, never guessed.

A list is read twice, top to bottom: the row that names a cell's secretary, and so the cell, may stand below
the rows of its members, and the first of two equal codes is right only if one knows that there are two. What
the first reading keeps in memory is a number for each thing compared; the second, a row at a time.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise

from bot.rules.names import fold, normal_phone, words_of
from bot.rules.roster_cells import Cell, Cells
from bot.rules.roster_header import HEADER_DEPTH, Header, find_header, organisation_above
from bot.rules.roster_rows import Draft, Person, Problem, Texts, draft, faults, texts_of
from bot.rules.roster_words import role_of
from bot.rules.words import RoleName

__all__ = ["Cell", "Line", "Listing", "Person", "Problem", "Roster", "RosterUnreadable", "read_rows"]

Rows = Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Line:
    """One row that says something: what was written, who that is (None: not taken), what to say about it."""

    row: int
    texts: Texts
    person: Person | None
    problems: tuple[Problem, ...]


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


class Listing:
    """A membership list that can be gone through as often as wanted; `source` gives its rows anew each time.

    `mentioned` are the cells of record its rows name, `led` those whose secretary it names: (name, code) each.
    Raises RosterUnreadable: `no_header` with the `missing` columns, `empty`, or `too_many` rows than `most`.
    """

    def __init__(self, source: Callable[[], Rows], *, most: int | None = None) -> None:
        self._source = source
        self.mentioned: dict[tuple[str, str], None] = {}
        self.led: dict[tuple[str, str], None] = {}
        self.rows = 0
        top = list(islice(source(), HEADER_DEPTH))
        self.header: Header = find_header(top)
        if self.header.missing:
            raise RosterUnreadable("no_header", {"missing": ", ".join(self.header.missing)})
        self.organisation = organisation_above(top[: self.header.index])
        self._repeated = self._survey(most)

    @property
    def dropped_columns(self) -> tuple[str, ...]:
        """The headings of columns that are never read."""
        return self.header.dropped

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, from left to right."""
        places = self.header.places
        return tuple(sorted(places.keys() - {"counter"}, key=lambda column: places[column]))

    def lines(
        self, known: Iterable[Cell], *, homes: Iterable[Cell] = (), founds: bool = True
    ) -> Iterator[Line]:
        """Every row that says something, in order. `known` are the cells it may be about.

        `homes` are cells people may also live in; `founds`: the cells whose secretary it names exist by that.
        """
        cells = Cells(known)
        for name, code in self.led if founds else ():
            cells.name(name, code)
        register = _Register(cells, Cells(homes), self._repeated)
        for row, texts in self._texts():
            if wrong := tuple(faults(row, texts)):
                yield Line(row, texts, None, wrong)
            else:
                yield register.enter(draft(row, texts), texts)

    def _texts(self) -> Iterator[tuple[int, Texts]]:
        below = islice(enumerate(self._source(), start=1), self.header.index + 1, None)
        for row, values in below:
            texts = texts_of(values, self.header)
            if texts is not None:
                yield row, texts

    def _survey(self, most: int | None) -> frozenset[int]:
        """Count the rows and note the cells; the hashes of what stands in more than one row."""
        seen = array("q")
        for _, texts in self._texts():
            self.rows += 1
            if most is not None and self.rows > most:
                raise RosterUnreadable("too_many", {"most": str(most)})
            self._note_cell(texts)
            seen.extend(map(hash, _compared(texts)))
        if not self.rows:
            raise RosterUnreadable("empty")
        return frozenset(one for one, next_ in pairwise(sorted(seen)) if one == next_)

    def _note_cell(self, texts: Texts) -> None:
        if cell := texts.get("cell"):
            named = (cell, texts.get("cell_code", ""))
            self.mentioned[named] = None
            if role_of(texts.get("role", "")) is RoleName.SECRETARY:
                self.led[named] = None


def _compared(texts: Texts) -> Iterator[tuple[str, ...]]:
    """What of a row may stand in another row too: the code, the name in the cell, the telephone number."""
    yield "code", fold(texts.get("code", ""))
    yield "name", fold(texts.get("cell_code") or texts.get("cell", "")), fold(texts.get("name", ""))
    if phone := normal_phone(texts.get("phone", "")):
        yield "phone", phone


def read_rows(rows: Rows, *, known_cells: Collection[str] = ()) -> Roster:
    """A short list read whole, into memory; `known_cells` are those that exist already.

    Raises RosterUnreadable, as a Listing does.
    """
    kept = list(rows)
    return read_listing(Listing(lambda: kept), known_cells=known_cells)


def read_listing(listing: Listing, *, known_cells: Collection[str] = ()) -> Roster:
    """A short list read whole, into memory."""
    lines = list(listing.lines(Cell(name) for name in known_cells))
    people = tuple(line.person for line in lines if line.person)
    return Roster(
        organisation=listing.organisation,
        cells=_used_cells(people),
        people=people,
        problems=tuple(chain.from_iterable(line.problems for line in lines)),
        dropped_columns=listing.dropped_columns,
        rows=listing.rows,
        refused=tuple(code for line in lines if not line.person and (code := line.texts.get("code"))),
    )


def _used_cells(people: Iterable[Person]) -> tuple[str, ...]:
    """Every cell somebody kept belongs to or lives in, in the order of the rows."""
    named = chain.from_iterable((person.cell, person.residential_cell) for person in people)
    return tuple(dict.fromkeys(cell for cell in named if cell))


class _Register:
    """Every person among the others, in the order of the rows; the first to come is right."""

    def __init__(self, cells: Cells, elsewhere: Cells, repeated: Collection[int]) -> None:
        self._cells = cells
        self._elsewhere = elsewhere
        self._repeated = repeated
        self._first: dict[tuple[object, ...], int] = {}
        self._problems: list[Problem] = []

    def enter(self, draft: Draft, texts: Texts) -> Line:
        """The row as one of the list's: with its cells found, and compared with those above."""
        self._problems = []
        person = self._place(draft, texts)
        return Line(draft.person.row, texts, person, tuple(self._problems))

    def _place(self, draft: Draft, texts: Texts) -> Person | None:
        person, code = draft.person, texts.get("cell_code", "")
        fitting = self._cells.fitting(person.cell, code)
        if len(fitting) != 1:
            self._problems.append(_unplaced(person, fitting, code))
            return None
        codes = ("code", fold(person.code))
        if first := self._taken(person, codes, hash(codes) in self._repeated):
            said = {"code": person.code, "first_row": first}
            self._report(person, "duplicate_code", said, kept=False)
            return None
        self._problems += draft.warnings
        (place,) = fitting
        self._compare(person, place, texts)
        role = self._role(person, place)
        return self._settle(replace(person, cell=place.name, place=place, role=role), texts)

    def _compare(self, person: Person, place: Cell, texts: Texts) -> None:
        """Doubles that may well be right, like a couple's telephone: asked about, not decided."""
        _, named, *called = _compared(texts)
        repeated = hash(named) in self._repeated
        if first := self._taken(person, ("name", place.key, fold(person.name)), repeated):
            self._report(person, "same_name", {"name": person.name, "first_row": first})
        for phone in called:
            if first := self._taken(person, phone, hash(phone) in self._repeated):
                self._report(person, "shared_phone", {"phone": phone[1], "first_row": first})

    def _role(self, person: Person, place: Cell) -> RoleName | None:
        """A cell has one secretary; the first named stays it."""
        if person.role is RoleName.SECRETARY and (
            first := self._taken(person, ("secretary", place.key), True)
        ):
            self._report(person, "second_secretary", {"cell": place.name, "first_row": first})
            return None
        return person.role

    def _settle(self, person: Person, texts: Texts) -> Person:
        """With the cell of the area where they live, if the row names one that can be."""
        name, code = person.residential_cell or "", texts.get("residential_code", "")
        if not (name or code):
            return person
        fitting = self._cells.fitting(name, code) or self._elsewhere.fitting(name, code)
        if len(fitting) != 1:
            self._report(person, "unknown_residential_cell", {"cell": name or code})
            return replace(person, residential_cell=None, unsaid=person.unsaid | {"residential_cell"})
        (home,) = fitting
        if home.key == person.place.key:
            self._report(person, "residential_is_own_cell", {"cell": home.name})
            return replace(person, residential_cell=None)
        return replace(person, residential_cell=home.name, home=home)

    def _taken(self, person: Person, what: tuple[object, ...], repeated: bool) -> str | None:
        """The row that had this first, or None: then it is this person's."""
        if not repeated:
            return None
        first = self._first.setdefault(what, person.row)
        return str(first) if first != person.row else None

    def _report(self, person: Person, key: str, said: Mapping[str, str], *, kept: bool = True) -> None:
        self._problems.append(Problem(person.row, key, said, kept))


def _unplaced(person: Person, fitting: Sequence[Cell], code: str) -> Problem:
    """What to say of a cell that none fits, or several."""
    if code:
        return Problem(person.row, "unknown_cell_code", {"code": code, "cell": person.cell}, kept=False)
    if fitting and all(words_of(cell.name) == words_of(person.cell) for cell in fitting):
        return Problem(person.row, "which_cell", {"cell": person.cell}, kept=False)
    return Problem(person.row, "unknown_cell", {"cell": person.cell}, kept=False)
