"""Because of which update something is said

Its number, so that the log tells one story from what a person did to what they were told.

Going back loses to which update a message that was said belongs: the log of then still says it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("message", sa.Column("update_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("message", "update_id")
