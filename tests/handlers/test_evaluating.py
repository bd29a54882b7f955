"""Evaluating in chat: from the roll and the board, member by member, and what members see of it."""

from datetime import UTC, date, datetime

from sqlmodel import col, select

from bot.rules.words import Evaluated, MeetingKind
from db.models import Meeting, Progress
from tests.people import Cast
from tests.tasked import give


async def meets(cast: Cast) -> None:
    """Cell A's regular meeting of March is today at half past seven in the evening."""
    async with cast.town.app.database.write() as session:
        starts_at = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
        month = date(2026, 3, 1)
        session.add(
            Meeting(cell_id=cast.town.cell_a, kind=MeetingKind.REGULAR, month=month, starts_at=starts_at)
        )


async def evaluations(cast: Cast) -> list[Evaluated | None]:
    async with cast.town.app.database.read() as session:
        return [p.evaluated for p in (await session.exec(select(Progress).order_by(col(Progress.id)))).all()]


async def test_evaluating_from_the_board_one_tap_each(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa, cast.minh)
    await cast.hoa.sends("xong 60% ạ")
    await meets(cast)
    assert "Đánh giá tháng 3: 0/2 nhiệm vụ" in await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    assert "Cần đánh giá: 2 nhiệm vụ; đã đánh giá: 0; còn lại: 2" in cast.lan.shown
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    assert "60% – ngày 02/03/2026: «xong 60% ạ»" in cast.lan.shown
    assert await cast.lan.taps("Hoàn thành tốt") == "Đã ghi: Hoàn thành tốt."
    assert "Đánh giá: Hoàn thành tốt" in cast.lan.shown
    await cast.lan.taps("Hoàn thành")
    assert "✔️ Hoàn thành" in cast.lan.buttons
    await cast.lan.taps("Người sau ›")
    assert "Lù Văn Minh" in cast.lan.shown and "Kỳ này chưa báo cáo" in cast.lan.shown
    await cast.lan.taps("Chưa báo cáo")
    await cast.lan.taps("‹ Danh sách đánh giá")
    assert "còn lại: 0" in cast.lan.shown and "✅ Sùng Thị Hoa" in cast.lan.buttons
    assert await evaluations(cast) == [Evaluated.DONE, Evaluated.NOT_REPORTED]
    assert not any("Đánh giá" in said for said in cast.hoa.heard), "members are told nothing by push"


async def test_the_same_for_all_who_reported_a_hundred(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa, cast.minh, cast.lan)
    await cast.hoa.taps("100%")
    await cast.minh.taps("100%")
    await meets(cast)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    await cast.lan.taps("⭐ Tất cả đã 100% (2)")
    await cast.lan.taps("Hoàn thành tốt")
    assert "đã đánh giá: 2; còn lại: 1" in cast.lan.shown
    assert await evaluations(cast) == [Evaluated.WELL_DONE, Evaluated.WELL_DONE]


async def test_a_member_with_several_tasks_has_labels_for_each(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa)
    await give(cast, "Dự tập huấn", cast.hoa)
    await meets(cast)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    await cast.lan.taps("2. Chưa hoàn thành")
    await cast.lan.taps("‹ Danh sách đánh giá")
    assert "▫️ Sùng Thị Hoa" in cast.lan.buttons, "one of the two is left"
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    await cast.lan.taps("1. Hoàn thành")
    assert sorted(map(str, await evaluations(cast))) == ["done", "not_done"]


async def test_the_roll_offers_what_is_left_and_can_be_closed_all_the_same(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa, cast.minh)
    await meets(cast)
    await cast.town.moves_to(2026, 3, 2, 20, 0)
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("⋯ Việc khác")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    await cast.lan.taps("Hoàn thành")
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("✅ Tất cả có mặt")
    await cast.lan.taps("🔒 Kết thúc điểm danh")
    assert "Còn 1 nhiệm vụ chưa đánh giá" in cast.lan.shown
    assert "⭐ Đánh giá nhiệm vụ" in cast.lan.buttons
    await cast.lan.taps("🔒 Chốt điểm danh")
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    assert "Điểm danh đã chốt" in cast.lan.shown
    await cast.lan.taps("✅ Sùng Thị Hoa")
    assert "đã chốt nên đánh giá đã ghi không sửa được" in (await cast.lan.taps("Hoàn thành tốt") or "")
    await cast.lan.taps("Người sau ›")
    await cast.lan.taps("Hoàn thành tốt")
    assert sorted(map(str, await evaluations(cast))) == ["done", "well_done"]


async def test_a_roll_taker_is_not_asked_to_evaluate(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa)
    await meets(cast)
    await cast.town.moves_to(2026, 3, 2, 20, 0)
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("⋯ Việc khác")
    await cast.lan.taps("🙋 Nhờ người điểm danh")
    await cast.lan.taps("Sùng Thị Hoa")
    await cast.hoa.sends("/diemdanh")
    await cast.hoa.taps("⋯ Việc khác")
    assert "⭐ Đánh giá nhiệm vụ" not in cast.hoa.buttons
    await cast.hoa.sends("/diemdanh")
    await cast.hoa.taps("✅ Tất cả có mặt")
    await cast.hoa.taps("🔒 Kết thúc điểm danh")
    assert "chưa đánh giá" not in cast.hoa.shown


async def test_a_note_is_typed_and_the_member_sees_it_with_the_evaluation(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa)
    await meets(cast)
    await cast.town.moves_to(2026, 3, 2, 20, 0)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    await cast.lan.taps("Hoàn thành")
    await cast.lan.taps("📝 Ghi chú")
    assert "Ghi chú cho đồng chí Sùng Thị Hoa" in cast.lan.shown
    assert "Ghi chú: cố gắng thêm" in await cast.lan.sends("cố gắng thêm")
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("✅ Tất cả có mặt")
    await cast.lan.taps("🔒 Kết thúc điểm danh")
    await cast.lan.taps("🔒 Chốt điểm danh")
    assert "Đánh giá tháng 3: Hoàn thành – ghi chú: cố gắng thêm" in await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("📅 Nhiệm vụ cả năm")
    assert "Tháng 3: Hoàn thành – ghi chú: cố gắng thêm" in cast.hoa.shown
    assert "Cả năm: Hoàn thành 1" in cast.hoa.shown


async def test_two_taps_in_haste_are_one(cast: Cast) -> None:
    await give(cast, "Vận động 5 hộ", cast.hoa, cast.minh)
    await meets(cast)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⭐ Đánh giá nhiệm vụ")
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    cast.lan.person.taps("Hoàn thành")
    cast.lan.person.taps("Hoàn thành")
    await cast.town.app.settle()
    assert await evaluations(cast) == [Evaluated.DONE]
