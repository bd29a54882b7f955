"""Named reads about the bots of committees: which there are, whose they are, and who is where.

Everybody belongs to the bot of the nearest organisation above them that has one, else to the bot of the settings.
A chat account stays with the bot it is at until its person has started the other one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.words import MembershipKind
from db import groups, organisations, outbox
from db.dated import holds
from db.models import Account, BotState, CellGroup, Delivery, Link, Membership, Organisation, OwnBot, Role
from db.session import Session

KINDS = (MembershipKind.RECORD, MembershipKind.TEMPORARY, MembershipKind.RESIDENTIAL)
"""How somebody belongs to the cell that decides on their bot: the first of these they have."""


@dataclass(frozen=True)
class Crowd:
    """Members by where they are reached: `here` at a bot, `coming` elsewhere though they belong to it.

    `only_here`: of those here, who has no other chat. `groups` of cells are linked here, `waiting` messages too.
    """

    here: int
    only_here: int
    coming: int
    groups: int
    waiting: int


async def list_present(session: Session) -> list[OwnBot]:
    """The bots people belong to, oldest first."""
    query = select(OwnBot).where(col(OwnBot.removed_at).is_(None)).order_by(col(OwnBot.added_at))
    return list((await session.exec(query)).all())


async def list_served(session: Session) -> list[OwnBot]:
    """The bots that are to be served: those of now, and removed ones that somebody or something still needs."""
    query = select(OwnBot).where(or_(col(OwnBot.removed_at).is_(None), _needed()))
    return list((await session.exec(query.order_by(col(OwnBot.added_at)))).all())


def _needed() -> ColumnElement[bool]:
    """That a person or a group is still reached by an OwnBot of the query, or that something waits for it."""
    people = _reached(col(OwnBot.id)).exists()
    served = select_rows(col(CellGroup.id)).where(col(CellGroup.bot) == OwnBot.id, groups.is_linked())
    waits = select_rows(col(Delivery.id)).where(col(Delivery.bot) == OwnBot.id, outbox.is_open())
    return or_(people, served.exists(), waits.exists())


def _reached(bot: Any) -> Any:
    """The members a bot reaches."""
    return (
        select_rows(col(Link.member_id))
        .join(Account, col(Account.id) == Link.account_id)
        .where(col(Account.channel) == "telegram", col(Account.bot) == bot)  # the key begins so
        .where(col(Link.until).is_(None), col(Account.unreachable_at).is_(None))
    )


async def get(session: Session, number: int) -> OwnBot:
    """The committee's bot of this number; NotFound when there is none."""
    found = await session.get(OwnBot, number)
    if found is None:
        raise NotFound("bot_unknown", number=number)
    return found


async def find_username(session: Session, number: int) -> str:
    """What a bot is called, its own or that of the settings; empty while it was never connected."""
    found = await session.get(OwnBot, number)
    if found is not None:
        return found.username
    state = await session.get(BotState, number)
    return state.username if state else ""


async def find_above(session: Session, organisation_id: int) -> OwnBot | None:
    """The bot of an organisation, or of the nearest above it that has one."""
    present = {each.organisation_id: each for each in await list_present(session)}
    if not present:
        return None
    lineage = await organisations.list_lineage(session, organisation_id)
    return next((present[place] for place in lineage if place in present), None)


async def find_of_member(session: Session, member_id: int, *, on: date) -> OwnBot | None:
    """The bot a person belongs to on a day; None for that of the settings."""
    place = (await _list_places(session, on=on, member_ids=[member_id])).get(member_id)
    return await find_above(session, place) if place is not None else None


async def list_owners(session: Session, *, on: date) -> dict[int, int | None]:
    """Everybody and the bot they belong to on a day, None for that of the settings: for an operator's look."""
    present = {each.organisation_id: each.id for each in await list_present(session)}
    rows = await session.rows(select_rows(col(Organisation.id), col(Organisation.parent_id)))
    owners = nearest({row.id: row.parent_id for row in rows}, present)
    return {member: owners.get(place) for member, place in (await _list_places(session, on=on)).items()}


def nearest(parents: Mapping[int, int | None], bots: Mapping[int, int]) -> dict[int, int]:
    """The bot of each organisation that has one itself or above it, from the tree and the bots by organisation."""
    found: dict[int, int] = {}
    for number in parents:
        above: int | None = number
        while above is not None and above not in bots:
            above = parents.get(above)
        if above is not None:
            found[number] = bots[above]
    return found


async def _list_places(
    session: Session, *, on: date, member_ids: Collection[int] | None = None
) -> dict[int, int]:
    """The organisation that decides on people's bot: a cell as in `KINDS`, else where they hold a role."""
    belongs: Any = select_rows(col(Membership.member_id), col(Membership.cell_id), col(Membership.kind))
    belongs = belongs.where(holds(Membership, on), col(Membership.cell_id).is_not(None))
    serves: Any = select_rows(col(Role.member_id), col(Role.organisation_id)).order_by(col(Role.id))
    serves = serves.where(holds(Role, on), col(Role.organisation_id).is_not(None))
    if member_ids is not None:
        belongs = belongs.where(col(Membership.member_id).in_(member_ids))
        serves = serves.where(col(Role.member_id).in_(member_ids))
    found: dict[int, int] = {}
    cells = [tuple(row) for row in await session.rows(belongs)]
    for member, cell, _ in sorted(cells, key=lambda row: KINDS.index(row[2])):
        found.setdefault(member, cell)
    for member, place in await session.rows(serves):
        found.setdefault(member, place)
    return found


async def list_elsewhere(session: Session, *, bot: int, address: int) -> list[Account]:
    """The accounts at other bots that speak for somebody from the same telephone, newest first."""
    speaks = select_rows(col(Link.id)).where(col(Link.account_id) == Account.id, col(Link.until).is_(None))
    query = (
        select(Account)
        .where(Account.channel == "telegram", Account.address == address, Account.bot != bot)
        .where(speaks.exists())
        .order_by(col(Account.id).desc())
    )
    return list((await session.exec(query)).all())


async def list_reached(session: Session) -> list[tuple[int, int]]:
    """Everybody a chat reaches now, with its bot: (member, bot), once for each of their bots."""
    query = (
        select_rows(col(Link.member_id), col(Account.bot))
        .join(Account, col(Account.id) == Link.account_id)
        .where(col(Link.until).is_(None), col(Account.unreachable_at).is_(None))
        .distinct()
    )
    return [(member, bot) for member, bot in await session.rows(query)]


def list_coming(
    number: int, owners: Mapping[int, int | None], reached: Collection[tuple[int, int]]
) -> set[int]:
    """The members who belong to a bot and are reached elsewhere only."""
    there = {member for member, bot in reached if bot == number}
    return {member for member, _ in reached if owners.get(member) == number} - there


async def count(
    session: Session, number: int, owners: Mapping[int, int | None], reached: Collection[tuple[int, int]]
) -> Crowd:
    """Who and what a bot has, given everybody's bot and everybody who is reached."""
    here = {member for member, bot in reached if bot == number}
    elsewhere = {member for member, bot in reached if bot != number}
    served = select(func.count()).select_from(CellGroup).where(CellGroup.bot == number, groups.is_linked())
    waits = select(func.count()).select_from(Delivery).where(Delivery.bot == number, outbox.is_open())
    numbers = [(await session.exec(query)).one() for query in (served, waits)]
    return Crowd(len(here), len(here - elsewhere), len(list_coming(number, owners, reached)), *numbers)
