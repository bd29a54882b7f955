"""What past regular meetings evaluated of the tasks of many cells, month by month, in numbers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.spans import Span
from bot.rules.words import Evaluated, MeetingKind
from db.many import how_many
from db.models import Assignment, Meeting, MeetingState, Progress, Task
from db.session import Session
from db.task_counts import list_cells


@dataclass(frozen=True)
class MonthCounts:
    """What the closed regular meetings of a month evaluated: tasks, and the cells that evaluated any of theirs."""

    month: date
    due: int
    reported: int
    evaluated: int
    overdue: int
    cells: int
    evaluating: int


async def count_months(session: Session, organisation_id: int, *, since: date) -> list[MonthCounts]:
    """The months from one on in which regular meetings of a subtree were closed, oldest first."""
    await session.widen()
    branches, among = await list_cells(session, organisation_id)
    late = and_(
        col(Task.deadline) < func.date(col(Meeting.starts_at)), func.coalesce(col(Progress.percent), 0) < 100
    )
    by_cell = (
        select_rows(
            col(Meeting.month).label("month"),
            col(Meeting.cell_id).label("cell"),
            func.count(col(Progress.id)).label("due"),
            how_many(col(Progress.reported_at).is_not(None)).label("reported"),
            how_many(col(Progress.evaluated).is_not(None)).label("evaluated"),
            how_many(late).label("overdue"),
        )
        .select_from(Meeting)
        .join(Progress, col(Progress.meeting_id) == Meeting.id)
        .join(Assignment, col(Assignment.id) == Progress.assignment_id)
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.CLOSED)
        .where(col(Meeting.month) >= since, among(Meeting.cell_id))
        .group_by(col(Meeting.month), col(Meeting.cell_id))
        .subquery()
    )
    each = by_cell.c
    total = [func.sum(each[name]) for name in ("due", "reported", "evaluated", "overdue")]
    query = (
        select_rows(each.month, *total, func.count(), how_many(each.evaluated > 0))
        .group_by(each.month)
        .order_by(each.month)
    )
    months = await session.rows(query, {"numbers": list(branches)})
    return [MonthCounts(month, *map(int, counts)) for month, *counts in months]


async def count_evaluations(
    session: Session, organisation_id: int, span: Span
) -> dict[date, dict[Evaluated | None, int]]:
    """How many tasks of a subtree were evaluated how in each month; None: those that were to be and were not."""
    await session.widen()
    branches, among = await list_cells(session, organisation_id)
    query = (
        select_rows(col(Meeting.month), col(Progress.evaluated), func.count())
        .join(Progress, col(Progress.meeting_id) == Meeting.id)
        .where(col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.CLOSED)
        .where(col(Meeting.month) >= span.since, col(Meeting.month) < span.until, among(Meeting.cell_id))
        .group_by(col(Meeting.month), col(Progress.evaluated))
    )
    found: dict[date, dict[Evaluated | None, int]] = defaultdict(dict)
    for month, evaluated, many in await session.rows(query, {"numbers": list(branches)}):
        found[month][Evaluated(evaluated) if evaluated else None] = many
    return dict(found)
