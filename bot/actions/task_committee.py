"""Tasks as a committee sees them: numbers of a subtree, never a name of a member; and asking cells to evaluate."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.actions.evaluating import end_of_day
from bot.actions.pushing import PUSHES, name_of
from bot.actions.pushing import push as push_cells
from bot.actions.telling import Say
from bot.buttons import tap
from bot.rules.permissions import Right
from bot.rules.scorecard import Indicator
from bot.rules.spans import Span
from bot.texts import Texts
from db import organisations, task_counts, task_months
from db.models import Member, Organisation
from db.session import Session
from db.task_counts import TaskCounts
from db.task_months import MonthCounts

MONTHS = 6
"""So many months are looked back upon, this one among them."""


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
    span = Span.back(MONTHS, today)
    months = await task_months.count_months(session, organisation_id, since=span.since)
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
    waiting = {cell: counts for cell, (_, counts) in found.items() if counts.unevaluated}

    def make(cell: Organisation) -> Say:
        number = cell.id or 0
        return Say(
            "task_push",
            {"cell": cell, "counts": waiting[number], "month": today},
            lambda t, language: [[tap(t.label("tasks.back", language), "taskboard", number)]],
            dedupe=name_of(Indicator.EVALUATED, cell, now, texts),
        )

    return len(waiting), await push_cells(session, waiting, make, now=now, texts=texts)
