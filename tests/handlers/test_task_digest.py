"""The weekly digest: one message to those who lead the cell, when they want it, and nothing when there is nothing."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from bot.rules.words import MeetingKind
from db.models import Digest, Meeting, Task
from tests import tasked
from tests.people import Actor, Cast


async def give(cast: Cast, *to: Actor, deadline: date | None = None) -> None:
    """Lan has given a task; the deadline may have passed since."""
    task = await tasked.give(cast, "Vận động 5 hộ", *to)
    async with cast.town.app.database.write() as session:
        task.deadline = deadline
        session.add(task)


def digests(actor: Actor) -> list[str]:
    return [said for said in actor.heard if "Bản tin tuần – nhiệm vụ" in said]


async def next_at(cast: Cast) -> datetime | None:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Digest))).one().next_at


async def test_it_begins_with_the_first_task_on_monday_morning(cast: Cast) -> None:
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Digest))).all() == []
    await give(cast, cast.hoa)
    assert await next_at(cast) == datetime(2026, 3, 9, 0, 30, tzinfo=UTC)


async def test_who_leads_hears_once_what_is_overdue_and_who_is_stuck(cast: Cast) -> None:
    await give(cast, cast.hoa, cast.minh, deadline=date(2026, 3, 5))
    await cast.hoa.taps("Gặp khó khăn")
    await cast.hoa.sends("khó khăn vì mưa nhiều, mới được 20%")
    await cast.town.passes_until(2026, 3, 9, 12, 0)
    for leader in (cast.lan, cast.minh):
        [said] = digests(leader)
        assert "Quá hạn: 2" in said and "• Lù Văn Minh: Vận động 5 hộ (hạn 05/03/2026)" in said
        assert "Đồng chí Sùng Thị Hoa gặp khó khăn: «khó khăn vì mưa nhiều, mới được 20%»" in said
        assert "Chi bộ giúp được gì?" in said
    assert digests(cast.hoa) == digests(cast.dung) == digests(cast.quan) == []
    await cast.lan.taps("🤝 Sùng Thị Hoa")
    assert "Nhiệm vụ của đồng chí Sùng Thị Hoa" in cast.lan.last
    await cast.town.passes_until(2026, 3, 16, 12, 0)
    assert len(digests(cast.lan)) == 2


async def test_where_there_is_nothing_to_tell_nothing_is_said(cast: Cast) -> None:
    await give(cast, cast.hoa)
    await cast.town.passes_until(2026, 3, 31, 12, 0)
    assert digests(cast.lan) == []


async def test_the_silent_are_named_in_the_week_of_the_meeting_only(cast: Cast) -> None:
    await give(cast, cast.hoa, cast.minh)
    await cast.minh.taps("50%")
    async with cast.town.app.database.write() as session:
        starts_at = datetime(2026, 3, 20, 12, 30, tzinfo=UTC)
        month = date(2026, 3, 1)
        session.add(
            Meeting(cell_id=cast.town.cell_a, kind=MeetingKind.REGULAR, month=month, starts_at=starts_at)
        )
    await cast.town.moves_to(2026, 3, 9, 8, 0)
    assert digests(cast.lan) == []
    await cast.town.moves_to(2026, 3, 16, 8, 0)
    [said] = digests(cast.lan)
    assert "Chưa báo cáo cho buổi sinh hoạt ngày 20/03/2026: 1\nSùng Thị Hoa" in said


async def test_after_a_night_off_it_waits_for_the_morning_and_after_days_for_the_next(cast: Cast) -> None:
    await give(cast, cast.hoa, deadline=date(2026, 3, 3))
    await cast.town.moves_to(2026, 3, 9, 23, 0)
    assert digests(cast.lan) == []
    await cast.town.moves_to(2026, 3, 10, 6, 30)
    assert len(digests(cast.lan)) == 1
    await cast.town.moves_to(2026, 3, 20, 8, 0)
    assert len(digests(cast.lan)) == 1, "Monday's is four days late"
    await cast.town.moves_to(2026, 3, 23, 8, 0)
    assert len(digests(cast.lan)) == 2


async def test_a_tick_that_runs_again_says_nothing_twice(cast: Cast) -> None:
    await give(cast, cast.hoa, deadline=date(2026, 3, 3))
    await cast.town.moves_to(2026, 3, 9, 8, 0)
    async with cast.town.app.database.write() as session:
        digest = (await session.exec(select(Digest))).one()
        digest.next_at = cast.town.clock.now() - timedelta(minutes=1)
        session.add(digest)
    await cast.town.app.settle()
    assert len(digests(cast.lan)) == 1


async def test_day_and_time_are_chosen_and_it_can_be_turned_off(cast: Cast) -> None:
    await give(cast, cast.hoa, deadline=date(2026, 3, 3))
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⏰ Bản tin tuần")
    assert "Gửi vào thứ Hai hằng tuần, lúc 7 giờ 30" in cast.lan.shown
    await cast.lan.taps("thứ Sáu")
    await cast.lan.taps("19:00")
    assert "Gửi vào thứ Sáu hằng tuần, lúc 19 giờ" in cast.lan.shown
    await cast.town.passes_until(2026, 3, 6, 20, 0)
    assert len(digests(cast.lan)) == 1
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("⏰ Bản tin tuần")
    await cast.lan.taps("🔕 Tắt bản tin")
    assert "Đang tắt" in cast.lan.shown
    await cast.town.passes_until(2026, 3, 30, 12, 0)
    assert len(digests(cast.lan)) == 1


async def test_a_cell_whose_tasks_are_all_closed_needs_none(cast: Cast) -> None:
    await give(cast, cast.hoa, deadline=date(2026, 3, 3))
    async with cast.town.app.database.write() as session:
        task = (await session.exec(select(Task))).one()
        task.closed_at = cast.town.clock.now()
        session.add(task)
    await cast.town.passes_until(2026, 3, 10, 12, 0)
    assert digests(cast.lan) == []
