"""The group chat of a cell: linked by who leads the cell, and answered in by its members.

A group serves one cell and a cell has one group. Who may is asked of the database each time; that somebody is in
a group, or keeps it, allows nothing.
"""

from datetime import datetime

from bot.actions.authority import authorise
from bot.actions.telling import Say, tell_chats
from bot.errors import NotAllowed
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.texts import Texts
from db import answers, organisations
from db import groups as stored
from db.models import CellGroup, Member
from db.posting import Address, When
from db.session import Session


async def link(
    session: Session, to: Address, *, cell_id: int, by: Member, now: datetime, texts: Texts
) -> list[CellGroup]:
    """Let a group chat serve a cell from now on; the groups it takes the place of.

    NotAllowed unless `by` leads the cell, and NotAllowed("group_taken") when the chat serves another one.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=texts.day_of(now))
    if await is_serving(session, to, cell_id):
        return []
    before = await stored.list_of_cell(session, cell_id, for_update=True)
    for each in before:
        await stored.end(session, each, now=now)
    group = CellGroup(bot=to.bot, chat=to.chat, cell_id=cell_id, linked_by=by.id or 0, since=now)
    group.language = to.language
    session.add(group)
    await session.flush()
    say = Say("group_welcome", {"cell": await organisations.get(session, cell_id)})
    await tell_chats(session, [to], say, texts=texts, lane=Lane.REMINDER, when=When(now))
    return before


async def is_serving(session: Session, to: Address, cell_id: int) -> bool:
    """Whether a chat is the cell's group already. NotAllowed("group_taken") when it is another one's."""
    group = await stored.find(session, bot=to.bot, chat=to.chat)
    if group is not None and group.cell_id != cell_id:
        raise NotAllowed("group_taken")
    return group is not None


async def unlink(
    session: Session, cell_id: int, *, by: Member, now: datetime, texts: Texts
) -> list[CellGroup]:
    """Let the cell have no group from now on; which it had. NotAllowed unless `by` leads the cell."""
    await authorise(session, by, Right.LEAD, cell_id, on=texts.day_of(now))
    ended = await stored.list_of_cell(session, cell_id, for_update=True)
    for each in ended:
        await stored.end(session, each, now=now)
    return ended


async def get_answered_in(session: Session, *, bot: int, chat: int, meeting_id: int) -> CellGroup:
    """The group in which somebody answers to a meeting; NotAllowed when that is not its cell's meeting."""
    group = await stored.find(session, bot=bot, chat=chat)
    if group is None:
        raise NotAllowed("group_unlinked")
    meeting, _ = await answers.get_meeting(session, meeting_id)
    if meeting.cell_id != group.cell_id:
        raise NotAllowed("button_unknown")
    return group
