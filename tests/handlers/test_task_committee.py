"""Tasks as committees see them: numbers from the worst, down the tree, and asking cells that did not evaluate."""

from datetime import UTC, date, datetime

from bot.actions import belonging, evaluating, roll, roll_closing
from bot.rules.words import Evaluated, MeetingKind, RoleName
from db import people
from db.models import Meeting
from tests.people import Actor, Cast
from tests.tasked import give

TITLE = "Vận động 5 hộ"


async def meets(cast: Cast, cell_id: int, *, evaluated_by: Actor | None = None) -> None:
    """A cell's regular meeting of March has begun; its roll may be closed, with everything evaluated."""
    texts, now = cast.town.app.house.texts, cast.town.clock.now()
    async with cast.town.app.database.write() as session:
        begun, month = datetime(2026, 3, 2, 0, 30, tzinfo=UTC), date(2026, 3, 1)
        meeting = Meeting(cell_id=cell_id, kind=MeetingKind.REGULAR, month=month, starts_at=begun)
        session.add(meeting)
        await session.flush()
        if evaluated_by is None:
            return
        by = await people.get_member(session, evaluated_by.member_id)
        number = meeting.id or 0
        sheet = await evaluating.look(session, meeting_id=number, by=by, now=now, texts=texts)
        for due in sheet.dues:
            await evaluating.evaluate(
                session,
                meeting_id=number,
                assignment_id=due.assignment.id or 0,
                evaluated=Evaluated.DONE,
                by=by,
                now=now,
                texts=texts,
            )
        await roll.mark_all_present(session, meeting_id=number, by=by, now=now, texts=texts)
        await roll_closing.close(session, meeting_id=number, by=by, now=now, texts=texts)
    await cast.town.app.settle()


async def two_cells(cast: Cast) -> Actor:
    """A has evaluated, B has not; who leads B."""
    bay = await cast.town.add("Tẩn A Bảy", cast.town.cell_b, role=RoleName.SECRETARY)
    await give(cast, TITLE, cast.hoa, cast.minh)
    await give(cast, TITLE, cast.dung, by=bay, cell_id=cast.town.cell_b)
    await meets(cast, cast.town.cell_a, evaluated_by=cast.lan)
    await meets(cast, cast.town.cell_b)
    return bay


async def test_an_officer_sees_numbers_and_the_worst_cell_first(cast: Cast) -> None:
    await two_cells(cast)
    said = await cast.quan.sends("/nhiemvu")
    assert "Nhiệm vụ – Đảng bộ xã Tả Van" in said and "Đảng viên có nhiệm vụ: 3/6 (50 %)" in said
    assert "Đánh giá tháng 3: 2/3 nhiệm vụ (66,7 %)" in said
    assert "Chi bộ đã họp mà chưa đánh giá: 1/2" in said
    assert cast.quan.buttons[:2] == ["Chi bộ thôn B: ⭐ 0/1", "Chi bộ thôn A: ⭐ 2/2"]
    await cast.quan.taps("Chi bộ thôn A: ⭐ 2/2")
    assert "Nhiệm vụ – Chi bộ thôn A" in cast.quan.shown and "2/3" in cast.quan.shown
    heard = " ".join(cast.quan.heard)
    assert not any(name in heard for name in ("Hoa", "Minh", "Dũng", "Vận động"))


async def test_the_secretaries_of_cells_that_did_not_evaluate_are_reminded_once_a_day(cast: Cast) -> None:
    bay = await two_cells(cast)
    await cast.quan.sends("/nhiemvu")
    screen = cast.quan.person.last
    await cast.quan.taps("🔔 Nhắc các bí thư")
    assert "Đã nhắc 1/1 chi bộ" in cast.quan.last
    await cast.quan.taps("🔔 Nhắc các bí thư", screen)
    asked = [said for said in bay.heard if "Đảng ủy đề nghị đồng chí đánh giá" in said]
    assert len(asked) == 1 and "Chi bộ thôn B có 1 nhiệm vụ" in asked[0]
    assert not any("đề nghị đồng chí đánh giá" in said for said in (*cast.lan.heard, *cast.dung.heard))


async def test_a_follower_sees_the_numbers_of_the_cell_and_reminds_nobody(cast: Cast) -> None:
    await two_cells(cast)
    follower = await cast.town.add("Má Thị Sen", cast.town.cell_a)
    async with cast.town.app.database.write() as session:
        await belonging.give_role(
            session, follower.member_id, RoleName.FOLLOWER, cast.town.cell_b, since=date(2025, 1, 1)
        )
    assert "Nhiệm vụ – Chi bộ thôn B" in await follower.sends("/nhiemvu")
    assert "🔔 Nhắc các bí thư" not in follower.buttons


async def test_the_last_months_are_seen_one_by_one(cast: Cast) -> None:
    await two_cells(cast)
    await cast.quan.sends("/nhiemvu")
    await cast.quan.taps("📈 Các tháng qua")
    assert "Tháng 03/2026: 2 nhiệm vụ" in cast.quan.shown
    assert "Báo cáo 0 %, đánh giá 100 %, quá hạn 0 %; chi bộ có đánh giá 1/1" in cast.quan.shown


async def test_before_any_meeting_there_is_nothing_to_evaluate_and_nobody_to_remind(cast: Cast) -> None:
    await give(cast, TITLE, cast.hoa)
    said = await cast.quan.sends("/nhiemvu")
    assert "chưa có buổi sinh hoạt nào đến lượt đánh giá" in said
    assert "🔔 Nhắc các bí thư" not in cast.quan.buttons
