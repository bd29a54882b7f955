"""Meetings that people come to

Defaults of committees, shifts off days off, preparation and its documents, snoozes, who is called by name; check-in,
corrections, guests and minutes of a roll; groups of cells, messages kept up to date, care for who has been missing.

Going back loses groups, guests, minutes and corrections of rolls, documents of meetings, notes of care, snoozes,
defaults of committees, who was called by name, and reminders of the kinds that came with this.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import sqlalchemy as sa
import sqlmodel
import sqlmodel.sql.sqltypes
from alembic import op
from sqlmodel import SQLModel

import db.types

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RECREATE: Literal["auto"] = "auto"
KINDS = ("regular", "thematic", "residential", "extraordinary", "committee")
SHIFTS = ("none", "next_workday", "previous_workday", "next_non_holiday", "previous_non_holiday")
OLD_STEPS = (
    *("called", "three_days", "one_day", "two_hours"),
    *("day_before", "chase_deputy", "tasks", "roll_open"),
)
NEW_STEPS = ("roll_follower", "prepare", "documents")
NAMED = SQLModel.metadata.naming_convention

MEETING: tuple[Callable[[], sa.Column[Any]], ...] = (
    lambda: sa.Column(
        "title", sqlmodel.sql.sqltypes.AutoString(length=200), server_default="", nullable=False
    ),
    lambda: sa.Column("combined", sa.Boolean(), server_default=sa.false(), nullable=False),
    lambda: sa.Column("confirmed_at", db.types.Utc(timezone=True), nullable=True),
    lambda: sa.Column("answer_by", db.types.Utc(timezone=True), nullable=True),
    lambda: sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
    lambda: sa.Column("live", sa.Boolean(), server_default=sa.false(), nullable=False),
)
SCHEDULE: tuple[Callable[[], sa.Column[Any]], ...] = (
    lambda: sa.Column("shift", _one_of("shift", SHIFTS), server_default="none", nullable=False),
    lambda: sa.Column("default_id", ID, nullable=True),
    lambda: sa.Column("agenda", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
    lambda: sa.Column("prepare_days", sa.Integer(), server_default="10", nullable=False),
    lambda: sa.Column("answer_hours", sa.Integer(), server_default="12", nullable=False),
)


def _one_of(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _schedule(*, new: bool = False) -> sa.Table:
    """The table as it is before: SQLite builds it anew, and does not tell its checks by itself."""
    table = sa.Table(
        "schedule",
        sa.MetaData(naming_convention=NAMED),
        sa.Column("id", ID, primary_key=True),
        sa.Column("cell_id", ID, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("kind", _one_of("kind", KINDS), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("profile", _one_of("profile", ("light", "standard", "active")), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("planned_to", sa.Date(), nullable=True),
        sa.UniqueConstraint("cell_id", "kind"),
        sa.Index("ix_schedule_planned_to", "planned_to"),
    )
    if new:
        for column in SCHEDULE:
            table.append_column(column())
        table.append_constraint(
            sa.ForeignKeyConstraint(["default_id"], ["default_schedule.id"], name="fk_schedule_default_id")
        )
        sa.Index("ix_schedule_default_id", table.c.default_id)
    return table


def _set_steps(before: Sequence[str], after: Sequence[str]) -> None:
    table = sa.Table(
        "reminder",
        sa.MetaData(naming_convention=NAMED),
        sa.Column("id", ID, primary_key=True),
        sa.Column("meeting_id", ID, sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("due_at", db.types.Utc(timezone=True), nullable=False),
        sa.Column("done_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.CheckConstraint(_among("step", before), name="step"),
        sa.Index("ix_reminder_due", "done_at", "due_at"),
        sa.Index("ix_reminder_meeting", "meeting_id"),
    )
    with op.batch_alter_table("reminder", copy_from=table, recreate=RECREATE) as batch_op:
        batch_op.drop_constraint(op.f("ck_reminder_step"), type_="check")
        batch_op.create_check_constraint(op.f("ck_reminder_step"), sa.text(_among("step", after)))


def _among(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


UNEXCUSED = sa.text("state = 'unexcused'")


def upgrade() -> None:
    op.create_index(
        "ix_roll_mark_unexcused",
        "roll_mark",
        ["meeting_id", "member_id"],
        sqlite_where=UNEXCUSED,
        postgresql_where=UNEXCUSED,
    )
    op.create_table(
        "care",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("talker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", db.types.Utc(timezone=True), nullable=False),
        sa.Column("talked_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("came_back_at", db.types.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cell_id"], ["organisation.id"], name=op.f("fk_care_cell_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_care_member_id")),
        sa.ForeignKeyConstraint(["talker_id"], ["member.id"], name=op.f("fk_care_talker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care")),
        sa.UniqueConstraint("cell_id", "member_id", "year", name=op.f("uq_care_cell_id_member_id_year")),
    )
    with op.batch_alter_table("care", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_talker_id"), ["talker_id"], unique=False)

    op.create_table(
        "cell_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("cell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("linked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("since", db.types.Utc(timezone=True), nullable=False),
        sa.Column("until", db.types.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cell_id"], ["organisation.id"], name=op.f("fk_cell_group_cell_id")),
        sa.ForeignKeyConstraint(["linked_by"], ["member.id"], name=op.f("fk_cell_group_linked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_group")),
    )
    with op.batch_alter_table("cell_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cell_group_cell_id"), ["cell_id"], unique=False)
        batch_op.create_index(
            "uq_cell_group_open",
            ["bot", "chat"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "seen_in_group",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["cell_group.id"], name=op.f("fk_seen_in_group_group_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_seen_in_group_member_id")),
        sa.PrimaryKeyConstraint("group_id", "member_id", name=op.f("pk_seen_in_group")),
    )
    with op.batch_alter_table("seen_in_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_in_group_member_id"), ["member_id"], unique=False)

    op.create_table(
        "default_schedule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "regular",
                "thematic",
                "residential",
                "extraordinary",
                "committee",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "shift",
            sa.Enum(
                "none",
                "next_workday",
                "previous_workday",
                "next_non_holiday",
                "previous_non_holiday",
                name="shift",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("spread_at", db.types.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_default_schedule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_default_schedule")),
        sa.UniqueConstraint("organisation_id", "kind", name=op.f("uq_default_schedule_organisation_id_kind")),
    )
    op.create_table(
        "live_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "group",
                "roll",
                "headcount",
                "check_in",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("dedupe", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("changed_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("shown_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("until", db.types.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_live_message_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_message")),
    )
    with op.batch_alter_table("live_message", schema=None) as batch_op:
        batch_op.create_index("ix_live_message_about", ["about_id", "kind"], unique=False)
        batch_op.create_index(
            "ix_live_message_changed",
            ["changed_at"],
            unique=False,
            sqlite_where=sa.text("changed_at IS NOT NULL"),
            postgresql_where=sa.text("changed_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_live_message_member_id"), ["member_id"], unique=False)

    op.create_table(
        "care_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("care_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("noted_at", db.types.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_care_note_by_id")),
        sa.ForeignKeyConstraint(["care_id"], ["care.id"], name=op.f("fk_care_note_care_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_note")),
    )
    with op.batch_alter_table("care_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_note_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_note_care_id"), ["care_id"], unique=False)

    op.create_table(
        "check_in",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", db.types.Utc(timezone=True), nullable=False),
        sa.Column("closed_at", db.types.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_check_in_meeting_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["member.id"], name=op.f("fk_check_in_opened_by")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_check_in")),
    )
    op.create_table(
        "invitee",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_invitee_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_invitee_member_id")),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_invitee")),
    )
    with op.batch_alter_table("invitee", schema=None) as batch_op:
        batch_op.create_index("ix_invitee_member", ["member_id"], unique=False)

    op.create_table(
        "meeting_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["member.id"], name=op.f("fk_meeting_document_added_by")),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_meeting_document_media_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_document_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_document")),
    )
    with op.batch_alter_table("meeting_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_document_media_id"), ["media_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_document_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "meeting_guest",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("follower", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_guest_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_meeting_guest_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_guest")),
    )
    with op.batch_alter_table("meeting_guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_guest_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_guest_member_id"), ["member_id"], unique=False)

    op.create_table(
        "meeting_minutes",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("began_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("ended_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("chair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("speakers", sa.Integer(), nullable=True),
        sa.Column("conclusions", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["chair_id"], ["member.id"], name=op.f("fk_meeting_minutes_chair_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_minutes_meeting_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["member.id"], name=op.f("fk_meeting_minutes_taker_id")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_minutes")),
    )
    op.create_table(
        "roll_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "present",
                "late",
                "excused",
                "unexcused",
                "exempt",
                "not_expected",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "present",
                "late",
                "excused",
                "unexcused",
                "exempt",
                "not_expected",
                name="after",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrected_at", db.types.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_roll_correction_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_roll_correction_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_roll_correction_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_correction")),
    )
    with op.batch_alter_table("roll_correction", schema=None) as batch_op:
        batch_op.create_index("ix_roll_correction_meeting", ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roll_correction_member_id"), ["member_id"], unique=False)

    op.create_table(
        "snooze",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", db.types.Utc(timezone=True), nullable=False),
        sa.Column("done_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_snooze_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_snooze_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
        sa.UniqueConstraint("meeting_id", "member_id", name=op.f("uq_snooze_meeting_id_member_id")),
    )
    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.create_index("ix_snooze_due", ["done_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_snooze_member_id"), ["member_id"], unique=False)

    for column in MEETING:
        op.add_column("meeting", column())
    op.add_column(
        "member", sa.Column("fewer_reminders", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    with op.batch_alter_table("schedule", copy_from=_schedule(), recreate=RECREATE) as batch_op:
        for column in SCHEDULE:
            batch_op.add_column(column())
        batch_op.create_index("ix_schedule_default_id", ["default_id"], unique=False)
        batch_op.create_foreign_key("fk_schedule_default_id", "default_schedule", ["default_id"], ["id"])
    _set_steps(OLD_STEPS, (*OLD_STEPS, *NEW_STEPS))


def downgrade() -> None:
    op.drop_index("ix_roll_mark_unexcused", "roll_mark")
    op.execute(sa.text("DELETE FROM reminder WHERE step IN ('prepare', 'documents', 'roll_follower')"))
    _set_steps((*OLD_STEPS, *NEW_STEPS), OLD_STEPS)
    with op.batch_alter_table("schedule", copy_from=_schedule(new=True), recreate=RECREATE) as batch_op:
        batch_op.drop_index("ix_schedule_default_id")
        batch_op.drop_constraint("fk_schedule_default_id", type_="foreignkey")
        for column in SCHEDULE:
            batch_op.drop_column(column().name)
    op.drop_column("member", "fewer_reminders")
    for column in MEETING:
        op.drop_column("meeting", column().name)

    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snooze_member_id"))
        batch_op.drop_index("ix_snooze_due")

    op.drop_table("snooze")
    with op.batch_alter_table("roll_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_correction_member_id"))
        batch_op.drop_index("ix_roll_correction_meeting")

    op.drop_table("roll_correction")
    op.drop_table("meeting_minutes")
    with op.batch_alter_table("meeting_guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_guest_member_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_guest_meeting_id"))

    op.drop_table("meeting_guest")
    with op.batch_alter_table("meeting_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_document_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_document_media_id"))

    op.drop_table("meeting_document")
    with op.batch_alter_table("invitee", schema=None) as batch_op:
        batch_op.drop_index("ix_invitee_member")

    op.drop_table("invitee")
    op.drop_table("check_in")
    with op.batch_alter_table("care_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_note_care_id"))
        batch_op.drop_index(batch_op.f("ix_care_note_by_id"))

    op.drop_table("care_note")
    with op.batch_alter_table("live_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_live_message_member_id"))
        batch_op.drop_index(
            "ix_live_message_changed",
            sqlite_where=sa.text("changed_at IS NOT NULL"),
            postgresql_where=sa.text("changed_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_live_message_about")

    op.drop_table("live_message")
    op.drop_table("default_schedule")
    with op.batch_alter_table("seen_in_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seen_in_group_member_id"))

    op.drop_table("seen_in_group")
    with op.batch_alter_table("cell_group", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cell_group_open",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cell_group_cell_id"))

    op.drop_table("cell_group")
    with op.batch_alter_table("care", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_talker_id"))
        batch_op.drop_index(batch_op.f("ix_care_member_id"))

    op.drop_table("care")
