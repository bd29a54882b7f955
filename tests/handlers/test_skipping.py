"""Who was absent, asked in words and changed by buttons."""

import pytest

from bot.rules.words import AuditVerb
from tests.handlers.test_summaries import exported, last_file, may
from tests.people import Cast

__all__ = ["may"]


async def test_a_sentence_is_answered_with_how_it_was_understood_and_the_names(may: Cast) -> None:
    said = await may.lan.sends("ai vắng 3 buổi liên tiếp?")
    assert "Tôi hiểu là: vắng (có lý do hoặc không) từ 3 buổi liền trở lên" in said
    assert said.index("Số đảng viên: 1") < said.index("Sùng Thị Hoa: 3 lần (không có lý do)")
    assert "Minh" not in said and await exported(may) == []


async def test_every_filter_is_changed_by_a_button(may: Cast) -> None:
    await may.lan.sends("ai vắng tháng 3")
    assert "Số đảng viên: 2" in may.lan.last and "Lù Văn Minh: 1 lần (có lý do)" in may.lan.last
    await may.lan.taps("📝 vắng (có lý do hoặc không)")
    await may.lan.taps("vắng không có lý do", may.lan.tapped)
    assert "Số đảng viên: 1" in may.lan.shown and "Minh" not in may.lan.shown
    await may.lan.taps("🗓 tháng 3/2026", may.lan.tapped)
    await may.lan.taps("năm 2026", may.lan.tapped)
    assert "Sùng Thị Hoa: 3 lần" in may.lan.shown
    await may.lan.taps("🔁 từ 1 lần", may.lan.tapped)
    await may.lan.taps("từ 5 lần", may.lan.tapped)
    assert "Số đảng viên: 0" in may.lan.shown
    await may.lan.taps("👥 sinh hoạt thường kỳ", may.lan.tapped)
    await may.lan.taps("sinh hoạt nơi cư trú", may.lan.tapped)
    assert "sinh hoạt nơi cư trú, năm 2026" in may.lan.shown


async def test_what_is_not_sure_is_asked_back_with_the_filters(may: Cast) -> None:
    said = await may.lan.sends("ai vắng 3 tháng nay")
    assert "Tôi chưa chắc" in said and may.lan.buttons[0] == "🗓 tháng 5/2026"


async def test_the_usual_question_leads_to_the_filters(may: Cast) -> None:
    await may.lan.sends("ai vắng?")
    await may.lan.taps("🔎 Lọc theo thời gian, số lần")
    assert "Tôi hiểu là: vắng (có lý do hoặc không), sinh hoạt thường kỳ, tháng 5/2026" in may.lan.shown


async def test_an_officer_sees_cells_by_numbers_and_the_list_as_a_file_leaves_an_entry(may: Cast) -> None:
    said = await may.quan.sends("ai bỏ họp năm nay")
    assert "Số đảng viên: 2" in said and "Hoa" not in said
    assert may.quan.buttons[:2] == ["Chi bộ thôn A: 1", "Chi bộ thôn B: 1"]
    await may.quan.taps("📄 Danh sách .xlsx")
    table = await last_file(may)
    assert [row[:4] for row in table[1:3]] == [
        ["Chi bộ thôn A", "Sùng Thị Hoa", 0, 3],
        ["Chi bộ thôn B", "Hoàng A Dũng", 0, 1],
    ]
    assert await exported(may) == [(AuditVerb.EXPORTED, may.town.committee, 2)]


async def test_a_list_too_long_to_be_of_use_is_refused_with_what_to_do(
    may: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.actions.skipping.MOST", 1)
    await may.quan.sends("ai bỏ họp năm nay")
    refused = await may.quan.taps("📄 Danh sách .xlsx")
    assert refused is not None and "hơn 1 đồng chí" in refused and await exported(may) == []


async def test_a_member_is_told_whom_the_question_is_for_and_an_answer_stays_an_answer(may: Cast) -> None:
    assert "dành cho bí thư" in await may.hoa.sends("ai vắng tháng 3")
    assert "Số đảng viên" not in await may.hoa.sends("vắng không lý do 2 buổi liền")
