"""Named reads about digests of cells and of committees: which are due, and who has none yet."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.rules.words import MeetingKind, OrganisationKind, RoleName
from db import organisations
from db.dated import holds
from db.models import CommitteeDigest, Digest, Meeting, MeetingState, Organisation, Role, Task
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


async def find_of_committee(
    session: Session, organisation_id: int, *, for_update: bool = False
) -> CommitteeDigest | None:
    """When a committee gets its digest, if that was ever settled."""
    query = select(CommitteeDigest).where(CommitteeDigest.organisation_id == organisation_id)
    return (await session.exec(query.with_for_update() if for_update else query)).first()


async def list_due_of_committees(session: Session, *, now: datetime, limit: int) -> list[CommitteeDigest]:
    """As `list_due`, for committees."""
    query = (
        select(CommitteeDigest)
        .where(col(CommitteeDigest.next_at) <= now)
        .order_by(col(CommitteeDigest.next_at), col(CommitteeDigest.organisation_id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.exec(query)).all())


async def list_committees_without(session: Session, *, on: date, limit: int) -> list[int]:
    """Open committees that have an officer, and of which nobody has settled when they get a digest."""
    officer = select(Role.id).where(
        Role.organisation_id == Organisation.id, Role.name == RoleName.OFFICER, holds(Role, on)
    )
    settled = select(CommitteeDigest.organisation_id).where(
        CommitteeDigest.organisation_id == Organisation.id
    )
    query = (
        select(Organisation.id)
        .where(Organisation.kind != OrganisationKind.CELL, organisations.is_open(on))
        .where(officer.exists(), ~settled.exists())
        .order_by(col(Organisation.id))
        .limit(limit)
    )
    return [number for number in (await session.exec(query)).all() if number is not None]


async def next_due(session: Session, *, after: datetime) -> datetime | None:
    """The next moment at which a digest is due."""
    moments: list[datetime | None] = []
    for due in (col(Digest.next_at), col(CommitteeDigest.next_at)):
        query = select_rows(func.min(due)).where(due > after)
        moments.append((await session.execute(query)).scalar_one())
    return min((moment for moment in moments if moment), default=None)
