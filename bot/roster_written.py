"""Membership lists as files: one to fill in, the people as they are, and what an import says of each row.

Every field is text, whatever it looks like: a workbook says so of each of them, a .csv guards those that a
spreadsheet could calculate. Rows are written as they come, so a list of any length needs no memory.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from bot.rules.names import clean
from bot.rules.roster_header import WIDTHS
from bot.rules.roster_plan import Change, Outcome, Planned
from bot.rules.roster_rows import SAMPLE
from bot.rules.roster_words import guarded
from bot.texts import label
from bot.workbooks import Write, add_sheet, open_workbook


class FileKind(StrEnum):
    """The files a list can be."""

    XLSX = "xlsx"
    CSV = "csv"


MIME = {
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv",
}


@contextmanager
def people_file(
    path: Path, kind: FileKind, language: str
) -> Iterator[Callable[[Iterable[Mapping[str, str]]], None]]:
    """A list with the headings an import reads; takes people as texts by column."""
    with _file(path, kind, language) as write:

        def some(people: Iterable[Mapping[str, str]]) -> None:
            for person in people:
                write([person.get(column, "") for column in WIDTHS])

        yield some


def write_template(path: Path, kind: FileKind, language: str) -> None:
    """An empty list with one row that shows how it is filled in; a workbook also explains its columns."""
    sample = {column: _words("list_sample", column, language) for column in WIDTHS} | {"code": SAMPLE}
    with people_file(path, kind, language) as write:
        write([sample])


@contextmanager
def report_file(
    path: Path, columns: Sequence[str], language: str
) -> Iterator[Callable[[Sequence[Planned]], None]]:
    """A workbook of the rows as read, with what becomes of each and why."""
    headings = [label("roster.row", language), *(_heading(column, language) for column in columns)]
    headings += [label("lists.outcome", language), label("lists.reasons", language)]
    widths = [7, *(WIDTHS[column] for column in columns), 14, 70]
    with open_workbook(path) as book:
        write = add_sheet(book, label("lists.report", language), headings, widths)

        def rows(planned: Sequence[Planned]) -> None:
            for one in planned:
                texts = [one.line.texts.get(column, "") for column in columns]
                said = [outcome_words(one.outcome, language), "\n".join(reasons(one, language))]
                write([str(one.line.row), *texts, *said])

        yield rows


def reasons(planned: Planned, language: str) -> list[str]:
    """What there is to say of a row: why it was not taken, what to look at, what changes."""
    said = [label(f"roster.{problem.key}", language, **problem.values) for problem in planned.problems]
    if planned.outcome is not Outcome.REFUSED:
        said += [_change_words(change, language) for change in planned.changes]
    return said


def outcome_words(outcome: Outcome, language: str) -> str:
    """What becomes of a row, in a word."""
    return label(f"outcomes.{outcome}", language)


def _change_words(change: Change, language: str) -> str:
    old, new = (_value_words(change.column, value, language) for value in (change.old, change.new))
    return f"{_heading(change.column, language)}: {old} → {new}"


def _value_words(column: str, value: str, language: str) -> str:
    section = {"status": "statuses", "role": "roles"}.get(column)
    if not value or section is None:
        return value or "–"
    return ", ".join(label(f"{section}.{one}", language) for one in value.split(", "))


def _heading(column: str, language: str) -> str:
    return _words("list_columns", column, language)


def _words(section: str, column: str, language: str) -> str:
    return label(f"{section}.{column}", language)


# ── the two kinds of file ──────────────────────────────────────────────────────────────────────────


@contextmanager
def _file(path: Path, kind: FileKind, language: str) -> Iterator[Write]:
    headings = [_heading(column, language) for column in WIDTHS]
    if kind is FileKind.CSV:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(headings)
            yield lambda row: rows.writerow([guarded(clean(str(text))) for text in row])
        return
    with open_workbook(path) as book:
        yield add_sheet(book, label("lists.sheet", language), headings, list(WIDTHS.values()))
        explain = add_sheet(book, label("lists.guide", language), ["", ""], [30, 90])
        for column in WIDTHS:
            explain([_heading(column, language), _words("list_hints", column, language)])
