"""A cell's plan of tasks for a year: typed, from a sheet and copied from the year before, given all at once.

What is written is prepared as often as it is looked at, and once more when it is given: only what was shown is
recorded. A row that is unclear is left out and reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from bot.actions.authority import authorise
from bot.actions.task_giving import announce, assign, enter
from bot.errors import BadInput
from bot.rules.permissions import Right
from bot.rules.task_plan import MAX_ROWS, Row, checked, sheet_row, typed_row
from bot.rules.task_words import year_on
from bot.texts import Texts
from db import organisations, task_plans, tasks
from db.models import Member, Organisation, Task
from db.session import Session
from db.tasks import Given

DECEMBER = 12
SAID = ("title", "kind", "target", "unit", "deadline", "rhythm")
"""What a row says of its task."""


@dataclass(frozen=True)
class Written:
    """What a plan is made from: typed lines, the fields of a sheet's rows, and numbers of last year's tasks."""

    lines: Sequence[str] = ()
    sheet: Sequence[Mapping[str, str]] = ()
    copied: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.lines) + len(self.sheet) + len(self.copied)


@dataclass(frozen=True)
class Plan:
    """A plan as understood: its rows, and the names of whom the cell can give tasks, by number.

    What it gives begins on the local day `since`.
    """

    cell: Organisation
    year: int
    since: date
    rows: Sequence[Row]
    names: Mapping[int, str]

    @property
    def good(self) -> list[Row]:
        """The rows that are clear."""
        return [row for row in self.rows if not row.problems]

    @property
    def unclear(self) -> list[Row]:
        """The rows that are left out."""
        return [row for row in self.rows if row.problems]

    @property
    def mark(self) -> str:
        """Changes with anything the plan would do."""
        return sha256(repr((self.year, self.rows)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Recorded:
    """What was given: the tasks, to whom, and who of them has no chat it reaches."""

    tasks: Sequence[Task]
    given: Sequence[Given]
    unreached: Sequence[Member] = field(default=())

    @property
    def members(self) -> int:
        """How many members got something."""
        return len({one.assignment.member_id for one in self.given})


def year_of_plan(today: date) -> tuple[int, date]:
    """For which year plans are made on a local date, and from when they hold: in December for the next."""
    if today.month == DECEMBER:
        return today.year + 1, date(today.year + 1, 1, 1)
    return today.year, today


async def prepare(
    session: Session, *, cell_id: int, by: Member, written: Written, texts: Texts, today: date
) -> Plan:
    """The plan row by row as it is understood now. NotAllowed unless `by` leads the cell.

    BadInput when it has more than MAX_ROWS rows.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    if len(written) > MAX_ROWS:
        raise BadInput("plan_too_many", most=MAX_ROWS)
    year, since = year_of_plan(today)
    workers = await tasks.list_workers(session, cell_id, on=since)
    names = [(member.id or 0, member.name) for member in workers]
    rows = [typed_row(n, text, names, texts.kinds, today=today) for n, text in enumerate(written.lines, 1)]
    for fields in written.sheet:
        rows.append(sheet_row(len(rows) + 1, fields, names, texts.kinds, today=today))
    rows += await _copied(
        session, cell_id, written.copied, year, dict(names), first=len(rows) + 1, today=today
    )
    cell = await organisations.get(session, cell_id)
    return Plan(cell, year, since, rows, dict(names))


async def record(
    session: Session, *, plan: Plan, by: Member, texts: Texts, now: datetime, today: date
) -> Recorded:
    """Give everything that is clear in a plan just prepared, and tell each member once.

    BadInput when nothing is.
    """
    if not plan.good:
        raise BadInput("plan_nothing_clear")
    await authorise(session, by, Right.LEAD, plan.cell.id or 0, on=today)
    workers = await tasks.list_workers(session, plan.cell.id or 0, on=plan.since)
    members = {member.id: member for member in workers}
    made: list[Task] = []
    given: list[Given] = []
    for row in plan.good:
        said = {name: getattr(row, name) for name in SAID}
        task = await enter(session, plan.cell.id or 0, by=by, now=now, year=plan.year, **said)
        made.append(task)
        for member_id in row.members:
            given.append(await assign(session, task, members[member_id], by=by, since=plan.since, now=now))
    reached = await announce(session, given, by=by, texts=texts, now=now, today=today)
    got = {one.assignment.member_id for one in given} - reached
    return Recorded(made, given, [member for member in workers if member.id in got])


async def _copied(
    session: Session,
    cell_id: int,
    chosen: Sequence[int],
    year: int,
    names: Mapping[int, str],
    *,
    first: int,
    today: date,
) -> list[Row]:
    """Last year's tasks a year on; who cannot be given tasks any more is left out, and named."""
    if not chosen:
        return []
    found = [task for task in await task_plans.list_of_year(session, cell_id, year - 1) if task.id in chosen]
    holders = await task_plans.list_holders(session, [task.id or 0 for task in found])
    return [
        checked(_a_year_on(number, task, holders[task.id or 0], names), today=today)
        for number, task in enumerate(found, first)
    ]


def _a_year_on(number: int, task: Task, holders: Sequence[Member], names: Mapping[int, str]) -> Row:
    return Row(
        number,
        *(task.title, task.title, task.kind, task.target, task.unit),
        deadline=year_on(task.deadline) if task.deadline else None,
        rhythm=task.rhythm,
        members=tuple(member.id or 0 for member in holders if member.id in names),
        left_out=tuple(member.name for member in holders if member.id not in names),
    )
