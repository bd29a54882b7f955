"""Named reads about the tree of organisations."""

from typing import Any

from sqlalchemy import Select, func
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.words import MembershipKind, OrganisationKind
from db.models import Membership, Organisation
from db.session import Session


async def get(session: Session, organisation_id: int) -> Organisation:
    """The organisation; NotFound when there is none."""
    found = await session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


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


async def list_children(session: Session, organisation_id: int) -> list[Organisation]:
    """What is directly below an organisation, by code."""
    query = select(Organisation).where(Organisation.parent_id == organisation_id)
    return list((await session.exec(query.order_by(col(Organisation.code)))).all())


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
