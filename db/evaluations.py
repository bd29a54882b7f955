"""Named reads about what a regular meeting evaluates, and locking what it saw.

What is to be evaluated at a meeting: whatever was reported since the last one, and what was asked for in its month of
members whom the cell can give tasks, but for what was finished and evaluated as done before. Closing the roll keeps a
row of each of these, reported or not: from then on the rows of a meeting are what it had to evaluate.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy import select as select_rows
from sqlmodel import col

from bot.rules.evaluating import ACHIEVED
from bot.rules.names import given_name_key
from bot.rules.rhythm import is_asked
from bot.rules.tasks import is_finished
from bot.rules.words import Evaluated, MeetingKind
from db import tasks
from db.models import Assignment, Evidence, Meeting, MeetingState, Member, Progress, Task
from db.session import Session


@dataclass(frozen=True)
class Due:
    """What a member did of a task, for a meeting to evaluate. `progress`: what was reported and evaluated, if
    anything; `files`: how many photos, documents and voice messages go with it."""

    task: Task
    assignment: Assignment
    member: Member
    progress: Progress | None = None
    files: int = 0

    @property
    def percent(self) -> int | None:
        """How far the task is, as the meeting sees it."""
        return self.assignment.percent if self.progress is None else self.progress.percent

    @property
    def finished(self) -> bool:
        """Whether all of it was reported as done."""
        return is_finished(self.percent)

    @property
    def reported(self) -> bool:
        """Whether something was reported since the last regular meeting."""
        return self.progress is not None and self.progress.reported_at is not None

    @property
    def evaluated(self) -> Evaluated | None:
        """How the meeting evaluated it; None: not yet."""
        return self.progress.evaluated if self.progress else None


async def find_meeting(session: Session, cell_id: int, *, before: datetime) -> Meeting | None:
    """The last regular meeting of a cell that begins before a moment (aware) and took place or is to."""
    query = (
        select_rows(Meeting)
        .where(col(Meeting.cell_id) == cell_id, col(Meeting.kind) == MeetingKind.REGULAR)
        .where(col(Meeting.state).in_((MeetingState.PLANNED, MeetingState.CLOSED)))
        .where(col(Meeting.starts_at) < before)
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc())
        .limit(1)
    )
    found: Meeting | None = (await session.execute(query)).scalar_one_or_none()
    return found


async def list_due(session: Session, meeting: Meeting, *, on: date) -> list[Due]:
    """What a regular meeting is to evaluate or has evaluated, by given name; `on` is its local date."""
    closed = meeting.state is MeetingState.CLOSED
    kept = col(Progress.meeting_id) == meeting.id if closed else col(Progress.meeting_id).is_(None)
    query = (
        select_rows(Task, Assignment, Member, Progress)
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .join(Member, col(Member.id) == Assignment.member_id)
        .join(Progress, col(Progress.assignment_id) == Assignment.id)
        .where(col(Task.cell_id) == meeting.cell_id, kept)
        .execution_options(populate_existing=True)
    )
    rows = (await session.execute(query)).all()
    files = await _count_files(session, [row[3].id for row in rows])
    due = [Due(task, given, member, row, files.get(row.id, 0)) for task, given, member, row in rows]
    asked = [] if closed else await _list_unreported(session, meeting, on=on)
    return sorted([*due, *asked], key=lambda d: (given_name_key(d.member.name), d.member.id, d.assignment.id))


async def lock_assignments(session: Session, cell_id: int) -> None:
    """Let nobody else report of a cell's tasks until the end of the transaction."""
    query = select_rows(col(Assignment.id)).where(col(Assignment.id).in_(_of_cell(cell_id)))
    await session.execute(query.order_by(col(Assignment.id)).with_for_update())


async def lock(session: Session, meeting: Meeting, *, on: date) -> None:
    """What was reported and evaluated of a cell's tasks until now belongs to its regular meeting.

    So does that nothing was, of what it was to evaluate; with how far the task was then. `on` is its local date.
    """
    session.add_all(
        Progress(
            assignment_id=due.assignment.id or 0,
            meeting_id=meeting.id,
            percent=due.assignment.percent,
            done=due.assignment.done,
        )
        for due in await _list_unreported(session, meeting, on=on)
    )
    await session.flush()
    await session.execute(
        update(Progress)
        .where(col(Progress.meeting_id).is_(None), col(Progress.assignment_id).in_(_of_cell(meeting.cell_id)))
        .values(meeting_id=meeting.id)
    )


def _of_cell(cell_id: int) -> Any:
    """The numbers of a cell's assignments."""
    return (
        select_rows(col(Assignment.id))
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(col(Task.cell_id) == cell_id)
    )


async def list_newest(session: Session, assignment_ids: Collection[int]) -> list[tuple[Progress, date]]:
    """The last evaluation of each of these assignments that has one, with the meeting's month."""
    query = (
        select_rows(Progress, col(Meeting.month))
        .join(Meeting, col(Meeting.id) == Progress.meeting_id)
        .where(col(Progress.assignment_id).in_(assignment_ids), col(Progress.evaluated).is_not(None))
        .order_by(col(Meeting.starts_at))
    )
    newest = {row[0].assignment_id: (row[0], row[1]) for row in (await session.execute(query)).all()}
    return [newest[each] for each in assignment_ids if each in newest]


async def _list_unreported(session: Session, meeting: Meeting, *, on: date) -> list[Due]:
    """What was asked for in the meeting's month, and of which nothing was reported or evaluated yet."""
    given = await tasks.list_of_cell(session, meeting.cell_id, on=on)
    workers = {member.id for member in await tasks.list_workers(session, meeting.cell_id, on=on)}
    silent = [g for g in given if g.progress is None and g.member.id in workers]
    asked = [g for g in silent if is_asked(g.task.rhythm, g.task.deadline, month=meeting.month)]
    settled = await _list_settled(session, [g.id for g in asked if g.finished])
    return [Due(g.task, g.assignment, g.member) for g in asked if g.id not in settled]


async def _list_settled(session: Session, finished: Sequence[int]) -> set[int]:
    """Those of these finished assignments that a meeting has evaluated as done when they were."""
    if not finished:
        return set()
    query = select_rows(col(Progress.assignment_id)).where(
        col(Progress.assignment_id).in_(finished),
        col(Progress.percent) == 100,
        col(Progress.evaluated).in_(ACHIEVED),
    )
    return set((await session.execute(query)).scalars())


async def _count_files(session: Session, progress_ids: Collection[int | None]) -> dict[int, int]:
    if not progress_ids:
        return {}
    query = (
        select_rows(col(Evidence.progress_id), func.count())
        .where(col(Evidence.progress_id).in_(progress_ids))
        .group_by(col(Evidence.progress_id))
    )
    return {row[0]: row[1] for row in (await session.execute(query)).all()}
