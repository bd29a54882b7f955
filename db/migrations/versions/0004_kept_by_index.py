"""What is past its time is found by index

Two partial indexes: replies that give a reason, and messages that still have a text. What is taken out leaves
them, so a tick that finds nothing reads next to nothing.

Going back loses nothing.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WITH_TEXT = sa.text("text <> ''")
WITH_REASON = sa.text("reason IS NOT NULL OR words <> ''")


def upgrade() -> None:
    for name, table, column, where in (
        ("ix_message_kept", "message", "created_at", WITH_TEXT),
        ("ix_reply_reason", "reply", "meeting_id", WITH_REASON),
    ):
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_reply_reason", "reply")
    op.drop_index("ix_message_kept", "message")
