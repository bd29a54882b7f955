"""Where the tasks of many cells stand, in numbers: a few statements for a subtree of any size.

They count what `bot.actions.task_board` and `db.evaluations` find cell by cell, as of a local date.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, case, cast, extract, func, literal, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.rules.evaluating import ACHIEVED
from bot.rules.words import MeetingKind, MembershipKind, Rhythm, Status
from db import meetings, organisations
from db.dated import holds
from db.many import is_among
from db.models import Assignment, Meeting, MeetingState, Membership, Progress, StatusPeriod, Task
from db.session import Session, has_one_writer

Among = Callable[[Any], ColumnElement[bool]]
"""Makes of a column that it is one of the cells that are counted."""


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
    branches, among = await list_cells(session, organisation_id)
    numbers = {"numbers": list(branches)}
    found = {
        cell: (branches[cell], TaskCounts(*counts))
        for cell, *counts in await session.rows(_by_cell(_members(among, on)), numbers)
    }
    for cell, due, evaluated in await session.rows(_evaluations(among, on, before), numbers):
        counts = _evaluated(int(due), int(evaluated))
        found[cell] = (branches[cell], found.get(cell, (0, TaskCounts()))[1] + counts)
    return found


async def list_cells(session: Session, organisation_id: int) -> tuple[dict[int, int], Among]:
    """The cells of a subtree with the part of it each is in, and that a column is one of them.

    They go into the statements as a parameter: PostgreSQL cannot guess how many a recursive query finds, and looked
    everything up one by one.
    """
    found = await session.rows(select_rows(organisations.branches(organisation_id)))
    one_writer = has_one_writer(session)
    return dict(found), lambda column: is_among(column, one_writer=one_writer)


def _evaluated(due: int, evaluated: int) -> TaskCounts:
    return TaskCounts(due=due, evaluated=evaluated, cells=int(due > 0), unevaluated=int(due > 0 == evaluated))


def _members(among: Among, on: date) -> Any:
    """Everybody whom a cell can give tasks, with what is to be said of theirs: a row for each."""
    workers, coming = _workers(on, among=among), _coming(on)
    month = func.coalesce(coming.c.month, on.replace(day=1))
    unfinished = func.coalesce(col(Assignment.percent), 0) < 100
    silent = and_(_is_asked(month), unfinished, col(Progress.reported_at).is_(None))
    late = and_(col(Task.deadline) < on, unfinished)
    given = and_(col(Assignment.member_id) == workers.c.member_id, holds(Assignment, on))
    theirs = and_(
        col(Task.id) == Assignment.task_id,
        col(Task.cell_id) == workers.c.cell_id,
        col(Task.closed_at).is_(None),
    )
    return (
        select_rows(
            workers.c.cell_id,
            _any(col(Task.id).is_not(None)).label("has"),
            _any(and_(col(Task.id).is_not(None), silent)).label("silent"),
            _any(and_(col(Task.id).is_not(None), col(Assignment.stuck))).label("stuck"),
            _any(late).label("overdue"),
        )
        .select_from(workers)
        .outerjoin(coming, coming.c.cell_id == workers.c.cell_id)
        .outerjoin(Assignment, given)
        .outerjoin(Task, theirs)
        .outerjoin(Progress, and_(_is_open(), col(Task.id).is_not(None)))
        .group_by(workers.c.cell_id, workers.c.member_id)
        .subquery()
    )


def _by_cell(members: Any) -> Any:
    each = members.c
    reported = func.sum(case((and_(each.has == 1, each.silent == 0), 1), else_=0))
    numbers = (func.count(), func.sum(each.has), reported, func.sum(each.stuck), func.sum(each.overdue))
    return select_rows(each.cell_id, *numbers).group_by(each.cell_id)


def _evaluations(among: Among, on: date, before: datetime) -> Any:
    """What this month's regular meetings had or have to evaluate, and how much of it they did."""
    met = (
        select_rows(col(Meeting.cell_id).label("id"), col(Meeting.id).label("meeting_id"))
        .add_columns(col(Meeting.state).label("state"), _day(on, before).label("day"))
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.month) == on.replace(day=1))
        .where(col(Meeting.state).in_((MeetingState.PLANNED, MeetingState.CLOSED)))
        .where(col(Meeting.starts_at) < before, among(Meeting.cell_id))
        .cte("met")
    )
    parts = (_closed(met), _open(met), _unreported(met, on))
    every = parts[0].union_all(*parts[1:]).subquery()
    each = every.c
    numbers = func.sum(each.due), func.sum(each.evaluated)
    return select_rows(each.cell_id, *numbers).group_by(each.cell_id)


def _day(on: date, before: datetime) -> Any:
    """The local date of a Meeting of the month up to `on`: neither database knows the time zone by itself."""
    days = [on - timedelta(days=back) for back in range(on.day)]
    midnights = [before - timedelta(days=back + 1) for back in range(on.day)]
    begun = [
        (col(Meeting.starts_at) >= at, literal(day, Date)) for day, at in zip(days, midnights, strict=True)
    ]
    return case(*begun, else_=literal(days[-1], Date))


def _closed(met: Any) -> Any:
    """The rows a closed meeting keeps."""
    return (
        select_rows(met.c.id.label("cell_id"), *_due_and_evaluated())
        .join(Progress, col(Progress.meeting_id) == met.c.meeting_id)
        .where(met.c.state == MeetingState.CLOSED.value)
        .group_by(met.c.id)
    )


def _open(met: Any) -> Any:
    """What was reported or evaluated for a meeting whose roll is open."""
    return (
        select_rows(met.c.id.label("cell_id"), *_due_and_evaluated())
        .join(Task, col(Task.cell_id) == met.c.id)
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .join(Progress, _is_open())
        .where(met.c.state == MeetingState.PLANNED.value)
        .group_by(met.c.id)
    )


def _unreported(met: Any, on: date) -> Any:
    """What such a meeting asks for, and of which nothing was reported or evaluated yet."""
    workers = _workers(met.c.day, met=met)
    seen = aliased(Progress)
    settled = (
        select_rows(col(seen.id))
        .where(col(seen.assignment_id) == Assignment.id, col(seen.percent) == 100)
        .where(col(seen.evaluated).in_(ACHIEVED))
        .exists()
    )
    done = and_(func.coalesce(col(Assignment.percent), 0) == 100, settled)
    return (
        select_rows(
            met.c.id.label("cell_id"),
            func.count().label("due"),
            cast(0, Integer).label("evaluated"),
        )
        .join(workers, workers.c.cell_id == met.c.id)
        .join(
            Assignment, and_(col(Assignment.member_id) == workers.c.member_id, holds(Assignment, met.c.day))
        )
        .join(Task, and_(col(Task.id) == Assignment.task_id, col(Task.cell_id) == met.c.id))
        .outerjoin(Progress, _is_open())
        .where(met.c.state == MeetingState.PLANNED.value)
        .where(col(Task.closed_at).is_(None), _is_asked(on.replace(day=1)))
        .where(col(Progress.id).is_(None), ~done)
        .group_by(met.c.id)
    )


def _workers(on: Any, *, among: Among | None = None, met: Any = None) -> Any:
    """Whom cells can give tasks on a day, once for each cell; see `db.tasks.list_workers`.

    The cells are those `among` says, or those that `met`; then the day is a column of these.
    """
    exempt, elsewhere = aliased(StatusPeriod), aliased(Membership)
    query = select_rows(col(Membership.cell_id), col(Membership.member_id)).select_from(Membership)
    query = (
        query.where(among(Membership.cell_id)) if among else query.join(met, met.c.id == Membership.cell_id)
    )
    is_exempt = select_rows(col(exempt.id)).where(
        col(exempt.member_id) == Membership.member_id,
        col(exempt.status).in_((Status.EXEMPT, Status.TEMPORARILY_EXEMPT)),
        holds(exempt, on),
    )
    is_away = select_rows(col(elsewhere.id)).where(
        col(elsewhere.member_id) == Membership.member_id,
        col(elsewhere.kind) == MembershipKind.TEMPORARY,
        col(elsewhere.cell_id).is_distinct_from(col(Membership.cell_id)),
        holds(elsewhere, on),
        col(Membership.kind) != MembershipKind.TEMPORARY,
    )
    return (
        query.where(col(Membership.kind).in_(meetings.kinds_of_list(residential=False)))
        .where(holds(Membership, on), ~is_exempt.exists(), ~is_away.exists())
        .distinct()
        .subquery()
    )


def _coming(on: date) -> Any:
    """For which month's regular meeting each cell reports on a day; see `db.tasks.find_months`."""
    return (
        select_rows(col(Meeting.cell_id), func.min(col(Meeting.month)).label("month"))
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.PLANNED)
        .where(col(Meeting.month) >= on.replace(day=1))
        .group_by(col(Meeting.cell_id))
        .subquery()
    )


def _is_asked(month: Any) -> ColumnElement[bool]:
    """That a Task is asked for in a month; see `bot.rules.rhythm`."""
    monthly = col(Task.rhythm) == Rhythm.MONTHLY
    quarterly = and_(col(Task.rhythm) == Rhythm.QUARTERLY, _part("month", month) % 3 == 0)
    reached = _months(col(Task.deadline)) <= _months(month)
    return or_(monthly, quarterly, func.coalesce(reached, False))


def _months(day: Any) -> Any:
    return _part("year", day) * 12 + _part("month", day)


def _part(name: str, day: Any) -> Any:
    return getattr(day, name) if isinstance(day, date) else cast(extract(name, day), Integer)


def _is_open() -> ColumnElement[bool]:
    """That a Progress is what was reported and evaluated of an Assignment since the last regular meeting."""
    return and_(col(Progress.assignment_id) == Assignment.id, col(Progress.meeting_id).is_(None))


def _due_and_evaluated() -> tuple[Any, Any]:
    return func.count().label("due"), how_many(col(Progress.evaluated).is_not(None)).label("evaluated")


def how_many(fact: Any) -> Any:
    """In how many rows of a group it holds."""
    return func.sum(case((fact, 1), else_=0))


def _any(fact: Any) -> Any:
    """1 when it holds for any row of a group."""
    return func.max(case((fact, 1), else_=0))
