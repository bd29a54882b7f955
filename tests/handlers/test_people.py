"""The secretary's list: people added, corrected, exempted, transferred, relinked, gone, each by a few taps."""

from datetime import date

import pytest
from sqlmodel import col, select

from bot.actions import belonging, linking, registration
from bot.actions.registration import Inviting
from bot.errors import NotFound
from bot.reports.invitations import Invited, invitation_sheet
from bot.rules.words import AuditVerb, MembershipKind, RoleName, Status
from db import people
from db.models import Account, AuditEntry, Link, Member, Membership, Transfer
from tests.people import START, Actor, Cast, Town


async def card(secretary: Actor, name: str) -> str:
    """Open somebody's card from the list."""
    await secretary.sends("/danhsach")
    await secretary.taps(next(b for b in secretary.buttons if b.endswith(name)))
    return secretary.shown


async def find(town: Town, name: str) -> Member:
    async with town.app.database.read() as session:
        return (await session.exec(select(Member).where(Member.name == name))).one()


async def verbs(town: Town) -> list[AuditVerb]:
    async with town.app.database.read() as session:
        entries = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    return [entry.verb for entry in entries]


async def test_the_list_shows_everybody_and_who_has_joined(cast: Cast) -> None:
    await cast.town.add("Tẩn Thị Mẩy", cast.town.cell_a)
    said = await cast.lan.sends("/danhsach")
    assert "Chi bộ thôn A" in said and "5 người" in said
    assert [b for b in cast.lan.buttons if "📱" in b] == [
        "📱 Sùng Thị Hoa",
        "📱 Vàng Thị Lan",
        "📱 Tẩn Thị Mẩy",
        "📱 Lù Văn Minh",
        "📱 Đặng Thị Mai",
    ]


async def test_who_leads_two_cells_says_which(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        await belonging.give_role(
            session, cast.lan.member_id, RoleName.DEPUTY, cast.town.cell_b, since=START.date()
        )
    await cast.lan.sends("/danhsach")
    await cast.lan.taps("Chi bộ thôn B")
    assert "Chi bộ thôn B" in cast.lan.shown and "2 người" in cast.lan.shown


async def test_a_member_is_added_from_a_day_on(cast: Cast) -> None:
    await cast.lan.sends("/danhsach")
    await cast.lan.answers("➕ Thêm đảng viên", "  giàng a  CHÍNH ", "1/3/2026")
    assert "từ 01/03/2026" in cast.lan.last
    await cast.lan.taps("✔️ Ghi lại")
    assert "Đã thêm" in cast.lan.shown
    member = await find(cast.town, "giàng a CHÍNH")
    async with cast.town.app.database.read() as session:
        [period] = (await session.exec(select(Membership).where(Membership.member_id == member.id))).all()
        assert (period.cell_id, period.since, period.until) == (cast.town.cell_a, date(2026, 3, 1), None)
        status = await people.find_status(session, member.id or 0, on=date(2026, 3, 1))
    assert status is Status.OFFICIAL
    assert AuditVerb.MEMBER_ADDED in await verbs(cast.town)


async def test_nothing_happens_before_the_last_tap_and_cancel_leaves_nothing(cast: Cast) -> None:
    await cast.lan.sends("/danhsach")
    await cast.lan.answers("➕ Thêm đảng viên", "Giàng A Chính", "Từ hôm nay", "Hủy")
    async with cast.town.app.database.read() as session:
        assert not (await session.exec(select(Member).where(Member.name == "Giàng A Chính"))).all()


async def test_a_button_of_an_earlier_question_does_nothing(cast: Cast) -> None:
    await cast.lan.sends("/danhsach")
    await cast.lan.taps("➕ Thêm đảng viên")
    await cast.lan.sends("Giàng A Chính")
    question = cast.lan.person.last
    await cast.lan.taps("Từ hôm nay", question)
    words = await cast.lan.taps("Từ hôm nay", question) if "Từ hôm nay" in cast.lan.buttons else None
    assert words is None
    assert "Thêm Giàng A Chính" in cast.lan.shown


@pytest.mark.parametrize(
    ("typed", "refused"), [("0912 345 678", None), ("không có", "số điện thoại"), ("12", "số điện thoại")]
)
async def test_a_telephone_is_put_right_or_asked_for_again(
    cast: Cast, typed: str, refused: str | None
) -> None:
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.taps("☎️ Điện thoại")
    said = await cast.lan.sends(typed)
    hoa = await find(cast.town, "Sùng Thị Hoa")
    if refused:
        assert refused in said and hoa.phone is None
    else:
        assert hoa.phone == "+84912345678"


async def test_an_exemption_for_a_time_ends_by_itself(cast: Cast) -> None:
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers(
        "🎖 Tình trạng", "tạm miễn công tác và sinh hoạt", "Từ hôm nay", "2/6/2026", "✔️ Ghi lại"
    )
    async with cast.town.app.database.read() as session:
        for day, status in (
            (date(2026, 3, 1), Status.OFFICIAL),
            (date(2026, 3, 2), Status.TEMPORARILY_EXEMPT),
            (date(2026, 6, 1), Status.TEMPORARILY_EXEMPT),
            (date(2026, 6, 2), Status.OFFICIAL),
        ):
            assert await people.find_status(session, cast.hoa.member_id, on=day) is status, day


async def test_a_residence_is_registered_with_an_exemption(cast: Cast) -> None:
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers(
        "🏠 Nơi cư trú", "Miễn: tuổi cao, sức yếu", "chi bo thon b", "Từ hôm nay", "✔️ Ghi lại"
    )
    assert "Chi bộ thôn B (miễn: tuổi cao, sức yếu)" in await card(cast.lan, "Sùng Thị Hoa")


async def transfer(cast: Cast, *, goal: str = "thôn B", typed: str = "2/3/2026") -> None:
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers("🔁 Chuyển sinh hoạt", "Chính thức", goal, typed, "✔️ Ghi lại")


async def make_secretary_of_b(cast: Cast) -> Actor:
    return await cast.town.add("Tráng A Pao", cast.town.cell_b, role=RoleName.SECRETARY)


async def test_an_official_transfer_reminds_both_and_moves_nobody_before_they_are_received(
    cast: Cast,
) -> None:
    pao = await make_secretary_of_b(cast)
    await transfer(cast)
    # 60 working days after 2 March 2026; Hùng Vương's day, 30 April and 1 May with what is added are days off
    async with cast.town.app.database.read() as session:
        [opened] = (await session.exec(select(Transfer))).all()
        cell = await people.find_cell(session, cast.hoa.member_id, on=date(2026, 5, 1))
    assert (cell.id if cell else None) == cast.town.cell_a
    assert "60 ngày làm việc" in pao.last and "Sùng Thị Hoa" in pao.last
    assert opened.ended_on is None
    await cast.town.moves_to(2026, 5, 18, 8, 0)
    assert "Nhắc hai bí thư" in pao.last and "Nhắc hai bí thư" in cast.lan.last
    heard = len(pao.heard)
    await cast.town.moves_to(2026, 5, 19, 8, 0)
    assert len(pao.heard) == heard, "one reminder for each of the two days"


async def test_the_receiving_secretary_says_so_and_the_record_moves_that_day(cast: Cast) -> None:
    pao = await make_secretary_of_b(cast)
    await transfer(cast)
    await cast.lan.sends("/danhsach")
    await cast.lan.answers("🔁 Đang chuyển sinh hoạt: 1", "✉️ Sùng Thị Hoa: đã có giấy giới thiệu", "2/3/2026")
    assert "30 ngày làm việc" in cast.lan.last
    await pao.sends("/danhsach")
    await pao.answers("🔁 Đang chuyển sinh hoạt: 1", "✅ Sùng Thị Hoa: đã tiếp nhận", "5/3/2026", "✔️ Ghi lại")
    async with cast.town.app.database.read() as session:
        before = await people.find_cell(session, cast.hoa.member_id, on=date(2026, 3, 4))
        after = await people.find_cell(session, cast.hoa.member_id, on=date(2026, 3, 5))
    assert before and after and (before.id, after.id) == (cast.town.cell_a, cast.town.cell_b)
    assert "đã được tiếp nhận" in cast.hoa.last


async def test_a_transfer_for_a_time_takes_effect_by_its_dates_and_ends_by_itself(cast: Cast) -> None:
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers(
        "🔁 Chuyển sinh hoạt",
        "Tạm thời",
        "Đảng ủy Trường Chính trị tỉnh",
        "10/3/2026",
        "Việc khác",
        "10/7/2026",
        "✔️ Ghi lại",
    )
    async with cast.town.app.database.read() as session:
        [away] = (
            await session.exec(select(Membership).where(Membership.kind == MembershipKind.TEMPORARY))
        ).all()
    assert (away.cell_id, away.since, away.until) == (None, date(2026, 3, 10), date(2026, 7, 10))
    await cast.town.moves_to(2026, 7, 10, 8, 0)
    assert "trở lại" in cast.hoa.last
    async with cast.town.app.database.read() as session:
        assert [t.ended_on for t in (await session.exec(select(Transfer))).all()] == [date(2026, 7, 10)]


@pytest.mark.parametrize("until", ["1/5/2026", "1/4/2027"])
async def test_a_transfer_for_a_time_is_neither_too_short_nor_too_long(cast: Cast, until: str) -> None:
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers("🔁 Chuyển sinh hoạt", "Tạm thời", "thôn B", "10/3/2026", "Việc khác", until)
    words = await cast.lan.taps("✔️ Ghi lại")
    assert words and "3 tháng" in words
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Transfer))).all() == []


async def test_who_leaves_is_off_the_list_and_their_chat_is_cut(cast: Cast) -> None:
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers("🚪 Thôi sinh hoạt", "Từ hôm nay", "✔️ Ghi lại")
    await cast.lan.sends("/danhsach")
    assert not any("Hoa" in b for b in cast.lan.buttons)
    assert "chưa được đăng ký" in await cast.hoa.sends("/hop")


async def new_telephone(cast: Cast, purpose: str) -> Actor:
    """Another telephone of Hoa's, with the link that Lan had made for it opened."""
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers("🔗 Đường dẫn mới", purpose)
    new = Actor(cast.town, cast.town.telegram.add_person("Hoa máy mới"), cast.hoa.member_id)
    await new.opens(cast.lan.shown.partition("?start=")[2].split()[0])
    return new


async def test_a_lost_telephone_is_replaced_by_the_secretary_and_the_old_one_is_cut_and_told(
    cast: Cast,
) -> None:
    new = await new_telephone(cast, "Thay máy cũ")
    assert "chưa được đăng ký" not in await cast.hoa.sends("/toi"), (
        "the old chat speaks until the link is used"
    )
    await new.taps("Tôi đồng ý")
    assert "Chào đồng chí Sùng Thị Hoa" in new.last
    assert "không còn được dùng" in cast.hoa.last
    assert "chưa được đăng ký" in await cast.hoa.sends("/toi")
    assert "Sùng Thị Hoa" in await new.sends("/toi")


async def test_a_second_telephone_speaks_beside_the_first(cast: Cast) -> None:
    new = await new_telephone(cast, "Thêm một máy nữa")
    await new.taps("Tôi đồng ý")
    for telephone in (cast.hoa, new):
        assert "Sùng Thị Hoa" in await telephone.sends("/toi")


async def test_a_couple_shares_a_telephone_and_says_who_is_speaking(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        pao = await belonging.enter(session, name="Giàng A Pao", cell_id=cast.town.cell_a, since=START.date())
        token = await registration.invite(session, Inviting(member_id=pao.id), now=START)
    await cast.hoa.opens(token)
    await cast.hoa.taps("Tôi đồng ý")
    assert "Giàng A Pao" in await cast.hoa.sends("/toi")
    await cast.hoa.sends("/doinguoi")
    await cast.hoa.taps("Sùng Thị Hoa")
    assert "Sùng Thị Hoa" in await cast.hoa.sends("/toi")


async def test_nobody_speaks_as_somebody_whose_telephone_it_is_not(cast: Cast) -> None:
    async with cast.town.app.database.read() as session:
        account = (await session.exec(select(Account).where(Account.address == cast.hoa.person.id))).one()
    async with cast.town.app.database.write() as session:
        with pytest.raises(NotFound):
            await linking.speak_as(session, account, cast.lan.member_id)


async def test_those_who_wait_are_let_in_all_at_once(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        await belonging.enter(session, name="Giàng A Chính", cell_id=cast.town.cell_a, since=START.date())
        token = await registration.invite(session, Inviting(cell_id=cast.town.cell_a), now=START)
    for name in ("giang a chinh", "Lý Láo Tả"):
        waiting = cast.town.stranger(name)
        await waiting.opens(token)
        await waiting.taps("Tôi đồng ý")
        await waiting.sends(name)
    await cast.lan.sends("/danhsach")
    await cast.lan.taps("⏳ Đang chờ duyệt: 2")
    await cast.lan.taps("✅ Nhận tất cả (2)")
    assert "Giàng A Chính" in cast.lan.shown and "Lý Láo Tả" in cast.lan.shown
    async with cast.town.app.database.read() as session:
        chinh = (await session.exec(select(Member).where(Member.name == "Giàng A Chính"))).one()
        assert (await session.exec(select(Link).where(Link.member_id == chinh.id))).one()


@pytest.mark.parametrize("who", ["hoa", "dung"])
async def test_who_keeps_nobody_sees_no_list(cast: Cast, who: str) -> None:
    actor: Actor = getattr(cast, who)
    assert "bí thư" in await actor.sends("/danhsach")


async def test_an_officer_comes_to_a_list_by_the_tree_and_leaves_an_entry(cast: Cast) -> None:
    await cast.quan.sends("/tochuc")
    await cast.quan.taps("Chi bộ thôn A")
    assert AuditVerb.READ_NAMES not in await verbs(cast.town)
    await cast.quan.taps("👥 Đảng viên")
    assert "📱 Sùng Thị Hoa" in [b.text for row in cast.quan.tapped.buttons for b in row]  # type: ignore[union-attr]
    assert (await verbs(cast.town))[-1] is AuditVerb.READ_NAMES


async def test_the_printed_sheet_has_a_working_code_for_each_who_has_not_joined(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cast.town.app.database.write() as session:
        pao = await belonging.enter(session, name="Giàng A Pao", cell_id=cast.town.cell_a, since=START.date())
        old = await registration.invite(session, Inviting(member_id=pao.id), now=START)
    printed: list[Invited] = []

    def sheet(invited: list[Invited], *rest: object, **more: object) -> bytes:
        printed.extend(invited)
        return invitation_sheet(invited, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("handlers.people.invitation_sheet", sheet)
    await cast.lan.sends("/danhsach")
    await cast.lan.taps("🖨 Phiếu mời (QR)")
    assert cast.lan.person.last.document is not None
    assert [each.name for each in printed] == ["Giàng A Pao"]
    chinh = cast.town.stranger("Pao")
    assert "không dùng được nữa" in await chinh.opens(old)
    assert "Giàng A Pao" in await chinh.opens(printed[0].link.partition("?start=")[2])
