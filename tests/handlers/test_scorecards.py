"""The scorecard in chat: numbers and never a name, the worst first, and one tap to those who can mend it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.actions import belonging
from bot.rules.attendance import Count
from bot.rules.scorecard import Indicator, Share
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, OrganisationKind, RoleName, RollState, Status
from db import caring, rolls, scorecards, task_counts
from db.models import Meeting, MeetingState, Notice, NoticeState, Organisation, Recipient, RollMark
from tests.handlers.test_task_committee import two_cells
from tests.people import Actor, Cast, found
from tests.tasked import give

PUSH = "🔔 Nhắc các bí thư (1)"


async def met(
    cast: Cast,
    cell_id: int,
    month: int,
    *marks: tuple[Actor, RollState],
    kind: MeetingKind = MeetingKind.REGULAR,
    state: MeetingState = MeetingState.CLOSED,
    year: int = 2026,
) -> None:
    """A meeting of a month that took place, or did not, with what its roll says."""
    async with cast.town.app.database.write() as session:
        starts_at = datetime(year, month, 1, 1, tzinfo=UTC)
        meeting = Meeting(
            cell_id=cell_id, kind=kind, month=date(year, month, 1), starts_at=starts_at, state=state
        )
        session.add(meeting)
        await session.flush()
        for actor, mark in marks:
            session.add(
                RollMark(
                    meeting_id=meeting.id or 0, member_id=actor.member_id, state=mark, marked_at=starts_at
                )
            )
        if state is MeetingState.CLOSED:
            states = Counter(mark for _, mark in marks)
            await rolls.keep_tally(session, meeting.id or 0, Count.closed(states))


async def count(cast: Cast, *, months: int = 1, organisation: int | None = None) -> scorecards.Counted:
    now, texts = cast.town.clock.now(), cast.town.app.house.texts
    async with cast.town.app.database.read() as session:
        return await scorecards.count(
            session,
            organisation or cast.town.committee,
            months=Span.back(months, texts.day_of(now)).months,
            now=now,
            zone=texts.zone,
        )


async def shares(cast: Cast) -> dict[Indicator, Share]:
    return dict((await count(cast)).months[-1])


# ── what is counted ────────────────────────────────────────────────────────────────────────────────


async def test_only_a_closed_roll_is_a_meeting_that_was_held(cast: Cast) -> None:
    await met(cast, cast.town.cell_a, 3, (cast.hoa, RollState.PRESENT))
    await met(cast, cast.town.cell_b, 3, state=MeetingState.PLANNED)
    counted = await count(cast)
    assert counted.months[-1][Indicator.MET] == Share(1, 2)
    assert [cell.open for cell in counted.cells] == [False, True]
    cast.town.clock.move_to(cast.town.clock.now() + timedelta(days=31))
    assert (await shares(cast))[Indicator.MET] == Share(0, 2), "the next month begins at nothing"


async def test_a_meeting_that_was_not_held_is_none(cast: Cast) -> None:
    await met(cast, cast.town.cell_a, 3, state=MeetingState.NOT_HELD)
    counted = await count(cast)
    assert counted.months[-1][Indicator.MET] == Share(0, 2) and not any(c.open for c in counted.cells)


async def test_attendance_is_of_those_who_had_to_come(cast: Cast) -> None:
    marks = (cast.lan, RollState.PRESENT), (cast.minh, RollState.LATE), (cast.hoa, RollState.UNEXCUSED)
    await met(cast, cast.town.cell_a, 3, *marks)
    await met(cast, cast.town.cell_b, 3, (cast.dung, RollState.EXEMPT), (cast.mai, RollState.EXCUSED))
    assert (await shares(cast))[Indicator.ATTENDANCE] == Share(2, 4)


async def test_who_has_a_task_is_counted_as_on_the_task_screens(cast: Cast) -> None:
    await cast.town.add("Người được miễn", cast.town.cell_a, status=Status.EXEMPT)
    await give(cast, "Vận động 5 hộ", cast.hoa, cast.minh)
    async with cast.town.app.database.read() as session:
        day = cast.town.app.house.today
        counts = await task_counts.count_cells(
            session, cast.town.committee, on=day, before=cast.town.clock.now() + timedelta(hours=16)
        )
    workers, with_task = (sum(getattr(c, n) for _, c in counts.values()) for n in ("workers", "with_task"))
    assert (await shares(cast))[Indicator.TASKED] == Share(with_task, workers) == Share(2, 5)


async def test_a_task_closed_since_was_there_in_the_month_before(cast: Cast) -> None:
    task = await give(cast, "Vận động 5 hộ", cast.hoa)
    await cast.town.moves_to(2026, 4, 2, 8, 0)
    async with cast.town.app.database.write() as session:
        task.closed_at = cast.town.clock.now()
        session.add(task)
    march, april = (await count(cast, months=2)).months
    assert (march[Indicator.TASKED].done, april[Indicator.TASKED].done) == (1, 0)


async def test_what_closed_meetings_had_to_evaluate_is_counted(cast: Cast) -> None:
    await two_cells(cast)
    counted = await count(cast)
    assert counted.months[-1][Indicator.EVALUATED] == Share(2, 2)
    assert [cell.card[Indicator.EVALUATED] for cell in counted.cells] == [Share(2, 2), Share(0, 0)]


@pytest.mark.parametrize(
    ("kind", "state", "month", "held"),
    [
        (MeetingKind.THEMATIC, MeetingState.CLOSED, 1, 1),
        (MeetingKind.THEMATIC, MeetingState.PLANNED, 3, 1),  # it is to be held this quarter
        (MeetingKind.THEMATIC, MeetingState.CANCELLED, 3, 0),
        (MeetingKind.THEMATIC, MeetingState.CLOSED, 4, 0),  # the next quarter
        (MeetingKind.REGULAR, MeetingState.CLOSED, 1, 0),
    ],
)
async def test_a_thematic_meeting_counts_for_its_quarter(
    cast: Cast, kind: MeetingKind, state: MeetingState, month: int, held: int
) -> None:
    await met(cast, cast.town.cell_a, month, kind=kind, state=state)
    assert (await shares(cast))[Indicator.THEMATIC] == Share(held, 2)


async def test_residential_meetings_are_for_cells_with_residents_of_other_cells(cast: Cast) -> None:
    assert (await shares(cast))[Indicator.RESIDENTIAL] == Share(0, 1), "Mai lives in A's area"
    await met(cast, cast.town.cell_a, 2, (cast.mai, RollState.LATE), kind=MeetingKind.RESIDENTIAL)
    counted = await shares(cast)
    assert counted[Indicator.RESIDENTIAL] == Share(1, 1) and counted[Indicator.RESIDENTS] == Share(1, 1)
    assert counted[Indicator.ATTENDANCE] == Share(), "they are never mixed into the cell's own"


async def test_notices_of_three_months_are_in_force(cast: Cast) -> None:
    for month, confirmed in ((3, True), (1, False), (2, True)):
        sent_at = datetime(2026, month, 1, 1, tzinfo=UTC)
        async with cast.town.app.database.write() as session:
            notice = Notice(
                issuer_id=cast.town.committee,
                audience_id=cast.town.committee,
                author_id=cast.quan.member_id,
                title="Nghị quyết",
                state=NoticeState.SENT,
                created_at=sent_at,
                sent_at=sent_at,
            )
            session.add(notice)
            await session.flush()
            confirmed_at = sent_at if confirmed else None
            whom = {"member_id": cast.hoa.member_id, "cell_id": cast.town.cell_a}
            session.add(Recipient(notice_id=notice.id or 0, **whom, confirmed_at=confirmed_at))
    assert (await shares(cast))[Indicator.READ] == Share(2, 3)
    cast.town.clock.move_to(datetime(2026, 4, 2, 1, tzinfo=UTC))
    march, april = (await count(cast, months=2)).months
    assert march[Indicator.READ] == Share(2, 3) and april[Indicator.READ] == Share(2, 2)


async def test_who_has_been_missing_is_counted_as_on_the_lists_of_the_missing(cast: Cast) -> None:
    away = (cast.hoa, RollState.UNEXCUSED), (cast.minh, RollState.EXCUSED)
    for month in (1, 2, 3):
        await met(cast, cast.town.cell_a, month, *away)
    await met(cast, cast.town.cell_b, 12, (cast.dung, RollState.UNEXCUSED), year=2025)
    await met(cast, cast.town.cell_b, 1, (cast.dung, RollState.UNEXCUSED))
    february, march = (await count(cast, months=2)).months
    assert february[Indicator.MISSING] == march[Indicator.MISSING] == Share(1, 5), "Dũng's year is a new one"
    async with cast.town.app.database.read() as session:
        [branch] = await caring.count_branches(session, cast.town.committee, on=cast.town.app.house.today)
    assert branch.amber + branch.red == march[Indicator.MISSING].done
    january = (await count(cast, months=3)).months[0]
    assert january[Indicator.MISSING] == Share(0, 5)


async def test_a_cell_is_left_out_from_the_day_it_is_closed(cast: Cast) -> None:
    await met(cast, cast.town.cell_b, 2)
    async with cast.town.app.database.write() as session:
        cell = await session.get_one(Organisation, cast.town.cell_b)
        cell.closed_on = date(2026, 3, 1)
        session.add(cell)
    february, march = (await count(cast, months=2)).months
    assert february[Indicator.MET] == Share(1, 2) and march[Indicator.MET] == Share(0, 1)


async def test_a_cell_in_which_nobody_is_to_come_need_not_meet(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        await found(session, "c", "Chi bộ mới", OrganisationKind.CELL, cast.town.committee)
    assert (await shares(cast))[Indicator.MET] == Share(0, 2)


# ── what people see ────────────────────────────────────────────────────────────────────────────────


async def test_an_officer_sees_numbers_against_targets_and_the_worst_cell_first(cast: Cast) -> None:
    await met(cast, cast.town.cell_a, 3, (cast.hoa, RollState.PRESENT), (cast.lan, RollState.PRESENT))
    await met(cast, cast.town.cell_b, 3, state=MeetingState.PLANNED)
    said = await cast.quan.sends("/bangdiem")
    assert "Bảng điểm – Đảng bộ xã Tả Van" in said and "Tháng 03/2026, 2 chi bộ" in said
    assert "❗ Chi bộ đã sinh hoạt: 1/2 (50 %, mục tiêu 100 %) ↗" in said
    assert "✅ Dự sinh hoạt: 2/2 (100 %)" in said and "Chưa chốt điểm danh: 1 chi bộ" in said
    assert "▫️ Xác nhận nghiên cứu: chưa có số liệu" in said
    cells = [text for text in cast.quan.buttons if text.startswith("Chi bộ thôn")]
    assert cells == ["Chi bộ thôn A: ❗ 3 ⚠️ 0", "Chi bộ thôn B: ❗ 3 ⚠️ 0"]
    assert not any(name in " ".join(cast.quan.heard) for name in ("Hoa", "Lan", "Dũng"))


async def test_a_number_leads_to_the_cells_that_miss_it_and_to_reminding_them_once_a_day(cast: Cast) -> None:
    bay = await cast.town.add("Tẩn A Bảy", cast.town.cell_b, role=RoleName.SECRETARY)
    await met(cast, cast.town.cell_a, 3)
    await cast.quan.sends("bảng điểm")
    await cast.quan.taps("❗ Chi bộ đã sinh hoạt")
    assert "Chi bộ chưa đạt: 1" in cast.quan.shown
    screen = cast.quan.person.last
    await cast.quan.taps(PUSH)
    assert "Đã nhắc 1/1 chi bộ: Chi bộ đã sinh hoạt." in cast.quan.last
    await cast.quan.taps(PUSH, screen)
    asked = [said for said in bay.heard if "Đề nghị đồng chí chốt điểm danh" in said]
    assert len(asked) == 1 and "Chi bộ thôn B, tháng 03/2026" in asked[0]
    assert not any("Đề nghị" in said for said in (*cast.lan.heard, *cast.dung.heard))
    await bay.taps("📋 Bảng điểm của chi bộ")
    assert "Bảng điểm – Chi bộ thôn B" in bay.shown


async def test_the_same_request_from_the_task_screen_is_the_same_one(cast: Cast) -> None:
    bay = await two_cells(cast)
    await cast.quan.sends("/nhiemvu")
    await cast.quan.taps("🔔 Nhắc các bí thư")
    assert len([said for said in bay.heard if "Đảng ủy đề nghị" in said]) == 1


async def test_a_secretary_sees_the_cells_own_card_and_where_to_mend_it(cast: Cast) -> None:
    said = await cast.lan.sends("/bangdiem")
    assert "Bảng điểm – Chi bộ thôn A" in said and "chi bộ\n" not in said.splitlines()[1]
    await cast.lan.taps("🛠 Đảng viên có nhiệm vụ")
    assert "Nhiệm vụ" in cast.lan.shown


async def test_a_follower_looks_and_reminds_nobody(cast: Cast) -> None:
    follower = await cast.town.add("Má Thị Sen", cast.town.cell_a)
    async with cast.town.app.database.write() as session:
        await belonging.give_role(
            session, follower.member_id, RoleName.FOLLOWER, cast.town.cell_b, since=date(2025, 1, 1)
        )
    assert "Bảng điểm – Chi bộ thôn B" in await follower.sends("/bangdiem")
    assert not any(text.startswith(("🛠", "🔔")) for text in follower.buttons)


async def test_a_member_is_told_for_whom_it_is(cast: Cast) -> None:
    assert "dành cho bí thư" in await cast.hoa.sends("/bangdiem")


async def test_months_are_turned(cast: Cast) -> None:
    await met(cast, cast.town.cell_a, 2, (cast.hoa, RollState.PRESENT))
    await cast.quan.sends("/bangdiem")
    assert "Tháng sau ›" not in cast.quan.buttons
    await cast.quan.taps("‹ Tháng trước")
    assert "Tháng 02/2026" in cast.quan.shown and "Chi bộ đã sinh hoạt: 1/2" in cast.quan.shown
    for _ in range(4):
        await cast.quan.taps("‹ Tháng trước")
    assert "Tháng 10/2025" in cast.quan.shown and "‹ Tháng trước" not in cast.quan.buttons
    await cast.quan.taps("Tháng sau ›")
    assert "Tháng 11/2025" in cast.quan.shown
