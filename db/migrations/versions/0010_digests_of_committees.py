"""Digests of committees

Who of a cell gets its digest; when the officers of a committee hear how its cells do.

Going back loses who gets a cell's digest, and when committees get theirs.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.types import Utc

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

READERS = ("secretary", "leaders", "followers")
RHYTHMS = ("weekly", "monthly")


def _id() -> sa.types.TypeEngine[Any]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    among = ", ".join(f"'{each}'" for each in READERS)
    op.execute(
        sa.text(
            "ALTER TABLE digest ADD COLUMN readers VARCHAR(24) DEFAULT 'leaders' NOT NULL"
            f" CONSTRAINT ck_digest_readers CHECK (readers IN ({among}))"
        )
    )
    committee = sa.ForeignKey("organisation.id", name="fk_committee_digest_organisation_id")
    rhythm = sa.Enum(*RHYTHMS, name="rhythm", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "committee_digest",
        sa.Column("organisation_id", _id(), committee, nullable=False, primary_key=True),
        sa.Column("rhythm", rhythm, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("next_at", Utc(timezone=True), nullable=True),
    )
    op.create_index("ix_committee_digest_next_at", "committee_digest", ["next_at"])


def downgrade() -> None:
    op.drop_table("committee_digest")
    op.drop_column("digest", "readers")
