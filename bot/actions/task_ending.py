"""Tasks of a cell end for who goes to another one."""

from collections.abc import Collection

from sqlmodel import col, select

from bot.rules.words import MembershipKind
from db import task_plans
from db.models import Membership
from db.session import Session


async def end_where_gone(session: Session, member_ids: Collection[int]) -> None:
    """Let the assignments of members end on the day from which they belong to the cell that gave them no more.

    To belong is to have one's record there, or to be transferred there for a time; whoever is away for a time
    keeps the tasks of the cell of record, and is not asked about them.
    """
    running = await task_plans.list_running(session, member_ids)
    if not running:
        return
    query = select(Membership).where(
        col(Membership.member_id).in_({assignment.member_id for assignment, _ in running}),
        col(Membership.kind).in_((MembershipKind.RECORD, MembershipKind.TEMPORARY)),
    )
    belonging = list((await session.exec(query)).all())
    for assignment, cell_id in running:
        there = [
            row.until for row in belonging if (row.member_id, row.cell_id) == (assignment.member_id, cell_id)
        ]
        if None not in there:
            ends = [day for day in there if day is not None]
            assignment.until = max([*ends, assignment.since])
            session.add(assignment)
    await session.flush()
