"""Where the tasks of many cells stand, in numbers: a few statements for a subtree of any size.

They count what `bot.actions.task_board` and `db.evaluations` find cell by cell, as of a local date.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.words import MeetingKind
from db import organisations
from db.dated import holds
from db.many import is_among
from db.models import Assignment, Meeting, MeetingState, Progress, Task
from db.session import Session, has_one_writer
from db.task_due_counts import evaluations
from db.task_terms import Among, any_of, is_asked, is_open, workers

MANY = 500
"""Of so many cells most of each table is looked at."""


@dataclass(frozen=True)
class TaskCounts:
    """A cell's tasks in numbers, or those of many: members, then tasks that this month's regular meeting evaluates.

    `reported` are members with a task of whom no report is missing; `cells` those at whose meeting of this month
    there was something to evaluate, `unevaluated` those of them that evaluated nothing.
    """

    workers: int = 0
    with_task: int = 0
    reported: int = 0
    stuck: int = 0
    overdue: int = 0
    due: int = 0
    evaluated: int = 0
    cells: int = 0
    unevaluated: int = 0

    def __add__(self, other: "TaskCounts") -> "TaskCounts":
        """Both taken together."""
        names = [each.name for each in fields(self)]
        return TaskCounts(*(getattr(self, name) + getattr(other, name) for name in names))


async def count_cells(
    session: Session, organisation_id: int, *, on: date, before: datetime
) -> Mapping[int, tuple[int, TaskCounts]]:
    """The numbers of every cell of a subtree: with the part directly below the organisation that it is in.

    Of a cell without anybody it could give a task, and without anything to evaluate, there are none. Meetings count
    that begin before a moment (aware), the end of the local day `on`.
    """
    await session.widen()
    branches, among = await list_cells(session, organisation_id)
    async with session.joining_whole_tables() if len(branches) >= MANY else nullcontext():
        members = await session.rows(_by_cell(_members(among, on)), {"numbers": list(branches)})
        tasks = await session.rows(evaluations(among, on, before), {"numbers": list(branches)})
    found = {cell: (branches[cell], TaskCounts(*counts)) for cell, *counts in members}
    for cell, due, evaluated in tasks:
        counts = _evaluated(int(due), int(evaluated))
        found[cell] = (branches[cell], found.get(cell, (0, TaskCounts()))[1] + counts)
    return found


async def list_cells(session: Session, organisation_id: int) -> tuple[dict[int, int], Among]:
    """The cells of a subtree with the part of it each is in, and that a column is one of them.

    They go into the statements as a parameter: PostgreSQL cannot guess how many a recursive query finds, and looked
    everything up one by one.
    """
    one_writer = has_one_writer(session)
    found = await organisations.list_branches(session, organisation_id)
    return found, lambda column: is_among(column, one_writer=one_writer)


def _evaluated(due: int, evaluated: int) -> TaskCounts:
    return TaskCounts(due=due, evaluated=evaluated, cells=int(due > 0), unevaluated=int(due > 0 == evaluated))


def _members(among: Among, on: date) -> Any:
    """Everybody whom a cell can give tasks, with what is to be said of theirs: a row for each."""
    able, coming = workers(on, among=among), _coming(on)
    month = func.coalesce(coming.c.month, on.replace(day=1))
    unfinished = func.coalesce(col(Assignment.percent), 0) < 100
    silent = and_(is_asked(month), unfinished, col(Progress.reported_at).is_(None))
    late = and_(col(Task.deadline) < on, unfinished)
    given = and_(col(Assignment.member_id) == able.c.member_id, holds(Assignment, on))
    theirs = and_(
        col(Task.id) == Assignment.task_id,
        col(Task.cell_id) == able.c.cell_id,
        col(Task.closed_at).is_(None),
    )
    return (
        select_rows(
            able.c.cell_id,
            any_of(col(Task.id).is_not(None)).label("has"),
            any_of(and_(col(Task.id).is_not(None), silent)).label("silent"),
            any_of(and_(col(Task.id).is_not(None), col(Assignment.stuck))).label("stuck"),
            any_of(late).label("overdue"),
        )
        .select_from(able)
        .outerjoin(coming, coming.c.cell_id == able.c.cell_id)
        .outerjoin(Assignment, given)
        .outerjoin(Task, theirs)
        .outerjoin(Progress, and_(is_open(), col(Task.id).is_not(None)))
        .group_by(able.c.cell_id, able.c.member_id)
        .subquery()
    )


def _by_cell(members: Any) -> Any:
    each = members.c
    reported = func.sum(case((and_(each.has == 1, each.silent == 0), 1), else_=0))
    numbers = (func.count(), func.sum(each.has), reported, func.sum(each.stuck), func.sum(each.overdue))
    return select_rows(each.cell_id, *numbers).group_by(each.cell_id)


def _coming(on: date) -> Any:
    """For which month's regular meeting each cell reports on a day; see `db.tasks.find_months`."""
    return (
        select_rows(col(Meeting.cell_id), func.min(col(Meeting.month)).label("month"))
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.PLANNED)
        .where(col(Meeting.month) >= on.replace(day=1))
        .group_by(col(Meeting.cell_id))
        .subquery()
    )
