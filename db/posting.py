"""Putting into the outbox what is to be said: its content once, and a delivery for each chat.

This happens in the transaction of the fact it speaks of. How it leaves is in `db.outbox`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, literal
from sqlalchemy import insert as insert_row
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.lanes import Lane
from db.many import Batch, insert_new, reserve_numbers
from db.models import Delivery, Message
from db.session import Session, insert, insertion


@dataclass(frozen=True)
class Address:
    """A chat something can be sent to, and the language read there."""

    bot: int
    chat: int
    language: str
    account_id: int | None = None
    member_id: int | None = None


@dataclass(frozen=True)
class When:
    """When a message is of use: not before, preferably by (`deadline` orders reminders), no longer after."""

    now: datetime
    not_before: datetime | None = None
    deadline: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Post:
    """A message (the columns of its row) to chats; with `dedupe`, a chat that has it gets no second one.

    `edits` is the message in the chat whose place it takes.
    """

    content: dict[str, Any]
    to: Sequence[Address]
    when: When
    dedupe: str | None = None
    edits: int | None = None


async def queue_many(session: Session, posts: Sequence[Post], *, lane: Lane) -> None:
    """Queue messages, each to its chats; a chat gets those that are for it in this order."""
    posts = [post for post in posts if post.to]
    if not posts:
        return
    _note(session, lane)
    if len(posts) == 1 and len(posts[0].to) == 1:
        await _queue_one(session, posts[0], lane)
        return
    ids = await reserve_numbers(session, Message, len(posts))
    contents = [{"id": its_id, **post.content} for its_id, post in zip(ids, posts, strict=True)]
    await insert_new(session, Message, [Batch({}, contents)])
    await insert_new(session, Delivery, [_deliveries(*each, lane) for each in zip(ids, posts, strict=True)])


async def _queue_one(session: Session, post: Post, lane: Lane) -> None:
    """What is said to one chat, as every answer is: two statements that are built once."""
    made = await session.execute(_MESSAGE, post.content)
    same, (row,) = _deliveries(made.scalar_one(), post, lane)
    await session.execute(_delivery(insertion(session)), {**same, **row})


_MESSAGE = insert_row(Message.__table__).returning(col(Message.id))  # type: ignore[attr-defined]


@cache
def _delivery(insert: Any) -> Any:
    return insert(Delivery.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]


async def queue_chosen(session: Session, chosen: Select[Any], *, lane: Lane, when: When) -> None:
    """Queue what a query chooses, however much, without reading it; a chat gets it in the order of the query.

    Its columns are message_id, bot, chat, account_id and dedupe.
    """
    _note(session, lane)
    same = {"lane": int(lane), **_times(when, lane)}
    columns = Delivery.__table__.c  # type: ignore[attr-defined]
    values = [literal(value, columns[name].type) for name, value in same.items()]
    names = [*chosen.selected_columns.keys(), *same]
    statement = insert(session, Delivery).from_select(names, chosen.add_columns(*values))
    await session.execute(statement.on_conflict_do_nothing())


async def is_queued(session: Session, dedupe: str, to: Address) -> bool:
    """Whether a chat was told something of this name before."""
    query = select_rows(col(Delivery.id)).where(col(Delivery.dedupe) == name_in(dedupe, to))
    return (await session.execute(query)).first() is not None


def name_in(dedupe: str, to: Address) -> str:
    """What keeps a chat from getting something of this name twice, and by which its delivery is found."""
    return f"{dedupe}:{to.bot}:{to.chat}"


def _note(session: Session, lane: Lane) -> None:
    session.info.setdefault("lanes", set()).add(lane)


def queued_lanes(session: Session) -> set[Lane]:
    """The lanes something was queued in by this session: after its commit their sender is to look."""
    lanes: set[Lane] = session.info.get("lanes", set())
    return lanes


def _deliveries(message_id: int, post: Post, lane: Lane) -> Batch:
    same = {"message_id": message_id, "lane": int(lane), "edits": post.edits, **_times(post.when, lane)}
    name = post.dedupe
    rows = [
        {
            "bot": to.bot,
            "chat": to.chat,
            "account_id": to.account_id,
            "dedupe": name_in(name, to) if name else None,
        }
        for to in post.to
    ]
    return Batch(same, rows)


def _times(when: When, lane: Lane) -> dict[str, datetime | None]:
    not_before = when.not_before or when.now
    return {
        "not_before": not_before,
        "deadline": (lane is Lane.REMINDER and when.deadline) or not_before,
        "expires_at": when.expires_at,
    }
