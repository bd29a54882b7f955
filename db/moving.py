"""What goes along when somebody has started another of our bots, and what stays where it stands.

A chat account is a telephone: it goes over as a whole, with everybody who shares it, what they agreed to, what
they are in the middle of and all they were told. What waits for it leaves from the new bot. Messages stay in the
chat they are in, so what would change one stays with the old bot, and so does what may have arrived there.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, update
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from db import outbox
from db.models import Account, Delivery, DeliveryState, Link, LiveMessage, Media, Message
from db.session import Session

ABOUT = "bot"
"""What messages that ask people to go over to a bot are about; the bot's number goes with it."""
NOWHERE = 0
"""A bot that is none: two accounts that change places cannot be at the same one for a moment."""


async def move(session: Session, account: Account, *, bot: int, now: datetime) -> None:
    """Let an account be at another bot from now on, which its person has just started."""
    old = account.bot
    await _take_back_asking(session, account, now)
    await _change_places(session, account, bot, now)
    account.unreachable_at = None
    session.add(account)
    await session.flush()
    await _rename(session, account, old)
    await _take_along(session, account, old)


async def hand_over(session: Session, old: Account, new: Account, *, now: datetime) -> None:
    """Let whoever an account speaks for be spoken for by another one, at the bot they have just started.

    Both speak for somebody: two people share a telephone, and one of them was at the new bot before.
    """
    query = select(Link).where(col(Link.account_id).in_((old.id, new.id)), col(Link.until).is_(None))
    links = list((await session.exec(query)).all())
    there = {link.member_id for link in links if link.account_id == new.id}
    for link in links:
        if link.account_id != old.id:
            continue
        if link.member_id not in there:
            since = link.since  # what they were told before was told to them
            session.add(Link(account_id=new.id or 0, member_id=link.member_id, speaking=False, since=since))
        link.until, link.speaking = now, False
        session.add(link)
    await session.flush()
    waits = (col(Delivery.account_id) == old.id, outbox.waiting(), _is_new())
    await _change(session, update(Delivery).where(*waits).values(bot=new.bot, account_id=new.id))


async def _change_places(session: Session, account: Account, bot: int, now: datetime) -> None:
    """The account goes to the new bot; one without a link stays at, or comes to, the old one."""
    old = account.bot
    query = select(Account).where(Account.channel == account.channel, Account.address == account.address)
    other = (await session.exec(query.where(Account.bot == bot))).first()
    other = other or Account(bot=NOWHERE, address=account.address, language=account.language, created_at=now)
    for each, place in ((other, NOWHERE), (account, bot), (other, old)):
        each.bot = place
        session.add(each)
        await session.flush()


async def _rename(session: Session, account: Account, old: int) -> None:
    """What was told once is not told again: the name of a message has the bot in it that said it."""
    before, after = (f":{bot}:{account.address}" for bot in (old, account.bot))
    same: Any = aliased(Delivery)
    renamed = func.replace(col(Delivery.dedupe), before, after)
    free = ~select_rows(same.id).where(same.dedupe == renamed).exists()
    mine = (col(Delivery.account_id) == account.id, col(Delivery.dedupe).endswith(before), free)
    await _change(session, update(Delivery).where(*mine).values(dedupe=renamed))
    shown = (_shown(account, old), col(LiveMessage.dedupe).endswith(before))
    again = func.replace(col(LiveMessage.dedupe), before, after)
    await _change(session, update(LiveMessage).where(*shown).values(dedupe=again))


async def _take_along(session: Session, account: Account, old: int) -> None:
    """What waits goes from the new bot, and so does what is kept up to date and has not left yet."""
    waits = (col(Delivery.account_id) == account.id, col(Delivery.bot) == old, outbox.waiting(), _is_new())
    await _change(session, update(Delivery).where(*waits).values(bot=account.bot))
    coming = select_rows(col(Delivery.dedupe)).where(
        col(Delivery.account_id) == account.id, col(Delivery.bot) == account.bot, outbox.waiting()
    )
    unsaid = and_(_shown(account, old), col(LiveMessage.message_id).is_(None))
    goes = update(LiveMessage).where(unsaid, col(LiveMessage.dedupe).in_(coming))
    await _change(session, goes.values(bot=account.bot))


def _shown(account: Account, old: int) -> Any:
    return and_(col(LiveMessage.bot) == old, col(LiveMessage.chat) == account.address)


def _is_new() -> Any:
    """That a waiting delivery changes nothing that stands in the old chat, and did not perhaps arrive there.

    A file of which only the old bot's number is kept can leave from there only.
    """
    in_doubt = and_(col(Delivery.state) == DeliveryState.RETRY, col(Delivery.again) > 0)
    number_only = (
        select_rows(col(Message.id))
        .join(Media, col(Media.id) == Message.media_id)
        .where(col(Message.id) == Delivery.message_id, func.length(Media.content) == 0)
    )
    return and_(col(Delivery.edits).is_(None), ~in_doubt, ~number_only.exists())


async def _take_back_asking(session: Session, account: Account, now: datetime) -> None:
    """Who goes over need not be asked to any more."""
    asking = select_rows(col(Message.id)).where(col(Message.about) == ABOUT)
    mine = (col(Delivery.account_id) == account.id, outbox.waiting(), col(Delivery.message_id).in_(asking))
    gone = {"state": DeliveryState.CANCELLED, "reason": "withdrawn", "settled_at": now}
    await _change(session, update(Delivery).where(*mine).values(**gone))


async def _change(session: Session, statement: Any) -> None:
    await session.exec(statement.execution_options(synchronize_session=False))
