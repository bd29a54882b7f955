"""Reading a list from a file, .xlsx or .csv, row by row; what the rows of members mean is `bot.rules.roster`.

A workbook is known by its first bytes and not by its name: exports of either kind arrive with any suffix.
"""

import csv
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import inf
from pathlib import Path
from typing import cast
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from bot.packed import DAMAGED
from bot.rules.roster import Listing, Roster, RosterUnreadable, read_listing
from bot.rules.roster_header import find_header
from bot.rules.roster_words import unguarded

__all__ = ["RosterUnreadable", "open_list", "open_rows", "read_roster"]

Row = Sequence[object]
Missing = Callable[[Iterator[Row]], int]
"""How many columns rows lack to be a list of the kind that is looked for."""

LARGEST_UNPACKED = 400_000_000
"""Bytes a workbook may be when unpacked; one of 120,000 rows is a quarter of that."""
_ZIP = b"PK\x03\x04"
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt", ""}
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "cp1258", "cp1252")
"""In this order; the last three take nearly any bytes for letters: the one that shows a header is right."""
_SEPARATORS = ",;\t"
_BROKEN = (
    *DAMAGED,
    *(InvalidFileException, csv.Error),
    *(TypeError, AttributeError, IndexError, SyntaxError),  # parts missing or no XML
)


def open_list(path: Path, *, most: int | None = None, unpacked: int = LARGEST_UNPACKED) -> Listing:
    """The list on the first sheet that has one, or in the text; of `most` rows, and so many bytes unpacked.

    Raises RosterUnreadable: `empty`, `unknown_format` (with its `suffix`), `not_a_table` (broken inside),
    `too_large`, `too_many` rows, or `no_header` (with the `missing` columns).
    """
    return Listing(open_rows(path, _missing_columns, unpacked=unpacked), most=most)


def open_rows(
    path: Path, missing: Missing, *, unpacked: int = LARGEST_UNPACKED
) -> Callable[[], Iterator[Row]]:
    """The rows of the sheet that looks most like a list, or of the text, from the top each time.

    Raises RosterUnreadable as `open_list`, but for what the rows themselves say.
    """
    with path.open("rb") as file:
        start = file.read(len(_ZIP))
    if not start:
        raise RosterUnreadable("empty")
    if start == _ZIP:
        return _workbook_rows(path, missing, unpacked)
    if path.suffix.lower() in _TEXT_SUFFIXES:
        return _best_text_rows(path, missing)
    raise RosterUnreadable("unknown_format", {"suffix": path.suffix})


def read_roster(path: Path, *, known_cells: Collection[str] = ()) -> Roster:
    """A short list read whole, into memory; `known_cells` exist already. Raises what `open_list` does."""
    return read_listing(open_list(path), known_cells=known_cells)


@contextmanager
def _refusing_what_is_broken() -> Iterator[None]:
    """Around the parsers only, so that a mistake of our own is never blamed on the file."""
    try:
        yield
    except RosterUnreadable:
        raise
    except _BROKEN as error:
        raise RosterUnreadable("not_a_table") from error


def _missing_columns(rows: Iterator[Row]) -> int:
    return len(find_header(rows).missing)


# ── workbooks ───────────────────────────────────────────────────────────────────────────────────────


def _workbook_rows(path: Path, missing: Missing, unpacked: int) -> Callable[[], Iterator[Row]]:
    """The rows of the sheet that looks most like a list, from the top each time."""
    with _refusing_what_is_broken(), ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > unpacked:
            raise RosterUnreadable("too_large")
    with _workbook(path) as book:
        headers = [missing(_sheet_rows(sheet)) for sheet in _sheets(book)]
    if not headers:
        raise RosterUnreadable("not_a_table")
    best = headers.index(min(headers))

    def rows() -> Iterator[Row]:
        with _workbook(path) as book:
            yield from _sheet_rows(_sheets(book)[best])

    return rows


def _sheets(book: Workbook) -> list[ReadOnlyWorksheet]:
    return [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]


@contextmanager
def _workbook(path: Path) -> Iterator[Workbook]:
    with path.open("rb") as file:
        with _refusing_what_is_broken(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of styles and checks that do not concern us
            book = load_workbook(file, read_only=True)
        try:
            yield book
        finally:
            book.close()


def _sheet_rows(sheet: ReadOnlyWorksheet) -> Iterator[Row]:
    sheet.reset_dimensions()  # some exports state a size of one cell, and the rest would not be read
    with _refusing_what_is_broken():
        for values in cast(Worksheet, sheet).iter_rows(values_only=True):
            yield [_literal(value) for value in values]


def _literal(value: object) -> object:
    """A formula as its text; openpyxl wraps some kinds of it in objects."""
    if isinstance(value, ArrayFormula):
        return value.text
    return "=TABLE()" if isinstance(value, DataTableFormula) else value


# ── texts ───────────────────────────────────────────────────────────────────────────────────────────


def _best_text_rows(path: Path, missing: Missing) -> Callable[[], Iterator[Row]]:
    """The rows in the encoding and with the separator that show most of a list, from the top each time."""
    found: dict[tuple[str, str], float] = {}
    for encoding in (each for each in _ENCODINGS if _decodes(path, each)):
        for separator in _SEPARATORS:
            found[encoding, separator] = lacks = _missing_in_text(path, missing, encoding, separator)
            if not lacks:
                return partial(_text_rows, path, encoding, separator)
    if not found:
        raise RosterUnreadable("unknown_format", {"suffix": path.suffix})
    return partial(_text_rows, path, *min(found, key=lambda way: found[way]))


def _missing_in_text(path: Path, missing: Missing, encoding: str, separator: str) -> float:
    """How many columns the header lacks; read the wrong way, a long file can be one field that is too large."""
    try:
        return missing(_text_rows(path, encoding, separator))
    except RosterUnreadable:
        return inf


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(1 << 16):
                pass
    except UnicodeError:
        return False
    return True


def _text_rows(path: Path, encoding: str, separator: str) -> Iterator[Row]:
    with _refusing_what_is_broken(), path.open(encoding=encoding, newline="") as file:
        for values in csv.reader(file, delimiter=separator):
            yield list(map(unguarded, values))
