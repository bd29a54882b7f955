"""Workbooks written row by row, so that one of any length needs no memory; every sheet is ready to be printed.

What people are called, and whatever else was typed, is text and stays it, also for who goes into a cell and out
again. Formulas are only those we write ourselves; where they count a word they refer to the cell it stands in.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from bot.rules.names import clean
from bot.rules.roster_words import looks_like_formula

A4 = 9
"""Excel's number of the paper."""
DAY, PER_CENT = "dd/mm/yyyy", "0.0%"
LONGEST_TITLE = 31


@dataclass(frozen=True)
class Formula:
    """A formula of ours, with its `=`; `rate`: what comes of it is shown as per cent."""

    text: str
    rate: bool = False


@dataclass(frozen=True)
class Rate:
    """A share between 0 and 1, shown as per cent; None is nothing."""

    value: float | None


Value = str | int | date | Formula | Rate
"""What a field holds: text stays text, a number a number, a day a day."""
Write = Callable[[Sequence[Value]], None]
"""Writes one row."""


class Sheet:
    """A sheet being written: a frozen heading with a filter, and A4 pages that repeat it."""

    def __init__(self, sheet: Any, columns: int, above: int = 0) -> None:
        self._sheet, self._last = sheet, get_column_letter(columns) if columns else ""
        self._heading = above + 1
        self.rows = 0
        """The rows written so far, without the heading and the totals."""

    def __call__(self, row: Sequence[Value]) -> None:
        """Write a row; the filter reaches down to it."""
        self._sheet.append([_cell(self._sheet, value) if value != "" else None for value in row])
        self.rows += 1
        if self._last:
            self._sheet.auto_filter.ref = f"A{self._heading}:{self._last}{self._heading + self.rows}"

    def total(self, row: Sequence[Value]) -> None:
        """Write a row of totals in bold, below what can be filtered."""
        self._sheet.append([_cell(self._sheet, value, bold=True) if value != "" else None for value in row])

    def column(self, number: int) -> str:
        """All rows of a column, counted from 1, as a formula names them."""
        letter = get_column_letter(number)
        return f"{letter}${self._heading + 1}:{letter}${self._heading + self.rows}"


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook that is written row by row; one that was not finished leaves no file."""
    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            sheet.close()
        raise
    book.save(path)


def add_sheet(
    book: Workbook,
    title: str,
    headings: Sequence[str],
    widths: Iterable[float],
    *,
    wide: bool = False,
    heading: str = "",
    footing: str = "",
    above: Sequence[Sequence[Value]] = (),
) -> Sheet:
    """Begin a sheet. `wide`: printed across the paper; `heading`, `footing`: what is printed on every page.

    `above`: rows over the headings, each begun by its name in bold.
    """
    sheet: Any = book.create_sheet(_title(title))
    sheet.freeze_panes = f"A{len(above) + 2}"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _set_up(sheet, wide=wide, heading=len(above) + 1)
    sheet.oddHeader.center.text = _printed(heading or title)
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = _printed(footing), "&P/&N"
    for row in above:
        sheet.append(
            [_cell(sheet, value, bold=not n) if value != "" else None for n, value in enumerate(row)]
        )
    sheet.append([_cell(sheet, text, bold=True) for text in headings])
    return Sheet(sheet, len(headings) if any(headings) else 0, len(above))


def written(write: Callable[[Path], None]) -> bytes:
    """What is written to a file, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.xlsx")
        write(path)
        return path.read_bytes()


def letter(number: int) -> str:
    """What a column is called, counted from 1."""
    return get_column_letter(number)


def _set_up(sheet: Any, *, wide: bool, heading: int) -> None:
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{heading}:{heading}"


def _title(text: str) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\']", " ", clean(text))[:LONGEST_TITLE].strip() or "–"


def _printed(text: str) -> str:
    """Text in the margin of a page, where `&` begins a command."""
    return clean(text).replace("&", "&&")


def _cell(sheet: object, value: Value, *, bold: bool = False) -> Any:
    """A field as it is written; what needs neither a format nor a guard is written as it is, which is far quicker."""
    if not bold and isinstance(value, str) and len(value) == 1 and value.isalnum():
        return value  # a letter of a year's grid: most fields of a long file
    plain = "\n".join(map(clean, value.split("\n"))) if isinstance(value, str) else value
    if not bold and (isinstance(plain, int) or (isinstance(plain, str) and _is_harmless(plain))):
        return plain
    if isinstance(plain, Formula) and not (bold or plain.rate):
        return plain.text
    cell: Any = WriteOnlyCell(sheet)  # type: ignore[arg-type]
    _set(cell, plain)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _is_harmless(text: str) -> bool:
    """Whether nobody could take a text for anything else: `#` begins the name of an error."""
    return not (text.startswith("#") or looks_like_formula(text))


def _set(cell: Any, value: Value) -> None:
    if isinstance(value, str):
        cell.value, cell.data_type = value, "s"
        if looks_like_formula(value):
            cell.quotePrefix = True
    elif isinstance(value, Formula):
        cell.value = value.text
        cell.number_format = PER_CENT if value.rate else cell.number_format
    elif isinstance(value, Rate):
        cell.value, cell.number_format = value.value, PER_CENT
    else:
        cell.value = value
        cell.number_format = DAY if isinstance(value, date) else cell.number_format
