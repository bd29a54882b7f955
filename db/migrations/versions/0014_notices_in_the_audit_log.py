"""Notices in the audit log

What is done with a study notice is an entry: its release, its approval, and what its issuer's officers do with it.
SQLite makes the table anew for that, and the triggers that let it only grow with it.

Going back loses these entries: the program of before cannot read them.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = (
    *("read_names", "read_member", "exported", "imported", "member_added", "member_corrected", "status_set"),
    *("moved", "residence_set", "left", "joined", "cut_off", "invited", "role_given", "role_ended"),
    *("organisation_changed", "answered_for", "roll_corrected", "consented", "withdrew", "erased", "purged"),
    "read_audit",
)
NEW = (
    *("notice_released", "notice_approved", "notice_paused", "notice_resumed", "notice_stopped"),
    *("notice_deleted", "notice_corrected"),
)
REFUSING = {
    "sqlite": {
        f"audit_entry_no_{verb}": f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"
        for verb in ("update", "delete")
    },
    "postgresql": {
        "audit_entry_refuse": "CREATE TRIGGER audit_entry_refuse BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()"
    },
}


def _set_verbs(verbs: Sequence[str], *, drop: Sequence[str] = ()) -> None:
    """Let the log hold these verbs; entries of the verbs to `drop` go."""
    dialect = op.get_bind().dialect.name
    table = " ON audit_entry" if dialect == "postgresql" else ""
    for name in REFUSING[dialect]:
        op.execute(f"DROP TRIGGER {name}{table}")
    if drop:
        op.execute(f"DELETE FROM audit_entry WHERE {_among(drop)}")
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_constraint(op.f("ck_audit_entry_verb"), type_="check")
        batch.create_check_constraint(op.f("ck_audit_entry_verb"), sa.text(_among(verbs)))
    for statement in REFUSING[dialect].values():
        op.execute(statement)


def _among(verbs: Sequence[str]) -> str:
    return f"verb IN ({', '.join(repr(verb) for verb in verbs)})"


def upgrade() -> None:
    _set_verbs((*BEFORE, *NEW))


def downgrade() -> None:
    _set_verbs(BEFORE, drop=NEW)
