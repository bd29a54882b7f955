"""Doing what was planned of a list: newcomers many at a time, the others column by column."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from bot.actions.import_scope import Scope
from bot.actions.organising import found
from bot.rules.permissions import SECRETARIES
from bot.rules.roster import Cell, Person
from bot.rules.roster_plan import Planned
from bot.rules.words import MembershipKind, OrganisationKind
from db import organisations
from db.dated import holds
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
        await self.session.flush()  # old periods end before new ones begin: a member has one open of a kind
        self.session.add_all(periods.new)
        await self.session.flush()

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
    """The periods of some members that hold today, and those that begin with this import."""

    session: Session
    today: date
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
            .where(Organisation.kind == OrganisationKind.CELL, col(Role.name).in_(SECRETARIES))
            .where(col(Role.member_id).in_(ids), holds(Role, today))
        ):
            roles.setdefault(role.member_id, []).append(role)
        return cls(
            *(session, today),
            {(m.member_id, m.kind): m for m in memberships},
            {s.member_id: s for s in statuses},
            roles,
        )

    def belong(self, member_id: int, kind: MembershipKind, cell_id: int | None) -> None:
        """Let the member belong to a cell, or in that way to none."""
        held = self.memberships.get((member_id, kind))
        if held is not None and held.since == self.today and cell_id is not None:
            held.cell_id = cell_id  # put right on the day it was entered: no period of no length
            self.session.add(held)
            return
        self._end(held)
        if cell_id is not None:
            self.new.append(Membership(member_id=member_id, cell_id=cell_id, kind=kind, since=self.today))

    def stand(self, member_id: int, person: Person) -> None:
        """Let the member have the status of their row."""
        held = self.statuses.get(member_id)
        if held is not None and held.since == self.today:
            held.status = person.status
            self.session.add(held)
            return
        self._end(held)
        self.new.append(StatusPeriod(member_id=member_id, status=person.status, since=self.today))

    def lead(self, member_id: int, person: Person, cell_id: int) -> None:
        """Let the member hold the role of their row, and no other of its kind in a cell."""
        for role in self.roles.get(member_id, ()):
            self._end(role)
        if person.role is not None:
            self.new.append(
                Role(member_id=member_id, organisation_id=cell_id, name=person.role, since=self.today)
            )

    def _end(self, period: Membership | StatusPeriod | Role | None) -> None:
        if period is not None:
            period.until = self.today
            self.session.add(period)
