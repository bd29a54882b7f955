"""Answers after the deadline, changes on the day, and leave decided one by one or together."""

import pytest
from sqlmodel import select

from bot.rules.words import LeaveDecision
from db.models import Reply
from tests.people import Cast, schedule


@pytest.fixture
async def called(cast: Cast) -> Cast:
    """Cell A meets on 3 March at 19:30; everybody was invited on the 2nd at 8:00, to answer until 7:30 on the 3rd."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    return cast


async def decisions(cast: Cast) -> dict[int, LeaveDecision | None]:
    async with cast.town.app.database.read() as session:
        return {r.member_id: r.decision for r in (await session.exec(select(Reply))).all()}


async def test_an_answer_after_the_deadline_is_taken_shown_and_told(called: Cast) -> None:
    await called.town.moves_to(2026, 3, 3, 10, 0)
    await called.hoa.taps("✅ Có mặt")
    assert "Trả lời sau hạn: đồng chí Sùng Thị Hoa có mặt" in called.lan.last
    await called.hoa.taps("✅ Có mặt")  # the same again is no news
    assert len([said for said in called.minh.heard if "Trả lời sau hạn" in said]) == 1
    await called.lan.sends("/hop")
    shown = next(said for said in reversed(called.lan.heard) if "Đến dự: " in said)
    assert "Trả lời sau hạn:\n– Sùng Thị Hoa" in shown


async def test_an_answer_in_time_is_no_news(called: Cast) -> None:
    await called.town.moves_to(2026, 3, 3, 7, 29)
    await called.hoa.taps("✅ Có mặt")
    assert not any("Hoa" in said for said in called.lan.heard)


async def test_from_coming_to_leave_on_the_day_alerts_at_once_and_distinctly(called: Cast) -> None:
    await called.hoa.taps("✅ Có mặt")
    await called.town.moves_to(2026, 3, 3, 9, 0)
    await called.hoa.taps("🙏 Xin vắng")
    assert "Đổi ý trong ngày họp" in called.lan.last and "sau hạn trả lời" in called.lan.last
    await called.hoa.taps("Việc gia đình")
    assert "việc gia đình" in called.lan.last
    assert len([said for said in called.lan.heard if "Đổi ý trong ngày họp" in said]) == 1


async def test_the_day_before_it_is_an_ordinary_request(called: Cast) -> None:
    await called.hoa.taps("✅ Có mặt")
    await called.hoa.sends("em bận, xin vắng")
    assert "xin vắng" in called.lan.last and "Đổi ý" not in called.lan.last


async def ask_leave(cast: Cast) -> None:
    await cast.hoa.sends("em bận, xin vắng")
    await cast.minh.sends("em đi công tác, xin vắng")


async def test_leave_is_decided_together_and_each_is_told(called: Cast) -> None:
    await ask_leave(called)
    await called.lan.taps("📋 Các đơn đang chờ")
    assert "2 đồng chí xin vắng" in called.lan.shown.replace("<b>", "").replace("</b>", "")
    await called.lan.taps("✅ Đồng ý tất cả (2)")
    assert "Đã đồng ý cho 2 đồng chí" in called.lan.shown
    for member in (called.hoa, called.minh):
        assert any("đã đồng ý cho đồng chí vắng" in said for said in member.heard)
    assert set((await decisions(called)).values()) == {LeaveDecision.ACCEPTED}


async def test_leave_is_decided_one_by_one_from_the_list(called: Cast) -> None:
    await ask_leave(called)
    await called.lan.sends("/hop")
    await called.lan.taps("🙏 Đơn xin vắng chờ quyết định (2)")
    await called.lan.taps("✖️ Lù Văn Minh")
    assert "Lù Văn Minh" not in called.lan.shown and "Sùng Thị Hoa" in called.lan.shown
    assert "mong đồng chí thu xếp" in called.minh.last
    await called.lan.taps("✅ Sùng Thị Hoa")
    assert "Không còn đơn xin vắng nào" in called.lan.shown


async def test_a_request_the_secretary_has_not_seen_is_not_accepted_with_the_others(called: Cast) -> None:
    await ask_leave(called)
    await called.lan.taps("📋 Các đơn đang chờ")
    await called.hoa.sends("2")
    await called.hoa.taps("Đi xa")
    assert "Vừa có thay đổi" in (await called.lan.taps("✅ Đồng ý tất cả (2)") or "")
    assert set((await decisions(called)).values()) == {None}
