"""The first organisation, where there is no list to begin with: a committee, one cell and its secretary."""

from datetime import date, datetime

from bot.actions import belonging
from bot.actions.auditing import note
from bot.actions.organising import found
from bot.rules.words import AuditVerb, OrganisationKind, RoleName
from db.models import Member
from db.session import Session


async def begin(
    session: Session, *, committee: str, cell: str, secretary: str, now: datetime, today: date
) -> Member:
    """Found a committee with one cell below it, led by a member of these names; that member.

    An operator at the machine does it. BadInput for a name without letters.
    """
    top = await found(session, name=committee, kind=OrganisationKind.COMMUNE, parent_id=None, since=today)
    below = await found(session, name=cell, kind=OrganisationKind.CELL, parent_id=top.id, since=today)
    assert below.id is not None
    member = await belonging.enter(session, name=secretary, cell_id=below.id, since=today)
    assert member.id is not None
    await belonging.give_role(session, member.id, RoleName.SECRETARY, below.id, since=today)
    note(session, AuditVerb.MEMBER_ADDED, now=now, about=member, organisation_id=below.id)
    return member
