"""Several bots: whose somebody is, going over to it, and what is pressed and said at the other one."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.actions import bots, erasing, registration
from bot.actions.registration import Inviting
from bot.actions.telling import Say, tell
from bot.clock import StillClock
from bot.lanes import Lane
from bot.rules.words import Answer, DataRequestKind, RoleName
from bot.sandbox.telegram import Telegram
from db import bots as stored
from db import chats, media
from db.models import (
    Account,
    AuditEntry,
    Consent,
    DataRequest,
    Delivery,
    DeliveryState,
    JoinRequest,
    Link,
    Member,
    Reply,
)
from db.posting import When
from tests.conftest import settings
from tests.fleet import OWN, OWN_NAME, Fleet, at_own, fleet, give_own_bot, goes_over
from tests.grouped import COMING, linked
from tests.people import Actor, Cast, schedule

__all__ = ["linked"]


@pytest.fixture
async def app(database_url: str, clock: StillClock, telegram: Telegram) -> AsyncIterator[Fleet]:
    """Two bots in place of one."""
    async with fleet(settings(database_url), telegram, clock) as both:
        yield both


async def rows(cast: Cast, table: Any, *conditions: Any) -> list[Any]:
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(table).where(*conditions).order_by(table.id))).all())


async def calls(cast: Cast) -> None:
    """Both cells are called to their meetings on the 3rd."""
    for cell in (cast.town.cell_a, cast.town.cell_b):
        await schedule(cast.town, cell)
    await cast.town.app.settle()


async def queue_for_tomorrow(cast: Cast, actor: Actor, name: str = "later") -> None:
    town = cast.town
    now = town.clock.now()
    when = When(now, not_before=now + timedelta(days=1))
    async with town.app.database.write() as session:
        say = Say("report_nothing", dedupe=name)
        await tell(session, [actor.member_id], say, texts=town.app.house.texts, lane=Lane.REMINDER, when=when)


def invited(actor: Actor) -> int:
    return sum("Giấy mời" in said for said in actor.heard)


# ── whose somebody is ──────────────────────────────────────────────────────────────────────────────


async def test_each_is_called_by_the_bot_they_have_and_keeps_it_until_they_start_the_other(
    cast: Cast,
) -> None:
    await give_own_bot(cast)
    hoa = await goes_over(cast.hoa)
    assert "Từ nay giấy mời" in hoa.last
    await calls(cast)
    assert (invited(hoa), invited(cast.hoa)) == (1, 0)
    assert (invited(cast.minh), invited(at_own(cast.minh))) == (1, 0)
    assert (invited(cast.dung), invited(at_own(cast.dung))) == (1, 0)
    await hoa.taps("✅ Có mặt")
    assert [reply.answer for reply in await rows(cast, Reply)] == [Answer.COMING]


async def test_who_goes_over_needs_no_new_link_and_no_new_consent(cast: Cast) -> None:
    await give_own_bot(cast)
    (before,) = await rows(cast, Link, Link.member_id == cast.hoa.member_id)
    hoa = await goes_over(cast.hoa)
    links = await rows(cast, Link, Link.member_id == cast.hoa.member_id)
    accounts = {each.id: each for each in await rows(cast, Account, Account.address == hoa.person.id)}
    assert [link.account_id for link in links] == [before.account_id]
    assert accounts[before.account_id].bot == OWN
    assert len(await rows(cast, Consent, Consent.member_id == cast.hoa.member_id)) == 1
    assert "đã đăng ký rồi" in await hoa.opens("")
    assert not any("đồng ý" in said for said in hoa.heard)
    assert [entry.verb for entry in await rows(cast, AuditEntry, AuditEntry.actor_id == hoa.member_id)] == [
        "joined"
    ]


@pytest.mark.parametrize("start", ["", "go"])
async def test_who_starts_a_bot_that_is_not_theirs_is_told_which_one_is_and_nothing_changes(
    cast: Cast, start: str
) -> None:
    await give_own_bot(cast)
    before = await rows(cast, Account)
    dung = at_own(cast.dung)
    assert "@chibo_bot" in await dung.opens(start)
    assert dung.person.last.buttons[0][0].url == "https://t.me/chibo_bot?start=go"
    assert "@chibo_bot" in await dung.sends("em bận, xin vắng")
    assert await rows(cast, Account) == before
    assert "chưa được đăng ký" in await at_own(cast.town.stranger("Người lạ")).opens("")


async def test_who_has_not_gone_over_yet_is_told_of_the_other_bot_when_they_start_their_old_one(
    cast: Cast,
) -> None:
    await give_own_bot(cast)
    await cast.hoa.opens("")
    assert f"@{OWN_NAME}" in cast.hoa.last and "đã đăng ký rồi" in cast.hoa.heard[-2]
    assert cast.hoa.person.last.buttons[0][0].url == f"https://t.me/{OWN_NAME}?start=go"


# ── what goes along, and what stays ────────────────────────────────────────────────────────────────


async def test_what_waits_goes_along_and_is_neither_lost_nor_said_twice(cast: Cast) -> None:
    await give_own_bot(cast)
    await queue_for_tomorrow(cast, cast.hoa)
    heard = len(cast.hoa.heard)
    hoa = await goes_over(cast.hoa)
    await queue_for_tomorrow(cast, cast.hoa)  # of the same name: they have it already
    cast.hoa.person.blocks()
    before = len(hoa.heard)
    await cast.town.waits(86400)
    assert (len(hoa.heard) - before, len(cast.hoa.heard) - heard) == (1, 0)


async def test_what_was_told_before_is_not_told_again_at_the_new_bot(cast: Cast) -> None:
    await give_own_bot(cast)
    await queue_for_tomorrow(cast, cast.hoa)
    await cast.town.waits(86400)
    hoa = await goes_over(cast.hoa)
    heard = len(hoa.heard)
    await queue_for_tomorrow(cast, cast.hoa)
    await cast.town.waits(86400)
    assert len(hoa.heard) == heard


async def test_a_press_and_a_word_in_the_old_chat_still_count_and_the_new_bot_is_named_once_a_day(
    cast: Cast,
) -> None:
    await give_own_bot(cast)
    await calls(cast)
    hoa = await goes_over(cast.hoa)
    await cast.hoa.taps("✅ Có mặt")
    assert "Đã ghi: có mặt" in cast.hoa.shown
    await cast.hoa.sends("em đến muộn")
    assert [reply.answer for reply in await rows(cast, Reply)] == [Answer.LATE]
    assert sum(f"@{OWN_NAME}" in said for said in cast.hoa.heard) == 1
    assert await hoa.sends("1")  # asked in the old chat, answered in the new one
    assert [reply.answer for reply in await rows(cast, Reply)] == [Answer.COMING]


async def test_an_old_chat_that_is_blocked_leaves_the_new_one_as_it_is(cast: Cast) -> None:
    await give_own_bot(cast)
    await calls(cast)
    hoa = await goes_over(cast.hoa)
    cast.hoa.person.taps("✅ Có mặt")
    cast.hoa.person.blocks()
    await cast.town.app.settle()
    (account,) = [a for a in await rows(cast, Account, Account.address == hoa.person.id) if a.bot == OWN]
    assert account.unreachable_at is None


async def test_what_is_kept_up_to_date_in_the_old_chat_is_so_after_going_over(cast: Cast) -> None:
    await give_own_bot(cast)
    await calls(cast)
    await cast.lan.sends("/hop")
    before = {message.id: message.text for message in cast.lan.person.messages}
    await goes_over(cast.lan)
    await cast.hoa.taps("✅ Có mặt")
    await cast.town.waits(10)
    now = {message.id: message.text for message in cast.lan.person.messages}
    assert now.keys() == before.keys() and now != before


async def test_a_file_of_which_only_the_old_bots_number_is_kept_leaves_from_there(cast: Cast) -> None:
    await give_own_bot(cast)
    now = cast.town.clock.now()
    async with cast.town.app.database.write() as session:
        file = await media.keep(session, media.document("a.pdf", b"", mime="application/pdf", now=now))
        await media.remember_file_id(session, file, bot=1, file_id="known to one bot")
        say, when = Say("report_nothing", media_id=file), When(now, not_before=now + timedelta(days=1))
        texts = cast.town.app.house.texts
        await tell(session, [cast.hoa.member_id], say, texts=texts, lane=Lane.REMINDER, when=when)
    await goes_over(cast.hoa)
    waiting = await rows(cast, Delivery, col(Delivery.state) == DeliveryState.QUEUED)
    assert [delivery.bot for delivery in waiting] == [1]


async def test_a_shared_telephone_goes_over_as_one(cast: Cast) -> None:
    await give_own_bot(cast)
    async with cast.town.app.database.write() as session:
        account = await chats.find_account(session, bot=1, address=cast.hoa.person.id)
        dung = await session.get(Member, cast.dung.member_id)
        assert account is not None and dung is not None
        await registration.link(session, account, dung, now=cast.town.clock.now())
    await goes_over(cast.hoa)
    async with cast.town.app.database.read() as session:
        reached = await chats.list_addresses(session, [cast.hoa.member_id])
        both = await chats.list_addresses(session, [cast.dung.member_id])
    assert [a.bot for a in reached] == [OWN] and sorted(a.bot for a in both) == [1, OWN]


async def test_two_of_a_telephone_that_came_one_after_the_other_are_both_at_the_new_bot(cast: Cast) -> None:
    await give_own_bot(cast)
    hoa = await goes_over(cast.hoa)
    async with cast.town.app.database.write() as session:
        left = await chats.find_account(session, bot=1, address=hoa.person.id)
        minh = await session.get(Member, cast.minh.member_id)
        assert left is not None and minh is not None
        for each in await chats.list_links(session, cast.minh.member_id):
            each.until = cast.town.clock.now()
            session.add(each)
        await registration.link(session, left, minh, now=cast.town.clock.now())
    await queue_for_tomorrow(cast, cast.minh)
    await hoa.opens("go")
    async with cast.town.app.database.read() as session:
        reached = await chats.list_addresses(session, [cast.hoa.member_id, cast.minh.member_id])
    assert [(a.bot, a.chat) for a in reached] == [(OWN, hoa.person.id)] * 2
    heard = len(hoa.heard)
    await cast.town.waits(86400)
    assert len(hoa.heard) == heard + 1


# ── asked to go over, and back ─────────────────────────────────────────────────────────────────────


async def ask_over(cast: Cast, name: str) -> int:
    town = cast.town
    async with town.app.database.write() as session:
        found = await bots.list_to_ask(session, OWN, home=1, on=town.app.house.today)
        said = {"name": name, "now": town.clock.now(), "texts": town.app.house.texts}
        for each in found:
            await bots.ask(session, each, each.members, **said)  # type: ignore[arg-type]
    await town.app.settle()
    return sum(len(each.members) for each in found)


async def test_people_are_asked_to_go_over_once_and_only_who_has_not(cast: Cast) -> None:
    await give_own_bot(cast)
    await goes_over(cast.lan)
    assert await ask_over(cast, "added") == 2
    await ask_over(cast, "added")
    for actor, times in ((cast.hoa, 1), (cast.minh, 1), (cast.lan, 0), (cast.dung, 0)):
        assert sum("Bắt đầu" in said for said in actor.heard) == times


async def test_who_goes_over_is_not_asked_to_any_more(cast: Cast) -> None:
    await give_own_bot(cast)
    await cast.town.moves_to(2026, 3, 2, 22, 0)
    await ask_over(cast, "added")  # in the morning: nobody is woken
    assert not any("Bắt đầu" in said for said in cast.hoa.heard)
    hoa = await goes_over(cast.hoa)
    await cast.town.moves_to(2026, 3, 3, 9, 0)
    assert any("Bắt đầu" in said for said in cast.minh.heard)
    assert not any("Bắt đầu" in said for said in hoa.heard + cast.hoa.heard)


async def test_when_a_bot_is_removed_its_people_go_back_with_all_that_waits(cast: Cast) -> None:
    await give_own_bot(cast)
    hoa = await goes_over(cast.hoa)
    async with cast.town.app.database.write() as session:
        await bots.remove(session, OWN, now=cast.town.clock.now())
    assert await ask_over(cast, "removed") == 1
    assert "@chibo_bot" in hoa.last
    await queue_for_tomorrow(cast, cast.hoa)
    assert "Từ nay giấy mời" in await cast.hoa.opens("go")
    heard = len(cast.hoa.heard)
    await cast.town.waits(86400)
    assert len(cast.hoa.heard) == heard + 1
    async with cast.town.app.database.read() as session:
        assert await stored.list_served(session) == []


# ── invitations, groups, limits, erasing ───────────────────────────────────────────────────────────


async def test_an_invitation_opened_at_the_wrong_bot_leads_to_the_right_one(cast: Cast) -> None:
    await give_own_bot(cast)
    chi = cast.town.stranger("Giàng A Chính")
    async with cast.town.app.database.write() as session:
        whom = Inviting(role=RoleName.FOLLOWER, organisation_id=cast.town.cell_a)
        token = await registration.invite(session, whom, now=cast.town.clock.now())
    assert f"@{OWN_NAME}" in await chi.opens(token)
    assert chi.person.last.buttons[0][0].url == f"https://t.me/{OWN_NAME}?start={token}"
    assert not await rows(cast, Account, Account.address == chi.person.id)
    there = at_own(chi)
    await there.opens(token)
    await there.taps("Tôi đồng ý")
    assert "Chào đồng chí" in there.last


async def test_who_is_known_at_one_bot_takes_up_a_role_of_another_there_and_stays_one_person(
    cast: Cast,
) -> None:
    await give_own_bot(cast)
    before = len(await rows(cast, Member))
    async with cast.town.app.database.write() as session:
        whom = Inviting(role=RoleName.FOLLOWER, organisation_id=cast.town.cell_a)
        token = await registration.invite(session, whom, now=cast.town.clock.now())
    dung = at_own(cast.dung)
    assert "@chibo_bot" in await dung.opens(token)
    assert dung.person.last.buttons[0][0].url == f"https://t.me/chibo_bot?start={token}"
    await cast.dung.opens(token)
    await cast.dung.taps("Tôi đồng ý")
    assert len(await rows(cast, Member)) == before


async def test_who_comes_by_a_cells_link_at_another_bot_is_asked_for_a_name_there(cast: Cast) -> None:
    await give_own_bot(cast)
    async with cast.town.app.database.write() as session:
        whom = Inviting(cell_id=cast.town.cell_a)
        token = await registration.invite(session, whom, now=cast.town.clock.now())
    dung = at_own(cast.dung)
    await dung.opens(token)
    await dung.taps("Tôi đồng ý")
    await dung.sends("Hoàng Thị Mỷ")
    assert [request.name for request in await rows(cast, JoinRequest)] == ["Hoàng Thị Mỷ"]
    assert "Hoàng Thị Mỷ" in cast.lan.last


async def test_links_a_secretary_makes_lead_to_the_bot_of_the_cell(cast: Cast) -> None:
    await give_own_bot(cast)
    assert f"@{OWN_NAME}" in await cast.lan.sends("/nhom")


async def test_the_group_stays_with_its_bot_and_knows_the_people_of_all_bots(
    linked: tuple[Cast, Any],
) -> None:
    cast, group = linked
    await give_own_bot(cast)
    hoa = await goes_over(cast.hoa)
    heard = len(cast.hoa.heard)
    message = [m for m in group.messages if m.from_bot][-1]
    cast.hoa.person.taps("🙏 Xin vắng", message)
    await cast.town.app.settle()
    assert "lý do" in hoa.last and len(cast.hoa.heard) == heard
    assert [reply.answer for reply in await rows(cast, Reply)] == [Answer.LEAVE]
    cast.hoa.person.taps(COMING, message)
    await cast.town.app.settle()
    assert [reply.answer for reply in await rows(cast, Reply)] == [Answer.COMING]


async def test_a_bot_told_to_be_silent_holds_up_no_other_one(cast: Cast) -> None:
    await give_own_bot(cast)
    hoa = await goes_over(cast.hoa)
    cast.town.telegram.faults.add("rate_limited", methods=["sendMessage"], times=1, retry_after=600)
    await calls(cast)
    assert invited(hoa) == 1
    waits = await rows(cast, Delivery, col(Delivery.state) == DeliveryState.RETRY)
    assert {delivery.bot for delivery in waits} == {1}


async def test_nothing_leads_to_who_was_erased_at_any_bot(cast: Cast) -> None:
    await give_own_bot(cast)
    hoa = await goes_over(cast.hoa)
    now, texts = cast.town.clock.now(), cast.town.app.house.texts
    async with cast.town.app.database.write() as session:
        member = await session.get(Member, hoa.member_id)
        request = DataRequest(member_id=hoa.member_id, kind=DataRequestKind.ERASE, asked_at=now, due_at=now)
        session.add(request)
        await session.flush()
        assert member is not None
        await erasing.erase(session, member, request=request, now=now, texts=texts)
    assert not await rows(cast, Account, Account.address == hoa.person.id)
