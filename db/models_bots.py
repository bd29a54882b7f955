"""The bots this organisation has beside the one of the settings."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from db.types import Id, Utc


class OwnBot(SQLModel, table=True):
    """A bot of a committee: everybody of its subtree belongs to it, once they have started it.

    `id` is Telegram's number of it. Its token is sealed with `CHIBO_SECRET_KEY` (`bot.keys`) and never kept
    otherwise. `removed_at`: nobody belongs to it any more; it is served while somebody or something needs it.
    """

    __tablename__ = "own_bot"
    id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    organisation_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    username: str = Field(max_length=64)
    sealed_token: str = Field(max_length=500)
    added_at: datetime = Field(sa_type=Utc)
    removed_at: datetime | None = Field(default=None, sa_type=Utc)
