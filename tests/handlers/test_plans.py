"""A yearly plan in chat: typed, sent as a sheet, copied; seen row by row, and given in one go."""

import random
from collections import defaultdict
from datetime import date
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import col, select

from bot.rules.words import Rhythm, Status
from db.models import Assignment, Delivery, Member, StatusPeriod, Task
from tests.people import Actor, Cast, Town

HEADINGS = ["Nhiệm vụ", "Loại", "Chỉ tiêu", "Hạn", "Báo cáo", "Người thực hiện"]
PLAN = """Vận động 5 hộ làm nhà vệ sinh, hạn 30/11 – Hoa, Minh
Tuyên truyền nghị quyết, báo cáo hằng quý – tất cả
Trồng 100 cây"""


def sheet(*rows: list[Any]) -> bytes:
    book, file = Workbook(), BytesIO()
    assert book.active is not None
    for row in (HEADINGS, *rows):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


async def begins(actor: Actor) -> str:
    await actor.sends("/nhiemvu")
    await actor.taps("🗓 Kế hoạch năm")
    return actor.last


async def sends_sheet(actor: Actor, content: bytes, name: str = "kh.xlsx") -> str:
    actor.person.sends_document(name, content)
    await actor.town.app.settle()
    return actor.last


async def gives(actor: Actor) -> str | None:
    return await actor.taps(next(text for text in actor.buttons if text.startswith("✅ Giao")))


async def recorded(town: Town) -> dict[str, tuple[Task, set[int]]]:
    """All tasks by title, each with who has it."""
    async with town.app.database.read() as session:
        held = defaultdict(set)
        for one in (await session.exec(select(Assignment))).all():
            held[one.task_id].add(one.member_id)
        tasks = (await session.exec(select(Task).order_by(col(Task.id)))).all()
        return {task.title: (task, held[task.id or 0]) for task in tasks}


def news(actor: Actor) -> list[str]:
    return [said for said in actor.heard if "Nhiệm vụ mới" in said]


async def last_years(cast: Cast, title: str, to: list[int], **more: Any) -> None:
    async with cast.town.app.database.write() as session:
        values = {"cell_id": cast.town.cell_a, "created_by": cast.lan.member_id, **more}
        task = Task(title=title, year=2025, created_at=cast.town.clock.now(), **values)
        session.add(task)
        await session.flush()
        for member_id in to:
            session.add(Assignment(task_id=task.id or 0, member_id=member_id, since=date(2025, 1, 1)))


async def test_nothing_is_given_before_a_plan_was_seen_and_then_each_hears_once(cast: Cast) -> None:
    assert "Kế hoạch nhiệm vụ năm 2026" in await begins(cast.lan)
    shown = await cast.lan.sends(PLAN)
    assert "Giao được: 3; chưa rõ, chưa giao: 0" in shown
    assert "1. Vận động 5 hộ làm nhà vệ sinh · 5 hộ · hạn 30/11/2026" in shown
    assert "👤 Sùng Thị Hoa, Lù Văn Minh" in shown and "Chưa giao ai" in shown
    assert await recorded(cast.town) == {} and news(cast.hoa) == []
    await gives(cast.lan)
    assert "Đã giao 3 nhiệm vụ năm 2026" in cast.lan.shown and "cho 3 đồng chí" in cast.lan.shown
    found = await recorded(cast.town)
    assert found["Vận động 5 hộ làm nhà vệ sinh"][1] == {cast.hoa.member_id, cast.minh.member_id}
    assert found["Tuyên truyền nghị quyết"][0].rhythm is Rhythm.QUARTERLY
    assert found["Trồng 100 cây"][1] == set()
    [said] = news(cast.hoa)
    assert "2 nhiệm vụ" in said and "Vận động 5 hộ" in said and "Tuyên truyền" in said
    assert cast.hoa.buttons.count("① 50%") == cast.hoa.buttons.count("② 50%") == 1
    assert len(news(cast.minh)) == 1 and not news(cast.dung) and not news(cast.mai)


async def test_what_is_unclear_is_said_left_out_and_can_be_written_again(cast: Cast) -> None:
    await begins(cast.lan)
    shown = await cast.lan.sends("Dọn vệ sinh – Hoa\nHọp thôn, hạn 31/2 – Sử\nTrồng cây, hạn 1/1/2026")
    assert "Giao được: 1; chưa rõ, chưa giao: 2" in shown
    assert "không rõ «Sử» là ai" in shown and "ngày không có trong lịch" in shown and "hạn đã qua" in shown
    shown = await cast.lan.sends("Họp thôn, hạn 28/2 – Hoa")
    assert "Giao được: 2; chưa rõ, chưa giao: 0" in shown and "28/02/2027" in shown
    await cast.lan.sends("Quét vôi – Sử")
    await gives(cast.lan)
    assert "Chưa giao 1 dòng chưa rõ" in cast.lan.shown and "Quét vôi – Sử" in cast.lan.shown
    assert set(await recorded(cast.town)) == {"Dọn vệ sinh", "Họp thôn"}


async def test_exempt_members_and_residents_are_nobody_of_a_plan_and_temporary_members_are(
    cast: Cast,
) -> None:
    await cast.town.add("Vàng A Páo", cast.town.cell_a, status=Status.EXEMPT)
    await begins(cast.lan)
    shown = await cast.lan.sends("Việc một – Páo\nViệc hai – Mai\nViệc ba – Dũng")
    assert "Giao được: 0; chưa rõ, chưa giao: 3" in shown
    assert not any(text.startswith("✅ Giao") for text in cast.lan.buttons)


async def test_the_empty_sheet_can_be_filled_in_and_sent_back(cast: Cast) -> None:
    await begins(cast.lan)
    await cast.lan.taps("📄 Tệp mẫu (xlsx)")
    document = cast.lan.person.last.document
    assert document is not None
    book = load_workbook(BytesIO(document.data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert list(rows[0]) == HEADINGS and len(rows) == 2
    shown = await sends_sheet(cast.lan, document.data)
    assert "chưa rõ, chưa giao: 1" in shown and "Nguyễn Văn Mẫu" in shown
    book.worksheets[0].append(
        ["Vận động", "An ninh trật tự", "2 buổi", date(2026, 11, 30), "Quý", "hoa\nMINH"]
    )
    file = BytesIO()
    book.save(file)
    await sends_sheet(cast.lan, file.getvalue())
    await gives(cast.lan)
    [(task, held)] = (await recorded(cast.town)).values()
    assert (task.kind, task.target, task.unit) == ("An ninh trật tự", 2, "buổi")
    assert (task.deadline, task.rhythm) == (date(2026, 11, 30), Rhythm.QUARTERLY)
    assert held == {cast.hoa.member_id, cast.minh.member_id}


async def test_what_is_in_a_sheet_is_text_and_never_obeyed(cast: Cast) -> None:
    await begins(cast.lan)
    shown = await sends_sheet(
        cast.lan, sheet(['=HYPERLINK("http://x")', *[None] * 5], ["<b>Việc</b> & {{ 7*7 }}"])
    )
    assert '=HYPERLINK("http://x")' in shown and "<b>Việc</b> & {{ 7*7 }}" in shown
    await gives(cast.lan)
    assert set(await recorded(cast.town)) == {'=HYPERLINK("http://x")', "<b>Việc</b> & {{ 7*7 }}"}


async def test_a_file_that_is_no_plan_is_refused_with_what_to_do(cast: Cast) -> None:
    await begins(cast.lan)
    assert "Chưa đọc được tệp. Tệp bị hỏng" in await sends_sheet(cast.lan, b"PK\x03\x04 broken")
    assert "không đọc được .doc" in await sends_sheet(cast.lan, b"\x00\x01\x02", "kh.doc")
    assert "Tệp không có nhiệm vụ nào" in await sends_sheet(cast.lan, sheet())
    assert "dài hơn 300 dòng" in await sends_sheet(cast.lan, sheet(*[["Việc"]] * 301))
    assert "Giao được: 300" in await sends_sheet(cast.lan, sheet(*[["Việc"]] * 300))
    assert "dài hơn 300 dòng" in await cast.lan.sends("một việc nữa")
    assert await recorded(cast.town) == {}


async def test_last_years_tasks_go_on_a_year_later_without_those_who_cannot(cast: Cast) -> None:
    a, lan, hoa = cast.town.cell_a, cast.lan.member_id, cast.hoa.member_id
    old = await cast.town.add("Vàng A Páo", a, status=Status.EXEMPT)
    closed = {"closed_at": cast.town.clock.now()}
    await last_years(cast, "Theo dõi hộ", [hoa, old.member_id], deadline=date(2025, 11, 30), kind="Kinh tế")
    await last_years(cast, "Việc đã xong", [lan], **closed)
    await last_years(cast, "Việc bỏ", [lan])
    await last_years(cast, "Việc của B", [cast.dung.member_id], cell_id=cast.town.cell_b)
    await begins(cast.lan)
    await cast.lan.taps("📋 Chép từ năm 2025")
    assert [b for b in cast.lan.buttons if b.startswith("▫️")] == [
        "▫️ Theo dõi hộ",
        "▫️ Việc đã xong",
        "▫️ Việc bỏ",
    ]
    await cast.lan.taps("Chọn tất cả")
    await cast.lan.taps("✅ Việc bỏ")
    await cast.lan.taps("Xem kế hoạch")
    shown = cast.lan.last
    assert "Theo dõi hộ · Kinh tế · hạn 30/11/2026" in shown and "Không giao được nữa: Vàng A Páo" in shown
    await cast.lan.sends("Việc mới – Hoa")
    await gives(cast.lan)
    async with cast.town.app.database.read() as session:
        tasks = {t.title: t for t in (await session.exec(select(Task).where(Task.year == 2026))).all()}
        copied = tasks["Theo dõi hộ"]
        held = select(Assignment.member_id).where(Assignment.task_id == copied.id)
        assert list((await session.exec(held)).all()) == [hoa]
    assert set(tasks) == {"Việc mới", "Việc đã xong", "Theo dõi hộ"}
    assert (copied.deadline, copied.kind) == (date(2026, 11, 30), "Kinh tế")


async def test_in_december_the_plan_is_next_years_and_begins_with_it(cast: Cast) -> None:
    await cast.town.moves_to(2026, 12, 10, 9, 0)
    assert "Kế hoạch nhiệm vụ năm 2027" in await begins(cast.lan)
    await cast.lan.sends("Vận động 5 hộ, hạn 30/11 – Hoa")
    await gives(cast.lan)
    assert "bắt đầu từ ngày 01/01/2027" in cast.lan.shown
    [(task, _)] = (await recorded(cast.town)).values()
    assert (task.year, task.deadline) == (2027, date(2027, 11, 30))
    assert "từ ngày 01/01/2027" in news(cast.hoa)[0] and "50%" not in cast.hoa.buttons
    assert "chưa được giao" in await cast.hoa.sends("/nhiemvu")
    await cast.town.moves_to(2027, 1, 2, 9, 0)
    assert "Vận động 5 hộ" in await cast.hoa.sends("/nhiemvu")


async def test_a_plan_that_is_no_longer_what_was_seen_is_shown_again(cast: Cast) -> None:
    await begins(cast.lan)
    await cast.lan.sends("Vận động 5 hộ – Hoa")
    async with cast.town.app.database.write() as session:
        query = select(StatusPeriod).where(StatusPeriod.member_id == cast.hoa.member_id)
        (await session.exec(query)).one().status = Status.EXEMPT
    assert "xem lại" in (await gives(cast.lan) or "")
    assert "chưa rõ, chưa giao: 1" in cast.lan.shown and await recorded(cast.town) == {}


async def test_a_second_tap_gives_nothing_twice_and_a_plan_can_be_dropped(cast: Cast) -> None:
    await begins(cast.lan)
    await cast.lan.sends("Vận động 5 hộ – Hoa")
    cast.lan.person.taps("✅ Giao 1 nhiệm vụ")
    cast.lan.person.taps("✅ Giao 1 nhiệm vụ")
    await cast.town.app.settle()
    assert len(await recorded(cast.town)) == 1 and len(news(cast.hoa)) == 1
    await begins(cast.lan)
    await cast.lan.sends("Việc khác – Hoa")
    await cast.lan.taps("Hủy")
    assert len(await recorded(cast.town)) == 1


async def test_the_plan_can_be_given_by_typing(cast: Cast) -> None:
    await begins(cast.lan)
    await cast.lan.sends("Vận động 5 hộ – hoa")
    assert "Đã giao 1 nhiệm vụ" in await cast.lan.sends("giao")
    assert "cho đồng chí:" in news(cast.hoa)[0]


async def test_who_cannot_be_reached_is_named(cast: Cast) -> None:
    cast.hoa.person.blocks()
    await begins(cast.lan)
    await cast.lan.sends("Vận động 5 hộ – hoa")
    await gives(cast.lan)  # only now it turns out that she blocked the bot
    await begins(cast.lan)
    await cast.lan.sends("Việc hai – hoa")
    await gives(cast.lan)
    assert "Không nhắn được qua chibo (1): Sùng Thị Hoa" in cast.lan.shown


PIECES = ["Vận động 5 hộ", "Trồng cây", "Dự 2 buổi", "Tuyên truyền", "…", "Họp (Kinh tế)"]
DAYS = [
    "",
    "",
    ", hạn 30/11",
    ", hạn 31/2",
    ", hạn 1/1/2026",
    ", cuối năm",
    ", báo cáo hằng quý",
    ", báo cáo khi đến hạn",
]
WHO = ["", " – Hoa", " – Hoa, Minh", ": lan và hoa", " (Minh)", " – tất cả", " – Sử", " – Mai", " – Páo, Hoa"]


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_seen_is_what_is_recorded_and_what_members_hear(cast: Cast, seed: int) -> None:
    await cast.town.add("Vàng A Páo", cast.town.cell_a, status=Status.EXEMPT)
    chance = random.Random(seed)
    lines = [
        f"{chance.choice(PIECES)} lần {n:02}{chance.choice(DAYS)}{chance.choice(WHO)}"
        for n in range(chance.randint(1, 15))
    ]
    await begins(cast.lan)
    shown = await cast.lan.sends("\n".join(lines))
    good = int(shown.split("Giao được: ")[1].split(";")[0])
    if not good:
        assert not any(text.startswith("✅") for text in cast.lan.buttons)
        return
    seen = dict(_seen(shown))
    assert len(seen) == good and shown.count("⚠️") == len(lines) - good
    await gives(cast.lan)
    async with cast.town.app.database.read() as session:
        names = {m.id: m.name for m in (await session.exec(select(Member))).all()}
    found = await recorded(cast.town)
    assert {title: {names[number] for number in held} for title, (_, held) in found.items()} == seen
    for actor in (cast.lan, cast.minh, cast.hoa, cast.mai, cast.dung):
        mine = {title for title, who in seen.items() if names[actor.member_id] in who}
        heard = news(actor)
        assert len(heard) == bool(mine)
        assert {title for title in seen if any(title in said for said in heard)} == mine
    async with cast.town.app.database.read() as session:
        assert len((await session.exec(select(Delivery).where(Delivery.state == "dead"))).all()) == 0


def _seen(shown: str) -> list[tuple[str, set[str]]]:
    """Title and names of every clear row of a plan as it was shown."""
    rows = shown.split("\n")
    found = []
    for line, below in pairwise(rows):
        number, dot, title = line.partition(". ")
        if dot and number.isdigit():
            who = below.strip().removeprefix("👤 ")
            found.append(
                (title.split(" · ")[0], set() if who.startswith("Chưa giao ai") else set(who.split(", ")))
            )
    return found
