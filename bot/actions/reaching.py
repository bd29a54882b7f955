"""When a chat takes nothing any more: nothing is queued to it, and those who lead the cell hear of it once."""

from datetime import datetime

from bot.actions.telling import Say, tell
from bot.lanes import Lane
from bot.texts import Texts
from db import chats, groups, live, organisations, outbox, people
from db.models import Account, Member
from db.posting import When
from db.session import Session


async def mark_unreachable(
    session: Session, account_id: int, *, bot: int, now: datetime, texts: Texts
) -> None:
    """Note that nothing arrives at an account any more, until something comes from it again.

    `bot` could not write to it: who has gone over to another one and blocked this one is reached all the same.
    """
    account = await session.get(Account, account_id, with_for_update=True)
    if account is None or account.unreachable_at is not None or account.bot != bot:
        return
    account.unreachable_at = now
    session.add(account)
    await session.flush()
    await outbox.give_up(session, account_id=account_id, reason="the chat takes nothing any more", now=now)
    for member in await chats.list_spoken_for(session, account_id):
        await _tell_leaders(session, member, now=now, texts=texts)


async def move_chat(session: Session, *, bot: int, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup: whom it serves, what it shows and all that waits for it go on under the new id.

    Telegram tells it several times, in several ways: after the first nothing is left to move.
    """
    account = await chats.find_account(session, bot=bot, address=old)
    if account is not None and await chats.find_account(session, bot=bot, address=new) is None:
        account.address = new
        session.add(account)
    await groups.move(session, bot=bot, old=old, new=new, now=now)
    await outbox.move_chat(session, bot=bot, old=old, new=new, now=now)
    await live.move(session, bot=bot, old=old, new=new, now=now)


async def lose_group(session: Session, *, bot: int, chat: int, now: datetime, texts: Texts) -> None:
    """Nothing can be said in a group any more: it serves its cell no longer, and its leaders hear of it once."""
    group = await groups.find(session, bot=bot, chat=chat, for_update=True)
    if group is None:
        return
    await groups.end(session, group, now=now)
    to = await people.list_leaders(session, group.cell_id, on=texts.day_of(now))
    say = Say("group_lost", {"cell": await organisations.get(session, group.cell_id)})
    await tell(session, to, say, texts=texts, lane=Lane.REMINDER, when=When(now))


async def _tell_leaders(session: Session, member: Member, *, now: datetime, texts: Texts) -> None:
    """Once for each time a chat was lost, and only when the member has no other one."""
    assert member.id is not None
    today = texts.day_of(now)
    cell = await people.find_cell(session, member.id, on=today)
    if cell is None or cell.id is None or await chats.list_addresses(session, [member.id]):
        return
    to = await people.list_leaders(session, cell.id, on=today) - {member.id}
    say = Say("member_unreachable", {"member": member, "cell": cell}, about=("member", member.id))
    await tell(session, to, say, texts=texts, lane=Lane.REMINDER, when=When(now))
