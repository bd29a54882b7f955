"""Schedules, meetings, what is said about them and what members answer beforehand; rolls are in `models_rolls`."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from bot.rules.words import (
    Answer,
    LeaveDecision,
    LeaveReason,
    MeetingKind,
    ReminderProfile,
    ReminderStep,
    Shift,
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

    `planned_to`: up to this local date its meetings stand in the calendar already. `default_id`: the committee's
    default it follows, until the cell sets its own. `prepare_days` before a meeting its secretary is asked to
    confirm it (0: not asked); `agenda` is what is proposed then. `answer_hours` before the start answers are due.
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
    shift: Shift = Field(default=Shift.NONE, sa_type=one_of(Shift, "shift"))
    default_id: int | None = Field(default=None, foreign_key="default_schedule.id", index=True, sa_type=Id)
    agenda: str = ""
    prepare_days: int = 10
    answer_hours: int = 12


class DefaultSchedule(SQLModel, table=True):
    """The day a committee sets for a kind of meeting of all cells below it; a cell may override it.

    The nearest committee above a cell decides. Cells get a `Schedule` of their own that follows it.
    """

    __tablename__ = "default_schedule"
    __table_args__ = (UniqueConstraint("organisation_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    kind: MeetingKind = Field(sa_type=one_of(MeetingKind, "kind"))
    rule: str = Field(max_length=200)
    at: time
    minutes: int = 90
    shift: Shift = Field(default=Shift.NONE, sa_type=one_of(Shift, "shift"))
    spread_at: datetime | None = Field(default=None, sa_type=Utc)


class Meeting(SQLModel, table=True):
    """One meeting of a cell, or of a committee. `month`: the first day of the month it was scheduled for, even
    when it was moved.

    `title` says what it is about where its kind does not; `combined`: a regular meeting that is thematic too and
    counts for both. `confirmed_at`: its secretary has confirmed time, place and agenda. `answer_by`: answers after
    that are late. `sequence` counts the changes that calendars must hear of (RFC 5545). `live`: there
    are messages about it that are kept up to date where they stand.
    """

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
        Index("ix_meeting_cell", "cell_id", "month"),
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
    title: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    combined: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    confirmed_at: datetime | None = Field(default=None, sa_type=Utc)
    answer_by: datetime | None = Field(default=None, sa_type=Utc)
    sequence: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    live: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Invitee(SQLModel, table=True):
    """Somebody called to a meeting by name: to a committee's, whose people are no cell's list."""

    __table_args__ = (Index("ix_invitee_member", "member_id"),)
    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True, sa_type=Id)
    member_id: int = Field(foreign_key="member.id", primary_key=True, sa_type=Id)


class MeetingDocument(SQLModel, table=True):
    """A document that goes with the invitation to a meeting."""

    __tablename__ = "meeting_document"
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", index=True, sa_type=Id)
    media_id: int = Field(foreign_key="media.id", index=True, sa_type=Id)
    added_by: int = Field(foreign_key="member.id", sa_type=Id)


class Snooze(SQLModel, table=True):
    """A member's wish to be asked again about a meeting at a moment; `times` counts them, as they are bounded."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        Index("ix_snooze_due", "done_at", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    meeting_id: int = Field(foreign_key="meeting.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", index=True, sa_type=Id)
    due_at: datetime = Field(sa_type=Utc)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    times: int = 1


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
