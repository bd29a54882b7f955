"""Tables as a spreadsheet program opens them: typed fields, our formulas, nobody else's."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bot.actions.skipping import Found
from bot.actions.summaries import ClosedRoll, Part, Summary
from bot.actions.task_years import CellYear, MemberYear
from bot.config import ZONE
from bot.reports import sheets, task_year
from bot.rules.attendance import Count
from bot.rules.skipping import Asked
from bot.rules.spans import Span
from bot.rules.words import Evaluated, MeetingKind, OrganisationKind, RollState
from bot.texts import Texts
from db.attendance_counts import Held
from db.models import Assignment, Meeting, Member, Organisation, Progress, Task
from db.skipping import Absent
from db.task_years import YearRow
from tests.office import opened

EVIL = '=HYPERLINK("http://x","Lý")'
NAMES = ["Vàng Thị Lan", EVIL, "@SUM(1)", "#REF!", "Sùng Thị Hoa"]
CELL = Organisation(id=2, code="a", name=f"Chi bộ & thôn A {EVIL}", kind=OrganisationKind.CELL)
COMMUNE = Organisation(id=1, code="x", name="Đảng bộ xã", kind=OrganisationKind.COMMUNE)
YEAR = Span.of("year", date(2026, 1, 1))
COUNT = Count.closed(dict(zip(RollState, (14, 2, 1, 2, 1, 1), strict=True)))
STATES = [*RollState, None]


def values(path: Path) -> dict[str, list[list[Any]]]:
    """What a spreadsheet program shows: every sheet, with its formulas calculated."""
    book = load_workbook(opened(path, "xlsx"), data_only=True)
    return {sheet.title: [list(row) for row in sheet.values] for sheet in book}


def formulas(path: Path) -> list[str]:
    book = load_workbook(path)
    return [cell.value for sheet in book for row in sheet.rows for cell in row if cell.data_type == "f"]


def assert_in_form(path: Path, *, wide: bool) -> None:
    """The heading is frozen, filtered and repeated on A4 pages; nobody's name is a formula."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "A2" and sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref is not None and sheet.auto_filter.ref.startswith("A1:")
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        9,
        1,
        0,
    )
    assert sheet.page_setup.orientation == ("landscape" if wide else "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert not [
        f for f in formulas(path) if not f.startswith(("=COUNTIF(", "=SUM(", "=IF(", "=B", "=C", "=D"))
    ]
    assert not any("HYPERLINK" in f or "@" in f for f in formulas(path))


def test_a_roll_adds_up_and_its_day_is_a_day(tmp_path: Path) -> None:
    path = tmp_path / "roll.xlsx"
    starts = datetime(2026, 3, 3, 19, 30, tzinfo=ZONE)
    meeting = Meeting(
        cell_id=2, kind=MeetingKind.REGULAR, month=date(2026, 3, 1), starts_at=starts, place=EVIL
    )
    marks = [(Member(name=name), state) for name, state in zip(NAMES, RollState, strict=False)]
    sheets.write_roll(path, ClosedRoll(meeting, CELL, date(2026, 3, 3), marks), "vi")
    assert_in_form(path, wide=False)
    shown = values(path)
    assert [row[1] for row in shown["Điểm danh"][1:]] == NAMES
    facts = {row[0]: row[1] for row in shown["Tổng hợp"] if row[0]}
    assert facts["Ngày"] == datetime(2026, 3, 3) and facts["Địa điểm"] == EVIL
    assert (facts["có mặt"], facts["vắng không có lý do"], facts["không thuộc diện"]) == (1, 1, 0)
    assert (facts["phải dự"], facts["Tỷ lệ"]) == (4, 0.5)


def test_a_year_counts_by_member_and_by_month(tmp_path: Path) -> None:
    path = tmp_path / "year.xlsx"
    grid = [[STATES[(m * 5 + row * 3) % len(STATES)] for m in range(12)] for row in range(len(NAMES))]
    with sheets.year_file(path, CELL.name, 2026, "vi") as write:
        for name, marks in zip(NAMES, grid, strict=True):
            write([(CELL.name, name, marks)])
    assert_in_form(path, wide=True)
    shown = values(path)["Năm 2026"]
    for row, name, marks in zip(shown[1:], NAMES, grid, strict=False):
        tally = Counter(marks)
        assert row[:2] == [CELL.name, name]
        assert row[14:18] == [tally[state] for state in list(RollState)[:4]]
        there = tally[RollState.PRESENT] + tally[RollState.LATE]
        must = there + tally[RollState.EXCUSED] + tally[RollState.UNEXCUSED]
        assert abs(row[18] - there / must) < 1e-9
    for place, state in enumerate(list(RollState)[:4]):
        total = shown[1 + len(NAMES) + place]
        assert total[2:14] == [sum(marks[m] is state for marks in grid) for m in range(12)]
        assert total[14 + place] == sum(marks.count(state) for marks in grid)
    every = Counter(mark for marks in grid for mark in marks)
    there = every[RollState.PRESENT] + every[RollState.LATE]
    assert abs(shown[-1][18] - there / (there + every[RollState.EXCUSED] + every[RollState.UNEXCUSED])) < 1e-9


def test_a_committees_totals_are_the_sums_of_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "committee.xlsx"
    held = {MeetingKind.REGULAR: Held(3, 1, 2, 0, COUNT), MeetingKind.THEMATIC: Held(1)}
    other = Organisation(id=3, code="b", name=EVIL, kind=OrganisationKind.CELL)
    parts = [Part(CELL, 5, 4, held), Part(other, 2, 1, {MeetingKind.REGULAR: Held(1, count=COUNT)})]
    sheets.write_committee(path, Summary(COMMUNE, YEAR, 7, 5, held, [], None, parts), "vi")
    assert_in_form(path, wide=True)
    regular = values(path)["sinh hoạt thường kỳ"]
    assert [row[0] for row in regular[1:]] == [CELL.name, EVIL, "Cộng"]
    assert regular[3][1:10] == [7, 5, 4, 2, 38, 28, 4, 2, 4]
    assert abs(regular[3][10] - 32 / 38) < 1e-9


def test_who_was_absent_is_a_list_with_totals_also_when_it_is_nobody(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    absent = [Absent(n, name, 2, CELL.name, n, 2) for n, name in enumerate(NAMES)]
    sheets.write_absent(path, Found(COMMUNE, Asked(), len(absent), absent=absent, names=True), "vi")
    assert_in_form(path, wide=False)
    shown = values(path)["Vắng họp"]
    assert [row[1] for row in shown[1:-1]] == NAMES and shown[-1] == ["Cộng", None, 10, 10, 20]
    sheets.write_absent(path, Found(CELL, Asked(YEAR), 0, absent=[], names=True), "en")
    assert values(path)["Absent"][-1] == ["Total", None, 0, 0, 0]


def test_the_tasks_of_a_year_are_counted_by_formulas_whatever_they_are_called(tmp_path: Path) -> None:
    path = tmp_path / "tasks.xlsx"
    task = Task(cell_id=2, title=EVIL, year=2026, created_by=1, created_at=datetime(2026, 1, 1, tzinfo=ZONE))
    evaluated = [Evaluated.WELL_DONE, Evaluated.DONE, Evaluated.DONE, None]
    months = {n: Progress(assignment_id=1, evaluated=e) for n, e in enumerate(evaluated, 1)}
    rows = [
        YearRow(
            task, Assignment(id=1, task_id=1, member_id=n, since=date(2026, 1, 1)), Member(name=name), months
        )
        for n, name in enumerate(NAMES)
    ]
    found = CellYear(CELL, 2026, [MemberYear(row.member, [row]) for row in rows])
    texts = Texts(ZONE, evaluations=("Tốt", '"x" & 1', "Chưa", "Không báo"))
    task_year.write(path, found, texts, "vi")
    assert_in_form(path, wide=True)
    shown = next(iter(values(path).values()))
    assert [row[16:20] for row in shown[1:-1]] == [[1, 2, 0, 0]] * len(NAMES)
    assert shown[-1][16:20] == [5, 10, 0, 0]
