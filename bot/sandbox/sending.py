"""Methods that put a new message into a chat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import bad_request
from .files import read_file
from .keyboards import read_markup
from .objects import JSON, Chat, Content, Message
from .params import Params
from .words import read_caption, read_text

if TYPE_CHECKING:
    from .telegram import Telegram


def send_message(telegram: Telegram, params: Params) -> JSON:
    """sendMessage."""
    text, entities = read_text(telegram, params)
    return _post(telegram, params, Content(text, entities)).as_json()


def send_document(telegram: Telegram, params: Params) -> JSON:
    """sendDocument."""
    text, entities = read_caption(telegram, params)
    document = read_file(telegram, params, "document")
    return _post(telegram, params, Content(text, entities, document=document)).as_json()


def send_photo(telegram: Telegram, params: Params) -> JSON:
    """sendPhoto."""
    text, entities = read_caption(telegram, params)
    photo = read_file(telegram, params, "photo")
    return _post(telegram, params, Content(text, entities, photo=photo)).as_json()


def send_voice(telegram: Telegram, params: Params) -> JSON:
    """sendVoice."""
    text, entities = read_caption(telegram, params)
    voice = read_file(telegram, params, "voice")
    return _post(telegram, params, Content(text, entities, voice=voice)).as_json()


def copy_message(telegram: Telegram, params: Params) -> JSON:
    """copyMessage: the same content without its buttons, with another caption if one is given."""
    content = _source(telegram, params, "copy").content
    if params.text("caption") is not None and content.is_media:
        text, entities = read_caption(telegram, params)
        content = replace(content, text=text, entities=entities)
    return {"message_id": _post(telegram, params, content).id}


def forward_message(telegram: Telegram, params: Params) -> JSON:
    """forwardMessage: the same content, with a word about where it comes from."""
    source = _source(telegram, params, "forward")
    origin = {"type": "user", "sender_user": source.sender.as_json(), "date": int(source.date.timestamp())}
    return _post(telegram, params, source.content, source.origin or origin).as_json()


def send_chat_action(telegram: Telegram, params: Params) -> bool:
    """sendChatAction: seen by nobody here, but refused where a message would be."""
    telegram.open_chat(params)
    if not params.text("action"):
        raise bad_request("wrong parameter action in request")
    return True


def _source(telegram: Telegram, params: Params, purpose: str) -> Message:
    chat = telegram.chat(params, "from_chat_id")
    message = chat.messages.get(params.integer("message_id"))
    if message is None or message.content.service:
        raise bad_request(f"message to {purpose} not found")
    return message


def _post(telegram: Telegram, params: Params, content: Content, origin: JSON | None = None) -> Message:
    """Everything a new message has to pass, then the message itself, in the chat and in the log."""
    markup = read_markup(params)
    chat = telegram.open_chat(params)
    reply_to = _replied(chat, params)
    telegram.spend(chat, params.flag("allow_paid_broadcast"))
    message = telegram.add_message(
        chat,
        telegram.bot,
        content,
        markup=markup,
        reply_to=reply_to,
        protected=params.flag("protect_content"),
        origin=origin,
    )
    telegram.record(params.method, message)
    return message


def _replied(chat: Chat, params: Params) -> Message | None:
    reply = params.inside("reply_parameters")
    wanted = reply.integer("message_id") or params.integer("reply_to_message_id")
    if not wanted:
        return None
    message = chat.messages.get(wanted)
    optional = any(one.flag("allow_sending_without_reply") for one in (reply, params))
    if message is None and not optional:
        raise bad_request("message to be replied not found")
    return message
