"""Named reads of the guided first start: what stands already, and whether the bot has answered."""

from datetime import date

from sqlalchemy import exists
from sqlmodel import col, select

from bot.rules.words import OrganisationKind, RoleName
from db.dated import holds
from db.models import WAITING, Delivery, DeliveryState, Link, Organisation, Role
from db.session import Session

ON_THE_WAY = (*WAITING, DeliveryState.SENDING)


async def list_cells(session: Session) -> list[Organisation]:
    """All cells that are not closed, by code."""
    query = select(Organisation).where(
        Organisation.kind == OrganisationKind.CELL, col(Organisation.closed_on).is_(None)
    )
    return list((await session.exec(query.order_by(col(Organisation.code)))).all())


async def list_tops(session: Session) -> list[Organisation]:
    """What has nothing above it, by code."""
    query = select(Organisation).where(
        col(Organisation.parent_id).is_(None), col(Organisation.closed_on).is_(None)
    )
    return list((await session.exec(query.order_by(col(Organisation.code)))).all())


async def has_admin_heard(session: Session, *, on: date) -> bool:
    """Whether a technical admin has come in, and everything the bot had to say to them has arrived."""
    account = (
        select(Link.account_id)
        .join(Role, col(Role.member_id) == Link.member_id)
        .where(Role.name == RoleName.ADMIN, holds(Role, on), col(Link.until).is_(None))
    )
    theirs = col(Delivery.account_id).in_(account)
    answered = exists().where(theirs, col(Delivery.state) == DeliveryState.SENT)
    waiting = exists().where(theirs, col(Delivery.state).in_(ON_THE_WAY))
    return bool((await session.exec(select(answered & ~waiting))).one())
