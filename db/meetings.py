"""Named reads about meetings: which there are, who is expected, what was said and what the roll says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.attendance import Standing, prefill, standing
from bot.rules.names import given_name_key
from bot.rules.words import Answer, MeetingKind, MembershipKind, RollState, Status
from db import invited, people
from db.dated import holds
from db.many import Batch, Row, insert_new, is_among, reserve_numbers
from db.models import (
    Meeting,
    MeetingState,
    Member,
    Membership,
    Reminder,
    Reply,
    RollMark,
    Schedule,
    Snooze,
    StatusPeriod,
)
from db.session import Session, has_one_writer


@dataclass(frozen=True)
class Expected:
    """A member of a meeting's list, with what the rules, the member and the roll say of them."""

    member: Member
    standing: Standing
    reply: Reply | None = None
    mark: RollState | None = None

    @property
    def member_id(self) -> int:
        """The member's number."""
        assert self.member.id is not None
        return self.member.id

    @property
    def name(self) -> str:
        """The member's name."""
        return self.member.name

    @property
    def asks_leave(self) -> bool:
        """Whether the member asked not to come."""
        return self.reply is not None and self.reply.answer is Answer.LEAVE

    @property
    def state(self) -> RollState | None:
        """What the roll says: the mark, else what the answer puts there beforehand; None when neither."""
        if self.mark is not None or self.standing is not Standing.MUST_ATTEND:
            return self.mark
        return prefill(self.reply.answer, self.reply.decision) if self.reply else None


async def get(session: Session, meeting_id: int, *, for_update: bool = False) -> Meeting:
    """The meeting; NotFound when there is none. `for_update` lets nobody else change it until the end."""
    query = select(Meeting).where(Meeting.id == meeting_id)
    found = (await session.exec(query.with_for_update() if for_update else query)).first()
    if found is None:
        raise NotFound
    return found


async def list_expected(session: Session, meeting: Meeting, *, on: date) -> list[Expected]:
    """Everybody on the meeting's list as of its local date `on`, in Vietnamese name order."""
    if meeting.kind is MeetingKind.COMMITTEE:
        called = await invited.list_invited(session, [meeting.id or 0])
        found = [Expected(e.member, Standing.MUST_ATTEND, e.reply, e.mark) for e in called]
        return sorted(found, key=lambda e: given_name_key(e.member.name))
    about = {"meeting": meeting.id, "cell": meeting.cell_id, "on": on}
    listed = await session.execute(_listed(residential=meeting.kind == MeetingKind.RESIDENTIAL), about)
    people = [
        Expected(
            member,
            standing(meeting.kind, kind, status or Status.OFFICIAL, away=away, residential_exempt=exempt),
            reply,
            mark,
        )
        for member, kind, exempt, status, away, reply, mark in listed
    ]
    return sorted(people, key=lambda e: given_name_key(e.member.name))


@cache
def _listed(*, residential: bool) -> Any:
    """Built once: the roll asks it with every tap of a secretary."""
    on: Any = bindparam("on", type_=Date)
    meeting: Any = bindparam("meeting")
    belongs = (col(Membership.kind), col(Membership.exempt))
    away = is_away(bindparam("cell"), on)
    return (
        select_rows(Member, *belongs, col(StatusPeriod.status), away, Reply, col(RollMark.state))
        .join(Membership, col(Membership.member_id) == Member.id)
        .outerjoin(StatusPeriod, (col(StatusPeriod.member_id) == Member.id) & holds(StatusPeriod, on))
        .outerjoin(Reply, (col(Reply.member_id) == Member.id) & (col(Reply.meeting_id) == meeting))
        .outerjoin(RollMark, (col(RollMark.member_id) == Member.id) & (col(RollMark.meeting_id) == meeting))
        .where(col(Membership.cell_id) == bindparam("cell"), holds(Membership, on))
        .where(col(Membership.kind).in_(kinds_of_list(residential=residential)))
        .execution_options(populate_existing=True)
    )


def kinds_of_list(*, residential: bool) -> tuple[MembershipKind, ...]:
    """Which memberships in a cell put somebody on the list of its meetings."""
    return (MembershipKind.RESIDENTIAL,) if residential else people.COUNTED


def is_away(cell_id: Any, on: Any) -> ColumnElement[bool]:
    """That a Member of the query is transferred for a time to another cell than this one on a day."""
    return _elsewhere(col(Member.id), cell_id, on).exists()


def is_lent(on: Any) -> ColumnElement[bool]:
    """That whom a Membership of the query counts is transferred for a time to another cell on a day."""
    here = _elsewhere(col(Membership.member_id), col(Membership.cell_id), on)
    return here.where(col(Membership.kind) != MembershipKind.TEMPORARY).exists()


def _elsewhere(member_id: Any, cell_id: Any, on: Any) -> Select[Any]:
    other = aliased(Membership)
    return (
        select_rows(col(other.id))
        .where(col(other.member_id) == member_id, col(other.kind) == MembershipKind.TEMPORARY)
        .where(col(other.cell_id).is_distinct_from(cell_id), holds(other, on))
    )


async def find_next(session: Session, cell_ids: Sequence[int], *, now: datetime) -> Meeting | None:
    """The next meeting of these cells that has not begun."""
    query = (
        select(Meeting)
        .where(col(Meeting.cell_id).in_(cell_ids), Meeting.state == MeetingState.PLANNED)
        .where(col(Meeting.starts_at) > now)
        .order_by(col(Meeting.starts_at))
    )
    return (await session.exec(query)).first()


async def list_open(session: Session, cell_ids: Sequence[int]) -> list[Meeting]:
    """Planned meetings of these cells, the earliest first: coming ones and those whose roll is not closed."""
    query = select(Meeting).where(col(Meeting.cell_id).in_(cell_ids), Meeting.state == MeetingState.PLANNED)
    return list((await session.exec(query.order_by(col(Meeting.starts_at)))).all())


async def find_last_closed(
    session: Session, cell_id: int, kind: MeetingKind = MeetingKind.REGULAR
) -> Meeting | None:
    """The cell's last meeting of a kind whose roll is closed."""
    query = (
        select(Meeting)
        .where(Meeting.cell_id == cell_id, Meeting.kind == kind, Meeting.state == MeetingState.CLOSED)
        .order_by(col(Meeting.starts_at).desc())
    )
    return (await session.exec(query)).first()


async def list_with_thematic(
    session: Session, cell_ids: Collection[int], since: date, until: date
) -> set[int]:
    """Of these cells those that have held, or are to hold, a thematic meeting from `since` to before `until`."""
    query = (
        select(Meeting.cell_id)
        .where(col(Meeting.cell_id).in_(cell_ids), is_thematic())
        .where(col(Meeting.month) >= since, col(Meeting.month) < until)
    )
    return set((await session.exec(query)).all())


def is_thematic() -> ColumnElement[bool]:
    """That a Meeting of the query is, or is to be, a thematic one, or a regular one that is thematic too."""
    stands = col(Meeting.state).in_((MeetingState.PLANNED, MeetingState.CLOSED))
    return and_(or_(col(Meeting.kind) == MeetingKind.THEMATIC, col(Meeting.combined)), stands)


async def list_schedules_to_plan(session: Session, *, to: date, limit: int) -> list[Schedule]:
    """Schedules whose meetings do not stand in the calendar up to a date yet."""
    query = (
        select(Schedule)
        .where(or_(col(Schedule.planned_to).is_(None), col(Schedule.planned_to) < to))
        .order_by(col(Schedule.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.exec(query)).all())


async def next_due(session: Session, *, after: datetime) -> datetime | None:
    """The next moment at which a meeting begins or something is said about one."""
    reminder = select(func.min(Reminder.due_at)).where(
        col(Reminder.done_at).is_(None), col(Reminder.due_at) > after
    )
    snooze = select(func.min(Snooze.due_at)).where(col(Snooze.done_at).is_(None), col(Snooze.due_at) > after)
    start = select(func.min(Meeting.starts_at)).where(
        Meeting.state == MeetingState.PLANNED, col(Meeting.starts_at) > after
    )
    moments = [(await session.exec(query)).one() for query in (reminder, snooze, start)]
    return min((m for m in moments if m), default=None)


async def list_months(
    session: Session, cell_ids: Collection[int], *, since: date
) -> set[tuple[int, MeetingKind, date]]:
    """Of which months, from `since` on, these cells have meetings: cell, kind and month."""
    theirs = is_among(Meeting.cell_id, one_writer=has_one_writer(session))
    query = select_rows(col(Meeting.cell_id), col(Meeting.kind), col(Meeting.month)).where(
        theirs, col(Meeting.month) >= since
    )
    found = await session.rows(query, {"numbers": list(cell_ids)})
    return {(cell_id, kind, month) for cell_id, kind, month in found}


async def add(session: Session, meetings: Sequence[Row]) -> list[Row]:
    """Put meetings into the calendar; those that are new, with their numbers.

    A month's regular or residential meeting that stands there already stays as it is.
    """
    if not meetings:
        return []
    numbers = await reserve_numbers(session, Meeting, len(meetings))
    rows = [{"id": number, **meeting} for number, meeting in zip(numbers, meetings, strict=True)]
    await insert_new(session, Meeting, [Batch({}, rows)])
    query = select_rows(col(Meeting.id)).where(is_among(Meeting.id, one_writer=has_one_writer(session)))
    new = {number for (number,) in await session.rows(query, {"numbers": numbers})}
    return [row for row in rows if row["id"] in new]


async def list_coming(session: Session, cell_id: int, *, now: datetime) -> list[Meeting]:
    """Planned meetings of a cell that have not begun; nobody else changes them before the transaction ends."""
    query = select(Meeting).where(
        Meeting.cell_id == cell_id, Meeting.state == MeetingState.PLANNED, col(Meeting.starts_at) > now
    )
    return list((await session.exec(query.order_by(col(Meeting.id)).with_for_update())).all())


async def list_reminders(session: Session, meeting_id: int) -> list[Reminder]:
    """What is planned to be said about a meeting, and what was."""
    return list((await session.exec(select(Reminder).where(Reminder.meeting_id == meeting_id))).all())
