"""Study notices as actions: who is counted where, spreading in steps, and what reached whom."""

from datetime import date, datetime

import pytest
from sqlmodel import col, select

from bot.actions import (
    notice_drafts,
    notice_reading,
    notice_releasing,
    notice_spreading,
    notice_terms,
    registration,
)
from bot.config import ZONE
from bot.errors import BadInput, NotAllowed, NotFound
from bot.rules.words import MembershipKind, Status
from db import notices as reads
from db import people, spreading
from db.models import (
    Account,
    Delivery,
    DeliveryState,
    Member,
    Membership,
    Message,
    Notice,
    NoticeState,
    Recipient,
)
from db.notices import CellCounts, Counts
from db.session import Session
from tests.people import JOINED, Actor, Cast

LONG = "\n\n".join(f"Điều {n}. " + "Phân công nhiệm vụ cụ thể cho từng đảng viên. " * 30 for n in range(1, 8))


async def member(session: Session, actor: Actor) -> Member:
    found = await session.get(Member, actor.member_id)
    assert found is not None
    return found


async def release(
    cast: Cast, text: str = "Kế hoạch học tập", *, to: int | None = None, as_parts: bool = True
) -> int:
    """Quân releases a notice, in messages or as one document; nothing is spread yet."""
    now, today = cast.town.clock.now(), cast.town.app.house.today
    async with cast.town.app.database.write() as session:
        quan = await member(session, cast.quan)
        issuer = cast.town.committee
        notice = await notice_drafts.compose(session, by=quan, issuer_id=issuer, now=now, today=today)
        assert notice.id is not None
        notice.as_parts = as_parts
        await notice_drafts.add_text(session, notice_id=notice.id, by=quan, text=text)
        await notice_drafts.set_title(session, notice_id=notice.id, by=quan)
        await notice_terms.set_audience(session, notice_id=notice.id, by=quan, organisation_id=to or issuer)
        texts = cast.town.app.house.texts
        await notice_releasing.ask_to_leave(session, notice_id=notice.id, by=quan, now=now, texts=texts)
        notice.leaves_at = now
        assert await notice_releasing.release_due(session, now=now, texts=texts) == 1
        return notice.id


async def spread(cast: Cast) -> int:
    """One run of the tick."""
    house = cast.town.app.house
    async with cast.town.app.database.write() as session:
        return await notice_spreading.spread(session, now=house.clock.now(), texts=house.texts)


async def move(cast: Cast, actor: Actor, cell_id: int, since: date) -> None:
    """A temporary transfer."""
    async with cast.town.app.database.write() as session:
        session.add(
            Membership(member_id=actor.member_id, cell_id=cell_id, kind=MembershipKind.TEMPORARY, since=since)
        )


async def recipients(cast: Cast, notice_id: int) -> dict[int, int]:
    """The members a notice is for so far, with the cells that count them."""
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(Recipient).where(Recipient.notice_id == notice_id))).all()
        return {row.member_id: row.cell_id for row in rows}


async def deliveries(cast: Cast, actor: Actor) -> list[tuple[str, DeliveryState]]:
    """What was queued to a person about notices, in order."""
    async with cast.town.app.database.read() as session:
        query = (
            select(col(Message.text), col(Delivery.state))
            .join(Delivery, col(Delivery.message_id) == Message.id)
            .where(Delivery.chat == actor.person.id, Message.about == "notice")
            .order_by(col(Delivery.id))
        )
        return list((await session.exec(query)).all())


async def counts(cast: Cast, notice_id: int) -> Counts:
    async with cast.town.app.database.read() as session:
        return reads.total(await reads.count_recipients(session, notice_id))


async def test_each_person_counts_once_where_they_are_transferred_to(cast: Cast) -> None:
    await move(cast, cast.hoa, cast.town.cell_b, JOINED)
    notice = await release(cast)
    await spread(cast)
    assert (await recipients(cast, notice))[cast.hoa.member_id] == cast.town.cell_b
    assert len(await deliveries(cast, cast.hoa)) == 1


async def test_a_resident_is_told_by_the_cell_of_record_and_the_exempt_are_told_too(cast: Cast) -> None:
    old = await cast.town.add("Vàng A Páo", cast.town.cell_a, status=Status.EXEMPT)
    notice = await release(cast, to=cast.town.cell_a)
    await spread(cast)
    expected = {cast.lan.member_id, cast.minh.member_id, cast.hoa.member_id, old.member_id}
    assert set(await recipients(cast, notice)) == expected


async def test_who_leaves_after_the_release_still_counts_where_they_were(cast: Cast) -> None:
    notice = await release(cast)
    await move(cast, cast.hoa, cast.town.cell_b, date(2026, 3, 3))
    await cast.town.moves_to(2026, 3, 5, 8, 0)
    assert (await recipients(cast, notice))[cast.hoa.member_id] == cast.town.cell_a


async def test_steps_go_on_where_the_last_one_stopped_and_double_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_spreading, "STEP", 2)
    notice = await release(cast)
    assert [await spread(cast) for _ in range(4)] == [2, 2, 1, 0]
    assert len(await recipients(cast, notice)) == 5
    async with cast.town.app.database.read() as session:
        found = await reads.get(session, notice)
        assert found.state is NoticeState.SENT
        assert len(await spreading.list_parts(session, notice)) == 2  # made by the first step only


async def test_a_step_cut_off_is_done_again_whole(cast: Cast) -> None:
    notice = await release(cast)
    house = cast.town.app.house
    with pytest.raises(RuntimeError):
        async with cast.town.app.database.write() as session:
            await notice_spreading.spread(session, now=house.clock.now(), texts=house.texts)
            raise RuntimeError
    assert await recipients(cast, notice) == {}
    await cast.town.app.settle()
    assert len([said for said in cast.hoa.heard if "thông báo học tập" in said]) == 1


async def test_two_notices_share_a_step(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_spreading, "STEP", 4)
    one, two = await release(cast, "Kế hoạch một"), await release(cast, "Kế hoạch hai")
    assert await spread(cast) == 4
    assert len(await recipients(cast, one)) == len(await recipients(cast, two)) == 2


async def test_a_chat_gets_all_parts_one_after_the_other(cast: Cast) -> None:
    await release(cast, LONG)
    await spread(cast)
    parts = [text for text, _ in await deliveries(cast, cast.dung)]
    assert [f"Phần {n}/{len(parts)}" in text for n, text in enumerate(parts, start=1)] == [True] * len(parts)
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(Delivery).order_by(col(Delivery.id)))).all()
    in_a_row = [row.chat for row in rows if row.lane == 3]
    assert in_a_row[: len(parts)] == [in_a_row[0]] * len(parts)


async def test_two_who_share_a_chat_get_one_message_whichever_step_they_are_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cast.town.app.database.write() as session:
        query = select(Account).where(Account.address == cast.hoa.person.id)
        account = (await session.exec(query)).one()
        for actor in (cast.minh, cast.mai):
            await registration.link(session, account, await member(session, actor), now=account.created_at)
    monkeypatch.setattr(notice_spreading, "STEP", 2)
    notice = await release(cast)
    while await spread(cast):
        pass
    assert len(await deliveries(cast, cast.hoa)) == 1
    assert len(await recipients(cast, notice)) == 5


async def test_a_chat_that_takes_nothing_any_more_is_left_out_and_its_owner_is_not(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        query = select(Account).where(Account.address == cast.hoa.person.id)
        account = (await session.exec(query)).one()
        account.unreachable_at = account.created_at
    notice = await release(cast)
    await spread(cast)
    assert await deliveries(cast, cast.hoa) == []
    assert await counts(cast, notice) == Counts(5, 0, 0, 1)


async def test_what_is_queued_in_the_night_waits_for_the_morning(cast: Cast) -> None:
    cast.town.clock.move_to(datetime(2026, 3, 2, 22, 0, tzinfo=ZONE))
    await release(cast)
    await spread(cast)
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(Delivery).where(Delivery.lane == 3))).all()
    morning = datetime(2026, 3, 3, 7, 0, tzinfo=ZONE)
    assert {(row.not_before, row.deadline, row.expires_at) for row in rows} == {(morning, morning, None)}


async def test_a_delivery_is_named_by_notice_part_bot_and_chat(cast: Cast) -> None:
    notice = await release(cast, LONG)
    await spread(cast)
    async with cast.town.app.database.read() as session:
        query = select(Delivery.dedupe).where(Delivery.chat == cast.hoa.person.id, Delivery.lane == 3)
        named = (await session.exec(query.order_by(col(Delivery.id)))).all()
    assert named[:2] == [f"notice:{notice}:{number}:1:{cast.hoa.person.id}" for number in (1, 2)]


async def test_a_part_that_did_not_arrive_is_no_delivery(cast: Cast) -> None:
    notice = await release(cast, LONG)
    await cast.town.app.settle()
    assert (await counts(cast, notice)).delivered == 5
    async with cast.town.app.database.write() as session:
        rows = await session.exec(
            select(Delivery).where(Delivery.chat == cast.hoa.person.id, Delivery.lane == 3)
        )
        rows.first().state = DeliveryState.UNKNOWN  # type: ignore[union-attr]
    assert (await counts(cast, notice)).delivered == 4


async def test_who_confirmed_was_reached(cast: Cast) -> None:
    notice = await release(cast)
    await spread(cast)
    async with cast.town.app.database.write() as session:
        hoa = await member(session, cast.hoa)
        now = cast.town.clock.now()
        first, second = [
            await notice_reading.confirm(session, notice_id=notice, by=hoa, now=now) for _ in range(2)
        ]
        assert first.first and not second.first
    assert await counts(cast, notice) == Counts(5, 1, 1, 0)


async def test_a_foreign_reader_gets_english_around_the_same_text(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        query = select(Account).where(Account.address == cast.hoa.person.id)
        (await session.exec(query)).one().language = "en"
    await release(cast)
    await cast.town.app.settle()
    assert "A study notice from" in cast.hoa.last and "Kế hoạch học tập" in cast.hoa.last
    assert cast.hoa.buttons == ["✅ I have studied it", "⏰ Later"]


async def test_nobody_but_the_author_touches_a_draft(cast: Cast) -> None:
    now, today = cast.town.clock.now(), cast.town.app.house.today
    async with cast.town.app.database.write() as session:
        quan, lan = await member(session, cast.quan), await member(session, cast.lan)
        with pytest.raises(NotAllowed):
            await notice_drafts.compose(session, by=lan, issuer_id=cast.town.committee, now=now, today=today)
        draft = await notice_drafts.compose(
            session, by=quan, issuer_id=cast.town.committee, now=now, today=today
        )
        assert draft.id is not None
        with pytest.raises(NotFound):
            await notice_releasing.ask_to_leave(
                session, notice_id=draft.id, by=lan, now=now, texts=cast.town.app.house.texts
            )
        with pytest.raises(BadInput, match="notice_empty"):
            await notice_releasing.ask_to_leave(
                session, notice_id=draft.id, by=quan, now=now, texts=cast.town.app.house.texts
            )


async def test_who_lost_the_role_cannot_send_what_they_began(cast: Cast) -> None:
    now, today = cast.town.clock.now(), cast.town.app.house.today
    async with cast.town.app.database.write() as session:
        quan = await member(session, cast.quan)
        draft = await notice_drafts.compose(
            session, by=quan, issuer_id=cast.town.committee, now=now, today=today
        )
        assert draft.id is not None
        await notice_drafts.add_text(session, notice_id=draft.id, by=quan, text="Kế hoạch")
        (role,) = await people.list_roles(session, cast.quan.member_id, on=today)
        role.until = today
        await session.flush()
        with pytest.raises(NotAllowed):
            await notice_releasing.ask_to_leave(
                session, notice_id=draft.id, by=quan, now=now, texts=cast.town.app.house.texts
            )


async def test_beginning_again_keeps_the_former_draft_and_forgets_an_empty_one(cast: Cast) -> None:
    now, today = cast.town.clock.now(), cast.town.app.house.today
    async with cast.town.app.database.write() as session:
        quan = await member(session, cast.quan)
        for text in ("Bản nháp một", "", "Bản nháp hai"):
            draft = await notice_drafts.compose(
                session, by=quan, issuer_id=cast.town.committee, now=now, today=today
            )
            await notice_drafts.add_text(session, notice_id=draft.id or 0, by=quan, text=text)
        kept = (await session.exec(select(Notice).order_by(col(Notice.id)))).all()
        assert [n.text for n in kept] == ["Bản nháp một", "Bản nháp hai"]


async def test_a_cell_is_counted_with_its_name(cast: Cast) -> None:
    notice = await release(cast)
    await spread(cast)
    async with cast.town.app.database.read() as session:
        cells = await reads.count_recipients(session, notice)
    assert cells == [CellCounts(3, 0, 0, 0, "Chi bộ thôn A"), CellCounts(2, 0, 0, 0, "Chi bộ thôn B")]
