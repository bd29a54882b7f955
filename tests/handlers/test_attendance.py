"""An invitation and what comes of it: answers by every way, reminders to the silent only, leave and its decision."""

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot.rules.words import Answer, LeaveDecision, MeetingKind, Status
from db.models import Reply
from tests.people import Actor, Cast, schedule


@pytest.fixture
async def called(cast: Cast) -> Cast:
    """Cell A meets on 3 March at 19:30; everybody was invited on the 2nd at 8:00."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    return cast


async def replies(cast: Cast) -> dict[int, Reply]:
    async with cast.town.app.database.read() as session:
        return {r.member_id: r for r in (await session.exec(select(Reply))).all()}


async def answer_of(cast: Cast, actor: Actor) -> Answer | None:
    found = (await replies(cast)).get(actor.member_id)
    return found.answer if found else None


async def test_everybody_of_the_cell_and_nobody_else_is_invited(called: Cast) -> None:
    for invited in (called.lan, called.minh, called.hoa):
        assert any("Giấy mời sinh hoạt thường kỳ" in said for said in invited.heard)
    for other in (called.dung, called.quan, called.mai):
        assert not any("Giấy mời" in said for said in other.heard)


async def test_a_tap_is_recorded_and_said_back_in_the_same_message(called: Cast) -> None:
    before = len(called.hoa.heard)
    toast = await called.hoa.taps("✅ Có mặt")
    assert toast == "Đã ghi: có mặt."
    assert "Đã ghi: có mặt" in called.hoa.last
    assert len(called.hoa.heard) == before
    assert await answer_of(called, called.hoa) is Answer.COMING


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("1", Answer.COMING),
        ("2", Answer.LEAVE),
        ("3", Answer.LATE),
        ("em bận, xin vắng", Answer.LEAVE),
        ("co mat", Answer.COMING),
        ("vắng", Answer.LEAVE),
    ],
)
async def test_an_answer_may_be_typed(called: Cast, words: str, answer: Answer) -> None:
    await called.hoa.sends(words)
    assert await answer_of(called, called.hoa) is answer


@pytest.mark.parametrize("words", ["ai vắng?", "hôm nay trời đẹp quá", "4", "/start"])
async def test_what_is_no_answer_is_asked_back_and_never_recorded(called: Cast, words: str) -> None:
    await called.hoa.sends(words)
    assert await answer_of(called, called.hoa) is None


async def test_no_leave_after_all_is_never_taken_for_leave(called: Cast) -> None:
    await called.hoa.sends("không vắng đâu ạ")
    assert await answer_of(called, called.hoa) is not Answer.LEAVE


async def test_a_change_of_mind_counts(called: Cast) -> None:
    await called.hoa.taps("✅ Có mặt")
    await called.hoa.taps("⏰ Đến muộn")
    assert await answer_of(called, called.hoa) is Answer.LATE


async def test_leave_asks_for_a_reason_and_the_secretary_decides(called: Cast) -> None:
    await called.hoa.taps("🙏 Xin vắng")
    await called.hoa.taps("Việc gia đình")
    assert "Sùng Thị Hoa xin vắng" in called.lan.last
    assert "việc gia đình" in called.lan.last
    await called.lan.taps("Đồng ý")
    assert "đã đồng ý cho đồng chí vắng" in called.hoa.last
    assert (await replies(called))[called.hoa.member_id].decision is LeaveDecision.ACCEPTED


async def test_leave_without_a_reason_reaches_the_secretary_a_little_later(called: Cast) -> None:
    await called.hoa.taps("🙏 Xin vắng")
    assert not any("Sùng Thị Hoa xin vắng" in said for said in called.lan.heard)
    await called.town.moves_to(2026, 3, 2, 8, 5)
    assert "chưa nêu lý do" in called.lan.last


async def test_a_reason_may_be_typed(called: Cast) -> None:
    await called.hoa.taps("🙏 Xin vắng")
    await called.hoa.sends("tôi đưa cháu đi viện")
    assert "tôi đưa cháu đi viện" in called.lan.last
    assert "tôi đưa cháu đi viện" in called.minh.last


async def test_markup_in_a_reason_is_shown_literally(called: Cast) -> None:
    await called.hoa.taps("🙏 Xin vắng")
    await called.hoa.sends("<b>bận</b> & mệt")
    assert "«<b>bận</b> & mệt»" in called.lan.last


async def test_a_new_answer_takes_back_the_decision_and_the_secretary_hears_of_it(called: Cast) -> None:
    await called.hoa.sends("em bận, xin vắng")
    await called.lan.taps("Chưa đồng ý")
    assert "mong đồng chí thu xếp" in called.hoa.last
    await called.hoa.taps("✅ Có mặt")
    assert "không xin vắng nữa" in called.lan.last
    assert (await replies(called))[called.hoa.member_id].decision is None


async def test_a_second_change_of_mind_does_not_swallow_that_the_leave_was_taken_back(called: Cast) -> None:
    await called.hoa.sends("em bận, xin vắng")
    called.hoa.person.taps("✅ Có mặt")
    called.hoa.person.taps("⏰ Đến muộn")
    await called.town.app.settle()
    assert await answer_of(called, called.hoa) is Answer.LATE
    assert "không xin vắng nữa" in called.lan.last


async def test_leave_asked_again_before_anybody_heard_of_it_is_said_once(called: Cast) -> None:
    for answer in ("🙏 Xin vắng", "✅ Có mặt", "🙏 Xin vắng"):
        called.hoa.person.taps(answer)
    await called.town.app.settle()
    await called.town.moves_to(2026, 3, 2, 8, 5)
    assert [said for said in called.lan.heard if "Hoa" in said] == [called.lan.last]
    assert "Hoa xin vắng" in called.lan.last.replace("</b>", "")


async def test_a_member_cannot_decide_about_leave(called: Cast) -> None:
    await called.hoa.sends("em bận, xin vắng")
    button = called.lan.person.last.buttons[0][0]
    press = called.dung.person.presses(called.lan.person.last, button)
    await called.town.app.settle()
    assert press.answer is not None and "không thuộc phần việc" in press.answer["text"]
    assert (await replies(called))[called.hoa.member_id].decision is None


async def test_one_of_another_cell_cannot_answer(called: Cast) -> None:
    button = next(
        b for m in called.hoa.person.messages for row in m.buttons for b in row if b.text == "✅ Có mặt"
    )
    press = called.dung.person.presses(called.lan.person.last, button)
    await called.town.app.settle()
    assert press.answer is not None and "không có trong danh sách" in press.answer["text"]
    assert await replies(called) == {}


async def test_the_secretary_answers_for_one_without_a_telephone_and_it_shows(called: Cast) -> None:
    await called.lan.sends("/hop")
    await called.lan.taps("✍️ Trả lời thay")
    await called.lan.taps("Sùng Thị Hoa")
    await called.lan.taps("✅ Có mặt")
    assert "Đã ghi thay đồng chí Sùng Thị Hoa" in called.lan.shown
    reply = (await replies(called))[called.hoa.member_id]
    assert (reply.answer, reply.by_id) == (Answer.COMING, called.lan.member_id)


async def test_only_the_silent_are_chased_and_those_coming_get_one_short_reminder(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.passes_until(2026, 3, 13, 20, 0)
    await cast.hoa.taps("✅ Có mặt")
    await cast.town.passes_until(2026, 3, 20, 19, 29)
    chases = [said for said in cast.hoa.heard if "chưa trả lời" in said]
    assert chases == []
    assert len([said for said in cast.hoa.heard if said.startswith("Hẹn gặp đồng chí")]) == 1
    assert len([said for said in cast.minh.heard if "Đồng chí chưa trả lời" in said]) == 3


async def test_nothing_is_said_late_when_the_machine_was_off(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.moves_to(2026, 3, 2, 9, 0)
    await cast.town.moves_to(2026, 3, 20, 19, 31)
    assert not any("Giấy mời" in said or "chưa trả lời" in said for said in cast.hoa.heard)


async def test_exempt_members_are_never_chased(cast: Cast) -> None:
    old = await cast.town.add("Tẩn Văn Già", cast.town.cell_a, status=Status.EXEMPT)
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.passes_until(2026, 3, 20, 19, 29)
    assert not any("sinh hoạt thường kỳ" in said for said in old.heard)


async def test_a_residential_meeting_is_for_those_who_live_there(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=5, kind=MeetingKind.RESIDENTIAL)
    await cast.town.app.settle()
    assert "sinh hoạt nơi cư trú" in cast.mai.last
    assert not any("nơi cư trú" in said for said in cast.hoa.heard)
    await cast.mai.taps("✅ Có mặt")
    assert await answer_of(cast, cast.mai) is Answer.COMING


async def test_when_everybody_has_answered_the_secretary_hears_it_once(called: Cast) -> None:
    for actor in (called.lan, called.minh, called.hoa):
        await actor.sends("1")
    await called.hoa.sends("3")
    assert len([said for said in called.lan.heard if said.startswith("Tất cả đã trả lời")]) == 1


async def test_a_press_costs_few_statements(called: Cast) -> None:
    app, said = called.town.app, list[str]()
    called.hoa.person.taps("✅ Có mặt")
    await app.ingress.poll(wait=0)
    for engine in {app.database.engine, app.database.reader}:
        event.listen(engine.sync_engine, "before_cursor_execute", lambda *its: said.append(its[2]))
    await app.ingress.drain()
    assert len([statement for statement in said if "FROM inbox" not in statement]) <= 7
    assert await answer_of(called, called.hoa) is Answer.COMING


async def test_the_headcount_shows_numbers_before_names(called: Cast) -> None:
    await called.hoa.taps("✅ Có mặt")
    await called.lan.sends("/hop")
    said = next(s for s in reversed(called.lan.heard) if "Chưa trả lời: " in s)
    assert "Đến dự: 1" in said and "Chưa trả lời: 2" in said
    assert said.index("Chưa trả lời: 2") < said.index("Lù Văn Minh")


async def test_reminding_by_hand_reaches_the_silent_only(called: Cast) -> None:
    await called.hoa.taps("✅ Có mặt")
    heard = len(called.hoa.heard)
    await called.lan.sends("/hop")
    await called.lan.taps("🔔 Nhắc người chưa trả lời")
    assert "Đồng chí chưa trả lời" in called.minh.last
    assert len(called.hoa.heard) == heard
