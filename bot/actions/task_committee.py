"""Tasks as a committee sees them: numbers of a subtree, never a name of a member; and asking cells to evaluate."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.actions.evaluating import end_of_day
from bot.actions.telling import Say, tell
from bot.buttons import tap
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.reminders import after_quiet
from bot.texts import Texts
from db import organisations, people, task_counts, task_months
from db.models import Member, Organisation
from db.posting import When
from db.session import Session
from db.task_counts import TaskCounts
from db.task_months import MonthCounts

MONTHS = 6
"""So many months are looked back upon, this one among them."""
PUSHES = Right.SEND_NOTICE
"""Who may ask the secretaries of a subtree for something: its officers."""


@dataclass(frozen=True)
class Part:
    """A part of the tree directly below an organisation, or a cell itself, with its numbers."""

    organisation: Organisation
    counts: TaskCounts

    @property
    def concern(self) -> tuple[float, ...]:
        """By which the worst comes first: nothing evaluated, little evaluated, little reported, much overdue."""
        counts = self.counts
        return (
            -counts.unevaluated,
            counts.evaluated / counts.due if counts.due else 1,
            counts.reported / counts.with_task if counts.with_task else 1,
            -counts.overdue,
        )


@dataclass(frozen=True)
class Overview:
    """A subtree's numbers, and those of its parts, the worst first. A cell has no parts."""

    organisation: Organisation
    counts: TaskCounts
    parts: Sequence[Part]


async def overview(
    session: Session, *, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> Overview:
    """Where the tasks of a subtree stand today. NotAllowed for who may not see its numbers."""
    today = texts.day_of(now)
    await authorise(session, by, Right.SEE_TOTALS, organisation_id, on=today)
    top = await organisations.get(session, organisation_id)
    found = await task_counts.count_cells(session, organisation_id, on=today, before=end_of_day(now, texts))
    branches: dict[int, TaskCounts] = defaultdict(TaskCounts)
    for branch, counts in found.values():
        branches[branch] += counts
    below = await organisations.list_children(session, organisation_id)
    parts = [Part(each, branches[each.id]) for each in below if each.id in branches]
    total = sum(branches.values(), TaskCounts())
    return Overview(top, total, sorted(parts, key=lambda part: part.concern))


async def trend(
    session: Session, *, organisation_id: int, by: Member, today: date
) -> tuple[Organisation, list[MonthCounts]]:
    """What the last months' meetings of a subtree evaluated, oldest first. NotAllowed as for `overview`."""
    await authorise(session, by, Right.SEE_TOTALS, organisation_id, on=today)
    number = today.year * 12 + today.month - MONTHS
    since = date(number // 12, number % 12 + 1, 1)
    months = await task_months.count_months(session, organisation_id, since=since)
    return await organisations.get(session, organisation_id), months


async def push(
    session: Session, *, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[int, int]:
    """Ask those who lead the cells that evaluated nothing at this month's meeting, each cell at most once a day.

    How many cells that are, and how many of them have a leader whom it reaches. NotAllowed unless `by` is an
    officer there. In the night it waits for the morning.
    """
    today = texts.day_of(now)
    await authorise(session, by, PUSHES, organisation_id, on=today)
    found = await task_counts.count_cells(session, organisation_id, on=today, before=end_of_day(now, texts))
    waiting = sorted(cell for cell, (_, counts) in found.items() if counts.unevaluated)
    reached = 0
    for cell_id in waiting:
        reached += bool(await _push(session, cell_id, found[cell_id][1], now=now, texts=texts))
    return len(waiting), reached


async def _push(
    session: Session, cell_id: int, counts: TaskCounts, *, now: datetime, texts: Texts
) -> set[int]:
    today = texts.day_of(now)
    say = Say(
        "task_push",
        {"cell": await organisations.get(session, cell_id), "counts": counts, "month": today},
        lambda t, language: [[tap(t.label("tasks.back", language), "taskboard", cell_id)]],
        dedupe=f"taskpush:{cell_id}:{today}",
    )
    leaders = await people.list_leaders(session, cell_id, on=today)
    when = When(now, not_before=after_quiet(now, texts.zone))
    return await tell(session, leaders, say, texts=texts, lane=Lane.REMINDER, when=when)
