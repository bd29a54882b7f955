"""Several bots

The bots of committees, beside the one of the settings.

Going back loses the committees' bots: their tokens are to be added again.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from db.types import Utc

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _id() -> sa.types.TypeEngine[Any]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    committee = sa.ForeignKey("organisation.id", name="fk_own_bot_organisation_id")
    op.create_table(
        "own_bot",
        sa.Column("id", sa.BigInteger(), nullable=False, primary_key=True, autoincrement=False),
        sa.Column("organisation_id", _id(), committee, nullable=False),
        sa.Column("username", AutoString(length=64), nullable=False),
        sa.Column("sealed_token", AutoString(length=500), nullable=False),
        sa.Column("added_at", Utc(timezone=True), nullable=False),
        sa.Column("removed_at", Utc(timezone=True), nullable=True),
    )
    op.create_index("ix_own_bot_organisation_id", "own_bot", ["organisation_id"])
    op.create_index("ix_account_address", "account", ["address"])


def downgrade() -> None:
    op.drop_index("ix_account_address", "account")
    op.drop_table("own_bot")
