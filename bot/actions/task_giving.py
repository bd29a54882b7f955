"""Giving tasks to members of a cell, one or many at a time; whoever gets some hears of it in one message."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.actions.authority import authorise
from bot.actions.task_buttons import about, progress_buttons
from bot.actions.telling import Say, tell
from bot.errors import BadInput
from bot.lanes import Lane
from bot.rules.names import clean
from bot.rules.permissions import Right
from bot.rules.task_words import MAX_UNIT
from bot.rules.tasks import MAX_TITLE
from bot.rules.words import Rhythm, TaskVerb
from bot.texts import Texts
from db import organisations, task_plans, tasks
from db.models import Assignment, Member, Task, TaskChange
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
    kind: str = "",
    rhythm: Rhythm = Rhythm.MONTHLY,
    member_ids: Collection[int],
    texts: Texts,
    now: datetime,
    today: date,
) -> Task:
    """Give a task to members of a cell and tell them at once. NotAllowed unless `by` leads the cell.

    BadInput when there are no words or too many, when the deadline (a local date) has passed or is missing for
    a report at the deadline, or when somebody of `member_ids` cannot be given a task there.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    title = check(title, deadline, today=today)
    check_rhythm(rhythm, deadline)
    chosen = await choose(session, cell_id, member_ids, on=today)
    said = {"title": title, "kind": kind, "target": target, "unit": unit[:MAX_UNIT], "deadline": deadline}
    task = await enter(session, cell_id, by=by, now=now, year=today.year, rhythm=rhythm, **said)
    given = [await assign(session, task, member, by=by, since=today, now=now) for member in chosen]
    await announce(session, given, by=by, texts=texts, now=now, today=today)
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


def check_rhythm(rhythm: Rhythm, deadline: date | None) -> None:
    """BadInput when a task is to be reported at a deadline it does not have."""
    if rhythm is Rhythm.AT_DEADLINE and deadline is None:
        raise BadInput("task_rhythm_needs_deadline")


async def choose(session: Session, cell_id: int, member_ids: Collection[int], *, on: date) -> list[Member]:
    """These members, by given name; BadInput when there are none, or one cannot be given tasks on that day."""
    chosen = [m for m in await tasks.list_workers(session, cell_id, on=on) if m.id in member_ids]
    if not chosen or len(chosen) < len(set(member_ids)):
        raise BadInput("task_for_nobody")
    return chosen


async def enter(session: Session, cell_id: int, *, by: Member, now: datetime, **said: Any) -> Task:
    """A new task of a cell that nobody has yet; `said` is what is known of it, by its columns."""
    task = Task(cell_id=cell_id, created_by=by.id or 0, created_at=now, **said)
    session.add(task)
    await session.flush()
    return task


async def assign(
    session: Session,
    task: Task,
    member: Member,
    *,
    by: Member,
    since: date,
    now: datetime,
    verb: TaskVerb = TaskVerb.GIVEN,
    before: str = "",
) -> Given:
    """Let a member have a task from a day on, and write it down; who had it before goes on where they were."""
    assert task.id is not None and member.id is not None
    assignment = await task_plans.find_assignment(session, task.id, member.id)
    if assignment is None:
        assignment = Assignment(task_id=task.id, member_id=member.id, since=since)
    assignment.until = None
    session.add(assignment)
    note(session, task, verb, by=by, now=now, member_id=member.id, before=before)
    await session.flush()
    return Given(task, assignment, member)


def note(
    session: Session,
    task: Task,
    verb: TaskVerb,
    *,
    by: Member,
    now: datetime,
    member_id: int | None = None,
    before: str = "",
    after: str = "",
) -> None:
    """Add a line to a task's history."""
    session.add(
        TaskChange(
            task_id=task.id or 0,
            verb=verb,
            member_id=member_id,
            before=before,
            after=after,
            by_id=by.id or 0,
            changed_at=now,
        )
    )


async def announce(
    session: Session, given: Iterable[Given], *, by: Member, texts: Texts, now: datetime, today: date
) -> set[int]:
    """Tell each member in one message what was just given to them, all of it by one cell; whom it reaches."""
    mine: dict[int, list[Given]] = defaultdict(list)
    for one in sorted(given, key=_place):
        mine[one.assignment.member_id].append(one)
    reached: set[int] = set()
    for member_id, theirs in mine.items():
        say = await _news(session, theirs, by=by, today=today)
        reached |= await tell(session, [member_id], say, texts=texts, lane=Lane.REMINDER, when=When(now))
    return reached


def _place(one: Given) -> tuple[date, int]:
    """Where it stands in a member's own list: the nearest deadline first."""
    return one.task.deadline or date.max, one.id


async def _news(session: Session, mine: Sequence[Given], *, by: Member, today: date) -> Say:
    """What a member is told; the buttons to report come with what has begun."""
    cell = await organisations.get(session, mine[0].task.cell_id)
    has_begun = all(one.assignment.since <= today for one in mine)
    buttons = progress_buttons(mine) if has_begun else None
    values = {"by": by, "cell": cell, "today": today}
    if len(mine) == 1:
        say = Say("task_given", {"given": mine[0], **values})
    else:
        say = Say("tasks_given", {"mine": mine, "member": mine[0].member, **values})
    return replace(say, buttons=buttons, about=about(mine), asks=has_begun)
