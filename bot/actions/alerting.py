"""Telling the technical admins, in their chat, what the log tells an operator: once for each time it happens."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.actions.telling import Say, tell
from bot.lanes import Lane
from bot.rules.words import RoleName
from bot.texts import Texts
from db import people
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


async def tell_admins(
    session: Session, template: Alert, *, now: datetime, texts: Texts, dedupe: str, **values: Any
) -> set[int]:
    """Queue an alert to every technical admin; a chat that got one of this `dedupe` gets no second one.

    `now` in UTC. Returns the members it can reach: nobody when there is no admin, or none with a chat.
    """
    today = texts.day_of(now)
    admins = await people.list_holders(session, None, [RoleName.ADMIN], on=today)
    say = Say(template, values, dedupe=dedupe)
    to = [admin.id for admin in admins if admin.id is not None]
    return await tell(session, to, say, texts=texts, lane=Lane.REMINDER, when=When(now))
