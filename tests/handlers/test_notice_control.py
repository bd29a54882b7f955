"""A study notice on its way: approved, taken back, paused, cancelled, deleted, corrected; how far it is."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.actions import notice_control, notice_releasing, notice_spreading
from bot.rules.notice_stages import Stage, stage
from db import notice_progress, outbox, people, requeue
from db.models import Delivery, DeliveryState, Link, Message, Notice, NoticeState, Recipient
from db.outbox import Settlement
from tests.notices import SEND, make_approver, newest, write
from tests.people import JOINED, Cast

UNDO, OK, BACK = "↩️ Rút lại", "✅ Duyệt, cho gửi", "↩️ Trả lại kèm ý kiến"
PAUSE, RESUME, CANCEL = "⏸ Tạm dừng", "▶️ Gửi tiếp", "⏹ Dừng hẳn"
DELETE, SURE, CORRECT = "🗑 Xóa ở nơi đã nhận", "🗑 Xóa", "✏️ Gửi đính chính"


async def deliveries(cast: Cast, about: str = "notice") -> dict[int, list[Delivery]]:
    """What was queued of notices, by chat."""
    async with cast.town.app.database.read() as session:
        query = select(Delivery).join(Message, col(Message.id) == Delivery.message_id)
        rows = (await session.exec(query.where(Message.about == about).order_by(col(Delivery.id)))).all()
    return {chat: [r for r in rows if r.chat == chat] for chat in {r.chat for r in rows}}


@pytest.fixture
def strict(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Above two recipients somebody has to approve."""
    monkeypatch.setattr(cast.town.app.house.texts, "approve_above", 2)
    return cast


async def test_it_leaves_after_a_minute_and_not_before(cast: Cast) -> None:
    await write(cast)
    assert "Thông báo sẽ gửi đi lúc" in cast.quan.last and cast.quan.buttons == [UNDO]
    await cast.town.waits(59)
    assert stage(await newest(cast)) is Stage.WAITING and not await deliveries(cast)
    await cast.town.waits(1)
    assert (await newest(cast)).state is NoticeState.SENT
    assert cast.dung.last.endswith("gõ «đã đọc».")


async def test_taken_back_it_is_a_draft_that_can_be_sent_again(cast: Cast) -> None:
    await write(cast)
    await cast.quan.taps(UNDO)
    assert "trở về bản nháp" in cast.quan.shown
    await cast.town.waits(120)
    notice = await newest(cast)
    assert stage(notice) is Stage.DRAFT and notice.leaves_at is None and not await deliveries(cast)


async def test_above_the_threshold_another_one_approves_what_they_have_seen(strict: Cast) -> None:
    cast = strict
    await make_approver(cast, cast.lan)
    await write(cast)
    assert "Đang chờ người duyệt: Vàng Thị Lan" in cast.quan.last
    await cast.town.waits(3600)
    assert not await deliveries(cast)
    assert any("Kế hoạch học tập" in said and "thông báo học tập" in said for said in cast.lan.heard)
    assert "5 người" in cast.lan.last
    await cast.lan.taps(OK)
    assert "đã duyệt" in cast.lan.shown
    assert "Thông báo sẽ gửi đi lúc" in cast.quan.last
    await cast.town.waits(60)
    assert len(await deliveries(cast)) == 5


async def test_returned_with_words_it_is_changed_and_asked_for_again(strict: Cast) -> None:
    cast = strict
    await make_approver(cast, cast.lan)
    await make_approver(cast, cast.minh)
    await write(cast)
    await cast.lan.taps(BACK)
    await cast.lan.sends("Thiếu số hiệu")
    assert "đồng chí Vàng Thị Lan trả lại" in cast.quan.last and "Thiếu số hiệu" in cast.quan.last
    assert stage(await newest(cast)) is Stage.RETURNED
    assert "được trả lại để sửa" in (await cast.minh.taps(OK) or "")


async def test_an_approval_of_something_else_than_was_seen_is_refused(strict: Cast) -> None:
    cast = strict
    await make_approver(cast, cast.lan)
    await write(cast)
    question = cast.lan.person.last
    await cast.quan.taps(UNDO)
    async with cast.town.app.database.write() as session:
        notice = await session.get(Notice, (await newest(cast)).id)
        assert notice is not None
        notice.text, notice.approval_asked_at = "Nội dung khác hẳn", cast.town.clock.now()
    assert "đã thay đổi" in (await cast.lan.taps(OK, question) or "")


async def test_the_author_never_approves_and_without_another_nothing_leaves(strict: Cast) -> None:
    cast = strict
    await make_approver(cast, cast.quan)
    await write(cast)
    assert "giao vai trò «Người duyệt thông báo»" in (cast.quan.last)
    assert stage(await newest(cast)) is Stage.DRAFT
    await cast.town.waits(3600)
    assert not await deliveries(cast)


async def test_who_lost_the_right_in_between_has_it_returned(cast: Cast) -> None:
    await write(cast)
    async with cast.town.app.database.write() as session:
        (role,) = await people.list_roles(session, cast.quan.member_id, on=JOINED)
        role.until = cast.town.app.house.today
    await cast.town.waits(60)
    notice = await newest(cast)
    assert stage(notice) is Stage.RETURNED and notice.returned and not await deliveries(cast)
    assert "chưa được gửi" in cast.quan.last


async def test_an_audience_that_has_grown_above_the_threshold_is_approved_after_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cast.town.app.house.texts, "approve_above", 5)
    await make_approver(cast, cast.lan)
    await write(cast)
    await cast.town.add("Vàng A Páo", cast.town.cell_a)
    await cast.town.waits(60)
    assert stage(await newest(cast)) is Stage.AWAITING and not await deliveries(cast)
    assert "6 người" in cast.lan.last


async def released(cast: Cast, *, spread: int = 99, written: bool = False) -> Notice:
    """A notice that is queued to some and sent to nobody yet."""
    if not written:
        await write(cast)
    house, now = cast.town.app.house, cast.town.clock.now() + timedelta(seconds=60)
    cast.town.clock.move_to(now)
    async with house.database.write() as session:
        await notice_releasing.release_due(session, now=now, texts=house.texts)
        (notice,) = await notice_spreading.spreading.list_sending(session)
        await notice_spreading._spread_one(session, notice, limit=spread, now=now, texts=house.texts)
    return notice


async def does(cast: Cast, act: Any, notice: Notice) -> Notice:
    """Quân does something with a notice, and nothing else happens."""
    house = cast.town.app.house
    async with house.database.write() as session:
        quan = await people.get_member(session, cast.quan.member_id)
        done: Notice = await act(
            session, notice_id=notice.id, by=quan, now=house.clock.now(), texts=house.texts
        )
        return done


async def states(cast: Cast, notice: Notice) -> dict[str, int]:
    async with cast.town.app.database.read() as session:
        fresh = await session.get(Notice, notice.id)
        assert fresh is not None
        return await notice_progress.count_states(session, fresh, on=cast.town.app.house.today)


async def test_paused_nothing_leaves_and_resumed_it_goes_on(cast: Cast) -> None:
    notice = await released(cast)
    await does(cast, notice_control.pause, notice)
    await cast.town.waits(600)
    assert await states(cast, notice) == {"queued": 5}
    await does(cast, notice_control.resume, notice)
    await cast.town.waits(1)
    assert await states(cast, notice) == {"sent": 5}


async def test_a_pause_holds_up_no_other_notice_to_the_same_people(cast: Cast) -> None:
    first = await released(cast)
    await does(cast, notice_control.pause, first)
    await write(cast, "Thông báo thứ hai")
    await cast.town.waits(60)
    assert "Thông báo thứ hai" in cast.hoa.last
    assert await states(cast, first) == {"queued": 5}


async def test_what_was_begun_by_day_rests_in_the_quiet_hours_and_does_not_wake_by_a_press(
    cast: Cast,
) -> None:
    await cast.town.moves_to(2026, 3, 2, 20, 55)
    notice = await released(cast)
    await cast.town.moves_to(2026, 3, 2, 21, 0)
    assert await states(cast, notice) == {"queued": 5}
    await does(cast, notice_control.pause, notice)
    await does(cast, notice_control.resume, notice)
    await cast.town.waits(3600)
    assert await states(cast, notice) == {"queued": 5}
    await cast.town.moves_to(2026, 3, 3, 6, 30)
    assert await states(cast, notice) == {"queued": 5}
    await cast.town.moves_to(2026, 3, 3, 7, 0)
    assert await states(cast, notice) == {"sent": 5}


async def test_cancelled_it_stops_for_good_and_says_how_many_did_not_get_it(cast: Cast) -> None:
    notice = await released(cast, spread=3)
    await does(cast, notice_control.cancel, notice)
    assert await states(cast, notice) == {"queued": 3, "not spread": 2}
    await cast.town.waits(600)
    assert await states(cast, notice) == {"cancelled": 3, "not spread": 2}
    assert not any("thông báo học tập" in said for said in cast.hoa.heard)
    assert "Không gửi nữa tới 3 tài khoản" in cast.quan.last and cast.quan.buttons == []


async def test_what_was_on_its_way_when_it_was_cancelled_does_not_come_back(cast: Cast) -> None:
    notice = await released(cast)
    house = cast.town.app.house
    async with house.database.write() as session:
        flying = (await session.exec(select(Delivery).where(Delivery.lane == 3))).all()[:2]
        for each in flying:
            each.state, each.epoch = DeliveryState.SENDING, 7
    await does(cast, notice_control.cancel, notice)
    now = house.clock.now()
    async with house.database.write() as session:
        assert await notice_control.withdraw_cancelled(session, now=now) == 3
        assert await notice_control.withdraw_cancelled(session, now=now) == 0
    async with house.database.write() as session:
        ends = [(DeliveryState.SENT, None), (DeliveryState.RETRY, now)]
        await outbox.settle(
            session,
            [
                Settlement(d.id or 0, 7, state, channel_message_id=9, retry_at=at)
                for d, (state, at) in zip(flying, ends, strict=True)
            ],
            now=now,
        )
    await cast.town.waits(60)
    assert await states(cast, notice) == {"sent": 1, "cancelled": 4}


async def test_the_progress_message_ends_with_what_can_be_done_about_it(cast: Cast) -> None:
    await write(cast)
    await cast.town.waits(60)
    await cast.town.waits(6)
    assert "Đã gửi xong" in cast.quan.last and "Đã gửi: 5 tài khoản" in cast.quan.last
    assert cast.quan.buttons == [DELETE, CORRECT]


async def test_deleted_it_is_gone_where_it_arrived_within_48_hours(cast: Cast) -> None:
    await write(cast)
    await cast.town.waits(60)
    await cast.town.waits(6)
    assert "thông báo học tập" in cast.hoa.last
    old = (await deliveries(cast))[cast.dung.person.id][0]
    async with cast.town.app.database.write() as session:
        found = await session.get(Delivery, old.id)
        assert found is not None and found.settled_at is not None
        found.settled_at -= timedelta(hours=48)
    await cast.quan.taps(DELETE)
    assert "không cho xóa" in cast.quan.shown
    await cast.quan.taps(SURE)
    await cast.town.waits(6)
    assert not any("thông báo học tập" in said for said in cast.hoa.heard)
    assert any("thông báo học tập" in said for said in cast.dung.heard)
    assert "Đã xóa 4 tin; 1 tin không xóa được vì đã quá 48 giờ" in cast.quan.shown
    assert stage(await newest(cast)) is Stage.CANCELLED


async def test_a_message_telegram_does_not_delete_is_counted(cast: Cast) -> None:
    await write(cast)
    await cast.town.waits(60)
    await cast.town.waits(6)
    for message in cast.hoa.person.messages:
        message.date -= timedelta(hours=49)
    await cast.quan.answers(DELETE, SURE)
    await cast.town.waits(6)
    assert "Đã xóa 4 tin; 1 tin không xóa được" in cast.quan.shown


async def test_a_correction_goes_to_exactly_those_who_got_the_first(cast: Cast) -> None:
    notice = await released(cast, spread=3)
    await does(cast, notice_control.cancel, notice)
    listed = sorted(await deliveries(cast))
    async with cast.town.app.database.write() as session:
        rows = (await session.exec(select(Delivery).where(Delivery.lane == 3))).all()
        ends = zip(rows, (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.BLOCKED), strict=True)
        for row, state in ends:
            row.state, row.settled_at = state, cast.town.clock.now()
    await cast.town.waits(6)
    await cast.quan.taps(CORRECT)
    await cast.quan.answers("Bản đúng", "Xong", "Giữ tiêu đề này")
    assert "2 người nhận" in cast.quan.last
    await cast.quan.taps(SEND)
    await cast.town.waits(60)
    assert sorted(d for d, rows in (await deliveries(cast)).items() if len(rows) > 1) == [
        row.chat for row in sorted(rows[:2], key=lambda r: r.chat)
    ]
    assert len(listed) == 3


async def test_newcomers_get_it_until_the_deadline_and_by_day(cast: Cast) -> None:
    await write(cast)
    await cast.town.waits(60)
    today = cast.town.app.house.today
    async with cast.town.app.database.write() as session:
        notice = await session.get(Notice, (await newest(cast)).id)
        assert notice is not None
        notice.repeats, notice.study_by = True, today + timedelta(days=2)
    cast.town.clock.move_to(cast.town.clock.now() + timedelta(hours=15))  # 23:01
    new = await cast.town.add("Vàng A Páo", cast.town.cell_a)
    await cast.town.app.settle()
    assert new.person.messages == [] or "thông báo học tập" not in new.last
    await cast.town.moves_to(2026, 3, 3, 8, 0)
    assert "thông báo học tập" in new.last
    late = await cast.town.add("Lý Thị Sai", cast.town.cell_b)
    await cast.town.moves_to(2026, 3, 6, 8, 0)
    assert not any("thông báo học tập" in said for said in late.heard)
    async with cast.town.app.database.read() as session:
        assert len((await session.exec(select(Recipient))).all()) == 6


async def test_what_is_unknown_goes_again_once_to_who_has_not_confirmed(cast: Cast) -> None:
    await write(cast)
    await cast.town.waits(60)
    notice, now = await newest(cast), cast.town.clock.now()
    async with cast.town.app.database.write() as session:
        rows = (await session.exec(select(Delivery).where(Delivery.lane == 3))).all()
        for row in rows[:2]:
            row.state = DeliveryState.UNKNOWN
        confirmed = (await session.exec(select(Recipient).order_by(col(Recipient.member_id)))).all()[0]
        confirmed.confirmed_at = now
    async with cast.town.app.database.write() as session:
        assert await requeue.retry_unknown(session, notice.id or 0, not_before=now) == 1
        assert await requeue.retry_unknown(session, notice.id or 0, not_before=now) == 0
    await cast.town.waits(1)
    found = [d for rows in (await deliveries(cast)).values() for d in rows]
    assert Counter((d.state, d.again) for d in found) == {("sent", 0): 3, ("sent", 1): 1, ("unknown", 0): 1}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(befell=st.lists(st.sampled_from(DeliveryState), min_size=6, max_size=6))
async def test_the_states_are_the_audience_at_every_moment(cast: Cast, befell: list[DeliveryState]) -> None:
    """Whatever befell the two parts in the three chats it was queued to, of the four people it has spread to."""
    async with cast.town.app.database.read() as session:
        made = (await session.exec(select(Notice))).first()
    notice = made or await _in_two_parts(cast)
    async with cast.town.app.database.write() as session:
        fresh = await session.get(Notice, notice.id)
        assert fresh is not None
        rows = (
            await session.exec(select(Delivery).where(Delivery.lane == 3).order_by(col(Delivery.id)))
        ).all()
        for row, state in zip(rows, befell, strict=True):
            row.state = state
        await session.flush()
        found = await notice_progress.count_states(session, fresh, on=cast.town.app.house.today)
        assert sum(found.values()) == 5
        assert (found.pop("no channel"), found.pop("not spread")) == (1, 1)
        pairs = [set(befell[at : at + 2]) for at in (0, 2, 4)]
        assert found.get("sent", 0) == pairs.count({DeliveryState.SENT})
        progress = await notice_progress.count(session, notice.id or 0, now=cast.town.clock.now())
        assert sum(progress.messages.values()) == 6 and progress.chats == Counter(befell[1::2])


async def _in_two_parts(cast: Cast) -> Notice:
    """Lan has no chat any more; it has not spread to the last one yet."""
    async with cast.town.app.database.write() as session:
        (link,) = (await session.exec(select(Link).where(Link.member_id == cast.lan.member_id))).all()
        link.until = cast.town.clock.now()
    await write(cast, "Điều một. " * 400)
    async with cast.town.app.database.write() as session:
        (await session.exec(select(Notice))).one().as_parts = True
    return await released(cast, spread=4, written=True)
