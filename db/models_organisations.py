"""Organisations: the tree as it is, and how it came to be."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from bot.rules.words import OrganisationKind
from db.types import Id, one_of


class Organisation(SQLModel, table=True):
    """A committee, a base organisation, a cell: one node of a tree of any depth.

    Name, kind, parent and closing are those of today; `OrganisationPeriod` has those of every other day.
    `code` is ours, `official_code` that of the Party's register where it is known. `sort`: what kind of cell it is,
    in the words of the setting, or empty.
    """

    __table_args__ = (Index("uq_organisation_official_code", "official_code", unique=True),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    code: str = Field(unique=True, max_length=64)
    official_code: str | None = Field(default=None, max_length=64)
    name: str = Field(max_length=200)
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind, "kind"))
    parent_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, sa_type=Id)
    closed_on: date | None = None
    sort: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})


class OrganisationPeriod(SQLModel, table=True):
    """A period in which an organisation had a name, a kind and a place in the tree.

    `until` is the first day it no longer holds; a period that begins in the future is a planned change. An
    organisation without periods has always been what it is.
    """

    __tablename__ = "organisation_period"
    __table_args__ = (
        Index("ix_organisation_period_organisation", "organisation_id", "since"),
        Index("ix_organisation_period_parent", "parent_id"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index(
            "uq_organisation_period_open",
            "organisation_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=Id)
    name: str = Field(max_length=200)
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind, "kind"))
    parent_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=Id)
    since: date
    until: date | None = None


class SuccessionKind(StrEnum):
    """How one organisation followed another."""

    MERGE = "merge"
    """The members of the first went over to the second, and the first was closed."""
    SPLIT = "split"
    """The second was made of some members of the first, which goes on."""


class Succession(SQLModel, table=True):
    """From a day on one organisation has the members of another, or some of them.

    `carried`: what else belonged to the first, its tasks and meetings, was seen to when the day came.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    from_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    to_id: int = Field(foreign_key="organisation.id", index=True, sa_type=Id)
    kind: SuccessionKind = Field(sa_type=one_of(SuccessionKind, "kind"))
    since: date
    carried: bool = False
