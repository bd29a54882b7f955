"""Named reads about the tree of organisations, as it stands and as it stood."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.names import fold, same_name
from bot.rules.periods import Period, value_on
from bot.rules.words import MembershipKind, OrganisationKind
from db.dated import holds
from db.many import is_among
from db.models import Membership, Organisation, OrganisationPeriod
from db.session import Session, has_one_writer

SEARCHED = 20
"""So many organisations a search finds at most."""
ALWAYS = date.min
"""The first day of an organisation that was there before anything was written down."""


async def get(session: Session, organisation_id: int) -> Organisation:
    """The organisation; NotFound when there is none."""
    found = await session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


async def list_by_id(session: Session, organisation_ids: Collection[int]) -> dict[int, Organisation]:
    """These organisations, by their numbers; one statement for any number of them."""
    among = is_among(Organisation.id, one_writer=has_one_writer(session))
    found = await session.execute(select(Organisation).where(among), {"numbers": list(organisation_ids)})
    return {each.id: each for each in found.scalars()}


async def get_by_code(session: Session, code: str) -> Organisation:
    """The organisation with this code; NotFound when there is none."""
    found = (await session.exec(select(Organisation).where(Organisation.code == code))).first()
    if found is None:
        raise NotFound("organisation_unknown", code=code)
    return found


async def list_lineage(session: Session, organisation_id: int) -> list[int]:
    """The organisation and everything above it, nearest first."""
    line = select(Organisation.id, Organisation.parent_id).where(Organisation.id == organisation_id)
    chain = line.cte("lineage", recursive=True)
    above = aliased(Organisation)
    chain = chain.union_all(select(above.id, above.parent_id).join(chain, col(above.id) == chain.c.parent_id))
    return list((await session.execute(select(chain.c.id))).scalars())


def subtree(organisation_id: int) -> Select[Any]:
    """The query for the numbers of the organisation and everything below it."""
    top = select(Organisation.id).where(Organisation.id == organisation_id).cte("subtree", recursive=True)
    below = aliased(Organisation)
    tree = top.union_all(select(below.id).join(top, col(below.parent_id) == top.c.id))
    return select_rows(tree.c.id)


def branches(organisation_id: int) -> Any:
    """Every cell below an organisation (or itself), with the part of the tree directly below it that it is in."""
    top: Any = select_rows(
        col(Organisation.id),
        col(Organisation.kind),
        col(Organisation.id).label("branch"),
        literal(0).label("depth"),
    ).where(col(Organisation.id) == organisation_id)
    tree = top.cte("branches", recursive=True)
    below = aliased(Organisation)
    branch = case((tree.c.depth == 0, col(below.id)), else_=tree.c.branch)
    step = select_rows(col(below.id), col(below.kind), branch, tree.c.depth + 1)
    tree = tree.union_all(step.join(tree, col(below.parent_id) == tree.c.id))
    return select_rows(tree.c.id, tree.c.branch).where(tree.c.kind == OrganisationKind.CELL.value).subquery()


async def list_branches(session: Session, organisation_id: int) -> dict[int, int]:
    """The same, read: later statements get the cells as a parameter, as PostgreSQL cannot guess how many they are."""
    return dict(await session.rows(select_rows(branches(organisation_id))))


async def list_subtree(session: Session, organisation_id: int) -> list[int]:
    """The organisation and everything below it."""
    return list((await session.execute(subtree(organisation_id))).scalars())


async def list_cells(session: Session, organisation_id: int) -> list[Organisation]:
    """The cells of a subtree, by code."""
    ids = await list_subtree(session, organisation_id)
    query = select(Organisation).where(
        col(Organisation.id).in_(ids), Organisation.kind == OrganisationKind.CELL
    )
    return list((await session.exec(query.order_by(col(Organisation.code)))).all())


async def list_children(
    session: Session, organisation_id: int, *, on: date | None = None
) -> list[Organisation]:
    """What is directly below an organisation, by code; with `on`, only what is not closed by then."""
    query = select(Organisation).where(Organisation.parent_id == organisation_id)
    if on is not None:
        query = query.where(is_open(on))
    return list((await session.exec(query.order_by(col(Organisation.code)))).all())


def is_open(on: date) -> ColumnElement[bool]:
    """That an Organisation of the query is not closed by a day."""
    return or_(col(Organisation.closed_on).is_(None), col(Organisation.closed_on) > on)


async def search(
    session: Session, text: str, *, kinds: Collection[OrganisationKind], on: date
) -> list[Organisation]:
    """Open organisations of some kinds that a typed name may mean, with or without diacritics; by code.

    Those of exactly this name or code; else those in whose name every word of it stands.
    """
    query = select_rows(col(Organisation.id), col(Organisation.code), col(Organisation.name)).where(
        col(Organisation.kind).in_(kinds), is_open(on)
    )
    named = await session.rows(query.order_by(col(Organisation.code)))
    exact = [number for number, code, name in named if same_name(name, text) or code == text.strip()]
    words = set(fold(text).split())
    found = exact or [number for number, _, name in named if words and words <= set(fold(name).split())]
    return [await get(session, number) for number in found[:SEARCHED]]


async def find_by_official_code(session: Session, code: str) -> Organisation | None:
    """The organisation that has this code in the Party's register."""
    return (await session.exec(select(Organisation).where(Organisation.official_code == code))).first()


async def find_period(session: Session, organisation_id: int, *, on: date) -> OrganisationPeriod | None:
    """What an organisation was called and where it stood on a day; None when it did not exist.

    One nothing was ever changed about stands as it always did.
    """
    periods = await list_periods(session, organisation_id)
    if not periods:
        found = await get(session, organisation_id)
        return OrganisationPeriod(
            organisation_id=organisation_id,
            name=found.name,
            kind=found.kind,
            parent_id=found.parent_id,
            since=ALWAYS,
        )
    return value_on([Period(row, row.since, row.until) for row in periods], on)


async def list_periods(session: Session, organisation_id: int) -> list[OrganisationPeriod]:
    """What an organisation was and is and is to be, oldest first."""
    query = select(OrganisationPeriod).where(OrganisationPeriod.organisation_id == organisation_id)
    return list((await session.exec(query.order_by(col(OrganisationPeriod.since)))).all())


async def list_parents(session: Session, *, on: date) -> Mapping[int, int | None]:
    """The tree of a day: what each organisation was directly below."""
    dated = select(OrganisationPeriod.organisation_id)
    standing = select_rows(col(Organisation.id), col(Organisation.parent_id)).where(
        col(Organisation.id).not_in(dated)
    )
    period = OrganisationPeriod
    moved: Any = select_rows(col(period.organisation_id).label("id"), col(period.parent_id))
    rows = [*(await session.rows(standing)), *(await session.rows(moved.where(holds(period, on))))]
    return {row.id: row.parent_id for row in rows}


async def list_days_of_change(session: Session, *, since: date) -> list[date]:
    """The days from `since` on from which the tree is, or is to be, another one."""
    query = (
        select_rows(col(OrganisationPeriod.since)).where(col(OrganisationPeriod.since) >= since).distinct()
    )
    return sorted((await session.execute(query)).scalars())


async def count_belonging(session: Session, organisation_id: int, *, on: date) -> int:
    """How many people belong to it in any way, on a day or later."""
    query = select(func.count(func.distinct(Membership.member_id))).where(
        Membership.cell_id == organisation_id,
        or_(col(Membership.until).is_(None), col(Membership.until) > on),
    )
    return (await session.exec(query)).one()


async def list_sizes(session: Session) -> list[tuple[str, str, int]]:
    """Every organisation's code, name and number of members of record, by code."""
    members = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.cell_id == Organisation.id, Membership.kind == MembershipKind.RECORD)
        .where(col(Membership.until).is_(None))
        .scalar_subquery()
    )
    query = select(col(Organisation.code), col(Organisation.name), members).order_by(col(Organisation.code))
    return list((await session.exec(query)).all())
