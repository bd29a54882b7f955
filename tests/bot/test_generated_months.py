"""Months made up by dice: what chat, tables, papers and the database say of them is what a plain recount says.

A cell meets month after month; all of it is kept in a plain book as well. `--share` of a thousand months is played.
"""

import io
import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from bot.actions import papers, roll, summaries
from bot.config import ZONE
from bot.reports import sheets
from bot.reports.papers import write
from bot.rules.attendance import Count
from bot.rules.names import given_name_key
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, PaperKind, RollState
from bot.texts import Texts
from db import attendance_counts, meetings, people
from db.models import Meeting, Member
from db.session import Session
from tests.people import Cast
from tests.rolled import Book, Written, tally

FULL = 1000
FIRST = 2025
"""The year of the first month: everybody belongs to their cell since it began."""
TEXTS = Texts(ZONE)
SENTENCE = re.compile(
    r"phải dự: (\d+); có mặt: (\d+)(?: \(đến muộn: (\d+)\))?;"
    r" vắng: (\d+) \(có lý do: (\d+), không có lý do: (\d+)\)"
)
MARKED = (RollState.PRESENT, RollState.LATE, RollState.EXCUSED, RollState.UNEXCUSED)


async def counts_of(session: Session, meeting: Meeting) -> dict[str, Count]:
    """What each way of looking at a closed roll makes of it."""
    marks = await attendance_counts.list_roll(session, meeting.id or 0)
    return {
        "chat": (await roll.read(session, meeting, texts=TEXTS)).count,
        "roll": Count.closed(Counter(state for _, state in marks)),
    }


@pytest.fixture
def months(share: float) -> int:
    return max(12, round(FULL * share))


async def test_every_number_is_that_of_a_plain_recount(cast: Cast, months: int, tmp_path: Path) -> None:
    town, members = cast.town, [each.member_id for each in (cast.lan, cast.minh, cast.hoa)]
    for index in range(0, months, 12):
        year = FIRST + index // 12 % 100
        async with town.app.database.write() as session:
            lan = await people.get_member(session, cast.lan.member_id)
            book = await _play(session, town.cell_a, members, year, seed=index)
            await _compare_meetings(session, book)
            await _compare_summaries(session, book, lan, town.cell_a, year)
            await _compare_year(session, book, town.cell_a, year, tmp_path / "year.xlsx")
            await _compare_files(session, book, lan, town.cell_a, year, tmp_path)
            await _compare_papers(session, book, lan, town.cell_a, year)
            await session.rollback()


async def _play(session: Session, cell: int, members: list[int], year: int, *, seed: int) -> Book:
    """A year of a cell's own meetings: everybody is on every roll, as they must attend."""
    book = Book(session, Random(seed))
    for month in Span.of("year", date(year, 1, 1)).months:
        for kind in (MeetingKind.REGULAR, MeetingKind.THEMATIC, MeetingKind.EXTRAORDINARY):
            if book.dice.random() < (0.95 if kind is MeetingKind.REGULAR else 0.3):
                rolls = {member: book.dice.choice(MARKED) for member in members}
                await book.meet(cell, month, rolls, kind=kind)
    return book


def _counted(written: list[Written]) -> Count:
    return Count.closed(tally(written))


async def _compare_meetings(session: Session, book: Book) -> None:
    for written in book.meetings:
        meeting = await meetings.get(session, written.id)
        for way, count in (await counts_of(session, meeting)).items():
            assert count == _counted([written]), way


async def _compare_summaries(session: Session, book: Book, lan: Member, cell: int, year: int) -> None:
    whole = Span.of("year", date(year, 1, 1))
    spans = [whole, *(Span.of("quarter", month) for month in whole.months[::3])]
    for span in [*spans, *(Span.of("month", month) for month in whole.months)]:
        asked: dict[str, Any] = {"organisation_id": cell, "span": span, "by": lan, "today": whole.last}
        found = await summaries.look(session, **asked)
        for kind in summaries.KINDS:
            held = book.held([cell], span, kind)
            assert found.kinds.get(kind, summaries.EMPTY).count == _counted(held)
            assert found.kinds.get(kind, summaries.EMPTY).closed == len(held)
        said = TEXTS.render("summary", "vi", found=found, when="")
        assert re.findall(r"Phải dự: (\d+)", said) == [
            str(_counted(held).must_attend)
            for kind in summaries.KINDS
            if (held := book.held([cell], span, kind))
        ]


async def _compare_year(session: Session, book: Book, cell: int, year: int, path: Path) -> None:
    """The grid as it is written, added up by its letters."""
    found = await attendance_counts.list_years(session, [cell], year)
    with sheets.year_file(path, "A", year, "vi") as write:
        write([("A", *row) for row in found.get(cell, [])])
    grid = [list(row) for row in load_workbook(path).worksheets[0].values][1:]
    letters = Counter(letter for row in grid[: len(found.get(cell, []))] for letter in row[2:14])
    marks = tally(book.held([cell], Span.of("year", date(year, 1, 1)), MeetingKind.REGULAR))
    assert [letters[letter] for letter in "XMPK"] == [marks[state] for state in MARKED]
    every = await attendance_counts.list_year(session, cell, year)
    by_name = sorted(found.get(cell, []), key=lambda row: given_name_key(row[0]))
    assert [(e.member.name, tuple(e.months.get(n) for n in range(1, 13))) for e in every] == by_name


async def _compare_files(
    session: Session, book: Book, lan: Member, cell: int, year: int, folder: Path
) -> None:
    """The table of the year, and the roll of one of its meetings."""
    span, path = Span.of("year", date(year, 1, 1)), folder / "table.xlsx"
    found = await summaries.look(session, organisation_id=cell, span=span, by=lan, today=span.last)
    sheets.write_committee(path, found, "vi")
    for name, kind in (
        ("sinh hoạt thường kỳ", MeetingKind.REGULAR),
        ("sinh hoạt chuyên đề", MeetingKind.THEMATIC),
    ):
        held = book.held([cell], span, kind)
        if held:
            row = list(load_workbook(path)[name].values)[1]
            count = _counted(held)
            assert row[3] == len(held) and row[5] == count.must_attend
            assert list(row[6:10]) == [count.present, count.late, count.excused, count.unexcused]
    written = book.dice.choice(book.meetings)
    asked: dict[str, Any] = {"meeting_id": written.id, "by": lan, "now": written.starts_at, "texts": TEXTS}
    sheets.write_roll(path, await summaries.roll_of(session, **asked), "vi")
    words = Counter(row[2] for row in list(load_workbook(path).worksheets[0].values)[1:])
    assert words == Counter(TEXTS.label(f"roll.{state}", "vi") for state in written.rolls.values())


async def _compare_papers(session: Session, book: Book, lan: Member, cell: int, year: int) -> None:
    """The minutes of one of the meetings, and the report on each month, read back from Word."""
    written = book.dice.choice(book.meetings)
    asked: dict[str, Any] = {"by": lan, "now": datetime(year, 12, 31, 5, tzinfo=UTC), "texts": TEXTS}
    minutes = await papers.of_meeting(session, PaperKind.MINUTES, meeting_id=written.id, **asked)
    assert _read_back(minutes) == [_said(written)]
    for month in Span.of("year", date(year, 1, 1)).months:
        span = Span.of("month", month)
        report = await papers.of_period(session, PaperKind.MONTH, cell_id=cell, span=span, **asked)
        assert _read_back(report) == [_said(each) for each in book.held([cell], span)]


def _read_back(draft: papers.Draft) -> list[tuple[str, ...]]:
    """The numbers of every sentence about who attended."""
    paper = Document(io.BytesIO(write(draft.template, draft.values)))
    found = (SENTENCE.search(paragraph.text) for paragraph in paper.paragraphs)
    return [sentence.groups(default="0") for sentence in found if sentence]


def _said(written: Written) -> tuple[str, ...]:
    count = _counted([written])
    numbers = (count.must_attend, count.attended, count.late, count.absent, count.excused, count.unexcused)
    return tuple(map(str, numbers))
