"""Tasks: a cell gives them, members say how far they are, and who leads the cell sees who did."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from bot.actions.authority import authorise
from bot.actions.task_buttons import about, progress_buttons
from bot.actions.telling import Say, tell
from bot.errors import BadInput, TooLate
from bot.lanes import Lane
from bot.rules.names import clean
from bot.rules.permissions import Right
from bot.rules.tasks import MAX_TITLE, MAX_WORDS, percent_of
from bot.texts import Texts
from db import organisations, tasks
from db.models import Assignment, Member, Task
from db.posting import When
from db.session import Session
from db.tasks import Given

Worker = tuple[Member, list[Given]]
"""A member whom a cell can give tasks, with those they have."""


class Question(NamedTuple):
    """What to ask a member about their tasks."""

    member_id: int
    say: Say


@dataclass(frozen=True)
class Board:
    """Where the tasks of a cell stand, by member and by given name.

    Everybody whom the cell can give a task is in `with_task` or `without_task`, and everybody with one in
    `reported` or `silent` (a report of some task is missing since the last regular meeting).
    """

    with_task: tuple[Member, ...]
    without_task: tuple[Member, ...]
    reported: tuple[Member, ...]
    silent: tuple[Member, ...]
    stuck: tuple[Member, ...]
    overdue: tuple[Member, ...]


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


async def report(
    session: Session,
    *,
    assignment_id: int,
    by: Member,
    percent: int | None = None,
    done: int | None = None,
    stuck: bool = False,
    words: str = "",
    now: datetime,
    today: date,
) -> Given:
    """Record how far a task is, in place of what was said before.

    - for oneself, or by who leads the task's cell, which is recorded as such
    - `done` of the task's measure, where it has one, says the per cent; a mere "stuck" leaves them as they were
    - finished is not stuck

    NotAllowed for anybody else, TooLate when the task is closed, BadInput when the words are too many or
    nothing is said.
    """
    await tasks.lock_assignment(session, assignment_id)
    given = await tasks.get_given(session, assignment_id)
    if by.id != given.member.id:
        await authorise(session, by, Right.LEAD, given.task.cell_id, on=today)
    until = given.assignment.until
    if given.task.closed_at is not None or (until is not None and until <= today):
        raise TooLate("task_closed")
    if len(words) > MAX_WORDS:
        raise BadInput("task_words_too_long", most=MAX_WORDS)
    _progress(given, percent, done, stuck)
    given.assignment.words = words.strip()
    given.assignment.reported_at, given.assignment.reported_by = now, by.id
    session.add(given.assignment)
    await session.flush()
    return Given(given.task, given.assignment, given.member, by)


async def questions(session: Session, cells: Mapping[int, int], *, today: date) -> dict[int, list[Question]]:
    """What to ask ahead of meetings, by meeting; `cells` says which cell each meeting is of.

    One message for each member with an unfinished task, with all their tasks. Exempt members and members away
    are not asked.
    """
    if not cells:
        return {}
    workers = await _workers(session, set(cells.values()), today=today)
    return {
        meeting_id: [
            Question(
                member.id or 0, _asking("task_asked", mine, f"tasks:{meeting_id}:{member.id}", today=today)
            )
            for member, mine in workers[cell_id]
            if not all(given.finished for given in mine)
        ]
        for meeting_id, cell_id in cells.items()
    }


async def ask_silent(
    session: Session, *, cell_id: int, by: Member, texts: Texts, now: datetime, today: date
) -> tuple[set[int], list[Member]]:
    """Ask those whose report is missing now, at most once an hour; whom it reaches, and whom it does not.

    NotAllowed unless `by` leads the cell.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    since = await tasks.find_period_start(session, cell_id)
    told: set[int] = set()
    silent = []
    for member, mine in await _workers_of(session, cell_id, today=today):
        if any(given.is_silent(since) for given in mine):
            silent.append(member)
            say = _asking("task_chased", mine, f"tasks:by_hand:{member.id}:{now:%Y%m%d%H}", today=today)
            told |= await _tell(session, member, say, texts=texts, when=When(now))
    return told, [member for member in silent if member.id not in told]


async def board(session: Session, *, cell_id: int, today: date) -> Board:
    """Where the tasks of a cell stand on a local date. Who may see it is the caller's to ask."""
    since = await tasks.find_period_start(session, cell_id)
    workers = await _workers_of(session, cell_id, today=today)
    return Board(
        with_task=tuple(m for m, mine in workers if mine),
        without_task=tuple(m for m, mine in workers if not mine),
        reported=tuple(m for m, mine in workers if mine and not any(g.is_silent(since) for g in mine)),
        silent=tuple(m for m, mine in workers if any(g.is_silent(since) for g in mine)),
        stuck=tuple(m for m, mine in workers if any(g.assignment.stuck for g in mine)),
        overdue=tuple(m for m, mine in workers if any(g.is_overdue(today) for g in mine)),
    )


def _progress(given: Given, percent: int | None, done: int | None, stuck: bool) -> None:
    """Put what was reported onto the assignment; the measure goes before a per cent that contradicts it."""
    if done is not None and given.task.target:
        percent = percent_of(done, given.task.target)
    if percent is None and not stuck:
        raise BadInput("task_says_nothing")
    if percent is not None:
        given.assignment.percent = max(0, min(100, percent))
        given.assignment.done = done
    given.assignment.stuck = stuck and not given.finished


async def _workers_of(session: Session, cell_id: int, *, today: date) -> list[Worker]:
    return (await _workers(session, [cell_id], today=today))[cell_id]


async def _workers(session: Session, cell_ids: Collection[int], *, today: date) -> Mapping[int, list[Worker]]:
    """By cell: whom it can give tasks, by given name, each with the open ones they have from it."""
    given: dict[tuple[int, int | None], list[Given]] = defaultdict(list)
    for each in await tasks.list_of_cells(session, cell_ids, on=today):
        given[each.task.cell_id, each.member.id].append(each)
    workers = await tasks.list_workers_of_cells(session, cell_ids, on=today)
    return {cell: [(m, given[cell, m.id]) for m in workers.get(cell, ())] for cell in cell_ids}


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
    await _tell(session, member, say, texts=texts, when=When(now))


def _asking(template: str, mine: Sequence[Given], dedupe: str, *, today: date) -> Say:
    """One message about all tasks of a member, with the buttons for each."""
    values = {"mine": mine, "member": mine[0].member, "today": today}
    return Say(template, values, progress_buttons(mine), about=about(mine), asks=True, dedupe=dedupe)


async def _tell(session: Session, member: Member, say: Say, *, texts: Texts, when: When) -> set[int]:
    assert member.id is not None
    return await tell(session, [member.id], say, texts=texts, lane=Lane.REMINDER, when=when)
