"""Where the tasks of a cell stand, for who leads it."""

from dataclasses import dataclass
from datetime import date

from bot.actions.tasks import list_workers
from db import tasks
from db.models import Member
from db.session import Session


@dataclass(frozen=True)
class Board:
    """Where the tasks of a cell stand, by member and by given name.

    Everybody whom the cell can give a task is in `with_task` or `without_task`, and everybody with one in
    `reported` or `silent` (a report of some task is missing for the coming regular
    meeting).
    """

    with_task: tuple[Member, ...]
    without_task: tuple[Member, ...]
    reported: tuple[Member, ...]
    silent: tuple[Member, ...]
    stuck: tuple[Member, ...]
    overdue: tuple[Member, ...]


async def board(session: Session, *, cell_id: int, today: date) -> Board:
    """Where the tasks of a cell stand on a local date. Who may see it is the caller's to ask."""
    month = (await tasks.find_months(session, [cell_id], on=today))[cell_id]
    workers = await list_workers(session, cell_id, today=today)
    return Board(
        with_task=tuple(m for m, mine in workers if mine),
        without_task=tuple(m for m, mine in workers if not mine),
        reported=tuple(m for m, mine in workers if mine and not any(g.is_silent(month) for g in mine)),
        silent=tuple(m for m, mine in workers if any(g.is_silent(month) for g in mine)),
        stuck=tuple(m for m, mine in workers if any(g.assignment.stuck for g in mine)),
        overdue=tuple(m for m, mine in workers if any(g.is_overdue(today) for g in mine)),
    )
