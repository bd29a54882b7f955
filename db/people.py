"""Named reads about people: where they belong, their standing, what roles they hold, and lists of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as select_rows
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.errors import NotFound
from bot.rules.attendance import skipped_months
from bot.rules.names import given_name_key, is_called
from bot.rules.permissions import OFFICERS, SECRETARIES
from bot.rules.words import MeetingKind, MembershipKind, OrganisationKind, RoleName, Status
from db import invited, organisations
from db.dated import holds
from db.many import is_among
from db.models import (
    Link,
    Meeting,
    MeetingState,
    Member,
    Membership,
    Organisation,
    Role,
    RollMark,
    StatusPeriod,
)
from db.session import Session, has_one_writer

COUNTED = (MembershipKind.RECORD, MembershipKind.TEMPORARY)
"""How somebody belongs to the cell that counts them."""


async def get_member(session: Session, member_id: int) -> Member:
    """The member; NotFound when there is none."""
    member = await session.get(Member, member_id)
    if member is None:
        raise NotFound
    return member


async def find_member_by_code(session: Session, code: str) -> Member | None:
    """The member with this code of the register."""
    return (await session.exec(select(Member).where(Member.code == code))).first()


async def list_roles(session: Session, member_id: int, *, on: date) -> list[Role]:
    """The roles a person holds on a day."""
    query = select(Role).where(Role.member_id == member_id, holds(Role, on))
    return list((await session.exec(query)).all())


async def list_holders(
    session: Session, organisation_id: int | None, names: Collection[RoleName], *, on: date
) -> list[Member]:
    """Who holds one of these roles for exactly this organisation (None: for none, as admins do) on a day."""
    query = (
        select(Member)
        .join(Role, col(Role.member_id) == Member.id)
        .where(Role.organisation_id == organisation_id, col(Role.name).in_(names), holds(Role, on))
        .order_by(col(Member.id))
    )
    return list((await session.exec(query)).unique().all())


async def list_holders_below(
    session: Session, organisation_ids: Any, names: Collection[RoleName], *, on: date
) -> list[Member]:
    """The holders of roles in any of these organisations (a query for their numbers) on a day."""
    query = (
        select(Member)
        .join(Role, col(Role.member_id) == Member.id)
        .where(col(Role.organisation_id).in_(organisation_ids), col(Role.name).in_(names), holds(Role, on))
        .order_by(col(Member.id))
    )
    return list((await session.exec(query)).unique().all())


async def list_leaders(session: Session, cell_id: int, *, on: date) -> set[int]:
    """The numbers of who leads on a day: a cell's secretary and deputies, a committee's officers."""
    holders = await list_holders(session, cell_id, SECRETARIES | OFFICERS, on=on)
    return {member.id for member in holders if member.id is not None}


async def list_holders_of_cells(
    session: Session, organisation_ids: Collection[int], names: Collection[RoleName], *, on: date
) -> dict[int, set[int]]:
    """The numbers of who holds one of these roles for each of many organisations on a day; one statement."""
    query = select_rows(col(Role.organisation_id), col(Role.member_id)).where(
        is_among(Role.organisation_id, one_writer=has_one_writer(session)),
        col(Role.name).in_(names),
        holds(Role, on),
    )
    found: dict[int, set[int]] = {number: set() for number in organisation_ids}
    for organisation, member in await session.rows(query, {"numbers": list(organisation_ids)}):
        found[organisation].add(member)
    return found


async def list_followers(session: Session, cell_id: int, *, on: date) -> set[int]:
    """The numbers of who follows a cell for the committee on a day."""
    holders = await list_holders(session, cell_id, {RoleName.FOLLOWER}, on=on)
    return {member.id for member in holders if member.id is not None}


async def find_cell(session: Session, member_id: int, *, on: date) -> Organisation | None:
    """The cell that counts the member on a day: where they are transferred to, else their cell of record."""
    query = (
        select(Organisation, Membership.kind)
        .join(Membership, col(Membership.cell_id) == Organisation.id)
        .where(Membership.member_id == member_id, holds(Membership, on))
        .where(col(Membership.kind).in_(COUNTED))
    )
    found = {kind: cell for cell, kind in (await session.exec(query)).all()}
    return found.get(MembershipKind.TEMPORARY) or found.get(MembershipKind.RECORD)


async def find_cell_of_record(session: Session, member_id: int, *, on: date) -> Organisation | None:
    """The cell that keeps the member's record on a day."""
    return await _find_cell(session, member_id, MembershipKind.RECORD, on)


async def find_place(session: Session, member_id: int, *, on: date) -> int | None:
    """Where a person is looked after on a day: the cell that counts them, else where they hold a role."""
    cell = await find_cell(session, member_id, on=on)
    if cell is not None:
        return cell.id
    held = (role.organisation_id for role in await list_roles(session, member_id, on=on))
    return next((place for place in held if place is not None), None)


async def find_residential_cell(session: Session, member_id: int, *, on: date) -> Organisation | None:
    """The cell of the area a member lives in, when they are registered there."""
    return await _find_cell(session, member_id, MembershipKind.RESIDENTIAL, on)


async def _find_cell(session: Session, member_id: int, kind: MembershipKind, on: date) -> Organisation | None:
    found = await _find_belonging(session, member_id, kind, on)
    return found[1] if found else None


async def find_residence(
    session: Session, member_id: int, *, on: date
) -> tuple[Membership, Organisation] | None:
    """How and where a member is registered as a resident on a day."""
    return await _find_belonging(session, member_id, MembershipKind.RESIDENTIAL, on)


async def _find_belonging(
    session: Session, member_id: int, kind: MembershipKind, on: date
) -> tuple[Membership, Organisation] | None:
    query = (
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == Membership.cell_id)
        .where(Membership.member_id == member_id, Membership.kind == kind, holds(Membership, on))
    )
    return (await session.exec(query)).first()


async def list_own_cells(session: Session, member_id: int, *, on: date) -> list[Organisation]:
    """Whose meetings concern a member: the cell that counts them, where they live, committees that call them."""
    cells = (
        await find_cell(session, member_id, on=on),
        await find_residential_cell(session, member_id, on=on),
    )
    return [*(cell for cell in cells if cell is not None), *await invited.list_committees(session, member_id)]


async def find_status(session: Session, member_id: int, *, on: date) -> Status | None:
    """The standing a member has on a day."""
    period = await find_status_period(session, member_id, on=on)
    return period.status if period else None


async def find_status_period(session: Session, member_id: int, *, on: date) -> StatusPeriod | None:
    """The period of the standing a member has on a day."""
    query = select(StatusPeriod).where(StatusPeriod.member_id == member_id, holds(StatusPeriod, on))
    return (await session.exec(query)).first()


@dataclass(frozen=True)
class Listed:
    """Somebody on the list of a cell: as what, with which standing, and whether a chat speaks for them."""

    member: Member
    kind: MembershipKind
    status: Status | None
    joined: bool

    @property
    def resident(self) -> bool:
        """Whether they only live here: the cell of record is another one."""
        return self.kind is MembershipKind.RESIDENTIAL


async def list_cell(session: Session, cell_id: int, *, on: date) -> list[Listed]:
    """The people of a cell on a day: of record, there for a time, and residents; in Vietnamese name order."""
    joined = select(Link.id).where(Link.member_id == Member.id, col(Link.until).is_(None)).exists()
    query = (
        select_rows(Member, col(Membership.kind), col(StatusPeriod.status), joined)
        .join(Membership, col(Membership.member_id) == Member.id)
        .outerjoin(StatusPeriod, and_(col(StatusPeriod.member_id) == Member.id, holds(StatusPeriod, on)))
        .where(col(Membership.cell_id) == cell_id, holds(Membership, on))
    )
    listed = [Listed(*row) for row in (await session.execute(query)).all()]
    return sorted(
        listed, key=lambda each: (list(MembershipKind).index(each.kind), given_name_key(each.member.name))
    )


async def search(session: Session, organisation_id: int, text: str, *, on: date) -> list[Member]:
    """Members of record below an organisation (or in it) who are called so: by the whole name, or the given one."""
    cells = await organisations.list_subtree(session, organisation_id)
    query = (
        select_rows(col(Member.id), col(Member.name))
        .join(Membership, col(Membership.member_id) == Member.id)
        .where(is_among(Membership.cell_id, one_writer=has_one_writer(session)), holds(Membership, on))
        .where(col(Membership.kind) == MembershipKind.RECORD)
        .order_by(col(Member.id))
    )
    named = await session.rows(query, {"numbers": cells})
    return [await get_member(session, number) for number, name in named if is_called(name, text)]


@dataclass(frozen=True)
class SubtreeCounts:
    """A subtree in numbers: open cells, members of record, and those of them a chat speaks for."""

    cells: int
    members: int
    joined: int


async def count_subtree(session: Session, organisation_id: int, *, on: date) -> SubtreeCounts:
    """The open cells below an organisation, their members of record on a day, and how many of them have joined."""
    open_cells = select_rows(func.count()).where(
        col(Organisation.id).in_(organisations.subtree(organisation_id)),
        col(Organisation.kind) == OrganisationKind.CELL,
        organisations.is_open(on),
    )
    linked = select(Link.id).where(Link.member_id == Membership.member_id, col(Link.until).is_(None)).exists()
    members = select_rows(func.count(), func.count().filter(linked)).where(
        col(Membership.cell_id).in_(organisations.subtree(organisation_id)),
        col(Membership.kind) == MembershipKind.RECORD,
        holds(Membership, on),
    )
    cells = (await session.execute(open_cells)).scalar_one()
    return SubtreeCounts(cells, *(await session.execute(members)).one())


async def count_skipped(session: Session, member_id: int, *, year: int) -> int:
    """In how many months of a year the member missed the regular meeting without an accepted reason."""
    query = (
        select(col(Meeting.month), col(RollMark.state))
        .join(RollMark, col(RollMark.meeting_id) == Meeting.id)
        .where(RollMark.member_id == member_id, Meeting.kind == MeetingKind.REGULAR)
        .where(Meeting.state == MeetingState.CLOSED)
        .where(col(Meeting.month) >= date(year, 1, 1), col(Meeting.month) <= date(year, 12, 31))
    )
    return skipped_months((await session.exec(query)).all())


async def list_counted(session: Session, cell_id: int, *, on: date) -> list[Member]:
    """The members a cell counts as its own on a day: those of record or transferred in."""
    return list((await session.exec(_counted(cell_id, on))).unique().all())


async def list_unjoined(session: Session, cell_id: int, *, on: date) -> list[Member]:
    """The cell's members without a chat account."""
    joined = select(Link.member_id).where(col(Link.until).is_(None))
    query = _counted(cell_id, on).where(col(Member.id).not_in(joined))
    return list((await session.exec(query)).unique().all())


def _counted(cell_id: int, on: date) -> SelectOfScalar[Member]:
    return (
        select(Member)
        .join(Membership, col(Membership.member_id) == Member.id)
        .where(Membership.cell_id == cell_id, holds(Membership, on))
        .where(col(Membership.kind).in_(COUNTED))
    )
