"""Named reads and writes about the group chats of cells."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.rules.reminders import IN_GROUP
from db import outbox
from db.many import is_among
from db.models import (
    CellGroup,
    LiveKind,
    LiveMessage,
    Meeting,
    MeetingState,
    Organisation,
    SeenInGroup,
)
from db.session import Session, has_one_writer, insert


def is_linked() -> ColumnElement[bool]:
    """That a group serves its cell now, in the words of the partial index."""
    return col(CellGroup.until).is_(None)


async def find(session: Session, *, bot: int, chat: int, for_update: bool = False) -> CellGroup | None:
    """The group that a chat is now, for the cell it serves."""
    query = select(CellGroup).where(CellGroup.bot == bot, CellGroup.chat == chat, is_linked())
    return (await session.exec(query.with_for_update() if for_update else query)).first()


async def list_of_cell(session: Session, cell_id: int, *, for_update: bool = False) -> list[CellGroup]:
    """The group a cell has now, if any; with `for_update` nobody else gives it one until the end."""
    if for_update:
        await session.exec(select(Organisation.id).where(Organisation.id == cell_id).with_for_update())
    query = select(CellGroup).where(CellGroup.cell_id == cell_id, is_linked())
    return list((await session.exec(query)).all())


async def end(session: Session, group: CellGroup, *, now: datetime) -> None:
    """The group serves its cell no more: nothing is said or shown there, and who was seen there is forgotten."""
    group.until = now
    session.add(group)
    await session.exec(delete(SeenInGroup).where(col(SeenInGroup.group_id) == group.id))
    await session.exec(
        delete(LiveMessage).where(col(LiveMessage.bot) == group.bot, col(LiveMessage.chat) == group.chat)
    )
    await outbox.take_back_chat(session, bot=group.bot, chat=group.chat, now=now)
    await session.flush()


async def move(session: Session, *, bot: int, old: int, new: int, now: datetime) -> None:
    """The chat has another number now; where that one serves a cell already, the old one serves none."""
    group = await find(session, bot=bot, chat=old)
    if group is not None and await find(session, bot=bot, chat=new) is not None:
        await end(session, group, now=now)
    elif group is not None:
        group.chat = new
        session.add(group)
        await session.flush()


async def list_uncalled(session: Session, *, now: datetime, limit: int) -> list[tuple[Meeting, CellGroup]]:
    """Coming meetings that were called and are not shown in the group their cell has, the earliest first."""
    shown = (
        select(LiveMessage.id)
        .where(LiveMessage.kind == LiveKind.GROUP, LiveMessage.about_id == Meeting.id)
        .where(LiveMessage.bot == CellGroup.bot, LiveMessage.chat == CellGroup.chat)
        .exists()
    )
    query = (
        select(Meeting, CellGroup)
        .join(CellGroup, col(CellGroup.cell_id) == Meeting.cell_id)
        .where(is_linked(), Meeting.state == MeetingState.PLANNED, col(Meeting.starts_at) > now, ~shown)
        .where(col(Meeting.called_at).is_not(None), col(Meeting.kind).in_(IN_GROUP))
        .order_by(col(Meeting.starts_at))
        .limit(limit)
        .with_for_update(of=CellGroup, skip_locked=True)
    )
    return list((await session.exec(query)).all())


async def note_seen(session: Session, group: CellGroup, member_id: int) -> None:
    """A member has answered in the group."""
    row = {"group_id": group.id, "member_id": member_id}
    await session.execute(insert(session, SeenInGroup).values(row).on_conflict_do_nothing())


async def list_seen(session: Session, cell_ids: Collection[int]) -> dict[int, set[int]]:
    """By cell, the members whom its group is known to reach."""
    query = (
        select_rows(col(CellGroup.cell_id), col(SeenInGroup.member_id))
        .join(SeenInGroup, col(SeenInGroup.group_id) == CellGroup.id)
        .where(is_among(CellGroup.cell_id, one_writer=has_one_writer(session)), is_linked())
    )
    seen: dict[int, set[int]] = defaultdict(set)
    for cell_id, member_id in await session.rows(query, {"numbers": list(cell_ids)}):
        seen[cell_id].add(member_id)
    return seen


async def end_of_closed(session: Session, closed: Any, *, now: datetime) -> None:
    """Groups of cells that are no more (a query of their numbers) serve nobody."""
    query = select(CellGroup).where(col(CellGroup.cell_id).in_(closed), is_linked())
    for group in (await session.exec(query)).all():
        await end(session, group, now=now)
