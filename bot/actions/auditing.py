"""The audit log: who did or looked at what, about whom, from which role, when; in the transaction that did it."""

from datetime import date, datetime

from bot.actions import authority
from bot.errors import NotAllowed
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, RoleName
from db import audit
from db.audit import Asked
from db.models import AuditEntry, Member, Organisation
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


async def read(
    session: Session, *, by: Member, older_than: int | None = None, limit: int, now: datetime, on: date
) -> list[tuple[AuditEntry, Organisation | None]]:
    """The newest entries of the subtrees an officer answers for, which is itself an entry; NotAllowed for others."""
    places = await authority.list_places(session, by, Right.SEE_AUDIT, on=on)
    if not places:
        raise NotAllowed
    ids = [place.id for place in places if place.id is not None]
    entries = await audit.list_entries(session, Asked(ids, older_than=older_than), limit=limit)
    role = await authority.authorise(session, by, Right.SEE_AUDIT, ids[0], on=on)
    note(
        session,
        AuditVerb.READ_AUDIT,
        now=now,
        by=by,
        role=role,
        organisation_id=ids[0],
        count=len(entries),
    )
    return entries
