"""Messages put into the outbox past the actions, for measurements of what comes behind it."""

from __future__ import annotations

from datetime import datetime

from bot.bench import words
from bot.bench.server import BOT
from bot.lanes import Lane
from db import posting
from db.models import Message
from db.posting import Address, Post, When
from db.session import Session

BUTTONS = [[{"text": words.CONFIRM, "data": "confirm:1"}]]


async def queue_notice(session: Session, first: int, count: int, *, now: datetime) -> None:
    """One text for each of `count` chats from `first` on."""
    notice = Message(text=words.NOTICE, buttons=BUTTONS, created_at=now).model_dump(exclude={"id"})
    to = [Address(BOT, chat, "vi") for chat in range(first, first + count)]
    await posting.queue_many(session, [Post(notice, to, When(now))], lane=Lane.BULK)
