"""A yearly plan of tasks as a workbook: an empty one with an example, and what the rows of one that was sent say."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.roster import RosterUnreadable, open_rows
from bot.rules.task_plan import MAX_ROWS
from bot.rules.task_sheet import WIDTHS, fields_of, find_header
from bot.texts import label
from bot.workbooks import add_sheet, open_workbook

MOST_UNPACKED = 60_000_000
"""Bytes of a workbook when it is unpacked."""
Fields = dict[str, str]
"""The texts of a row, by column."""


def template(language: str) -> bytes:
    """An empty plan with one row that shows how it is filled in, and a sheet that explains the columns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.xlsx")
        _write_template(path, language)
        return path.read_bytes()


def _write_template(path: Path, language: str) -> None:
    with open_workbook(path) as book:
        headings = [label(f"plan_columns.{column}", language) for column in WIDTHS]
        rows = add_sheet(book, label("tasks.plan_sheet", language), headings, list(WIDTHS.values()))
        rows([label(f"plan_sample.{column}", language) for column in WIDTHS])
        explain = add_sheet(book, label("lists.guide", language), ["", ""], [24, 90])
        for column in WIDTHS:
            explain([label(f"plan_columns.{column}", language), label(f"plan_hints.{column}", language)])


def read_plan(name: str, content: bytes) -> list[Fields]:
    """The rows with something in them. Formulas and markup are text.

    RosterUnreadable: `empty`, `unknown_format`, `not_a_table`, `too_large`, `no_header` or `too_many`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"plan{Path(name).suffix[:8]}")
        path.write_bytes(content)
        rows = open_rows(path, _missing, unpacked=MOST_UNPACKED)
        header = find_header(rows())
        if header is None:
            raise RosterUnreadable("no_header")
        index, places = header
        below = (values for number, values in enumerate(rows()) if number > index)
        found = _bounded(fields for values in below if (fields := fields_of(values, places)))
    if not found:
        raise RosterUnreadable("empty")
    return found


def _missing(rows: Iterator[Sequence[object]]) -> int:
    return int(find_header(rows) is None)


def _bounded(rows: Iterator[Fields]) -> list[Fields]:
    found: list[Fields] = []
    for fields in rows:
        if len(found) == MAX_ROWS:
            raise RosterUnreadable("too_many")
        found.append(fields)
    return found
