"""Looking after who has been missing: who will talk to them, what came of it, whether they came back."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from db.types import Id, Utc


class Care(SQLModel, table=True):
    """A cell's follow-up with one of its members, opened in a year; who will talk to them, and since when they are
    back. It goes on into the next year until they are; only then may another be opened.

    `talked_at`: the one who was asked to has talked to them.
    """

    __table_args__ = (UniqueConstraint("cell_id", "member_id", "year"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    cell_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", index=True, sa_type=Id)
    year: int
    talker_id: int | None = Field(default=None, foreign_key="member.id", index=True, sa_type=Id)
    opened_at: datetime = Field(sa_type=Utc)
    talked_at: datetime | None = Field(default=None, sa_type=Utc)
    came_back_at: datetime | None = Field(default=None, sa_type=Utc)


class CareNote(SQLModel, table=True):
    """What somebody wrote down after a talk; seen by those who lead the cell, and purged like reasons are."""

    __tablename__ = "care_note"
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    care_id: int = Field(foreign_key="care.id", index=True, sa_type=Id)
    by_id: int = Field(foreign_key="member.id", index=True, sa_type=Id)
    words: str = Field(max_length=500)
    noted_at: datetime = Field(sa_type=Utc)
