"""Organisations, people, how they belong together, and the chats they speak from."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.rules.words import MembershipKind, OrganisationKind, RoleName, Status
from db.types import Id, Utc, one_of


class Organisation(SQLModel, table=True):
    """A committee, a base organisation, a cell: one node of a tree of any depth."""

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    code: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=200)
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind, "kind"))
    parent_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, sa_type=Id)


class Member(SQLModel, table=True):
    """A person the organisation knows: a member of a cell, or one who only holds a role."""

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    code: str | None = Field(default=None, unique=True, max_length=64)
    name: str = Field(max_length=200)
    phone: str | None = Field(default=None, max_length=20)


class Membership(SQLModel, table=True):
    """A period in which a member belongs to a cell; `until` is the first day it no longer holds."""

    __table_args__ = (
        Index("ix_membership_cell", "cell_id", "kind", "since"),
        Index("ix_membership_member", "member_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
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
    cell_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    kind: MembershipKind = Field(sa_type=one_of(MembershipKind, "kind"))
    exempt: bool = False
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


class Account(SQLModel, table=True):
    """A chat a person can be reached in: (channel, bot, address).

    `unreachable_at` is set when the channel said for good that nothing arrives there any more.
    """

    __table_args__ = (UniqueConstraint("channel", "bot", "address"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    channel: str = Field(default="telegram", max_length=16)
    bot: int = Field(sa_type=BigInteger)
    address: int = Field(sa_type=BigInteger)
    language: str = Field(default="vi", max_length=2)
    unreachable_at: datetime | None = Field(default=None, sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)


class Link(SQLModel, table=True):
    """A period in which an account speaks for a member. A couple may share one telephone."""

    __table_args__ = (
        Index("ix_link_account", "account_id"),
        Index("ix_link_member", "member_id"),
        Index(
            "uq_link_open",
            "account_id",
            "member_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    account_id: int = Field(foreign_key="account.id", sa_type=Id)
    member_id: int = Field(foreign_key="member.id", sa_type=Id)
    speaking: bool = True
    since: datetime = Field(sa_type=Utc)
    until: datetime | None = Field(default=None, sa_type=Utc)


class Consent(SQLModel, table=True):
    """Proof of one person's explicit consent: which wording, when, from which chat."""

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True, sa_type=Id)
    account_id: int = Field(foreign_key="account.id", index=True, sa_type=Id)
    version: str = Field(max_length=16)
    text_sha256: str = Field(max_length=64)
    given_at: datetime = Field(sa_type=Utc)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Utc)


class Invite(SQLModel, table=True):
    """A link that lets somebody in. Only the hash of its token is kept.

    One of three: for a member (single use), for a cell (many uses, each approved), for a role (single use).
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    token_sha256: str = Field(unique=True, max_length=64)
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True, sa_type=Id)
    cell_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=Id)
    role: RoleName | None = Field(default=None, sa_type=one_of(RoleName, "role"))
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=Id)
    created_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)
    used_at: datetime | None = Field(default=None, sa_type=Utc)


class JoinRequest(SQLModel, table=True):
    """Somebody who came by a cell's link and waits for the secretary; they consented before."""

    __tablename__ = "join_request"
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    account_id: int = Field(foreign_key="account.id", index=True, sa_type=Id)
    cell_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    name: str = Field(max_length=200)
    asked_at: datetime = Field(sa_type=Utc)
    approved: bool | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    decided_by: int | None = Field(default=None, foreign_key="member.id", sa_type=Id)
