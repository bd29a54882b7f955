"""A lease by beats; deliveries belong to an epoch and have no lease of their own

Going back loses the beats of leases: every process stops first. Nobody's data.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import db.types

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("bot_state") as table:
        table.add_column(sa.Column("beat", sa.Integer(), nullable=False, server_default="0"))
        table.alter_column(
            "holder", existing_type=sa.String(64), type_=sa.String(120), existing_nullable=True
        )
        table.drop_column("lease_until")
    with op.batch_alter_table("bot_state") as table:
        table.alter_column("beat", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("delivery", recreate="never") as table:  # large: SQLite can drop it in place
        table.drop_column("claimed_until")


def downgrade() -> None:
    with op.batch_alter_table("delivery", recreate="never") as table:
        table.add_column(sa.Column("claimed_until", db.types.Utc(), nullable=True))
    with op.batch_alter_table("bot_state") as table:
        table.add_column(sa.Column("lease_until", db.types.Utc(), nullable=True))
        table.alter_column(
            "holder", existing_type=sa.String(120), type_=sa.String(64), existing_nullable=True
        )
        table.drop_column("beat")
