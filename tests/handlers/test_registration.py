"""Coming in by link: consent first, nothing stored on a refusal, a cell's link only with the secretary's yes."""

import pytest
from sqlmodel import func, select

from bot.actions import belonging, registration
from bot.actions.registration import Inviting
from bot.rules.words import RoleName
from db.models import Account, Consent, Delivery, Invite, Link, Member, Role, Update
from tests.people import START, Cast, Town


async def personal_link(town: Town, name: str = "Giàng A Chính") -> str:
    """A link for a new member of cell A who has no chat yet."""
    async with town.app.database.write() as session:
        member = await belonging.enter(session, name=name, cell_id=town.cell_a, since=START.date())
        return await registration.invite(session, Inviting(member_id=member.id), now=START)


async def count(town: Town, table: type) -> int:
    async with town.app.database.read() as session:
        return (await session.exec(select(func.count()).select_from(table))).one()


async def test_a_personal_link_asks_for_consent_and_says_who_it_is_for(cast: Cast) -> None:
    chinh = cast.town.stranger("A Chính")
    said = await chinh.opens(await personal_link(cast.town))
    assert "Giàng A Chính" in said
    assert chinh.buttons == ["Tôi đồng ý", "Tôi không đồng ý"]


async def test_after_consent_the_member_is_welcome_and_the_consent_is_on_record(cast: Cast) -> None:
    chinh = cast.town.stranger("A Chính")
    await chinh.opens(await personal_link(cast.town))
    await chinh.taps("Tôi đồng ý")
    assert "Chào đồng chí Giàng A Chính" in chinh.last
    async with cast.town.app.database.read() as session:
        *_, consent = (await session.exec(select(Consent).order_by(Consent.id))).all()
    assert (consent.version, consent.given_at) == (registration.CONSENT_VERSION, START)
    assert len(consent.text_sha256) == 64


async def test_a_refusal_stores_no_chat_and_leaves_the_register_as_it_was(cast: Cast) -> None:
    kept = (Account, Link, Delivery, Consent)
    before = [await count(cast.town, t) for t in kept]
    chinh = cast.town.stranger("A Chính")
    await chinh.opens(await personal_link(cast.town))
    await chinh.taps("Tôi không đồng ý")
    assert "không lưu gì" in chinh.last
    assert [await count(cast.town, t) for t in kept] == before


async def test_nothing_of_a_strangers_words_stays_in_the_inbox(cast: Cast) -> None:
    chinh = cast.town.stranger("A Chính")
    await chinh.sends("tôi tên là Chính, số điện thoại 0912345678")
    assert "chưa được đăng ký" in chinh.last
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(Update))).all()
    assert rows and all(row.payload is None and row.sender is None for row in rows)


async def test_a_personal_link_works_once(cast: Cast) -> None:
    token = await personal_link(cast.town)
    first, second = cast.town.stranger("A Chính"), cast.town.stranger("Người khác")
    await first.opens(token)
    await first.taps("Tôi đồng ý")
    assert "không dùng được nữa" in await second.opens(token)


async def test_a_link_that_expired_is_refused_even_when_the_consent_was_already_asked(cast: Cast) -> None:
    consents = await count(cast.town, Consent)
    chinh = cast.town.stranger("A Chính")
    await chinh.opens(await personal_link(cast.town))
    await cast.town.moves_to(2026, 4, 20, 8, 0)
    toast = await chinh.taps("Tôi đồng ý")
    assert toast is not None and "hết hạn" in toast
    assert await count(cast.town, Consent) == consents


@pytest.mark.parametrize("token", ["x", "Ω", "a" * 64, "1", "--", "'; DROP TABLE member"])
async def test_a_guessed_link_opens_nothing(cast: Cast, token: str) -> None:
    assert "không dùng được nữa" in await cast.town.stranger("Ai đó").opens(token)


async def test_a_cells_link_lets_nobody_in_without_the_secretary(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        await belonging.enter(session, name="Giàng A Chính", cell_id=cast.town.cell_a, since=START.date())
        token = await registration.invite(session, Inviting(cell_id=cast.town.cell_a), now=START)
    links = await count(cast.town, Link)
    chinh = cast.town.stranger("A Chính")
    await chinh.opens(token)
    await chinh.taps("Tôi đồng ý")
    await chinh.sends("giang a chinh")
    assert await count(cast.town, Link) == links
    assert "Là đồng chí Giàng A Chính" in cast.lan.buttons
    await cast.lan.taps("Là đồng chí Giàng A Chính")
    assert "đã duyệt" in chinh.last
    assert await count(cast.town, Link) == links + 1


async def test_a_secretary_of_another_cell_cannot_decide_who_joins(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        token = await registration.invite(session, Inviting(cell_id=cast.town.cell_a), now=START)
    chinh = cast.town.stranger("A Chính")
    await chinh.opens(token)
    await chinh.taps("Tôi đồng ý")
    await chinh.sends("Giàng A Chính")
    cast.dung.person.presses(cast.lan.person.last, cast.lan.person.last.buttons[-1][0])
    await cast.town.app.settle()
    assert await count(cast.town, Member) == 6


async def test_declining_tells_the_person_and_lets_nobody_in(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        token = await registration.invite(session, Inviting(cell_id=cast.town.cell_a), now=START)
    links = await count(cast.town, Link)
    someone = cast.town.stranger("Người lạ")
    await someone.opens(token)
    await someone.taps("Tôi đồng ý")
    await someone.sends("Nguyễn Văn Lạ")
    await cast.lan.taps("Không nhận")
    assert "chưa nhận ra" in someone.last
    assert await count(cast.town, Link) == links


async def test_an_officer_comes_in_by_a_link_for_the_role(cast: Cast) -> None:
    whom = Inviting(role=RoleName.OFFICER, organisation_id=cast.town.committee)
    async with cast.town.app.database.write() as session:
        token = await registration.invite(session, whom, now=START)
    thu = cast.town.stranger("Nguyễn Thị Thu")
    await thu.opens(token)
    await thu.taps("Tôi đồng ý")
    assert "Cán bộ cấp ủy" in thu.last
    async with cast.town.app.database.read() as session:
        roles = (await session.exec(select(Role).where(Role.organisation_id == cast.town.committee))).all()
    assert len(roles) == 2


async def test_only_the_hash_of_a_link_is_kept(cast: Cast) -> None:
    token = await personal_link(cast.town)
    async with cast.town.app.database.read() as session:
        invite = (await session.exec(select(Invite))).one()
    assert token not in repr(invite.model_dump())


async def test_one_who_is_registered_is_greeted_by_name(cast: Cast) -> None:
    assert "Sùng Thị Hoa đã đăng ký rồi" in await cast.hoa.sends("/start")


async def test_me_shows_the_cell_and_the_area_and_help_fits_the_role(cast: Cast) -> None:
    said = await cast.mai.sends("/toi")
    assert "Chi bộ thôn B" in said and "Nơi cư trú: Chi bộ thôn A" in said
    assert "Dành cho bí thư" not in await cast.hoa.sends("/trogiup")
    assert "Dành cho bí thư" in await cast.lan.sends("/help")
