"""Named reads of what people asked about their own data."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.words import DataRequestKind
from db.models import DataRequest
from db.session import Session

ABOUT = "data"
"""What messages about somebody's own data are `about`."""


FORGOTTEN = (DataRequestKind.ERASE, DataRequestKind.WITHDRAW)
"""What must stay done, also when an older database takes the place of this one."""


class Erasure(NamedTuple):
    """That a member was erased, or withdrew, and when (UTC)."""

    member_id: int
    kind: DataRequestKind
    at: datetime


async def list_erasures(session: Session, *, since: datetime | None = None) -> list[Erasure]:
    """Erasures and withdrawals that are done, oldest first; of those since a moment (UTC) if one is given."""
    query = select(DataRequest.member_id, DataRequest.kind, DataRequest.done_at).where(
        col(DataRequest.kind).in_(FORGOTTEN), col(DataRequest.done_at).is_not(None)
    )
    if since is not None:
        query = query.where(col(DataRequest.done_at) >= since)
    rows = (await session.exec(query.order_by(col(DataRequest.done_at)))).all()
    return [Erasure(number, DataRequestKind(kind), at) for number, kind, at in rows if at is not None]


async def get(session: Session, request_id: int) -> DataRequest:
    """The request of this number, which nobody else changes until the transaction ends; NotFound."""
    found = await session.get(DataRequest, request_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


async def list_open(session: Session, member_id: int) -> list[DataRequest]:
    """What a person asked and waits for, oldest first."""
    query = select(DataRequest).where(DataRequest.member_id == member_id, col(DataRequest.done_at).is_(None))
    return list((await session.exec(query.order_by(col(DataRequest.id)))).all())


async def find_open(session: Session, member_id: int, kind: DataRequestKind) -> DataRequest | None:
    """The request of a kind that a person waits for."""
    return next((each for each in await list_open(session, member_id) if each.kind is kind), None)


async def list_to_remind_of(session: Session, *, now: datetime) -> list[DataRequest]:
    """Open requests nobody was reminded of, and those overdue that were reminded of only before."""
    query = (
        select(DataRequest)
        .where(col(DataRequest.done_at).is_(None))
        .where(
            col(DataRequest.reminded_at).is_(None)
            | ((col(DataRequest.due_at) <= now) & (col(DataRequest.reminded_at) < col(DataRequest.due_at)))
        )
        .order_by(col(DataRequest.due_at))
        .with_for_update(skip_locked=True)
    )
    return list((await session.exec(query)).all())
