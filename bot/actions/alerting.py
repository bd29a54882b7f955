"""Telling the technical admins, in their chat, what the log tells an operator: once for each time it happens."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.actions.telling import Say, tell_chats
from bot.lanes import Lane
from bot.rules.words import RoleName
from bot.texts import Texts
from db import chats, people, posting
from db.chats import Way
from db.posting import When
from db.session import Session


class Alert(StrEnum):
    """What admins are told; each is a template, with the values it takes."""

    CONFLICT = "alert_conflict"
    """Another process polls a bot. `since` (UTC), `username`, `number` of the bot."""
    DATABASE_BACK = "alert_database_back"
    """The database was away, and is back. `since`, `until` (UTC)."""
    DISK_FULL = "alert_disk_full"
    """There is or was no room on the disk. `since` (UTC)."""
    BOT_REFUSED = "alert_bot_refused"
    """A committee's bot is not served: Telegram refuses its token (`refused`), or our key does not open it.
    `username`, `number`."""
    POLLING_DIED = "alert_polling_died"
    """Telegram has not answered for some minutes. `since` (UTC), `username`."""
    POLLING_BACK = "alert_polling_back"
    """It answers again. `since`, `until` (UTC), `username`."""
    POSTING_DIED = "alert_posting_died"
    """Telegram cannot post to our webhook. `since` (UTC), `username`."""
    WEBHOOK_REFUSED = "alert_webhook_refused"
    """Telegram does not take the address of our webhook. `since` (UTC), `username`."""
    POSTING_BACK = "alert_posting_back"
    """Telegram posts again. `since`, `until` (UTC), `username`."""
    UNREACHABLE = "alert_unreachable"
    """Many more people than usual became unreachable today: `count`; `usual` on the busiest day of those before."""
    QUEUE_OLD = "alert_queue_old"
    """Messages wait for too long. `count` of them for more than `minutes`; `number` of their bot."""


MUTE: Final = frozenset({Alert.BOT_REFUSED, Alert.POLLING_DIED, Alert.QUEUE_OLD})
"""Alerts about a bot that sends nothing now."""
LATELY: Final = timedelta(minutes=3)
"""A bot that has heard nothing from Telegram for longer is taken to be out of order."""


async def tell_admins(
    session: Session,
    template: Alert,
    *,
    now: datetime,
    texts: Texts,
    dedupe: str,
    number: int | None = None,
    **values: Any,
) -> set[int]:
    """Queue an alert to every technical admin, by a bot that works; who got one of this `dedupe` gets no second one.

    `now` in UTC; `number` of the bot it is about. Returns the members it can reach: nobody when there is no admin,
    or none with a chat.
    """
    admins = await people.list_holders(session, None, [RoleName.ADMIN], on=texts.day_of(now))
    ways = await chats.list_ways(session, [admin.id for admin in admins if admin.id is not None])
    mute = number if template in MUTE else None
    to = [
        _best(telephone, now, mute=mute).address
        for telephone in _by_telephone(ways)
        if not await _is_told(session, dedupe, telephone)
    ]
    say = Say(template, {"number": number, **values}, dedupe=dedupe)
    await tell_chats(session, to, say, texts=texts, lane=Lane.REMINDER, when=When(now))
    return {way.address.member_id for way in ways if way.address.member_id is not None}


def _by_telephone(ways: Sequence[Way]) -> Collection[list[Way]]:
    found: dict[int, list[Way]] = defaultdict(list)
    for way in ways:
        found[way.address.chat].append(way)
    return found.values()


def _best(telephone: Sequence[Way], now: datetime, *, mute: int | None) -> Way:
    """Of the bots a telephone has started the one that speaks, unless that is out of order and another one works."""

    def works(way: Way) -> bool:
        lately = way.heard_at is not None and now - way.heard_at <= LATELY
        return lately and way.address.bot != mute

    return max(telephone, key=lambda way: (works(way), way.speaks))


async def _is_told(session: Session, dedupe: str, telephone: Sequence[Way]) -> bool:
    return any([await posting.is_queued(session, dedupe, way.address) for way in telephone])
