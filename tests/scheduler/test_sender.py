"""The way out: order, outcomes, doubt after a crash, and what is no longer of use."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.lanes import Lane
from bot.sandbox.people import Person
from db import leases, outbox
from db.models import Delivery, DeliveryState, Media, MediaCopy, Message
from db.posting import Address, When
from scheduler.lease import elapsed
from tests.people import START, Cast, Town, schedule
from tests.posts import queue


def address(person: Person) -> Address:
    return Address(1, person.id, "vi")


async def put(town: Town, text: str, to: Sequence[Address], lane: Lane = Lane.REPLY, **when: object) -> None:
    async with town.app.database.write() as session:
        await queue(session, text, to, lane=lane, when=When(START, **when))  # type: ignore[arg-type]


async def deliveries(town: Town) -> list[Delivery]:
    async with town.app.database.read() as session:
        return list((await session.exec(select(Delivery).order_by(col(Delivery.id)))).all())


@pytest.fixture
def hoa(town: Town) -> Person:
    """Somebody who has started the bot."""
    person = town.telegram.add_person("Hoa")
    person.chat.shut = None
    return person


async def test_what_is_queued_arrives_once_and_is_settled(town: Town, hoa: Person) -> None:
    await put(town, "Xin chào", [address(hoa)])
    await town.app.settle()
    await town.app.settle()
    assert [m.text for m in hoa.messages] == ["Xin chào"]
    [delivery] = await deliveries(town)
    assert (delivery.state, delivery.tries) == (DeliveryState.SENT, 1)
    assert delivery.channel_message_id == hoa.last.id


async def test_one_chats_messages_arrive_in_the_order_they_were_queued(town: Town, hoa: Person) -> None:
    for number in range(8):
        await put(town, str(number), [address(hoa)], Lane.BULK)
    await town.app.settle()
    assert [m.text for m in hoa.messages] == list("01234567")


async def test_the_earliest_deadline_goes_first_among_reminders(town: Town) -> None:
    people = [town.telegram.add_person(str(n)) for n in range(4)]
    for hours, person in zip((4, 1, 3, 2), people, strict=True):
        person.chat.shut = None
        await put(town, str(hours), [address(person)], Lane.REMINDER, deadline=START + timedelta(hours=hours))
    async with town.app.database.write() as session:
        found = await outbox.list_candidates(session, bot=1, lane=Lane.REMINDER, limit=4, now=START)
        taken = await outbox.take(session, bot=1, ids=[c.id for c in found], epoch=1, now=START)
    assert [taken[c.id].message.text for c in found] == ["1", "2", "3", "4"]


async def test_a_dedupe_name_lets_nothing_in_twice(town: Town, hoa: Person) -> None:
    for _ in range(2):
        async with town.app.database.write() as session:
            await queue(session, "một lần", [address(hoa)], lane=Lane.REPLY, when=When(START), dedupe="x")
    await town.app.settle()
    assert [m.text for m in hoa.messages] == ["một lần"]


async def test_what_has_lost_its_use_is_withdrawn_and_not_sent_late(town: Town, hoa: Person) -> None:
    await put(town, "muộn rồi", [address(hoa)], Lane.REMINDER, expires_at=START - timedelta(seconds=1))
    await town.app.settle()
    assert hoa.messages == []
    assert [d.state for d in await deliveries(town)] == [DeliveryState.CANCELLED]


async def test_a_person_who_blocked_the_bot_is_settled_as_blocked_and_stops_nobody(
    town: Town, hoa: Person
) -> None:
    gone = town.telegram.add_person("Đi rồi")
    await put(town, "gửi", [address(gone), address(hoa)])
    await town.app.settle()
    assert [d.state for d in await deliveries(town)] == [DeliveryState.BLOCKED, DeliveryState.SENT]


async def test_a_message_telegram_refuses_is_dead_and_stops_nobody(town: Town, hoa: Person) -> None:
    await put(town, "<b>hỏng", [address(hoa)])
    await put(town, "lành", [address(hoa)])
    await town.app.settle()
    assert [d.state for d in await deliveries(town)] == [DeliveryState.DEAD, DeliveryState.SENT]
    assert [m.text for m in hoa.messages] == ["lành"]


async def test_a_message_that_cannot_be_put_together_is_given_up_and_stops_nobody(
    town: Town, hoa: Person
) -> None:
    await put(town, "hỏng", [address(hoa)])
    async with town.app.database.write() as session:
        broken = await session.get_one(Message, 1)
        broken.buttons = [[{"data": "no text"}]]
        session.add(broken)
    await put(town, "lành", [address(hoa)])
    for _ in range(4):
        await town.app.settle()
        town.clock.move_to(town.clock.now() + timedelta(minutes=10))
    assert [d.state for d in await deliveries(town)] == [DeliveryState.DEAD, DeliveryState.SENT]


async def test_a_file_id_that_holds_no_more_is_replaced_by_the_bytes(town: Town, hoa: Person) -> None:
    async with town.app.database.write() as session:
        media = Media(
            kind="document", name="a.pdf", mime="application/pdf", content=b"%PDF", created_at=START
        )
        session.add(media)
        await session.flush()
        session.add(MediaCopy(media_id=media.id or 0, bot=1, file_id="gone"))
        to, when = [address(hoa)], When(START)
        await queue(session, "văn bản", to, lane=Lane.REPLY, when=when, media_id=media.id)
    await town.app.settle()
    town.clock.move_to(START + timedelta(minutes=1))
    await town.app.settle()
    assert hoa.last.document is not None and [d.state for d in await deliveries(town)] == [DeliveryState.SENT]


@pytest.mark.parametrize(
    ("lane", "state", "again"),
    [
        (Lane.REPLY, DeliveryState.SENT, 1),  # an answer goes again, once, and is marked
        (Lane.REMINDER, DeliveryState.SENT, 1),
        (Lane.BULK, DeliveryState.UNKNOWN, 0),  # a notice waits for its first chase
    ],
)
async def test_what_a_crash_cut_off_is_never_lost_and_marked_when_it_goes_again(
    town: Town, hoa: Person, lane: Lane, state: DeliveryState, again: int
) -> None:
    await put(town, "giữa chừng", [address(hoa)], lane)
    epoch = town.app.serving.lease.epoch
    async with town.app.database.write() as session:
        await outbox.take(session, bot=1, ids=[1], epoch=epoch, now=START)
    async with town.app.database.write() as session:  # the next holder finds it
        assert await outbox.recover(session, bot=1, epoch=epoch + 1, now=START) == 1
    await town.app.settle()
    [delivery] = await deliveries(town)
    assert (delivery.state, delivery.again) == (state, again)


async def test_a_second_doubt_about_the_same_message_is_not_resolved_by_a_third_try(
    town: Town, hoa: Person
) -> None:
    await put(town, "hai lần", [address(hoa)])
    lease = town.app.serving.lease
    for _ in range(2):
        async with town.app.database.write() as session:
            assert await outbox.take(session, bot=1, ids=[1], epoch=lease.epoch, now=START)
        async with town.app.database.write() as session:
            await leases.release(session, bot=1, epoch=lease.epoch)
        assert await lease.try_take()
        async with town.app.database.write() as session:
            await outbox.recover(session, bot=1, epoch=lease.epoch, now=START)
    assert [(d.state, d.again) for d in await deliveries(town)] == [(DeliveryState.UNKNOWN, 1)]


async def test_a_former_holder_cannot_settle_what_the_present_one_took(town: Town, hoa: Person) -> None:
    await put(town, "của ai", [address(hoa)])
    epoch = town.app.serving.lease.epoch
    async with town.app.database.write() as session:
        await outbox.take(session, bot=1, ids=[1], epoch=epoch, now=START)
    async with town.app.database.write() as session:
        stale = outbox.Settlement(1, epoch - 1, DeliveryState.SENT)
        await outbox.settle(session, [stale], now=START)
    assert [d.state for d in await deliveries(town)] == [DeliveryState.SENDING]


async def test_a_former_holder_takes_nothing_any_more(town: Town, hoa: Person) -> None:
    await put(town, "của ai", [address(hoa)])
    async with town.app.database.write() as session:
        assert (
            await outbox.take(session, bot=1, ids=[1], epoch=town.app.serving.lease.epoch - 1, now=START)
            == {}
        )
    assert [d.state for d in await deliveries(town)] == [DeliveryState.QUEUED]


async def test_what_was_withdrawn_while_it_waited_its_turn_is_not_taken(town: Town, hoa: Person) -> None:
    await put(town, "thôi", [address(hoa)])
    async with town.app.database.write() as session:
        [found] = await outbox.list_candidates(session, bot=1, lane=Lane.REPLY, limit=9, now=START)
        await outbox.give_up(session, account_id=0, reason="", now=START)
    async with town.app.database.write() as session:
        delivery = await session.get_one(Delivery, found.id)
        delivery.state = DeliveryState.CANCELLED
        session.add(delivery)
    async with town.app.database.write() as session:
        assert (
            await outbox.take(session, bot=1, ids=[found.id], epoch=town.app.serving.lease.epoch, now=START)
            == {}
        )


async def test_what_was_ready_stays_ready_when_the_clock_is_set_back(town: Town, hoa: Person) -> None:
    later = START + timedelta(days=1)
    await put(town, "đã đến lúc", [address(hoa)], Lane.BULK)
    await put(town, "mai mới đến lúc", [address(hoa)], Lane.BULK, not_before=later)
    town.clock.move_to(START - timedelta(hours=2))
    await town.app.serving.watch_clock()
    await town.app.settle()
    assert [m.text for m in hoa.messages] == ["đã đến lúc"]


async def test_what_was_queued_just_before_the_clock_was_set_back_is_ready_too(
    town: Town, hoa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.app.serving.watch_clock()
    seen = elapsed()
    monkeypatch.setattr("bot.serving.elapsed", lambda: seen + 2.5)
    await put(town, "một giây trước đó", [address(hoa)], Lane.BULK, not_before=START + timedelta(seconds=1.5))
    town.clock.move_to(START - timedelta(hours=2))
    await town.app.serving.watch_clock()
    await town.app.settle()
    assert [m.text for m in hoa.messages] == ["một giây trước đó"]


async def test_an_answer_does_not_overtake_one_that_was_queued_before_the_clock_was_set_back(
    town: Town, hoa: Person
) -> None:
    await put(town, "trước", [address(hoa)])
    town.clock.move_to(START - timedelta(hours=2))
    await put(town, "sau", [address(hoa)], not_before=town.clock.now())
    await town.app.sender.drain()
    assert hoa.messages == []
    await town.app.serving.watch_clock()
    await town.app.settle()
    assert [m.text for m in hoa.messages] == ["trước", "sau"]


async def test_what_was_being_queued_while_the_clock_was_set_back_is_ready_too(
    town: Town, hoa: Person
) -> None:
    town.clock.move_to(START - timedelta(hours=2))
    await town.app.serving.watch_clock()
    await put(town, "đang ghi", [address(hoa)], Lane.BULK, not_before=START)
    await town.app.serving.watch_clock()
    await town.app.settle()
    assert [m.text for m in hoa.messages] == ["đang ghi"]


async def test_a_group_that_became_a_supergroup_gets_its_messages_under_the_new_id(town: Town) -> None:
    group = town.telegram.add_group("Chi bộ", [])
    old = group.chat.id
    await put(town, "gửi nhóm", [Address(1, old, "vi")])
    new = town.telegram.migrate(group).chat.id
    await town.app.settle()
    [delivery] = await deliveries(town)
    assert (delivery.chat, delivery.state, delivery.again) == (new, DeliveryState.SENT, 0)


async def test_the_leaders_hear_once_that_a_member_is_out_of_reach_and_nothing_more_is_queued(
    cast: Cast,
) -> None:
    cast.hoa.person.blocks()
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.passes_until(2026, 3, 20, 19, 0)
    told = [said for said in cast.lan.heard if "không tới được đồng chí Sùng Thị Hoa" in said]
    assert len(told) == 1
    blocked = [d for d in await deliveries(cast.town) if d.chat == cast.hoa.person.id]
    assert [d.state for d in blocked] == [DeliveryState.BLOCKED]
    cast.hoa.person.unblocks()
    assert "Sùng Thị Hoa" in await cast.hoa.sends("/toi")


async def test_what_telegram_taught_about_its_limits_outlives_the_process(town: Town) -> None:
    town.app.budget.penalise(1, 30)
    town.app.budget.penalise(2, 30)
    await town.app.serving.remember_pace()
    async with town.app.database.read() as session:
        pace = await leases.find_pace(session, bot=1)
    assert pace is not None
    rate, paused_until = pace
    assert rate < 1000 and paused_until is not None and paused_until > town.clock.now()
