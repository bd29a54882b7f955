"""How a notice was studied, as it is reported upward: a document, and a workbook that calculates."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.texts import TEMPLATES, label

COLUMNS = ("part", "sessions", "at_meeting", "alone", "in_person", "confirmed", "recipients", "rate")
"""Of each row of the workbook, behind its number; the last is calculated by who opens it."""
WIDTHS = (6, 40, 12, 16, 16, 18, 14, 16, 10)
HEAD = 6
"""Lines over the table: title, document, place, deadline, day, and an empty one."""


@dataclass(frozen=True)
class Line:
    """A part of the tree: meetings that studied it, who has studied it and how, and who was to."""

    part: str
    sessions: int
    at_meeting: int
    in_person: int
    confirmed: int
    recipients: int

    @property
    def alone(self) -> int:
        """Who said so themselves."""
        return self.confirmed - self.at_meeting - self.in_person

    @property
    def rate(self) -> float | None:
        """The part of them who have studied it; None where nobody was to."""
        return self.confirmed / self.recipients if self.recipients else None


@dataclass(frozen=True)
class Report:
    """What is reported of one notice in one part of the tree on a day. `documents`: its files, and its text."""

    title: str
    source: str
    place: str
    above: str
    study_by: date | None
    day: date
    documents: int
    total: Line
    lines: Sequence[Line]


def report_document(report: Report, language: str) -> bytes:
    """The .docx of a report."""
    from docxtpl import DocxTemplate  # here, because it takes a third of a second and is seldom wanted

    template = DocxTemplate(TEMPLATES / language / "papers" / "notice_report.docx")
    rows = [_words(line, language) | {"number": number} for number, line in enumerate(report.lines, start=1)]
    values = {
        "above": report.above.upper(),
        "place": report.place,
        "place_capitals": report.place.upper(),
        "title": report.title,
        "source": report.source,
        "study_by": f"{report.study_by:%d/%m/%Y}" if report.study_by else "",
        "day": report.day,
        "documents": report.documents,
        "total": _words(report.total, language),
        "rows": rows,
    }
    template.render(values, autoescape=True)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def report_workbook(report: Report, language: str) -> bytes:
    """The .xlsx of a report: numbers as numbers, the sums and percentages as formulas."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = label("notice_sheet.sheet", language)
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _write_head(sheet, report, language)
    first = HEAD + 2
    for number, line in enumerate(report.lines, start=1):
        _write_row(sheet, first + number - 1, number, line)
    _write_total(sheet, first, first + len(report.lines) - 1, language)
    sheet.freeze_panes = f"A{first}"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _words(line: Line, language: str) -> dict[str, Any]:
    rate = "–" if line.rate is None else f"{line.rate * 100:.1f}".removesuffix(".0") + "%"
    values = {name: getattr(line, name) for name in COLUMNS}
    return values | {"rate": rate.replace(".", ",") if language == "vi" else rate}


def _write_head(sheet: Any, report: Report, language: str) -> None:
    from openpyxl.styles import Alignment, Font

    said = {
        "title": report.title,
        "source": report.source,
        "place": report.place,
        "study_by": report.study_by,
        "day": report.day,
    }
    for number, (key, value) in enumerate(said.items(), start=1):
        sheet.cell(number, 1, label(f"notice_sheet.{key}", language)).font = Font(bold=True)
        cell = sheet.cell(number, 3, value)
        if isinstance(value, str):
            cell.data_type = "s"  # never a formula, whatever it looks like
        elif value is not None:
            cell.number_format = "DD/MM/YYYY"
            cell.alignment = Alignment(horizontal="left")
    headings = ["#", *(label(f"notice_sheet.{name}", language) for name in COLUMNS)]
    for number, words in enumerate(headings, start=1):
        cell = sheet.cell(HEAD + 1, number, words)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")


def _write_row(sheet: Any, row: int, number: int, line: Line) -> None:
    sheet.cell(row, 1, number)
    sheet.cell(row, 2, line.part).data_type = "s"
    for column, name in enumerate(COLUMNS[1:-1], start=3):
        sheet.cell(row, column, getattr(line, name))
    _write_rate(sheet, row)


def _write_total(sheet: Any, first: int, last: int, language: str) -> None:
    from openpyxl.styles import Font

    row = last + 1
    sheet.cell(row, 2, label("notice_sheet.total", language))
    for column in "CDEFGH":
        sheet[f"{column}{row}"] = f"=SUM({column}{first}:{column}{last})" if last >= first else 0
    _write_rate(sheet, row)
    for cell in sheet[row]:
        cell.font = Font(bold=True)


def _write_rate(sheet: Any, row: int) -> None:
    cell = sheet.cell(row, 9, f'=IF(H{row}=0,"",G{row}/H{row})')
    cell.number_format = "0.0%"
