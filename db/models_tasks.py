"""Tasks: what cells give their members to do, what was reported of it month by month, and how it was evaluated."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.rules.digests import DigestReaders
from bot.rules.words import Evaluated, Rhythm, TaskVerb
from db.types import Id, Utc, one_of


class Task(SQLModel, table=True):
    """Something a cell gives its members to do, with an optional measure (`5` of `hộ`) and deadline.

    `year` is the year in whose plan it stands. `kind` is one of the kinds of the setting, in its words, or empty.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    cell_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    title: str = Field(max_length=300)
    kind: str = Field(default="", max_length=60)
    target: int | None = None
    unit: str = Field(default="", max_length=40)
    deadline: date | None = None
    rhythm: Rhythm = Field(default=Rhythm.MONTHLY, sa_type=one_of(Rhythm, "rhythm"))
    year: int
    created_by: int = Field(foreign_key="member.id", sa_type=Id)
    created_at: datetime = Field(sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)


class Assignment(SQLModel, table=True):
    """A task given to a member, from a local day to another (which is not in it), with the progress said last."""

    __table_args__ = (
        UniqueConstraint("task_id", "member_id"),
        Index("ix_assignment_member", "member_id"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    task_id: int = Field(foreign_key="task.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    since: date
    until: date | None = None
    percent: int | None = None
    done: int | None = None
    stuck: bool = False
    words: str = Field(default="", max_length=1000)
    reported_at: datetime | None = Field(default=None, sa_type=Utc)
    reported_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)


class Progress(SQLModel, table=True):
    """What was reported of an assignment between two regular meetings, and how the second one evaluated it.

    `meeting_id` is that meeting once its roll is closed, which locks the row. Until then there is one row for
    an assignment, and a new report or evaluation takes the place of what it says.
    """

    __table_args__ = (
        Index(
            *("uq_progress_open", "assignment_id"),
            unique=True,
            sqlite_where=text("meeting_id IS NULL"),
            postgresql_where=text("meeting_id IS NULL"),
        ),
        Index("ix_progress_meeting", "meeting_id", "evaluated"),
        Index(
            *("ix_progress_settled", "assignment_id"),
            sqlite_where=text("percent = 100 AND evaluated IN ('well_done', 'done')"),
            postgresql_where=text("percent = 100 AND evaluated IN ('well_done', 'done')"),
        ),
        UniqueConstraint("assignment_id", "meeting_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    assignment_id: int = Field(foreign_key="assignment.id", sa_type=Id)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=Id)
    percent: int | None = None
    done: int | None = None
    stuck: bool = False
    words: str = Field(default="", max_length=1000)
    reported_at: datetime | None = Field(default=None, sa_type=Utc)
    reported_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    evaluated: Evaluated | None = Field(default=None, sa_type=one_of(Evaluated, "evaluated"))
    note: str = Field(default="", max_length=1000)
    evaluated_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    evaluated_at: datetime | None = Field(default=None, sa_type=Utc)


class Evidence(SQLModel, table=True):
    """A photo, document or voice message that goes with a report."""

    __table_args__ = (UniqueConstraint("progress_id", "media_id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    progress_id: int = Field(foreign_key="progress.id", sa_type=Id)
    media_id: int = Field(foreign_key="media.id", index=True, sa_type=Id)
    added_by: int = Field(foreign_key="member.id", sa_type=Id)
    added_at: datetime = Field(sa_type=Utc)


class TaskChange(SQLModel, table=True):
    """What was done with a task, and by whom; it is only ever added to. `member_id`: whom it concerned.

    `before` and `after` never hold a name: who handed a task over is there by number, so that erasing a person
    leaves nothing here.
    """

    __tablename__ = "task_change"
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    task_id: int = Field(foreign_key="task.id", index=True, sa_type=Id)
    verb: TaskVerb = Field(sa_type=one_of(TaskVerb, "verb"))
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True, sa_type=Id)
    before: str = Field(default="", max_length=500)
    after: str = Field(default="", max_length=500)
    by_id: int = Field(foreign_key="member.id", sa_type=Id)
    changed_at: datetime = Field(sa_type=Utc)


class Digest(SQLModel, table=True):
    """When those who lead a cell are told once a week how its tasks stand: a local weekday (Monday 0) and time.

    `next_at` is the next moment at which it is looked whether there is something to tell; None for never.
    `readers`: who of them, and whether the committee's follower hears it too.
    """

    cell_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=Id)
    weekday: int = 0
    at: time = time(7, 30)
    next_at: datetime | None = Field(default=None, index=True, sa_type=Utc)
    readers: DigestReaders = Field(
        default=DigestReaders.LEADERS,
        sa_type=one_of(DigestReaders, "readers"),
        sa_column_kwargs={"server_default": DigestReaders.LEADERS.value},
    )
