"""A roll in other hands, corrected after closing, of a meeting that was not held, and of those who live here."""

from sqlmodel import select

from bot.rules.words import AuditVerb, MeetingKind, RoleName, RollState
from db.models import AuditEntry, Meeting, MeetingState, Role, RollCorrection
from tests.handlers.test_roll import close_all_present, evening, marks
from tests.people import Actor, Cast, schedule

__all__ = ["evening"]


async def add_follower(cast: Cast) -> Actor:
    """Páo, of cell B, follows cell A for the committee."""
    pao = await cast.town.add("Giàng A Páo", cast.town.cell_b)
    async with cast.town.app.database.write() as session:
        session.add(
            Role(
                member_id=pao.member_id,
                organisation_id=cast.town.cell_a,
                name=RoleName.FOLLOWER,
                since=cast.town.app.house.today,
            )
        )
    return pao


async def first_meeting(cast: Cast) -> Meeting:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Meeting).order_by(Meeting.starts_at))).all()[0]


# ── somebody else takes it ──────────────────────────────────────────────────────────────────────────


async def delegate_to_hoa(cast: Cast) -> None:
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("⋯ Việc khác")
    await cast.lan.taps("🙋 Nhờ người điểm danh")
    await cast.lan.taps("Sùng Thị Hoa")


async def test_who_is_asked_takes_the_roll_without_reasons_until_it_is_closed(evening: Cast) -> None:
    await delegate_to_hoa(evening)
    assert "nhờ đồng chí điểm danh" in evening.hoa.last
    await evening.hoa.taps("✅ Điểm danh")
    assert "bận" not in evening.hoa.last
    await evening.hoa.taps("▫️ Vàng Thị Lan")
    assert (await marks(evening))[evening.lan.member_id] is RollState.PRESENT
    await evening.hoa.taps("⋯ Việc khác")
    assert evening.hoa.buttons == ["👥 Khách mời", "‹ Quay lại danh sách"]
    await close_all_present(evening)
    assert "dành cho bí thư" in await evening.hoa.sends("/diemdanh")


async def test_both_screens_show_what_the_other_has_marked(evening: Cast) -> None:
    await evening.lan.sends("/diemdanh")
    await evening.minh.sends("/diemdanh")
    await evening.minh.taps("✅ Sùng Thị Hoa")
    evening.town.clock.move_to(evening.town.clock.now().replace(second=5))
    await evening.town.app.settle()
    assert "⏰ Sùng Thị Hoa" in evening.lan.buttons and "đến muộn: 1" in evening.lan.last


async def test_another_screen_in_its_place_is_not_overwritten(evening: Cast) -> None:
    await evening.lan.sends("/diemdanh")
    await evening.lan.taps("🔒 Kết thúc điểm danh")
    await evening.minh.sends("/diemdanh")
    await evening.minh.taps("✅ Sùng Thị Hoa")
    evening.town.clock.move_to(evening.town.clock.now().replace(second=5))
    await evening.town.app.settle()
    assert "chưa được quyết định" in evening.lan.shown


# ── correcting ──────────────────────────────────────────────────────────────────────────────────────


async def correct_hoa(cast: Cast) -> None:
    await cast.lan.taps("✏️ Sửa điểm danh")
    await cast.lan.taps("✅ Sùng Thị Hoa")
    await cast.lan.answers("đến muộn", "đến sau khi đọc danh sách")


async def test_a_closed_roll_is_corrected_with_a_reason_and_summed_up_anew(evening: Cast) -> None:
    await close_all_present(evening)
    await correct_hoa(evening)
    assert (await marks(evening))[evening.hoa.member_id] is RollState.LATE
    assert "Đã sửa sau khi chốt." in evening.minh.last and "(đến muộn: 1)" in evening.minh.last
    async with evening.town.app.database.read() as session:
        correction = (await session.exec(select(RollCorrection))).one()
        noted = select(AuditEntry).where(AuditEntry.verb == AuditVerb.ROLL_CORRECTED)
        entry = (await session.exec(noted)).one()
    assert (correction.before, correction.after) == (RollState.PRESENT, RollState.LATE)
    assert correction.reason == "đến sau khi đọc danh sách"
    assert (entry.actor_id, entry.member_id) == (evening.lan.member_id, evening.hoa.member_id)


async def test_the_member_sees_the_correction_among_their_data(evening: Cast) -> None:
    await close_all_present(evening)
    await correct_hoa(evening)
    await evening.hoa.sends("/dulieu")
    await evening.hoa.taps("👁 Xem")
    assert "đã sửa từ có mặt thành đến muộn, «đến sau khi đọc danh sách»" in evening.hoa.last


async def test_a_roll_taker_closes_but_does_not_correct(evening: Cast) -> None:
    await close_all_present(evening)
    summary = evening.lan.person.last
    async with evening.town.app.database.write() as session:
        session.add(
            Role(
                member_id=evening.hoa.member_id,
                organisation_id=evening.town.cell_a,
                name=RoleName.ROLL_TAKER,
                since=evening.town.app.house.today,
            )
        )
    press = evening.hoa.person.presses(summary, summary.buttons[0][0])
    await evening.town.app.settle()
    assert press.answer is not None and "không thuộc phần việc" in press.answer["text"]


# ── not held ────────────────────────────────────────────────────────────────────────────────────────


async def say_not_held(cast: Cast, why: str) -> None:
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("⋯ Việc khác")
    await cast.lan.taps("🚫 Chi bộ không họp")
    await cast.lan.answers(why)


async def test_a_meeting_not_held_makes_nobody_absent_and_is_told_to_the_follower(evening: Cast) -> None:
    pao = await add_follower(evening)
    await evening.lan.sends("/diemdanh")
    await evening.lan.taps("✅ Tất cả có mặt")
    heard = len(evening.hoa.heard)
    await say_not_held(evening, "Thời tiết, thiên tai")
    assert "Không ai bị tính vắng" in evening.lan.last
    meeting = await first_meeting(evening)
    assert (meeting.state, meeting.outcome) == (MeetingState.NOT_HELD, "Thời tiết, thiên tai")
    assert await marks(evening) == {}
    assert all("Chi bộ thôn A không họp" in who.last for who in (pao, evening.minh))
    await evening.town.passes_until(2026, 3, 5, 12, 0)
    assert len(evening.hoa.heard) == heard
    assert not any("điểm danh chưa chốt" in said for said in evening.lan.heard)


async def test_it_is_taken_back_in_the_same_month_and_not_later(evening: Cast) -> None:
    await say_not_held(evening, "bí thư đi công tác")
    await evening.lan.sends("/diemdanh")
    await evening.town.moves_to(2026, 3, 31, 23, 0)
    await evening.lan.taps("↩️ Chi bộ có họp")
    assert (await first_meeting(evening)).state is MeetingState.PLANNED
    await evening.lan.taps("✅ Điểm danh")
    await evening.lan.taps("⋯ Việc khác")
    await evening.lan.taps("🚫 Chi bộ không họp")
    await evening.lan.answers("Không đủ người dự")
    await evening.town.moves_to(2026, 4, 1, 8, 0)
    words = await evening.lan.taps("↩️ Chi bộ có họp")
    assert words is not None and "trong tháng đã ghi" in words


async def test_the_chase_of_an_open_roll_offers_both_outcomes(evening: Cast) -> None:
    await evening.town.passes_until(2026, 3, 4, 12, 0)
    chase = next(m for m in reversed(evening.lan.person.messages) if "chưa chốt" in (m.text or ""))
    assert [b.text for row in chase.buttons for b in row] == ["✅ Điểm danh", "🚫 Chi bộ không họp"]
    await evening.lan.taps("🚫 Chi bộ không họp", chase)
    await evening.lan.answers("Trùng việc chung của xã")
    assert (await first_meeting(evening)).state is MeetingState.NOT_HELD


# ── those who live here ─────────────────────────────────────────────────────────────────────────────


async def test_a_residents_own_secretary_hears_of_them_and_of_nobody_else(cast: Cast) -> None:
    """Mai of cell B and Sáng, of no cell of ours, live in A's area."""
    bay = await cast.town.add("Thào A Bảy", cast.town.cell_b, role=RoleName.SECRETARY)
    async with cast.town.app.database.write() as session:
        await cast.town._settle_in(session, "Tẩn Thị Sáng", None, residential=cast.town.cell_a)
    await schedule(cast.town, cast.town.cell_a, kind=MeetingKind.RESIDENTIAL)
    await cast.town.app.settle()
    await cast.town.moves_to(2026, 3, 3, 19, 35)
    await cast.lan.sends("/diemdanh")
    assert {"▫️ Đặng Thị Mai", "▫️ Tẩn Thị Sáng"} <= set(cast.lan.buttons)
    for tap in ("✅ Tất cả có mặt", "🔒 Kết thúc điểm danh", "🔒 Chốt điểm danh"):
        await cast.lan.taps(tap)
    assert "– Đặng Thị Mai: có mặt" in bay.last and "Sáng" not in bay.last
    await cast.lan.taps("✏️ Sửa điểm danh")
    await cast.lan.taps("✅ Đặng Thị Mai")
    await cast.lan.answers("vắng không có lý do", "bấm nhầm")
    assert "Kết quả đã sửa." in bay.last and "– Đặng Thị Mai: vắng không có lý do" in bay.last
