"""Who has been missing: numbers, names for who leads the cell, and how they are looked after."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from bot.config import ZONE
from bot.retention import DAYS, Kind
from bot.rules.words import AuditVerb, MeetingKind, MembershipKind, OrganisationKind, RoleName, RollState
from db.models import (
    AuditEntry,
    Care,
    CareNote,
    Meeting,
    MeetingState,
    Member,
    Membership,
    Message,
    Role,
    RollMark,
)
from tests.people import JOINED, Actor, Cast, found, schedule

MISSED, CAME, EXCUSED = RollState.UNEXCUSED, RollState.PRESENT, RollState.EXCUSED
Rolls = dict[int, RollState]
GRID = "🗓 Bảng sinh hoạt cả năm"
FILTERS = "🔎 Lọc theo thời gian, số lần"
"""The button to ask about other times and numbers."""


async def met(cast: Cast, month: int, rolls: Rolls, *, cell: int = 0, year: int = 2026) -> None:
    """The regular meeting of a month took place, and its closed roll says this."""
    starts = datetime(year, month, 3, 19, 30, tzinfo=ZONE).astimezone(UTC)
    async with cast.town.app.database.write() as session:
        meeting = Meeting(
            cell_id=cell or cast.town.cell_a,
            kind=MeetingKind.REGULAR,
            month=date(year, month, 1),
            starts_at=starts,
            state=MeetingState.CLOSED,
            closed_at=starts,
        )
        session.add(meeting)
        await session.flush()
        for member_id, state in rolls.items():
            session.add(
                RollMark(meeting_id=meeting.id or 0, member_id=member_id, state=state, marked_at=starts)
            )


@pytest.fixture
async def may(cast: Cast) -> Cast:
    """It is May: Hoa has missed three meetings in a row, Minh one in January and one in April."""
    hoa, minh, lan = (each.member_id for each in (cast.hoa, cast.minh, cast.lan))
    for month, of_hoa, of_minh in (
        (1, CAME, MISSED),
        (2, MISSED, CAME),
        (3, MISSED, EXCUSED),
        (4, MISSED, MISSED),
    ):
        await met(cast, month, {hoa: of_hoa, minh: of_minh, lan: CAME})
    await cast.town.moves_to(2026, 5, 2, 8, 0)
    return cast


async def asks(somebody: Actor) -> str:
    return await somebody.sends("ai vắng?")


async def test_the_secretary_sees_numbers_first_and_then_names(may: Cast) -> None:
    said = await asks(may.lan)
    assert "🔴 từ 3 tháng: 1 · 🟠 2 tháng: 1" in said
    assert said.index("từ 3 tháng") < said.index("Sùng Thị Hoa: 3 tháng, 3 buổi liền")
    assert "Đề nghị chi bộ xem xét" in said and "Lù Văn Minh: 2 tháng\n" in said + "\n"
    assert may.lan.buttons == ["🔴 Sùng Thị Hoa", "🟠 Lù Văn Minh", FILTERS, GRID]


async def test_months_of_another_year_and_other_kinds_of_meetings_do_not_count(cast: Cast) -> None:
    hoa = cast.hoa.member_id
    for month in (11, 12):
        await met(cast, month, {hoa: MISSED}, year=2025)
    await met(cast, 1, {hoa: MISSED})
    assert "chưa có ai vắng" in await asks(cast.lan)
    await met(cast, 2, {hoa: MISSED})
    assert "Sùng Thị Hoa: 2 tháng, 4 buổi liền" in await asks(cast.lan)


async def test_a_card_shows_the_absences_and_reasons_of_the_own_cell_only(may: Cast) -> None:
    await asks(may.lan)
    await may.lan.taps("🟠 Lù Văn Minh")
    assert "03/01/2026: vắng không có lý do" in may.lan.shown
    assert "03/03/2026: vắng có lý do" in may.lan.shown
    assert "Người trao đổi: chưa có" in may.lan.shown


async def looked_after(cast: Cast) -> None:
    """Lan asks Minh to talk to Hoa."""
    await asks(cast.lan)
    await cast.lan.taps("🔴 Sùng Thị Hoa")
    await cast.lan.taps("🤝 Ai trao đổi")
    await cast.lan.taps("Lù Văn Minh")


async def test_who_is_chosen_is_asked_kindly_by_name_and_without_reasons(may: Cast) -> None:
    await looked_after(may)
    assert "nhờ đồng chí gặp gỡ, hỏi thăm đồng chí Sùng Thị Hoa" in may.minh.last
    assert not any(word in may.minh.last for word in ("vắng", "tháng", "lý do"))
    assert "Người trao đổi: Lù Văn Minh" in may.lan.shown
    assert "đang được quan tâm" in await asks(may.lan)
    assert not any("hỏi thăm" in said for said in may.hoa.heard)


async def test_who_talked_reports_with_a_tap_and_may_leave_a_note(may: Cast) -> None:
    await looked_after(may)
    await may.minh.taps("🤝 Đã trao đổi")
    assert not any("đã trao đổi với" in said for said in may.lan.heard)
    await may.minh.sends("nhà đang sửa, hứa tháng sau đi đều")
    assert "Đồng chí Lù Văn Minh đã trao đổi với đồng chí Sùng Thị Hoa và có ghi chú" in may.lan.last
    assert "hứa tháng sau" not in may.lan.last
    await may.lan.taps("👁 Xem")
    assert "Lù Văn Minh: nhà đang sửa, hứa tháng sau đi đều" in may.lan.shown
    await may.town.moves_to(2026, 5, 2, 9, 0)
    assert not any("đã trao đổi với" in said for said in may.lan.heard)


async def test_it_can_be_typed_too_and_needs_no_note(may: Cast) -> None:
    await looked_after(may)
    await may.minh.sends("đã trao đổi")
    await may.minh.taps("Để trống")
    assert "Cảm ơn đồng chí" in may.minh.shown
    await may.town.moves_to(2026, 5, 2, 8, 30)
    assert "đã trao đổi với đồng chí Sùng Thị Hoa." in may.lan.last
    assert "chưa nhờ đồng chí" in await may.minh.sends("đã trao đổi")


async def test_who_is_no_longer_asked_is_told_so_courteously(may: Cast) -> None:
    await looked_after(may)
    asked = may.minh.person.last
    await may.lan.taps("🤝 Ai trao đổi", may.lan.tapped)
    await may.lan.sends("lan")
    answer = await may.minh.taps("🤝 Đã trao đổi", asked)
    assert answer is not None and "không còn nhờ đồng chí" in answer
    async with may.town.app.database.read() as session:
        care = (await session.exec(select(Care))).one()
    assert (care.talker_id, care.talked_at) == (may.lan.member_id, None)


async def test_somebody_without_a_chat_is_to_be_told_in_person(may: Cast) -> None:
    async with may.town.app.database.write() as session:
        pa = Member(name="Giàng A Pá")
        session.add(pa)
        await session.flush()
        record = {"cell_id": may.town.cell_a, "kind": MembershipKind.RECORD, "since": JOINED}
        session.add(Membership(member_id=pa.id or 0, **record))
    await looked_after(may)
    await may.lan.taps("🤝 Ai trao đổi", may.lan.tapped)
    assert "Không tìm thấy ai tên «Hoa»" in await may.lan.sends("Hoa")
    assert "chưa đến được đồng chí Giàng A Pá" in await may.lan.sends("giang a pa")


async def test_a_note_is_for_who_leads_the_cell_and_bounded(may: Cast) -> None:
    await asks(may.lan)
    await may.lan.taps("🔴 Sùng Thị Hoa")
    may.town.app.house.texts.retention = {**DAYS, Kind.CARE_NOTES: 45}
    await may.lan.taps("📝 Ghi chú")
    assert "tự xóa sau 45 ngày" in may.lan.last
    assert "quá 500 ký tự" in await may.lan.sends("x" * 501)
    assert "đi làm xa, cuối năm về" in await may.lan.sends("đi làm xa, cuối năm về")
    await asks(may.minh)
    await may.minh.taps("🔴 Sùng Thị Hoa")
    assert "đi làm xa, cuối năm về" in may.minh.shown


async def test_who_comes_to_the_next_meeting_is_proposed_as_back(may: Cast) -> None:
    await looked_after(may)
    await schedule(may.town, may.town.cell_a)
    await may.town.app.settle()
    await may.town.moves_to(2026, 5, 3, 19, 40)
    await close(may, everybody_there)
    assert "Đã dự họp trở lại: Sùng Thị Hoa" in may.lan.last
    assert "Sùng Thị Hoa: 3 tháng" in may.lan.last and "mới" not in may.lan.last
    assert may.minh.last == may.lan.last
    await may.lan.taps("✅ Sùng Thị Hoa: đã trở lại")
    assert "Đã trở lại, ghi ngày 03/05/2026" in may.lan.shown
    assert "đã trở lại: 1" in await asks(may.lan)
    await may.lan.taps("🔴 Sùng Thị Hoa")
    await may.lan.taps("↩️ Chưa trở lại")
    assert "đang được quan tâm" in await asks(may.lan)


async def test_who_a_roll_brings_to_amber_or_red_is_marked_new_in_the_summary(may: Cast) -> None:
    await schedule(may.town, may.town.cell_a)
    await may.town.app.settle()
    await may.town.moves_to(2026, 5, 3, 19, 40)
    await close(may, minh_missing)
    assert "🔴 Lù Văn Minh: 3 tháng – mới" in may.lan.last
    assert "Sùng Thị Hoa: 3 tháng\n" in may.lan.last + "\n"
    assert sum("Kết quả" in said for said in may.minh.heard) == 1


async def everybody_there(cast: Cast) -> None:
    await cast.lan.taps("✅ Tất cả có mặt")


async def minh_missing(cast: Cast) -> None:
    await everybody_there(cast)
    for sign in ("✅", "⏰", "🙏"):
        await cast.lan.taps(f"{sign} Lù Văn Minh")


async def close(cast: Cast, marks: Callable[[Cast], Awaitable[None]]) -> None:
    await cast.lan.sends("/diemdanh")
    await marks(cast)
    await cast.lan.taps("🔒 Kết thúc điểm danh")
    await cast.lan.taps("🔒 Chốt điểm danh")


async def audited(cast: Cast) -> list[tuple[AuditVerb, int | None, int | None]]:
    async with cast.town.app.database.read() as session:
        query = select(AuditEntry).where(AuditEntry.verb == AuditVerb.READ_NAMES)
        return [(e.verb, e.actor_id, e.count) for e in (await session.exec(query)).all()]


async def test_an_officer_sees_numbers_and_the_names_behind_them_are_audited(may: Cast) -> None:
    said = await asks(may.quan)
    assert "Đảng bộ xã Tả Van" in said and "🔴 từ 3 tháng: 1 · 🟠 2 tháng: 1" in said
    assert "Hoa" not in said and may.quan.buttons == ["Chi bộ thôn A: 🔴 1 🟠 1", FILTERS]
    await may.quan.taps("Chi bộ thôn A: 🔴 1 🟠 1")
    assert "Hoa" not in may.quan.shown
    assert await audited(may) == []
    await may.quan.taps("👁 Xem tên")
    assert "Sùng Thị Hoa: 3 tháng" in may.quan.shown and "được ghi vào nhật ký" in may.quan.shown
    assert await audited(may) == [(AuditVerb.READ_NAMES, may.quan.member_id, 2)]


async def test_a_follower_sees_the_numbers_of_the_cells_they_follow(may: Cast) -> None:
    async with may.town.app.database.write() as session:
        cells = (may.town.cell_a, may.town.cell_b)
        for cell in cells:
            session.add(
                Role(member_id=may.dung.member_id, organisation_id=cell, name=RoleName.FOLLOWER, since=JOINED)
            )
    await asks(may.dung)
    await may.dung.taps("Chi bộ thôn A")
    assert "🔴 từ 3 tháng: 1 · 🟠 2 tháng: 1" in may.dung.shown
    assert [b.text for row in may.dung.person.last.buttons for b in row] == ["👁 Xem tên", FILTERS]
    await asks(may.dung)
    await may.dung.taps("Chi bộ thôn B")
    assert "🔴 từ 3 tháng: 0 · 🟠 2 tháng: 0" in may.dung.shown
    assert may.dung.buttons == [FILTERS]


async def test_numbers_are_taken_together_by_what_is_directly_below(may: Cast) -> None:
    town = may.town
    async with town.app.database.write() as session:
        base = await found(session, "co-so", "Đảng bộ cơ sở", OrganisationKind.BASE, town.committee)
        cell = await found(session, "c", "Chi bộ thôn C", OrganisationKind.CELL, base)
    sinh = await town.add("Má A Sình", cell)
    for month in (1, 2):
        await met(may, month, {sinh.member_id: MISSED}, cell=cell)
    await asks(may.quan)
    assert may.quan.buttons == ["Chi bộ thôn A: 🔴 1 🟠 1", "Đảng bộ cơ sở: 🔴 0 🟠 1", FILTERS]
    assert "🔴 từ 3 tháng: 1 · 🟠 2 tháng: 2" in may.quan.last


async def test_numbers_say_who_is_looked_after_and_who_came_back(may: Cast) -> None:
    await looked_after(may)
    await asks(may.lan)
    await may.lan.taps("🟠 Lù Văn Minh")
    await may.lan.taps("✅ Đã trở lại")
    assert "Đang được quan tâm: 1 · đã trở lại: 1" in await asks(may.lan)
    assert "Đang được quan tâm: 1 · đã trở lại: 1" in await asks(may.quan)
    await met(may, 5, {may.minh.member_id: MISSED})
    await may.town.moves_to(2026, 5, 4, 8, 0)
    assert "Đang được quan tâm: 1 · đã trở lại: 0" in await asks(may.lan)
    assert "Đang được quan tâm: 1 · đã trở lại: 0" in await asks(may.quan)


async def test_whoever_moved_to_another_cell_is_looked_after_there_with_all_their_months(may: Cast) -> None:
    async with may.town.app.database.write() as session:
        theirs = select(Membership).where(Membership.member_id == may.hoa.member_id)
        membership = (await session.exec(theirs)).one()
        membership.cell_id = may.town.cell_b
        session.add(membership)
        session.add(
            Role(
                member_id=may.dung.member_id,
                organisation_id=may.town.cell_b,
                name=RoleName.SECRETARY,
                since=JOINED,
            )
        )
    assert "Hoa" not in await asks(may.lan)
    assert "Sùng Thị Hoa: 3 tháng" in await asks(may.dung)


async def test_a_plain_member_sees_their_own_months_only(may: Cast) -> None:
    assert "dành cho bí thư" in await asks(may.hoa)
    assert "Năm nay vắng không có lý do: 3 tháng" in await may.hoa.sends("/toi")


async def test_one_sees_in_ones_data_that_one_is_looked_after_and_what_was_noted(may: Cast) -> None:
    await looked_after(may)
    await may.minh.taps("🤝 Đã trao đổi")
    await may.minh.sends("hứa tháng sau đi đều")
    await may.hoa.sends("/dulieu")
    await may.hoa.taps("👁 Xem")
    assert "chi bộ quan tâm từ 02/05/2026, đã trao đổi ngày 02/05/2026" in may.hoa.last
    assert "«hứa tháng sau đi đều»" in may.hoa.last and "Minh" not in may.hoa.last
    await may.minh.sends("/dulieu")
    await may.minh.taps("👁 Xem")
    assert "nhờ đồng chí trao đổi với một đồng chí khác" in may.minh.last and "Hoa" not in may.minh.last
    async with may.town.app.database.read() as session:
        assert (await session.exec(select(CareNote.by_id))).all() == [may.minh.member_id]


async def erases(cast: Cast, somebody: Actor) -> None:
    await somebody.sends("/dulieu")
    await somebody.taps("🗑 Yêu cầu xóa")
    await somebody.taps("Đúng, yêu cầu xóa")
    await cast.quan.taps("🗑 Xóa dữ liệu")
    await cast.quan.taps("Đúng, xóa hẳn", cast.quan.tapped)


async def test_of_who_is_erased_nothing_that_was_noted_is_left(may: Cast) -> None:
    await looked_after(may)
    await may.minh.taps("🤝 Đã trao đổi")
    await may.minh.sends("hứa tháng sau đi đều")
    await may.lan.taps("👁 Xem")
    await erases(may, may.hoa)
    assert "Hoa" not in await asks(may.lan)
    async with may.town.app.database.read() as session:
        assert (await session.exec(select(Care))).all() == []
        assert (await session.exec(select(CareNote))).all() == []
        said = (await session.exec(select(Message.text))).all()
    assert not any("hứa tháng sau" in text or "Sùng Thị Hoa" in text for text in said)


async def test_when_whoever_talked_is_erased_their_words_go_and_the_follow_up_stays(may: Cast) -> None:
    await looked_after(may)
    await may.minh.taps("🤝 Đã trao đổi")
    await may.minh.sends("hứa tháng sau đi đều")
    await may.lan.taps("👁 Xem")
    await erases(may, may.minh)
    async with may.town.app.database.read() as session:
        care, note = (await session.exec(select(Care))).one(), (await session.exec(select(CareNote))).one()
        said = (await session.exec(select(Message.text))).all()
    assert (care.member_id, care.talker_id, note.words) == (may.hoa.member_id, None, "")
    assert not any("hứa tháng sau" in text for text in said)
