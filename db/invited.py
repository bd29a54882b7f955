"""The list of a committee's meeting: those who were called to it by name, whoever they are elsewhere."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.rules.words import RollState
from db.models import Invitee, Meeting, MeetingState, Member, Organisation, Reply, RollMark, Snooze
from db.session import Session


class Invited(NamedTuple):
    """Somebody called to a meeting, with what they said and what the roll says of them."""

    meeting_id: int
    member: Member
    reply: Reply | None
    mark: RollState | None
    put_off_to: datetime | None


async def add(session: Session, meeting_id: int, member_ids: Collection[int]) -> None:
    """Call people to a meeting by name."""
    rows = [{"meeting_id": meeting_id, "member_id": member_id} for member_id in sorted(member_ids)]
    if rows:
        await session.execute(insert(Invitee.__table__), rows)  # type: ignore[attr-defined]


async def list_invited(session: Session, meeting_ids: Collection[int]) -> Sequence[Invited]:
    """Everybody called to these meetings."""
    query: Any = (
        select_rows(col(Invitee.meeting_id), Member, Reply, col(RollMark.state), col(Snooze.due_at))
        .join_from(Invitee, Member, col(Member.id) == Invitee.member_id)
        .outerjoin(
            Reply,
            (col(Reply.member_id) == Invitee.member_id) & (col(Reply.meeting_id) == Invitee.meeting_id),
        )
        .outerjoin(
            RollMark,
            (col(RollMark.member_id) == Invitee.member_id) & (col(RollMark.meeting_id) == Invitee.meeting_id),
        )
        .outerjoin(
            Snooze,
            (col(Snooze.member_id) == Invitee.member_id) & (col(Snooze.meeting_id) == Invitee.meeting_id),
        )
        .where(col(Invitee.meeting_id).in_(meeting_ids), col(Member.erased_at).is_(None))
        .execution_options(populate_existing=True)
    )
    return [Invited(*row) for row in await session.execute(query)]


async def list_committees(session: Session, member_id: int) -> list[Organisation]:
    """The committees to whose coming meetings a member is called."""
    query = (
        select(Organisation)
        .join(Meeting, col(Meeting.cell_id) == Organisation.id)
        .join(Invitee, col(Invitee.meeting_id) == Meeting.id)
        .where(Invitee.member_id == member_id, Meeting.state == MeetingState.PLANNED)
        .distinct()
    )
    return list((await session.exec(query)).all())
