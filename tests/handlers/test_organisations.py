"""The officer's tree: made, renamed, moved, merged, split and closed from a day on, and roles given and ended."""

from datetime import date

import pytest
from sqlmodel import select

from bot.rules.words import AuditVerb, OrganisationKind, RoleName
from db import organisations, people
from db.models import AuditEntry, Organisation, Role, Succession
from tests.people import Cast, Town

APRIL = date(2026, 4, 1)


async def named(town: Town, name: str) -> Organisation:
    async with town.app.database.read() as session:
        return (await session.exec(select(Organisation).where(Organisation.name == name))).one()


async def open_cell(cast: Cast, name: str = "Chi bộ thôn A") -> None:
    await cast.quan.sends("/tochuc")
    await cast.quan.taps(name)


async def test_numbers_first_and_no_names(cast: Cast) -> None:
    said = await cast.quan.sends("/tochuc")
    assert "Chi bộ: 2" in said and "Đảng viên: 5" in said
    assert "Hoa" not in said


async def test_a_base_organisation_is_made_and_a_cell_moved_below_it(cast: Cast) -> None:
    await cast.quan.sends("/tochuc")
    await cast.quan.answers(
        "➕ Lập tổ chức mới", "Tổ chức cơ sở đảng", "Đảng ủy khối trường học", "Từ hôm nay", "✔️ Ghi lại"
    )
    assert "Đã thành lập" in cast.quan.shown
    await open_cell(cast)
    await cast.quan.answers("↪️ Chuyển trực thuộc", "khoi truong hoc", "1/4/2026", "✔️ Ghi lại")
    base = await named(cast.town, "Đảng ủy khối trường học")
    async with cast.town.app.database.read() as session:
        cell = await organisations.get(session, cast.town.cell_a)
        before = await organisations.find_period(session, cast.town.cell_a, on=date(2026, 3, 31))
        after = await organisations.find_period(session, cast.town.cell_a, on=APRIL)
    assert before and after
    assert (before.parent_id, after.parent_id) == (cast.town.committee, base.id)
    assert cell.parent_id == cast.town.committee, "a plan changes nothing before its day"
    await cast.town.moves_to(2026, 4, 1, 8, 0)
    async with cast.town.app.database.read() as session:
        assert (await organisations.get(session, cast.town.cell_a)).parent_id == base.id


async def test_where_was_it_called_what_is_answered_for_every_day(cast: Cast) -> None:
    await open_cell(cast)
    await cast.quan.answers("✏️ Đổi tên", "Chi bộ thôn Tả Chải", "2/3/2026", "✔️ Ghi lại")
    async with cast.town.app.database.read() as session:
        found = [
            await organisations.find_period(session, cast.town.cell_a, on=day)
            for day in (date(2025, 5, 3), date(2026, 3, 2))
        ]
    assert [p.name for p in found if p] == ["Chi bộ thôn A", "Chi bộ thôn Tả Chải"]
    await open_cell(cast, "Chi bộ thôn Tả Chải")
    await cast.quan.taps("🕘 Lịch sử")
    assert "Chi bộ thôn A" in cast.quan.shown and "Chi bộ thôn Tả Chải" in cast.quan.shown


async def merge_a_into_b(cast: Cast, day: str) -> None:
    await open_cell(cast)
    await cast.quan.answers("🔀 Sáp nhập", "thôn B", day, "✔️ Ghi lại")


async def test_a_merger_takes_everybody_along_from_its_day_and_ends_the_old_roles(cast: Cast) -> None:
    await merge_a_into_b(cast, "1/4/2026")
    assert "Đã sáp nhập" in cast.quan.shown
    assert "Chi bộ thôn A" in await cast.lan.sends("/danhsach"), "until its day nothing has changed"
    for day, cell in ((date(2026, 3, 31), cast.town.cell_a), (APRIL, cast.town.cell_b)):
        async with cast.town.app.database.read() as session:
            found = await people.find_cell(session, cast.hoa.member_id, on=day)
        assert found and found.id == cell, day
    await cast.town.moves_to(2026, 4, 1, 8, 0)
    assert "bí thư" in await cast.lan.sends("/danhsach"), "the role at the merged cell is over"
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Succession.carried))).all() == [True]
        residence = await people.find_residential_cell(session, cast.mai.member_id, on=APRIL)
    assert residence is None, "nobody is a resident of the cell of their own record"


async def test_a_pending_button_of_a_role_that_ended_stops_working_courteously(cast: Cast) -> None:
    await cast.lan.sends("/danhsach")
    await cast.lan.answers("➕ Thêm đảng viên", "Giàng A Chính", "Từ hôm nay")
    await merge_a_into_b(cast, "2/3/2026")
    words = await cast.lan.taps("✔️ Ghi lại")
    assert words and "đồng chí" in words.lower()
    async with cast.town.app.database.read() as session:
        assert await people.search(session, cast.town.committee, "Giàng A Chính", on=APRIL) == []


async def test_a_cell_is_split_by_the_names_typed(cast: Cast) -> None:
    await open_cell(cast)
    await cast.quan.answers(
        "✂️ Tách chi bộ", "Sùng Thị Hoa, lu van minh", "Chi bộ thôn A2", "1/4/2026", "✔️ Ghi lại"
    )
    assert "2 người" in cast.quan.shown
    made = await named(cast.town, "Chi bộ thôn A2")
    async with cast.town.app.database.read() as session:
        counted = await people.list_counted(session, made.id or 0, on=APRIL)
        stayed = await people.list_counted(session, cast.town.cell_a, on=APRIL)
    assert {m.name for m in counted} == {"Sùng Thị Hoa", "Lù Văn Minh"}
    assert {m.name for m in stayed} == {"Vàng Thị Lan"}


async def test_a_cell_with_members_is_not_closed(cast: Cast) -> None:
    await open_cell(cast)
    await cast.quan.taps("🔒 Kết thúc")
    await cast.quan.taps("Từ hôm nay")
    words = await cast.quan.taps("✔️ Ghi lại")
    assert words and "còn đảng viên" in words


async def test_nothing_is_put_below_itself(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        session.add(
            Organisation(
                code="khoi", name="Đảng ủy khối", kind=OrganisationKind.BASE, parent_id=cast.town.committee
            )
        )
    await cast.quan.sends("/tochuc")
    await cast.quan.answers("↪️ Chuyển trực thuộc", "Đảng ủy khối", "Từ hôm nay")
    words = await cast.quan.taps("✔️ Ghi lại")
    assert words and "chính nó" in words


async def give(cast: Cast, role: str, name: str, *, until: str | None = None) -> str | None:
    await open_cell(cast)
    await cast.quan.answers("🎖 Vai trò", "➕ Giao vai trò", role, name)
    if any(name in button for button in cast.quan.buttons):
        await cast.quan.taps(next(b for b in cast.quan.buttons if name in b))
    if until:
        await cast.quan.sends(until)
        return None
    return await cast.quan.taps("Không thời hạn")


async def test_a_role_is_given_for_a_term_and_ends_with_it(cast: Cast) -> None:
    await give(cast, "Người điểm danh", "Sùng Thị Hoa", until="1/4/2026")
    assert "Người điểm danh" in cast.hoa.last
    for day, held in ((date(2026, 3, 31), {RoleName.ROLL_TAKER}), (APRIL, set())):
        async with cast.town.app.database.read() as session:
            assert {r.name for r in await people.list_roles(session, cast.hoa.member_id, on=day)} == held


async def test_a_cell_has_one_secretary(cast: Cast) -> None:
    words = await give(cast, "Bí thư", "Sùng Thị Hoa")
    assert words and "đã có người giữ" in words


async def test_a_role_ended_by_a_tap_is_over_at_once_and_told(cast: Cast) -> None:
    await open_cell(cast)
    await cast.quan.taps("🎖 Vai trò")
    await cast.quan.taps("✖️ Phó bí thư: Lù Văn Minh")
    assert "đã kết thúc" in cast.minh.last
    assert "bí thư" in await cast.minh.sends("/danhsach")
    async with cast.town.app.database.read() as session:
        [role] = (await session.exec(select(Role).where(Role.member_id == cast.minh.member_id))).all()
        verbs = (await session.exec(select(AuditEntry.verb))).all()
    assert role.until == date(2026, 3, 2) and AuditVerb.ROLE_ENDED in verbs


@pytest.mark.parametrize("who", ["lan", "hoa", "minh"])
async def test_the_tree_is_for_officers(cast: Cast, who: str) -> None:
    assert "cán bộ cấp ủy" in await getattr(cast, who).sends("/tochuc")


async def test_a_link_that_brings_a_role_is_of_no_use_once_its_maker_may_make_none(cast: Cast) -> None:
    await cast.quan.sends("/tochuc")
    await cast.quan.answers(
        "🎖 Vai trò",
        "➕ Giao vai trò",
        "Người duyệt thông báo",
        "🔗 Người chưa có trong danh sách",
        "Không thời hạn",
    )
    token = cast.quan.shown.partition("?start=")[2].split()[0]
    somebody = cast.town.stranger("Cán bộ mới")
    assert "Người duyệt thông báo" in await somebody.opens(token)
    async with cast.town.app.database.write() as session:
        [role] = (await session.exec(select(Role).where(Role.member_id == cast.quan.member_id))).all()
        role.until = date(2026, 3, 2)
        session.add(role)
    assert "không dùng được nữa" in await somebody.opens(token)
