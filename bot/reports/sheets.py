"""Rolls, years, committees and lists as workbooks: what is counted in them is a formula over what they show.

No reason of an absence is in any of them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot import spoken
from bot.actions.skipping import Found
from bot.actions.summaries import EMPTY, KINDS, ClosedRoll, Part, Summary
from bot.rules.attendance import MARKED
from bot.rules.words import MeetingKind, RollState
from bot.texts import label
from bot.workbooks import Formula, Sheet, Value, add_sheet, letter, open_workbook

MONTHS = range(1, 13)
LETTERED = (*MARKED, RollState.EXEMPT, RollState.NOT_EXPECTED)
"""The marks in the order of the legend."""
Marks = Sequence[RollState | None]
"""What the rolls of twelve months say of a member."""
WriteYear = Callable[[Sequence[tuple[str, str, Marks]]], None]
"""Takes some more members: the name of their cell, their own, their year."""


# ── the roll of a meeting ──────────────────────────────────────────────────────────────────────────


def write_roll(path: Path, roll: ClosedRoll, language: str) -> None:
    """A closed roll: number, name and mark of everybody on it; then what it adds up to."""
    kind = label(f"kinds.{roll.meeting.kind}", language)
    heading = f"{roll.cell.name}: {kind} {roll.day:%d/%m/%Y}"
    with open_workbook(path) as book:
        headings = [label(f"sheets.{key}", language) for key in ("number", "member", "mark")]
        sheet = add_sheet(book, label("sheets.roll", language), headings, (6, 34, 26), heading=heading)
        for number, (member, state) in enumerate(roll.marks, 1):
            sheet([number, member.name, label(f"roll.{state}", language)])
        facts = add_sheet(book, label("sheets.totals", language), ["", ""], (34, 30), heading=heading)
        _write_facts(facts, [roll.cell.name, kind, roll.day, roll.meeting.place], sheet, language)


def _write_facts(facts: Sheet, known: Sequence[Value], names: Sheet, language: str) -> None:
    for key, value in zip(("cell", "kind", "day", "place"), known, strict=True):
        facts([label(f"sheets.{key}", language), value])
    first = facts.rows + 2
    of = f"{_quoted(label('sheets.roll', language))}!${names.column(3)}"
    for state in RollState:
        facts([label(f"roll.{state}", language), Formula(f"=COUNTIF({of},A{facts.rows + 2})")])
    places = {state: f"B{first + number}" for number, state in enumerate(RollState)}
    must = "+".join(places[state] for state in MARKED)
    there = f"{places[RollState.PRESENT]}+{places[RollState.LATE]}"
    facts([label("sheets.must_attend", language), Formula(f"={must}")])
    facts([label("sheets.rate", language), _rate(there, must)])


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _rate(there: str, must: str) -> Formula:
    """The attendance rate; nothing where nobody had to attend."""
    return Formula(f'=IF({must}=0,"",({there})/({must}))', rate=True)


# ── a year, of a cell or of many ───────────────────────────────────────────────────────────────────


@contextmanager
def year_file(path: Path, heading: str, year: int, language: str) -> Iterator[WriteYear]:
    """A year of regular meetings: cell, member, a letter for each month, and how often which; the same by month.

    Members come in steps, so that a file of any length needs no memory.
    """
    letters = [label(f"letters.{state}", language) for state in LETTERED]
    title = label("sheets.year", language, year=year)
    with open_workbook(path) as book:
        headings = [label("sheets.cell", language), label("sheets.member", language)]
        headings += [label("sheets.month", language, month=month) for month in MONTHS]
        headings += [*letters[: len(MARKED)], label("sheets.rate", language)]
        widths = (26, 28, *(5 for _ in MONTHS), *(5 for _ in MARKED), 9)
        footing = legend(language)
        sheet = add_sheet(
            book, title, headings, widths, wide=True, heading=f"{heading}: {title}", footing=footing
        )

        def some(members: Sequence[tuple[str, str, Marks]]) -> None:
            for cell, name, marks in members:
                told = [letters[LETTERED.index(mark)] if mark else "" for mark in marks]
                sheet([cell, name, *told, *_of_member(sheet.rows + 2)])

        yield some
        if sheet.rows:
            _add_months(sheet, letters, language)
        explained = add_sheet(book, label("sheets.legend", language), ["", ""], (8, 40))
        for state, sign in zip(LETTERED, letters, strict=True):
            explained([sign, label(f"roll.{state}", language)])


def legend(language: str) -> str:
    """What the letters mean, in a line."""
    return "; ".join(
        f"{label(f'letters.{state}', language)}: {label(f'roll.{state}', language)}" for state in LETTERED
    )


FIRST_MONTH, FIRST_COUNT = 3, 15
"""Columns of a year, counted from 1."""


def _of_member(row: int) -> list[Formula]:
    """How often a member has each mark, and the rate of the year."""
    months = f"$C{row}:$N{row}"
    counts = [
        Formula(f"=COUNTIF({months},{letter(FIRST_COUNT + number)}$1)") for number in range(len(MARKED))
    ]
    return [*counts, _rate(f"O{row}+P{row}", f"SUM(O{row}:R{row})")]


def _add_months(sheet: Sheet, letters: Sequence[str], language: str) -> None:
    """How many have each mark in each month and in all, and the rates."""
    columns = range(FIRST_MONTH, FIRST_MONTH + len(MONTHS))
    first = sheet.rows + 2
    for number, state in enumerate(MARKED):
        sign = f"{letter(FIRST_COUNT + number)}$1"
        counts = [Formula(f"=COUNTIF({sheet.column(column)},{sign})") for column in columns]
        whole: list[Value] = ["" for _ in MARKED]
        whole[number] = Formula(f"=SUM({sheet.column(FIRST_COUNT + number)})")
        sheet.total([label(f"roll.{state}", language), letters[number], *counts, *whole])
    rates: list[Value] = [
        _rate(f"{letter(c)}{first}+{letter(c)}{first + 1}", f"SUM({letter(c)}{first}:{letter(c)}{first + 3})")
        for c in columns
    ]
    there, must = f"O{first}+P{first + 1}", f"O{first}+P{first + 1}+Q{first + 2}+R{first + 3}"
    blank: list[Value] = ["" for _ in MARKED]
    sheet.total([label("sheets.rate", language), "", *rates, *blank, _rate(there, must)])


# ── a committee, part by part ──────────────────────────────────────────────────────────────────────

NUMBERS = ("closed", "not_held", "must_attend", "present", "late", "excused", "unexcused")
"""The numbers of a part, in the order of their columns; the first column of them is the fourth."""


def write_committee(path: Path, summary: Summary, language: str) -> None:
    """A sheet for each kind of meeting: the parts with their numbers, totals below."""
    when = spoken.span(summary.span, language)
    parts = summary.parts or [Part(summary.organisation, summary.cells, summary.met, summary.kinds)]
    headings = [label(f"sheets.{key}", language) for key in ("part", "cells", "met", *NUMBERS, "rate")]
    with open_workbook(path) as book:
        for kind in KINDS:
            if kind is MeetingKind.REGULAR or kind in summary.kinds:
                title = label(f"kinds.{kind}", language)
                heading = f"{summary.organisation.name}: {title}, {when}"
                widths = (36, *(11 for _ in headings[1:]))
                sheet = add_sheet(book, title, headings, widths, wide=True, heading=heading)
                for part in sorted(parts, key=lambda each: each.organisation.code):
                    sheet([*_of_part(part, kind), _rate_of(sheet.rows + 2)])
                _add_sums(sheet, label("sheets.total", language))


def _of_part(part: Part, kind: MeetingKind) -> list[Value]:
    held = part.kinds.get(kind, EMPTY)
    numbers = [getattr(held if name in ("closed", "not_held") else held.count, name) for name in NUMBERS]
    met: Value = part.met if kind is MeetingKind.REGULAR else ""
    return [part.organisation.name, part.cells, met, *numbers]


def _rate_of(row: int) -> Formula:
    return _rate(f"G{row}+H{row}", f"F{row}")


def _add_sums(sheet: Sheet, words: str) -> None:
    row = sheet.rows + 2
    sums = [Formula(f"=SUM({sheet.column(number)})") for number in range(2, 4 + len(NUMBERS))]
    sheet.total([words, *sums, _rate_of(row)])


# ── who was absent ─────────────────────────────────────────────────────────────────────────────────


def write_absent(path: Path, found: Found, language: str) -> None:
    """The list as it was asked for: cell, name, how often with a reason and without, and both."""
    headings = [
        label(f"sheets.{key}", language) for key in ("cell", "member", "excused", "unexcused", "absent")
    ]
    heading = f"{found.organisation.name}: {spoken.asked(found.asked, language)}"
    with open_workbook(path) as book:
        sheet = add_sheet(
            book, label("sheets.skipped", language), headings, (34, 30, 12, 12, 12), heading=heading
        )
        for each in found.absent or ():
            row = sheet.rows + 2
            sheet([each.cell, each.name, each.excused, each.unexcused, Formula(f"=C{row}+D{row}")])
        sums = [Formula(f"=SUM({sheet.column(number)})") if sheet.rows else 0 for number in (3, 4, 5)]
        sheet.total([label("sheets.total", language), "", *sums])
