"""People: how they belong to cells, their standing, what they hold, and how they move."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, false, text
from sqlmodel import Field, SQLModel

from bot.rules.words import ExemptReason, MembershipKind, RoleName, Status, TransferKind
from db.types import Id, Utc, one_of


class Member(SQLModel, table=True):
    """A person the organisation knows: a member of a cell, or one who only holds a role.

    Of one who was erased only the number is left, which closed rolls count. `fewer_reminders`: wants to be
    reminded of a meeting once, and not at every step of its profile.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    code: str | None = Field(default=None, unique=True, max_length=64)
    name: str = Field(max_length=200)
    phone: str | None = Field(default=None, max_length=20)
    erased_at: datetime | None = Field(default=None, sa_type=Utc)
    fewer_reminders: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Membership(SQLModel, table=True):
    """A period in which a member belongs to a cell; `until` is the first day it no longer holds.

    Without a cell: transferred for a time to an organisation that is not in our tree. `exempt` is from
    residential meetings only, for the reason beside it.
    """

    __table_args__ = (
        Index("ix_membership_cell", "cell_id", "kind", "since"),
        Index("ix_membership_member", "member_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        CheckConstraint("cell_id IS NOT NULL OR kind = 'temporary'", name="somewhere"),
        Index(
            "uq_membership_open",
            "member_id",
            "kind",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    cell_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=Id)
    kind: MembershipKind = Field(sa_type=one_of(MembershipKind, "kind"))
    exempt: bool = False
    exempt_reason: ExemptReason | None = Field(default=None, sa_type=one_of(ExemptReason, "exempt_reason"))
    since: date
    until: date | None = None


class StatusPeriod(SQLModel, table=True):
    """A period of a member's status; `until` is the first day it no longer holds."""

    __tablename__ = "status_period"
    __table_args__ = (Index("ix_status_period_member", "member_id", "since"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    status: Status = Field(sa_type=one_of(Status, "status"))
    since: date
    until: date | None = None


class Role(SQLModel, table=True):
    """A period in which a person holds a role for an organisation (an admin: for none)."""

    __table_args__ = (
        Index("ix_role_member", "member_id"),
        Index("ix_role_organisation", "organisation_id", "name"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=Id)
    name: RoleName = Field(sa_type=one_of(RoleName, "name"))
    since: date
    until: date | None = None


class Transfer(SQLModel, table=True):
    """A member's official transfer to another cell, or the end of a temporary one: what the clocks watch.

    The paper work happens elsewhere; here stand its days. `to_cell_id` is None for a place outside our tree,
    which `place` names. `moved_on`: the day the member's work or home changed, from which the time to begin
    is counted; `letter_on`: when the letter of introduction was made out; `ended_on`: received, or called off.
    """

    __table_args__ = (
        Index("ix_transfer_member", "member_id"),
        Index(
            "uq_transfer_open",
            "member_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    kind: TransferKind = Field(sa_type=one_of(TransferKind, "kind"))
    from_cell_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    to_cell_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, sa_type=Id)
    place: str = Field(default="", max_length=200)
    moved_on: date
    until: date | None = None
    letter_on: date | None = None
    ended_on: date | None = None
    received: bool | None = None
    opened_by: int = Field(foreign_key="member.id", sa_type=Id)
    reminded_on: date | None = None
