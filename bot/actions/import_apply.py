"""Doing what was planned of a list: newcomers many at a time, the others column by column."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from bot.actions import belonging
from bot.actions.belonging import Changes, Place
from bot.actions.import_known import of_lists
from bot.actions.import_scope import Scope
from bot.actions.organising import found
from bot.rules.periods import lay
from bot.rules.roster import Cell, Person
from bot.rules.roster_plan import Planned
from bot.rules.words import MembershipKind, OrganisationKind
from db import organisations
from db.many import reserve_numbers
from db.models import Member, Membership, Organisation, Role, StatusPeriod
from db.session import Session


async def top_of(session: Session, scope: Scope, *, today: date) -> Organisation:
    """The organisation the list is about, founded now if it is new."""
    if scope.top is not None:
        return scope.top
    return await found(session, name=scope.name, kind=OrganisationKind.COMMUNE, parent_id=None, since=today)


@dataclass
class Work:
    """What is planned, being done below `top`, valid from `today`."""

    session: Session
    top: Organisation
    today: date
    _cells: dict[object, int] = field(default_factory=dict)

    async def do(self, planned: Sequence[Planned]) -> None:
        """Do some rows: none of them is refused or unchanged."""
        for one in planned:
            await self._settle(one.person.place)
            if one.person.home is not None:
                await self._settle(one.person.home)
        if new := [one.person for one in planned if one.member_id is None]:
            await self._add(new)
        if known := [one for one in planned if one.member_id is not None]:
            await self._change(known)

    async def _settle(self, cell: Cell) -> None:
        """Let the cell be there: found it when it is new, and note a code that the list gave it."""
        if cell.key in self._cells:
            return
        if cell.id is None:
            made = await found(
                self.session,
                name=cell.name,
                kind=OrganisationKind.CELL,
                parent_id=self.top.id,
                since=self.today,
                official_code=cell.code or None,
            )
            assert made.id is not None
            self._cells[cell.key] = made.id
            return
        self._cells[cell.key] = cell.id
        if cell.code and (known := await organisations.get(self.session, cell.id)).official_code is None:
            known.official_code = cell.code
            self.session.add(known)

    def _id(self, cell: Cell) -> int:
        return self._cells[cell.key]

    async def _add(self, people: Sequence[Person]) -> None:
        """Enter newcomers, a statement for each table."""
        ids = await reserve_numbers(self.session, Member, len(people))
        both = list(zip(ids, people, strict=True))
        since = {"since": self.today}
        await self._insert(
            Member, [{"id": n, "code": p.code, "name": p.name, "phone": p.phone} for n, p in both]
        )
        record, home = {"kind": MembershipKind.RECORD}, {"kind": MembershipKind.RESIDENTIAL}
        places = [{"member_id": n, "cell_id": self._id(p.place), **record} for n, p in both]
        places += [{"member_id": n, "cell_id": self._id(p.home), **home} for n, p in both if p.home]
        await self._insert(Membership, [{**place, "exempt": False, **since} for place in places])
        await self._insert(StatusPeriod, [{"member_id": n, "status": p.status, **since} for n, p in both])
        roles = [
            {"member_id": n, "organisation_id": self._id(p.place), "name": p.role, **since}
            for n, p in both
            if p.role
        ]
        await self._insert(Role, roles)

    async def _insert(self, model: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self.session.execute(insert(model.__table__), rows)

    async def _change(self, planned: Sequence[Planned]) -> None:
        """Bring members in line with their rows, in the columns that were planned."""
        ids = [one.member_id for one in planned if one.member_id is not None]
        members = {m.id: m for m in await self.session.exec(select(Member).where(col(Member.id).in_(ids)))}
        periods = await _Periods.load(self.session, ids, self.today)
        for one in planned:
            self._change_one(members[one.member_id], one, periods)
        await periods.changes.write(self.session)

    def _change_one(self, member: Member, planned: Planned, periods: "_Periods") -> None:
        person, columns = planned.person, planned.columns
        assert member.id is not None
        if "name" in columns:
            member.name = person.name
        if "phone" in columns:
            member.phone = person.phone
        self.session.add(member)
        if "cell" in columns:
            periods.belong(member.id, MembershipKind.RECORD, self._id(person.place))
        if "residential_cell" in columns:
            home = self._id(person.home) if person.home else None
            periods.belong(member.id, MembershipKind.RESIDENTIAL, home)
        if "status" in columns:
            periods.stand(member.id, person)
        if "role" in columns:
            periods.lead(member.id, person, self._id(person.place))


@dataclass
class _Periods:
    """The periods of some members, and what becomes of them with this import."""

    session: Session
    today: date
    memberships: defaultdict[tuple[int, MembershipKind], list[Membership]]
    statuses: defaultdict[int, list[StatusPeriod]]
    roles: Mapping[int, list[Role]]
    changes: Changes = field(default_factory=Changes)

    @classmethod
    async def load(cls, session: Session, ids: list[int], today: date) -> "_Periods":
        """Those of these members: of roles, the ones in cells that they hold today and a list speaks of."""
        roles = defaultdict(list)
        for role in await session.exec(of_lists(select(Role), ids, today)):
            roles[role.member_id].append(role)
        memberships = await belonging.memberships_of(session, ids, since=today)
        statuses = await belonging.statuses_of(session, ids, since=today)
        return cls(session, today, memberships, statuses, roles)

    def belong(self, member_id: int, kind: MembershipKind, cell_id: int | None) -> None:
        """Let the member belong to a cell, or in that way to none."""
        place = Place(cell_id) if cell_id is not None else None
        rows = self.memberships[member_id, kind]
        self.changes.belong(member_id, kind, rows, lambda line: lay(line, place, since=self.today))

    def stand(self, member_id: int, person: Person) -> None:
        """Let the member have the status of their row."""
        self.changes.stand(member_id, self.statuses[member_id], person.status, since=self.today)

    def lead(self, member_id: int, person: Person, cell_id: int) -> None:
        """Let the member hold the role of their row, and no other of its kind in a cell."""
        for role in self.roles.get(member_id, ()):
            role.until = self.today
            self.session.add(role)
        if person.role is not None:
            new = Role(member_id=member_id, organisation_id=cell_id, name=person.role, since=self.today)
            self.session.add(new)
