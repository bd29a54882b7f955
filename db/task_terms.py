"""What statements about the tasks of many cells say alike: whom cells give tasks, what is asked for, what is open."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, extract, func, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.rules.words import Rhythm, Status
from db import meetings
from db.dated import holds
from db.models import Assignment, Membership, Progress, StatusPeriod, Task

Among = Callable[[Any], ColumnElement[bool]]
"""Makes of a column that it is one of the cells that are counted."""


def workers(on: Any, *, among: Among | None = None, met: Any = None) -> Any:
    """Whom cells can give tasks on a day, once for each membership; see `db.tasks.list_workers`.

    The cells are those `among` says, or those that `met`; then the day is a column of these.
    """
    exempt = aliased(StatusPeriod)
    query = select_rows(col(Membership.cell_id), col(Membership.member_id)).select_from(Membership)
    query = (
        query.where(among(Membership.cell_id)) if among else query.join(met, met.c.id == Membership.cell_id)
    )
    is_exempt = select_rows(col(exempt.id)).where(
        col(exempt.member_id) == Membership.member_id,
        col(exempt.status).in_((Status.EXEMPT, Status.TEMPORARILY_EXEMPT)),
        holds(exempt, on),
    )
    return (
        query.where(col(Membership.kind).in_(meetings.kinds_of_list(residential=False)))
        .where(holds(Membership, on), ~is_exempt.exists(), ~meetings.is_lent(on))
        .subquery()
    )


def is_asked(month: Any) -> ColumnElement[bool]:
    """That a Task is asked for in a month; see `bot.rules.rhythm`."""
    monthly = col(Task.rhythm) == Rhythm.MONTHLY
    quarterly = and_(col(Task.rhythm) == Rhythm.QUARTERLY, _part("month", month) % 3 == 0)
    reached = _months(col(Task.deadline)) <= _months(month)
    return or_(monthly, quarterly, func.coalesce(reached, False))


def _months(day: Any) -> Any:
    return _part("year", day) * 12 + _part("month", day)


def _part(name: str, day: Any) -> Any:
    return getattr(day, name) if isinstance(day, date) else cast(extract(name, day), Integer)


def is_open() -> ColumnElement[bool]:
    """That a Progress is what was reported and evaluated of an Assignment since the last regular meeting."""
    return and_(col(Progress.assignment_id) == Assignment.id, col(Progress.meeting_id).is_(None))


def any_of(fact: Any) -> Any:
    """1 when it holds for any row of a group."""
    return func.max(case((fact, 1), else_=0))
