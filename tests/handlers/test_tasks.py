"""Tasks in chat: given in a line, reported by a tap or a sentence, followed on the board."""

from datetime import date

from sqlmodel import col, select

from bot.actions import belonging
from bot.rules.tasks import read_task
from bot.rules.words import Status
from bot.sandbox.objects import Button
from db.models import Account, Assignment, Member, Task
from tests import tasked
from tests.people import Actor, Cast, schedule

LINE = "Vận động 5 hộ dân tham gia vệ sinh, hạn 30/12"
STEPS = ["0%", "25%", "50%", "75%", "100%", "Gặp khó khăn"]


async def begins(cast: Cast, line: str = LINE) -> str:
    """Lan types a task; what she is asked then."""
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("Giao nhiệm vụ")
    return await cast.lan.sends(line)


async def give(cast: Cast, line: str, *to: Actor) -> None:
    """Lan has given a task."""
    task = read_task(line, today=date(2026, 3, 2))
    assert task is not None
    said = {"target": task.target, "unit": task.unit, "deadline": task.deadline}
    await tasked.give(cast, task.title, *to, **said)  # type: ignore[arg-type]


async def assignments(cast: Cast, of: Actor | None = None) -> list[Assignment]:
    async with cast.town.app.database.read() as session:
        query = select(Assignment).order_by(col(Assignment.id))
        if of is not None:
            query = query.where(Assignment.member_id == of.member_id)
        return list((await session.exec(query)).all())


async def test_a_task_typed_in_one_line_is_shown_as_understood_and_reaches_its_member(cast: Cast) -> None:
    assert "Chỉ tiêu: 5 hộ" in await begins(cast)
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    await cast.lan.taps("Xong")
    assert "Vàng Thị Lan, Chi bộ thôn A" in cast.hoa.last
    assert "Chỉ tiêu: 5 hộ" in cast.hoa.last and "Hạn: 30/12/2026" in cast.hoa.last
    assert cast.hoa.buttons == STEPS
    assert "cho 1 đồng chí" in cast.lan.last
    assert not any("Nhiệm vụ mới" in said for said in cast.minh.heard)


async def test_everybody_gets_it_but_the_exempt_and_those_who_only_live_there(cast: Cast) -> None:
    old = await cast.town.add("Vàng A Páo", cast.town.cell_a, status=Status.EXEMPT)
    await begins(cast)
    await cast.lan.taps("Giao cho tất cả")
    given = {a.member_id for a in await assignments(cast)}
    assert given == {cast.lan.member_id, cast.minh.member_id, cast.hoa.member_id}
    assert not any("Nhiệm vụ mới" in said for said in (*old.heard, *cast.mai.heard, *cast.dung.heard))


async def test_a_name_is_taken_back_by_a_second_tap_and_nobody_chosen_gives_to_nobody(cast: Cast) -> None:
    await begins(cast)
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    await cast.lan.taps("✅ Sùng Thị Hoa")
    assert "ít nhất một người" in (await cast.lan.taps("Xong") or "")
    assert await assignments(cast) == []


async def test_the_choice_can_be_typed_and_the_line_typed_again(cast: Cast) -> None:
    await begins(cast, "Vận động 4 hộ")
    assert "Chỉ tiêu: 5 hộ" in await cast.lan.sends(LINE)
    assert "Đã chọn 1: Sùng Thị Hoa" in await cast.lan.sends("hoa")
    await cast.lan.sends("xong")
    assert [a.member_id for a in await assignments(cast)] == [cast.hoa.member_id]
    assert "Vận động 5 hộ" in cast.hoa.last


async def test_a_second_tap_on_finish_gives_nothing_twice(cast: Cast) -> None:
    await begins(cast)
    await cast.lan.taps("▫️ Sùng Thị Hoa")
    cast.lan.person.taps("Xong")
    cast.lan.person.taps("Xong")
    await cast.town.app.settle()
    assert len(await assignments(cast)) == 1


async def test_a_deadline_that_has_passed_or_never_comes_is_refused(cast: Cast) -> None:
    assert "đã qua" in await begins(cast, "Dọn vệ sinh, hạn 1/3/2026")
    assert "không có trong lịch" in await cast.lan.sends("Dọn vệ sinh, hạn 31/2")
    assert "bằng chữ" in await cast.lan.sends("hạn 30/12")
    assert "dài quá 300" in await cast.lan.sends("dọn " * 100)
    assert "Giao" not in await cast.lan.sends(LINE) and "▫️ Sùng Thị Hoa" in cast.lan.buttons


async def test_a_member_reports_with_one_tap_and_corrects_it_with_another(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    assert await cast.hoa.taps("50%") == "Đã ghi: 50%."
    assert "50% – ngày 02/03/2026" in cast.hoa.last
    await cast.hoa.taps("75%")
    [given] = await assignments(cast)
    assert (given.percent, given.stuck, given.reported_by) == (75, False, cast.hoa.member_id)


async def test_a_sentence_is_turned_into_progress_against_the_measure(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    said = await cast.hoa.sends("đã vận động được 3 hộ")
    assert "60% (3/5 hộ)" in said and "«đã vận động được 3 hộ»" in said
    assert cast.hoa.buttons == STEPS
    await cast.hoa.taps("75%")
    [given] = await assignments(cast)
    assert (given.percent, given.done, given.words) == (75, None, "")


async def test_a_difficulty_keeps_the_per_cent_and_invites_a_word(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await cast.hoa.sends("xong 40%")
    await cast.hoa.taps("Gặp khó khăn")
    assert "40%, gặp khó khăn" in cast.hoa.last
    await cast.hoa.sends("dân không hợp tác, mới được 20%")
    [given] = await assignments(cast)
    assert (given.percent, given.stuck) == (20, True)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("Ai chưa báo cáo")
    assert "• Sùng Thị Hoa: «dân không hợp tác, mới được 20%»" in cast.lan.last


async def test_what_is_not_understood_is_not_recorded(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    for said in ("gần xong rồi ạ", "đang làm", "mai em báo cáo", "phấn đấu đạt 100%"):
        assert "chưa ghi gì" in await cast.hoa.sends(said)
        assert cast.hoa.buttons == STEPS
    [given] = await assignments(cast)
    assert given.reported_at is None


async def test_two_reports_in_one_sentence_and_what_is_of_somebody_else_are_asked_back(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await give(cast, "Dự 2 buổi tập huấn, hạn 30/6", cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    for said in ("việc 1 xong, việc 2 được 50%", "đồng chí Minh đạt 90% rồi", "khoảng 60-70%"):
        assert "chưa ghi gì" in await cast.hoa.sends(said)
        assert "② 50%" in cast.hoa.buttons
    assert [a.percent for a in await assignments(cast)] == [None, None]


async def test_with_two_tasks_a_sentence_is_asked_back_and_a_number_answers(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await give(cast, "Dự 2 buổi tập huấn, hạn 30/6", cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    assert cast.hoa.buttons.count("① 50%") == cast.hoa.buttons.count("② 50%") == 1
    await cast.hoa.sends("xong 70%")
    assert "về nhiệm vụ nào" in cast.hoa.last
    assert "Dự 2 buổi tập huấn" in await cast.hoa.sends("1")
    assert [a.percent for a in await assignments(cast)] == [None, 70]


async def test_with_two_tasks_the_button_the_number_and_the_unit_say_which_is_meant(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await give(cast, "Dự 2 buổi tập huấn, hạn 30/6", cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("① 50%")
    assert "Đã ghi nhận: Dự 2 buổi tập huấn" in cast.hoa.last
    await cast.hoa.sends("2: xong 70%")
    assert [a.percent for a in await assignments(cast)] == [70, 50]
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.sends("được 4 hộ rồi")
    assert [a.percent for a in await assignments(cast)] == [80, 50]


async def test_the_meant_task_can_be_tapped_and_another_sentence_takes_the_place(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await give(cast, "Dự 2 buổi tập huấn, hạn 30/6", cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.sends("xong 70%")
    await cast.hoa.sends("nhầm, 90%")
    await cast.hoa.taps("Vận động 5 hộ dân tham gia vệ sinh")
    assert [a.percent for a in await assignments(cast)] == [90, None]


async def test_many_tasks_have_a_button_each(cast: Cast) -> None:
    for letter in "abcde":
        await give(cast, f"Việc thứ {letter}", cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("3. Việc thứ c")
    await cast.hoa.taps("25%")
    assert [a.percent for a in await assignments(cast)] == [None, None, 25, None, None]


async def test_a_member_without_a_task_is_told_so(cast: Cast) -> None:
    assert "chưa được giao nhiệm vụ" in await cast.hoa.sends("/nhiemvu")


async def test_the_board_counts_before_it_names(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa, cast.minh)
    await cast.hoa.taps("100%")
    board = await cast.lan.sends("/nhiemvu")
    assert "Có nhiệm vụ: 2 đồng chí; chưa có: 1" in board
    assert "Kỳ này đã báo cáo: 1; chưa báo cáo: 1" in board and "Hoa" not in board
    await cast.lan.taps("Ai chưa báo cáo")
    assert "Chưa báo cáo (1): Lù Văn Minh." in cast.lan.last
    assert "Chưa có nhiệm vụ (1): Vàng Thị Lan." in cast.lan.last


async def test_only_the_silent_are_reminded_and_not_twice_within_the_hour(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa, cast.minh)
    await cast.hoa.taps("0%")
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("Nhắc người chưa báo cáo")
    assert "Đã hỏi 1 đồng chí" in cast.lan.last
    await cast.lan.taps("Nhắc người chưa báo cáo")
    chases = [said for said in cast.minh.heard if "chưa nhận được báo cáo" in said]
    assert len(chases) == 1 and not any("chưa nhận được báo cáo" in said for said in cast.hoa.heard)


async def test_the_secretary_reports_for_a_member_without_a_telephone(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        hoa = await session.get_one(Member, cast.hoa.member_id)
        hoa.name = "Giàng Thị Sua"
        session.add(hoa)
    await give(cast, LINE, cast.hoa)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("Báo cáo thay")
    await cast.lan.taps("Giàng Thị Sua")
    await cast.lan.taps("75%")
    assert "Đã ghi thay đồng chí Giàng Thị Sua" in cast.lan.last
    [given] = await assignments(cast)
    assert (given.percent, given.reported_by) == (75, cast.lan.member_id)
    assert "đồng chí Vàng Thị Lan ghi thay" in await cast.hoa.sends("/nhiemvu")


async def test_a_secretary_with_a_task_of_her_own_finds_it_by_a_button(cast: Cast) -> None:
    await give(cast, LINE, cast.lan, cast.hoa)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("Nhiệm vụ của tôi")
    await cast.lan.taps("25%")
    assert [a.percent for a in await assignments(cast, cast.lan)] == [25]


async def test_those_without_a_chat_are_named_to_the_secretary(cast: Cast) -> None:
    cast.hoa.person.blocks()
    await give(cast, "Việc khác", cast.hoa)
    await begins(cast)
    await cast.lan.sends("hoa")
    await cast.lan.sends("xong")
    assert "Không nhắn được qua chibo (1): Sùng Thị Hoa" in cast.lan.last


async def test_a_member_of_another_cell_can_neither_see_nor_report(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    [given] = await assignments(cast)
    await cast.dung.sends("/trogiup")
    for data in (f"progress:{given.id}:50", f"taskboard:{cast.town.cell_a}", f"tasknames:{cast.town.cell_a}"):
        assert await forged(cast.dung, data)
    for data in (f"taskof:{cast.town.cell_a}:{cast.hoa.member_id}", f"taskchase:{cast.town.cell_a}"):
        assert await forged(cast.dung, data)
    assert "Hoa" not in " ".join(cast.dung.heard) and "Vận động" not in " ".join(cast.dung.heard)
    assert (await assignments(cast))[0].reported_at is None


async def forged(actor: Actor, data: str) -> bool:
    """Press a button with data of one's own making; whether it was refused."""
    before = len(actor.heard)
    press = actor.person.presses(actor.person.last, Button("?", data))
    await actor.town.app.settle()
    return len(actor.heard) == before and "không thuộc phần việc" in (press.answer or {}).get("text", "")


async def test_a_closed_task_takes_no_more_reports(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    async with cast.town.app.database.write() as session:
        task = (await session.exec(select(Task))).one()
        task.closed_at = cast.town.clock.now()
        session.add(task)
    assert "đã kết thúc" in (await cast.hoa.taps("50%") or "")


async def test_members_are_asked_once_three_days_before_the_regular_meeting(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.town.passes_until(2026, 4, 3, 12, 0)
    asked = [said for said in cast.hoa.heard if "chuẩn bị cho buổi sinh hoạt" in said]
    assert len(asked) == 1 and "Vận động 5 hộ" in asked[0]
    assert not any("chuẩn bị cho buổi sinh hoạt" in said for said in cast.minh.heard)


async def test_more_names_than_a_page_are_turned(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        for n in range(20):
            name = f"Vàng A {chr(ord('A') + n)}"
            await belonging.enter(session, name=name, cell_id=cast.town.cell_a, since=date(2025, 1, 1))
    await begins(cast)
    assert len(cast.lan.buttons) == 20 + 1 + 2 + 2 and "‹ Trang trước" not in cast.lan.buttons
    await cast.lan.taps("Trang sau ›")
    more = ["‹ Trang trước", "🏷 Loại", "🔁 Kỳ báo cáo", "Giao cho tất cả", "Xong"]
    assert cast.lan.buttons == [*cast.lan.buttons[:3], *more]
    await cast.lan.taps(cast.lan.buttons[0])
    assert "Đã chọn 1" in cast.lan.last and "‹ Trang trước" in cast.lan.buttons


async def test_who_reads_english_is_spoken_to_in_english(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        for account in (await session.exec(select(Account))).all():
            account.language = "en"
            session.add(account)
    assert "With a task: 0; without: 3" in await cast.lan.sends("/tasks")
    await cast.lan.taps("Give a task")
    assert "Measure: 5 hộ" in await cast.lan.sends(LINE)
    await cast.lan.taps("Give it to everyone")
    assert "A new task from Vàng Thị Lan" in cast.hoa.last
    await cast.hoa.taps("Stuck")
    assert "stuck – on 02/03/2026" in cast.hoa.last


async def test_a_stranger_gets_nothing(cast: Cast) -> None:
    stranger = cast.town.stranger("Người Lạ")
    assert "chưa được đăng ký" in await stranger.sends("/nhiemvu")
