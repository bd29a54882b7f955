"""Named reads about a year of tasks: what each regular meeting saw of them and how it evaluated them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import and_, or_
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.names import given_name_key
from bot.rules.words import Evaluated
from db.models import Assignment, Meeting, Member, Progress, Task
from db.session import Session


@dataclass(frozen=True)
class YearRow:
    """A task of a member with what the regular meetings of a year saw of it, by month (1 to 12)."""

    task: Task
    assignment: Assignment
    member: Member
    months: Mapping[int, Progress] = field(default_factory=dict)

    @property
    def percent(self) -> int | None:
        """How far it was, as said last."""
        return self.assignment.percent

    def count(self, evaluated: Evaluated) -> int:
        """In how many months it was evaluated so."""
        return sum(row.evaluated is evaluated for row in self.months.values())

    @property
    def notes(self) -> list[tuple[int, str]]:
        """The notes beside its evaluations, with their months."""
        return [(month, row.note) for month, row in sorted(self.months.items()) if row.note]


async def list_year(
    session: Session, *, year: int, cell_id: int | None = None, member_id: int | None = None
) -> list[YearRow]:
    """The tasks a cell's members had in a year, or those of one member wherever; by given name.

    Left out is what was taken back on the day it was given.
    """
    begins, ends = date(year, 1, 1), date(year + 1, 1, 1)
    query = (
        select_rows(Task, Assignment, Member)
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .join(Member, col(Member.id) == Assignment.member_id)
        .where(col(Assignment.since) < ends)
        .where(or_(col(Assignment.until).is_(None), col(Assignment.until) > begins))
        .where(or_(col(Assignment.until).is_(None), col(Assignment.until) > Assignment.since))
        .where(or_(col(Task.closed_at).is_(None), col(Task.closed_at) >= datetime(year, 1, 1, tzinfo=UTC)))
    )
    if cell_id is not None:
        query = query.where(col(Task.cell_id) == cell_id)
    if member_id is not None:
        query = query.where(col(Assignment.member_id) == member_id)
    given = (await session.execute(query)).all()
    months = await _months(session, [row[1].id for row in given], begins, ends)
    rows = [YearRow(task, mine, member, months.get(mine.id, {})) for task, mine, member in given]
    return sorted(rows, key=lambda r: (given_name_key(r.member.name), r.member.id, r.assignment.id))


async def _months(
    session: Session, assignment_ids: list[int], begins: date, ends: date
) -> dict[int, dict[int, Progress]]:
    """What the meetings of a span saw of assignments: by assignment, then by month."""
    there = and_(col(Meeting.month) >= begins, col(Meeting.month) < ends)
    query = (
        select_rows(Progress, col(Meeting.month))
        .join(Meeting, col(Meeting.id) == Progress.meeting_id)
        .where(col(Progress.assignment_id).in_(assignment_ids), there)
    )
    found: dict[int, dict[int, Progress]] = {}
    for progress, month in (await session.execute(query)).all():
        found.setdefault(progress.assignment_id, {})[month.month] = progress
    return found
