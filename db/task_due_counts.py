"""What this month's regular meetings of many cells have to evaluate, and how much of it they did: one statement.

It counts what `db.evaluations.list_due` finds cell by cell.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, and_, case, cast, func, literal
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.rules.evaluating import ACHIEVED
from bot.rules.words import MeetingKind
from db.dated import holds
from db.many import how_many, is_one_of
from db.models import Assignment, Meeting, MeetingState, Progress, Task
from db.task_terms import Among, is_asked, is_open, workers


def evaluations(among: Among, on: date, before: datetime) -> Any:
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
        .join(Progress, is_open())
        .where(met.c.state == MeetingState.PLANNED.value)
        .group_by(met.c.id)
    )


def _unreported(met: Any, on: date) -> Any:
    """What such a meeting asks for, and of which nothing was reported or evaluated yet."""
    able = workers(met.c.day, met=met)
    seen = aliased(Progress)
    settled = (
        select_rows(col(seen.id))
        .where(col(seen.assignment_id) == Assignment.id, is_one_of(seen.percent, 100))
        .where(is_one_of(seen.evaluated, *ACHIEVED))
        .exists()
    )
    done = and_(func.coalesce(col(Assignment.percent), 0) == 100, settled)
    # not a condition: PostgreSQL takes it for rare among the met and looks everything up one by one
    waiting = case((met.c.state == MeetingState.PLANNED.value, col(Assignment.id)))
    return (
        select_rows(
            met.c.id.label("cell_id"),
            func.count(func.distinct(waiting)).label("due"),
            cast(0, Integer).label("evaluated"),
        )
        .join(able, able.c.cell_id == met.c.id)
        .join(Assignment, and_(col(Assignment.member_id) == able.c.member_id, holds(Assignment, met.c.day)))
        .join(Task, and_(col(Task.id) == Assignment.task_id, col(Task.cell_id) == met.c.id))
        .outerjoin(Progress, is_open())
        .where(col(Task.closed_at).is_(None), is_asked(on.replace(day=1)))
        .where(col(Progress.id).is_(None), ~done)
        .group_by(met.c.id)
    )


def _due_and_evaluated() -> tuple[Any, Any]:
    return func.count().label("due"), how_many(col(Progress.evaluated).is_not(None)).label("evaluated")
