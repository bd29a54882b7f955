"""The bot's list of commands: kept for scopes and languages, resolved for a person in a chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .errors import bad_request
from .objects import JSON, Chat, User
from .params import Params

if TYPE_CHECKING:
    from .telegram import Telegram

MOST_COMMANDS = 100
Scope = tuple[str, int, int, str]
_CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_CHAT_SCOPES}


def set_my_commands(telegram: Telegram, params: Params) -> bool:
    """setMyCommands for a scope and a language; an empty list removes them."""
    commands = [_checked(command) for command in params.objects("commands", "BotCommand")]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    telegram.commands[_scope(telegram, params)] = commands
    return True


def get_my_commands(telegram: Telegram, params: Params) -> list[JSON]:
    """getMyCommands of exactly that scope and language."""
    return telegram.commands.get(_scope(telegram, params), [])


def delete_my_commands(telegram: Telegram, params: Params) -> bool:
    """deleteMyCommands: people see those of the next wider scope again."""
    telegram.commands.pop(_scope(telegram, params), None)
    return True


def commands_for(telegram: Telegram, chat: Chat, user: User) -> list[JSON]:
    """What this person sees in this chat: the narrowest scope that has any, own language first."""
    wider = "all_private_chats" if chat.type == "private" else "all_group_chats"
    scopes = [("chat_member", chat.id, user.id), ("chat", chat.id, 0), (wider, 0, 0), ("default", 0, 0)]
    for kind, chat_id, user_id in scopes:
        for language in (user.language_code or "", ""):
            if found := telegram.commands.get((kind, chat_id, user_id, language)):
                return found
    return []


def _scope(telegram: Telegram, params: Params) -> Scope:
    scope = params.inside("scope", "BotCommandScope")
    kind = scope.text("type") or "default"
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat_id = telegram.chat(scope).id if kind in _CHAT_SCOPES else 0
    user_id = scope.integer("user_id") if kind == "chat_member" else 0
    return kind, chat_id, user_id, params.text("language_code") or ""


def _checked(command: JSON) -> JSON:
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", ""))
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
