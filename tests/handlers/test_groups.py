"""The bot in the group of a cell: who brings it there, what is said there, and what only one person hears."""

import pytest
from sqlmodel import select

from bot.rules.words import Answer, MeetingKind, RoleName
from bot.sandbox.objects import Button
from bot.sandbox.people import Group
from db.models import CellGroup, Meeting
from tests.grouped import (
    COMING,
    LEAVE,
    NO,
    USE,
    brings,
    groups_of,
    linked,
    new_group,
    passes,
    people_of,
    presses,
    replies,
    said,
)
from tests.people import Cast, schedule

__all__ = ["linked"]


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
