"""A notice goes down the tree and comes up again: numbers, cells that lag, study sessions, the report upward."""

import io
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from bot.rules.words import OrganisationKind, RoleName
from bot.sandbox.objects import Button
from db.models import Organisation
from tests.notices import TITLE, forged, issue, recipient, recipients, without_chat
from tests.office import opened
from tests.people import Actor, Cast, found, schedule

CONFIRM = "✅ Tôi đã nghiên cứu"


async def numbers(cast: Cast) -> str:
    """What Quân sees of the newest notice."""
    await cast.quan.sends("/thongbao")
    await cast.quan.taps(f"📊 {TITLE}")
    return cast.quan.last


async def pressed(actor: Actor, words: str) -> str:
    """What the bot said last after a tap on the button that contains these words."""
    await actor.taps(next(each for each in actor.buttons if words in each))
    return actor.last


async def closes_roll(cast: Cast, *, absent: Actor) -> None:
    """Lan takes the roll of A's meeting: everybody is there but one, and closes it."""
    await cast.lan.sends("/diemdanh")
    await pressed(cast.lan, "Tất cả có mặt")
    for _ in range(3):  # late, excused, unexcused
        await pressed(cast.lan, absent.person.name)
    await pressed(cast.lan, "Kết thúc điểm danh")


async def test_what_was_studied_at_a_meeting_is_confirmed_by_who_was_there(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    notice = await issue(cast)
    await cast.minh.taps(CONFIRM)
    await cast.town.moves_to(2026, 3, 3, 20, 0)
    await closes_roll(cast, absent=cast.hoa)
    await pressed(cast.lan, "Học tập tại buổi này")
    assert "▫️ Kế hoạch học tập quý I" in cast.lan.buttons
    assert "☑️ Kế hoạch" in "".join(await shown_after(cast.lan, "▫️ Kế hoạch"))
    assert (await recipient(cast, notice, cast.lan)).confirmed_at is None  # the roll is still open
    await cast.lan.sends("/diemdanh")
    await pressed(cast.lan, "Kết thúc điểm danh")
    await pressed(cast.lan, "Chốt điểm danh")
    lan, minh, hoa = [await recipient(cast, notice, each) for each in (cast.lan, cast.minh, cast.hoa)]
    assert lan.confirmed_at == cast.town.clock.now() and lan.meeting_id is not None
    assert minh.confirmed_at is not None and minh.meeting_id is None  # by their own tap
    assert hoa.confirmed_at is None
    said = await numbers(cast)
    assert "Đã xác nhận: 2 (40 %)" in said and "tại buổi họp: 1" in said and "tại chi bộ: 1" in said


async def shown_after(actor: Actor, words: str) -> list[str]:
    await pressed(actor, words)
    return actor.buttons


async def test_a_corrected_roll_corrects_who_studied_there_and_it_can_be_taken_back(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    notice = await issue(cast)
    await cast.town.moves_to(2026, 3, 3, 20, 0)
    await closes_roll(cast, absent=cast.hoa)
    await pressed(cast.lan, "Chốt điểm danh")
    await pressed(cast.lan, "Học tập tại buổi này")
    await pressed(cast.lan, "▫️ Kế hoạch")
    assert (await recipient(cast, notice, cast.lan)).meeting_id is not None
    await corrects(cast, "Sùng Thị Hoa", "Có mặt")
    assert (await recipient(cast, notice, cast.hoa)).meeting_id is not None
    await corrects(cast, "Lù Văn Minh", "Vắng không có lý do")
    assert (await recipient(cast, notice, cast.minh)).confirmed_at is None
    meeting = (await recipient(cast, notice, cast.hoa)).meeting_id
    await forged(cast, cast.lan, f"study:{meeting}:{notice}:0")
    assert not any(row.confirmed_at for row in (await recipients(cast, notice)).values())


async def corrects(cast: Cast, name: str, state: str) -> None:
    """Lan corrects a mark of the closed roll."""
    await again(cast.lan, "Sửa điểm danh")
    await pressed(cast.lan, name)
    await cast.lan.taps(next(each for each in cast.lan.buttons if state.lower() in each.lower()))
    await cast.lan.sends("ghi nhầm")


async def test_only_who_leads_the_cell_says_what_it_studied_and_only_its_own(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    other = await issue(cast, "Kế hoạch của thôn B", to=cast.town.cell_b)
    await cast.town.moves_to(2026, 3, 3, 20, 0)
    assert "không thuộc phần việc" in (await forged(cast, cast.quan, "studied:1") or "")
    await forged(cast, cast.lan, f"study:1:{other}:1")
    assert not any(row.confirmed_at for row in (await recipients(cast, other)).values())


async def test_the_secretary_sees_how_each_of_the_cell_studied_it(cast: Cast) -> None:
    await without_chat(cast, "Giàng A Chứ", cast.town.cell_a)
    await issue(cast)
    await cast.minh.taps(CONFIRM)
    await cast.lan.sends("/thongbao")
    await pressed(cast.lan, "Ai chưa xác nhận")
    await pressed(cast.lan, "Đã phổ biến trực tiếp: Giàng A Chứ")
    said = await pressed(cast.lan, "Cả chi bộ")
    assert "1. Giàng A Chứ: 🗣 đồng chí Vàng Thị Lan phổ biến trực tiếp, 02/03/2026" in said
    assert "Lù Văn Minh: ✅ tự xác nhận, 02/03/2026" in said and "Sùng Thị Hoa: ▫️" in said
    assert "Dũng" not in said


async def test_cells_that_lag_are_shown_worst_first_and_their_secretaries_reminded_once_a_day(
    cast: Cast,
) -> None:
    await issue(cast)
    for each in (cast.lan, cast.dung):
        await each.taps(CONFIRM)
    assert "Chi bộ thôn A: 1 / 3 / 3\nChi bộ thôn B: 1 / 2 / 2" in await numbers(cast)
    said = await pressed(cast.quan, "Chi bộ dưới 80 %")
    assert "2 chi bộ" in said and said.index("thôn A: 1/3 (33,3 %)") < said.index("thôn B: 1/2 (50 %)")
    for _ in range(2):
        assert "1/2 chi bộ" in await again(cast.quan, "Nhắc bí thư")
    reminded = [said for said in cast.lan.heard if "Nhờ đồng chí nhắc các đồng chí còn lại" in said]
    assert len(reminded) == 1 and "1/3" in reminded[0] and "Hoa" not in reminded[0]
    await cast.lan.taps("🔎 Ai chưa xác nhận")
    assert "Sùng Thị Hoa" in cast.lan.last
    await cast.town.moves_to(2026, 3, 3, 8, 0)
    await cast.quan.sends("/thongbao")
    await cast.quan.taps(f"📊 {TITLE}")
    await pressed(cast.quan, "Chi bộ dưới 80 %")
    await pressed(cast.quan, "Nhắc bí thư")
    assert sum("Nhờ đồng chí nhắc" in said for said in cast.lan.heard) == 2


async def again(actor: Actor, words: str) -> str:
    """What is said after a tap on a button of the message before the last one, which stays where it is."""
    message = next(m for m in reversed(actor.person.messages) if any(words in b for b in _words(m.buttons)))
    await actor.taps(next(each for each in _words(message.buttons) if words in each), message)
    return actor.last


def _words(rows: list[list[Button]]) -> list[str]:
    return [button.text for row in rows for button in row]


async def test_the_report_upward_as_text_document_and_workbook(cast: Cast, tmp_path: Path) -> None:
    await issue(cast, number="05-KH/ĐU", body="Ban Thường vụ Đảng ủy")
    await cast.hoa.taps(CONFIRM)
    await numbers(cast)
    said = await pressed(cast.quan, "Báo cáo lên cấp trên")
    assert "05-KH/ĐU, Ban Thường vụ" in said and "1/5, đạt 20 %" in said and "Số tài liệu: 1" in said
    await again(cast.quan, ".docx")
    paper = await file_of(cast.quan)
    words = "\n".join(p.text for p in Document(io.BytesIO(paper)).paragraphs)
    assert "đạt 20%" in words and "1. Tài liệu học tập: 1 tài liệu." in words
    rows = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(paper)).tables[1].rows]
    assert rows[1] == ["1", "Chi bộ thôn A", "0", "0", "1", "0", "1", "3", "33,3%"]
    assert rows[-1][-1] == "20%" and len(rows) == 4
    await again(cast.quan, ".xlsx")
    path = tmp_path / "report.xlsx"
    path.write_bytes(await file_of(cast.quan))
    sheet = load_workbook(opened(path, "xlsx"), data_only=True).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8)]
    assert values[0][1:] == ["Chi bộ thôn A", 0, 0, 1, 0, 1, 3, pytest.approx(1 / 3)]
    assert values[2][1:] == ["Tổng cộng", 0, 0, 1, 0, 1, 5, 0.2]


async def file_of(actor: Actor) -> bytes:
    document = actor.person.last.document
    assert document is not None
    return document.data


async def test_a_secretary_reports_on_the_own_cell_alone(cast: Cast) -> None:
    notice = await issue(cast)
    assert "không thuộc phần việc" in (
        await forged(cast, cast.lan, f"notice_report:{notice}:{cast.town.cell_b}") or ""
    )
    await cast.lan.sends("/thongbao")
    await pressed(cast.lan, "Ai chưa xác nhận")
    said = await pressed(cast.lan, "Báo cáo lên cấp trên")
    assert "Chi bộ thôn A, ngày 02/03/2026" in said and "0/3, đạt 0 %" in said and "thôn B" not in said
    other = await issue(cast, "Kế hoạch của thôn B", to=cast.town.cell_b)
    assert await forged(cast, cast.lan, f"notice_part:{other}:{cast.town.cell_a}")
    assert not any("Kế hoạch của thôn B" in said for said in cast.lan.heard)


async def test_a_committee_sees_in_its_own_cells_what_came_from_above_it(cast: Cast) -> None:
    town = cast.town
    async with town.app.database.write() as session:
        province = await found(session, "tinh", "Đảng bộ tỉnh", OrganisationKind.PROVINCE)
        (await session.get_one(Organisation, town.committee)).parent_id = province
        other = await found(session, "c", "Chi bộ xã khác", OrganisationKind.CELL, province)
    await town.add("Giàng A Tủa", other)
    await issue(cast, issuer=province, to=province)
    await cast.quan.sends("/thongbao")
    said = await pressed(cast.quan, f"📊 {TITLE}")
    assert "Người nhận: 5" in said and "xã khác" not in said
    assert "⬆️ Cấp trên" not in cast.quan.buttons
    follower = await town.add("Sùng Seo Lử", other, role=RoleName.FOLLOWER)
    await follower.sends("/thongbao")
    assert "Người nhận: 1" in await pressed(follower, f"📊 {TITLE}")
