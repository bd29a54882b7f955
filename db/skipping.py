"""Who was absent, by the rolls of a subtree: how many in each part of it, and who.

Only closed rolls of its own cells are looked at, as their year grids are: who went from one of these cells to another
is one person with all their marks, and counts where they were absent last. Whoever was erased is in neither.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.names import given_name_key
from bot.rules.skipping import Asked
from bot.rules.words import RollState
from db import organisations
from db.many import given_pairs, how_many, is_among, is_one_of
from db.models import Meeting, MeetingState, Member, Organisation, RollMark
from db.session import Session, has_one_writer

Numbers = dict[str, Sequence[int]]
"""Parameters of a statement."""


@dataclass(frozen=True)
class Absent:
    """Somebody who was absent as was asked; `excused` and `unexcused`: how often in the span, or in the streak."""

    member_id: int
    name: str
    cell_id: int
    cell: str
    excused: int
    unexcused: int

    @property
    def times(self) -> int:
        """How often, with a reason and without."""
        return self.excused + self.unexcused


async def count(session: Session, organisation_id: int, asked: Asked, *, on: date) -> dict[int, int]:
    """How many were absent so in each part directly below an organisation, or in a cell itself; only where any."""
    cells = await organisations.list_branches(session, organisation_id)
    found = _found(asked, on, one_writer=has_one_writer(session))
    query = select_rows(found.c.cell_id, func.count()).group_by(found.c.cell_id)
    parts: dict[int, int] = {}
    for cell_id, many in await session.rows(query, await _numbers(session, cells, asked, on)):
        parts[cells[cell_id]] = parts.get(cells[cell_id], 0) + many
    return parts


async def list_absent(session: Session, organisation_id: int, asked: Asked, *, on: date) -> list[Absent]:
    """Who was absent so, by the cell's code, the most often first. One statement for a subtree of any size."""
    cells = await organisations.list_branches(session, organisation_id)
    found = _found(asked, on, one_writer=has_one_writer(session))
    each = found.c
    query = (
        select_rows(
            *(each.member_id, each.name, each.cell_id, col(Organisation.name), each.excused, each.unexcused),
            col(Organisation.code),
        )
        .select_from(found)
        .join(Organisation, col(Organisation.id) == each.cell_id)
    )
    rows = await session.rows(query, await _numbers(session, cells, asked, on))
    listed = [(row[6], Absent(*row[:4], *map(int, row[4:6]))) for row in rows]
    listed.sort(key=lambda one: (one[0], -one[1].times, given_name_key(one[1].name), one[1].member_id))
    return [absent for _, absent in listed]


def _found(asked: Asked, on: date, *, one_writer: bool) -> Any:
    """A row for each person: their cell, and how often they were absent; erased ones are left out."""
    meetings = _meetings(asked, on, one_writer=one_writer)
    absent = _streaks(asked, meetings, one_writer) if asked.row else _absences(asked, meetings)
    each = absent.c
    return (
        select_rows(
            each.member_id, col(Member.name).label("name"), each.cell_id, each.excused, each.unexcused
        )
        .join(Member, col(Member.id) == each.member_id)
        .where(each.place == 1, each.excused + each.unexcused >= asked.least, col(Member.erased_at).is_(None))
        .subquery()
    )


def _meetings(asked: Asked, on: date, *, one_writer: bool) -> Any:
    """The closed meetings that are asked about."""
    span = asked.looked_at(on)
    chosen = (
        select_rows(
            col(Meeting.id).label("id"),
            col(Meeting.cell_id).label("cell_id"),
            col(Meeting.starts_at).label("starts_at"),
            *(() if asked.span else (_newest(Meeting),)),
        )
        .where(col(Meeting.kind) == asked.kind, col(Meeting.state) == MeetingState.CLOSED)
        .where(col(Meeting.month) >= span.since, col(Meeting.month) < span.until)
        .where(is_among(Meeting.cell_id, one_writer=one_writer))
        .cte("chosen")
    )
    if asked.span:
        return chosen
    return (
        select_rows(chosen.c.id, chosen.c.cell_id, chosen.c.starts_at).where(chosen.c.newest == 1).cte("last")
    )


def _absences(asked: Asked, meetings: Any) -> Any:
    """By member: how often they were absent, and with `place` 1 the cell in which they were last."""
    each = (
        select_rows(
            col(RollMark.member_id).label("member_id"),
            meetings.c.cell_id,
            func.max(meetings.c.starts_at).label("last"),
            _marked(RollState.EXCUSED).label("excused"),
            _marked(RollState.UNEXCUSED).label("unexcused"),
        )
        .join(meetings, meetings.c.id == RollMark.meeting_id)
        .where(is_one_of(RollMark.state, *asked.marks.states))
        .group_by(col(RollMark.member_id), meetings.c.cell_id)
        .subquery()
    )
    return _by_member(each)


def _by_member(each: Any) -> Any:
    """What is known by member and cell taken together by member; `place` 1 is the cell of the last."""
    mine = {"partition_by": each.c.member_id}
    place = func.row_number().over(**mine, order_by=(each.c.last.desc(), each.c.cell_id))
    return select_rows(
        each.c.member_id,
        each.c.cell_id,
        func.sum(each.c.excused).over(**mine).label("excused"),
        func.sum(each.c.unexcused).over(**mine).label("unexcused"),
        place.label("place"),
    ).subquery()


def _streaks(asked: Asked, meetings: Any, one_writer: bool) -> Any:
    """The same of the absences since somebody was last there; only of who can have been absent often enough."""
    ended = case((col(RollMark.state).in_(asked.marks.ending), meetings.c.starts_at))
    marks = (
        select_rows(
            col(RollMark.member_id).label("member_id"),
            col(RollMark.state).label("state"),
            meetings.c.cell_id,
            meetings.c.starts_at,
            func.max(ended).over(partition_by=col(RollMark.member_id)).label("ended"),
        )
        .join(meetings, meetings.c.id == RollMark.meeting_id)
        .where(is_among(RollMark.member_id, one_writer=one_writer, name="often"))
        .subquery()
    )
    since = or_(marks.c.ended.is_(None), marks.c.starts_at > marks.c.ended)
    each = (
        select_rows(
            marks.c.member_id,
            marks.c.cell_id,
            func.max(marks.c.starts_at).label("last"),
            how_many(marks.c.state == RollState.EXCUSED).label("excused"),
            how_many(marks.c.state == RollState.UNEXCUSED).label("unexcused"),
        )
        .where(and_(since, marks.c.state.in_([str(state) for state in asked.marks.states])))
        .group_by(marks.c.member_id, marks.c.cell_id)
        .subquery()
    )
    return _by_member(each)


async def _numbers(session: Session, cells: Collection[int], asked: Asked, on: date) -> Numbers:
    """What the statement of `_found` gets: the cells and, of streaks, who may have one.

    In steps that hand each other numbers: PostgreSQL cannot guess how few they are, and read all marks there are.
    """
    numbers: Numbers = {"numbers": list(cells)}
    if not asked.row:
        return numbers
    meetings = _meetings(asked, on, one_writer=has_one_writer(session))
    often = await session.rows(_often(asked, meetings), numbers)
    recent = await _list_recent(session, asked, meetings, {cell for _, cell, last in often if cell == last})
    pairs = [(number, member) for member, cell, last in often if cell == last for number in recent[cell]]
    seen = await _list_seen(session, asked, pairs)
    return {**numbers, "often": [member for member, *_ in often if member not in seen]}


def _often(asked: Asked, meetings: Any) -> Any:
    """Who was absent often enough, with the first and the last of the cells in which they were."""
    cell = meetings.c.cell_id
    return (
        select_rows(col(RollMark.member_id), func.min(cell), func.max(cell))
        .join(meetings, meetings.c.id == RollMark.meeting_id)
        .where(is_one_of(RollMark.state, *asked.marks.states))
        .group_by(col(RollMark.member_id))
        .having(func.count() >= asked.row)
    )


async def _list_recent(
    session: Session, asked: Asked, meetings: Any, cells: Collection[int]
) -> Mapping[int, list[int]]:
    """The newest meetings of some cells, as many as a streak has."""
    placed = select_rows(meetings.c.cell_id, meetings.c.id, _newest(meetings.c)).subquery()
    query = select_rows(placed.c.cell_id, placed.c.id).where(placed.c.newest <= asked.row)
    found: dict[int, list[int]] = defaultdict(list)
    for cell, number in await session.rows(query, {"numbers": list(cells)}):
        found[cell].append(number)
    return found


async def _list_seen(session: Session, asked: Asked, pairs: Sequence[tuple[int, int]]) -> set[int]:
    """Whose streak has ended at one of these (meeting, member): of who was absent in one cell only, and was there
    at one of its newest meetings, fewer absences came after than a streak has."""
    given = given_pairs(one_writer=has_one_writer(session))
    is_given = and_(given.c.first == RollMark.meeting_id, given.c.second == RollMark.member_id)
    query = (
        select_rows(col(RollMark.member_id))
        .select_from(given)
        .join(RollMark, is_given)
        .where(col(RollMark.state).in_(asked.marks.ending))
    )
    return {member for (member,) in await session.rows(query, {"pairs": json.dumps(pairs)})}


def _marked(state: RollState) -> Any:
    return how_many(col(RollMark.state) == state)


def _newest(meeting: Any) -> Any:
    """The place of a meeting among those of its cell, from the newest."""
    by_time = (meeting.starts_at.desc(), meeting.id.desc())
    return func.row_number().over(partition_by=meeting.cell_id, order_by=by_time).label("newest")
