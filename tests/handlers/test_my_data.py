"""One's own data: consent by version, seeing, taking away, correcting, withdrawing; who is reminded and when."""

import json
from datetime import date, timedelta

import pytest
from sqlmodel import col, select, update

from bot.actions import belonging, my_data, registration
from bot.actions.registration import CONSENT_VERSION, Inviting
from bot.config import ZONE
from bot.days_off import OrderedDays
from bot.rules.words import AuditVerb, DataRequestKind, OrganisationKind, RoleName
from bot.sandbox.objects import Message as Shown
from bot.texts import Texts
from db import people
from db.models import AuditEntry, Consent, DataRequest, Delivery, DeliveryState, Link, Media, Message, Wizard
from tests.people import START, Actor, Cast, Town, consent, found, schedule


async def requests(town: Town) -> list[DataRequest]:
    async with town.app.database.read() as session:
        return list((await session.exec(select(DataRequest).order_by(col(DataRequest.id)))).all())


async def verbs(town: Town) -> list[AuditVerb]:
    async with town.app.database.read() as session:
        entries = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    return [entry.verb for entry in entries]


async def make_old(town: Town, actor: Actor) -> None:
    """The person agreed to a wording there is a newer one of."""
    async with town.app.database.write() as session:
        await session.exec(
            update(Consent).where(col(Consent.member_id) == actor.member_id).values(version="2025-01")
        )


# ── consent ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_wording_is_asked_after_what_one_came_for_and_once_a_day(cast: Cast) -> None:
    await make_old(cast.town, cast.hoa)
    await cast.hoa.sends("/toi")
    assert "Sùng Thị Hoa" in cast.hoa.heard[-2]
    assert "đã thay đổi" in cast.hoa.last
    assert cast.hoa.buttons == ["Tôi đồng ý", "Tôi không đồng ý, ngừng dùng chibo"]
    assert "đã thay đổi" not in await cast.hoa.sends("/toi")
    await cast.town.moves_to(2026, 3, 3, 8, 0)
    assert "đã thay đổi" in await cast.hoa.sends("/toi")


async def test_agreeing_to_the_new_wording_is_on_record_with_what_was_shown(cast: Cast) -> None:
    await make_old(cast.town, cast.hoa)
    await cast.hoa.sends("/toi")
    await cast.hoa.taps("Tôi đồng ý")
    async with cast.town.app.database.read() as session:
        given = (
            await session.exec(
                select(Consent).where(Consent.member_id == cast.hoa.member_id).order_by(col(Consent.id))
            )
        ).all()
    assert [each.version for each in given] == ["2025-01", CONSENT_VERSION]
    assert given[1].text_sha256 != "0" * 64
    await cast.town.moves_to(2026, 3, 4, 8, 0)
    assert "đã thay đổi" not in await cast.hoa.sends("/toi")
    assert AuditVerb.CONSENTED in await verbs(cast.town)


async def test_not_agreeing_to_the_new_wording_is_a_withdrawal(cast: Cast) -> None:
    await make_old(cast.town, cast.hoa)
    await cast.hoa.sends("/toi")
    await cast.hoa.taps("Tôi không đồng ý, ngừng dùng chibo")
    assert "tin nhắn cuối cùng" in cast.hoa.last
    assert "chưa được đăng ký" in await cast.hoa.sends("/toi")


async def test_a_press_asks_no_more_of_the_database_than_before(cast: Cast) -> None:
    """Who agreed to the present wording is asked nothing, and nothing is looked up for it."""
    await cast.hoa.sends("/toi")
    async with cast.town.app.database.read() as session:
        asked = (
            await session.exec(select(Delivery).where(col(Delivery.dedupe).startswith("consent:")))
        ).all()
    assert asked == []


# ── withdrawing ────────────────────────────────────────────────────────────────────────────────────


async def test_withdrawing_takes_a_second_tap(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("⏹ Rút lại đồng ý")
    await cast.hoa.taps("Không, giữ như cũ")
    assert "Không có gì thay đổi" in cast.hoa.shown
    assert await requests(cast.town) == []


async def test_withdrawing_stops_everything_and_tells_the_cell_no_more_than_it_must(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    heard_by_dung = len(cast.dung.heard)
    await cast.hoa.sends("/mydata")
    await cast.hoa.taps("⏹ Rút lại đồng ý")
    await cast.hoa.taps("Đúng, ngừng dùng chibo")
    assert "Yêu cầu số 1" in cast.hoa.last and "tin nhắn cuối cùng" in cast.hoa.last
    for leader in (cast.lan, cast.minh):
        told, ask = "Đồng chí Sùng Thị Hoa (Chi bộ thôn A) không dùng chibo nữa.", "đồng chí trực tiếp giúp."
        assert leader.last == f"{told} Từ nay việc thông báo, {ask}"
    assert len(cast.dung.heard) == heard_by_dung
    heard = len(cast.hoa.heard)
    await cast.town.passes_until(2026, 3, 20, 21, 0)
    assert len(cast.hoa.heard) == heard
    (asked,) = await requests(cast.town)
    assert (asked.kind, asked.done_at) == (DataRequestKind.WITHDRAW, START)
    async with cast.town.app.database.read() as session:
        given = (await session.exec(select(Consent).where(Consent.member_id == cast.hoa.member_id))).one()
        links = (await session.exec(select(Link).where(Link.member_id == cast.hoa.member_id))).all()
    assert given.withdrawn_at == START
    assert all(link.until == START for link in links)


async def test_nothing_waits_for_who_has_withdrawn(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=4)
    await cast.town.app.settle()
    await cast.hoa.sends("/vang")
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("✏️ Báo sai sót")
    await cast.hoa.taps("⏹ Rút lại đồng ý", _menu(cast.hoa))
    await cast.hoa.taps("Đúng, ngừng dùng chibo")
    async with cast.town.app.database.read() as session:
        waiting = select(Delivery).where(col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.RETRY)))
        assert (await session.exec(waiting)).all() == []
        assert (await session.exec(select(Wizard))).all() == []


def _menu(actor: Actor) -> Shown:
    """The message with the five buttons."""
    return next(m for m in reversed(actor.person.messages) if m.buttons and len(m.buttons) == 5)


async def test_of_a_shared_telephone_only_one_leaves(cast: Cast) -> None:
    """A couple with one telephone: the other goes on."""
    town = cast.town
    async with town.app.database.write() as session:
        link = (await session.exec(select(Link).where(Link.member_id == cast.hoa.member_id))).one()
        session.add(
            Link(account_id=link.account_id, member_id=cast.dung.member_id, speaking=False, since=START)
        )
        session.add(consent(link.account_id, cast.dung.member_id))
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("⏹ Rút lại đồng ý")
    await cast.hoa.taps("Đúng, ngừng dùng chibo")
    assert "Hoàng A Dũng" in await cast.hoa.sends("/toi")


async def test_who_withdrew_comes_back_with_a_new_invitation(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("⏹ Rút lại đồng ý")
    await cast.hoa.taps("Đúng, ngừng dùng chibo")
    async with cast.town.app.database.write() as session:
        token = await registration.invite(session, Inviting(member_id=cast.hoa.member_id), now=START)
    await cast.hoa.opens(token)
    await cast.hoa.taps("Tôi đồng ý")
    assert "Chào đồng chí Sùng Thị Hoa" in cast.hoa.last


# ── seeing, taking away, correcting ────────────────────────────────────────────────────────────────


async def test_one_sees_what_is_kept_and_who_looked(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("👁 Xem")
    assert "Họ tên: Sùng Thị Hoa" in cast.hoa.last
    assert "Chi bộ thôn A" in cast.hoa.last and "yêu cầu số 1" in cast.hoa.last
    (asked,) = await requests(cast.town)
    assert (asked.kind, asked.done_at) == (DataRequestKind.VIEW, START)


async def test_one_takes_away_a_file_to_read_and_one_for_a_program(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("📎 Tải tệp")
    async with cast.town.app.database.read() as session:
        page, file = (await session.exec(select(Media).order_by(col(Media.id)))).all()
    assert "Sùng Thị Hoa" in page.content.decode() and page.name == "chibo-1.html"
    kept = json.loads(file.content)
    assert kept["person"]["name"] == "Sùng Thị Hoa"
    assert kept["memberships"][0]["organisation"] == "Chi bộ thôn A"
    assert "dữ liệu của đồng chí" in cast.hoa.last.lower() or "máy đọc" in cast.hoa.heard[-1]
    await cast.town.moves_to(2026, 3, 10, 8, 0)
    async with cast.town.app.database.read() as session:
        assert [m.content for m in (await session.exec(select(Media))).all()] == [b"", b""]


async def test_a_mistake_reaches_the_secretary_and_the_officer_and_its_answer_the_person(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("✏️ Báo sai sót")
    said = await cast.hoa.sends("Tên đúng là <Sùng Thị Hòa>")
    assert "số 1" in said and "8 giờ ngày 04/03/2026" in said
    for each in (cast.lan, cast.minh, cast.quan):
        assert "«Tên đúng là <Sùng Thị Hòa>»" in each.last
    await cast.lan.taps("Đã sửa xong")
    assert "đã được giải quyết" in cast.hoa.last
    toast = await cast.quan.taps("Đã sửa xong")
    assert toast is not None and "đã được giải quyết rồi" in toast


async def test_only_who_is_in_charge_answers(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("✏️ Báo sai sót")
    await cast.hoa.sends("Sai tên")
    cast.dung.person.presses(cast.lan.person.last, cast.lan.person.last.buttons[0][0])
    await cast.town.app.settle()
    (asked,) = await requests(cast.town)
    assert asked.done_at is None


async def test_a_mistake_is_told_in_words(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("✏️ Báo sai sót")
    assert "quá 1000 ký tự" in await cast.hoa.sends("x" * 1001)
    assert await requests(cast.town) == []


async def test_those_in_charge_are_reminded_at_half_time_and_when_it_is_overdue_and_not_again(
    cast: Cast,
) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("🗑 Yêu cầu xóa")
    await cast.hoa.taps("Đúng, yêu cầu xóa")
    assert "Sùng Thị Hoa" in cast.quan.last and "yêu cầu xóa" in cast.quan.last
    heard = len(cast.quan.heard)
    await cast.town.moves_to(2026, 3, 3, 7, 59)
    assert len(cast.quan.heard) == heard
    await cast.town.moves_to(2026, 3, 3, 8, 0)
    assert "chưa giải quyết, hạn là 8 giờ ngày 04/03/2026" in cast.quan.last
    await cast.town.moves_to(2026, 3, 4, 7, 59)
    assert len(cast.quan.heard) == heard + 1
    await cast.town.moves_to(2026, 3, 4, 8, 0)
    assert "đã quá hạn" in cast.quan.last
    await cast.town.moves_to(2026, 3, 9, 8, 0)
    assert len(cast.quan.heard) == heard + 2


async def test_days_off_by_order_are_no_working_days(cast: Cast) -> None:
    off = OrderedDays(off=frozenset({date(2026, 3, 3)}))
    texts = Texts(ZONE, off)
    async with cast.town.app.database.write() as session:
        member = await people.get_member(session, cast.hoa.member_id)
        asked = {"member": member, "kind": DataRequestKind.ERASE, "now": START}
        request = await my_data.open_request(session, **asked, texts=texts)  # type: ignore[arg-type]
    assert texts.day_of(request.due_at) == date(2026, 3, 5)


async def test_an_erasure_is_asked_once(cast: Cast) -> None:
    for _ in range(2):
        await cast.hoa.sends("/dulieu")
        await cast.hoa.taps("🗑 Yêu cầu xóa")
        toast = await cast.hoa.taps("Đúng, yêu cầu xóa")
    assert toast is not None and "đang được giải quyết" in toast
    assert len(await requests(cast.town)) == 1


# ── the audit log ──────────────────────────────────────────────────────────────────────────────────


async def test_an_officer_reads_the_log_of_the_subtree_without_names(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("⏹ Rút lại đồng ý")
    await cast.hoa.taps("Đúng, ngừng dùng chibo")
    said = await cast.quan.sends("/nhatky")
    assert f"#{cast.hoa.member_id}, rút lại sự đồng ý" in said and "Chi bộ thôn A" in said
    assert "Hoa" not in said and "Quân" not in said
    assert "xem nhật ký" in await cast.quan.sends("/audit")
    assert "không thuộc phần việc" in await cast.lan.sends("/nhatky")


async def test_an_officer_of_another_committee_reads_nothing_of_it(cast: Cast) -> None:
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("⏹ Rút lại đồng ý")
    await cast.hoa.taps("Đúng, ngừng dùng chibo")
    other = await cast.town.add("Hồ Thu", cast.town.cell_b)
    async with cast.town.app.database.write() as session:
        place = await found(session, "khac", "Đảng bộ xã khác", OrganisationKind.COMMUNE)
        await belonging.give_role(session, other.member_id, RoleName.OFFICER, place, since=START.date())
    assert "rút lại" not in await other.sends("/nhatky")


async def test_the_log_turns_its_pages(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        for number in range(45):
            session.add(
                AuditEntry(
                    at=START + timedelta(seconds=number),
                    actor_id=900 + number,
                    verb=AuditVerb.READ_NAMES,
                    organisation_id=cast.town.cell_a,
                    count=20,
                )
            )
    said = await cast.quan.sends("/nhatky")
    assert "#944" in said and "#925" in said and "#924" not in said
    await cast.quan.taps("Trang sau ›")
    assert "#924" in cast.quan.shown and "#905" in cast.quan.shown
    async with cast.town.app.database.read() as session:
        sent = (await session.exec(select(Message).where(col(Message.text).contains("Nhật ký")))).all()
    assert all(message.protect for message in sent)


async def test_an_answer_for_somebody_is_an_entry_with_the_role(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=3)
    await cast.town.app.settle()
    await cast.lan.sends("/hop")
    headcount = next(m for m in cast.lan.person.messages if "Chưa trả lời" in (m.text or "") and m.buttons)
    await cast.lan.taps("✍️ Trả lời thay", headcount)
    await cast.lan.taps("Sùng Thị Hoa", headcount)
    await cast.lan.taps("✅ Có mặt", headcount)
    async with cast.town.app.database.read() as session:
        entry = (
            await session.exec(select(AuditEntry).where(AuditEntry.verb == AuditVerb.ANSWERED_FOR))
        ).one()
    assert (entry.actor_id, entry.role, entry.member_id, entry.organisation_id) == (
        cast.lan.member_id,
        "secretary",
        cast.hoa.member_id,
        cast.town.cell_a,
    )


@pytest.mark.parametrize("command", ["/dulieu", "/nhatky"])
async def test_a_stranger_is_told_nothing(cast: Cast, command: str) -> None:
    assert "chưa được đăng ký" in await cast.town.stranger("Ai đó").sends(command)
