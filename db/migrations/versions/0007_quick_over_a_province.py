"""What a task was settled by is found by index

A committee asks of every finished task whether a meeting has evaluated it as done: a partial index of just those.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SETTLED = sa.text("percent = 100 AND evaluated IN ('well_done', 'done')")


def upgrade() -> None:
    op.create_index(
        "ix_progress_settled", "progress", ["assignment_id"], sqlite_where=SETTLED, postgresql_where=SETTLED
    )


def downgrade() -> None:
    op.drop_index("ix_progress_settled", "progress")
