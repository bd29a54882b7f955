"""Trust: who looked at or changed what about whom, and what people ask of their own data."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.rules.words import AuditVerb, DataRequestKind, RoleName
from db.types import Id, Utc, one_of


class AuditEntry(SQLModel, table=True):
    """One thing somebody did or looked at: numbers only, never content. The database refuses to change it.

    `actor_id` is the member who acted, from the role they acted in; None for an operator at the machine or
    the program itself. `organisation_id` is where it counts: the cell or committee whose officers may read it.
    `object_id` is the number of what it was done to, of the kind the verb says; `count`: how many people.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_organisation", "organisation_id", "at"),
        Index("ix_audit_entry_member", "member_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    at: datetime = Field(sa_type=Utc)
    actor_id: int | None = Field(default=None, sa_type=Id)
    role: RoleName | None = Field(default=None, sa_type=one_of(RoleName, "role"))
    verb: AuditVerb = Field(sa_type=one_of(AuditVerb, "verb"))
    member_id: int | None = Field(default=None, sa_type=Id)
    organisation_id: int | None = Field(default=None, sa_type=Id)
    object_id: int | None = Field(default=None, sa_type=Id)
    count: int | None = None


class DataRequest(SQLModel, table=True):
    """What somebody asked about their own data; its number is what they are told. Answered by `due_at`."""

    __tablename__ = "data_request"
    __table_args__ = (Index("ix_data_request_due", "done_at", "due_at"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    member_id: int = Field(foreign_key="member.id", index=True, sa_type=Id)
    kind: DataRequestKind = Field(sa_type=one_of(DataRequestKind, "kind"))
    asked_at: datetime = Field(sa_type=Utc)
    due_at: datetime = Field(sa_type=Utc)
    reminded_at: datetime | None = Field(default=None, sa_type=Utc)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    done_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)


class CommitteePermission(SQLModel, table=True):
    """A committee's permission to enter its members, as its paper says it. Only ever added to: the newest holds.

    `given_by` is the committee, not a person; `number` and `given_on` are those of the paper.
    """

    __tablename__ = "committee_permission"
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    given_by: str = Field(max_length=200)
    number: str = Field(max_length=60)
    given_on: date
    recorded_at: datetime = Field(sa_type=Utc)
