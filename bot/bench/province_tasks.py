"""The tasks of a made-up province: one for nearly everybody, and what each month's meeting saw and said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Date, Integer, Table, and_, case, cast, literal, null
from sqlalchemy.sql.elements import ColumnElement

from bot.bench.population import fill, number_on, numbers_to, rows_of
from bot.config import ZONE
from bot.rules.words import Evaluated, Rhythm
from db.models import Assignment, Progress, Task
from db.session import Session

Dice = Callable[[ColumnElement[int], int, int], ColumnElement[int]]
"""A number from 0 to below so many sides for each n, thrown anew for each salt."""
WITH_TASK, REPORTING, OVERDUE, WITH_DEADLINE, STUCK, EVALUATING = 92, 85, 6, 40, 4, 88
"""Of a hundred: members, reports, tasks, tasks, reports, cells."""


async def add_tasks(
    session: Session, cells: Table, dice: Dice, *, most: int, since: date, until: date
) -> None:
    """A task for nearly every member of cells of at most so many, from one day on; `until` is today."""
    n, here = _members(cells, dice, most)
    thrown = dice(n, 8, 100)
    deadline = case(
        (thrown < OVERDUE, literal(until - timedelta(days=10), Date)),
        (thrown < WITH_DEADLINE, literal(date(until.year, 12, 30), Date)),
        else_=null(),
    )
    rhythm = case((dice(n, 9, 100) < 80, Rhythm.MONTHLY.value), else_=Rhythm.QUARTERLY.value)
    task = {"title": "Vận động 5 hộ dân tham gia vệ sinh", "kind": "", "target": 5, "unit": "hộ"}
    task |= {"deadline": deadline, "rhythm": rhythm, "year": until.year, "created_at": _morning(since)}
    await fill(session, Task, here, id=n, cell_id=cells.c.id, created_by=cells.c.first, **task)
    said = {"percent": _percent(n, dice), "stuck": dice(n, 10, 100) < STUCK, "words": ""}
    await fill(session, Assignment, here, id=n, task_id=n, member_id=n, since=since, **said)
    await number_on(session, "task", "assignment")


async def add_progress(
    session: Session, cells: Table, dice: Dice, *, most: int, meeting: Any, salt: int, month: date
) -> None:
    """What a month's meeting saw of every task, and how most cells evaluated it; `meeting` is its number."""
    n, here = _members(cells, dice, most)
    thrown = dice(n, 300 + salt, 100)
    evaluated = case(
        (dice(cells.c.number, 500 + salt, 100) >= EVALUATING, null()),
        (thrown < 30, Evaluated.WELL_DONE.value),
        (thrown < 75, Evaluated.DONE.value),
        (thrown < REPORTING, Evaluated.NOT_DONE.value),
        else_=Evaluated.NOT_REPORTED.value,
    )
    said = {"meeting_id": meeting, "percent": cast(thrown, Integer), "evaluated": evaluated}
    await _add(session, n, here, thrown, month, **said)


async def add_reports(session: Session, cells: Table, dice: Dice, *, most: int, month: date) -> None:
    """What was reported for the coming meeting."""
    n, here = _members(cells, dice, most)
    thrown = dice(n, 11, 100)
    reported = and_(here, thrown < REPORTING)
    await _add(session, n, reported, thrown, month, percent=_percent(n, dice))


async def _add(
    session: Session, n: ColumnElement[int], here: ColumnElement[bool], thrown: Any, month: date, **said: Any
) -> None:
    moment = literal(_morning(month), rows_of(Progress).c.reported_at.type)
    at = case((thrown < REPORTING, moment), else_=null())
    same = {"stuck": thrown < STUCK, "words": "", "note": "", "reported_at": at}
    await fill(session, Progress, here, assignment_id=n, **same, **said)


def _members(cells: Table, dice: Dice, most: int) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """The members with a task, by number."""
    k, enough = numbers_to(most)
    n = cells.c.first + k - 1
    return n, and_(enough, k <= cells.c.size, dice(n, 7, 100) < WITH_TASK)


def _percent(n: ColumnElement[int], dice: Dice) -> ColumnElement[int]:
    """How far a task is today; a tenth is done."""
    thrown = dice(n, 12, 110)
    return cast(case((thrown > 100, 100), else_=thrown), Integer)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), ZONE).astimezone(UTC)
