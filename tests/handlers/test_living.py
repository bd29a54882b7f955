"""Messages that are kept up to date where they stand: soon, not too often, and only for who may see them."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.actions import headcounts, living
from bot.lanes import Lane
from db.models import Delivery, LiveKind, LiveMessage, Meeting, Message, Role
from tests.people import Cast, schedule

NUMBERS = "Đến dự"


@pytest.fixture
async def looking(cast: Cast) -> Cast:
    """Everybody of cell A was invited, and its secretary has the headcount before her."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.lan.sends("/hop")
    return cast


async def passes(cast: Cast, seconds: float) -> None:
    cast.town.clock.move_to(cast.town.clock.now() + timedelta(seconds=seconds))
    await cast.town.app.settle()


def headcount(cast: Cast) -> str:
    return next(said for said in reversed(cast.lan.heard) if NUMBERS in said)


async def test_a_headcount_follows_the_answers_in_the_same_message(looking: Cast) -> None:
    said = len(looking.lan.heard)
    assert "Đến dự: 0" in headcount(looking)
    await passes(looking, 5)
    await looking.hoa.taps("✅ Có mặt")
    assert "Đến dự: 1" in headcount(looking)
    assert len(looking.lan.heard) == said


async def test_it_is_not_edited_more_often_than_its_kind_allows(looking: Cast) -> None:
    await looking.hoa.taps("✅ Có mặt")
    await looking.minh.taps("✅ Có mặt")
    assert "Đến dự: 0" in headcount(looking)
    await passes(looking, 4.9)
    assert "Đến dự: 0" in headcount(looking)
    await passes(looking, 0.2)
    assert "Đến dự: 2" in headcount(looking)


async def test_whoever_leads_the_cell_no_more_sees_no_more(looking: Cast) -> None:
    async with looking.town.app.database.write() as session:
        for role in (await session.exec(select(Role).where(Role.member_id == looking.lan.member_id))).all():
            await session.delete(role)
    await passes(looking, 5)
    await looking.hoa.taps("✅ Có mặt")
    await passes(looking, 5)
    assert "Đến dự: 0" in headcount(looking)
    async with looking.town.app.database.read() as session:
        assert not (await session.exec(select(LiveMessage))).all()


async def test_nothing_is_looked_after_when_the_meeting_is_long_over(looking: Cast) -> None:
    await passes(looking, timedelta(days=4).total_seconds())
    async with looking.town.app.database.read() as session:
        assert not (await session.exec(select(LiveMessage))).all()


async def test_an_edit_that_has_not_left_is_changed_in_its_place(looking: Cast) -> None:
    town = looking.town
    for told in range(3):
        async with town.app.database.write() as session:
            meeting = (await session.exec(select(Meeting).where(col(Meeting.live)))).one()
            now = town.clock.now() + timedelta(minutes=told + 1)
            await living.note_changed(session, meeting, LiveKind.HEADCOUNT, now=now)
            shows = {LiveKind.HEADCOUNT: headcounts.show}
            assert await living.show_changes(session, shows, now=now, texts=town.app.house.texts) == 1
    async with town.app.database.read() as session:
        edits = select(Message.text).join(Delivery).where(Message.about == "live")
        waiting = (await session.exec(edits.where(Delivery.lane == Lane.REPLY))).all()
    assert len(waiting) == 1
    assert "8 giờ 03" in waiting[0]


async def test_what_takes_the_place_of_a_headcount_stays(looking: Cast) -> None:
    await looking.lan.taps("✏️ Sửa buổi họp")
    await passes(looking, 6)
    await looking.hoa.taps("✅ Có mặt")
    await passes(looking, 6)
    assert "Giấy mời đã gửi" in looking.lan.shown and NUMBERS not in looking.lan.shown
