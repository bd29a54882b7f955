"""Named reads about people: who speaks from a chat, where a person is reached, what roles they hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.attendance import skipped_months
from bot.rules.names import given_name_key, is_called
from bot.rules.words import MeetingKind, MembershipKind, OrganisationKind, RoleName, Status
from db import organisations
from db.dated import holds
from db.many import is_among
from db.models import (
    Account,
    Consent,
    Invite,
    JoinRequest,
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
from db.posting import Address
from db.session import Session, has_one_writer


async def get_member(session: Session, member_id: int) -> Member:
    """The member; NotFound when there is none."""
    member = await session.get(Member, member_id)
    if member is None:
        raise NotFound
    return member


async def find_member_by_code(session: Session, code: str) -> Member | None:
    """The member with this code of the register."""
    return (await session.exec(select(Member).where(Member.code == code))).first()


async def find_account(session: Session, *, bot: int, address: int) -> Account | None:
    """The chat account at an address of a bot."""
    query = select(Account).where(
        Account.channel == "telegram", Account.bot == bot, Account.address == address
    )
    return (await session.exec(query)).first()


class Speaking(NamedTuple):
    """A chat account, the member it speaks for now, and the wording that member last agreed to in it."""

    account: Account | None = None
    member: Member | None = None
    consent: str | None = None


async def find_speaking(session: Session, *, bot: int, address: int) -> Speaking:
    """The chat account at an address of a bot, for whom it speaks, and what they agreed to."""
    found = (await session.execute(_SPEAKING, {"bot": bot, "address": address})).first()
    return Speaking(*found) if found else Speaking()


_AGREED = (
    select_rows(col(Consent.version))
    .where(col(Consent.account_id) == Account.id, col(Consent.member_id) == Link.member_id)
    .where(col(Consent.withdrawn_at).is_(None))
    .order_by(col(Consent.id).desc())
    .limit(1)
    .scalar_subquery()
)
_SPEAKING = (
    select_rows(Account, Member, _AGREED)
    .outerjoin(Link, and_(col(Link.account_id) == Account.id, col(Link.until).is_(None), col(Link.speaking)))
    .outerjoin(Member, col(Member.id) == Link.member_id)
    .where(col(Account.channel) == "telegram", col(Account.bot) == bindparam("bot"))
    .where(col(Account.address) == bindparam("address"))
)
"""Built once: every update asks it first."""


async def find_speaker(session: Session, account_id: int) -> Member | None:
    """The member an account speaks for now."""
    query = (
        select(Member)
        .join(Link, col(Link.member_id) == Member.id)
        .where(Link.account_id == account_id, col(Link.until).is_(None), col(Link.speaking))
    )
    return (await session.exec(query)).first()


async def list_addresses(session: Session, member_ids: Collection[int]) -> list[Address]:
    """Where these members can be reached: every open link to an account that still takes messages."""
    query = _addresses(has_one_writer(session))
    return [Address(*row) for row in await session.rows(query, {"numbers": list(member_ids)})]


@cache
def _addresses(one_writer: bool) -> Any:
    account = (col(Account.bot), col(Account.address), col(Account.language), col(Account.id))
    return (
        select_rows(*account, col(Link.member_id))
        .join(Link, col(Link.account_id) == Account.id)
        .where(is_among(Link.member_id, one_writer=one_writer), col(Link.until).is_(None))
        .where(col(Account.unreachable_at).is_(None))
        .order_by(col(Account.id))
    )


async def list_roles(session: Session, member_id: int, *, on: date) -> list[Role]:
    """The roles a person holds on a day."""
    query = select(Role).where(Role.member_id == member_id, holds(Role, on))
    return list((await session.exec(query)).all())


async def list_holders(
    session: Session, organisation_id: int | None, names: Sequence[RoleName], *, on: date
) -> list[Member]:
    """Who holds one of these roles for exactly this organisation (None: for none, as admins do) on a day."""
    query = (
        select(Member)
        .join(Role, col(Role.member_id) == Member.id)
        .where(Role.organisation_id == organisation_id, col(Role.name).in_(names), holds(Role, on))
        .order_by(col(Member.id))
    )
    return list((await session.exec(query)).unique().all())


async def list_leaders(session: Session, cell_id: int, *, on: date) -> set[int]:
    """The numbers of a cell's secretary and deputies on a day."""
    holders = await list_holders(session, cell_id, (RoleName.SECRETARY, RoleName.DEPUTY), on=on)
    return {member.id for member in holders if member.id is not None}


async def find_cell(session: Session, member_id: int, *, on: date) -> Organisation | None:
    """The cell that counts the member on a day: where they are transferred to, else their cell of record."""
    query = (
        select(Organisation, Membership.kind)
        .join(Membership, col(Membership.cell_id) == Organisation.id)
        .where(Membership.member_id == member_id, holds(Membership, on))
        .where(col(Membership.kind).in_((MembershipKind.RECORD, MembershipKind.TEMPORARY)))
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
    query = (
        select(Organisation)
        .join(Membership, col(Membership.cell_id) == Organisation.id)
        .where(Membership.member_id == member_id, Membership.kind == kind, holds(Membership, on))
    )
    return (await session.exec(query)).first()


@dataclass(frozen=True)
class Listed:
    """Somebody on the list of a cell: as what, with which standing, and whether a chat speaks for them."""

    member: Member
    kind: MembershipKind
    status: Status | None
    joined: bool


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


async def count_requests(session: Session, cell_id: int) -> int:
    """How many people wait to be let into a cell."""
    query = select(func.count()).select_from(JoinRequest)
    waiting = query.where(JoinRequest.cell_id == cell_id, col(JoinRequest.decided_at).is_(None))
    return (await session.exec(waiting)).one()


async def list_requests(session: Session, cell_id: int) -> list[JoinRequest]:
    """Who waits to be let into a cell, first come first."""
    query = select(JoinRequest).where(JoinRequest.cell_id == cell_id, col(JoinRequest.decided_at).is_(None))
    return list((await session.exec(query.order_by(col(JoinRequest.id)))).all())


async def find_residence(
    session: Session, member_id: int, *, on: date
) -> tuple[Membership, Organisation] | None:
    """How and where a member is registered as a resident on a day."""
    query = (
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == Membership.cell_id)
        .where(Membership.member_id == member_id, holds(Membership, on))
        .where(Membership.kind == MembershipKind.RESIDENTIAL)
    )
    return (await session.exec(query)).first()


async def find_status_period(session: Session, member_id: int, *, on: date) -> StatusPeriod | None:
    """The period of the standing a member has on a day."""
    query = select(StatusPeriod).where(StatusPeriod.member_id == member_id, holds(StatusPeriod, on))
    return (await session.exec(query)).first()


async def list_links(session: Session, member_id: int) -> list[Link]:
    """The chats that speak for a member now."""
    query = select(Link).where(Link.member_id == member_id, col(Link.until).is_(None))
    return list((await session.exec(query)).all())


async def find_status(session: Session, member_id: int, *, on: date) -> Status | None:
    """The member's status on a day."""
    query = select(col(StatusPeriod.status)).where(
        StatusPeriod.member_id == member_id, holds(StatusPeriod, on)
    )
    return (await session.exec(query)).first()


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
    query = (
        select(Member)
        .join(Membership, col(Membership.member_id) == Member.id)
        .where(Membership.cell_id == cell_id, holds(Membership, on))
        .where(col(Membership.kind).in_((MembershipKind.RECORD, MembershipKind.TEMPORARY)))
    )
    return list((await session.exec(query)).unique().all())


async def list_unjoined(session: Session, cell_id: int, *, on: date) -> list[Member]:
    """The cell's members without a chat account."""
    joined = select(Link.member_id).where(col(Link.until).is_(None))
    query = (
        select(Member)
        .join(Membership, col(Membership.member_id) == Member.id)
        .where(Membership.cell_id == cell_id, holds(Membership, on))
        .where(col(Membership.kind).in_((MembershipKind.RECORD, MembershipKind.TEMPORARY)))
        .where(col(Member.id).not_in(joined))
    )
    return list((await session.exec(query)).unique().all())


async def find_invite(session: Session, token_sha256: str, *, now: datetime) -> Invite | None:
    """An invitation that can still be used."""
    query = select(Invite).where(
        Invite.token_sha256 == token_sha256, col(Invite.used_at).is_(None), col(Invite.expires_at) > now
    )
    return (await session.exec(query)).first()


async def find_open_request(session: Session, account_id: int) -> JoinRequest | None:
    """The request to join that an account still waits for an answer to."""
    query = select(JoinRequest).where(
        JoinRequest.account_id == account_id, col(JoinRequest.decided_at).is_(None)
    )
    return (await session.exec(query)).first()


async def list_spoken_for(session: Session, account_id: int) -> list[Member]:
    """The members an account speaks for."""
    query = (
        select(Member)
        .join(Link, col(Link.member_id) == Member.id)
        .where(Link.account_id == account_id, col(Link.until).is_(None))
    )
    return list((await session.exec(query)).all())
