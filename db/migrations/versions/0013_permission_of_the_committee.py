"""Permission of the committee

Which committee allowed its members to be entered, by which paper.

Going back loses which permission was recorded: it is to be recorded again.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from db.types import Utc

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "committee_permission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_by", AutoString(length=200), nullable=False),
        sa.Column("number", AutoString(length=60), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_committee_permission"),
    )


def downgrade() -> None:
    op.drop_table("committee_permission")
