"""How a notice was studied, as it is reported upward: a document, and a workbook that calculates."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bot.texts import TEMPLATES, label
from bot.workbooks import Formula, Value, add_sheet, open_workbook, written

COLUMNS = ("part", "sessions", "at_meeting", "alone", "in_person", "confirmed", "recipients", "rate")
"""Of each row of the workbook, behind its number; the last is calculated by who opens it."""
WIDTHS = (6, 40, 12, 18, 18, 22, 18, 14, 10)


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

    def write(path: Path) -> None:
        with open_workbook(path) as book:
            _write(book, report, language)

    return written(write)


def _words(line: Line, language: str) -> dict[str, Any]:
    rate = "–" if line.rate is None else f"{line.rate * 100:.1f}".removesuffix(".0") + "%"
    values = {name: getattr(line, name) for name in COLUMNS}
    return values | {"rate": rate.replace(".", ",") if language == "vi" else rate}


def _write(book: Workbook, report: Report, language: str) -> None:
    above = _head(report, language)
    headings = ["#", *(label(f"notice_sheet.{name}", language) for name in COLUMNS)]
    sheet = add_sheet(
        *(book, label("notice_sheet.sheet", language), headings, WIDTHS),
        wide=True,
        heading=report.title,
        above=above,
    )
    first = len(above) + 2
    for number, line in enumerate(report.lines):
        counts = [getattr(line, name) for name in COLUMNS[1:-1]]
        sheet([number + 1, line.part, *counts, _rate(first + number)])
    columns = range(3, len(headings))
    sums = [Formula(f"=SUM({sheet.column(each)})") if report.lines else 0 for each in columns]
    sheet.total(["", label("notice_sheet.total", language), *sums, _rate(first + len(report.lines))])


def _head(report: Report, language: str) -> list[list[Value]]:
    """What stands over the table, and an empty row."""
    said: dict[str, Value] = {
        "title": report.title,
        "source": report.source,
        "place": report.place,
        "study_by": report.study_by or "",
        "day": report.day,
    }
    return [*([label(f"notice_sheet.{key}", language), "", value] for key, value in said.items()), []]


def _rate(row: int) -> Formula:
    return Formula(f'=IF(H{row}=0,"",G{row}/H{row})', rate=True)
