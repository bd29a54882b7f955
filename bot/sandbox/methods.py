"""Every method of the Bot API that the sandbox knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from . import chats, commands, editing, files, sending, webhooks
from .params import Params

if TYPE_CHECKING:
    from .telegram import Telegram

Method = Callable[["Telegram", Params], Any | Awaitable[Any]]

_NAMED: dict[str, Method] = {
    "getMe": chats.get_me,
    "getUpdates": chats.get_updates,
    "setWebhook": webhooks.set_webhook,
    "deleteWebhook": webhooks.delete_webhook,
    "getWebhookInfo": webhooks.get_webhook_info,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatMemberCount": chats.get_chat_member_count,
    "leaveChat": chats.leave_chat,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendVoice": sending.send_voice,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "answerCallbackQuery": editing.answer_callback_query,
    "getFile": files.get_file,
    "setMyCommands": commands.set_my_commands,
    "getMyCommands": commands.get_my_commands,
    "deleteMyCommands": commands.delete_my_commands,
}

METHODS: dict[str, tuple[str, Method]] = {name.lower(): (name, method) for name, method in _NAMED.items()}
"""Telegram does not mind the case of a method's name: its lower case → (name, function)."""
