"""Putting a question off, wanting fewer reminders, and how much a cell reminds."""

from collections import Counter

import pytest
from sqlmodel import select

from bot.rules.words import ReminderProfile, ReminderStep
from db import erasing
from db.models import Meeting, Member, Reminder, Snooze
from tests.people import Actor, Cast, schedule


@pytest.fixture
async def called(cast: Cast) -> Cast:
    """Cell A meets on the 20th at 19:30; everybody was invited on the 13th, and the silent chased on the 17th."""
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await cast.town.passes_until(2026, 3, 17, 19, 31)
    return cast


def chases(actor: Actor) -> int:
    return len([said for said in actor.heard if said.startswith("Đồng chí chưa trả lời")])


async def snoozes(cast: Cast) -> list[Snooze]:
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(Snooze))).all())


# ── putting it off ──────────────────────────────────────────────────────────────────────────────────


async def test_a_tap_puts_it_off_to_the_evening_and_holds_the_other_chases_back(called: Cast) -> None:
    await called.town.moves_to(2026, 3, 18, 8, 0)
    await called.hoa.taps("⏰ Nhắc lại tối")
    assert "lúc 19 giờ ngày 18/03/2026" in called.hoa.shown
    before = chases(called.hoa)
    await called.town.passes_until(2026, 3, 18, 18, 59)
    assert chases(called.hoa) == before
    await called.town.passes_until(2026, 3, 18, 19, 1)
    assert chases(called.hoa) == before + 1
    await called.town.passes_until(2026, 3, 19, 19, 31)
    assert chases(called.hoa) == before + 2  # the next day's chase goes on


async def test_words_put_it_off_and_an_answer_meanwhile_ends_it(called: Cast) -> None:
    assert "lúc 20 giờ 30 ngày 17/03/2026" in await called.hoa.sends("nhắc lại tối nay")
    await called.hoa.sends("1")
    before = chases(called.hoa)
    await called.town.passes_until(2026, 3, 20, 19, 29)
    assert chases(called.hoa) == before
    assert "đã trả lời buổi họp này rồi" in await called.hoa.sends("nhắc lại sau 10 phút nữa")


async def test_it_is_put_off_twice_and_no_more_and_never_past_the_start(called: Cast) -> None:
    await called.hoa.sends("nhắc lại sáng mai")
    await called.hoa.sends("nhắc lại sáng mai")  # the same again is no second time
    await called.hoa.sends("nhắc lại chiều mai")
    assert "2 lần" in await called.hoa.sends("nhắc lại tối mai")
    assert [snooze.times for snooze in await snoozes(called)] == [2]
    await called.town.moves_to(2026, 3, 20, 15, 0)
    assert "đã bắt đầu" in await called.minh.sends("nhắc lại tối nay lúc 20 giờ")
    assert "đã bắt đầu" in await called.minh.sends("để mai trả lời")


async def test_what_comes_due_in_the_night_waits_for_the_morning(called: Cast) -> None:
    await called.hoa.sends("nhắc lại tối nay")
    before = chases(called.hoa)
    await called.town.moves_to(2026, 3, 17, 23, 0)
    assert chases(called.hoa) == before
    await called.town.moves_to(2026, 3, 18, 7, 0)
    assert chases(called.hoa) == before + 1


async def test_nobody_is_asked_again_about_a_meeting_that_was_called_off(called: Cast) -> None:
    await called.hoa.sends("nhắc lại sáng mai")
    await called.lan.taps("✏️ Sửa buổi họp")
    await called.lan.taps("🚫 Hoãn buổi họp")
    await called.lan.answers("Để trống", "✔️ Ghi lại")
    before = chases(called.hoa)
    await called.town.passes_until(2026, 3, 18, 12, 0)
    assert chases(called.hoa) == before
    assert [snooze.done_at is not None for snooze in await snoozes(called)] == [True]


async def test_a_wish_about_nothing_is_asked_back(cast: Cast) -> None:
    assert "nhắc lại" not in (await cast.hoa.sends("nhắc lại tối nay")).lower()
    assert await snoozes(cast) == []


# ── fewer reminders ─────────────────────────────────────────────────────────────────────────────────


async def test_who_wants_fewer_gets_the_invitation_and_one_chase(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await cast.hoa.sends("/toi")
    await cast.hoa.taps("🔕 Nhắc ít thôi")
    await cast.lan.sends("1")
    await cast.town.passes_until(2026, 3, 20, 19, 29)
    assert len([said for said in cast.hoa.heard if "Giấy mời" in said]) == 1
    assert (chases(cast.hoa), chases(cast.minh)) == (1, 3)


async def test_fewer_and_as_before_again_may_be_typed(cast: Cast) -> None:
    async def fewer() -> bool:
        async with cast.town.app.database.read() as session:
            member = await session.get(Member, cast.hoa.member_id)
            return member is not None and member.fewer_reminders

    assert "chỉ gửi giấy mời" in await cast.hoa.sends("nhắc ít thôi")
    assert await fewer()
    assert "như chi bộ đã chọn" in await cast.hoa.sends("nhắc đầy đủ như cũ")
    assert not await fewer()


# ── how much a cell reminds ─────────────────────────────────────────────────────────────────────────


async def choose(actor: Actor, setting: str, words: str) -> None:
    await actor.sends("/hop")
    await actor.taps("🔔 Cách nhắc họp")
    await actor.taps(setting)
    await actor.taps(words)


async def steps(cast: Cast) -> Counter[ReminderStep]:
    """What is planned and was said about the first meeting."""
    async with cast.town.app.database.read() as session:
        first = (await session.exec(select(Meeting.id).order_by(Meeting.starts_at))).all()[0]  # type: ignore[arg-type]
        return Counter((await session.exec(select(Reminder.step).where(Reminder.meeting_id == first))).all())


async def test_a_light_cell_is_told_once(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await choose(cast.lan, "🔔 Mức nhắc", "Nhẹ: một lần, trước một ngày")
    assert "Mức nhắc: nhẹ" in cast.lan.shown
    await cast.town.passes_until(2026, 3, 20, 19, 29)
    assert len([said for said in cast.hoa.heard if "Giấy mời" in said]) == 1 and chases(cast.hoa) == 0


@pytest.mark.parametrize(("words", "more"), [("Nhẹ: một lần, trước một ngày", 1), (None, 2)])
async def test_another_profile_for_a_called_meeting_doubles_nothing(
    called: Cast, words: str | None, more: int
) -> None:
    await choose(called.lan, "🔔 Mức nhắc", words or "Kỹ: như vừa, thêm nhờ phó bí thư hỏi")
    planned = await steps(called)
    assert planned[ReminderStep.CALLED] == planned[ReminderStep.THREE_DAYS] == 1
    assert planned[ReminderStep.CHASE_DEPUTY] == (0 if words else 1)
    before = chases(called.hoa)
    await called.town.passes_until(2026, 3, 20, 19, 29)
    assert chases(called.hoa) == before + more
    assert len([said for said in called.hoa.heard if "Giấy mời" in said]) == 1
    assert any("Nhờ đồng chí hỏi trực tiếp" in said for said in called.minh.heard) is (words is None)


async def test_who_leads_sets_when_to_be_asked_until_when_to_answer_and_a_model_agenda(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await choose(cast.lan, "🗒 Hỏi để chuẩn bị", "Không hỏi")
    assert (await steps(cast))[ReminderStep.PREPARE] == 0
    await choose(cast.lan, "⏳ Hạn trả lời", "Trước giờ họp 1 ngày")
    await choose(cast.lan, "📝 Nội dung mẫu", "sinh hoạt thường kỳ")
    assert "Thu đảng phí" in await cast.lan.sends("1. Học tập\n2. Thu đảng phí")
    await choose(cast.lan, "🗒 Hỏi để chuẩn bị", "Trước 14 ngày")
    await cast.town.passes_until(2026, 3, 6, 20, 0)
    assert "2. Thu đảng phí" in cast.lan.last and "xem giúp" in cast.lan.last
    await cast.town.passes_until(2026, 3, 13, 19, 31)
    assert any("trước 19 giờ 30 ngày 19/03/2026" in said for said in cast.hoa.heard)
    async with cast.town.app.database.read() as session:
        profiles = (await session.exec(select(Meeting.profile))).all()
    assert set(profiles) == {ReminderProfile.STANDARD}


async def test_a_cell_without_a_schedule_is_told_to_set_one_first(cast: Cast) -> None:
    await cast.lan.sends("/hop")
    assert "/lich" in (await cast.lan.taps("🔔 Cách nhắc họp") or "")


# ── one's own data ──────────────────────────────────────────────────────────────────────────────────


async def test_both_wishes_are_shown_as_ones_data_and_go_with_an_erasure(called: Cast) -> None:
    await called.hoa.sends("nhắc lại tối nay")
    await called.hoa.sends("nhắc ít thôi")
    await called.hoa.sends("/dulieu")
    await called.hoa.taps("👁 Xem")
    assert "Nhắc họp ít: có" in called.hoa.last
    assert "hẹn nhắc lại lúc 20 giờ 30 ngày 17/03/2026" in called.hoa.last
    now = called.town.clock.now()
    async with called.town.app.database.write() as session:
        await erasing.forget_person(session, called.hoa.member_id, name="–", now=now, today=now.date())
    assert await snoozes(called) == []
    async with called.town.app.database.read() as session:
        member = await session.get(Member, called.hoa.member_id)
    assert member is not None and not member.fewer_reminders
