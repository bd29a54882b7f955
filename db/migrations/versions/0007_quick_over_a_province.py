"""What a province asks for is found at a glance

What closed rolls add up to stands beside them; a cell's meetings are found by month, absences by meeting. A committee
asks of every finished task whether a meeting has evaluated it as done: a partial index of just those.

Going back loses nothing: what rolls add up to is counted anew when going forward.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ABSENT = sa.text("state IN ('excused', 'unexcused')")
SETTLED = sa.text("percent = 100 AND evaluated IN ('well_done', 'done')")
STATES = ("present", "late", "excused", "unexcused", "exempt", "not_expected")
TALLIED = sa.text(
    "INSERT INTO roll_tally SELECT r.meeting_id, "
    + ", ".join(f"SUM(CASE WHEN r.state = '{state}' THEN 1 ELSE 0 END)" for state in STATES)
    + " FROM roll_mark r JOIN meeting m ON m.id = r.meeting_id WHERE m.state = 'closed' GROUP BY r.meeting_id"
)


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    meeting = sa.ForeignKey("meeting.id", name="fk_roll_tally_meeting_id")
    op.create_table(
        "roll_tally",
        sa.Column("meeting_id", key, meeting, nullable=False, primary_key=True),
        *(sa.Column(state, sa.Integer(), nullable=False) for state in STATES),
    )
    op.execute(TALLIED)
    op.create_index("ix_meeting_cell", "meeting", ["cell_id", "month"])
    absent = ["meeting_id", "member_id", "state"]
    op.create_index("ix_roll_mark_absent", "roll_mark", absent, sqlite_where=ABSENT, postgresql_where=ABSENT)
    op.create_index(
        "ix_progress_settled", "progress", ["assignment_id"], sqlite_where=SETTLED, postgresql_where=SETTLED
    )


def downgrade() -> None:
    op.drop_index("ix_roll_mark_absent", "roll_mark")
    op.drop_index("ix_meeting_cell", "meeting")
    op.drop_index("ix_progress_settled", "progress")
    op.drop_table("roll_tally")
