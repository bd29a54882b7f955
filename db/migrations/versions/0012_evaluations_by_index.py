"""Evaluations by index

How many tasks closed meetings evaluated is counted without looking at what was reported of them.

Going back loses nothing.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_index("ix_progress_meeting", table_name="progress")
    op.create_index("ix_progress_meeting", "progress", ["meeting_id", "evaluated"])


def downgrade() -> None:
    op.drop_index("ix_progress_meeting", table_name="progress")
    op.create_index("ix_progress_meeting", "progress", ["meeting_id"])
