"""Who speaks in an update: found in the transaction that acts, or in one that only reads before it."""

from telegram import Update

from bot.errors import NotAllowed
from db import chats
from db.chats import Speaking
from db.models import Account, Member
from db.session import Session


async def find_speaking(session: Session, update: Update, *, bot: int) -> Speaking:
    """Who speaks to a bot, as far as that is known."""
    user = update.effective_user
    return await chats.find_speaking(session, bot=bot, address=user.id) if user else Speaking()


async def get_speaking(session: Session, update: Update, *, bot: int) -> tuple[Account, Member]:
    """The chat account and the member it speaks for; NotAllowed("stranger") when nobody registered speaks."""
    account, speaker, _ = await find_speaking(session, update, bot=bot)
    if account is None or speaker is None:
        raise NotAllowed("stranger")
    return account, speaker
