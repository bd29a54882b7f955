"""Who was absent, as somebody asked it: numbers for a subtree, names of a cell, and the same list as a file.

Names are for who leads the cell; to others who may see them they leave an entry in the audit log, as files do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions import auditing
from bot.actions.authority import authorise
from bot.errors import BadInput, NotFound
from bot.rules.permissions import SECRETARIES, Right, allows
from bot.rules.skipping import Asked
from bot.rules.words import AuditVerb, OrganisationKind, RoleName
from db import organisations, skipping
from db.models import Member, Organisation
from db.session import Session
from db.skipping import Absent

MOST = 5_000
"""Names of a list, twice what a commune has."""


@dataclass(frozen=True)
class Found:
    """How many were absent in an organisation and in each part directly below it, the most first.

    `absent` are their names, for who leads the cell. `names`: whether who asks may see those of others.
    """

    organisation: Organisation
    asked: Asked
    count: int
    parts: Sequence[tuple[Organisation, int]] = ()
    absent: Sequence[Absent] | None = None
    names: bool = False


async def look(session: Session, *, organisation_id: int, asked: Asked, by: Member, on: date) -> Found:
    """The numbers, and the names where `by` leads the cell. NotAllowed for who may not see the numbers."""
    role = await authorise(session, by, Right.SEE_TOTALS, organisation_id, on=on)
    top = await organisations.get(session, organisation_id)
    if _leads(role, top):
        absent = await skipping.list_absent(session, organisation_id, asked, on=on)
        return Found(top, asked, len(absent), absent=absent, names=True)
    counts = await skipping.count(session, organisation_id, asked, on=on)
    names = allows(role, Right.SEE_NAMES, at_the_place=True)
    below = (
        []
        if top.kind is OrganisationKind.CELL
        else await organisations.list_children(session, organisation_id)
    )
    parts = sorted(
        ((each, counts[each.id or 0]) for each in below if each.id in counts), key=lambda part: -part[1]
    )
    return Found(top, asked, sum(counts.values()), parts, names=names)


async def read_names(
    session: Session, *, cell_id: int, asked: Asked, by: Member, now: datetime, on: date
) -> Found:
    """The names of a cell, which leave an entry in the audit log unless `by` leads it."""
    role = await authorise(session, by, Right.SEE_NAMES, cell_id, on=on)
    cell = await organisations.get(session, cell_id)
    if cell.kind is not OrganisationKind.CELL:
        raise NotFound
    absent = await skipping.list_absent(session, cell_id, asked, on=on)
    if role not in SECRETARIES:
        where = {"organisation_id": cell_id, "count": len(absent)}
        auditing.note(session, AuditVerb.READ_NAMES, now=now, by=by, role=role, **where)
    return Found(cell, asked, len(absent), absent=absent, names=True)


async def export(
    session: Session, *, organisation_id: int, asked: Asked, by: Member, now: datetime, on: date
) -> Found:
    """The names of a whole subtree, to be written into a file, which leaves an entry in the audit log.

    BadInput where they are too many for anybody to talk to: putting them in order would hold up everybody else.
    """
    role = await authorise(session, by, Right.SEE_NAMES, organisation_id, on=on)
    if sum((await skipping.count(session, organisation_id, asked, on=on)).values()) > MOST:
        raise BadInput("skip_too_many", most=MOST)
    top = await organisations.get(session, organisation_id)
    absent = await skipping.list_absent(session, organisation_id, asked, on=on)
    where = {"organisation_id": organisation_id, "count": len(absent)}
    auditing.note(session, AuditVerb.EXPORTED, now=now, by=by, role=role, **where)
    return Found(top, asked, len(absent), absent=absent, names=True)


def _leads(role: RoleName, organisation: Organisation) -> bool:
    return organisation.kind is OrganisationKind.CELL and role in SECRETARIES
