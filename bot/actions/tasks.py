"""Reports of tasks: members say how far they are, unasked or when they are asked."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from bot.actions.authority import authorise
from bot.actions.task_buttons import about, progress_buttons
from bot.actions.telling import Say, tell_each
from bot.errors import BadInput, TooLate
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.progress_words import Progress as Reading
from bot.rules.tasks import MAX_WORDS, percent_of
from bot.texts import Texts
from db import tasks
from db.models import Member, Progress
from db.posting import When
from db.session import Session
from db.tasks import Given

Worker = tuple[Member, list[Given]]
"""A member whom a cell can give tasks, with those they have."""
SAID = ("percent", "done", "stuck", "words", "reported_at", "reported_by")
"""What a report says: of the task as a whole, and since the last regular meeting."""


class Question(NamedTuple):
    """What to ask a member about their tasks."""

    member_id: int
    say: Say


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

    What was reported since the cell's last regular meeting is replaced, until the next one has evaluated it.
    NotAllowed for anybody else, TooLate when the task is closed or evaluated, BadInput when the words are too
    many or nothing is said.
    """
    given = await get_open(session, assignment_id=assignment_id, by=by, today=today)
    if len(words) > MAX_WORDS:
        raise BadInput("task_words_too_long", most=MAX_WORDS)
    _progress(given, percent, done, stuck)
    given.assignment.words = words.strip()
    given.assignment.reported_at, given.assignment.reported_by = now, by.id
    progress = given.progress or Progress(assignment_id=given.id)
    for name in SAID:
        setattr(progress, name, getattr(given.assignment, name))
    session.add_all([given.assignment, progress])
    await session.flush()
    return Given(given.task, given.assignment, given.member, by, progress)


async def report_as_read(
    session: Session,
    *,
    assignment_id: int,
    by: Member,
    words: str,
    reading: Reading,
    now: datetime,
    today: date,
) -> Given:
    """Record a sentence as it was understood. Raises what `report` does."""
    said = {"percent": reading.percent, "done": reading.done, "stuck": reading.stuck, "words": words}
    return await report(session, assignment_id=assignment_id, by=by, **said, now=now, today=today)  # type: ignore[arg-type]


async def get_open(session: Session, *, assignment_id: int, by: Member, today: date) -> Given:
    """A task of which may be reported, and nobody else changes it until the end of the transaction.

    For oneself, or for who leads the task's cell: NotAllowed otherwise. TooLate when it is closed or evaluated.
    """
    await tasks.lock_assignment(session, assignment_id)
    given = await tasks.get_given(session, assignment_id)
    if by.id != given.member.id:
        await authorise(session, by, Right.LEAD, given.task.cell_id, on=today)
    until = given.assignment.until
    if given.task.closed_at is not None or (until is not None and until <= today):
        raise TooLate("task_closed")
    if given.progress is not None and given.progress.evaluated is not None:
        raise TooLate("task_evaluated")
    return given


async def questions(session: Session, cells: Mapping[int, int], *, today: date) -> dict[int, list[Question]]:
    """What to ask ahead of meetings, by meeting; `cells` says which cell each meeting is of.

    One message for each member of whose tasks some report is expected for that meeting and missing, with all
    their tasks. Exempt members and members away are not asked.
    """
    if not cells:
        return {}
    workers = await list_workers_of_cells(session, set(cells.values()), today=today)
    months = await tasks.find_months(session, set(cells.values()), on=today)
    return {
        meeting_id: [
            Question(
                member.id or 0, _asking("task_asked", mine, f"tasks:{meeting_id}:{member.id}", today=today)
            )
            for member, mine in workers[cell_id]
            if any(given.is_silent(months[cell_id]) for given in mine)
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
    month = (await tasks.find_months(session, [cell_id], on=today))[cell_id]
    workers = await list_workers(session, cell_id, today=today)
    silent = [(member, mine) for member, mine in workers if any(given.is_silent(month) for given in mine)]
    says = [
        ([m.id or 0], _asking("task_chased", mine, f"tasks:by_hand:{m.id}:{now:%Y%m%d%H}", today=today))
        for m, mine in silent
    ]
    told = set().union(*await tell_each(session, says, texts=texts, lane=Lane.REMINDER, when=When(now)))
    return told, [member for member, _ in silent if member.id not in told]


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


async def list_workers(session: Session, cell_id: int, *, today: date) -> list[Worker]:
    """Whom a cell can give tasks, by given name, each with the open ones they have from it."""
    return (await list_workers_of_cells(session, [cell_id], today=today))[cell_id]


async def list_workers_of_cells(
    session: Session, cell_ids: Collection[int], *, today: date
) -> Mapping[int, list[Worker]]:
    """The same of many cells, by cell."""
    given: dict[tuple[int, int | None], list[Given]] = defaultdict(list)
    for each in await tasks.list_of_cells(session, cell_ids, on=today):
        given[each.task.cell_id, each.member.id].append(each)
    workers = await tasks.list_workers_of_cells(session, cell_ids, on=today)
    return {cell: [(m, given[cell, m.id]) for m in workers.get(cell, ())] for cell in cell_ids}


def _asking(template: str, mine: Sequence[Given], dedupe: str, *, today: date) -> Say:
    """One message about all tasks of a member, with the buttons for each."""
    values = {"mine": mine, "member": mine[0].member, "today": today}
    return Say(template, values, progress_buttons(mine), about=about(mine), asks=True, dedupe=dedupe)
