"""The bot in the group of a cell: who brings it there, what is said there, and what only one person hears."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.actions import group_news
from bot.rules.words import Answer, MeetingKind, ReminderProfile, ReminderStep, RoleName
from bot.sandbox.objects import Button
from bot.sandbox.people import Group
from db import erasing, succession
from db.models import (
    Account,
    CellGroup,
    Delivery,
    LiveKind,
    LiveMessage,
    Meeting,
    MeetingState,
    Organisation,
    Reminder,
    Reply,
    SeenInGroup,
)
from tests.people import START, Actor, Cast, schedule

USE, NO, COMING, LEAVE = "✅ Dùng cho Chi bộ thôn A", "Không, chibo rời nhóm", "✅ Có mặt", "🙏 Xin vắng"


async def brings(actor: Actor, group: Group) -> str:
    """Put the bot into a group; what it said to them last."""
    actor.person.adds_bot(group)
    await actor.town.app.settle()
    return actor.heard[-1] if actor.heard else ""


async def passes(cast: Cast, seconds: float = 10) -> None:
    cast.town.clock.move_to(cast.town.clock.now() + timedelta(seconds=seconds))
    await cast.town.app.settle()


def people_of(cast: Cast) -> list[Actor]:
    return [cast.lan, cast.minh, cast.hoa]


def new_group(cast: Cast, *others: Actor) -> Group:
    people = [actor.person for actor in (*people_of(cast), *others)]
    return cast.town.telegram.add_group("Chi bộ thôn A – nhóm chung", people, with_bot=False)


def said(group: Group) -> list[str]:
    """Everything the bot said in the group, as it stands now."""
    return [m.text or "" for m in group.messages if m.from_bot and m.text]


async def presses(actor: Actor, group: Group, text: str) -> dict[str, object]:
    """Press a button of the newest message that has it in the group; what is shown to them over the chat."""
    message = next(m for m in reversed(group.messages) if text in [b.text for row in m.buttons for b in row])
    press = actor.person.taps(text, message)
    await actor.town.app.settle()
    return press.answer or {}


@pytest.fixture
async def linked(cast: Cast) -> tuple[Cast, Group]:
    """Cell A meets tomorrow, everybody is called, and its group is linked."""
    group = new_group(cast)
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    return cast, group


async def groups_of(cast: Cast) -> list[CellGroup]:
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(CellGroup).where(col(CellGroup.until).is_(None)))).all())


async def replies(cast: Cast) -> dict[int, Answer]:
    async with cast.town.app.database.read() as session:
        return {r.member_id: r.answer for r in (await session.exec(select(Reply))).all()}


# ── coming in ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_secretary_who_brings_the_bot_is_asked_in_private_and_only_then_is_it_linked(
    cast: Cast,
) -> None:
    group = new_group(cast)
    assert "Chi bộ thôn A – nhóm chung" in await brings(cast.lan, group)
    assert cast.lan.buttons == [USE, NO]
    assert (said(group), await groups_of(cast)) == ([], [])
    await cast.lan.taps(USE)
    assert "không nêu tên" in said(group)[-1]
    (made,) = await groups_of(cast)
    assert (made.chat, made.cell_id, made.linked_by) == (group.id, cast.town.cell_a, cast.lan.member_id)


@pytest.mark.parametrize(("words", "links"), [("có", 1), ("chi bo thon a", 1), ("không", 0)])
async def test_the_question_is_answered_in_words_too(cast: Cast, words: str, links: int) -> None:
    group = new_group(cast)
    await brings(cast.lan, group)
    assert "bấm một nút" in await cast.lan.sends("để tôi xem")
    await cast.lan.sends(words)
    assert len(await groups_of(cast)) == links
    assert (group.chat.shut is None) is bool(links)


@pytest.mark.parametrize("who", ["hoa", "dung", "quan", "stranger"])
async def test_anybody_else_who_brings_the_bot_sees_it_leave_with_one_courteous_sentence(
    cast: Cast, who: str
) -> None:
    actor = cast.town.stranger("Người lạ") if who == "stranger" else getattr(cast, who)
    group, heard = new_group(cast), len(actor.heard)
    await brings(actor, group)
    assert len(said(group)) == 1 and "xin phép rời nhóm" in said(group)[0]
    assert group.chat.shut and not await groups_of(cast)
    assert len(actor.heard) == heard


async def test_who_says_no_sees_the_bot_leave(cast: Cast) -> None:
    group = new_group(cast)
    await brings(cast.lan, group)
    await cast.lan.taps(NO)
    assert group.chat.shut and not await groups_of(cast)


async def test_a_button_of_one_group_links_no_other_one_later(cast: Cast) -> None:
    group = new_group(cast)
    await brings(cast.lan, group)
    offer, button = cast.lan.person.last, cast.lan.person.last.buttons[0][0]
    await cast.lan.taps(USE)
    for actor in (cast.lan, cast.minh):
        press = actor.person.presses(offer, button)
        await cast.town.app.settle()
        assert press.answer and "đã dừng" in press.answer["text"]
    assert len(await groups_of(cast)) == 1


async def test_a_new_group_takes_the_place_of_the_old_one_which_the_bot_leaves(
    linked: tuple[Cast, Group],
) -> None:
    cast, old = linked
    group = new_group(cast)
    assert "sẽ thay nhóm ấy" in await brings(cast.minh, group)
    await cast.minh.taps(USE)
    assert [each.chat for each in await groups_of(cast)] == [group.id]
    assert old.chat.shut and group.chat.shut is None
    await cast.town.app.settle()
    assert "Chưa trả lời: 3" in said(group)[-1]


async def test_a_group_serves_one_cell(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    leader = await cast.town.add("Giàng Thị Bla", cast.town.cell_b, role=RoleName.SECRETARY)
    leader.person.sends("/nhom", group)
    await cast.town.app.settle()
    assert "đang dùng cho chi bộ khác" in leader.last
    assert [each.cell_id for each in await groups_of(cast)] == [cast.town.cell_a]


async def test_who_leads_the_cell_links_and_ends_by_command(cast: Cast) -> None:
    group = new_group(cast)
    await brings(cast.lan, group)
    await cast.lan.sends("/huy")
    assert "chưa dùng nhóm nào" in await cast.lan.sends("/nhom")
    cast.lan.person.sends("/nhom@chibo_bot", group)
    await cast.town.app.settle()
    await cast.lan.taps(USE)
    assert "đang dùng một nhóm" in await cast.lan.sends("/nhom")
    await cast.lan.taps("Thôi dùng nhóm")
    assert not await groups_of(cast)
    assert "xin phép rời nhóm" in said(group)[-1] and group.chat.shut
    assert "không còn ở" not in "".join(cast.minh.heard)


async def test_what_is_written_in_a_group_is_not_answered_there_nor_anywhere(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    before = said(group), [actor.heard for actor in people_of(cast)]
    for text in ("/nhom", "/hop", "/diemdanh", "/start abc", "/huy", "xin vắng"):
        cast.hoa.person.sends(text, group)
    cast.hoa.person.sends("em bận, xin vắng", group, reply_to=group.messages[-7])
    await cast.town.app.settle()
    assert (said(group), [actor.heard for actor in people_of(cast)]) == before
    assert await replies(cast) == {}


# ── a called meeting ───────────────────────────────────────────────────────────────────────────────


async def test_a_called_meeting_is_one_message_in_the_group_and_its_numbers_follow_the_answers(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    welcome, invitation = said(group)
    assert "Nhà văn hóa thôn" in invitation and "Chưa trả lời: 3" in invitation
    assert (await presses(cast.hoa, group, COMING))["text"] == "Đã ghi: có mặt."
    await presses(cast.minh, group, "⏰ Đến muộn")
    assert said(group) == [welcome, invitation]
    await passes(cast)
    assert "Đến dự: 2 (đến muộn 1)" in said(group)[-1]
    assert "Chưa trả lời: 1" in said(group)[-1]
    assert len(said(group)) == 2
    assert await replies(cast) == {cast.hoa.member_id: Answer.COMING, cast.minh.member_id: Answer.LATE}


async def test_an_answer_given_in_private_is_counted_in_the_group(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    await cast.hoa.sends("em bận đi viện, xin vắng")
    await passes(cast)
    assert "Xin vắng: 1" in said(group)[-1]
    assert "viện" not in "".join(said(group)) and "Hoa" not in "".join(said(group))


async def test_a_press_is_acknowledged_over_the_chat_only_and_leave_asks_its_reason_in_private(
    linked: tuple[Cast, Group],
) -> None:
    cast, group = linked
    heard = len(cast.hoa.heard)
    assert not (await presses(cast.hoa, group, COMING))["show_alert"]
    assert len(cast.hoa.heard) == heard
    assert "tin nhắn riêng" in str((await presses(cast.hoa, group, LEAVE))["text"])
    assert len(cast.hoa.heard) == heard + 1
    await cast.hoa.taps("Việc gia đình")
    assert "việc gia đình" in cast.lan.last
    await passes(cast)
    assert "gia đình" not in "".join(said(group))


async def test_those_it_is_not_for_get_an_alert_and_change_nothing(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    stranger = cast.town.stranger("Người lạ")
    for actor, words in ((stranger, "chưa đăng ký"), (cast.dung, "không có trong danh sách")):
        group.people.append(actor.person)
        answer = await presses(actor, group, LEAVE)
        assert answer["show_alert"] and words in str(answer["text"])
    assert (await replies(cast), stranger.heard) == ({}, [])
    await passes(cast)
    assert "Chưa trả lời: 3" in said(group)[-1]


async def test_a_secretary_answers_in_the_group_for_herself(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    await presses(cast.lan, group, COMING)
    assert await replies(cast) == {cast.lan.member_id: Answer.COMING}


async def test_forged_presses_in_a_group_reach_nothing(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    await schedule(cast.town, cast.town.cell_b)
    await cast.town.app.settle()
    async with cast.town.app.database.read() as session:
        meetings = {m.cell_id: m.id for m in (await session.exec(select(Meeting))).all()}
    ours, theirs = meetings[cast.town.cell_a], meetings[cast.town.cell_b]
    forged = [
        f"headcount:{ours}",
        f"roll:{ours}",
        "data:view",
        f"groupend:{cast.town.cell_a}",
        "grouplink:no",
    ]
    forged += [f"answer:{theirs}:coming", f"answer:{ours}:maybe", "answer:999:coming", "answer", ""]
    for actor in (cast.lan, cast.dung):
        before = said(group), actor.heard
        for data in forged:
            press = actor.person.presses(group.messages[-1], Button("?", data))
            await cast.town.app.settle()
            assert press.answer and press.answer["show_alert"], data
        assert (said(group), actor.heard) == before
    assert await replies(cast) == {}


async def test_the_buttons_of_a_group_that_serves_no_more_are_refused(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    async with cast.town.app.database.write() as session:
        for each in (await session.exec(select(CellGroup))).all():
            each.until = cast.town.clock.now()
            session.add(each)
    assert "/hop" in str((await presses(cast.hoa, group, COMING))["text"])
    assert await replies(cast) == {}


async def test_the_message_is_edited_at_most_every_ten_seconds(linked: tuple[Cast, Group]) -> None:
    cast, group = linked
    for number in range(12):
        await presses(cast.hoa, group, (COMING, LEAVE, "⏰ Đến muộn")[number % 3])
        await passes(cast, 5)
    edits = [c for c in cast.town.telegram.log if c.chat == group.id and c.method == "editMessageText"]
    assert 5 <= len(edits) <= 6


async def test_a_group_linked_after_the_call_gets_it_too(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.hoa.sends("1")
    group = new_group(cast)
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await cast.town.app.settle()
    assert "Đến dự: 1" in said(group)[-1]


async def test_residents_are_called_in_private_and_not_in_the_group_of_the_cell(cast: Cast) -> None:
    group = new_group(cast)
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await schedule(cast.town, cast.town.cell_a, kind=MeetingKind.RESIDENTIAL)
    await cast.town.app.settle()
    assert "sinh hoạt nơi cư trú" in cast.mai.last
    assert len(said(group)) == 1


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
    cast.hoa.person.blocks()
    await cast.town.moves_to(2026, 3, 2, 19, 30)
    warned = [text for text in cast.lan.heard if "Sùng Thị Hoa" in text]
    press = cast.hoa.person  # blocked in private, and still in the group
    press.blocked = False
    await presses(cast.hoa, group, LEAVE)
    press.blocked = True
    async with cast.town.app.database.read() as session:
        account = (await session.exec(select(Account).where(Account.address == press.id))).one()
    assert account.unreachable_at is not None
    assert [text for text in cast.lan.heard if "không nhận được" in text] == [
        text for text in warned if "không nhận được" in text
    ]


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
