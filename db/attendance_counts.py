"""What closed rolls add up to: of a cell meeting by meeting, of many cells in one statement, a member's year.

Numbers are those of the closed rolls as they stand, corrections with them (`RollTally`). The month is the one a
meeting was scheduled for, wherever it went. Committees' own meetings are in none of these.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import add
from typing import Any, Literal

from sqlalchemy import case, func
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.attendance import Count
from bot.rules.names import given_name_key
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, RollState
from db import organisations
from db.many import is_among
from db.models import Meeting, MeetingMinutes, MeetingState, Member, Organisation, RollMark, RollTally
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


@dataclass(frozen=True)
class OwnMark:
    """What a closed roll says of a member, with the cell whose meeting it was."""

    cell: str
    kind: MeetingKind
    month: date
    starts_at: datetime
    state: RollState


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
    cells = list(await organisations.list_branches(session, organisation_id))
    among = is_among(Meeting.cell_id, one_writer=has_one_writer(session))
    states = [func.coalesce(func.sum(getattr(RollTally, state)), 0) for state in RollState]
    query = (
        select_rows(*key, col(Meeting.state), func.count(), *states)
        .outerjoin(RollTally, col(RollTally.meeting_id) == Meeting.id)
        .where(among, *_in(span))
        .group_by(*key, col(Meeting.state))
    )
    found: dict[tuple[Any, ...], list[Held]] = defaultdict(list)
    for row in await session.rows(query, {"numbers": cells}):
        where, (state, many, *marks) = tuple(row[: len(key)]), row[len(key) :]
        found[where].append(Held(**{STATES[state]: many}, count=_added(marks) if any(marks) else NOBODY))
    return {where: reduce(add, held) for where, held in found.items()}


def _added(marks: Iterable[int]) -> Count:
    return Count.closed(dict(zip(RollState, map(int, marks), strict=True)))


async def list_roll(session: Session, meeting_id: int) -> list[tuple[Member, RollState]]:
    """Everybody on a meeting's roll with their mark, by given name."""
    query = (
        select_rows(Member, col(RollMark.state))
        .join(RollMark, col(RollMark.member_id) == Member.id)
        .where(col(RollMark.meeting_id) == meeting_id)
    )
    found = [(row[0], row[1]) for row in (await session.execute(query)).all()]
    return sorted(found, key=lambda one: (given_name_key(one[0].name), one[0].id or 0))


async def list_cells(session: Session, organisation_id: int) -> dict[int, tuple[int, date | None]]:
    """The cells of a subtree: the part directly below the organisation each is in, and since when it is closed."""
    branches = organisations.branches(organisation_id)
    query = select_rows(branches.c.id, branches.c.branch, col(Organisation.closed_on)).join(
        branches, branches.c.id == Organisation.id
    )
    return {number: (branch, closed_on) for number, branch, closed_on in await session.rows(query)}


async def list_own(session: Session, member_id: int, span: Span) -> list[OwnMark]:
    """What the closed rolls of a span say of a member, in whichever cell, oldest first."""
    query = (
        select_rows(
            col(Organisation.name),
            *(col(Meeting.kind), col(Meeting.month), col(Meeting.starts_at), col(RollMark.state)),
        )
        .select_from(RollMark)
        .join(Meeting, col(Meeting.id) == RollMark.meeting_id)
        .join(Organisation, col(Organisation.id) == Meeting.cell_id)
        .where(col(RollMark.member_id) == member_id, col(Meeting.state) == MeetingState.CLOSED, *_in(span))
        .order_by(col(Meeting.starts_at))
    )
    return [OwnMark(*row) for row in await session.rows(query)]


async def list_years(
    session: Session, cell_ids: Sequence[int], year: int
) -> dict[int, list[tuple[str, tuple[RollState | None, ...]]]]:
    """The year of many cells at once, by regular meetings: of each cell the names and the marks of twelve months.

    For files of a whole subtree, which are written in steps: the names are not sorted, which takes longer than to
    read them; equal ones come as they entered the register.
    """
    months = Span.of("year", date(year, 1, 1)).months
    marks = [func.max(case((col(Meeting.month) == month, col(RollMark.state)))) for month in months]
    query = (
        select_rows(col(Meeting.cell_id), col(Member.id), col(Member.name), *marks)
        .select_from(Meeting)
        .join(RollMark, col(RollMark.meeting_id) == Meeting.id)
        .join(Member, col(Member.id) == RollMark.member_id)
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.CLOSED)
        .where(col(Meeting.month).in_(months), is_among(Meeting.cell_id, one_writer=has_one_writer(session)))
        .group_by(col(Meeting.cell_id), col(Member.id), col(Member.name))
        .order_by(col(Member.id))
    )
    found: dict[int, list[tuple[str, tuple[RollState | None, ...]]]] = defaultdict(list)
    for cell_id, _, name, *states in await session.rows(query, {"numbers": list(cell_ids)}):
        found[cell_id].append((name, tuple(states)))
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
