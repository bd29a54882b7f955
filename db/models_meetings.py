"""Schedules, meetings, what members answer beforehand and what the roll says afterwards."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.rules.words import (
    Answer,
    LeaveDecision,
    LeaveReason,
    MeetingKind,
    ReminderProfile,
    ReminderStep,
    RollState,
)
from db.types import Id, Utc, one_of


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    """It will take place, or has begun and its roll is not closed."""
    CLOSED = "closed"
    """It took place and its roll is closed and locked."""
    NOT_HELD = "not_held"
    """It did not take place; the reason is in `outcome`."""
    CANCELLED = "cancelled"
    """Called off beforehand; those who were told were told again."""


class Schedule(SQLModel, table=True):
    """When a cell holds a kind of meeting: an RFC 5545 rule without a start, a local time, a place.

    `planned_to`: up to this local date its meetings stand in the calendar already.
    """

    __table_args__ = (UniqueConstraint("cell_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    cell_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    kind: MeetingKind = Field(sa_type=one_of(MeetingKind, "kind"))
    rule: str = Field(max_length=200)
    at: time
    place: str = Field(default="", max_length=200)
    minutes: int = 90
    profile: ReminderProfile = Field(
        default=ReminderProfile.STANDARD, sa_type=one_of(ReminderProfile, "profile")
    )
    since: date
    planned_to: date | None = Field(default=None, index=True)


class Meeting(SQLModel, table=True):
    """One meeting of a cell. `month` is the first day of the month it was scheduled for, even when moved."""

    __table_args__ = (
        Index(
            "uq_meeting_monthly",
            "cell_id",
            "kind",
            "month",
            unique=True,
            sqlite_where=text("kind IN ('regular', 'residential')"),
            postgresql_where=text("kind IN ('regular', 'residential')"),
        ),
        Index("ix_meeting_state", "state", "starts_at"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    cell_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    kind: MeetingKind = Field(sa_type=one_of(MeetingKind, "kind"))
    month: date
    starts_at: datetime = Field(sa_type=Utc)
    minutes: int = 90
    place: str = Field(default="", max_length=200)
    agenda: str = ""
    profile: ReminderProfile = Field(
        default=ReminderProfile.STANDARD, sa_type=one_of(ReminderProfile, "profile")
    )
    state: MeetingState = Field(default=MeetingState.PLANNED, sa_type=one_of(MeetingState, "state"))
    outcome: str = Field(default="", max_length=500)
    called_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)


class Reminder(SQLModel, table=True):
    """One planned message about a meeting. Who gets it is decided when it is due."""

    __table_args__ = (
        Index("ix_reminder_due", "done_at", "due_at"),
        Index("ix_reminder_meeting", "meeting_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=Id)
    step: ReminderStep = Field(sa_type=one_of(ReminderStep, "step"))
    due_at: datetime = Field(sa_type=Utc)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    told: int | None = None


class Reply(SQLModel, table=True):
    """What a member says beforehand about one meeting; `by_id` is who said it."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        Index("ix_reply_member", "member_id"),
        Index(
            "ix_reply_reason",
            "meeting_id",
            sqlite_where=text("reason IS NOT NULL OR words <> ''"),
            postgresql_where=text("reason IS NOT NULL OR words <> ''"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    answer: Answer = Field(sa_type=one_of(Answer, "answer"))
    reason: LeaveReason | None = Field(default=None, sa_type=one_of(LeaveReason, "reason"))
    words: str = Field(default="", max_length=500)
    by_id: int = Field(foreign_key="member.id", sa_type=Id)
    answered_at: datetime = Field(sa_type=Utc)
    decision: LeaveDecision | None = Field(default=None, sa_type=one_of(LeaveDecision, "decision"))
    decided_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)


class RollMark(SQLModel, table=True):
    """What the roll of one meeting says of one member."""

    __tablename__ = "roll_mark"
    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        Index("ix_roll_mark_member", "member_id", "state"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    state: RollState = Field(sa_type=one_of(RollState, "state"))
    marked_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    marked_at: datetime = Field(sa_type=Utc)
