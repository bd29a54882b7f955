"""The durable edges: what came in and is not done, what must go out and is not settled."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, false, text
from sqlmodel import Field, SQLModel

from db.types import Id, Json, Utc, one_of


class UpdateState(StrEnum):
    """Where an update stands."""

    QUEUED = "queued"
    """Stored, its effect not yet."""
    DONE = "done"
    """Its effect is committed; nothing of its content is kept."""
    FAILED = "failed"
    """Set aside after a bounded number of tries, with its error."""


class Update(SQLModel, table=True):
    """A raw update as the channel sent it, kept until its effect is committed."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_queued",
            "bot",
            "update_id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
    )
    bot: int = Field(primary_key=True, sa_type=BigInteger)
    update_id: int = Field(primary_key=True, sa_type=BigInteger)
    sender: int | None = Field(default=None, sa_type=BigInteger)
    payload: str | None = None
    state: UpdateState = Field(default=UpdateState.QUEUED, sa_type=one_of(UpdateState, "state"))
    tries: int = 0
    error: str | None = Field(default=None, max_length=500)
    received_at: datetime = Field(sa_type=Utc)


class Message(SQLModel, table=True):
    """The content of something to say, once, however many people it is for.

    `about` and `about_id` name what it speaks of; `asks`: an answer typed in the chat may be meant for it.
    `held`: nothing of it leaves, however many wait for it. `deletes`: it says nothing, and takes away what its
    deliveries name. `update_id` is the update it is said because of, for the log; None for the clock's work.
    """

    __table_args__ = (
        Index("ix_message_about", "about", "about_id"),
        Index(
            "ix_message_media",
            "media_id",
            sqlite_where=text("media_id IS NOT NULL"),
            postgresql_where=text("media_id IS NOT NULL"),
        ),
        Index(
            "ix_message_kept",
            "created_at",
            sqlite_where=text("text <> ''"),
            postgresql_where=text("text <> ''"),
        ),
        Index("ix_message_held", "id", sqlite_where=text("held = 1"), postgresql_where=text("held")),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    text: str = ""
    buttons: Any = Field(default=None, sa_type=Json)
    keyboard: Any = Field(default=None, sa_type=Json)
    media_id: int | None = Field(default=None, foreign_key="media.id", sa_type=Id)
    protect: bool = False
    about: str | None = Field(default=None, max_length=16)
    about_id: int | None = Field(default=None, sa_type=Id)
    asks: bool = False
    held: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    deletes: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    update_id: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=Utc)


class DeliveryState(StrEnum):
    """Where one message to one chat stands."""

    QUEUED = "queued"
    """Waits for its time and its turn."""
    SENDING = "sending"
    """Taken by a sender, committed before the call: from here on it may have arrived."""
    SENT = "sent"
    """The channel accepted it."""
    RETRY = "retry"
    """The channel said not now, or was not reached; it waits for another try."""
    UNKNOWN = "unknown"
    """It may or may not have arrived, and it is not repeated by itself any more."""
    BLOCKED = "blocked"
    """The person's chat takes nothing from this bot any more."""
    DEAD = "dead"
    """The channel refuses this message for good."""
    CANCELLED = "cancelled"
    """Withdrawn, or no longer of use when its turn came."""


WAITING = (DeliveryState.QUEUED, DeliveryState.RETRY)


class Delivery(SQLModel, table=True):
    """One message to one chat. Unique by `dedupe`, so that no tick can queue it twice.

    `edits` is the message in the chat that this one replaces the text of, or deletes. `again` counts the times it was
    sent once more although an earlier try may have arrived.
    """

    __table_args__ = (
        Index(
            "ix_delivery_waiting",
            "bot",
            "lane",
            "deadline",
            "id",
            sqlite_where=text("state IN ('queued', 'retry')"),
            postgresql_where=text("state IN ('queued', 'retry')"),
        ),
        Index(
            "ix_delivery_open_chat",
            "bot",
            "chat",
            "lane",
            "id",
            sqlite_where=text("state IN ('queued', 'retry', 'sending')"),
            postgresql_where=text("state IN ('queued', 'retry', 'sending')"),
        ),
        Index("ix_delivery_message", "message_id"),
        Index(
            "ix_delivery_progress",
            "message_id",
            "state",
            "settled_at",
            sqlite_where=text("lane = 3"),
            postgresql_where=text("lane = 3"),
        ),
        Index("ix_delivery_account", "account_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    message_id: int = Field(foreign_key="message.id", sa_type=Id)
    bot: int = Field(sa_type=BigInteger)
    chat: int = Field(sa_type=BigInteger)
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=Id)
    lane: int = Field(sa_type=SmallInteger)
    state: DeliveryState = Field(default=DeliveryState.QUEUED, sa_type=one_of(DeliveryState, "state"))
    dedupe: str | None = Field(default=None, unique=True, max_length=120)
    edits: int | None = Field(default=None, sa_type=BigInteger)
    not_before: datetime = Field(sa_type=Utc)
    deadline: datetime = Field(sa_type=Utc)
    expires_at: datetime | None = Field(default=None, sa_type=Utc)
    tries: int = 0
    again: int = 0
    epoch: int = 0
    channel_message_id: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = Field(default=None, max_length=300)
    settled_at: datetime | None = Field(default=None, sa_type=Utc)


class BotState(SQLModel, table=True):
    """What must be remembered of one bot token across restarts, and who holds it now.

    The holder of the lease polls and sends, and shows by a growing `beat` that it lives; `epoch` grows with
    every holder, so that a former one cannot settle what the present one took.
    """

    __tablename__ = "bot_state"
    bot: int = Field(primary_key=True, sa_type=Id)
    username: str = Field(default="", max_length=64)
    holder: str | None = Field(default=None, max_length=120)
    epoch: int = 0
    beat: int = 0
    last_poll_at: datetime | None = Field(default=None, sa_type=Utc)
    rate: float | None = None
    paused_until: datetime | None = Field(default=None, sa_type=Utc)


class Wizard(SQLModel, table=True):
    """What a chat is in the middle of: the question just asked and what was said so far."""

    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=Id)
    name: str = Field(max_length=40)
    data: Any = Field(default_factory=dict, sa_type=Json)
    updated_at: datetime = Field(sa_type=Utc)
