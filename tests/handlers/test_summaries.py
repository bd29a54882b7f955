"""Summaries by month, quarter and year, one's own attendance, and the files behind them."""

from datetime import date
from io import BytesIO
from random import Random

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from bot.rules.words import AuditVerb, MeetingKind, RollState
from db.models import AuditEntry, Media, MeetingState
from tests.people import Cast
from tests.rolled import Book

MISSED, CAME, LATE, EXCUSED = RollState.UNEXCUSED, RollState.PRESENT, RollState.LATE, RollState.EXCUSED


@pytest.fixture
async def may(cast: Cast) -> Cast:
    """It is 20 May: cell A met from January to April, Hoa missed three times in a row; B met once."""
    lan, minh, hoa, dung = (each.member_id for each in (cast.lan, cast.minh, cast.hoa, cast.dung))
    async with cast.town.app.database.write() as session:
        book = Book(session, Random(1))
        for month, of_hoa, of_minh in (
            (1, CAME, LATE),
            (2, MISSED, CAME),
            (3, MISSED, EXCUSED),
            (4, MISSED, CAME),
        ):
            rolls = {lan: CAME, minh: of_minh, hoa: of_hoa}
            await book.meet(cast.town.cell_a, date(2026, month, 1), rolls)
        await book.meet(cast.town.cell_b, date(2026, 4, 1), {dung: MISSED})
        thematic = {"kind": MeetingKind.THEMATIC, "state": MeetingState.NOT_HELD}
        await book.meet(cast.town.cell_a, date(2026, 1, 1), {}, **thematic)
    await cast.town.moves_to(2026, 5, 20, 8, 0)
    return cast


async def exported(cast: Cast) -> list[tuple[AuditVerb, int | None, int | None]]:
    async with cast.town.app.database.read() as session:
        verbs = (AuditVerb.EXPORTED, AuditVerb.READ_NAMES)
        found = (await session.exec(select(AuditEntry).order_by(AuditEntry.id))).all()  # type: ignore[arg-type]
        return [(each.verb, each.organisation_id, each.count) for each in found if each.verb in verbs]


async def last_file(cast: Cast) -> list[list[object]]:
    """The first sheet of the file that was made last."""
    async with cast.town.app.database.read() as session:
        found = (await session.exec(select(Media).order_by(Media.id.desc()))).first()  # type: ignore[union-attr]
    assert found is not None and found.name.endswith(".xlsx")
    return [list(row) for row in load_workbook(BytesIO(found.content)).worksheets[0].values]


async def test_a_secretary_sees_the_month_the_quarter_and_the_year(may: Cast) -> None:
    assert (
        "Tổng hợp tháng 5/2026" in await may.lan.sends("/tonghop") and "Chưa có buổi họp nào" in may.lan.last
    )
    await may.lan.taps("‹ tháng 4/2026")
    assert "Phải dự: 3; có mặt: 2 (đến muộn: 0); vắng: 1 (có lý do: 0, không có lý do: 1)" in may.lan.shown
    assert "66,7 %" in may.lan.shown and "Hoa" not in may.lan.shown
    await may.lan.taps("Năm", may.lan.tapped)
    assert "Tổng hợp năm 2026" in may.lan.shown and "Đã họp: 4 buổi" in may.lan.shown
    assert "– Tháng 1: 3/3 – 100 %" in may.lan.shown and "🔴 từ 3 tháng: 1" in may.lan.shown
    assert "không họp: 1" in may.lan.shown
    await may.lan.taps("Quý", may.lan.tapped)
    assert "Tổng hợp quý 2/2026" in may.lan.shown


async def test_an_officer_sees_the_worst_part_first_and_goes_down_to_a_cell(may: Cast) -> None:
    await may.quan.sends("tổng hợp")
    await may.quan.taps("‹ tháng 4/2026")
    assert "Chi bộ đã họp thường kỳ: 2/2" in may.quan.shown and "50 %" in may.quan.shown
    assert may.quan.tapped is not None
    parts = [b.text for row in may.quan.tapped.buttons for b in row][:2]
    assert parts == ["Chi bộ thôn B: 0 % · 🏠 1/1", "Chi bộ thôn A: 66,7 % · 🏠 1/1"]
    await may.quan.taps(parts[1], may.quan.tapped)
    assert "Chi bộ thôn A" in may.quan.shown and "Hoa" not in may.quan.shown
    await may.quan.taps("👁 Ai vắng", may.quan.tapped)
    assert "Số đảng viên: 1" in may.quan.shown and "Hoa" not in may.quan.shown
    assert await exported(may) == []
    await may.quan.taps("👁 Xem tên", may.quan.tapped)
    assert "Sùng Thị Hoa: 1 lần (không có lý do)" in may.quan.shown and "nhật ký" in may.quan.shown
    assert await exported(may) == [(AuditVerb.READ_NAMES, may.town.cell_a, 1)]


async def test_a_committees_table_has_numbers_only_and_its_year_has_names_and_an_entry(may: Cast) -> None:
    await may.quan.sends("/tonghop")
    await may.quan.taps("Năm")
    await may.quan.taps("📄 Bảng .xlsx", may.quan.tapped)
    table = await last_file(may)
    assert [row[0] for row in table] == ["Tổ chức", "Chi bộ thôn A", "Chi bộ thôn B", "Cộng"]
    assert table[1][3:10] == [4, 0, 12, 7, 1, 1, 3] and await exported(may) == []
    await may.quan.taps("📄 Bảng cả năm theo đảng viên", may.quan.tapped)
    grid = await last_file(may)
    assert ["Chi bộ thôn A", "Sùng Thị Hoa", "X", "K", "K", "K", *[None] * 8] in [row[:14] for row in grid]
    assert await exported(may) == [(AuditVerb.EXPORTED, may.town.committee, 4)]
    assert "Tổng hợp năm 2026" in may.quan.shown


async def test_a_closed_roll_is_a_table_too(may: Cast) -> None:
    await may.lan.sends("/diemdanh")
    data = [b.text for row in may.lan.person.last.buttons for b in row]
    assert "📄 Điểm danh .xlsx" in data
    await may.lan.taps("📄 Điểm danh .xlsx")
    assert [row[1:] for row in await last_file(may)][1:] == [
        ["Sùng Thị Hoa", "vắng không có lý do"],
        ["Vàng Thị Lan", "có mặt"],
        ["Lù Văn Minh", "có mặt"],
    ]
    assert (await exported(may))[-1] == (AuditVerb.EXPORTED, may.town.cell_a, 3)


async def test_everybody_sees_their_own_year_worded_as_a_proposal(may: Cast) -> None:
    await may.hoa.sends("/toi")
    await may.hoa.taps("📊 Điểm danh của tôi")
    assert "Sinh hoạt thường kỳ: dự 1/4 buổi (25 %)" in may.hoa.shown
    assert "không có lý do: 3 tháng – đề nghị chi bộ xem xét, quan tâm" in may.hoa.shown
    await may.hoa.taps("‹ Năm 2025", may.hoa.tapped)
    assert "Chưa có buổi nào" in may.hoa.shown
    assert "dự 4/4 buổi (100 %)" in await may.lan.sends("điểm danh của tôi")
    assert "xem xét" not in may.lan.last


async def test_who_leads_nothing_is_told_whom_it_is_for(may: Cast) -> None:
    assert "dành cho bí thư" in await may.hoa.sends("/tonghop")
