"""Messages put into the outbox past the actions, for tests of what comes behind it."""

from collections.abc import Sequence

from bot.lanes import Lane
from db import posting
from db.models import Message
from db.posting import Address, Post, When
from db.session import Session


async def queue(
    session: Session,
    text: str,
    to: Sequence[Address],
    *,
    lane: Lane,
    when: When,
    dedupe: str | None = None,
    media_id: int | None = None,
) -> None:
    """One text for chats, with a document when there is one."""
    message = Message(text=text, media_id=media_id, created_at=when.now)
    content = message.model_dump(exclude={"id"})
    await posting.queue_many(session, [Post(content, to, when, dedupe=dedupe)], lane=lane)
