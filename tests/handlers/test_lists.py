"""Membership lists in chat: checked, shown, then taken over or forgotten; and who may touch whom."""

from datetime import timedelta
from io import BytesIO

from openpyxl import Workbook, load_workbook
from sqlmodel import select

from bot.retention import Kind
from bot.rules.words import AuditVerb, MembershipKind, OrganisationKind, RoleName
from bot.sandbox.objects import Button
from db import purging
from db.models import AuditEntry, Media, Member, Membership, Organisation, Role, Wizard
from tests.people import JOINED, Actor, Cast

HEADER = ["Mã đảng viên", "Họ và tên", "Chi bộ", "Chức vụ", "Tình trạng", "Điện thoại", "Số CCCD"]
A, B = "Chi bộ thôn A", "Chi bộ thôn B"
LAN = ["M-Vàng Thị Lan", "Vàng Thị Lan", A, "Bí thư", "Chính thức"]
MINH = ["M-Lù Văn Minh", "Lù Văn Minh", A, "Phó bí thư", "Chính thức"]
HOA = ["M-Sùng Thị Hoa", "Sùng Thị Hoa", A, "", "Chính thức"]
DUNG = ["M-Hoàng A Dũng", "Hoàng A Dũng", B, "", "Chính thức"]


def workbook(*rows: list[str], title: str = "") -> bytes:
    book, file = Workbook(), BytesIO()
    assert book.active is not None
    for row in ([[title]] if title else []) + [HEADER, *rows]:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


async def presses(actor: Actor, data: str) -> str:
    """A button of a screen that is not built here; the words shown over the chat."""
    press = actor.person.presses(actor.person.last, Button("?", data))
    await actor.town.app.settle()
    return str((press.answer or {}).get("text", ""))


async def offers(actor: Actor, organisation_id: int, content: bytes, name: str = "ds.xlsx") -> str:
    await actor.sends("/toi")
    await presses(actor, f"list:import:{organisation_id}")
    actor.person.sends_document(name, content)
    await actor.town.app.settle()
    return actor.last


def report(actor: Actor) -> list[tuple[str, ...]]:
    """The last report the person got."""
    documents = [m.document for m in actor.person.messages if m.from_bot and m.document]
    sheet = load_workbook(BytesIO(documents[-1].data)).worksheets[0]
    return [tuple(str(value or "") for value in row) for row in sheet.iter_rows(values_only=True)]


async def people(actor: Actor) -> dict[str, str]:
    """Everybody's cell of record, by name."""
    query = (
        select(Member.name, Organisation.name)
        .join(Membership, Membership.member_id == Member.id)  # type: ignore[arg-type]
        .join(Organisation, Organisation.id == Membership.cell_id)  # type: ignore[arg-type]
        .where(Membership.kind == MembershipKind.RECORD, Membership.until == None)  # noqa: E711
    )
    async with actor.town.app.database.read() as session:
        return dict((await session.exec(query)).all())


async def left(actor: Actor, *tables: type) -> int:
    async with actor.town.app.database.read() as session:
        return sum([len((await session.exec(select(table))).all()) for table in tables])


async def test_a_secretary_sees_what_would_change_before_anything_does(cast: Cast) -> None:
    new = ["07", "Giàng A Páo", A, "", "Dự bị", "0912345678"]
    said = await offers(cast.lan, cast.town.cell_a, workbook(LAN, MINH, HOA, new, DUNG))
    assert "Sẽ thêm 1, thay đổi 0, giữ nguyên 3, chưa nhận 1" in said
    assert (
        "Các cột không lưu: Số CCCD" in said
        and "Dòng 6, Hoàng A Dũng: Không thuộc chi bộ của đồng chí." in said
    )
    assert cast.lan.buttons == ["✅ Nhập 1 dòng tốt", "Hủy"]
    assert "Giàng A Páo" not in await people(cast.lan)
    await cast.lan.taps("✅ Nhập 1 dòng tốt")
    assert "Đã nhập danh sách" in cast.lan.shown and "thêm 1" in cast.lan.shown
    assert (await people(cast.lan))["Giàng A Páo"] == A
    rows = report(cast.lan)
    assert [row[-2] for row in rows] == ["Kết quả", *["giữ nguyên"] * 3, "thêm", "chưa nhận"]
    assert not any("Số CCCD" in row for row in rows)


async def test_the_list_itself_is_forgotten_once_there_is_an_answer(cast: Cast) -> None:
    for answer in ("✅ Nhập 1 dòng tốt", "Hủy"):
        new = ["07", "Giàng A Páo", A, "", "Dự bị" if "Nhập" in answer else "Chính thức"]
        await offers(cast.lan, cast.town.cell_a, workbook(new), f"{answer[-3:]}.xlsx")
        await cast.lan.taps(answer)
        async with cast.town.app.database.read() as session:
            names = {file.name for file in await session.exec(select(Media))}
        assert names == {"ket-qua-nhap.xlsx"}
        assert await left(cast.lan, Wizard) == 0


async def test_typed_words_do_what_the_buttons_do(cast: Cast) -> None:
    await offers(cast.lan, cast.town.cell_a, workbook(["07", "Giàng A Páo", A, "", "Dự bị"]))
    assert "bấm một nút" in await cast.lan.sends("được")
    assert "Đã nhập danh sách" in await cast.lan.sends("Nhập")
    await offers(cast.lan, cast.town.cell_a, workbook(["08", "Giàng A Páo", A, "", "Dự bị"]))
    assert "Đã thôi" in await cast.lan.sends("hủy")
    assert await left(cast.lan, Wizard) == 0


async def test_who_may_be_somebody_of_the_cell_is_asked_about(cast: Cast) -> None:
    said = await offers(cast.lan, cast.town.cell_a, workbook(["99", "SÙNG THỊ HOA", A, "", "Chính thức"]))
    assert "Có phải là đồng chí Sùng Thị Hoa (mã M-Sùng Thị Hoa)" in said
    assert cast.lan.buttons == ["➕ Nhập và thêm cả 1 người trùng tên", "Hủy"]
    await cast.lan.taps("➕ Nhập và thêm cả 1 người trùng tên")
    assert "thêm 1" in cast.lan.shown


async def test_a_secretary_pulls_nobody_over_and_gives_no_roles(cast: Cast) -> None:
    dung = [*DUNG[:2], A, "Bí thư", "Chính thức"]
    hoa = [*HOA[:3], "Bí thư", "Chính thức"]
    quan = ["M-Lê Quân", "Kẻ Khác", A, "", "Chính thức"]
    said = await offers(cast.lan, cast.town.cell_a, workbook(dung, hoa, quan, LAN))
    assert "Sẽ thêm 0, thay đổi 0, giữ nguyên 2, chưa nhận 2" in said
    assert "đang sinh hoạt ở nơi khác" in said and "Chức vụ do cấp ủy ghi" in said
    assert "Hoàng A Dũng" in said and B not in said
    assert cast.lan.buttons == ["Hủy"]


async def test_an_officer_reaches_everything_below_and_nothing_beside(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        beside = Organisation(code="x", name="Chi bộ xã khác", kind=OrganisationKind.CELL)
        stranger = Member(code="77", name="Người Xã Khác")
        session.add_all([beside, stranger])
        await session.flush()
        session.add(
            Membership(
                member_id=stranger.id or 0, cell_id=beside.id, kind=MembershipKind.RECORD, since=JOINED
            )
        )
    founded = ["08", "Lý Thị Sao", "Chi bộ thôn C", "Bí thư", "Chính thức"]
    moved = [*HOA[:2], B, "", "Chính thức"]
    pulled = ["77", "Người Xã Khác", B, "", "Chính thức"]
    said = await offers(cast.quan, cast.town.committee, workbook(founded, moved, pulled))
    assert "Chi bộ mới: Chi bộ thôn C" in said and "Sẽ thêm 1, thay đổi 1, giữ nguyên 0, chưa nhận 1" in said
    await cast.quan.taps("✅ Nhập 2 dòng tốt")
    where = await people(cast.quan)
    assert (where["Lý Thị Sao"], where["Sùng Thị Hoa"], where["Người Xã Khác"]) == (
        "Chi bộ thôn C",
        B,
        "Chi bộ xã khác",
    )


async def test_a_list_of_another_commune_is_refused_as_a_whole(cast: Cast) -> None:
    said = await offers(cast.quan, cast.town.committee, workbook(LAN, title="ĐẢNG BỘ XÃ BẢN HỒ"))
    assert "Danh sách ghi là của Đảng bộ xã Bản Hồ" in said


async def test_who_keeps_no_members_gets_nowhere(cast: Cast) -> None:
    for verb in (f"list:import:{cast.town.cell_a}", f"list:export:{cast.town.cell_a}:csv"):
        for actor in (cast.hoa, cast.dung):
            await actor.sends("/toi")
            assert "không thuộc phần việc" in await presses(actor, verb)
    assert await left(cast.hoa, Wizard, Media, AuditEntry) == 0


async def test_a_role_that_ended_since_the_check_ends_the_import(cast: Cast) -> None:
    await offers(cast.lan, cast.town.cell_a, workbook(["07", "Giàng A Páo", A, "", "Dự bị"]))
    async with cast.town.app.database.write() as session:
        role = (await session.exec(select(Role).where(Role.member_id == cast.lan.member_id))).one()
        role.until = JOINED.replace(year=2026)
        session.add(role)
    assert "không thuộc phần việc" in (await cast.lan.taps("✅ Nhập 1 dòng tốt") or "")
    assert "Giàng A Páo" not in await people(cast.lan)


async def test_an_older_check_is_not_what_a_newer_list_is_taken_by(cast: Cast) -> None:
    await offers(cast.lan, cast.town.cell_a, workbook(["07", "Giàng A Páo", A, "", "Dự bị"]))
    old = cast.lan.person.last
    cast.lan.person.sends_document("2.xlsx", workbook(["08", "Lý Thị Sao", A, "", "Dự bị"]))
    await cast.town.app.settle()
    assert "đã dừng" in (await cast.lan.taps("✅ Nhập 1 dòng tốt", old) or "")
    await cast.lan.sends("nhập")
    assert "Lý Thị Sao" in await people(cast.lan) and "Giàng A Páo" not in await people(cast.lan)


async def test_what_is_no_list_is_answered_in_a_sentence(cast: Cast) -> None:
    assert "Tệp bị hỏng" in await offers(cast.lan, cast.town.cell_a, b"PK\x03\x04 torn")
    assert "gửi danh sách dưới dạng tệp" in await cast.lan.sends("đây")


async def test_names_of_every_kind_are_shown_as_they_are(cast: Cast) -> None:
    names = [
        "<b>Lý</b> & Sùng",
        "\u202eanàO\u202c Văn",
        "Hoa\u200b Mai",
        "Sao ⭐",
        "=HYPERLINK(1)",
        "{{ 1 }}",
    ]
    rows = [[str(n), name, A, "", "đã nghỉ"] for n, name in enumerate(names)]
    said = await offers(cast.lan, cast.town.cell_a, workbook(*rows))
    for shown in ("<b>Lý</b> & Sùng", "anàO Văn", "Hoa Mai", "Sao ⭐", "=HYPERLINK(1)", "{{ 1 }}"):
        assert f", {shown}:" in said


async def test_an_export_is_a_list_that_changes_nothing(cast: Cast) -> None:
    for kind in ("xlsx", "csv"):
        await cast.quan.sends("/toi")
        await presses(cast.quan, f"list:export:{cast.town.committee}:{kind}")
        shown = cast.quan.person.last
        assert "5 người" in cast.quan.last and shown.document is not None
        content = shown.document.data
        said = await offers(cast.quan, cast.town.committee, content, f"e.{kind}")
        assert "Sẽ thêm 0, thay đổi 0, giữ nguyên 5, chưa nhận 0" in said
    async with cast.town.app.database.read() as session:
        noted = (await session.exec(select(AuditEntry))).all()
    assert {(e.verb, e.role, e.organisation_id) for e in noted} == {
        (AuditVerb.EXPORTED, RoleName.OFFICER, cast.town.committee)
    }


async def test_the_empty_list_can_be_had_in_both_kinds(cast: Cast) -> None:
    for kind in ("xlsx", "csv"):
        await cast.lan.sends("/toi")
        await presses(cast.lan, f"list:template:{kind}")
        shown = cast.lan.person.last
        assert shown.document is not None
        content = shown.document.data
        said = await offers(cast.lan, cast.town.cell_a, content, f"mau.{kind}")
        assert "Dòng mẫu, không nhập" in said


async def test_what_was_sent_out_and_what_nobody_answered_is_forgotten_after_a_while(cast: Cast) -> None:
    await cast.lan.sends("/toi")
    await presses(cast.lan, f"list:export:{cast.town.cell_a}:xlsx")
    await offers(cast.lan, cast.town.cell_a, workbook(["07", "Giàng A Páo", A, "", "Dự bị"]))
    await cast.lan.sends("/huy")
    async with cast.town.app.database.write() as session:
        now = cast.town.clock.now()
        for after, sent, came in ((0, 0, 0), (8, 2, 1), (8, 0, 0)):
            before = now + timedelta(days=after)
            assert await purging.purge(session, Kind.EXPORTS, before=before) == sent
            assert await purging.purge(session, Kind.LISTS, before=before) == came
        assert {file.content for file in await session.exec(select(Media))} == {b""}
