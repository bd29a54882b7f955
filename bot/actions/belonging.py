"""To which cell somebody belongs, with which standing and roles, from when to when. Every change goes through here.

Belonging and standing are lines of periods that never overlap; a fact is laid over the line from its day on, and
what was before stays. So a date in the past corrects, and one in the future plans.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from bot.actions.task_ending import end_where_gone
from bot.rules.periods import Period, lay, swap, value_on
from bot.rules.words import ExemptReason, MembershipKind, RoleName, Status
from db import people
from db.models import Member, Membership, Role, StatusPeriod
from db.session import Session

Line = list[Period[Any]]
Row = TypeVar("Row", Membership, StatusPeriod)


@dataclass(frozen=True)
class Place:
    """Where somebody belongs: a cell, or None for one outside of our tree; exempt from its meetings or not."""

    cell_id: int | None
    exempt_reason: ExemptReason | None = None


async def enter(session: Session, *, name: str, cell_id: int, since: date) -> Member:
    """A new member of record of a cell, official until somebody says otherwise."""
    member = Member(name=name)
    session.add(member)
    await session.flush()
    assert member.id is not None
    await belong(session, member.id, MembershipKind.RECORD, Place(cell_id), since=since)
    await set_status(session, member.id, Status.OFFICIAL, since=since)
    return member


async def belong(
    session: Session,
    member_id: int,
    kind: MembershipKind,
    place: Place | None,
    *,
    since: date,
    until: date | None = None,
) -> None:
    """Let a member belong to a place (None: to none) from `since` up to `until`, in one way of belonging.

    Nobody is a guest in the cell of their own record, neither as a resident nor for a time: that ends.
    """
    await _change_memberships(
        session, member_id, kind, lambda line: lay(line, place, since=since, until=until), since=since
    )
    await _end_visits_at_home(session, member_id, since=since)


async def set_status(
    session: Session, member_id: int, status: Status | None, *, since: date, until: date | None = None
) -> None:
    """Give a member a standing from `since` up to `until`; afterwards what was to follow, else what was before."""
    changes = Changes()
    rows = (await statuses_of(session, [member_id], since=since))[member_id]
    changes.stand(member_id, rows, status, since=since, until=until)
    await changes.write(session)


async def leave(session: Session, member_id: int, *, on: date) -> None:
    """End all belonging, standing and roles of a member on a day."""
    for kind in MembershipKind:
        await belong(session, member_id, kind, None, since=on)
    await set_status(session, member_id, None, since=on)
    await end_roles(session, on=on, member_id=member_id)


async def carry_members(
    session: Session, old: int, new: int, *, since: date, members: Sequence[int] | None = None
) -> set[int]:
    """Let those who belong to one cell belong to another from a day on (all of them, or `members`); who they are."""
    query = select(Membership.member_id, col(Membership.kind)).where(
        Membership.cell_id == old, col(Membership.until).is_(None) | (col(Membership.until) > since)
    )
    if members is not None:
        query = query.where(col(Membership.member_id).in_(members))
    carried = set((await session.exec(query)).all())
    for member_id, kind in sorted(carried):
        await _change_memberships(
            session, member_id, kind, lambda line: _carried(line, old, new, since), since=since
        )
    for member_id in sorted({member_id for member_id, _ in carried}):
        await _end_visits_at_home(session, member_id, since=since)
    return {member_id for member_id, _ in carried}


async def give_role(
    session: Session,
    member_id: int,
    name: RoleName,
    organisation_id: int | None,
    *,
    since: date,
    until: date | None = None,
) -> Role:
    """The role for an organisation (None: for none) that a member has from `since` up to `until`.

    One they hold on that day already stays as it is.
    """
    for held in await people.list_roles(session, member_id, on=since):
        if held.name is name and held.organisation_id == organisation_id:
            return held
    role = Role(member_id=member_id, organisation_id=organisation_id, name=name, since=since, until=until)
    session.add(role)
    await session.flush()
    return role


async def end_roles(
    session: Session, *, on: date, member_id: int | None = None, organisation_id: int | None = None
) -> None:
    """End the roles of a member, or those at an organisation, on a day."""
    query = select(Role).where(col(Role.until).is_(None) | (col(Role.until) > on))
    if member_id is not None:
        query = query.where(Role.member_id == member_id)
    if organisation_id is not None:
        query = query.where(Role.organisation_id == organisation_id)
    for role in (await session.exec(query)).all():
        role.until = max(on, role.since)
        session.add(role)
    await session.flush()


class Changes:
    """What is to be written of lines that have changed, of any number of members; nothing is before `write`."""

    def __init__(self) -> None:
        self._gone: list[Membership | StatusPeriod] = []
        self._kept: list[tuple[Membership | StatusPeriod, date | None]] = []
        self._moved: set[int] = set()

    def belong(
        self, member_id: int, kind: MembershipKind, rows: Sequence[Membership], change: Callable[[Line], Line]
    ) -> None:
        """Change the line of one way of belonging, which stands in these rows."""
        laid = change([Period(_place_of(row), row.since, row.until) for row in rows])
        self._put(rows, laid, _place_of, lambda period: _membership_row(member_id, kind, period))
        if kind is not MembershipKind.RESIDENTIAL and rows:
            self._moved.add(member_id)

    def stand(
        self,
        member_id: int,
        rows: Sequence[StatusPeriod],
        status: Status | None,
        *,
        since: date,
        until: date | None = None,
    ) -> None:
        """Lay a standing over the line in these rows, as `set_status` does."""
        if until is not None and until <= since:
            return
        line = [Period(row.status, row.since, row.until) for row in rows]
        laid = lay(line, status, since=since, until=until)
        if until is not None and value_on(laid, until) is None:
            laid = lay(laid, value_on(line, since) or Status.OFFICIAL, since=until)
        self._put(rows, laid, _status_of, lambda period: _status_row(member_id, period))

    def _put(
        self,
        rows: Sequence[Row],
        line: Line,
        value_of: Callable[[Row], Any],
        make: Callable[[Period[Any]], Row],
    ) -> None:
        """Let the rows say what the line says; those that stay as they are keep their numbers."""
        left = {(value_of(row), row.since): row for row in rows}
        for period in line:
            known = left.pop((period.value, period.since), None)
            if known is None or known.until != period.until:
                self._kept.append((known or make(period), period.until))
        self._gone += left.values()

    async def write(self, session: Session) -> None:
        """What ends is written before what is open: the database lets nobody have two open periods.

        Who leaves a cell leaves its tasks.
        """
        for row in self._gone:
            await session.delete(row)
        for ends in (True, False):
            for row, until in self._kept:
                if (until is not None) is ends:
                    row.until = until
                    session.add(row)
            await session.flush()
        if self._moved:
            await end_where_gone(session, self._moved)


async def memberships_of(
    session: Session, member_ids: Collection[int], *, since: date
) -> defaultdict[tuple[int, MembershipKind], list[Membership]]:
    """Where these members belong, as far as it is not over before a day; nobody else changes it meanwhile."""
    query = select(Membership).where(col(Membership.member_id).in_(member_ids), _not_over(Membership, since))
    found: defaultdict[tuple[int, MembershipKind], list[Membership]] = defaultdict(list)
    for row in await session.exec(query.order_by(col(Membership.since)).with_for_update()):
        found[row.member_id, row.kind].append(row)
    return found


async def statuses_of(
    session: Session, member_ids: Collection[int], *, since: date
) -> defaultdict[int, list[StatusPeriod]]:
    """Their standings, as far as they are not over before a day; nobody else changes them meanwhile."""
    query = select(StatusPeriod).where(
        col(StatusPeriod.member_id).in_(member_ids), _not_over(StatusPeriod, since)
    )
    found: defaultdict[int, list[StatusPeriod]] = defaultdict(list)
    for row in await session.exec(query.order_by(col(StatusPeriod.since)).with_for_update()):
        found[row.member_id].append(row)
    return found


def _not_over(period: Any, since: date) -> ColumnElement[bool]:
    """What a change from this day on may touch, or be joined to."""
    return or_(col(period.until).is_(None), col(period.until) >= since)


def _carried(line: Line, old: int, new: int, since: date) -> Line:
    for place in {period.value for period in line if period.value.cell_id == old}:
        line = swap(line, place, Place(new, place.exempt_reason), since=since)
    return line


async def _end_visits_at_home(session: Session, member_id: int, *, since: date) -> None:
    homes = (await memberships_of(session, [member_id], since=since))[member_id, MembershipKind.RECORD]
    for kind in (MembershipKind.RESIDENTIAL, MembershipKind.TEMPORARY):
        await _change_memberships(
            session, member_id, kind, lambda line: _abroad(line, homes, since), since=since
        )


def _abroad(line: Line, homes: Sequence[Membership], since: date) -> Line:
    """A line of visits without those to the home of the time, from a day on."""
    for visit in list(line):
        for home in homes:
            if visit.value.cell_id == home.cell_id:
                start = max(visit.since, home.since, since)
                end = min((day for day in (visit.until, home.until) if day), default=None)
                if end is None or start < end:
                    line = lay(line, None, since=start, until=end)
    return line


async def _change_memberships(
    session: Session, member_id: int, kind: MembershipKind, change: Callable[[Line], Line], *, since: date
) -> None:
    changes = Changes()
    rows = (await memberships_of(session, [member_id], since=since))[member_id, kind]
    changes.belong(member_id, kind, rows, change)
    await changes.write(session)


def _place_of(row: Membership) -> Place:
    return Place(row.cell_id, row.exempt_reason or ExemptReason.OTHER if row.exempt else None)


def _status_of(row: StatusPeriod) -> Status:
    return row.status


def _membership_row(member_id: int, kind: MembershipKind, period: Period[Place]) -> Membership:
    return Membership(
        member_id=member_id,
        cell_id=period.value.cell_id,
        kind=kind,
        exempt=period.value.exempt_reason is not None,
        exempt_reason=period.value.exempt_reason,
        since=period.since,
        until=period.until,
    )


def _status_row(member_id: int, period: Period[Status]) -> StatusPeriod:
    return StatusPeriod(member_id=member_id, status=period.value, since=period.since, until=period.until)
