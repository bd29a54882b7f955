"""Study notices in full

What is to be studied and until when, for whom of the audience, how a notice leaves and stops, questions, sessions,
chases; kinds of cells.

Going back loses questions and their answers, sessions, chases, deadlines and whom of an audience a notice is for:
notices that have not left by then are for their whole audience. Who confirmed stays.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from db.types import Utc

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENTS = ("approval_asked_at", "approved_at", "leaves_at", "paused_at", "cancelled_at")
DAYS = ("issued_on", "study_by", "in_force_to")
WORDS = {"body": 200, "number": 60, "returned": 500}
LISTS = ("cell_kinds", "roles", "statuses")
FLAGS = ("as_parts", "repeats")
ON_MESSAGES = ("held", "deletes")
OTHERS = {
    "approved_by": "member",
    "cancelled_by": "member",
    "corrects_id": "notice",
    "replaces_id": "notice",
}
SILENT = "confirmed_at IS NULL"
SHOWN = ("group", "roll", "headcount", "check_in")


def _id() -> sa.types.TypeEngine[Any]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _ref(table: str, column: str, to: str, *, nullable: bool = False, key: bool = False) -> sa.Column[Any]:
    foreign = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}")
    return sa.Column(column, _id(), foreign, nullable=nullable, primary_key=key)


def _add_ref(table: str, column: str, to: str) -> None:
    """SQLite can add a column with its reference in one go, and only so: others refer to this table."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        sa.text(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind}"
            f" CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
        )
    )


def _where(sqlite: str, postgresql: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}


def _show(kinds: Sequence[str]) -> None:
    """Which messages are kept up to date; nothing refers to their table."""
    among = sa.text(f"kind IN ({', '.join(repr(kind) for kind in kinds)})")
    with op.batch_alter_table("live_message") as table:
        table.drop_constraint(op.f("ck_live_message_kind"), type_="check")
        table.create_check_constraint(op.f("ck_live_message_kind"), among)


def upgrade() -> None:
    op.add_column("organisation", sa.Column("sort", AutoString(length=60), server_default="", nullable=False))
    for name in MOMENTS:
        op.add_column("notice", sa.Column(name, Utc(timezone=True), nullable=True))
    for name in DAYS:
        op.add_column("notice", sa.Column(name, sa.Date(), nullable=True))
    for name, length in WORDS.items():
        op.add_column("notice", sa.Column(name, AutoString(length=length), server_default="", nullable=False))
    for name in LISTS:
        op.add_column("notice", sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
    for name in FLAGS:
        op.add_column("notice", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("notice", sa.Column("deleted_to", _id(), nullable=True))
    for name, to in OTHERS.items():
        _add_ref("notice", name, to)
    for name in ON_MESSAGES:
        op.add_column("message", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_message_held", "message", ["id"], **_where("held = 1", "held"))
    progress = ["message_id", "state", "settled_at"]
    op.create_index("ix_delivery_progress", "delivery", progress, **_where("lane = 3", "lane = 3"))
    op.create_index("ix_notice_leaves_at", "notice", ["leaves_at"])
    op.create_index("ix_notice_replaces_id", "notice", ["replaces_id"])
    op.add_column("notice_recipient", sa.Column("chases", sa.Integer(), server_default="0", nullable=False))
    op.add_column("notice_recipient", sa.Column("chased_at", Utc(timezone=True), nullable=True))
    op.add_column("notice_recipient", sa.Column("snoozed_to", Utc(timezone=True), nullable=True))
    op.add_column("notice_recipient", sa.Column("snoozes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("notice_recipient", sa.Column("listed_at", Utc(timezone=True), nullable=True))
    _add_ref("notice_recipient", "meeting_id", "meeting")
    where: dict[str, Any] = {"sqlite_where": sa.text(SILENT), "postgresql_where": sa.text(SILENT)}
    op.create_index("ix_notice_recipient_silent", "notice_recipient", ["notice_id", "chases"], **where)
    op.create_index("ix_notice_recipient_snoozed_to", "notice_recipient", ["snoozed_to"])
    op.create_table(
        "notice_file",
        sa.Column("id", _id(), nullable=False, primary_key=True),
        _ref("notice_file", "notice_id", "notice"),
        _ref("notice_file", "media_id", "media"),
        sa.UniqueConstraint("notice_id", "media_id", name="uq_notice_file_notice_id_media_id"),
    )
    op.create_index("ix_notice_file_media_id", "notice_file", ["media_id"])
    op.create_table(
        "notice_question",
        sa.Column("id", _id(), nullable=False, primary_key=True),
        _ref("notice_question", "notice_id", "notice"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", AutoString(length=300), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.UniqueConstraint("notice_id", "number", name="uq_notice_question_notice_id_number"),
    )
    op.create_table(
        "notice_answer",
        _ref("notice_answer", "question_id", "notice_question", key=True),
        _ref("notice_answer", "member_id", "member", key=True),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("answered_at", Utc(timezone=True), nullable=False),
    )
    op.create_index("ix_notice_answer_member_id", "notice_answer", ["member_id"])
    op.create_table(
        "notice_session",
        _ref("notice_session", "notice_id", "notice", key=True),
        _ref("notice_session", "meeting_id", "meeting", key=True),
        _ref("notice_session", "by_id", "member"),
        sa.Column("recorded_at", Utc(timezone=True), nullable=False),
    )
    op.create_index("ix_notice_session_meeting_id", "notice_session", ["meeting_id"])
    _show([*SHOWN, "notice"])


def downgrade() -> None:
    op.execute("DELETE FROM live_message WHERE kind = 'notice'")
    _show(SHOWN)
    for table in ("notice_session", "notice_answer", "notice_question", "notice_file"):
        op.drop_table(table)
    op.drop_index("ix_notice_recipient_silent", "notice_recipient")
    op.drop_index("ix_notice_recipient_snoozed_to", "notice_recipient")
    op.drop_index("ix_notice_replaces_id", "notice")
    op.drop_index("ix_notice_leaves_at", "notice")
    op.drop_index("ix_delivery_progress", "delivery")
    op.drop_index("ix_message_held", "message")
    _drop("message", ON_MESSAGES)
    _drop("notice_recipient", ("chases", "chased_at", "snoozed_to", "snoozes", "listed_at"), ("meeting_id",))
    _drop("notice", (*MOMENTS, *DAYS, *WORDS, *LISTS, *FLAGS, "deleted_to"), list(OTHERS))
    op.drop_column("organisation", "sort")


def _drop(table: str, *columns: Sequence[str]) -> None:
    for each in columns:
        for column in each:
            op.drop_column(table, column)
