"""Giving tasks to members of a cell."""

from collections.abc import Collection
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.actions.task_buttons import about, progress_buttons
from bot.actions.telling import Say, tell
from bot.errors import BadInput
from bot.lanes import Lane
from bot.rules.names import clean
from bot.rules.permissions import Right
from bot.rules.tasks import MAX_TITLE
from bot.texts import Texts
from db import organisations, tasks
from db.models import Assignment, Member, Task
from db.posting import When
from db.session import Session
from db.tasks import Given


async def give(
    session: Session,
    *,
    cell_id: int,
    by: Member,
    title: str,
    target: int | None = None,
    unit: str = "",
    deadline: date | None = None,
    member_ids: Collection[int],
    texts: Texts,
    now: datetime,
    today: date,
) -> Task:
    """Give a task to members of a cell and tell them at once. NotAllowed unless `by` leads the cell.

    BadInput when there are no words or too many, when the deadline (a local date) has passed, or when
    somebody of `member_ids` cannot be given a task there.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    title = check(title, deadline, today=today)
    chosen = [m for m in await tasks.list_workers(session, cell_id, on=today) if m.id in member_ids]
    if not chosen or len(chosen) < len(set(member_ids)):
        raise BadInput("task_for_nobody")
    assert by.id is not None
    task = Task(
        cell_id=cell_id,
        title=title,
        target=target,
        unit=unit[:40],
        deadline=deadline,
        year=today.year,
        created_by=by.id,
        created_at=now,
    )
    session.add(task)
    await session.flush()
    for member in chosen:
        await _assign(session, task, member, by=by, texts=texts, now=now, today=today)
    return task


def check(title: str, deadline: date | None, *, today: date) -> str:
    """The title on one line; BadInput when it has no words or too many, or the deadline has passed."""
    title = clean(title)
    if not title:
        raise BadInput("task_without_words")
    if len(title) > MAX_TITLE:
        raise BadInput("task_too_long", most=MAX_TITLE)
    if deadline is not None and deadline < today:
        raise BadInput("task_deadline_past")
    return title


async def _assign(
    session: Session, task: Task, member: Member, *, by: Member, texts: Texts, now: datetime, today: date
) -> None:
    assert task.id is not None and member.id is not None
    assignment = Assignment(task_id=task.id, member_id=member.id, since=today)
    session.add(assignment)
    await session.flush()
    mine = [Given(task, assignment, member)]
    say = Say(
        "task_given",
        {"given": mine[0], "by": by, "cell": await organisations.get(session, task.cell_id), "today": today},
        buttons=progress_buttons(mine),
        about=about(mine),
        asks=True,
    )
    await tell(session, [member.id], say, texts=texts, lane=Lane.REMINDER, when=When(now))
