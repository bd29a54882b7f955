"""Methods that succeed: files, copies, commands, chats, the log."""

from __future__ import annotations

import struct
from typing import Any

from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN, Call, keyboard

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 200, 300) + b"\x03" * 10
PDF = ("Nghị quyết.pdf", b"%PDF-1.4", "application/pdf")


async def test_a_document_is_uploaded_once_and_sent_again_by_its_id(hoa: Person, call: Call) -> None:
    sent = await call(
        "sendDocument", {"document": PDF}, chat_id=hoa.id, caption="<b>Đọc</b>", parse_mode="HTML"
    )
    assert sent["document"]["file_name"] == "Nghị quyết.pdf"
    assert sent["document"]["file_size"] == 8
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    again = await call("sendDocument", chat_id=hoa.id, document=sent["document"]["file_id"])
    assert again["document"] == sent["document"]
    assert hoa.last.document and hoa.last.document.data == b"%PDF-1.4"


async def test_an_upload_may_stand_under_another_name(hoa: Person, call: Call) -> None:
    sent = await call("sendDocument", {"f1": PDF}, chat_id=hoa.id, document="attach://f1")
    assert sent["document"]["mime_type"] == "application/pdf"


async def test_a_picture_tells_its_size(hoa: Person, call: Call) -> None:
    for data, width, height in ((PNG, 640, 480), (JPEG, 300, 200)):
        sent = await call("sendPhoto", {"photo": ("x", data, "image/png")}, chat_id=hoa.id)
        assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (width, height)
    refused = await call("sendPhoto", {"photo": ("x", b"no picture", "image/png")}, chat_id=hoa.id)
    assert refused == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_a_file_id_must_be_known_and_of_the_kind(hoa: Person, call: Call) -> None:
    unknown = await call("sendDocument", chat_id=hoa.id, document="BQunknown")
    assert unknown == "Bad Request: wrong file identifier/HTTP URL specified"
    assert await call("sendDocument", chat_id=hoa.id) == "Bad Request: there is no document in the request"
    photo = await call("sendPhoto", {"photo": ("x", PNG, "image/png")}, chat_id=hoa.id)
    as_document = await call("sendDocument", chat_id=hoa.id, document=photo["photo"][0]["file_id"])
    assert as_document == "Bad Request: can't use file of type Photo as Document"
    assert await call("getFile", file_id="x") == "Bad Request: invalid file_id"


async def test_what_a_person_sends_can_be_fetched(telegram: Telegram, hoa: Person, call: Call) -> None:
    hoa.sends_document("kê khai.xlsx", b"abc", caption="đây")
    hoa.sends_photo(PNG)
    document, photo = (update["message"] for update in await call("getUpdates"))
    assert (document["document"]["file_name"], document["caption"]) == ("kê khai.xlsx", "đây")
    found = await call("getFile", file_id=document["document"]["file_id"])
    assert telegram.files.at(found["file_path"]).data == b"abc"
    assert photo["photo"][0]["width"] == 640


async def test_a_voice_message_is_told_with_its_length_and_sent_again_by_its_id(
    hoa: Person, call: Call
) -> None:
    hoa.sends_voice(b"OggS" * 2048, caption="nghe")
    (said,) = [update["message"] for update in await call("getUpdates")]
    assert (said["voice"]["duration"], said["caption"]) == (4, "nghe")
    again = await call("sendVoice", chat_id=hoa.id, voice=said["voice"]["file_id"])
    assert again["voice"] == said["voice"]
    assert hoa.last.voice and hoa.last.voice.data.startswith(b"OggS")


async def test_an_album_is_a_message_for_each_picture(hoa: Person, call: Call) -> None:
    hoa.sends_album([PNG, JPEG], caption="hai ảnh")
    one, other = (update["message"] for update in await call("getUpdates"))
    assert one["media_group_id"] == other["media_group_id"]
    assert (one["caption"], other.get("caption")) == ("hai ảnh", None)


async def test_what_is_forwarded_is_the_same_file(hoa: Person, call: Call) -> None:
    hoa.sends_again(hoa.sends_photo(PNG, caption="gốc"))
    one, other = (update["message"]["photo"][0] for update in await call("getUpdates"))
    assert one["file_unique_id"] == other["file_unique_id"]


async def test_a_copy_has_the_content_and_a_forward_its_origin(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    lan = telegram.add_person("Lan")
    lan.opens()
    source = hoa.sends_document("a.txt", b"a", caption="gốc")
    where = {"chat_id": lan.id, "from_chat_id": hoa.id, "message_id": source.id}
    copied = await call("copyMessage", caption="mới", reply_markup=keyboard(["Đã đọc"]), **where)
    assert copied == {"message_id": lan.last.id}
    assert lan.last.document is source.document
    assert (lan.last.text, lan.last.buttons[0][0].text) == ("mới", "Đã đọc")
    forwarded = await call("forwardMessage", **where)
    assert forwarded["forward_origin"]["sender_user"]["id"] == hoa.id
    where["message_id"] = 99
    assert await call("copyMessage", **where) == "Bad Request: message to copy not found"


async def test_protection_and_replies_are_kept_on_the_message(hoa: Person, call: Call) -> None:
    asked = hoa.sends("hỏi")
    params: dict[str, Any] = {"protect_content": True, "reply_parameters": {"message_id": asked.id}}
    sent = await call("sendMessage", chat_id=hoa.id, text="đáp", **params)
    assert sent["has_protected_content"] is True
    assert sent["reply_to_message"]["text"] == "hỏi"
    optional = {"message_id": 99, "allow_sending_without_reply": True}
    sent = await call("sendMessage", chat_id=hoa.id, text="đáp", reply_parameters=optional)
    assert "reply_to_message" not in sent


async def test_commands_are_kept_for_each_scope_and_language(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    from bot.sandbox.commands import commands_for

    async def publish(name: str, **where: Any) -> None:
        assert await call("setMyCommands", commands=[{"command": name, "description": name}], **where) is True

    def seen() -> list[str]:
        return [command["command"] for command in commands_for(telegram, hoa.chat, hoa.user)]

    assert seen() == []
    await publish("all")
    await publish("tat_ca", language_code="vi")
    assert seen() == ["tat_ca"]
    await publish("private", scope={"type": "all_private_chats"})
    assert seen() == ["private"]
    await publish("own", scope={"type": "chat", "chat_id": hoa.id})
    assert seen() == ["own"]
    assert await call("getMyCommands") == [{"command": "all", "description": "all"}]
    assert await call("deleteMyCommands", scope={"type": "chat", "chat_id": hoa.id}) is True
    assert seen() == ["private"]


async def test_commands_that_cannot_be_are_refused(call: Call) -> None:
    async def publish(name: str, description: str = "x") -> Any:
        return await call("setMyCommands", commands=[{"command": name, "description": description}])

    assert await publish("Họp") == "Bad Request: BOT_COMMAND_INVALID"
    assert await publish("hop", "") == "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"
    nowhere = {"type": "chat", "chat_id": 7}
    assert await call("setMyCommands", commands=[], scope=nowhere) == "Bad Request: chat not found"


async def test_the_bot_can_ask_about_chats_and_who_is_in_them(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    lan, group = telegram.add_person("Lan"), telegram.add_group("Chi bộ", [hoa])
    assert (await call("getChat", chat_id=group.id))["title"] == "Chi bộ"
    assert (await call("getChatMember", chat_id=group.id, user_id=hoa.id))["status"] == "member"
    assert (await call("getChatMember", chat_id=group.id, user_id=lan.id))["status"] == "left"
    assert await call("getChatMemberCount", chat_id=group.id) == 2


async def test_typing_is_accepted_where_a_message_would_be(hoa: Person, call: Call) -> None:
    assert await call("sendChatAction", chat_id=hoa.id, action="typing") is True
    hoa.blocks()
    assert (
        await call("sendChatAction", chat_id=hoa.id, action="typing")
        == "Forbidden: bot was blocked by the user"
    )


async def test_the_log_has_every_accepted_call_and_when(telegram: Telegram, hoa: Person, call: Call) -> None:
    await call("sendMessage", chat_id=hoa.id, text="Họp?", reply_markup=keyboard(["Có", "Không"]))
    press = hoa.taps("Có")
    await call("answerCallbackQuery", callback_query_id=press.id, text="Đã ghi")
    await call("editMessageText", chat_id=hoa.id, message_id=hoa.last.id, text="Cảm ơn")
    await call("sendDocument", {"document": PDF}, chat_id=hoa.id)
    assert [(line.method, line.text, line.document, line.buttons) for line in telegram.log] == [
        ("sendMessage", "Họp?", None, [["Có", "Không"]]),
        ("answerCallbackQuery", "Đã ghi", None, None),
        ("editMessageText", "Cảm ơn", None, None),
        ("sendDocument", None, "Nghị quyết.pdf", None),
    ]
    assert all((line.chat, line.at) == (hoa.id, telegram.now()) for line in telegram.log)


async def test_the_page_can_wait_for_what_happens_next(telegram: Telegram, hoa: Person, call: Call) -> None:
    seen = len(telegram.events)
    await call("sendMessage", chat_id=hoa.id, text="x")
    news = await telegram.changed(seen)
    shown = {"chat": hoa.id, "message_id": hoa.last.id, "user": telegram.bot.id}
    assert news == [{"seq": seen + 1, "kind": "message", **shown}]
    assert TOKEN not in str(news)
