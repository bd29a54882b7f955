"""Named reads of the audit log: newest first, numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy import select as select_rows
from sqlmodel import col

from db.models import AuditEntry, Organisation
from db.organisations import subtree
from db.session import Session


@dataclass(frozen=True)
class Asked:
    """Which entries are asked for: in these subtrees, about a member, since a moment, older than an entry."""

    organisation_ids: Sequence[int] | None = None
    member_id: int | None = None
    since: datetime | None = None
    older_than: int | None = None


async def list_entries(
    session: Session, asked: Asked, *, limit: int
) -> list[tuple[AuditEntry, Organisation | None]]:
    """Entries with the organisation each counts for, newest first."""
    query = (
        select_rows(AuditEntry, Organisation)
        .outerjoin(Organisation, col(Organisation.id) == AuditEntry.organisation_id)
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
    )
    if asked.organisation_ids is not None:
        below = [col(AuditEntry.organisation_id).in_(subtree(each)) for each in asked.organisation_ids]
        query = query.where(or_(*below))
    if asked.member_id is not None:
        about = or_(col(AuditEntry.member_id) == asked.member_id, col(AuditEntry.actor_id) == asked.member_id)
        query = query.where(about)
    if asked.since is not None:
        query = query.where(col(AuditEntry.at) >= asked.since)
    if asked.older_than is not None:
        query = query.where(col(AuditEntry.id) < asked.older_than)
    return [(row[0], row[1]) for row in await session.execute(query)]
