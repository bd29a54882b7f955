"""Named reads about members' wishes to be asked again about a meeting."""

from datetime import datetime

from sqlalchemy import select as select_rows
from sqlmodel import col, select

from db.models import Meeting, Organisation, Snooze
from db.session import Session


async def find(session: Session, meeting_id: int, member_id: int) -> Snooze | None:
    """The member's wish about a meeting; nobody else changes it before the transaction ends."""
    query = select(Snooze).where(Snooze.meeting_id == meeting_id, Snooze.member_id == member_id)
    return (await session.exec(query.with_for_update())).first()


async def list_due(
    session: Session, *, now: datetime, limit: int
) -> list[tuple[Snooze, Meeting, Organisation]]:
    """Wishes whose time has come, earliest first, with the meeting and the cell that meets."""
    query = (
        select_rows(Snooze, Meeting, Organisation)
        .join(Meeting, col(Meeting.id) == Snooze.meeting_id)
        .join(Organisation, col(Organisation.id) == Meeting.cell_id)
        .where(col(Snooze.done_at).is_(None), col(Snooze.due_at) <= now)
        .order_by(col(Snooze.due_at), col(Snooze.id))
        .limit(limit)
        .with_for_update(of=Snooze, skip_locked=True)
    )
    return [(snooze, meeting, cell) for snooze, meeting, cell in await session.execute(query)]
