"""Named reads about weekly digests: which are due, and which cells have tasks and no digest yet."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.rules.words import MeetingKind, OrganisationKind
from db.models import Digest, Meeting, MeetingState, Organisation, Task
from db.session import Session


async def find(session: Session, cell_id: int, *, for_update: bool = False) -> Digest | None:
    """When a cell gets its digest, if that was ever settled."""
    query = select(Digest).where(Digest.cell_id == cell_id)
    return (await session.exec(query.with_for_update() if for_update else query)).first()


async def list_due(session: Session, *, now: datetime, limit: int) -> list[Digest]:
    """Digests whose moment has come, the earliest first; nobody else takes them before the transaction ends."""
    query = (
        select(Digest)
        .where(col(Digest.next_at) <= now)
        .order_by(col(Digest.next_at), col(Digest.cell_id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.exec(query)).all())


async def list_cells_without(session: Session, *, limit: int) -> list[int]:
    """Cells that have tasks, and of which nobody has settled when they get a digest."""
    open_task = select(Task.id).where(Task.cell_id == Organisation.id, col(Task.closed_at).is_(None))
    settled = select(Digest.cell_id).where(Digest.cell_id == Organisation.id)
    query = (
        select(Organisation.id)
        .where(Organisation.kind == OrganisationKind.CELL, open_task.exists(), ~settled.exists())
        .limit(limit)
    )
    return [number for number in (await session.exec(query)).all() if number is not None]


async def list_meetings(
    session: Session, cell_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, Meeting]:
    """The next regular meeting of each of these cells that begins within a span (aware)."""
    query = (
        select(Meeting)
        .where(col(Meeting.cell_id).in_(cell_ids), Meeting.kind == MeetingKind.REGULAR)
        .where(Meeting.state == MeetingState.PLANNED)
        .where(col(Meeting.starts_at) > since, col(Meeting.starts_at) <= until)
        .order_by(col(Meeting.starts_at).desc())
    )
    return {meeting.cell_id: meeting for meeting in (await session.exec(query)).all()}


async def next_due(session: Session, *, after: datetime) -> datetime | None:
    """The next moment at which a digest is due."""
    query = select_rows(func.min(Digest.next_at)).where(col(Digest.next_at) > after)
    found: datetime | None = (await session.execute(query)).scalar_one()
    return found
