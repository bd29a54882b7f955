"""A yearly plan as it was typed, sent as a sheet or taken from last year: row by row, and what is unclear there.

Nothing is guessed: a row with a problem is not given, and says what to put right.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.rules.names import clean, fold
from bot.rules.task_words import (
    EVERYONE,
    MAX_UNIT,
    called,
    list_names,
    read_day,
    read_kind,
    read_line,
    read_measure,
    read_rhythm,
    split_people,
)
from bot.rules.tasks import MAX_TITLE
from bot.rules.words import Rhythm

T = TypeVar("T")
Names = Sequence[tuple[int, str]]
"""Whom a cell can give tasks: numbers and names."""
MAX_ROWS = 300
"""Rows of one plan."""
_LISTED = re.compile(r"^\s*(?:\d{1,3}\s*[.)/:]\s+|[-–•*+]+\s*)+")
SHOWN = 60
"""So many characters of what cannot be read are shown."""


class Unclear(StrEnum):
    """Why a row is not given."""

    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    UNKNOWN_NAME = "unknown_name"
    """Nobody whom the cell can give tasks is called so: misspelt, gone, away or exempt."""
    WHICH_NAME = "which_name"
    """Several are."""
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_RHYTHM = "unknown_rhythm"
    NO_SUCH_DAY = "no_such_day"
    DEADLINE_PAST = "deadline_past"
    RHYTHM_WITHOUT_DEADLINE = "rhythm_without_deadline"
    LONG_MEASURE = "long_measure"


@dataclass(frozen=True)
class Problem:
    """What is unclear in a row, and what to say of it."""

    key: Unclear
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row as it was understood. `number` is its place in the plan; `text` what was written.

    `members` are the numbers of those it goes to; `left_out` names of last year's who can be given nothing now.
    """

    number: int
    text: str
    title: str = ""
    kind: str = ""
    target: int | None = None
    unit: str = ""
    deadline: date | None = None
    rhythm: Rhythm = Rhythm.MONTHLY
    members: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def split_lines(text: str) -> list[str]:
    """The lines of a typed plan that say something, without the numbers and dots lists begin with."""
    lines = (_LISTED.sub("", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def typed_row(number: int, text: str, names: Names, kinds: Sequence[str], *, today: date) -> Row:
    """A row from a typed line like `Vận động 5 hộ, hạn 30/11 – Hoa, Minh`."""
    head, people = split_people(text, names)
    members, problems = find_people(people, names)
    try:
        line = read_line(head, kinds, today=today)
    except ValueError:
        return Row(
            number, text, head, problems=(Problem(Unclear.NO_SUCH_DAY, {"text": head[:SHOWN]}), *problems)
        )
    if line is None:
        return Row(number, text, problems=(Problem(Unclear.NO_WORDS), *problems))
    row = Row(
        *(number, text, line.title, line.kind, line.target, line.unit, line.deadline),
        line.rhythm or Rhythm.MONTHLY,
        members,
        problems=tuple(problems),
    )
    return checked(row, today=today)


def sheet_row(
    number: int, fields: Mapping[str, str], names: Names, kinds: Sequence[str], *, today: date
) -> Row:
    """A row from the fields of a sheet: title, kind, measure, deadline, rhythm and members, each as text."""
    members, problems = find_people(list_names(fields.get("members", "")), names)
    kind = _read(fields, "kind", problems, Unclear.UNKNOWN_KIND, lambda text: read_kind(text, kinds))
    rhythm = _read(fields, "rhythm", problems, Unclear.UNKNOWN_RHYTHM, read_rhythm)
    deadline = _read(
        fields, "deadline", problems, Unclear.NO_SUCH_DAY, lambda text: read_day(text, today=today)
    )
    target, unit = read_measure(fields.get("measure", ""))
    title = clean(fields.get("title", ""))
    row = Row(
        *(number, " | ".join(filter(None, fields.values())), title, kind or "", target, unit, deadline),
        rhythm or Rhythm.MONTHLY,
        members,
        problems=tuple(problems),
    )
    return checked(row, today=today)


def checked(row: Row, *, today: date) -> Row:
    """The row with what else is wrong with it, whichever way it came."""
    wrong = {
        Unclear.NO_WORDS: not any(letter.isalpha() for letter in row.title),
        Unclear.TOO_LONG: len(row.title) > MAX_TITLE,
        Unclear.LONG_MEASURE: len(row.unit) > MAX_UNIT,
        Unclear.DEADLINE_PAST: row.deadline is not None and row.deadline < today,
        Unclear.RHYTHM_WITHOUT_DEADLINE: row.rhythm is Rhythm.AT_DEADLINE and row.deadline is None,
    }
    most = {Unclear.TOO_LONG: {"most": str(MAX_TITLE)}, Unclear.LONG_MEASURE: {"most": str(MAX_UNIT)}}
    found = [Problem(key, most.get(key, {})) for key, is_wrong in wrong.items() if is_wrong]
    return replace(row, problems=(*row.problems, *found))


def find_people(people: Sequence[str], names: Names) -> tuple[tuple[int, ...], list[Problem]]:
    """Who is meant by names as written, each once; what to say of those that are nobody's, or several people's."""
    meant: dict[int, None] = {}
    problems = []
    for one in people:
        found = [number for number, _ in names] if fold(one) in EVERYONE else called(names, one)
        if not found:
            problems.append(Problem(Unclear.UNKNOWN_NAME, {"name": one[:SHOWN]}))
        elif len(found) > 1 and fold(one) not in EVERYONE:
            problems.append(Problem(Unclear.WHICH_NAME, {"name": one[:SHOWN]}))
        else:
            meant.update(dict.fromkeys(found))
    return tuple(meant), problems


def _read(
    fields: Mapping[str, str],
    column: str,
    problems: list[Problem],
    key: Unclear,
    read: Callable[[str], T | None],
) -> T | None:
    """What a field says, None where it is empty; what cannot be read is added to the problems."""
    text = fields.get(column, "")
    try:
        found = read(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        problems.append(Problem(key, {"text": text[:SHOWN]}))
    return found
