"""Twelve months of one cell: asked, reported, evaluated and closed, and the year says what was played."""

import io
from datetime import date
from random import Random
from typing import Any

from openpyxl import load_workbook
from sqlmodel import select

from bot.rules.words import Evaluated
from db.models import AuditEntry, Media
from tests.people import Cast, schedule
from tests.tasked import give

LABELS = {
    "Hoàn thành tốt": Evaluated.WELL_DONE,
    "Hoàn thành": Evaluated.DONE,
    "Chưa hoàn thành": Evaluated.NOT_DONE,
    "Chưa báo cáo": Evaluated.NOT_REPORTED,
}
SILENT = None
MEASURE: dict[str, Any] = {"target": 5, "unit": "hộ"}


async def evaluates(cast: Cast, names: dict[str, str]) -> None:
    """Lan evaluates at the meeting, one tap each, and closes the roll."""
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    for name, label in names.items():
        await cast.lan.taps(next(b for b in cast.lan.buttons if b.endswith(name)))
        await cast.lan.taps(label)
        await cast.lan.taps("‹ Danh sách đánh giá")
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("✅ Tất cả có mặt")
    await cast.lan.taps("🔒 Kết thúc điểm danh")
    await cast.lan.taps("🔒 Chốt điểm danh")
    assert "chốt" in cast.lan.shown.lower()


async def table(cast: Cast, year: int) -> list[list[object]]:
    """The year as Lan gets it in one tap, without the totals."""
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("📅 Cả năm")
    if year < cast.town.app.house.today.year:
        await cast.lan.taps(f"‹ Năm {year}")
    await cast.lan.taps("📄 Bảng Excel")
    async with cast.town.app.database.read() as session:
        file = (await session.exec(select(Media).order_by(Media.id.desc()))).first()  # type: ignore[union-attr]
    assert file is not None and file.name == f"nhiem-vu-a-{year}.xlsx"
    [sheet] = load_workbook(io.BytesIO(file.content)).worksheets
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[-1][0] == "Cộng" and str(rows[-1][16]).startswith("=SUM(Q$2:")
    return rows[:-1]


async def test_a_year_of_a_cell_is_what_was_played(cast: Cast) -> None:
    dice = Random(7)
    await give(cast, "=Vận động 5 hộ", cast.hoa, cast.minh, **MEASURE)
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    people_ = {"Sùng Thị Hoa": cast.hoa, "Lù Văn Minh": cast.minh}
    played: dict[str, dict[date, str]] = {name: {} for name in people_}
    last: dict[str, int] = {}
    for number in range(12):
        month = date(2026 + (number + 3) // 12, (number + 3) % 12 + 1, 1)
        await cast.town.passes_until(month.year, month.month, 2, 12, 0)
        for name, actor in people_.items():
            said = dice.choice((SILENT, 25, 50, 75))
            if said is not SILENT:
                await actor.sends(f"xong {said}%")
                last[name] = said
        await cast.town.passes_until(month.year, month.month, 3, 20, 0)
        labels = {name: dice.choice(list(LABELS)) for name in people_}
        await evaluates(cast, labels)
        for name, label in labels.items():
            played[name][month] = label
    for year in (2026, 2027):
        headings, *rows = await table(cast, year)
        assert [row[0] for row in rows] == list(people_)
        for row in rows:
            found = dict(zip(map(str, headings), row, strict=True))
            name = str(found["Đảng viên"])
            months = {m: label for m, label in played[name].items() if m.year == year}
            assert {n: found[f"Tháng {n}"] for n in range(1, 13) if found[f"Tháng {n}"]} == {
                m.month: label for m, label in months.items()
            }
            assert all(str(found[label]).startswith("=COUNTIF($E") for label in LABELS)
            assert (found["Nhiệm vụ"], found["Chỉ tiêu"]) == ("=Vận động 5 hộ", "5 hộ")
            assert found["Tiến độ (%)"] == last.get(name)
    asked = [said for said in cast.hoa.heard if "để chuẩn bị cho buổi sinh hoạt" in said]
    assert len(asked) <= 12


async def test_the_file_leaves_an_entry_and_its_names_are_no_formulas(cast: Cast) -> None:
    await give(cast, '=HYPERLINK("x")', cast.hoa, **MEASURE)
    _, row = await table(cast, 2026)
    assert row[1] == '=HYPERLINK("x")'
    async with cast.town.app.database.read() as session:
        entries = (await session.exec(select(AuditEntry))).all()
    assert [(e.verb.value, e.organisation_id, e.count) for e in entries][-1] == (
        "exported",
        cast.town.cell_a,
        1,
    )


async def test_a_member_sees_their_own_year_and_the_secretary_each_ones(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa, cast.minh, **MEASURE)
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("📅 Nhiệm vụ cả năm")
    assert "Sùng Thị Hoa – nhiệm vụ năm 2026" in cast.hoa.shown
    assert "Chưa qua buổi sinh hoạt nào" in cast.hoa.shown and "Minh" not in cast.hoa.shown
    await cast.hoa.taps("‹ Năm 2025")
    assert "Năm này không có nhiệm vụ nào" in cast.hoa.shown
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("📅 Cả năm")
    assert "2 đồng chí, 2 nhiệm vụ được giao" in cast.lan.shown
    await cast.lan.taps("Lù Văn Minh")
    assert "Lù Văn Minh – nhiệm vụ năm 2026" in cast.lan.shown
