"""The files that go out and come in."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from db.types import Id, Utc


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
