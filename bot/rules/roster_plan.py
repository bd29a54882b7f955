"""What a row of a list would change in the register: worked out first, then shown or done."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.rules.names import clean
from bot.rules.roster import Cell, Line, Person, Problem
from bot.rules.words import RoleName, Status


class Outcome(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    """Somebody who is in no cell today comes into one."""
    CHANGED = "changed"
    """Somebody of the register is brought in line with the list."""
    UNCHANGED = "unchanged"
    """The register says the same already."""
    REFUSED = "refused"
    """Not taken, for the reasons beside it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the register says of a member today; `roles` are those in cells, of the kinds a list names."""

    member_id: int
    name: str
    phone: str | None
    cell: Cell | None
    home: Cell | None
    status: Status | None
    roles: tuple[tuple[RoleName, int | None], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one member: what it says and what it will say, empty for nothing."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One row and what becomes of it; `member_id` is None for somebody new."""

    line: Line
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()
    member_id: int | None = None

    @property
    def person(self) -> Person:
        """Whom the row speaks of; only of a row that is taken."""
        assert self.line.person is not None
        return self.line.person

    @property
    def columns(self) -> frozenset[str]:
        """The columns that change."""
        return frozenset(change.column for change in self.changes)


def changes_of(person: Person, held: Held) -> tuple[Change, ...]:
    """How the register differs from a row, for the columns the row speaks of, from left to right."""
    return tuple(change for change in _compared(person, held) if change.column not in person.unsaid)


def _compared(person: Person, held: Held) -> Iterator[Change]:
    if clean(held.name).casefold() != clean(person.name).casefold():
        yield Change("name", held.name, person.name)
    if _key(held.cell) != person.place.key:
        yield Change("cell", _name(held.cell), person.place.name)
    wanted = ((person.role, person.place.id),) if person.role else ()
    if held.roles != wanted:
        yield Change("role", ", ".join(role for role, _ in held.roles), person.role or "")
    if held.status is not person.status:
        yield Change("status", held.status or "", person.status)
    if held.phone != person.phone:
        yield Change("phone", held.phone or "", person.phone or "")
    if _key(held.home) != _key(person.home):
        yield Change("residential_cell", _name(held.home), _name(person.home))


def _key(cell: Cell | None) -> object:
    return cell.key if cell else None


def _name(cell: Cell | None) -> str:
    return cell.name if cell else ""
