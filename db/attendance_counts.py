"""What closed rolls add up to: of a cell meeting by meeting, of many cells in one statement, a member's year.

Numbers are those of the closed rolls as they stand, corrections with them (`RollTally`). The month is the one a
meeting was scheduled for, wherever it went. Committees' own meetings are in none of these.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import func
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.attendance import Count
from bot.rules.names import given_name_key
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, RollState
from db import organisations
from db.many import is_among
from db.models import Meeting, MeetingMinutes, MeetingState, Member, RollMark, RollTally
from db.session import Session, has_one_writer

NOBODY = Count.closed({})


@dataclass(frozen=True)
class Held:
    """Meetings in numbers. `closed`: those whose roll is; `open`: planned, or begun and not closed."""

    closed: int = 0
    open: int = 0
    not_held: int = 0
    cancelled: int = 0
    count: Count = NOBODY

    def __add__(self, other: "Held") -> "Held":
        """Both taken together."""
        return Held(
            self.closed + other.closed,
            self.open + other.open,
            self.not_held + other.not_held,
            self.cancelled + other.cancelled,
            self.count + other.count,
        )


STATES = {
    MeetingState.CLOSED: "closed",
    MeetingState.PLANNED: "open",
    MeetingState.NOT_HELD: "not_held",
    MeetingState.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class Tallied:
    """A meeting with what its roll adds up to; `minutes` are those it took, or was to take, as far as is known."""

    meeting: Meeting
    count: Count
    minutes: int


@dataclass(frozen=True)
class MemberYear:
    """What the rolls of a cell's meetings of one kind say of a member, by month (1 to 12)."""

    member: Member
    months: Mapping[int, RollState] = field(default_factory=dict)

    def count(self, state: RollState) -> int:
        """In how many months it was this."""
        return sum(each is state for each in self.months.values())


async def list_meetings(session: Session, cell_id: int, span: Span) -> list[Tallied]:
    """All meetings of a cell in a span, whatever became of them, by their start."""
    query = (
        select_rows(Meeting, RollTally, MeetingMinutes)
        .outerjoin(RollTally, col(RollTally.meeting_id) == Meeting.id)
        .outerjoin(MeetingMinutes, col(MeetingMinutes.meeting_id) == Meeting.id)
        .where(col(Meeting.cell_id) == cell_id, *_in(span))
        .order_by(col(Meeting.starts_at))
    )
    return [
        Tallied(meeting, _count(tally), (noted and noted.length) or meeting.minutes)
        for meeting, tally, noted in (await session.execute(query)).all()
    ]


async def count_cells(
    session: Session, organisation_id: int, span: Span
) -> dict[tuple[int, MeetingKind], Held]:
    """The numbers of every cell of a subtree by kind of meeting. What has no meeting is left out."""
    found = await _sum(session, organisation_id, span, col(Meeting.cell_id), col(Meeting.kind))
    return {(cell_id, MeetingKind(kind)): held for (cell_id, kind), held in found.items()}


async def count_months(
    session: Session, organisation_id: int, span: Span
) -> dict[tuple[date, MeetingKind], Held]:
    """The numbers of a whole subtree by month (its first day) and kind of meeting."""
    found = await _sum(session, organisation_id, span, col(Meeting.month), col(Meeting.kind))
    return {(month, MeetingKind(kind)): held for (month, kind), held in found.items()}


async def _sum(session: Session, organisation_id: int, span: Span, *key: Any) -> dict[tuple[Any, ...], Held]:
    """Meetings and what their rolls add up to, by columns of theirs: two statements for a subtree of any size."""
    cells = [number for number, _ in await session.rows(select_rows(organisations.branches(organisation_id)))]
    among = is_among(Meeting.cell_id, one_writer=has_one_writer(session))
    states = [func.coalesce(func.sum(getattr(RollTally, state)), 0) for state in RollState]
    query = (
        select_rows(*key, col(Meeting.state), func.count(), *states)
        .outerjoin(RollTally, col(RollTally.meeting_id) == Meeting.id)
        .where(among, *_in(span))
        .group_by(*key, col(Meeting.state))
    )
    found: dict[tuple[Any, ...], Held] = defaultdict(Held)
    for row in await session.rows(query, {"numbers": cells}):
        where, (state, many, *marks) = tuple(row[: len(key)]), row[len(key) :]
        count = Count.closed(dict(zip(RollState, map(int, marks), strict=True)))
        found[where] += Held(**{STATES[state]: many}, count=count)
    return dict(found)


async def list_year(
    session: Session,
    cell_id: int,
    year: int,
    *,
    kind: Literal[MeetingKind.REGULAR, MeetingKind.RESIDENTIAL] = MeetingKind.REGULAR,
) -> list[MemberYear]:
    """A cell's year: everybody who stands on the roll of any of its closed meetings of a kind, by given name."""
    query = (
        select_rows(Member, col(Meeting.month), col(RollMark.state))
        .join(RollMark, col(RollMark.member_id) == Member.id)
        .join(Meeting, col(Meeting.id) == RollMark.meeting_id)
        .where(col(Meeting.cell_id) == cell_id, col(Meeting.kind) == kind)
        .where(col(Meeting.state) == MeetingState.CLOSED)
        .where(*_in(Span.of("year", date(year, 1, 1))))
    )
    members: dict[int, Member] = {}
    months: dict[int, dict[int, RollState]] = defaultdict(dict)
    for member, month, state in (await session.execute(query)).all():
        members[member.id or 0] = member
        months[member.id or 0][month.month] = state
    years = [MemberYear(member, months[number]) for number, member in members.items()]
    return sorted(years, key=lambda each: (given_name_key(each.member.name), each.member.id or 0))


def _in(span: Span) -> Any:
    of_cells = col(Meeting.kind) != MeetingKind.COMMITTEE
    return col(Meeting.month) >= span.since, col(Meeting.month) < span.until, of_cells


def _count(tally: RollTally | None) -> Count:
    return Count.closed({state: getattr(tally, state) for state in RollState}) if tally else NOBODY
