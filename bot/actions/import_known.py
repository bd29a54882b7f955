"""What the register says today of the people some rows speak of, and of others they could be."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from bot.actions.import_scope import Scope
from bot.rules.names import same_name
from bot.rules.permissions import SECRETARIES
from bot.rules.roster import Cell, Person, Problem
from bot.rules.roster_plan import Change, Held
from bot.rules.words import MembershipKind, OrganisationKind, RoleName, Status
from db.dated import holds
from db.models import Member, Membership, Organisation, Role, StatusPeriod
from db.session import Session

Named = tuple[str, str]
"""A member's name and code."""


@dataclass(frozen=True)
class Known:
    """The people of some rows, and others.

    `names` are the members of each cell that newcomers are listed for; `phones` who has a number a row gives;
    `foreign` who belongs where the list may touch nothing; `moving` whose move is planned, with its column.
    """

    held: Mapping[str, Held]
    names: Mapping[int, list[Named]]
    phones: Mapping[str, list[Named]]
    foreign: frozenset[int]
    moving: frozenset[tuple[int, str]]

    @classmethod
    async def load(cls, session: Session, people: Collection[Person], scope: Scope, today: date) -> "Known":
        """Ask the database, in as few queries as there are tables."""
        held = await _held(session, people, scope, today)
        ids = [one.member_id for one in held.values()]
        cells = {p.place.id for p in people if p.code not in held and p.place.id is not None}
        return cls(
            held,
            await _names(session, cells, today),
            await _phones(session, {p.phone for p in people if p.phone}, scope, today),
            await _foreign(session, ids, scope, today) if scope.bounded else frozenset(),
            await _moving(session, ids, today),
        )

    def alike(self, person: Person, *, kept: bool) -> Iterator[Problem]:
        """Members of the cell whom a newcomer may be, under another code: asked about, never merged."""
        for name, code in self.names.get(person.place.id or 0, ()):
            if same_name(name, person.name):
                yield Problem(person.row, "maybe_same", {"name": name, "code": code}, kept)

    def shared_phone(self, person: Person, held: Held | None) -> Iterator[Problem]:
        """Others who have the number already, when the row would give it to this person too."""
        if person.phone is None or "phone" in person.unsaid or (held and held.phone == person.phone):
            return
        for name, code in self.phones.get(person.phone, ()):
            if code != person.code:
                said = {"phone": person.phone, "name": name, "code": code}
                yield Problem(person.row, "phone_of", said, kept=True)

    def refusal(self, person: Person, held: Held, changes: Iterable[Change]) -> Problem | None:
        """Why what the row says of a member cannot be done, if it cannot."""
        if held.member_id in self.foreign:
            return Problem(person.row, "of_record_elsewhere", {}, kept=False)
        if any((held.member_id, change.column) in self.moving for change in changes):
            return Problem(person.row, "move_planned", {}, kept=False)
        return None


async def _held(session: Session, people: Collection[Person], scope: Scope, today: date) -> dict[str, Held]:
    members = await session.rows(
        select(col(Member.id), col(Member.code), col(Member.name), col(Member.phone)).where(
            col(Member.code).in_([p.code for p in people])
        )
    )
    ids = [each.id for each in members]
    cells = {cell.id: cell for cell in scope.homes}
    where = await _memberships(session, ids, today)
    status = await _statuses(session, ids, today)
    roles = await _roles(session, ids, today)

    def cell(member_id: int, kind: MembershipKind) -> Cell | None:
        found = where.get((member_id, kind))
        return cells.get(found, Cell(f"#{found}", id=found)) if found is not None else None

    return {
        each.code: Held(
            each.id,
            each.name,
            each.phone,
            cell(each.id, MembershipKind.RECORD),
            cell(each.id, MembershipKind.RESIDENTIAL),
            status.get(each.id),
            tuple(roles.get(each.id, ())),
        )
        for each in members
    }


async def _memberships(
    session: Session, ids: list[int], today: date
) -> dict[tuple[int, MembershipKind], int]:
    query = select(col(Membership.member_id), col(Membership.kind), col(Membership.cell_id))
    found = await session.rows(query.where(_held_by(Membership, ids, today)))
    return {(member, kind): cell for member, kind, cell in found}


async def _statuses(session: Session, ids: list[int], today: date) -> dict[int, Status]:
    query = select(col(StatusPeriod.member_id), col(StatusPeriod.status))
    return dict(list(await session.rows(query.where(_held_by(StatusPeriod, ids, today)))))


async def _roles(
    session: Session, ids: list[int], today: date
) -> dict[int, list[tuple[RoleName, int | None]]]:
    query = select(col(Role.member_id), col(Role.name), col(Role.organisation_id))
    found: dict[int, list[tuple[RoleName, int | None]]] = defaultdict(list)
    for member, name, cell in await session.rows(of_lists(query, ids, today).order_by(col(Role.id))):
        found[member].append((name, cell))
    return found


def of_lists(query: Any, ids: Collection[int], today: date) -> Any:
    """Only the roles in cells that a list says of these people; others were given otherwise and stay."""
    return (
        query.join(Organisation, col(Organisation.id) == Role.organisation_id)
        .where(Organisation.kind == OrganisationKind.CELL, col(Role.name).in_(SECRETARIES))
        .where(_held_by(Role, ids, today))
    )


def _held_by(period: Any, ids: Collection[int], today: date) -> ColumnElement[bool]:
    return and_(col(period.member_id).in_(ids), holds(period, today))


async def _names(session: Session, cells: Collection[int], today: date) -> dict[int, list[Named]]:
    query = (
        select(col(Membership.cell_id), col(Member.name), col(Member.code))
        .join(Member, col(Member.id) == Membership.member_id)
        .where(col(Membership.cell_id).in_(cells), Membership.kind == MembershipKind.RECORD)
        .where(holds(Membership, today))
    )
    found: dict[int, list[Named]] = defaultdict(list)
    for cell, name, code in await session.rows(query) if cells else ():
        found[cell].append((name, code or ""))
    return found


async def _phones(
    session: Session, phones: Collection[str], scope: Scope, today: date
) -> dict[str, list[Named]]:
    """Who has these numbers: of those the list may touch, so that nothing is said of anybody else."""
    query = select(col(Member.phone), col(Member.name), col(Member.code)).where(col(Member.phone).in_(phones))
    if scope.bounded:
        query = query.join(Membership, col(Membership.member_id) == Member.id).where(
            Membership.kind == MembershipKind.RECORD,
            holds(Membership, today),
            col(Membership.cell_id).in_([cell.id for cell in scope.cells]),
        )
    found: dict[str, list[Named]] = defaultdict(list)
    for phone, name, code in await session.rows(query) if phones else ():
        found[phone].append((name, code or ""))
    return found


async def _foreign(session: Session, ids: list[int], scope: Scope, today: date) -> frozenset[int]:
    """Whose last cell of record is not one of the list's; or who never had one and holds a role."""
    query = (
        select(col(Membership.member_id), col(Membership.cell_id))
        .where(col(Membership.member_id).in_(ids), Membership.kind == MembershipKind.RECORD)
        .where(col(Membership.since) <= today)
        .order_by(col(Membership.since), col(Membership.id))
    )
    last = dict(list(await session.rows(query)))
    own = {cell.id for cell in scope.cells}
    holding = select(col(Role.member_id)).where(_held_by(Role, ids, today))
    office = {member for (member,) in await session.rows(holding)}
    return frozenset(one for one in ids if (last[one] not in own if one in last else one in office))


async def _moving(session: Session, ids: list[int], today: date) -> frozenset[tuple[int, str]]:
    columns = {MembershipKind.RECORD: "cell", MembershipKind.RESIDENTIAL: "residential_cell"}
    query = select(col(Membership.member_id), col(Membership.kind)).where(
        col(Membership.member_id).in_(ids), col(Membership.since) > today, col(Membership.kind).in_(columns)
    )
    return frozenset((member, columns[kind]) for member, kind in await session.rows(query))
