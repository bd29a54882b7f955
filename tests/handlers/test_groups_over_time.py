"""A group over time: who is told where, meetings that change, a group that moves or is lost, and what is kept."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.actions import group_news
from bot.rules.words import ReminderProfile, ReminderStep
from bot.sandbox.people import Group
from db import erasing, succession
from db.models import (
    Account,
    Delivery,
    LiveKind,
    LiveMessage,
    Meeting,
    MeetingState,
    Organisation,
    Reminder,
    SeenInGroup,
)
from tests.grouped import (
    COMING,
    USE,
    brings,
    groups_of,
    link,
    linked,
    new_group,
    passes,
    people_of,
    presses,
    said,
)
from tests.people import START, Cast, schedule

__all__ = ["linked"]


# ── who is told where ──────────────────────────────────────────────────────────────────────────────


async def test_who_has_pressed_in_the_group_is_invited_there_alone_and_chased_in_private_all_the_same(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    assert all(any("Giấy mời" in text for text in actor.heard) for actor in people_of(cast))
    await presses(cast.hoa, group, COMING)
    await cast.town.moves_to(2026, 3, 27, 20, 0)
    assert "03/04/2026" in said(group)[-1]
    assert not any("Giấy mời" in text and "03/04" in text for text in cast.hoa.heard)
    assert any("Giấy mời" in text and "03/04" in text for text in cast.minh.heard)
    await cast.town.moves_to(2026, 3, 31, 20, 0)
    assert any("chưa trả lời" in text and "03/04" in text for text in cast.hoa.heard)


async def test_where_nothing_follows_the_call_everybody_silent_hears_it_in_private(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    await presses(cast.hoa, group, COMING)
    async with cast.town.app.database.write() as session:
        for meeting in (await session.exec(select(Meeting).where(col(Meeting.called_at).is_(None)))).all():
            meeting.profile = ReminderProfile.LIGHT
            reminders = await session.exec(select(Reminder).where(Reminder.meeting_id == meeting.id))
            for reminder in reminders.all():
                await session.delete(reminder)
            at = meeting.starts_at - timedelta(days=1)
            step = {"step": ReminderStep.DAY_BEFORE, "due_at": at}
            session.add(Reminder(meeting_id=meeting.id or 0, **step))  # type: ignore[arg-type]
    await cast.town.moves_to(2026, 4, 2, 19, 30)
    assert any("Giấy mời" in text and "03/04" in text for text in cast.hoa.heard)
    assert "03/04/2026" in said(group)[-1]


async def test_who_blocked_the_bot_is_not_reachable_again_by_a_press_in_the_group(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    person = cast.hoa.person
    person.blocks()
    await cast.town.moves_to(2026, 3, 2, 19, 30)
    warned = [text for text in cast.lan.heard if "Sùng Thị Hoa" in text]
    assert len(warned) == 1
    person.blocked = False  # in the group everybody can press, whatever they did with the private chat
    await presses(cast.hoa, group, COMING)
    await cast.town.moves_to(2026, 3, 3, 17, 30)
    async with cast.town.app.database.read() as session:
        account = (await session.exec(select(Account).where(Account.address == person.id))).one()
    assert account.unreachable_at is not None
    assert [text for text in cast.lan.heard if "Sùng Thị Hoa" in text] == warned


# ── changes ────────────────────────────────────────────────────────────────────────────────────────


async def change(cast: Cast, **values: object) -> None:
    """Change the meeting as a secretary's move or cancellation does."""
    async with cast.town.app.database.write() as session:
        meeting = (await session.exec(select(Meeting).where(col(Meeting.live)))).one()
        for name, value in values.items():
            setattr(meeting, name, value)
        session.add(meeting)
        texts = cast.town.app.house.texts
        await group_news.tell_change(session, meeting, now=cast.town.clock.now(), texts=texts)
    await passes(cast)


async def test_a_move_changes_the_message_and_is_said_in_one_sentence(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    await change(cast, place="Trường học", starts_at=START + timedelta(days=3, hours=11))
    invitation, sentence = said(group)[-2:]
    assert "Trường học" in invitation and "05/03/2026" in invitation and "Chưa trả lời: 3" in invitation
    assert "có thay đổi" in sentence and "Trường học" in sentence
    await cast.town.moves_to(2026, 3, 4, 8, 0)
    await presses(cast.hoa, group, COMING)
    await passes(cast)
    assert "Đến dự: 1" in said(group)[-2]
    assert len(said(group)) == 3


async def test_a_cancellation_takes_the_buttons_away_and_is_said_in_one_sentence(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    await change(cast, state=MeetingState.CANCELLED)
    invitation, sentence = [m for m in group.messages if m.from_bot and m.text][-2:]
    assert "không tổ chức nữa" in (invitation.text or "") and not invitation.buttons
    assert "không tổ chức nữa" in (sentence.text or "")


@pytest.mark.parametrize("state", [MeetingState.PLANNED, MeetingState.CANCELLED])
async def test_a_group_that_has_not_heard_yet_hears_what_is_new_or_nothing(
    cast: Cast, state: MeetingState
) -> None:
    group, town = new_group(cast), cast.town
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await schedule(town, town.cell_a)
    await town.app.ticking.run_all()  # queued, and not sent
    await change(cast, state=state, place="Trường học")
    await town.app.settle()
    expected = ["Trường học"] if state is MeetingState.PLANNED else []
    assert ["Trường học" for text in said(group)[1:] if "Trường học" in text] == expected
    assert len(said(group)) == 1 + len(expected)


# ── the group moves, or is lost ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("told", ["by a message", "when sending"])
async def test_a_group_that_became_a_supergroup_goes_on_with_nothing_lost(
    linked: tuple[Cast, Group], told: str
) -> None:
    cast, group = linked
    town = cast.town
    await presses(cast.hoa, group, COMING)
    if told == "when sending":  # an edit and a sentence are on their way when it happens
        town.clock.move_to(town.clock.now() + timedelta(seconds=10))
        await town.app.ticking.run_all()
        await tell_sentence(cast)
    town.telegram.migrate(group)
    if told == "when sending":
        town.telegram.updates.clear()
        await town.app.sender.drain()
    await town.app.settle()
    assert [each.chat for each in await groups_of(cast)] == [group.id]
    assert "Đến dự: 1" in said(group)[-1]
    assert any("có thay đổi" in text for text in said(group)) is (told == "when sending")
    await presses(cast.minh, group, COMING)
    await passes(cast)
    assert "Đến dự: 2" in said(group)[-1]
    assert sum("Đến dự" in text for text in said(group)) == 1
    async with town.app.database.read() as session:
        waiting = select(Delivery).where(col(Delivery.state).in_(("queued", "retry", "dead", "blocked")))
        assert [d for d in (await session.exec(waiting)).all() if d.chat < 0] == []


async def tell_sentence(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        meeting = (await session.exec(select(Meeting).where(col(Meeting.live)))).one()
        texts = cast.town.app.house.texts
        await group_news.tell_change(session, meeting, now=cast.town.clock.now(), texts=texts)


async def test_a_message_that_had_not_left_when_the_group_moved_leaves_once_in_the_new_one(
    cast: Cast,
) -> None:
    group, town = new_group(cast), cast.town
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await schedule(town, town.cell_a)
    await town.app.ticking.run_all()
    town.telegram.migrate(group)
    await town.app.settle()
    await presses(cast.hoa, group, COMING)
    await passes(cast)
    assert [text.count("Đến dự: 1") for text in said(group)] == [1]


@pytest.mark.parametrize("how", ["taken out", "found out when sending"])
async def test_a_bot_that_is_out_of_the_group_ends_the_link_and_its_leaders_hear_of_it_once(
    linked: tuple[Cast, Group], how: str
) -> None:
    cast, group = linked
    town = cast.town
    await presses(cast.hoa, group, COMING)
    cast.hoa.person.removes_bot(group)
    if how == "found out when sending":
        town.telegram.updates.clear()
    await passes(cast)
    await passes(cast)
    assert not await groups_of(cast)
    for actor in (cast.lan, cast.minh):
        assert [("nhóm của Chi bộ thôn A" in text) for text in actor.heard].count(True) == 1
    async with town.app.database.read() as session:
        assert not (await session.exec(select(SeenInGroup))).all()
        assert not (await session.exec(select(LiveMessage).where(LiveMessage.kind == LiveKind.GROUP))).all()
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await passes(cast)
    assert "Đến dự: 1" in "".join(said(group))


async def test_a_cell_that_is_closed_has_no_group(linked: tuple[Cast, Group]) -> None:
    cast, _ = linked
    async with cast.town.app.database.write() as session:
        cell = await session.get_one(Organisation, cast.town.cell_a)
        cell.closed_on = START.date()
        session.add(cell)
        await session.flush()
        await succession.end_plans(session, now=cast.town.clock.now(), on=START.date())
    assert not await groups_of(cast)


# ── one's own data ─────────────────────────────────────────────────────────────────────────────────


async def test_that_one_was_seen_in_a_group_is_shown_to_oneself_and_erased(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    await presses(cast.hoa, group, COMING)
    await cast.hoa.sends("/dulieu")
    await cast.hoa.taps("👁 Xem")
    assert "trong nhóm của Chi bộ thôn A" in "".join(cast.hoa.heard[-2:])
    async with cast.town.app.database.write() as session:
        person = {"name": "(đã xóa dữ liệu)", "now": cast.town.clock.now(), "today": START.date()}
        await erasing.forget_person(session, cast.hoa.member_id, **person)
        assert not (await session.exec(select(SeenInGroup))).all()


async def test_a_meeting_that_is_moved_or_called_off_is_said_in_the_group(cast: Cast) -> None:
    group = await link(cast)
    await cast.lan.sends("/hop")
    await cast.lan.taps("✏️ Sửa buổi họp")
    await cast.lan.taps("🗓 Đổi giờ, nơi họp")
    await cast.lan.answers("19h30 ngày 6/3 tại trường học", "✔️ Ghi lại")
    await passes(cast, 11)
    assert any("06/03/2026" in words and "trường học" in words for words in said(group))
    told = len(said(group))
    await cast.lan.taps("✏️ Sửa buổi họp")
    await cast.lan.taps("🚫 Hoãn buổi họp")
    await cast.lan.answers("mưa lũ", "✔️ Ghi lại")
    await passes(cast, 11)
    assert len(said(group)) == told + 1
    assert not any("mưa lũ" in words or cast.lan.person.name in words for words in said(group))
