"""Named reads about what goes with a roll: check-ins, corrections, guests, minutes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.attendance import Count
from bot.rules.words import RollState
from db.models import (
    CheckIn,
    Invitee,
    Meeting,
    MeetingGuest,
    MeetingMinutes,
    MeetingState,
    Member,
    RollMark,
    RollTally,
)
from db.session import Session, insert

SETTLED = (MeetingState.CLOSED, MeetingState.NOT_HELD)


@dataclass(frozen=True)
class Present:
    """Somebody who was there without belonging to the list: typed by name, or a member who follows the cell."""

    id: int
    name: str
    member_id: int | None
    follower: bool


async def find_last_settled(session: Session, cell_ids: Collection[int]) -> Meeting | None:
    """The last meeting of these cells whose roll is closed or which was not held."""
    query = (
        select(Meeting)
        .where(col(Meeting.cell_id).in_(cell_ids), col(Meeting.state).in_(SETTLED))
        .order_by(col(Meeting.starts_at).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def list_mark_ids(session: Session, meeting_id: int) -> dict[int, int]:
    """The numbers of a roll's marks, by member."""
    query = select(RollMark.member_id, RollMark.id).where(RollMark.meeting_id == meeting_id)
    return {member_id: mark_id or 0 for member_id, mark_id in (await session.exec(query)).all()}


async def get_mark(session: Session, mark_id: int, *, for_update: bool = False) -> RollMark:
    """A mark by its number; NotFound when there is none."""
    found = await session.get(RollMark, mark_id, with_for_update=for_update)
    if found is None:
        raise NotFound
    return found


async def keep_tally(session: Session, meeting_id: int, count: Count) -> None:
    """Keep what a closed roll adds up to, in place of what it did before."""
    tally = {state.value: getattr(count, state) for state in RollState}
    new = insert(session, RollTally).values(meeting_id=meeting_id, **tally)
    await session.execute(new.on_conflict_do_update(index_elements=["meeting_id"], set_=tally))


async def find_open_check_in(session: Session, meeting_id: int) -> CheckIn | None:
    """How members check in to a meeting at present."""
    query = select(CheckIn).where(CheckIn.meeting_id == meeting_id, col(CheckIn.closed_at).is_(None))
    return (await session.exec(query)).first()


async def list_open_check_ins(
    session: Session, member_id: int, cell_ids: Sequence[int]
) -> list[tuple[CheckIn, Meeting]]:
    """The open check-ins of meetings of these cells, and of those the member was called to by name."""
    called = select_rows(col(Invitee.meeting_id)).where(col(Invitee.member_id) == member_id)
    query = (
        select(CheckIn, Meeting)
        .join(Meeting, col(Meeting.id) == CheckIn.meeting_id)
        .where(col(CheckIn.closed_at).is_(None), Meeting.state == MeetingState.PLANNED)
        .where(or_(col(Meeting.cell_id).in_(cell_ids), col(Meeting.id).in_(called)))
        .order_by(col(Meeting.starts_at))
    )
    return list((await session.exec(query)).all())


async def list_guests(session: Session, meeting_id: int) -> list[Present]:
    """Who else was there: those who follow the cell first, then guests as they were entered."""
    name = func.coalesce(Member.name, MeetingGuest.name)
    query = (
        select_rows(col(MeetingGuest.id), name, col(MeetingGuest.member_id), col(MeetingGuest.follower))
        .outerjoin(Member, col(Member.id) == MeetingGuest.member_id)
        .where(col(MeetingGuest.meeting_id) == meeting_id)
        .order_by(col(MeetingGuest.follower).desc(), col(MeetingGuest.id))
    )
    return [Present(*row) for row in (await session.execute(query)).all()]


async def get_guest(session: Session, guest_id: int) -> MeetingGuest:
    """A guest's entry; NotFound when there is none."""
    found = await session.get(MeetingGuest, guest_id)
    if found is None:
        raise NotFound
    return found


async def find_minutes(session: Session, meeting_id: int) -> MeetingMinutes | None:
    """What the minutes of a meeting will be drafted from."""
    return await session.get(MeetingMinutes, meeting_id)
