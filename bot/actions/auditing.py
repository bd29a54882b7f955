"""The audit log: who did or looked at what, about whom, from which role, when; in the transaction that did it."""

from datetime import datetime

from bot.rules.words import AuditVerb, RoleName
from db.models import AuditEntry, Member
from db.session import Session


def note(
    session: Session,
    verb: AuditVerb,
    *,
    now: datetime,
    by: Member | None = None,
    role: RoleName | None = None,
    about: Member | int | None = None,
    organisation_id: int | None = None,
    object_id: int | None = None,
    count: int | None = None,
) -> None:
    """Add an entry. `by` is None for an operator at the machine; `role` None for what is one's own.

    `about` is the member it was done to; `organisation_id` where it counts. Numbers only: an entry outlives
    the names it speaks of.
    """
    session.add(
        AuditEntry(
            at=now,
            actor_id=by.id if by else None,
            role=role,
            verb=verb,
            member_id=about.id if isinstance(about, Member) else about,
            organisation_id=organisation_id,
            object_id=object_id,
            count=count,
        )
    )
