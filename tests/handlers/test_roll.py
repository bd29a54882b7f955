"""The roll call: pre-filled, changed by tap, nobody unexcused by default, locked when closed."""

import pytest
from sqlmodel import select

from bot.rules.words import RollState
from db.models import Meeting, MeetingState, RollMark
from tests.people import Cast, schedule


@pytest.fixture
async def evening(cast: Cast) -> Cast:
    """The evening of cell A's meeting: Hoa said she comes, Minh asked leave, Lan said nothing."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.hoa.taps("✅ Có mặt")
    await cast.minh.sends("em bận, xin vắng")
    await cast.town.moves_to(2026, 3, 3, 19, 35)
    return cast


async def marks(cast: Cast) -> dict[int, RollState]:
    async with cast.town.app.database.read() as session:
        return {m.member_id: m.state for m in (await session.exec(select(RollMark))).all()}


async def test_the_roll_is_filled_in_from_the_answers(evening: Cast) -> None:
    said = await evening.lan.sends("/diemdanh")
    assert "Có mặt: 1" in said and "Chưa điểm danh: 2" in said
    assert evening.lan.buttons[:3] == ["✅ Sùng Thị Hoa", "▫️ Vàng Thị Lan", "❔ Lù Văn Minh"]


async def test_all_present_marks_only_who_did_not_ask_leave(evening: Cast) -> None:
    await evening.lan.sends("/diemdanh")
    await evening.lan.taps("✅ Tất cả có mặt")
    assert set(await marks(evening)) == {evening.lan.member_id, evening.hoa.member_id}
    assert "Có mặt: 2" in evening.lan.last and "Chưa điểm danh: 1" in evening.lan.last


async def test_a_tap_goes_through_the_states(evening: Cast) -> None:
    await evening.lan.sends("/diemdanh")
    await evening.lan.taps("✅ Sùng Thị Hoa")
    assert await marks(evening) == {evening.hoa.member_id: RollState.LATE}
    await evening.lan.taps("⏰ Sùng Thị Hoa")
    await evening.lan.taps("🙏 Sùng Thị Hoa")
    assert await marks(evening) == {evening.hoa.member_id: RollState.UNEXCUSED}


async def test_closing_shows_who_is_undecided_and_lets_the_secretary_choose(evening: Cast) -> None:
    await evening.lan.sends("/diemdanh")
    await evening.lan.taps("🔒 Kết thúc điểm danh")
    assert "1 đồng chí xin vắng mà chưa được quyết định" in evening.lan.last
    assert "🔒 Chốt điểm danh" not in evening.lan.buttons
    await evening.lan.taps("🙏 Chấp nhận tất cả đơn xin vắng")
    assert "1 đồng chí chưa điểm danh" in evening.lan.last
    await evening.lan.taps("❌ Ghi vắng không có lý do")
    await evening.lan.taps("🔒 Chốt điểm danh")
    assert await marks(evening) == {
        evening.hoa.member_id: RollState.PRESENT,
        evening.minh.member_id: RollState.EXCUSED,
        evening.lan.member_id: RollState.UNEXCUSED,
    }


async def close_all_present(cast: Cast) -> None:
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("✅ Tất cả có mặt")
    await cast.lan.taps("🔒 Kết thúc điểm danh")
    await cast.lan.taps("🙏 Chấp nhận tất cả đơn xin vắng")
    await cast.lan.taps("🔒 Chốt điểm danh")


async def test_the_summary_gives_the_sentence_secretaries_expect(evening: Cast) -> None:
    await close_all_present(evening)
    sentence = (
        "Tổng số đảng viên phải dự: 3; có mặt: 2; vắng: 1 (có lý do: 1, không có lý do: 0); "
        "được miễn: 0; thời gian: 90 phút."
    )
    assert sentence in evening.lan.last
    assert sentence in evening.minh.last
    assert "66,7 %" in evening.lan.last
    assert not any("Tổng số" in said for said in evening.hoa.heard)


async def test_a_closed_roll_is_locked_for_the_secretary_and_the_member(evening: Cast) -> None:
    await evening.lan.sends("/diemdanh")
    sheet = evening.lan.person.last
    button = sheet.buttons[0][0]
    await close_all_present(evening)
    press = evening.lan.person.presses(sheet, button)
    await evening.town.app.settle()
    assert press.answer is not None and "đã chốt" in press.answer["text"]
    toast = await evening.hoa.taps("⏰ Đến muộn")
    assert toast is not None and "đã chốt" in toast
    async with evening.town.app.database.read() as session:
        assert (
            await session.exec(select(Meeting.state).order_by(Meeting.starts_at))
        ).first() is MeetingState.CLOSED


async def test_a_member_cannot_open_the_roll(evening: Cast) -> None:
    assert "dành cho bí thư" in await evening.hoa.sends("/diemdanh")


async def test_the_roll_opens_on_the_day_and_not_before(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    said = await cast.lan.sends("/diemdanh")
    assert "Chưa đến ngày họp" in said and cast.lan.buttons == []


async def test_who_was_absent_is_for_those_who_lead(evening: Cast) -> None:
    await close_all_present(evening)
    said = await evening.lan.sends("ai vắng?")
    assert "vắng 1/3" in said and "Lù Văn Minh" in said
    assert "dành cho bí thư" in await evening.hoa.sends("ai vắng?")


async def test_an_open_roll_is_asked_for_after_the_meeting(evening: Cast) -> None:
    await evening.town.passes_until(2026, 3, 4, 12, 0)
    assert any("điểm danh chưa chốt" in said for said in evening.lan.heard)
    assert not any("điểm danh chưa chốt" in said for said in evening.hoa.heard)


async def test_a_list_longer_than_a_message_arrives_whole(cast: Cast) -> None:
    for number in range(45):
        await cast.town.add(
            f"Nguyễn Thị Tên Rất Dài Không Gọi Hết Một Lần Được Bao Giờ Đâu Thứ {number:02d} Bé",
            cast.town.cell_a,
        )
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    before = len(cast.lan.heard)
    await cast.lan.sends("/hop")
    said = "\n".join(cast.lan.heard[before:])
    assert all(f"Thứ {number:02d} Bé" in said for number in range(45))
    assert "✍️ Trả lời thay" in [b.text for m in cast.lan.person.messages for row in m.buttons for b in row]
