"""One meeting moved, called off or held after all: exactly those who heard of it are told, and nobody twice."""

from datetime import date, datetime

import pytest
from sqlmodel import select

from bot.rules.words import Answer, MeetingKind
from db.models import Meeting, Reminder, Reply
from tests.people import ZONE, Actor, Cast, schedule


@pytest.fixture
async def called(cast: Cast) -> Cast:
    """Cell A meets on 3 March at 19:30; everybody was invited on the 2nd at 8:00."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    return cast


async def march(cast: Cast) -> Meeting:
    async with cast.town.app.database.read() as session:
        query = select(Meeting).where(Meeting.month == date(2026, 3, 1), Meeting.cell_id == cast.town.cell_a)
        return (await session.exec(query)).one()


async def opens(cast: Cast) -> None:
    await cast.lan.sends("/hop")
    await cast.lan.taps("✏️ Sửa buổi họp")


def heard(actor: Actor, words: str) -> int:
    return sum(words in said for said in actor.heard)


async def test_a_move_tells_those_who_were_told_and_nobody_twice(called: Cast) -> None:
    await called.hoa.taps("✅ Có mặt")
    await opens(called)
    await called.lan.taps("🗓 Đổi giờ, nơi họp")
    await called.lan.answers("19h30 ngày 6/3 tại trường học", "✔️ Ghi lại")
    meeting = await march(called)
    assert meeting.starts_at.astimezone(ZONE) == datetime(2026, 3, 6, 19, 30, tzinfo=ZONE)
    assert (meeting.place, meeting.month, meeting.sequence) == ("trường học", date(2026, 3, 1), 1)
    assert heard(called.hoa, "Đổi lịch họp") == heard(called.minh, "Đổi lịch họp") == 1
    assert "Đồng chí đã trả lời: có mặt" in called.hoa.last and "Xin đồng chí cho biết" in called.minh.last
    assert heard(called.dung, "Đổi lịch họp") == 0
    async with called.town.app.database.read() as session:
        assert [r.answer for r in (await session.exec(select(Reply))).all()] == [Answer.COMING]


async def test_chases_follow_the_new_day(called: Cast) -> None:
    await opens(called)
    await called.lan.taps("🗓 Đổi giờ, nơi họp")
    await called.lan.answers("19h30 ngày 6/3", "✔️ Ghi lại")
    await called.town.passes_until(2026, 3, 3, 19, 0)
    assert heard(called.minh, "chưa trả lời về buổi") <= 1
    await called.town.passes_until(2026, 3, 5, 19, 45)
    assert heard(called.minh, "chưa trả lời về buổi") >= 1
    async with called.town.app.database.read() as session:
        query = select(Reminder).where(Reminder.meeting_id == (await march(called)).id)
        due = [r.due_at for r in (await session.exec(query)).all() if r.done_at is None]
    assert min(due) > called.town.clock.now()


async def test_a_meeting_nobody_was_told_of_is_moved_in_silence(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    before = len(cast.hoa.heard)
    await opens(cast)
    await cast.lan.taps("🗓 Đổi giờ, nơi họp")
    await cast.lan.answers("ngày 22", "✔️ Ghi lại")
    assert "Chưa ai được mời" in cast.lan.shown
    assert len(cast.hoa.heard) == before
    await cast.town.passes_until(2026, 3, 16, 8, 0)
    assert "22/03/2026" in cast.hoa.last and "Giấy mời" in cast.hoa.last


async def test_called_off_and_held_after_all(called: Cast) -> None:
    await opens(called)
    await called.lan.taps("🚫 Hoãn buổi họp")
    await called.lan.answers("mưa lũ, đường tắc", "✔️ Ghi lại")
    assert "mưa lũ, đường tắc" in called.hoa.last and "Hoãn họp" in called.hoa.last
    told = len(called.hoa.heard)
    await called.town.passes_until(2026, 3, 3, 23, 0)
    assert len(called.hoa.heard) == told
    await called.lan.taps("✏️ Sửa buổi họp")
    await called.lan.taps("🗓 Vẫn họp, vào ngày khác")
    await called.lan.answers("19h30 ngày 10/3", "✔️ Ghi lại")
    assert "vẫn họp" in called.hoa.last and "10/03/2026" in called.hoa.last


async def test_the_past_is_no_day_to_move_to(called: Cast) -> None:
    await opens(called)
    await called.lan.taps("🗓 Đổi giờ, nơi họp")
    assert "Chibo chưa rõ" in await called.lan.sends("19h30 ngày 1/3")
    assert (await march(called)).sequence == 0


async def test_an_agenda_a_length_and_a_thematic_part(called: Cast) -> None:
    await opens(called)
    await called.lan.taps("📝 Nội dung")
    await called.lan.answers("1. Đánh giá tháng 2\n2. Nhiệm vụ tháng 3")
    assert "2. Nhiệm vụ tháng 3" in called.lan.last
    await called.lan.taps("➕ Kết hợp sinh hoạt chuyên đề")
    meeting = await march(called)
    assert (meeting.combined, meeting.minutes, meeting.kind) == (True, 120, MeetingKind.REGULAR)
    await called.lan.taps("⏱ Thời lượng")
    await called.lan.taps("150 phút")
    assert (await march(called)).minutes == 150


async def test_a_change_today_is_told_in_the_night_and_one_of_another_day_in_the_morning(
    called: Cast,
) -> None:
    await called.town.moves_to(2026, 3, 2, 22, 0)
    await opens(called)
    await called.lan.taps("🗓 Đổi giờ, nơi họp")
    await called.lan.answers("19h30 ngày 8/3", "✔️ Ghi lại")
    assert heard(called.hoa, "Đổi lịch họp") == 0
    await called.town.moves_to(2026, 3, 3, 7, 0)
    assert heard(called.hoa, "Đổi lịch họp") == 1


async def test_another_place_alone_leaves_day_and_time_as_they_are(called: Cast) -> None:
    await opens(called)
    await called.lan.taps("🗓 Đổi giờ, nơi họp")
    await called.lan.answers("tại trường tiểu học", "✔️ Ghi lại")
    meeting = await march(called)
    assert (meeting.place, meeting.starts_at.astimezone(ZONE).day) == ("trường tiểu học", 3)
    assert "ngày giờ giữ nguyên" in called.hoa.last and "trường tiểu học" in called.hoa.last
