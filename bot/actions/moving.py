"""Going over: somebody starts the bot of their committee, and is known there at once.

They keep the bot they have until they have started the other one. Who starts a bot that is not theirs is told
which one is, and nothing changes.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.auditing import note
from bot.rules.words import AuditVerb
from bot.texts import Texts
from db import bots, chats, moving, people
from db.models import Account, Member
from db.session import Session


@dataclass(frozen=True)
class TheirBot:
    """The bot somebody belongs to: its number (that of the settings where no committee has one), and its name."""

    number: int
    username: str


async def arrive(
    session: Session, *, bot: int, home: int, address: int, now: datetime, texts: Texts
) -> list[Member]:
    """Somebody has started a bot: whoever of their telephone belongs to it goes over to it; who these are.

    `home` is the bot of the settings. A telephone that two share goes over as one.
    """
    today, came = texts.day_of(now), list[Member]()
    for account in await bots.list_elsewhere(session, bot=bot, address=address):
        theirs = await chats.list_spoken_for(session, account.id or 0)
        found = [await bots.find_of_member(session, each.id or 0, on=today) for each in theirs]
        if bot not in {each.id if each else home for each in found}:
            continue
        await _go(session, account, bot=bot, now=now)
        came += theirs
    for member in came:
        place = await people.find_place(session, member.id or 0, on=today)
        note(session, AuditVerb.JOINED, now=now, by=member, about=member, organisation_id=place)
    return came


async def find_right(session: Session, member_id: int, *, home: int, on: date) -> TheirBot:
    """The bot a member belongs to on a day."""
    own = await bots.find_of_member(session, member_id, on=on)
    return await _right(session, own.id if own else home)


async def find_right_above(session: Session, organisation_id: int | None, *, home: int) -> TheirBot:
    """The bot an organisation belongs to; that of the settings for None."""
    own = await bots.find_above(session, organisation_id) if organisation_id is not None else None
    return await _right(session, own.id if own else home)


async def _right(session: Session, number: int) -> TheirBot:
    return TheirBot(number, await bots.find_username(session, number))


async def _go(session: Session, account: Account, *, bot: int, now: datetime) -> None:
    there = await chats.find_account(session, bot=bot, address=account.address)
    if there is not None and await chats.list_spoken_for(session, there.id or 0):
        await moving.hand_over(session, account, there, now=now)
    else:
        await moving.move(session, account, bot=bot, now=now)
