"""Named reads about single tasks: who has one, what was done with it, and the tasks of a year."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.names import given_name_key
from db.models import Assignment, Member, Task, TaskChange
from db.session import Session

Held = tuple[Assignment, Member]
"""An assignment with who has it."""


async def get_task(session: Session, task_id: int, *, lock: bool = False) -> Task:
    """The task, open or closed; NotFound when there is none. With `lock` nobody else changes it meanwhile."""
    found = await session.get(Task, task_id, with_for_update=True if lock else None)
    if found is None:
        raise NotFound
    return found


async def list_held(session: Session, task_id: int, *, on: date) -> list[Held]:
    """Who has a task on a day or from a later one, by given name."""
    query = select_rows(Assignment, Member).join(Member, col(Member.id) == Assignment.member_id)
    query = query.where(col(Assignment.task_id) == task_id, _not_over(on))
    found = [(row[0], row[1]) for row in (await session.execute(query)).all()]
    return sorted(found, key=lambda held: given_name_key(held[1].name))


async def find_assignment(session: Session, task_id: int, member_id: int) -> Assignment | None:
    """The assignment of a task to a member, ended or not."""
    query = select(Assignment).where(Assignment.task_id == task_id, Assignment.member_id == member_id)
    return (await session.exec(query)).first()


async def list_tasks(session: Session, cell_id: int, *, on: date) -> list[tuple[Task, int]]:
    """A cell's tasks and how many have each on a day: open ones first by deadline, then those closed this year."""
    held = (
        select_rows(func.count())
        .where(col(Assignment.task_id) == col(Task.id), _not_over(on))
        .correlate(Task)
        .scalar_subquery()
    )
    query = (
        select_rows(Task, held)
        .where(col(Task.cell_id) == cell_id)
        .where(col(Task.closed_at).is_(None) | (col(Task.year) >= on.year))
        .order_by(
            col(Task.closed_at).is_not(None), col(Task.deadline).is_(None), col(Task.deadline), col(Task.id)
        )
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def list_of_year(session: Session, cell_id: int, year: int) -> list[Task]:
    """The tasks in a cell's plan of a year, open and closed, as they were given."""
    query = select(Task).where(Task.cell_id == cell_id, Task.year == year).order_by(col(Task.id))
    return list((await session.exec(query)).all())


async def list_holders(session: Session, task_ids: Collection[int]) -> dict[int, list[Member]]:
    """Who has or had each of these tasks last: those who have it, or where it ended for all, who had it."""
    query = select_rows(Assignment, Member).join(Member, col(Member.id) == Assignment.member_id)
    found: dict[int, list[Held]] = {number: [] for number in task_ids}
    for row in (await session.execute(query.where(col(Assignment.task_id).in_(task_ids)))).all():
        found[row[0].task_id].append((row[0], row[1]))
    return {number: _last(held) for number, held in found.items()}


async def list_changes(session: Session, task_id: int) -> list[tuple[TaskChange, Member]]:
    """What was done with a task and by whom, newest first."""
    query = (
        select_rows(TaskChange, Member)
        .join(Member, col(Member.id) == TaskChange.by_id)
        .where(col(TaskChange.task_id) == task_id)
        .order_by(col(TaskChange.changed_at).desc(), col(TaskChange.id).desc())
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def list_running(session: Session, member_ids: Collection[int]) -> list[tuple[Assignment, int]]:
    """The assignments of members that have no end yet, each with the cell of its task."""
    query = (
        select_rows(Assignment, col(Task.cell_id))
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(col(Assignment.member_id).in_(member_ids), col(Assignment.until).is_(None))
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def name_members(session: Session, member_ids: Collection[int]) -> dict[int, str]:
    """The names of these members, by number."""
    query = select(Member).where(col(Member.id).in_(member_ids))
    return {member.id or 0: member.name for member in (await session.exec(query)).all()}


def _last(held: Sequence[Held]) -> list[Member]:
    ends = [assignment.until or date.max for assignment, _ in held]
    last = [who for (assignment, who), end in zip(held, ends, strict=True) if end == max(ends)]
    return sorted(last, key=lambda member: given_name_key(member.name))


def _not_over(on: date) -> ColumnElement[bool]:
    return or_(col(Assignment.until).is_(None), col(Assignment.until) > on)
