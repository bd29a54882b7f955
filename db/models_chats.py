"""Chats: whose they are, how people come in, and what they agreed to."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from bot.rules.words import RoleName
from db.types import Id, Utc, one_of


class Account(SQLModel, table=True):
    """A chat a person can be reached in: (channel, bot, address).

    Who starts another of our bots goes over to it with all that is theirs: `bot` changes, and a new account
    without a link stays at the old one, so that what is pressed there is still known to be theirs.
    `unreachable_at` is set when the channel said for good that nothing arrives there any more.
    """

    __table_args__ = (UniqueConstraint("channel", "bot", "address"), Index("ix_account_address", "address"))
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
    `replaces`: the member's other chats are cut off when it is used, as after a lost telephone. `made_by` is
    who made it, and must still be allowed to when it is used; None for an operator at the machine.
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
    replaces: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    made_by: int | None = Field(default=None, sa_type=Id)


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
