"""What is said besides what somebody came for, at most once a day: a new wording to agree to, and another bot."""

from datetime import date

from bot.actions.bots import button
from bot.actions.registration import CONSENT_VERSION
from bot.actions.telling import Say
from bot.buttons import Rows, tap
from bot.texts import Texts
from db import bots, posting
from db.models import Account, Member
from db.posting import Address
from db.session import Session


async def ask_consent_again(
    session: Session, to: Address, speaker: Member, agreed: str | None, *, today: date
) -> Say | None:
    """The new wording, for who agreed to an older one; until they answer, what they agreed to goes on."""
    name = f"consent:{CONSENT_VERSION}:{today}"
    if agreed == CONSENT_VERSION or await posting.is_queued(session, name, to):
        return None
    values = {"version": CONSENT_VERSION, "member": speaker}
    return Say("consent_again", values, _again_buttons, dedupe=name)


async def point_to_own_bot(session: Session, to: Address, account: Account, *, today: date) -> Say | None:
    """Who has gone over to another bot is heard in the old chat, too, and reminded of the new one."""
    name = f"bot_other:{today}"
    if account.bot == to.bot or await posting.is_queued(session, name, to):
        return None
    username = await bots.find_username(session, account.bot)
    where = button(username)
    return Say("bot_other", {"username": username}, lambda texts, language: where, dedupe=name)


def _again_buttons(texts: Texts, language: str) -> Rows:
    return [
        [tap(texts.label(key, language), "reconsent", answer, CONSENT_VERSION)]
        for key, answer in (("consent.agree", "yes"), ("consent.withdraw", "no"))
    ]
