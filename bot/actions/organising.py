"""The tree of organisations: founding one."""

import re
from datetime import date

from sqlmodel import col, or_, select

from bot.rules.names import fold
from bot.rules.words import OrganisationKind
from db.models import Organisation, OrganisationPeriod
from db.session import Session


async def found(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    parent_id: int | None,
    today: date,
    official_code: str | None = None,
) -> Organisation:
    """Make an organisation, which exists from `today`; its code is made from its name."""
    made = Organisation(
        code=await _free(session, code_of(name)),
        official_code=official_code,
        name=name,
        kind=kind,
        parent_id=parent_id,
    )
    session.add(made)
    await session.flush()
    assert made.id is not None
    session.add(
        OrganisationPeriod(organisation_id=made.id, name=name, kind=kind, parent_id=parent_id, since=today)
    )
    return made


def code_of(name: str) -> str:
    """A code from a name: `Chi bộ thôn Séo Mý Tỷ` → `thon-seo-my-ty`."""
    short = re.sub(r"^(chi bo|dang bo|dang uy) ", "", fold(name))
    return re.sub(r"[^a-z0-9]+", "-", short).strip("-")[:48] or "to-chuc"


async def _free(session: Session, code: str) -> str:
    """The code, with a number behind it when it is taken."""
    alike = or_(Organisation.code == code, col(Organisation.code).like(f"{code}-%"))
    taken = set((await session.exec(select(Organisation.code).where(alike))).all())
    return next(c for n in range(1, 10_000) if (c := code if n == 1 else f"{code}-{n}") not in taken)
