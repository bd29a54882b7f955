"""Checking in by the code in the room: while it is open, for who is on the list, and never by guessing."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.rules import check_in as rules
from bot.rules.words import RollState
from db.models import CheckIn, Reply
from tests.handlers.test_roll import marks
from tests.people import Actor, Cast, schedule

SHOWN = "Mã điểm danh"


@pytest.fixture
async def room(cast: Cast) -> AsyncIterator[Cast]:
    """The evening of cell A's meeting, a quarter of an hour before: the code is on Lan's telephone."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.town.moves_to(2026, 3, 3, 19, 15)
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("🔢 Mã điểm danh")
    yield cast


async def passes(cast: Cast, seconds: float) -> None:
    cast.town.clock.move_to(cast.town.clock.now() + timedelta(seconds=seconds))
    await cast.town.app.settle()


def screen(lan: Actor) -> str:
    return next(said for said in reversed(lan.heard) if said.startswith(SHOWN))


def code(lan: Actor) -> str:
    found = re.search(r"^\d{4}$", screen(lan), re.MULTILINE)
    assert found
    return found[0]


async def wrong_code(cast: Cast) -> str:
    async with cast.town.app.database.read() as session:
        secret = (await session.exec(select(CheckIn))).one().secret
    now = cast.town.clock.now()
    return next(each for each in ("1234", "5678", "9012") if not rules.fits(secret, each, now))


async def test_who_types_the_code_is_there_and_both_screens_say_so(room: Cast) -> None:
    said = await room.hoa.sends(code(room.lan))
    assert "✅ Đã điểm danh: đồng chí có mặt" in said
    assert await marks(room) == {room.hoa.member_id: RollState.PRESENT}
    await passes(room, 3)
    assert "Có mặt: 1/3" in screen(room.lan)
    assert any(
        "✅ Sùng Thị Hoa" in b.text for m in room.lan.person.messages for row in m.buttons for b in row
    )


async def test_the_code_changes_each_minute_and_the_last_one_is_taken_for_one_more(room: Cast) -> None:
    first = code(room.lan)
    await passes(room, 61)
    assert code(room.lan) != first
    assert "Đã điểm danh" in await room.hoa.sends(first)
    await passes(room, 61)
    assert "không đúng hoặc đã hết hạn" in await room.minh.sends(first)


async def test_after_ten_minutes_one_is_late_and_who_asked_leave_is_there_all_the_same(room: Cast) -> None:
    await room.minh.sends("em bận, xin vắng")
    await room.town.moves_to(2026, 3, 3, 19, 41)
    assert "đến muộn" in await room.minh.sends(code(room.lan))
    assert await marks(room) == {room.minh.member_id: RollState.LATE}


async def test_digits_instead_of_a_reason_are_the_code(room: Cast) -> None:
    await room.hoa.sends("/vang")
    assert "Đã điểm danh" in await room.hoa.sends(code(room.lan))
    async with room.town.app.database.read() as session:
        assert not (await session.exec(select(Reply))).all()


async def test_who_is_not_on_the_list_hears_so_and_nothing_is_marked(room: Cast) -> None:
    shown = code(room.lan)
    assert "Hiện không có buổi họp nào của đồng chí" in await room.dung.sends(shown)
    assert "không có trong danh sách" in await room.mai.sends(shown)
    assert await marks(room) == {}


async def test_four_digits_are_never_an_answer(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    assert "Hiện không có buổi họp nào của đồng chí" in await cast.hoa.sends("1111")
    async with cast.town.app.database.read() as session:
        assert not (await session.exec(select(Reply))).all()
    await cast.hoa.sends("1")
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Reply))).one().member_id == cast.hoa.member_id


async def test_after_five_wrong_codes_the_right_one_is_not_looked_at(room: Cast) -> None:
    for _ in range(5):
        assert "không đúng" in await room.hoa.sends(await wrong_code(room))
    assert "gõ sai mã nhiều lần" in await room.hoa.sends(code(room.lan))
    assert await marks(room) == {}


async def test_wrong_codes_count_in_the_middle_of_something_too(room: Cast) -> None:
    await room.hoa.sends("/dulieu")
    await room.hoa.taps("✏️ Báo sai sót")
    for _ in range(5):
        room.town.app.house.codes.wrong(room.hoa.person.id, room.town.clock.now())
    await room.hoa.sends(code(room.lan))
    assert await marks(room) == {}


async def test_the_picture_opens_a_link_that_checks_in(room: Cast) -> None:
    await room.lan.taps("🔳 Hiện mã QR")
    assert room.lan.person.last.photo and "Dùng được đến" in room.lan.last
    async with room.town.app.database.read() as session:
        opened = (await session.exec(select(CheckIn))).one()
    link = rules.link(opened.secret, opened.meeting_id, room.town.clock.now())
    assert "Đã điểm danh" in await room.hoa.opens(link)
    await passes(room, 20 * 60)
    assert "Mã QR này đã hết hạn" in await room.minh.opens(link)
    assert "Xin chào đồng chí" in await room.town.stranger("Người lạ").opens(link)
    assert await marks(room) == {room.hoa.member_id: RollState.PRESENT}


async def test_it_is_open_around_the_meeting_only(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.town.moves_to(2026, 3, 3, 18, 59)
    await cast.lan.sends("/diemdanh")
    words = await cast.lan.taps("🔢 Mã điểm danh")
    assert words is not None and "mở từ 19:00" in words
    await cast.town.moves_to(2026, 3, 3, 21, 29)
    await cast.lan.taps("🔢 Mã điểm danh")
    last = code(cast.lan)
    await cast.town.moves_to(2026, 3, 3, 21, 31)
    assert "Hiện không nhận điểm danh bằng mã" in screen(cast.lan)
    assert "Hiện không có buổi họp nào" in await cast.hoa.sends(last)


async def test_it_ends_with_the_roll_or_by_a_tap(room: Cast) -> None:
    last = code(room.lan)
    await room.lan.taps("⏹ Ngừng nhận")
    assert "Hiện không nhận" in screen(room.lan)
    assert "Hiện không có buổi họp nào" in await room.hoa.sends(last)
    await room.lan.taps("📋 Điểm danh")
    await room.lan.taps("🔢 Mã điểm danh")
    last = code(room.lan)
    await room.lan.sends("/diemdanh")
    for tap in ("✅ Tất cả có mặt", "🔒 Kết thúc điểm danh", "🔒 Chốt điểm danh"):
        await room.lan.taps(tap)
    assert "Hiện không có buổi họp nào" in await room.hoa.sends(last)
    async with room.town.app.database.read() as session:
        assert (await session.exec(select(CheckIn))).one().closed_at is not None


async def test_somebody_who_takes_no_roll_sees_no_code(room: Cast) -> None:
    sheet = next(m for m in reversed(room.lan.person.messages) if (m.text or "").startswith(SHOWN))
    press = room.hoa.person.presses(sheet, sheet.buttons[0][0])
    await room.town.app.settle()
    assert press.answer is not None and "không thuộc phần việc" in press.answer["text"]
