"""When cells meet: in one line or step by step, by the cell or its committee for all, and always once a month."""

from datetime import date, time

import pytest
from sqlmodel import select

from bot.rules.words import MeetingKind, Shift
from db.models import Meeting, Schedule
from tests.people import ZONE, Cast

LINE = "ngày 8 hàng tháng, 19 giờ 30, nhà văn hóa thôn"


async def calendar(cast: Cast, cell: int | None = None) -> list[tuple[MeetingKind, date, date, time]]:
    """The meetings of a cell: kind, month, local day and time."""
    async with cast.town.app.database.read() as session:
        where = Meeting.cell_id == (cell or cast.town.cell_a)
        found = (await session.exec(select(Meeting).where(where).order_by(Meeting.starts_at))).all()  # type: ignore[arg-type]
    local = [(m, m.starts_at.astimezone(ZONE)) for m in found]
    return [(m.kind, m.month, at.date(), at.time()) for m, at in local]


async def sets(cast: Cast, line: str, kind: str = "thường kỳ") -> None:
    await cast.lan.sends("/lich")
    await cast.lan.taps(f"Đặt lịch sinh hoạt {kind}")
    await cast.lan.sends(line)
    await cast.lan.taps("Đúng")


async def test_a_line_is_said_back_and_calls_the_meeting(cast: Cast) -> None:
    await cast.lan.sends("/hop")
    await cast.lan.taps("📆 Lịch sinh hoạt")
    await cast.lan.taps("Đặt lịch sinh hoạt thường kỳ")
    said = await cast.lan.sends(LINE)
    assert "ngày 8 hằng tháng" in said and "19 giờ 30" in said
    await cast.lan.taps("Đúng")
    assert "Chủ nhật ngày 08/03/2026" in cast.lan.shown
    assert "Giấy mời" in cast.hoa.last


async def test_an_unclear_line_is_asked_again_with_an_example(cast: Cast) -> None:
    await cast.lan.sends("/lich")
    await cast.lan.taps("Đặt lịch sinh hoạt thường kỳ")
    assert "ví dụ" in await cast.lan.sends("khi nào rảnh thì họp")
    assert "ngày 8" in await cast.lan.sends("ngày 8, 19h30, nhà văn hóa")


async def test_step_by_step_it_is_set_by_buttons_and_typed_words(cast: Cast) -> None:
    await cast.lan.sends("/lich")
    await cast.lan.answers(
        "Đặt lịch sinh hoạt chuyên đề",
        "🪜 Từng bước, bằng nút",
        "thứ sáu tuần 3",
        "20:00",
        "Nhà văn hóa",
        "nếu trùng ngày nghỉ thì chuyển sang ngày làm việc liền sau",
        "120 phút",
        "Đúng",
    )
    async with cast.town.app.database.read() as session:
        schedule = (await session.exec(select(Schedule))).one()
    assert (schedule.kind, schedule.rule, schedule.at) == ("thematic", "FREQ=MONTHLY;BYDAY=3FR", time(20))
    assert (schedule.place, schedule.shift, schedule.minutes) == ("Nhà văn hóa", Shift.NEXT_WORKDAY, 120)


async def test_a_day_off_shifts_the_meeting_and_its_month_stays(cast: Cast) -> None:
    await cast.town.moves_to(2026, 4, 20, 8, 0)
    await sets(cast, "ngày 30 hằng tháng, 14 giờ, nếu trùng ngày nghỉ thì lùi sang hôm sau")
    assert await calendar(cast) == [(MeetingKind.REGULAR, date(2026, 4, 1), date(2026, 5, 4), time(14))]


async def test_a_changed_schedule_replaces_what_nobody_was_told_of(cast: Cast) -> None:
    await sets(cast, "ngày 20 hằng tháng, 14 giờ")
    await sets(cast, "ngày 25 hằng tháng, 14 giờ")
    assert [day for _, _, day, _ in await calendar(cast)] == [date(2026, 3, 25)]
    await sets(cast, "ngày 1 hằng tháng, 14 giờ")
    days = [(month, day) for _, month, day, _ in await calendar(cast)]
    assert days == [(date(2026, 3, 1), date(2026, 3, 25)), (date(2026, 4, 1), date(2026, 4, 1))], (
        "March keeps its meeting: the first of March has passed"
    )


async def test_what_was_announced_stays_as_announced(cast: Cast) -> None:
    await sets(cast, LINE)
    await sets(cast, "ngày 20 hằng tháng, 14 giờ")
    days = [(month, day) for _, month, day, _ in await calendar(cast)]
    assert days == [(date(2026, 3, 1), date(2026, 3, 8))]


async def test_a_committee_sets_the_day_for_all_and_a_cell_may_have_its_own(cast: Cast) -> None:
    await sets(cast, "ngày 20 hằng tháng, 14 giờ")
    await cast.quan.sends("/lich")
    await cast.quan.answers("Đặt lịch sinh hoạt thường kỳ", "ngày 25 hằng tháng, 19 giờ", "Đúng")
    assert "ngày 25 hằng tháng" in cast.quan.shown
    assert [day for _, _, day, _ in await calendar(cast)] == [date(2026, 3, 20)]
    assert [day for _, _, day, _ in await calendar(cast, cast.town.cell_b)] == [date(2026, 3, 25)]
    await cast.lan.sends("/lich")
    await cast.lan.taps("Theo lịch chung của cấp ủy")
    assert [day for _, _, day, _ in await calendar(cast)] == [date(2026, 3, 25)]
    await cast.quan.sends("/lich")
    await cast.quan.answers("Đặt lịch sinh hoạt thường kỳ", "ngày 27 hằng tháng, 19 giờ", "Đúng")
    for cell in (cast.town.cell_a, cast.town.cell_b):
        assert [day for _, _, day, _ in await calendar(cast, cell)] == [date(2026, 3, 27)]
    await cast.quan.sends("/lich")
    await cast.quan.taps("Bỏ lịch chung sinh hoạt thường kỳ")
    for cell in (cast.town.cell_a, cast.town.cell_b):
        assert await calendar(cast, cell) == []


@pytest.mark.parametrize("who", ["hoa", "dung"])
async def test_schedules_of_a_cell_are_for_who_leads_it(cast: Cast, who: str) -> None:
    said = await getattr(cast, who).sends("/lich")
    assert "Chi bộ thôn A" not in said
