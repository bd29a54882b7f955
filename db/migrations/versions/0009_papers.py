"""Papers

How a cell's papers are headed and signed, which were made under which number, and offices' own templates.

Going back loses the numbers papers were given, how they are headed and signed, and offices' own templates.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from db.types import Utc

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("invitation", "attendance", "roll", "minutes", "resolution", "month", "study", "year")
SIGNERS = ("secretary", "deputy", "chair")
OF_MEETING, OF_PERIOD = sa.text("meeting_id IS NOT NULL"), sa.text("meeting_id IS NULL")


def _id() -> sa.types.TypeEngine[Any]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _ref(table: str, column: str, to: str, *, nullable: bool = False, key: bool = False) -> sa.Column[Any]:
    foreign = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}")
    return sa.Column(column, _id(), foreign, nullable=nullable, primary_key=key)


def _one_of(name: str, values: Sequence[str], *, key: bool = False) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
    return sa.Column(name, kind, nullable=False, primary_key=key)


def upgrade() -> None:
    op.create_table(
        "paper_setting",
        _ref("paper_setting", "organisation_id", "organisation", key=True),
        sa.Column("term_began", sa.Date(), nullable=False),
        sa.Column("place", AutoString(length=60), nullable=False),
        sa.Column("tail", AutoString(length=20), nullable=False),
        _one_of("signer", SIGNERS),
        sa.Column("used", sa.JSON(), nullable=False),
    )
    op.create_table(
        "paper",
        sa.Column("id", _id(), nullable=False, primary_key=True),
        _ref("paper", "organisation_id", "organisation"),
        _one_of("kind", KINDS),
        sa.Column("series", AutoString(length=4), nullable=False),
        sa.Column("term_began", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _ref("paper", "meeting_id", "meeting", nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        _ref("paper", "made_by", "member"),
        sa.Column("made_at", Utc(timezone=True), nullable=False),
        sa.UniqueConstraint("organisation_id", "series", "term_began", "number", name="uq_paper_number"),
        sa.CheckConstraint(
            "(meeting_id IS NULL) = (since IS NOT NULL AND until IS NOT NULL)", name="subject"
        ),
    )
    unique: dict[str, Any] = {"unique": True, "sqlite_where": OF_MEETING, "postgresql_where": OF_MEETING}
    op.create_index("uq_paper_meeting", "paper", ["meeting_id", "kind"], **unique)
    unique |= {"sqlite_where": OF_PERIOD, "postgresql_where": OF_PERIOD}
    op.create_index("uq_paper_period", "paper", ["organisation_id", "kind", "since", "until"], **unique)
    op.create_table(
        "paper_template",
        _ref("paper_template", "organisation_id", "organisation", key=True),
        _one_of("kind", KINDS, key=True),
        sa.Column("name", AutoString(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _ref("paper_template", "added_by", "member"),
        sa.Column("added_at", Utc(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("paper_template", "paper", "paper_setting"):
        op.drop_table(table)
