"""Methods about the bot itself, its updates, and the chats it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import bad_request, webhook_is_set
from .objects import JSON, Chat
from .params import Params

if TYPE_CHECKING:
    from .telegram import Telegram

LONGEST_POLL = 50


def get_me(telegram: Telegram, params: Params) -> JSON:
    """getMe."""
    return {
        **telegram.bot.as_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(telegram: Telegram, params: Params) -> list[JSON]:
    """getUpdates, by long polling."""
    allowed = params.json("allowed_updates")
    if isinstance(allowed, list):
        telegram.updates.allow([str(kind) for kind in allowed])
    if telegram.webhook.url:
        raise webhook_is_set()
    limit = params.within("limit", 100, 1, 100)
    timeout = params.within("timeout", 0, 0, LONGEST_POLL)
    return await telegram.updates.take(params.integer("offset"), limit, timeout)


def get_chat(telegram: Telegram, params: Params) -> JSON:
    """getChat: a ChatFullInfo."""
    return {
        **telegram.chat(params).as_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_chat_member(telegram: Telegram, params: Params) -> JSON:
    """getChatMember."""
    chat = telegram.chat(params)
    user = telegram.user(params.integer("user_id"))
    if user is None:
        raise bad_request("invalid user_id specified")
    return {"user": user.as_json(), "status": _standing(telegram, chat, user.id)}


def leave_chat(telegram: Telegram, params: Params) -> bool:
    """leaveChat: the bot goes, and hears of it too."""
    chat = telegram.open_chat(params)
    if chat.id not in telegram.groups:
        raise bad_request("chat member status can't be changed in private chats")
    telegram.bot_leaves(telegram.groups[chat.id], telegram.bot)
    return True


def get_chat_member_count(telegram: Telegram, params: Params) -> int:
    """getChatMemberCount: the bot counts too."""
    return len(telegram.members(telegram.chat(params))) + 1


def _standing(telegram: Telegram, chat: Chat, user_id: int) -> str:
    ids = {person.id for person in telegram.members(chat)}
    return "member" if user_id in ids or user_id == telegram.bot.id else "left"
