"""Tasks given to the cast."""

from datetime import date
from typing import Any

from bot.actions import task_giving
from db import people
from db.models import Task
from tests.people import Actor, Cast


async def give(
    cast: Cast, title: str, *to: Actor, by: Actor | None = None, cell_id: int | None = None, **more: Any
) -> Task:
    """Lan, or somebody else, has given a task of cell A, or of another, and its members have heard."""
    async with cast.town.app.database.write() as session:
        task = await task_giving.give(
            session,
            cell_id=cell_id or cast.town.cell_a,
            by=await people.get_member(session, (by or cast.lan).member_id),
            title=title,
            member_ids=[actor.member_id for actor in to],
            texts=cast.town.app.house.texts,
            now=cast.town.clock.now(),
            today=date(2026, 3, 2),
            **more,
        )
    await cast.town.app.settle()
    return task
