"""What Telegram refuses, word for word, because the bot under test decides by these words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.limits import Limits, Rate
from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN, Call, Times, keyboard

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the"
    " same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_wrong_token_is_unauthorized_and_an_unknown_method_not_found(telegram: Telegram) -> None:
    wrong = await telegram.call("1:other", "getMe")
    assert (wrong.status, wrong.body["description"]) == (401, "Unauthorized")
    unknown = await telegram.call(TOKEN, "sendTelepathy")
    assert unknown.body == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_who_never_started_or_has_blocked_the_bot_cannot_be_written_to(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    lan = telegram.add_person("Lan")
    refused = await telegram.call(TOKEN, "sendMessage", {"chat_id": lan.id, "text": "x"})
    assert refused.status == 403
    assert refused.body["description"] == "Forbidden: bot can't initiate conversation with a user"
    hoa.blocks()
    assert await call("sendMessage", chat_id=hoa.id, text="x") == "Forbidden: bot was blocked by the user"
    assert await call("sendMessage", chat_id=77, text="x") == "Bad Request: chat not found"
    assert await call("sendMessage", chat_id="@nobody", text="x") == "Bad Request: chat not found"
    assert await call("sendMessage", text="x") == "Bad Request: chat_id is empty"


TEXTS: list[tuple[dict[str, Any], str]] = [
    ({}, "message text is empty"),
    ({"text": " \n "}, "message text is empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "🏟" * 2049}, "message is too long"),  # two units each
    (
        {"text": "<b>", "parse_mode": "html"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"text": "x", "parse_mode": "Markdown"}, "unsupported parse_mode"),
    ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "x", "reply_markup": [1]}, "object expected as reply keyboard markup"),
    ({"text": "x", "reply_parameters": 5}, "object expected as reply_parameters"),
    ({"text": "x", "entities": [5]}, "expected MessageEntity to be an Object"),
    ({"text": "x", "entities": [{}]}, "can't parse MessageEntity: Can't find field \"type\""),
    ({"text": "\ud800"}, "strings must be encoded in UTF-8"),
]


@pytest.mark.parametrize(("params", "words"), TEXTS)
async def test_a_text_is_refused(hoa: Person, call: Call, params: dict[str, Any], words: str) -> None:
    assert await call("sendMessage", chat_id=hoa.id, **params) == f"Bad Request: {words}"


async def test_entities_may_be_given_instead_of_markup(hoa: Person, call: Call) -> None:
    bold = {"type": "bold", "offset": 0, "length": 3}
    sent = await call("sendMessage", chat_id=hoa.id, text="Họp <", entities=[bold])
    assert (sent["text"], sent["entities"], hoa.last.html) == ("Họp <", [bold], "<b>Họp</b> &lt;")


METHODS = ["sendMessage", "sendDocument", "editMessageText", "setMyCommands", "getUpdates", "getFile"]
NAMES = ["text", "parse_mode", "reply_markup", "entities", "reply_parameters", "commands", "scope"]
INNER_NAMES = ["type", "offset", "length", "inline_keyboard", "keyboard", "text", "url", "message_id"]
plain = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["HTML", "chat", "1"])
)
anything = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER_NAMES), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(METHODS), st.dictionaries(st.sampled_from(NAMES), anything))
@settings(max_examples=100, deadline=None)
async def test_whatever_is_called_with_whatever_there_is_an_answer(
    method: str, params: dict[str, Any]
) -> None:
    telegram = Telegram(TOKEN, limits=Limits.unlimited())
    hoa = telegram.add_person("Hoa")
    hoa.opens()
    reply = await telegram.call(TOKEN, method, {"chat_id": hoa.id, "text": "x", **params})
    assert reply.body["ok"] is (reply.status == 200)


async def test_length_counts_after_the_markup_is_taken_out(hoa: Person, call: Call) -> None:
    sent = await call("sendMessage", chat_id=hoa.id, text=f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML")
    assert sent["text"] == "<" * 4096


BUTTONS: list[tuple[dict[str, Any], str]] = [
    ({"text": "x", "callback_data": "d" * 65}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "callback_data": "đ" * 33}, "BUTTON_DATA_INVALID"),  # two bytes each
    (
        {"text": "x", "callback_data": ""},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
    (
        {"text": "x", "url": "ftp://a.vn"},
        "inline keyboard button URL 'ftp://a.vn' is invalid: Unsupported URL protocol",
    ),
    ({"text": "x", "url": "not-a-url"}, "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL"),
]


@pytest.mark.parametrize(("button", "words"), BUTTONS)
async def test_a_button_is_refused(hoa: Person, call: Call, button: dict[str, Any], words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=markup) == f"Bad Request: {words}"


async def test_a_hundred_buttons_are_the_most_and_64_bytes_the_longest_data(hoa: Person, call: Call) -> None:
    longest = {"text": "x", "callback_data": "d" * 64}
    rows = {"inline_keyboard": [[longest] * 8] * 12 + [[longest] * 4]}
    assert (await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=rows))["message_id"]
    rows["inline_keyboard"].append([longest])
    too_many = await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=rows)
    assert too_many == "Bad Request: reply markup is too long"


async def test_a_caption_is_at_most_1024_units(hoa: Person, call: Call) -> None:
    file = {"document": ("a.pdf", b"%PDF", "application/pdf")}
    sent = await call("sendDocument", file, chat_id=hoa.id, caption="x" * 1024)
    assert sent["caption"] == "x" * 1024
    too_long = await call("sendDocument", file, chat_id=hoa.id, caption="x" * 1025)
    assert too_long == "Bad Request: message caption is too long"


async def test_an_edit_must_change_something_that_is_there_and_the_bots(hoa: Person, call: Call) -> None:
    where = {"chat_id": hoa.id, "text": "x", "reply_markup": keyboard(["a"])}
    message_id = (await call("sendMessage", **where))["message_id"]
    assert await call("editMessageText", message_id=message_id, **where) == NOT_MODIFIED
    assert await call("editMessageText", message_id=99, **where) == "Bad Request: message to edit not found"
    own = hoa.sends("của tôi")
    assert await call("editMessageText", message_id=own.id, **where) == "Bad Request: message can't be edited"
    where["text"] = "x" * 4097
    assert await call("editMessageText", message_id=message_id, **where) == "Bad Request: MESSAGE_TOO_LONG"


async def test_a_text_has_no_caption_and_a_document_no_text(hoa: Person, call: Call) -> None:
    text = await call("sendMessage", chat_id=hoa.id, text="x")
    where = {"chat_id": hoa.id, "message_id": text["message_id"]}
    assert await call("editMessageCaption", caption="y", **where) == (
        "Bad Request: there is no caption in the message to edit"
    )
    file = await call("sendDocument", {"document": ("a", b"a", "text/plain")}, chat_id=hoa.id)
    where["message_id"] = file["message_id"]
    assert await call("editMessageText", text="y", **where) == (
        "Bad Request: there is no text in the message to edit"
    )


async def test_a_message_is_deleted_once_and_within_two_days(hoa: Person, call: Call, times: Times) -> None:
    sent = [await call("sendMessage", chat_id=hoa.id, text="x") for _ in range(2)]
    first, second = ({"chat_id": hoa.id, "message_id": message["message_id"]} for message in sent)
    assert await call("deleteMessage", **first) is True
    assert await call("deleteMessage", **first) == "Bad Request: message to delete not found"
    times.seconds += 48 * 3600 + 1
    assert await call("deleteMessage", **second) == "Bad Request: message can't be deleted for everyone"


async def test_a_press_is_answered_once_and_while_it_is_fresh(
    telegram: Telegram, hoa: Person, call: Call, times: Times
) -> None:
    telegram.limits = Limits()
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=keyboard(["a"]))
    press, late = hoa.taps("a"), hoa.taps("a")
    assert await call("answerCallbackQuery", callback_query_id=press.id) is True
    assert await call("answerCallbackQuery", callback_query_id=press.id) == TOO_OLD
    times.seconds += 31
    assert await call("answerCallbackQuery", callback_query_id=late.id) == TOO_OLD
    assert await call("answerCallbackQuery", callback_query_id="none") == TOO_OLD


async def test_sends_copies_and_edits_count_and_answers_are_free(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    await call("sendMessage", chat_id=hoa.id, text="x", reply_markup=keyboard(["a"]))
    press = hoa.taps("a")
    telegram.limits = Limits(overall=Rate(1, 40))
    here = {"chat_id": hoa.id, "message_id": hoa.last.id}
    assert (await call("editMessageText", text="y", **here))["text"] == "y"
    refused = await telegram.call(TOKEN, "copyMessage", {"from_chat_id": hoa.id, **here})
    assert (refused.status, refused.body["parameters"]) == (429, {"retry_after": 40})
    assert refused.body["description"] == "Too Many Requests: retry after 40"
    assert await call("editMessageText", text="z", **here) == "Too Many Requests: retry after 40"
    assert await call("answerCallbackQuery", callback_query_id=press.id) is True


async def test_what_is_refused_is_neither_shown_nor_logged(
    telegram: Telegram, hoa: Person, call: Call
) -> None:
    before = len(hoa.messages)
    await call("sendMessage", chat_id=hoa.id, text="")
    hoa.blocks()
    await call("sendMessage", chat_id=hoa.id, text="x")
    assert (telegram.log, len(hoa.messages)) == ([], before)
