"""Study notices, which members are asked to read, and the files that go out and come in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from db.types import Id, Utc, one_of


class NoticeState(StrEnum):
    """Where a study notice stands."""

    DRAFT = "draft"
    """Being written; nobody but its author sees it."""
    SENDING = "sending"
    """Released; its recipients are being queued step by step."""
    SENT = "sent"
    """Every recipient is queued."""


class Notice(SQLModel, table=True):
    """A text or a document that every member of a subtree shall study and confirm.

    The issuer speaks, to the audience: itself or an organisation below it. `sent_at` is the moment of release,
    and its local date decides who belongs to the audience.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    issuer_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    audience_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    author_id: int = Field(foreign_key="member.id", sa_type=Id)
    title: str = Field(max_length=300)
    text: str = ""
    media_id: int | None = Field(default=None, foreign_key="media.id", sa_type=Id)
    state: NoticeState = Field(default=NoticeState.DRAFT, sa_type=one_of(NoticeState, "state"))
    queued_to: int = Field(default=0, sa_type=Id)
    created_at: datetime = Field(sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)


class Recipient(SQLModel, table=True):
    """A member a notice is for, in the cell that counts them, and when they confirmed that they studied it.

    `told_by` is who recorded that they told the member in person; None where the member confirmed.
    """

    __tablename__ = "notice_recipient"
    __table_args__ = (Index("ix_notice_recipient_member", "member_id"),)
    notice_id: int = Field(primary_key=True, foreign_key="notice.id", sa_type=Id)
    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=Id)
    cell_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    told_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    confirmed_at: datetime | None = Field(default=None, sa_type=Utc)


class Media(SQLModel, table=True):
    """A document, a picture or a voice message, kept once as bytes: a channel's file ids belong to one bot only.

    `unique_id` is the channel's own number of what somebody sent, the same whoever sends it. Where what members
    send is not to be kept, or is too large for it, `content` is empty and only the bot's file id leads to it.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    kind: str = Field(max_length=16)
    name: str = Field(max_length=200)
    mime: str = Field(max_length=100)
    unique_id: str | None = Field(default=None, max_length=64, index=True)
    content: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Utc)


class MediaCopy(SQLModel, table=True):
    """The id under which one bot already holds a media, so that its bytes travel once."""

    __tablename__ = "media_copy"
    media_id: int = Field(primary_key=True, foreign_key="media.id", sa_type=Id)
    bot: int = Field(primary_key=True, sa_type=Id)
    file_id: str = Field(max_length=200)
