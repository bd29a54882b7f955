"""What closed regular meetings add up to, month by month: one statement for a subtree of any size."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.attendance import MARKED
from bot.rules.scorecard import Share
from bot.rules.spans import Span
from bot.rules.words import Evaluated, MeetingKind, RollState
from db.models import Meeting, MeetingState, Progress, RollMark
from db.session import Session
from db.task_counts import Among, list_cells


async def count_attendance(session: Session, organisation_id: int, span: Span) -> dict[date, Share]:
    """Who came of those who had to, in each month in which a roll was closed."""
    cells, among = await list_cells(session, organisation_id)
    came = case((col(RollMark.state).in_((RollState.PRESENT, RollState.LATE)), 1), else_=0)
    query = (
        select_rows(col(Meeting.month), func.sum(came), func.count())
        .join(RollMark, col(RollMark.meeting_id) == Meeting.id)
        .where(*_closed(among, span), col(RollMark.state).in_(MARKED))
        .group_by(col(Meeting.month))
    )
    rows = await session.rows(query, {"numbers": list(cells)})
    return {month: Share(int(done), of) for month, done, of in rows}


async def count_evaluations(
    session: Session, organisation_id: int, span: Span
) -> dict[date, dict[Evaluated | None, int]]:
    """How many tasks were evaluated how in each month; None: those that were to be and were not."""
    cells, among = await list_cells(session, organisation_id)
    query = (
        select_rows(col(Meeting.month), col(Progress.evaluated), func.count())
        .join(Progress, col(Progress.meeting_id) == Meeting.id)
        .where(*_closed(among, span))
        .group_by(col(Meeting.month), col(Progress.evaluated))
    )
    found: dict[date, dict[Evaluated | None, int]] = defaultdict(dict)
    for month, evaluated, many in await session.rows(query, {"numbers": list(cells)}):
        found[month][Evaluated(evaluated) if evaluated else None] = many
    return dict(found)


def _closed(among: Among, span: Span) -> tuple[Any, ...]:
    is_closed = col(Meeting.state) == MeetingState.CLOSED
    within = col(Meeting.month) >= span.since, col(Meeting.month) < span.until
    return among(Meeting.cell_id), col(Meeting.kind) == MeetingKind.REGULAR, is_closed, *within
