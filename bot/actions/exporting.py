"""The people of an organisation as a membership list: the same columns an import reads."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.actions import auditing
from bot.rules.names import fold, given_name_key
from bot.rules.permissions import SECRETARIES
from bot.rules.words import AuditVerb, MembershipKind, OrganisationKind, RoleName
from bot.texts import label
from db import organisations
from db.dated import holds
from db.models import Member, Membership, Organisation, Role, StatusPeriod
from db.session import Session

CELLS = 100
"""Cells whose people are read at a time."""

Texts = dict[str, str]
"""One person: a text for each column."""


async def begin(
    session: Session,
    top: Organisation,
    *,
    now: datetime,
    today: date,
    by: Member | None = None,
    role: RoleName | None = None,
) -> int:
    """Note that everybody at or below an organisation is written into a file, before it is; how many they are."""
    assert top.id is not None
    count = await count_people(session, top.id, on=today)
    auditing.note(session, AuditVerb.EXPORTED, now=now, by=by, role=role, organisation_id=top.id, count=count)
    return count


async def count_people(session: Session, organisation_id: int, *, on: date) -> int:
    """How many people a list of the organisation has."""
    query = (
        select_rows(func.count())
        .where(col(Membership.cell_id).in_(organisations.subtree(organisation_id)))
        .where(col(Membership.kind) == MembershipKind.RECORD, holds(Membership, on))
    )
    return int((await session.execute(query)).scalar_one())


async def list_people(
    session: Session, top: Organisation, *, on: date, language: str
) -> AsyncIterator[list[Texts]]:
    """Everybody of record at or below an organisation, cell by cell, by name; many at a time."""
    assert top.id is not None
    cells = await organisations.list_cells(session, top.id)
    unclear = await _shared_names(session)
    for start in range(0, len(cells), CELLS):
        some = cells[start : start + CELLS]
        numbers = [cell.id for cell in some if cell.id is not None]
        roles = await _roles(session, numbers, on)
        by_cell = defaultdict(list)
        for row in await session.rows(_people(numbers, on)):
            by_cell[row.cell_id].append(row)
        yield [
            _texts(row, cell, roles.get((row.id, cell.id)), unclear, language)
            for cell in some
            for row in sorted(by_cell[cell.id], key=lambda row: (given_name_key(row.name), row.code or ""))
        ]


def _people(cells: Iterable[int], on: date) -> Any:
    lives, home = aliased(Membership), aliased(Organisation)
    columns = (col(Member.id), col(Member.code), col(Member.name), col(Member.phone), col(Membership.cell_id))
    return (
        select_rows(
            *columns,
            col(StatusPeriod.status),
            home.name.label("home"),  # type: ignore[attr-defined]
            home.code.label("home_code"),  # type: ignore[attr-defined]
            home.official_code.label("home_official"),  # type: ignore[union-attr]
        )
        .join(Membership, col(Membership.member_id) == Member.id)
        .outerjoin(StatusPeriod, and_(col(StatusPeriod.member_id) == Member.id, holds(StatusPeriod, on)))
        .outerjoin(
            lives,
            and_(
                col(lives.member_id) == Member.id,
                col(lives.kind) == MembershipKind.RESIDENTIAL,
                holds(lives, on),
            ),
        )
        .outerjoin(home, col(home.id) == lives.cell_id)
        .where(col(Membership.cell_id).in_(cells), col(Membership.kind) == MembershipKind.RECORD)
        .where(holds(Membership, on))
    )


async def _roles(session: Session, cells: list[int], on: date) -> dict[tuple[int, int | None], str]:
    query = select(col(Role.member_id), col(Role.organisation_id), col(Role.name)).where(
        col(Role.organisation_id).in_(cells), col(Role.name).in_(SECRETARIES), holds(Role, on)
    )
    return {(member, cell): name for member, cell, name in await session.rows(query)}


async def _shared_names(session: Session) -> set[str]:
    """The names that more than one cell bears, folded: those cells are listed with a code in any case."""
    query = select(col(Organisation.name)).where(Organisation.kind == OrganisationKind.CELL)
    times = Counter(fold(name) for (name,) in await session.rows(query))
    return {name for name, count in times.items() if count > 1}


def _code(name: str, official: str | None, ours: str, unclear: Collection[str]) -> str:
    """What a list calls a cell by beside its name: the Party's code, ours only where it could not do without."""
    return official or (ours if fold(name) in unclear else "")


def _texts(row: Any, cell: Organisation, role: str | None, unclear: Collection[str], language: str) -> Texts:
    return {
        "code": row.code or "",
        "name": row.name,
        "cell": cell.name,
        "cell_code": _code(cell.name, cell.official_code, cell.code, unclear),
        "role": label(f"roles.{role}", language) if role else "",
        "status": label(f"statuses.{row.status}", language) if row.status else "",
        "phone": _dialled(row.phone or ""),
        "residential_cell": row.home or "",
        "residential_code": _code(row.home, row.home_official, row.home_code, unclear) if row.home else "",
    }


def _dialled(phone: str) -> str:
    """The number as people in the country dial it: `+84912345678` is `0912345678`."""
    return f"0{phone[3:]}" if phone.startswith("+84") else phone
