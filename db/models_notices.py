"""Study notices: what members are asked to read, whom it is for, how it leaves, and who confirmed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from db.types import Id, Json, Utc, one_of

_SILENT = text("confirmed_at IS NULL")


class NoticeState(StrEnum):
    """Where a study notice stands."""

    DRAFT = "draft"
    """Being written, waiting for an approver, or for its moment; nobody it is for has it."""
    SENDING = "sending"
    """Released; its recipients are being queued step by step."""
    SENT = "sent"
    """Every recipient is queued."""


class Notice(SQLModel, table=True):
    """A text or documents that every member of a subtree shall study and confirm.

    The issuer speaks, to the audience: itself or an organisation below it; of that only cells of `cell_kinds`,
    members with one of `roles` and `statuses`, where any are named. `body`, `number` and `issued_on` are those of
    the document that is to be studied, `study_by` the local day until which. `as_parts`: a long text goes as
    numbered messages and not as one document. `repeats`: who joins the audience until `study_by` gets it, too.

    Asked to leave it waits: for an approver where it needs one (`approval_asked_at` to `approved_at`; `returned`
    says why it came back), for `leaves_at`, which is a minute ahead or chosen. `sent_at` is the moment of release,
    and its local date decides who belongs to the audience. It may be paused and go on; cancelled it is for good.

    `deleted_to` is the last delivery looked at for deleting it where it arrived; None: nobody asked for that.
    `corrects_id`: it goes to exactly those who got that one. `replaces_id`: that one is no longer in force; nor is
    one after `in_force_to` (a local day).
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
    body: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    number: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    issued_on: date | None = None
    study_by: date | None = None
    cell_kinds: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    roles: list[str] = Field(default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"})
    statuses: list[str] = Field(default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"})
    as_parts: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    repeats: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    approval_asked_at: datetime | None = Field(default=None, sa_type=Utc)
    approved_at: datetime | None = Field(default=None, sa_type=Utc)
    approved_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    returned: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    leaves_at: datetime | None = Field(default=None, index=True, sa_type=Utc)
    paused_at: datetime | None = Field(default=None, sa_type=Utc)
    cancelled_at: datetime | None = Field(default=None, sa_type=Utc)
    cancelled_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    deleted_to: int | None = Field(default=None, sa_type=Id)
    corrects_id: int | None = Field(default=None, foreign_key="notice.id", sa_type=Id)
    replaces_id: int | None = Field(default=None, foreign_key="notice.id", index=True, sa_type=Id)
    in_force_to: date | None = None


class NoticeFile(SQLModel, table=True):
    """A further document or picture of a notice, behind its first, in the order of their numbers."""

    __tablename__ = "notice_file"
    __table_args__ = (UniqueConstraint("notice_id", "media_id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    notice_id: int = Field(foreign_key="notice.id", sa_type=Id)
    media_id: int = Field(foreign_key="media.id", index=True, sa_type=Id)


class NoticeQuestion(SQLModel, table=True):
    """A question a notice asks of who has studied it; `right` is the index of the right one of its choices."""

    __tablename__ = "notice_question"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    notice_id: int = Field(foreign_key="notice.id", sa_type=Id)
    number: int
    text: str = Field(max_length=300)
    choices: list[str] = Field(default_factory=list, sa_type=Json)
    right: int


class NoticeAnswer(SQLModel, table=True):
    """What a member chose last for a question of a notice, and in how many tries."""

    __tablename__ = "notice_answer"
    question_id: int = Field(primary_key=True, foreign_key="notice_question.id", sa_type=Id)
    member_id: int = Field(primary_key=True, foreign_key="member.id", index=True, sa_type=Id)
    chosen: int
    tries: int = 1
    answered_at: datetime = Field(sa_type=Utc)


class NoticeSession(SQLModel, table=True):
    """A cell's meeting at which a notice was studied together: everybody present has confirmed it."""

    __tablename__ = "notice_session"
    notice_id: int = Field(primary_key=True, foreign_key="notice.id", sa_type=Id)
    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id", index=True, sa_type=Id)
    by_id: int = Field(foreign_key="member.id", sa_type=Id)
    recorded_at: datetime = Field(sa_type=Utc)


class Recipient(SQLModel, table=True):
    """A member a notice is for, in the cell that counts them, and when they confirmed that they studied it.

    `told_by` is who recorded that they told the member in person, `meeting_id` the meeting at which it was studied
    together; None where the member confirmed. `chases` counts the chases, `chased_at` the last; `snoozed_to` is
    the moment at which the member wants to be asked again, for the time of that number in `snoozes`. `listed_at` is
    when those who lead the cell were told that no chat reaches them.
    """

    __tablename__ = "notice_recipient"
    __table_args__ = (
        Index("ix_notice_recipient_member", "member_id"),
        Index(
            "ix_notice_recipient_silent",
            "notice_id",
            "chases",
            sqlite_where=_SILENT,
            postgresql_where=_SILENT,
        ),
    )
    notice_id: int = Field(primary_key=True, foreign_key="notice.id", sa_type=Id)
    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=Id)
    cell_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    told_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
    confirmed_at: datetime | None = Field(default=None, sa_type=Utc)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=Id)
    chases: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    chased_at: datetime | None = Field(default=None, sa_type=Utc)
    snoozed_to: datetime | None = Field(default=None, index=True, sa_type=Utc)
    snoozes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    listed_at: datetime | None = Field(default=None, sa_type=Utc)
