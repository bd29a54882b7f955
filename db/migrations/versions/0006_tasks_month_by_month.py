"""Tasks month by month

Kinds, rhythms and the year of a task; what was reported and evaluated from meeting to meeting, with evidence; what
was done with a task and by whom; weekly digests.

Going back loses what was reported and evaluated month by month and its evidence; the last report of a task stays.
Going forward again the reports since the last regular meeting can be evaluated.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from db.types import Utc

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RHYTHMS = ("monthly", "quarterly", "at_deadline")
EVALUATED = ("well_done", "done", "not_done", "not_reported")
VERBS = (
    *("given", "taken_back", "handed_over", "renamed", "kind", "measure", "deadline", "rhythm"),
    *("closed", "reopened"),
)
OPEN = sa.text("meeting_id IS NULL")

REPORTED = sa.text(
    """
    INSERT INTO progress
        (assignment_id, percent, done, stuck, words, reported_at, reported_by, note)
    SELECT a.id, a.percent, a.done, a.stuck, a.words, a.reported_at, a.reported_by, ''
    FROM assignment a JOIN task t ON t.id = a.task_id
    WHERE a.reported_at IS NOT NULL AND t.closed_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM meeting m
        WHERE m.cell_id = t.cell_id AND m.kind = 'regular' AND m.state = 'closed'
            AND COALESCE(m.closed_at, m.starts_at) >= a.reported_at
    )
    """
)
"""What was reported since the last regular meeting can be evaluated at the next one."""


def _id() -> sa.types.TypeEngine[Any]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key() -> sa.Column[Any]:
    return sa.Column("id", _id(), nullable=False, primary_key=True)


def _ref(table: str, column: str, to: str, *, nullable: bool = False, key: bool = False) -> sa.Column[Any]:
    foreign = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}")
    return sa.Column(column, _id(), foreign, nullable=nullable, primary_key=key)


def _one_of(name: str, values: Sequence[str], *, nullable: bool = False) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    op.add_column("task", sa.Column("kind", AutoString(length=60), server_default="", nullable=False))
    op.add_column("task", sa.Column("year", sa.Integer(), server_default="0", nullable=False))
    year = "EXTRACT(YEAR FROM created_at)"
    if op.get_bind().dialect.name == "sqlite":
        year = "CAST(strftime('%Y', created_at) AS INTEGER)"
    op.execute(sa.text(f"UPDATE task SET year = {year}"))
    # SQLite can add a column with its check in one go, and only so: others refer to this table.
    among = ", ".join(f"'{each}'" for each in RHYTHMS)
    op.execute(
        sa.text(
            "ALTER TABLE task ADD COLUMN rhythm VARCHAR(24) DEFAULT 'monthly' NOT NULL"
            f" CONSTRAINT ck_task_rhythm CHECK (rhythm IN ({among}))"
        )
    )
    op.add_column("media", sa.Column("unique_id", AutoString(length=64), nullable=True))
    op.create_index("ix_media_unique_id", "media", ["unique_id"])
    sent = sa.text("media_id IS NOT NULL")  # else a file that goes is looked for in every message
    op.create_index("ix_message_media", "message", ["media_id"], sqlite_where=sent, postgresql_where=sent)
    op.create_table(
        "progress",
        _key(),
        _ref("progress", "assignment_id", "assignment"),
        _ref("progress", "meeting_id", "meeting", nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=True),
        sa.Column("stuck", sa.Boolean(), nullable=False),
        sa.Column("words", AutoString(length=1000), nullable=False),
        sa.Column("reported_at", Utc(timezone=True), nullable=True),
        _ref("progress", "reported_by", "member", nullable=True),
        _one_of("evaluated", EVALUATED, nullable=True),
        sa.Column("note", AutoString(length=1000), nullable=False),
        _ref("progress", "evaluated_by", "member", nullable=True),
        sa.Column("evaluated_at", Utc(timezone=True), nullable=True),
        sa.UniqueConstraint("assignment_id", "meeting_id", name="uq_progress_assignment_id_meeting_id"),
    )
    op.create_index(
        "uq_progress_open",
        "progress",
        ["assignment_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_progress_meeting", "progress", ["meeting_id"])
    op.execute(REPORTED)
    op.create_table(
        "evidence",
        _key(),
        _ref("evidence", "progress_id", "progress"),
        _ref("evidence", "media_id", "media"),
        _ref("evidence", "added_by", "member"),
        sa.Column("added_at", Utc(timezone=True), nullable=False),
        sa.UniqueConstraint("progress_id", "media_id", name="uq_evidence_progress_id_media_id"),
    )
    op.create_index("ix_evidence_media_id", "evidence", ["media_id"])
    op.create_table(
        "task_change",
        _key(),
        _ref("task_change", "task_id", "task"),
        _one_of("verb", VERBS),
        _ref("task_change", "member_id", "member", nullable=True),
        sa.Column("before", AutoString(length=500), nullable=False),
        sa.Column("after", AutoString(length=500), nullable=False),
        _ref("task_change", "by_id", "member"),
        sa.Column("changed_at", Utc(timezone=True), nullable=False),
    )
    op.create_index("ix_task_change_task_id", "task_change", ["task_id"])
    op.create_index("ix_task_change_member_id", "task_change", ["member_id"])
    op.create_table(
        "digest",
        _ref("digest", "cell_id", "organisation", key=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("next_at", Utc(timezone=True), nullable=True),
    )
    op.create_index("ix_digest_next_at", "digest", ["next_at"])


def downgrade() -> None:
    for table in ("digest", "task_change", "evidence", "progress"):
        op.drop_table(table)
    op.drop_index("ix_message_media", "message")
    op.drop_index("ix_media_unique_id", "media")
    op.drop_column("media", "unique_id")
    for column in ("rhythm", "year", "kind"):
        op.drop_column("task", column)
