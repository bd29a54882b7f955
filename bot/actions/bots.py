"""The bots of committees: added, given up, and their people asked to go over to them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.actions.moving import find_right
from bot.actions.telling import Say, tell
from bot.buttons import Button, Rows
from bot.errors import NotFound, Refusal
from bot.lanes import Lane
from bot.rules.reminders import after_quiet
from bot.texts import Texts
from db import bots, chats, moving
from db.models import Organisation, OwnBot
from db.posting import When
from db.session import Session

HERE = "go"
"""What the link to a bot says when there is nothing else to say: Telegram shows its start button again."""


@dataclass(frozen=True)
class Asking:
    """Members to be asked to go over to the bot of a name, on account of the bot `about` (its number)."""

    about: int
    username: str
    members: Sequence[int]


def link(username: str, start: str = HERE) -> str:
    """The link that starts a bot."""
    return f"https://t.me/{username}?start={start}"


def button(username: str, start: str = HERE) -> Rows:
    """The one button of a message that leads to another bot."""
    return [[Button(f"➡️ @{username}", url=link(username, start))]]


async def add(
    session: Session, *, organisation: Organisation, number: int, username: str, sealed: str, now: datetime
) -> OwnBot:
    """Let everybody of a subtree belong to a bot from now on; Refusal when it, or the committee, has one already.

    A bot that was removed may come back, also for another committee.
    """
    for each in await bots.list_present(session):
        if each.id == number:
            raise Refusal("bot_known", username=each.username)
        if each.organisation_id == organisation.id:
            raise Refusal("bot_there", username=each.username, code=organisation.code)
    own = await session.get(OwnBot, number) or OwnBot(
        id=number, organisation_id=0, username="", sealed_token="", added_at=now
    )
    own.organisation_id, own.username, own.sealed_token = organisation.id or 0, username, sealed
    own.added_at, own.removed_at = now, None
    session.add(own)
    await session.flush()
    return own


async def exchange(session: Session, number: int, *, sealed: str) -> OwnBot:
    """Give a bot its new token; NotFound when there is no such bot."""
    own = await bots.get(session, number)
    own.sealed_token = sealed
    session.add(own)
    return own


async def remove(session: Session, number: int, *, now: datetime) -> OwnBot:
    """Let nobody belong to a bot any more; NotFound when nobody does.

    Who is reached by it keeps it until they have started the one they belong to now, and what waits is sent: it
    is served until nobody and nothing needs it.
    """
    own = await bots.get(session, number)
    if own.removed_at is not None:
        raise NotFound("bot_unknown", number=number)
    own.removed_at = now
    session.add(own)
    await session.flush()
    return own


async def list_to_ask(session: Session, number: int, *, home: int, on: date) -> list[Asking]:
    """Who is to go over on account of a bot, on a day: to it who belongs to it; once it is removed, from it who is
    still there. `home` is the bot of the settings. Refusal when a bot they belong to was never connected yet.
    """
    own = await bots.get(session, number)
    owners, reached = await bots.list_owners(session, on=on), await bots.list_reached(session)
    goal: dict[int, set[int]] = defaultdict(set)
    if own.removed_at is None:
        goal[number] = bots.list_coming(number, owners, reached)
    else:
        for member, bot in reached:
            if bot == number:
                goal[owners.get(member) or home].add(member)
    return [Asking(number, await _named(session, bot), sorted(who)) for bot, who in goal.items()]


async def ask(
    session: Session, asking: Asking, members: Collection[int], *, name: str, now: datetime, texts: Texts
) -> None:
    """Ask some of them in the chats they have, with a button, by day.

    `name` is that of the occasion: nobody is asked twice for one.
    """
    say = _asking("bot_go_over", asking.username, about=asking.about, name=name)
    when = When(now, not_before=after_quiet(now, texts.zone))
    await tell(session, members, say, texts=texts, lane=Lane.BULK, when=when)


async def ask_received(
    session: Session,
    member_id: int,
    cell: Organisation,
    *,
    name: str,
    since: date,
    home: int,
    now: datetime,
    texts: Texts,
) -> None:
    """Ask somebody who was received in another cell to go over, where that has another bot than they are at.

    By day, not before the day they belong there, and once for the occasion `name`. `home` is the bot of the settings.
    """
    right = await find_right(session, member_id, home=home, on=max(since, texts.day_of(now)))
    reached = {address.bot for address in await chats.list_addresses(session, [member_id])}
    if right.number in reached or not right.username:  # a bot that was never connected has no name to link to
        return
    there = {"cell": cell, "since": since}
    say = _asking("bot_go_over_received", right.username, about=right.number, name=name, **there)
    begins = max(now, datetime.combine(since, time(), texts.zone))
    when = When(now, not_before=after_quiet(begins, texts.zone))
    await tell(session, [member_id], say, texts=texts, lane=Lane.BULK, when=when)


def _asking(template: str, username: str, *, about: int, name: str, **values: Any) -> Say:
    where = button(username)
    return Say(
        template,
        {"username": username, **values},
        lambda texts, language: where,
        about=(moving.ABOUT, about),
        dedupe=f"bot:{about}:{name}",
    )


async def _named(session: Session, number: int) -> str:
    username = await bots.find_username(session, number)
    if not username:
        raise Refusal("bot_nameless")
    return username
