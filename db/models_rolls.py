"""What the roll of a meeting says, how people check in, who else was there, and what was concluded."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.rules.words import RollState
from db.types import Id, Utc, one_of


class RollMark(SQLModel, table=True):
    """What the roll of one meeting says of one member."""

    __tablename__ = "roll_mark"
    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        Index("ix_roll_mark_member", "member_id", "state"),
        Index(
            *("ix_roll_mark_unexcused", "meeting_id", "member_id"),
            sqlite_where=text("state = 'unexcused'"),
            postgresql_where=text("state = 'unexcused'"),
        ),
        Index(
            *("ix_roll_mark_absent", "meeting_id", "member_id", "state"),
            sqlite_where=text("state IN ('excused', 'unexcused')"),
            postgresql_where=text("state IN ('excused', 'unexcused')"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    state: RollState = Field(sa_type=one_of(RollState, "state"))
    marked_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    marked_at: datetime = Field(sa_type=Utc)


class RollTally(SQLModel, table=True):
    """What the roll of a closed meeting adds up to, kept beside it: a province's year is asked for at a glance.

    Closing and correcting write it; who had to attend are the first four together.
    """

    __tablename__ = "roll_tally"
    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=Id)
    present: int = 0
    late: int = 0
    excused: int = 0
    unexcused: int = 0
    exempt: int = 0
    not_expected: int = 0


class RollCorrection(SQLModel, table=True):
    """A mark of a closed roll that was changed, and why; it is only ever added to."""

    __tablename__ = "roll_correction"
    __table_args__ = (Index("ix_roll_correction_meeting", "meeting_id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", index=True, sa_type=Id)
    before: RollState = Field(sa_type=one_of(RollState, "before"))
    after: RollState = Field(sa_type=one_of(RollState, "after"))
    reason: str = Field(default="", max_length=500)
    by_id: int = Field(foreign_key="member.id", sa_type=Id)
    corrected_at: datetime = Field(sa_type=Utc)


class CheckIn(SQLModel, table=True):
    """A meeting at which members mark themselves; the codes shown in the room come of `secret` and the clock."""

    __tablename__ = "check_in"
    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=Id)
    secret: str = Field(max_length=64)
    opened_by: int = Field(foreign_key="member.id", sa_type=Id)
    opened_at: datetime = Field(sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)


class MeetingGuest(SQLModel, table=True):
    """Somebody who was there without belonging to the meeting's list; `follower`: for the committee.

    Guests are recorded apart and are in no count of members.
    """

    __tablename__ = "meeting_guest"
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", index=True, sa_type=Id)
    name: str = Field(max_length=200)
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True, sa_type=Id)
    follower: bool = False


class MeetingMinutes(SQLModel, table=True):
    """What the minutes of a meeting are drafted from: its real times, who led and wrote, what was concluded."""

    __tablename__ = "meeting_minutes"
    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=Id)
    began_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_at: datetime | None = Field(default=None, sa_type=Utc)
    chair_id: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    taker_id: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    speakers: int | None = None
    conclusions: str = ""

    @property
    def length(self) -> int | None:
        """How many minutes the meeting really lasted, where both times are known."""
        if self.began_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.began_at).total_seconds() / 60)
