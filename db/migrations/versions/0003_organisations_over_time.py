"""Organisations over time, transfers, an audit log that is only added to, what people ask of their data

Going back loses the audit log, what people asked of their data and that somebody was erased, transfers, earlier
names and places of organisations, and memberships outside the tree. The names of the erased stay gone.
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
import sqlmodel.sql.sqltypes
from alembic import op
from sqlmodel import SQLModel

import db.types

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SOMEWHERE = op.f("ck_membership_somewhere")
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$",
        "CREATE TRIGGER audit_entry_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
    ],
}


def _exempt_reason() -> sa.Column[str]:
    reasons = sa.Enum(
        "age",
        "duty",
        "far",
        "other",
        name="exempt_reason",
        native_enum=False,
        create_constraint=True,
        length=24,
    )
    return sa.Column("exempt_reason", reasons, nullable=True)


def _membership(*, nullable: bool) -> sa.Table:
    """The table as it is before: SQLite builds it anew, and does not tell its checks by itself."""
    kinds = sa.Enum(
        "record",
        "residential",
        "temporary",
        name="kind",
        native_enum=False,
        create_constraint=True,
        length=24,
    )
    is_open = sa.text("until IS NULL")
    table = sa.Table(
        "membership",
        sa.MetaData(naming_convention=SQLModel.metadata.naming_convention),
        sa.Column("id", ID, primary_key=True),
        sa.Column("member_id", ID, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("cell_id", ID, sa.ForeignKey("organisation.id"), nullable=nullable),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name="order"),
        sa.Index("ix_membership_cell", "cell_id", "kind", "since"),
        sa.Index("ix_membership_member", "member_id", "since"),
        sa.Index(
            *("uq_membership_open", "member_id", "kind"),
            unique=True,
            sqlite_where=is_open,
            postgresql_where=is_open,
        ),
    )
    if nullable:
        table.append_column(_exempt_reason())
        table.append_constraint(
            sa.CheckConstraint("cell_id IS NOT NULL OR kind = 'temporary'", name="somewhere")
        )
    return table


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", db.types.Utc(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "secretary",
                "deputy",
                "follower",
                "officer",
                "approver",
                "roll_taker",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "verb",
            sa.Enum(
                "read_names",
                "read_member",
                "exported",
                "imported",
                "member_added",
                "member_corrected",
                "status_set",
                "moved",
                "residence_set",
                "left",
                "joined",
                "cut_off",
                "invited",
                "role_given",
                "role_ended",
                "organisation_changed",
                "answered_for",
                "roll_corrected",
                "consented",
                "withdrew",
                "erased",
                "purged",
                "read_audit",
                name="verb",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("object_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_member", ["member_id"], unique=False)
        batch_op.create_index("ix_audit_entry_organisation", ["organisation_id", "at"], unique=False)

    op.create_table(
        "data_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "view",
                "export",
                "correct",
                "withdraw",
                "erase",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", db.types.Utc(timezone=True), nullable=False),
        sa.Column("due_at", db.types.Utc(timezone=True), nullable=False),
        sa.Column("reminded_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("done_at", db.types.Utc(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["member.id"], name=op.f("fk_data_request_done_by")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_data_request_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.create_index("ix_data_request_due", ["done_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_request_member_id"), ["member_id"], unique=False)

    op.create_table(
        "organisation_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "province",
                "commune",
                "base",
                "cell",
                "group",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_organisation_period_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_period_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_period_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_period")),
    )
    with op.batch_alter_table("organisation_period", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organisation_period_organisation", ["organisation_id", "since"], unique=False
        )
        batch_op.create_index("ix_organisation_period_parent", ["parent_id"], unique=False)
        batch_op.create_index(
            "uq_organisation_period_open",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "succession",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("merge", "split", name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["organisation.id"], name=op.f("fk_succession_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["organisation.id"], name=op.f("fk_succession_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
    )
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_succession_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_succession_to_id"), ["to_id"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "official", "temporary", name="kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("from_cell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_cell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("received", sa.Boolean(), nullable=True),
        sa.Column("opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["from_cell_id"], ["organisation.id"], name=op.f("fk_transfer_from_cell_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_transfer_member_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["member.id"], name=op.f("fk_transfer_opened_by")),
        sa.ForeignKeyConstraint(["to_cell_id"], ["organisation.id"], name=op.f("fk_transfer_to_cell_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_from_cell_id"), ["from_cell_id"], unique=False)
        batch_op.create_index("ix_transfer_member", ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_to_cell_id"), ["to_cell_id"], unique=False)
        batch_op.create_index(
            "uq_transfer_open",
            ["member_id", "kind"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("invite", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("made_by", ID, nullable=True))
    with op.batch_alter_table("member", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("erased_at", db.types.Utc(timezone=True), nullable=True))
    with op.batch_alter_table("organisation", recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("official_code", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True)
        )
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch_op.create_index("uq_organisation_official_code", ["official_code"], unique=True)
    with op.batch_alter_table("membership", copy_from=_membership(nullable=False)) as batch_op:
        batch_op.add_column(_exempt_reason())
        batch_op.alter_column("cell_id", existing_type=ID, nullable=True)
        batch_op.create_check_constraint(SOMEWHERE, "cell_id IS NOT NULL OR kind = 'temporary'")


def downgrade() -> None:
    op.execute("DELETE FROM membership WHERE cell_id IS NULL")
    with op.batch_alter_table("membership", copy_from=_membership(nullable=True)) as batch_op:
        batch_op.drop_constraint(SOMEWHERE, type_="check")
        batch_op.alter_column("cell_id", existing_type=ID, nullable=False)
        batch_op.drop_column("exempt_reason")
    with op.batch_alter_table("organisation", recreate="never") as batch_op:
        batch_op.drop_index("uq_organisation_official_code")
        batch_op.drop_column("closed_on")
        batch_op.drop_column("official_code")
    with op.batch_alter_table("member", recreate="never") as batch_op:
        batch_op.drop_column("erased_at")
    with op.batch_alter_table("invite", recreate="never") as batch_op:
        batch_op.drop_column("replaces")
        batch_op.drop_column("made_by")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transfer_open",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_transfer_to_cell_id"))
        batch_op.drop_index("ix_transfer_member")
        batch_op.drop_index(batch_op.f("ix_transfer_from_cell_id"))

    op.drop_table("transfer")
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_succession_to_id"))
        batch_op.drop_index(batch_op.f("ix_succession_from_id"))

    op.drop_table("succession")
    with op.batch_alter_table("organisation_period", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organisation_period_open",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index("ix_organisation_period_parent")
        batch_op.drop_index("ix_organisation_period_organisation")

    op.drop_table("organisation_period")
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_request_member_id"))
        batch_op.drop_index("ix_data_request_due")

    op.drop_table("data_request")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_organisation")
        batch_op.drop_index("ix_audit_entry_member")

    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_refuse()")
