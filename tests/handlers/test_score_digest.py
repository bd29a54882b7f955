"""The digest of a committee: one message to its officers, what misses its target and since when, or nothing."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from bot.actions import belonging
from bot.rules.words import RoleName, RollState
from db.models import CommitteeDigest
from tests.handlers.test_scorecards import met
from tests.people import Actor, Cast
from tests.tasked import give


def digests(actor: Actor) -> list[str]:
    return [said for said in actor.heard if "dưới mục tiêu: " in said]


async def settled(cast: Cast) -> CommitteeDigest:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(CommitteeDigest))).one()


async def test_it_is_on_from_the_first_officer_on_monthly_on_the_fifth(cast: Cast) -> None:
    await cast.town.app.settle()
    assert (await settled(cast)).next_at == datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


async def test_officers_hear_once_what_missed_its_target_last_month_and_since_when(cast: Cast) -> None:
    everybody = [(who, RollState.PRESENT) for who in (cast.lan, cast.minh, cast.hoa)]
    for month in (12, 1, 2):
        await met(cast, cast.town.cell_a, month, *everybody, year=2025 if month == 12 else 2026)
    for month in (12, 1):
        dung = (cast.dung, RollState.PRESENT), (cast.mai, RollState.PRESENT)
        await met(cast, cast.town.cell_b, month, *dung, year=2025 if month == 12 else 2026)
    await cast.town.passes_until(2026, 3, 5, 12, 0)
    [said] = digests(cast.quan)
    assert "Tháng 02/2026, dưới mục tiêu: 4" in said
    assert "❗ Chi bộ đã sinh hoạt: 1/2 (50 %, mục tiêu 100 %) ↘\n– mới trong tháng này" in said
    assert "❗ Đảng viên có nhiệm vụ: 0/5 (0 %, mục tiêu 100 %) →\n– từ 09/2025 hoặc trước đó" in said
    assert "Dự sinh hoạt" not in said and "Hoa" not in said
    assert all(digests(other) == [] for other in (cast.lan, cast.minh, cast.hoa, cast.dung))
    await cast.quan.taps("❗ Chi bộ đã sinh hoạt")
    assert "Chi bộ chưa đạt: 1" in cast.quan.shown and "tháng 02/2026" in cast.quan.shown
    await cast.town.passes_until(2026, 4, 4, 12, 0)
    assert digests(cast.quan) == [], "what was tapped became the list of cells, and no other came"


async def test_a_tick_that_runs_again_says_nothing_twice(cast: Cast) -> None:
    await cast.town.moves_to(2026, 3, 5, 8, 0)
    assert len(digests(cast.quan)) == 1
    async with cast.town.app.database.write() as session:
        digest = (await session.exec(select(CommitteeDigest))).one()
        digest.next_at = cast.town.clock.now() - timedelta(minutes=1)
        session.add(digest)
    await cast.town.app.settle()
    assert len(digests(cast.quan)) == 1


async def test_after_a_night_off_it_waits_for_the_morning_and_after_days_for_the_next(cast: Cast) -> None:
    await cast.town.moves_to(2026, 3, 5, 23, 0)
    assert digests(cast.quan) == []
    await cast.town.moves_to(2026, 3, 6, 6, 30)
    assert len(digests(cast.quan)) == 1
    await cast.town.moves_to(2026, 4, 9, 8, 0)
    assert len(digests(cast.quan)) == 1, "April's is four days late"
    await cast.town.moves_to(2026, 5, 5, 8, 0)
    assert len(digests(cast.quan)) == 2


async def test_where_every_target_is_reached_nothing_is_said(cast: Cast) -> None:
    texts = cast.town.app.house.texts
    texts.targets = {name: (1.0 if name == "missing" else 0.0,) * 2 for name in texts.targets}
    await cast.town.passes_until(2026, 4, 6, 12, 0)
    assert digests(cast.quan) == []


async def test_day_and_time_are_chosen_and_it_can_be_turned_off(cast: Cast) -> None:
    await cast.quan.sends("/bangdiem")
    await cast.quan.taps("⏰ Bản tin")
    assert "vào ngày 5 hằng tháng, lúc 8 giờ" in cast.quan.shown
    await cast.quan.taps("thứ Tư")
    await cast.quan.taps("19:00")
    assert "vào thứ Tư hằng tuần, lúc 19 giờ" in cast.quan.shown
    await cast.town.passes_until(2026, 3, 12, 12, 0)
    assert len(digests(cast.quan)) == 2
    await cast.quan.sends("/bangdiem")
    await cast.quan.taps("⏰ Bản tin")
    await cast.quan.taps("🔕 Tắt bản tin")
    assert "Đang tắt" in cast.quan.shown
    await cast.town.passes_until(2026, 4, 30, 12, 0)
    assert len(digests(cast.quan)) == 2


async def test_who_gets_the_digest_of_a_cell_is_settled_by_who_leads_it(cast: Cast) -> None:
    sen = await cast.town.add("Má Thị Sen", cast.town.cell_b)
    async with cast.town.app.database.write() as session:
        since = date(2025, 1, 1)
        await belonging.give_role(session, sen.member_id, RoleName.FOLLOWER, cast.town.cell_a, since=since)
    task = await give(cast, "Vận động 5 hộ", cast.hoa)
    async with cast.town.app.database.write() as session:
        task.deadline = date(2026, 3, 3)
        session.add(task)
    heard = {actor.member_id: 0 for actor in (cast.lan, cast.minh, sen)}
    for day, choice, hears in (
        (9, "○ Chỉ bí thư", (cast.lan,)),
        (16, "○ Cả cấp ủy viên phụ trách", (cast.lan, cast.minh, sen)),
        (23, "○ Bí thư và phó bí thư", (cast.lan, cast.minh)),
    ):
        await cast.lan.sends("/nhiemvu")
        await cast.lan.taps("⏰ Bản tin tuần")
        await cast.lan.taps(choice)
        await cast.town.moves_to(2026, 3, day, 8, 0)
        for actor in (cast.lan, cast.minh, sen):
            told = sum("Bản tin tuần – nhiệm vụ" in said for said in actor.heard)
            assert told - heard[actor.member_id] == int(actor in hears), (day, actor.person.name)
            heard[actor.member_id] = told
    numbers = next(said for said in sen.heard if "Bản tin tuần – nhiệm vụ" in said)
    assert "Quá hạn: 1" in numbers and "Hoa" not in numbers
