"""Bringing a membership list into the register. A second import changes only what changed.

Good rows are taken and bad ones reported; nobody is removed because a list does not name them. A cell is known
by its name under its organisation, a member by their code wherever they are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import col, select

from bot.rules.names import fold
from bot.rules.roster import Person, Problem, Roster
from bot.rules.words import MembershipKind, OrganisationKind, RoleName, Status
from db import organisations
from db.dated import holds
from db.models import Member, Membership, Organisation, Role, StatusPeriod
from db.session import Session

CHUNK = 1000
"""People compared with the register at a time."""


@dataclass
class Imported:
    """What an import did, in numbers, and what it has to say about rows."""

    organisation: Organisation
    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    new_cells: list[str] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    dropped_columns: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        """Rows that were not taken."""
        return len({p.row for p in self.problems if not p.kept})


async def list_cell_names(session: Session) -> list[str]:
    """The names of all cells there are, for telling known cells from unknown ones."""
    query = select(Organisation.name).where(Organisation.kind == OrganisationKind.CELL)
    return list((await session.exec(query)).all())


async def import_roster(session: Session, roster: Roster, *, name: str, today: date) -> Imported:
    """Take over a roster, valid from `today`, under the organisation it names.

    One that names none belongs to the organisation whose cells it names; where there is no such or several,
    to the one called `name`.
    """
    top = await _organisation(session, roster, name)
    done = Imported(top, roster.rows, problems=roster.problems, dropped_columns=roster.dropped_columns)
    cells = await _cells(session, roster, top, done)
    for start in range(0, len(roster.people), CHUNK):
        await _take(session, roster.people[start : start + CHUNK], cells, done, today=today)
    return done


async def _take(
    session: Session, people: tuple[Person, ...], cells: Mapping[str, int], done: Imported, *, today: date
) -> None:
    known = await _known(session, [p.code for p in people])
    for person in people:
        if person.code not in known:
            member = Member(code=person.code, name=person.name, phone=person.phone)
            session.add(member)
            known[person.code] = member
    await session.flush()
    belongs = await _Periods.load(session, [m.id for m in known.values() if m.id is not None], today)
    for person in people:
        changed = _update(session, known[person.code], person, cells, belongs, today=today)
        done.added += changed is None
        done.changed += changed is True
        done.unchanged += changed is False
    await session.flush()  # old periods end before new ones begin: a member has one open period of a kind
    session.add_all(belongs.new)
    await session.flush()


@dataclass
class _Periods:
    """The periods of some members that hold today, and those that begin with this import."""

    memberships: dict[tuple[int, MembershipKind], Membership]
    statuses: dict[int, StatusPeriod]
    roles: dict[int, list[Role]]
    new: list[Membership | StatusPeriod | Role] = field(default_factory=list)

    @classmethod
    async def load(cls, session: Session, ids: list[int], today: date) -> "_Periods":
        """The periods of these members that hold today."""
        memberships = await session.exec(
            select(Membership).where(col(Membership.member_id).in_(ids), holds(Membership, today))
        )
        statuses = await session.exec(
            select(StatusPeriod).where(col(StatusPeriod.member_id).in_(ids), holds(StatusPeriod, today))
        )
        roles: dict[int, list[Role]] = {}
        for role in await session.exec(
            select(Role)
            .join(Organisation, col(Organisation.id) == Role.organisation_id)
            .where(Organisation.kind == OrganisationKind.CELL, col(Role.name).in_(CELL_ROLES))
            .where(col(Role.member_id).in_(ids), holds(Role, today))
        ):
            roles.setdefault(role.member_id, []).append(role)
        return cls(
            {(m.member_id, m.kind): m for m in memberships},
            {s.member_id: s for s in statuses},
            roles,
        )


CELL_ROLES = (RoleName.SECRETARY, RoleName.DEPUTY)
"""The roles in cells that a list says of its people; others were given otherwise and stay."""


def _update(
    session: Session,
    member: Member,
    person: Person,
    cells: Mapping[str, int],
    periods: _Periods,
    *,
    today: date,
) -> bool | None:
    """Bring one member in line with their row; whether anything changed, None for who was in no cell."""
    assert member.id is not None
    is_new = (member.id, MembershipKind.RECORD) not in periods.memberships
    changes = [
        _set_person(session, member, person),
        _set_membership(session, member.id, MembershipKind.RECORD, cells[person.cell], periods, today),
        _set_membership(
            session,
            member.id,
            MembershipKind.RESIDENTIAL,
            cells[person.residential_cell] if person.residential_cell else None,
            periods,
            today,
        ),
        _set_status(session, member.id, person.status, periods, today),
        _set_role(session, member.id, person.role, cells[person.cell], periods, today),
    ]
    return None if is_new else any(changes)


def _set_person(session: Session, member: Member, person: Person) -> bool:
    if (member.name, member.phone) == (person.name, person.phone):
        return False
    member.name, member.phone = person.name, person.phone
    session.add(member)
    return True


def _set_membership(
    session: Session,
    member_id: int,
    kind: MembershipKind,
    cell_id: int | None,
    periods: _Periods,
    today: date,
) -> bool:
    held = periods.memberships.get((member_id, kind))
    if (held.cell_id if held else None) == cell_id:
        return False
    if held is not None and held.since == today and cell_id is not None:
        held.cell_id = cell_id  # put right on the day it was entered: no period of no length
        session.add(held)
        return True
    _end(session, held, today)
    if cell_id is not None:
        periods.new.append(Membership(member_id=member_id, cell_id=cell_id, kind=kind, since=today))
    return True


def _set_status(session: Session, member_id: int, status: Status, periods: _Periods, today: date) -> bool:
    held = periods.statuses.get(member_id)
    if held is not None and held.status is status:
        return False
    if held is not None and held.since == today:
        held.status = status
        session.add(held)
        return True
    _end(session, held, today)
    periods.new.append(StatusPeriod(member_id=member_id, status=status, since=today))
    return True


def _set_role(
    session: Session, member_id: int, name: RoleName | None, cell_id: int, periods: _Periods, today: date
) -> bool:
    held = periods.roles.get(member_id, [])
    if [(r.name, r.organisation_id) for r in held] == ([(name, cell_id)] if name else []):
        return False
    for role in held:
        _end(session, role, today)
    if name is not None:
        periods.new.append(Role(member_id=member_id, organisation_id=cell_id, name=name, since=today))
    return True


def _end(session: Session, period: Membership | StatusPeriod | Role | None, today: date) -> None:
    if period is not None:
        period.until = today
        session.add(period)


async def _known(session: Session, codes: list[str]) -> dict[str, Member]:
    found = await session.exec(select(Member).where(col(Member.code).in_(codes)))
    return {m.code: m for m in found if m.code is not None}


async def _organisation(session: Session, roster: Roster, name: str) -> Organisation:
    if roster.organisation is None and (only := await _only_parent(session, _of_record(roster))) is not None:
        return only
    name = roster.organisation or name
    for each in await session.exec(select(Organisation).where(Organisation.kind != OrganisationKind.CELL)):
        if each.name.casefold() == name.casefold():
            return each
    code = _free(code_of(name), await _codes(session))
    made = Organisation(code=code, name=name, kind=OrganisationKind.COMMUNE)
    session.add(made)
    await session.flush()
    return made


def _of_record(roster: Roster) -> set[str]:
    return {person.cell for person in roster.people}


async def _only_parent(session: Session, names: Iterable[str]) -> Organisation | None:
    """The one organisation directly above the cells of these names; None when there is none, or several."""
    above = select(Organisation.parent_id).where(
        Organisation.kind == OrganisationKind.CELL, col(Organisation.name).in_(names)
    )
    found = (await session.exec(select(Organisation).where(col(Organisation.id).in_(above)))).all()
    return found[0] if len(found) == 1 else None


async def _cells(session: Session, roster: Roster, top: Organisation, done: Imported) -> dict[str, int]:
    """The cells a roster names, under the organisation; those that are missing are made anew.

    One in which people only live may belong to another organisation, if just one cell has that name.
    """
    assert top.id is not None
    found = {cell.name: cell for cell in await organisations.list_cells(session, top.id)}
    found = await _elsewhere(session, set(roster.cells) - _of_record(roster)) | found
    taken = await _codes(session)
    for name in roster.cells:
        if name not in found:
            code = _free(code_of(name), taken)
            found[name] = Organisation(code=code, name=name, kind=OrganisationKind.CELL, parent_id=top.id)
            session.add(found[name])
            done.new_cells.append(name)
    await session.flush()
    return {name: cell.id for name, cell in found.items() if cell.id is not None}


async def _elsewhere(session: Session, names: set[str]) -> dict[str, Organisation]:
    """Cells of these names under any organisation, where only one cell has the name."""
    query = select(Organisation).where(
        Organisation.kind == OrganisationKind.CELL, col(Organisation.name).in_(names)
    )
    cells = (await session.exec(query)).all()
    named = Counter(cell.name for cell in cells)
    return {cell.name: cell for cell in cells if named[cell.name] == 1}


async def _codes(session: Session) -> set[str]:
    return set((await session.exec(select(Organisation.code))).all())


def code_of(name: str) -> str:
    """A code from a name: `Chi bộ thôn Séo Mý Tỷ` → `thon-seo-my-ty`."""
    short = re.sub(r"^(chi bo|dang bo|dang uy) ", "", fold(name))
    return re.sub(r"[^a-z0-9]+", "-", short).strip("-")[:48] or "to-chuc"


def _free(code: str, taken: set[str]) -> str:
    """The code, with a number behind it when it is taken; it is taken afterwards."""
    free = next(c for n in range(1, 10_000) if (c := code if n == 1 else f"{code}-{n}") not in taken)
    taken.add(free)
    return free
