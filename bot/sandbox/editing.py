"""Methods that change or remove a message the bot sent, or answer a press on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from .errors import bad_request
from .keyboards import read_inline_markup
from .markup import utf16_length
from .objects import JSON, Content, Message
from .params import Params
from .words import read_caption, read_text

if TYPE_CHECKING:
    from .telegram import Telegram

LONGEST_ANSWER = 200
DELETABLE_FOR = timedelta(hours=48)
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def edit_message_text(telegram: Telegram, params: Params) -> JSON:
    """editMessageText; buttons that are not sent along disappear."""
    text, entities = read_text(telegram, params, too_long="MESSAGE_TOO_LONG")
    message = _editable(telegram, params)
    if message.content.is_media or message.content.text is None:
        raise bad_request("there is no text in the message to edit")
    return _edit(telegram, params, message, Content(text, entities))


def edit_message_caption(telegram: Telegram, params: Params) -> JSON:
    """editMessageCaption; an empty one removes it."""
    text, entities = read_caption(telegram, params)
    message = _editable(telegram, params)
    if not message.content.is_media:
        raise bad_request("there is no caption in the message to edit")
    return _edit(telegram, params, message, replace(message.content, text=text, entities=entities))


def edit_message_reply_markup(telegram: Telegram, params: Params) -> JSON:
    """editMessageReplyMarkup: only the buttons change."""
    message = _editable(telegram, params)
    return _edit(telegram, params, message, message.content)


def delete_message(telegram: Telegram, params: Params) -> bool:
    """deleteMessage: within 48 hours, also what a person sent in a private chat."""
    chat = telegram.open_chat(params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    others_in_group = not message.from_bot and chat.type != "private"
    if others_in_group or telegram.now() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    del chat.messages[message.id]
    telegram.note(params.method, message)
    telegram.events.publish("deleted", chat=chat.id, message_id=message.id)
    return True


def answer_callback_query(telegram: Telegram, params: Params) -> bool:
    """answerCallbackQuery: once for each press, while it is fresh. Counts against no limit."""
    text = params.text("text") or ""
    press = telegram.presses.pop(params.text("callback_query_id") or "", None)
    lifetime = telegram.limits.answer_within
    if press is None or (lifetime is not None and telegram.monotonic() - press.made_at > lifetime):
        raise bad_request(_TOO_OLD)
    if utf16_length(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press.acknowledged_at = telegram.monotonic()
    press.answer = {"text": text, "show_alert": params.flag("show_alert")}
    telegram.note(params.method, press.message, text or None)
    where = {"chat": press.message.chat.id, "message_id": press.message.id, "user": press.person.id}
    telegram.events.publish("tap_answered", **where, **press.answer)
    return True


def _editable(telegram: Telegram, params: Params) -> Message:
    """The message to edit: the bot's own, and without a reply keyboard."""
    chat = telegram.open_chat(params)
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.origin or (message.markup and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    return message


def _edit(telegram: Telegram, params: Params, message: Message, content: Content) -> JSON:
    markup = read_inline_markup(params)
    if (content, markup) == (message.content, message.markup):
        raise bad_request(_NOT_MODIFIED)
    telegram.spend(message.chat)
    message.content, message.markup, message.edited = content, markup, telegram.now()
    telegram.record(params.method, message)
    telegram.events.publish("edited", chat=message.chat.id, message_id=message.id)
    return message.as_json()
