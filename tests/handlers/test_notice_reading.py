"""Members read study notices: they confirm, answer questions, put off; who does not is asked again, bounded."""

from datetime import date

from sqlmodel import select

from db.models import Delivery, NoticeAnswer
from tests.notices import TITLE, Asked, forged, issue, recipient, recipients, without_chat
from tests.people import Actor, Cast

CONFIRM, LATER = "✅ Tôi đã nghiên cứu", "⏰ Để sau"
WHEN = Asked("Chi bộ sinh hoạt thường kỳ mấy lần một tháng?", ["Một lần", "Hai lần", "Không cần"])
WHO = Asked("Ai đánh giá nhiệm vụ?", ["Chi bộ", "Cấp trên"])


def button(actor: Actor, words: str) -> str:
    """The button with these words, whatever its number."""
    return next(each for each in actor.buttons if words in each)


def chases(actor: Actor) -> int:
    return sum("chưa xác nhận nghiên cứu:" in said for said in actor.heard)


async def tries(cast: Cast) -> list[tuple[int, int]]:
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(NoticeAnswer).order_by(NoticeAnswer.question_id))).all()  # type: ignore[arg-type]
        return [(row.member_id, row.tries) for row in rows]


async def test_who_has_studied_answers_the_questions_and_is_then_noted(cast: Cast) -> None:
    notice = await issue(cast, TITLE, WHEN, WHO)
    assert "có 2 câu hỏi ngắn" in cast.hoa.last
    await cast.hoa.taps(CONFIRM)
    assert "Câu 1: Chi bộ sinh hoạt" in cast.hoa.last
    await cast.hoa.taps(button(cast.hoa, "Hai lần"))
    assert "Chưa chính xác, mời đồng chí xem lại" in cast.hoa.last and "Câu 1" in cast.hoa.last
    await cast.hoa.taps(button(cast.hoa, "Một lần"))
    assert "Đúng rồi" in cast.hoa.last and "Câu 2: Ai đánh giá" in cast.hoa.last
    assert (await recipient(cast, notice, cast.hoa)).confirmed_at is None
    await cast.hoa.taps(button(cast.hoa, "Chi bộ"))
    assert "Đã ghi nhận" in cast.hoa.last and cast.hoa.buttons == []
    assert (await recipient(cast, notice, cast.hoa)).confirmed_at == cast.town.clock.now()
    assert await tries(cast) == [(cast.hoa.member_id, 2), (cast.hoa.member_id, 1)]


async def test_a_question_is_answered_by_its_number_and_by_words(cast: Cast) -> None:
    notice = await issue(cast, TITLE, WHEN)
    await cast.hoa.sends("em đã đọc rồi ạ")
    assert "Câu 1" in cast.hoa.last
    wrong, right = (button(cast.hoa, words)[0] for words in ("Không cần", "Một lần"))
    assert "Chưa chính xác" in await cast.hoa.sends(wrong)
    assert "Đã ghi nhận" in await cast.hoa.sends(f"câu {right} ạ")
    assert (await recipient(cast, notice, cast.hoa)).confirmed_at is not None


async def test_a_choice_that_is_none_and_a_question_of_another_notice_are_refused(cast: Cast) -> None:
    notice = await issue(cast, TITLE, WHEN, to=cast.town.cell_b)
    assert "không gửi cho đồng chí" in (await forged(cast, cast.hoa, "notice_quiz:1:0") or "")
    assert await forged(cast, cast.dung, "notice_quiz:1:7")
    assert (await recipient(cast, notice, cast.dung)).confirmed_at is None and await tries(cast) == []


async def test_later_is_asked_again_at_the_chosen_time_at_most_three_times(cast: Cast) -> None:
    notice = await issue(cast)
    await cast.hoa.taps(LATER)
    await cast.hoa.taps("Tối nay")
    assert "19 giờ" in cast.hoa.last and cast.hoa.buttons == [CONFIRM]
    await cast.town.moves_to(2026, 3, 2, 19, 0)
    assert "Đồng chí đã hẹn nhắc lại" in cast.hoa.last and cast.hoa.buttons == [CONFIRM, LATER]
    await cast.hoa.taps(LATER)
    await cast.hoa.taps("Sáng mai")
    await cast.town.moves_to(2026, 3, 3, 8, 0)
    assert "8 giờ" not in await cast.hoa.sends("nhắc lại tối nay")
    await cast.town.moves_to(2026, 3, 3, 19, 0)
    await cast.hoa.taps(LATER)
    assert "3 lần" in (await cast.hoa.taps("Sáng mai") or "")
    assert sum("đã hẹn nhắc lại:" in said for said in cast.hoa.heard) == 3
    assert (await recipient(cast, notice, cast.hoa)).snoozes == 3


async def test_who_confirms_before_is_not_asked_again(cast: Cast) -> None:
    await issue(cast)
    await cast.hoa.sends("nhắc lại tối nay")
    await cast.hoa.sends("đã nghiên cứu")
    await cast.town.moves_to(2026, 3, 2, 20, 0)
    assert not any("đã hẹn nhắc lại:" in said for said in cast.hoa.heard)
    assert "đã xác nhận" in (await forged(cast, cast.hoa, "notice_later:1") or "")


async def test_those_who_have_not_confirmed_are_chased_twice_and_nobody_else(cast: Cast) -> None:
    notice = await issue(cast)
    await cast.hoa.taps(CONFIRM)
    await cast.town.moves_to(2026, 3, 5, 9, 0)
    assert chases(cast.minh) == 1 and cast.minh.buttons == [CONFIRM, LATER]
    await cast.town.moves_to(2026, 3, 5, 15, 0)
    await cast.town.moves_to(2026, 3, 9, 9, 0)
    await cast.town.moves_to(2026, 3, 20, 9, 0)
    assert [chases(each) for each in (cast.hoa, cast.minh, cast.dung, cast.quan)] == [0, 2, 2, 0]
    assert (await recipient(cast, notice, cast.minh)).chases == 2
    assert "Đã ghi nhận" in await cast.minh.sends("đã đọc")


async def test_before_a_deadline_the_last_chase_is_the_day_before_and_none_is_after_it(cast: Cast) -> None:
    await issue(cast, study_by=date(2026, 3, 12))
    for day in range(3, 20):
        await cast.town.moves_to(2026, 3, day, 10, 0)
        if day == 10:
            assert chases(cast.hoa) == 1
    assert chases(cast.hoa) == 2


async def test_nobody_is_chased_for_a_notice_that_was_stopped_held_up_or_replaced(cast: Cast) -> None:
    now = cast.town.clock.now()
    await issue(cast, "Kế hoạch đã hủy", cancelled_at=now, cancelled_by=cast.quan.member_id)
    old = await issue(cast, "Kế hoạch cũ")
    await issue(cast, "Kế hoạch không còn hiệu lực", in_force_to=date(2026, 3, 4))
    await issue(cast, "Kế hoạch mới", replaces_id=old)
    await cast.town.moves_to(2026, 3, 5, 9, 0)
    assert chases(cast.hoa) == 1 and "Kế hoạch mới" in cast.hoa.last


async def test_who_put_it_off_is_not_chased_before_they_are_asked_again(cast: Cast) -> None:
    await issue(cast)
    await cast.town.moves_to(2026, 3, 4, 20, 0)
    await cast.hoa.taps(LATER)
    await cast.hoa.sends("nhắc lại 10 giờ sáng mai")
    await cast.town.moves_to(2026, 3, 5, 9, 0)
    assert chases(cast.hoa) == 0 and chases(cast.minh) == 1


async def test_at_night_nobody_is_chased(cast: Cast) -> None:
    await issue(cast)
    await cast.town.moves_to(2026, 3, 5, 22, 0)
    assert chases(cast.hoa) == 0
    await cast.town.moves_to(2026, 3, 6, 7, 0)
    assert chases(cast.hoa) == 1


async def test_the_secretary_hears_once_whom_no_chat_reaches_and_again_when_it_changes(cast: Cast) -> None:
    old = await without_chat(cast, "Giàng A Chứ", cast.town.cell_a)
    notice = await issue(cast)

    def named(actor: Actor) -> list[str]:
        return [said for said in actor.heard if "chưa có kênh liên lạc nên" in said]

    assert [len(named(each)) for each in (cast.lan, cast.minh, cast.hoa, cast.dung, cast.quan)] == [
        1,
        1,
        0,
        0,
        0,
    ]
    assert "Giàng A Chứ" in named(cast.lan)[0] and "Hoa" not in named(cast.lan)[0]
    await cast.lan.taps("🗣 Ghi đã phổ biến trực tiếp")
    await cast.lan.taps("🗣 Đã phổ biến trực tiếp: Giàng A Chứ")
    told = (await recipients(cast, notice))[old]
    assert (told.told_by, told.confirmed_at) == (cast.lan.member_id, cast.town.clock.now())
    cast.hoa.person.blocks()
    await cast.town.moves_to(2026, 3, 5, 9, 0)  # the chase does not arrive
    await cast.town.moves_to(2026, 3, 5, 10, 0)
    assert len(named(cast.lan)) == 2 and "Sùng Thị Hoa" in named(cast.lan)[1]
    assert "Chứ" not in named(cast.lan)[1]


async def test_a_run_cut_off_is_done_again_whole_and_doubles_nothing(cast: Cast) -> None:
    await issue(cast)
    for _ in range(3):
        await cast.town.moves_to(2026, 3, 5, 9, 0)
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(Delivery.dedupe))).all()
    assert sum((name or "").startswith("notice_asked:1:chase:1:") for name in rows) == 5
