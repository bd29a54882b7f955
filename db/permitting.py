"""Named reads about the committee's permission to enter its members."""

from sqlmodel import col, select

from db.models import CommitteePermission
from db.session import Session


async def find_permission(session: Session) -> CommitteePermission | None:
    """The permission that holds, the one recorded last; None when none is."""
    query = select(CommitteePermission).order_by(col(CommitteePermission.id).desc())
    return (await session.exec(query)).first()
