"""Chats of a whole cell, and messages that are kept up to date where they stand."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from db.types import Id, Utc, one_of


class CellGroup(SQLModel, table=True):
    """A group chat that serves a cell while it is linked; `chat` changes when it becomes a supergroup.

    `language` is what is read there: that of who linked it.
    """

    __tablename__ = "cell_group"
    __table_args__ = (
        Index(
            *("uq_cell_group_open", "bot", "chat"),
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    bot: int = Field(sa_type=BigInteger)
    chat: int = Field(sa_type=BigInteger)
    cell_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    linked_by: int = Field(foreign_key="member.id", sa_type=Id)
    language: str = Field(default="vi", max_length=2)
    since: datetime = Field(sa_type=Utc)
    until: datetime | None = Field(default=None, sa_type=Utc)


class SeenInGroup(SQLModel, table=True):
    """A member who has answered in the group of a cell: what is said there reaches them.

    Kept as long as the group serves the cell. Bots cannot ask who is in a group.
    """

    __tablename__ = "seen_in_group"
    group_id: int = Field(foreign_key="cell_group.id", primary_key=True, sa_type=Id)
    member_id: int = Field(foreign_key="member.id", primary_key=True, index=True, sa_type=Id)


class LiveKind(StrEnum):
    """What a message that is kept up to date shows."""

    GROUP = "group"
    """A meeting in its cell's group: numbers only, no names."""
    ROLL = "roll"
    """The roll in the hands of who takes it."""
    HEADCOUNT = "headcount"
    """Who comes, for who leads the cell."""
    CHECK_IN = "check_in"
    """The code of the moment, for members to check in with."""
    NOTICE = "notice"
    """How far a notice is, for who sent it."""


class LiveMessage(SQLModel, table=True):
    """A message that is edited where it stands when what it shows has changed, as often as its kind allows.

    `message_id` is the channel's number; until that is known `dedupe` is the delivery's that will have it. With
    neither it is still to be said, as a new message.
    `member_id` is for whom it is shown: what they may see is asked each time. `changed_at`: what it shows has
    changed since `shown_at`, or changes by itself at that moment.
    """

    __tablename__ = "live_message"
    __table_args__ = (
        Index("ix_live_message_about", "about_id", "kind"),
        Index(
            "ix_live_message_changed",
            "changed_at",
            sqlite_where=text("changed_at IS NOT NULL"),
            postgresql_where=text("changed_at IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    kind: LiveKind = Field(sa_type=one_of(LiveKind, "kind"))
    about_id: int = Field(sa_type=Id)
    bot: int = Field(sa_type=BigInteger)
    chat: int = Field(sa_type=BigInteger)
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True, sa_type=Id)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    dedupe: str | None = Field(default=None, max_length=120)
    page: int = 0
    language: str = Field(default="vi", max_length=2)
    changed_at: datetime | None = Field(default=None, sa_type=Utc)
    shown_at: datetime | None = Field(default=None, sa_type=Utc)
    until: datetime = Field(sa_type=Utc)
