"""Guests, the committee's follower and what the minutes are drafted from: beside the roll, in no count of it."""

from sqlmodel import select

from db.models import MeetingGuest, MeetingMinutes
from tests.handlers.test_roll import close_all_present, evening, marks
from tests.handlers.test_roll_changes import add_follower
from tests.people import Cast

__all__ = ["evening"]


async def open_more(cast: Cast, button: str) -> None:
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("⋯ Việc khác")
    await cast.lan.taps(button)


async def test_guests_and_the_follower_are_in_the_summary_and_in_no_count(evening: Cast) -> None:
    await add_follower(evening)
    await open_more(evening, "👥 Khách mời")
    await evening.lan.taps("➕ Thêm khách")
    await evening.lan.sends("Bà Mỷ trưởng thôn,  ông Pao\nBà Mỷ trưởng thôn")
    assert "Khách: 2" in evening.lan.last
    await evening.lan.taps("✖️ ông Pao")
    await evening.lan.taps("▫️ Giàng A Páo")
    assert "✅ Giàng A Páo" in evening.lan.buttons and "✖️ ông Pao" not in evening.lan.buttons
    await close_all_present(evening)
    assert "phải dự: 3; có mặt: 2" in evening.lan.last
    assert "Khách mời: 2 (Giàng A Páo, cấp ủy viên phụ trách; Bà Mỷ trưởng thôn)" in evening.lan.last
    assert len(await marks(evening)) == 3


async def test_guests_are_bounded(evening: Cast) -> None:
    await open_more(evening, "👥 Khách mời")
    await evening.lan.taps("➕ Thêm khách")
    assert "30 khách" in await evening.lan.sends(",".join(f"Khách {n}" for n in range(31)))
    assert "dài quá 100" in await evening.lan.sends("K" * 101)
    async with evening.town.app.database.read() as session:
        assert not (await session.exec(select(MeetingGuest))).all()


async def test_the_minutes_are_noted_in_a_few_taps_and_shown_back(evening: Cast) -> None:
    await open_more(evening, "📝 Nội dung họp")
    await evening.lan.taps("🕒 Giờ, chủ trì, thư ký")
    await evening.lan.answers("19:30", "21h10", "Vàng Thị Lan", "hoa", "12")
    await evening.lan.sends("Giao thông: làm đường thôn\nThu gom rác ngày 5")
    await evening.lan.sends("Viết nhầm")
    await evening.lan.taps("↩️ Bỏ ý cuối")
    said = await evening.lan.sends("Xong")
    assert "Bắt đầu 19 giờ 30, kết thúc 21 giờ 10 (100 phút)" in said
    assert "Chủ trì: Vàng Thị Lan\nThư ký: Sùng Thị Hoa\nÝ kiến phát biểu: 12" in said
    assert "Kết luận (2):\n1. Giao thông: làm đường thôn\n2. Thu gom rác ngày 5" in said
    assert "Giao nhiệm vụ" in evening.lan.buttons
    await close_all_present(evening)
    assert "thời gian: 100 phút" in evening.lan.last


async def test_what_cannot_be_is_asked_again(evening: Cast) -> None:
    await open_more(evening, "📝 Nội dung họp")
    await evening.lan.taps("🕒 Giờ, chủ trì, thư ký")
    assert "chưa hiểu giờ" in await evening.lan.sends("tối muộn")
    await evening.lan.answers("19:30", "21:00")
    assert "Không tìm thấy ai tên" in await evening.lan.sends("Nguyễn Văn Không")
    await evening.lan.answers("Lù Văn Minh", "Vàng Thị Lan")
    assert "một số từ 0 đến 200" in await evening.lan.sends("nhiều")
    await evening.lan.sends("5")
    assert "dài quá 3000" in await evening.lan.sends("a" * 3001)


async def test_only_who_leads_notes_the_minutes_and_they_can_follow_the_closing(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    await evening.lan.taps("📝 Nội dung họp")
    assert "Chưa ghi kết luận." in evening.lan.last and "Tổng số" in evening.lan.shown
    button = next(b for row in summary.buttons for b in row if b.text == "📝 Nội dung họp")
    press = evening.hoa.person.presses(summary, button)
    await evening.town.app.settle()
    assert press.answer is not None and "không thuộc phần việc" in press.answer["text"]
    async with evening.town.app.database.read() as session:
        assert not (await session.exec(select(MeetingMinutes))).all()
