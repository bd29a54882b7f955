"""People, as tests and the page drive them."""

from __future__ import annotations

import pytest

from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram

from .conftest import Call, keyboard


async def test_a_deep_link_starts_the_chat_with_its_payload(telegram: Telegram, call: Call) -> None:
    lan = telegram.add_person("Lan")
    assert not lan.started
    lan.opens("moi_123")
    message = (await call("getUpdates"))[0]["message"]
    assert message["text"] == "/start moi_123"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (message["from"]["id"], message["chat"]["type"]) == (lan.id, "private")
    assert (await call("sendMessage", chat_id=lan.id, text="Chào"))["chat"]["id"] == lan.id


async def test_a_tap_reaches_the_bot_and_the_answer_reaches_the_person(hoa: Person, call: Call) -> None:
    await call("sendMessage", chat_id=hoa.id, text="Họp?", reply_markup=keyboard(["✅ Có mặt", "Xin vắng"]))
    press = hoa.taps("✅ Có mặt")
    query = (await call("getUpdates"))[0]["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("✅ Có mặt", hoa.id)
    assert query["message"]["message_id"] == hoa.last.id
    assert query["chat_instance"]
    assert press.answer is None
    await call("answerCallbackQuery", callback_query_id=query["id"], text="Đã ghi", show_alert=True)
    assert press.answer == {"text": "Đã ghi", "show_alert": True}


async def test_a_tap_finds_the_newest_button_unless_told_where(hoa: Person, call: Call) -> None:
    for text in ("một", "hai"):
        await call("sendMessage", chat_id=hoa.id, text=text, reply_markup=keyboard(["a"]))
    first, second = hoa.messages[-2:]
    assert hoa.taps("a").message is second
    assert hoa.taps("a", first).message is first


async def test_a_tap_on_nothing_names_what_there_is(hoa: Person, call: Call) -> None:
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=keyboard(["Xong", "Chưa"]))
    with pytest.raises(LookupError, match=r"no button 'Có'.*'Xong', 'Chưa'"):
        hoa.taps("Có")


async def test_an_edit_takes_its_buttons_away(hoa: Person, call: Call) -> None:
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=keyboard(["a"]))
    await call("editMessageText", chat_id=hoa.id, message_id=hoa.last.id, text="y")
    assert (hoa.last.text, hoa.last.buttons) == ("y", [])
    assert hoa.last.edited


async def test_a_key_of_the_reply_keyboard_sends_its_text_or_the_contact(hoa: Person, call: Call) -> None:
    keys = [[{"text": "Gửi số", "request_contact": True}], ["Thôi"]]
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup={"keyboard": keys})
    assert hoa.taps("Thôi").message.text == "Thôi"
    hoa.taps("Gửi số")
    contact = (await call("getUpdates"))[1]["message"]["contact"]
    assert (contact["phone_number"], contact["user_id"]) == ("+84912345678", hoa.id)
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup={"remove_keyboard": True})
    assert hoa.keyboard is None


async def test_somebody_elses_contact_carries_their_id(telegram: Telegram, hoa: Person, call: Call) -> None:
    lan = telegram.add_person("Lan", phone="+84900000001")
    hoa.shares_contact(of=lan)
    message = (await call("getUpdates"))[0]["message"]
    assert (message["from"]["id"], message["contact"]["user_id"]) == (hoa.id, lan.id)


async def test_the_bot_learns_of_a_block_and_of_its_end(hoa: Person, call: Call) -> None:
    hoa.blocks()
    with pytest.raises(PermissionError, match="Hoa Vàng Thị has blocked the bot"):
        hoa.sends("còn đó không")
    hoa.opens()
    kicked, back, start = await call("getUpdates")
    assert kicked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert back["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert start["message"]["text"] == "/start"


async def test_in_a_group_the_bot_hears_only_commands_and_answers_to_it(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    group = telegram.add_group("Chi bộ", [hoa])
    await call("sendMessage", chat_id=group.id, text="Chào cả nhóm")
    hoa.sends("chuyện riêng", chat=group)
    hoa.sends("/hop", chat=group)
    hoa.sends("đồng ý", chat=group, reply_to=group.messages[0])
    heard = [update["message"]["text"] for update in await call("getUpdates")]
    assert heard == ["/hop", "đồng ý"]
    assert group.messages[0].text == "Chào cả nhóm"
    assert all(message.chat is hoa.chat for message in hoa.messages)


async def test_a_button_in_a_group_can_be_tapped(telegram: Telegram, hoa: Person, call: Call) -> None:
    group = telegram.add_group("Chi bộ", [hoa])
    await call("sendMessage", chat_id=group.id, text="x", reply_markup=keyboard(["a"]))
    hoa.taps("a")
    query = (await call("getUpdates"))[0]["callback_query"]
    assert query["message"]["chat"] == {"id": group.id, "type": "group", "title": "Chi bộ"}


async def test_a_bot_comes_into_a_group_and_is_taken_out_of_it(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    group = telegram.add_group("Chi bộ", [hoa], with_bot=False)
    hoa.sends("/hop", chat=group)
    hoa.adds_bot(group)
    hoa.adds_bot(group)
    await call("sendMessage", chat_id=group.id, text="Chào")
    hoa.removes_bot(group)
    reply = await telegram.call(telegram.token, "sendMessage", {"chat_id": group.id, "text": "x"})
    assert reply.body["description"] == "Forbidden: bot was kicked from the group chat"
    came, in_it, out, left = await call("getUpdates")
    assert came["message"]["new_chat_members"][0]["id"] == telegram.bot.id
    assert in_it["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert in_it["my_chat_member"]["chat"]["id"] == group.id
    assert out["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert left["message"]["left_chat_member"]["id"] == telegram.bot.id


async def test_a_bot_leaves_a_group_but_no_person(telegram: Telegram, hoa: Person, call: Call) -> None:
    group = telegram.add_group("Chi bộ", [hoa])
    assert await call("leaveChat", chat_id=group.id) is True
    reply = await telegram.call(telegram.token, "sendMessage", {"chat_id": group.id, "text": "x"})
    assert reply.body["description"] == "Forbidden: bot is not a member of the group chat"
    gone, _ = await call("getUpdates")
    assert gone["my_chat_member"]["from"]["id"] == telegram.bot.id
    assert gone["my_chat_member"]["new_chat_member"]["status"] == "left"
    hoa.opens()
    assert (await telegram.call(telegram.token, "leaveChat", {"chat_id": hoa.id})).status == 400


def test_who_has_nothing_from_the_bot_is_said_so(hoa: Person) -> None:
    with pytest.raises(LookupError, match="nothing from the bot"):
        _ = hoa.last
