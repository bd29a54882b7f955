"""A cell's year of tasks as a workbook: a row for each task of each member, for the yearly review."""

from pathlib import Path

from bot.actions.task_years import CellYear
from bot.rules.words import Evaluated
from bot.texts import Texts
from bot.workbooks import Formula, Value, add_sheet, letter, open_workbook
from db.models import Progress, Task
from db.task_years import YearRow

MONTHS = range(1, 13)
COUNTS = range(17, 17 + len(Evaluated))
"""The columns that count how often a task was evaluated how, counted from 1."""
WIDTHS = (26, 46, 20, 14, *(16 for _ in MONTHS), *(14 for _ in Evaluated), 12, 50)


def write(path: Path, year: CellYear, texts: Texts, language: str) -> None:
    """Write it: member, task, kind, measure, the twelve months, how often evaluated how, the last per cent, notes."""
    with open_workbook(path) as book:
        title = texts.label("task_year.sheet", language, year=year.year)
        heading = f"{year.cell.name}: {title}"
        sheet = add_sheet(book, title, _headings(texts, language), WIDTHS, wide=True, heading=heading)
        for row in year.rows:
            sheet(_cells(row, sheet.rows + 2, texts, language))
        if sheet.rows:
            sums = [Formula(f"=SUM({sheet.column(number)})") for number in COUNTS]
            sheet.total([texts.label("sheets.total", language), *("" for _ in range(15)), *sums])


def _headings(texts: Texts, language: str) -> list[str]:
    def heading(key: str, **values: object) -> str:
        return texts.label(f"task_year.{key}", language, **values)

    first = [heading("member"), heading("task"), heading("kind"), heading("measure")]
    months = [heading("month", number=number) for number in MONTHS]
    counts = [texts.evaluated(each, language) for each in Evaluated]
    return [*first, *months, *counts, heading("percent"), heading("notes")]


def _cells(row: YearRow, number: int, texts: Texts, language: str) -> list[Value]:
    months = [_month(row.months.get(number), texts, language) for number in MONTHS]
    counts = [Formula(f"=COUNTIF($E{number}:$P{number},{letter(column)}$1)") for column in COUNTS]
    percent = "" if row.percent is None else row.percent
    notes = "\n".join(
        f"{texts.label('task_year.month', language, number=month)}: {note}" for month, note in row.notes
    )
    return [
        row.member.name,
        row.task.title,
        row.task.kind,
        _measure(row.task),
        *months,
        *counts,
        percent,
        notes,
    ]


def _measure(task: Task) -> str:
    return f"{task.target} {task.unit}".strip() if task.target else ""


def _month(seen: Progress | None, texts: Texts, language: str) -> str:
    if seen is None:
        return ""
    if seen.evaluated is None:
        return texts.label("task_year.not_evaluated", language)
    return texts.evaluated(seen.evaluated, language)
