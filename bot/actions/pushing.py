"""Asking those who lead cells to see to something: each cell at most once a day for the same thing."""

from collections.abc import Callable, Collection
from datetime import datetime

from bot.actions.telling import Say, tell_each
from bot.lanes import Lane
from bot.rules.permissions import SECRETARIES, Right
from bot.rules.reminders import after_quiet
from bot.texts import Texts
from db import organisations, people
from db.models import Organisation
from db.posting import When
from db.session import Session

PUSHES = Right.SEND_NOTICE
"""Who may ask the secretaries of a subtree for something: its officers."""


async def push(
    session: Session,
    cell_ids: Collection[int],
    make: Callable[[Organisation], Say],
    *,
    now: datetime,
    texts: Texts,
) -> int:
    """Say to the secretary and the deputies of each cell what `make` makes for it; how many cells it reaches.

    `make` names what it says by cell and day, with `name_of`. In the night it waits for the morning. The same few
    statements for any number of cells.
    """
    cells = await organisations.list_by_id(session, cell_ids)
    leaders = await people.list_holders_of_cells(session, cell_ids, SECRETARIES, on=texts.day_of(now))
    says = [(leaders[number], make(cells[number])) for number in sorted(cells)]
    when = When(now, not_before=after_quiet(now, texts.zone))
    reached = await tell_each(session, says, texts=texts, lane=Lane.REMINDER, when=when)
    return sum(bool(each) for each in reached)


def name_of(thing: str, cell: Organisation, now: datetime, texts: Texts) -> str:
    """What keeps a chat from being asked for the same thing of the same cell twice a day."""
    return f"push:{thing}:{cell.id}:{texts.day_of(now)}"
