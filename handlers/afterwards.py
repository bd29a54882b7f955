"""What follows a visit once it is committed: nothing of it can fail what was done."""

import logging
from typing import TYPE_CHECKING

from telegram import BotCommandScopeChat
from telegram.error import TelegramError

from bot import trail
from bot.actions.telling import Say, message
from handlers.kinds import kind

if TYPE_CHECKING:
    from handlers.common import Context, Visit

log = logging.getLogger(__name__)


async def acknowledge(v: "Visit") -> None:
    """Take the waiting mark off the tapped button."""
    query = v.update.callback_query
    if query is None:
        return
    try:
        await v.house.acknowledge(query.id, v.toast_text, v.toast_alert)
    except TelegramError as error:  # the tap's effect is committed; an old tap can no longer be acknowledged
        log.info("a tap was not acknowledged: %s", error)
    else:
        reach(v, "acknowledged")


def reach(v: "Visit", stage: str) -> None:
    """Tell how long after it was stored an update came so far."""
    origin = trail.origin()
    log.debug("the update is %s", stage)
    if origin is not None and origin.stored_at is not None:
        passed = (v.house.clock.now() - origin.stored_at).total_seconds()
        v.house.measures.reached(stage, kind(v.update), passed)


async def publish(v: "Visit", context: "Context") -> None:
    """Show the chat the commands it has now."""
    try:
        await context.bot.set_my_commands(v.publish, scope=BotCommandScopeChat(v.address.chat))
    except TelegramError as error:  # a list of commands is a convenience: everything can be typed without it
        log.warning("the commands of a chat were not published: %s", error)


async def leave(v: "Visit", context: "Context", chat: int, say: Say) -> None:
    """Leave a group with a courteous word. Where that fails the bot stays, with nothing to say there."""
    try:
        await v.house.speak(message(say, v.language, texts=v.texts, when=v.when), chat)
    except TelegramError as error:  # it may not write there: it goes without a word
        log.info("a group was left without a word: %s", error)
    try:
        await context.bot.leave_chat(chat)
    except TelegramError as error:
        log.warning("a group was not left: %s", error)


async def speak_directly(v: "Visit") -> None:
    """Answer somebody nothing is kept of, past the outbox."""
    for spoken in v.spoken:
        said = message(spoken.say, v.language, texts=v.texts, when=v.when)
        try:
            await v.house.speak(said, v.address.chat)
        except TelegramError as error:  # a stranger who blocked the bot, or a network that is away
            log.warning("a stranger was not answered: %s", error)
