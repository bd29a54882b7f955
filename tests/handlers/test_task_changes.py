"""A task's own screen: what can be changed, who hears of it, and what was done with it."""

import asyncio
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.actions import task_changing
from bot.errors import Refusal, TooLate
from bot.rules.words import MeetingKind, Rhythm, TaskVerb
from db import people, task_plans
from db.models import Assignment, Meeting, Task, TaskChange
from tests.handlers.test_tasks import LINE, assignments, begins, give
from tests.people import Actor, Cast


async def opens(cast: Cast, title: str, by: Actor | None = None) -> str:
    """A task's screen, from the board."""
    actor = by or cast.lan
    await actor.sends("/nhiemvu")
    await actor.taps("📋 Các nhiệm vụ")
    await actor.taps(title)
    return actor.last


async def the_task(cast: Cast) -> Task:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Task))).one()


async def verbs(cast: Cast) -> list[TaskVerb]:
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(TaskChange.verb).order_by(col(TaskChange.id)))).all())


async def add_meeting(cast: Cast, kind: MeetingKind) -> int:
    async with cast.town.app.database.write() as session:
        begins_at = cast.town.clock.now() - timedelta(minutes=5)
        meeting = Meeting(cell_id=cast.town.cell_a, kind=kind, month=date(2026, 3, 1), starts_at=begins_at)
        session.add(meeting)
        await session.flush()
        return meeting.id or 0


TITLE = "Vận động 5 hộ dân tham gia vệ sinh"


async def test_the_list_has_a_button_for_each_task_and_the_screen_says_who_has_it(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa, cast.minh)
    await cast.hoa.taps("50%")
    said = await opens(cast, TITLE)
    assert "Chỉ tiêu: 5 hộ" in said and "Hạn: 30/12/2026" in said and "Báo cáo: hằng tháng" in said
    assert "• Sùng Thị Hoa: 50%" in said and "• Lù Văn Minh: Chưa có báo cáo" in said


async def test_words_measure_and_day_are_changed_and_those_who_have_it_hear_each_once(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa, cast.lan)
    await opens(cast, TITLE)
    await cast.lan.answers("✏️ Nội dung", "Vận động 8 hộ dân")
    await cast.lan.answers("🎯 Chỉ tiêu", "8 hộ")
    await cast.lan.answers("📅 Hạn", "cuối năm")
    assert "Vận động 8 hộ dân" in cast.lan.last and "Hạn: 31/12/2026" in cast.lan.last
    heard = [said for said in cast.hoa.heard if "điều chỉnh" in said]
    assert len(heard) == 3 and "5 hộ → 8 hộ" in heard[1] and "30/12/2026 → 31/12/2026" in heard[2]
    assert not any("điều chỉnh" in said for said in (*cast.lan.heard, *cast.minh.heard))
    assert await verbs(cast) == [
        *(TaskVerb.GIVEN, TaskVerb.GIVEN),
        *(TaskVerb.RENAMED, TaskVerb.MEASURE, TaskVerb.DEADLINE),
    ]


async def test_kind_and_rhythm_are_the_secretarys_own_order(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    before = len(cast.hoa.heard)
    await opens(cast, TITLE)
    await cast.lan.answers("🏷 Loại", "An ninh trật tự")
    await cast.lan.answers("🔁 Kỳ báo cáo", "hằng quý")
    task = await the_task(cast)
    assert (task.kind, task.rhythm) == ("An ninh trật tự", Rhythm.QUARTERLY)
    await cast.lan.answers("🏷 Loại", "KINH TE")
    await cast.lan.answers("🏷 Loại", "nông nghiệp")
    assert "Xây dựng chi bộ; Theo dõi hộ dân" in cast.lan.last
    await cast.lan.answers("Không phân loại")
    assert (await the_task(cast)).kind == "" and len(cast.hoa.heard) == before


async def test_a_report_at_the_deadline_needs_one(cast: Cast) -> None:
    await give(cast, "Quét vôi nhà văn hóa", cast.hoa)
    await opens(cast, "Quét vôi nhà văn hóa")
    await cast.lan.taps("🔁 Kỳ báo cáo")
    assert "khi đến hạn" not in cast.lan.buttons
    assert "ghi hạn trước" in await cast.lan.sends("khi đến hạn")
    await cast.lan.answers("hằng quý", "📅 Hạn", "30/6", "🔁 Kỳ báo cáo", "khi đến hạn", "📅 Hạn")
    assert "ghi hạn trước" in (await cast.lan.taps("Không thời hạn") or "")
    task = await the_task(cast)
    assert (task.deadline, task.rhythm) == (date(2026, 6, 30), Rhythm.AT_DEADLINE)


async def test_what_cannot_be_used_is_refused_with_what_to_do(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await opens(cast, TITLE)
    await cast.lan.taps("📅 Hạn")
    assert "không có trong lịch" in await cast.lan.sends("31/2")
    assert "đã qua" in await cast.lan.sends("1/1/2026")
    await cast.lan.sends("/huy")
    await opens(cast, TITLE)
    await cast.lan.taps("✏️ Nội dung")
    assert "dài quá 300" in await cast.lan.sends("dọn " * 100)
    await cast.lan.sends("/huy")
    await opens(cast, TITLE)
    await cast.lan.taps("🎯 Chỉ tiêu")
    assert "dài quá 40" in await cast.lan.sends("rất nhiều hộ " * 10)
    await cast.lan.sends("/huy")
    await opens(cast, TITLE)
    await cast.lan.taps("➕ Giao thêm người")
    assert "Chưa rõ «Sử»" in await cast.lan.sends("Minh, Sử")
    assert "Chưa rõ «Hoa»" in await cast.lan.sends("Hoa")  # who has it already
    assert await verbs(cast) == [TaskVerb.GIVEN]


async def test_another_measure_counts_what_was_done_anew(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await cast.hoa.sends("đã vận động được 3 hộ")
    await opens(cast, TITLE)
    await cast.lan.answers("🎯 Chỉ tiêu", "10 hộ")
    assert "30% (3/10 hộ)" in cast.lan.last
    await cast.lan.answers("🎯 Chỉ tiêu", "4 buổi")
    [given] = await assignments(cast)
    assert (given.percent, given.done) == (30, None)


async def test_more_members_get_it_in_one_answer(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await opens(cast, TITLE)
    await cast.lan.answers("➕ Giao thêm người", "lan, minh")
    assert {a.member_id for a in await assignments(cast)} == {
        *(cast.hoa.member_id, cast.lan.member_id, cast.minh.member_id)
    }
    assert "Nhiệm vụ mới" in cast.minh.last
    assert "Không còn ai" in (await cast.lan.taps("➕ Giao thêm người") or "")


async def test_a_task_taken_back_and_given_again_goes_on_where_it_was(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa, cast.minh)
    await cast.hoa.taps("50%")
    await opens(cast, TITLE)
    await cast.lan.answers("↩️ Thôi giao cho một người", "Sùng Thị Hoa")
    assert "Những gì đã báo cáo vẫn được giữ" in cast.lan.last
    await cast.lan.taps("✔️ Ghi lại")
    assert "không còn giao cho đồng chí" in cast.hoa.last and "Hoa" not in cast.lan.last
    assert "chưa được giao" in await cast.hoa.sends("/nhiemvu")
    await cast.lan.answers("➕ Giao thêm người", "Sùng Thị Hoa")
    assert "• Sùng Thị Hoa: 50%" in cast.lan.last
    assert len(await assignments(cast, cast.hoa)) == 1


async def test_handed_over_the_new_one_hears_how_far_it_is(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await cast.hoa.sends("được 3 hộ rồi")
    await opens(cast, TITLE)
    await cast.lan.answers("🔀 Chuyển cho người khác", "Sùng Thị Hoa", "Lù Văn Minh", "✔️ Ghi lại")
    assert "tiếp tục nhiệm vụ của đồng chí Sùng Thị Hoa" in cast.minh.last
    assert "Đến nay: 60% (3/5 hộ)" in cast.minh.last and "50%" in cast.minh.buttons
    assert "không còn giao cho đồng chí" in cast.hoa.last
    held = {a.member_id: a.until for a in await assignments(cast)}
    assert held == {cast.hoa.member_id: date(2026, 3, 2), cast.minh.member_id: None}
    await cast.lan.taps("🕘 Lịch sử")
    rows = cast.lan.last.split("\n")
    assert "chuyển từ đồng chí Sùng Thị Hoa cho đồng chí Lù Văn Minh" in rows[1]
    assert "giao cho đồng chí Sùng Thị Hoa" in rows[2] and rows[2].startswith(
        "02/03/2026, đồng chí Vàng Thị Lan"
    )


async def test_a_history_keeps_no_names(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await opens(cast, TITLE)
    await cast.lan.answers("🔀 Chuyển cho người khác", "Sùng Thị Hoa", "Lù Văn Minh", "✔️ Ghi lại")
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(TaskChange.before, TaskChange.after))).all()
    assert not any("Hoa" in text or "Minh" in text for row in rows for text in row)


async def test_closed_it_is_asked_no_more_until_it_is_reopened(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await opens(cast, TITLE)
    await cast.lan.answers("🏁 Kết thúc nhiệm vụ", "✔️ Ghi lại")
    assert "đã kết thúc" in cast.hoa.last and "🏁 Đã kết thúc ngày 02/03/2026" in cast.lan.last
    assert cast.lan.buttons == ["▶️ Mở lại", "🕘 Lịch sử", "📋 Các nhiệm vụ"]
    await opens(cast, f"🏁 {TITLE}")
    await cast.lan.answers("▶️ Mở lại", "✔️ Ghi lại")
    assert "được mở lại" in cast.hoa.last
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("50%")
    assert await verbs(cast) == [TaskVerb.GIVEN, TaskVerb.CLOSED, TaskVerb.REOPENED]


async def test_a_screen_that_is_out_of_date_says_so(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await opens(cast, TITLE)
    await cast.lan.taps("✏️ Nội dung")
    await opens(cast, TITLE, cast.minh)
    await cast.minh.answers("🏁 Kết thúc nhiệm vụ", "✔️ Ghi lại")
    assert "Mở lại" in await cast.lan.sends("Tên khác")
    assert (await the_task(cast)).title == TITLE


async def test_of_two_who_take_it_back_at_once_one_does(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    task = await the_task(cast)

    async def takes_back(actor: Actor) -> Refusal | None:
        async with cast.town.app.database.write() as session:
            by = await people.get_member(session, actor.member_id)
            values: dict[str, Any] = {"texts": cast.town.app.house.texts, "now": cast.town.clock.now()}
            try:
                hoa = cast.hoa.member_id
                await task_changing.take_back(session, task_id=task.id or 0, by=by, member_id=hoa, **values)
            except Refusal as refusal:
                return refusal
        return None

    outcomes = await asyncio.gather(takes_back(cast.lan), takes_back(cast.minh))
    assert sorted(type(each) is TooLate for each in outcomes) == [False, True]
    assert (await verbs(cast)).count(TaskVerb.TAKEN_BACK) == 1


async def test_kind_and_rhythm_are_set_while_a_task_is_given(cast: Cast) -> None:
    shown = await begins(cast, "Vận động 5 hộ (Kinh tế), mỗi quý báo cáo một lần, hạn 30/12")
    assert "Loại: Kinh tế" in shown and "Báo cáo: hằng quý" in shown
    await cast.lan.answers("🏷 Loại", "Theo dõi hộ dân", "🔁 Kỳ báo cáo", "khi đến hạn")
    assert "Loại: Theo dõi hộ dân" in cast.lan.last and "Báo cáo: khi đến hạn" in cast.lan.last
    await cast.lan.answers("▫️ Sùng Thị Hoa", "Xong")
    task = await the_task(cast)
    assert (task.kind, task.rhythm, task.title) == ("Theo dõi hộ dân", Rhythm.AT_DEADLINE, "Vận động 5 hộ")
    assert "Loại: Theo dõi hộ dân" in cast.hoa.last


async def test_a_task_is_given_on_the_spot_and_the_roll_is_a_tap_away(cast: Cast) -> None:
    await add_meeting(cast, MeetingKind.REGULAR)
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("⋯ Việc khác")
    await cast.lan.taps("Giao nhiệm vụ")
    await cast.lan.answers(LINE, "▫️ Sùng Thị Hoa", "Xong")
    assert cast.lan.buttons == ["‹ Quay lại danh sách", "➕ Giao việc khác"]
    await cast.lan.answers("➕ Giao việc khác", "Việc nữa", "▫️ Sùng Thị Hoa", "Xong", "‹ Quay lại danh sách")
    assert "✅ Tất cả có mặt" in cast.lan.buttons and len(await assignments(cast, cast.hoa)) == 2


async def test_only_a_regular_roll_gives_tasks(cast: Cast) -> None:
    await add_meeting(cast, MeetingKind.EXTRAORDINARY)
    await cast.lan.sends("/diemdanh")
    await cast.lan.taps("⋯ Việc khác")
    assert "Giao nhiệm vụ" not in cast.lan.buttons


async def test_lists_longer_than_a_page_are_turned(cast: Cast) -> None:
    for number in range(21):
        await give(cast, f"Việc {number:02}", cast.minh)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("📋 Các nhiệm vụ")
    assert "Đang thực hiện: 21" in cast.lan.last and "Việc 20" not in cast.lan.buttons
    await cast.lan.taps("Trang sau ›")
    assert cast.lan.buttons[0] == "Việc 20"
    async with cast.town.app.database.read() as session:
        listed = await task_plans.list_tasks(session, cast.town.cell_a, on=date(2026, 3, 2))
        assert [held for _, held in listed] == [1] * 21
        assert len((await session.exec(select(Assignment))).all()) == 21
