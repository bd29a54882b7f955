"""Exceptions become words here, and nowhere else.

A refusal is told to the person in their language and settles the update: nothing was changed, nothing is
tried again. Anything else is ours to mend: it is logged, left to the ingress to try again, and after the last
try the person is told that it did not work.
"""

import logging

from telegram import Update
from telegram.constants import ChatType

from bot.actions.telling import Say, message
from bot.errors import Refusal
from db import inbox
from db.posting import When
from db.watching import is_away
from handlers import bots
from handlers.common import Context, Fate, house_of, visit
from handlers.together import AlreadyDone, ComeAgain

log = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Registered with python-telegram-bot; sees whatever a handler raised."""
    error = context.error
    if not isinstance(update, Update):
        log.error("an error outside of any update", exc_info=error)
        return
    if isinstance(error, Refusal):
        await _refuse(update, context, error)
        return
    assert isinstance(error, Exception)
    house_of(context).fates[update.update_id] = Fate.SETTLED if isinstance(error, AlreadyDone) else error
    if isinstance(error, AlreadyDone | ComeAgain) or is_away(error):
        return  # not the update's fault: it is done, or the ingress keeps it and tries again
    log.error("update %s failed", update.update_id, exc_info=error)
    await _apologise_at_the_end(update, context)


async def _refuse(update: Update, context: Context, refusal: Refusal) -> None:
    async with visit(update, context, brief=update.update_id) as v:
        if refusal.key == "stranger" and v.in_own_chat and await bots.point_elsewhere(v):
            return
        text = v.texts.label(f"refusals.{refusal.key}", v.language, **refusal.values)
        if update.callback_query is not None and len(text) <= 200:
            v.toast_text, v.toast_alert = text, True
        else:
            v.say("refusal", text=text)


async def _apologise_at_the_end(update: Update, context: Context) -> None:
    """Tell the person when the last try failed too; the update itself is set aside by the ingress."""
    house = house_of(context)
    async with house.database.read() as session:
        tries = await inbox.count_tries(session, bot=house.bot, update_id=update.update_id)
    chat = update.effective_chat
    if tries + 1 >= inbox.MAX_TRIES and chat is not None and chat.type == ChatType.PRIVATE:
        said = message(Say("sorry"), house.language, texts=house.texts, when=When(now=house.clock.now()))
        await house.speak(said, chat.id)
