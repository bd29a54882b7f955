"""Named reads about chats: who speaks from one, where somebody is reached, and who asks to be let in."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from db.many import is_among
from db.models import Account, BotState, Consent, Invite, JoinRequest, Link, Member, Wizard
from db.posting import Address
from db.session import Session, has_one_writer


async def find_account(session: Session, *, bot: int, address: int) -> Account | None:
    """The chat account at an address of a bot."""
    query = select(Account).where(
        Account.channel == "telegram", Account.bot == bot, Account.address == address
    )
    return (await session.exec(query)).first()


class Speaking(NamedTuple):
    """A chat account, the member it speaks for now, and the wording that member last agreed to in it."""

    account: Account | None = None
    member: Member | None = None
    consent: str | None = None


async def find_speaking(session: Session, *, bot: int, address: int) -> Speaking:
    """The chat account at an address of a bot, for whom it speaks, and what they agreed to.

    Where somebody has gone over to another of our bots: the account there, which speaks here, too, unless they
    are in the middle of something in this one, as who comes by another cell's link is asked for a name.
    """
    found = (await session.execute(_SPEAKING, {"bot": bot, "address": address})).first()
    if found is None or found[1] is not None:
        return Speaking(*found) if found else Speaking()
    if await session.get(Wizard, found[0].id) is not None:
        return Speaking(*found)
    return await find_speaking_elsewhere(session, bot=bot, address=address) or Speaking(*found)


async def find_speaking_elsewhere(session: Session, *, bot: int, address: int) -> Speaking | None:
    """The same for an account at any of our other bots, the newest first; None where none speaks for anybody."""
    found = (await session.execute(_ELSEWHERE, {"bot": bot, "address": address})).first()
    return Speaking(*found) if found else None


_AGREED = (
    select_rows(col(Consent.version))
    .where(col(Consent.account_id) == Account.id, col(Consent.member_id) == Link.member_id)
    .where(col(Consent.withdrawn_at).is_(None))
    .order_by(col(Consent.id).desc())
    .limit(1)
    .scalar_subquery()
)
_THERE = (
    select_rows(Account, Member, _AGREED)
    .outerjoin(Link, and_(col(Link.account_id) == Account.id, col(Link.until).is_(None), col(Link.speaking)))
    .outerjoin(Member, col(Member.id) == Link.member_id)
    .where(col(Account.channel) == "telegram", col(Account.address) == bindparam("address"))
)
_SPEAKING = _THERE.where(col(Account.bot) == bindparam("bot"))
"""Built once: every update asks it first."""
_ELSEWHERE = (
    _THERE.where(col(Account.bot) != bindparam("bot"), col(Member.id).is_not(None))
    .order_by(col(Account.id).desc())
    .limit(1)
)


async def find_speaker(session: Session, account_id: int) -> Member | None:
    """The member an account speaks for now."""
    query = (
        select(Member)
        .join(Link, col(Link.member_id) == Member.id)
        .where(Link.account_id == account_id, col(Link.until).is_(None), col(Link.speaking))
    )
    return (await session.exec(query)).first()


async def list_addresses(session: Session, member_ids: Collection[int]) -> list[Address]:
    """Where these members can be reached: every open link to an account that still takes messages."""
    query = _addresses(has_one_writer(session))
    return [Address(*row) for row in await session.rows(query, {"numbers": list(member_ids)})]


@cache
def _addresses(one_writer: bool) -> Any:
    account = (col(Account.bot), col(Account.address), col(Account.language), col(Account.id))
    return (
        select_rows(*account, col(Link.member_id))
        .join(Link, col(Link.account_id) == Account.id)
        .where(is_among(Link.member_id, one_writer=one_writer), col(Link.until).is_(None))
        .where(col(Account.unreachable_at).is_(None))
        .order_by(col(Account.id))
    )


class Way(NamedTuple):
    """A chat with a member's telephone at one of our bots: whether it is the one that speaks for them, and when the
    bot heard from Telegram last (UTC).
    """

    address: Address
    speaks: bool
    heard_at: datetime | None


async def list_ways(session: Session, member_ids: Collection[int]) -> list[Way]:
    """Every chat that takes messages, at whichever bot, of the telephones that speak for these members."""
    there: Any = aliased(Account)
    query = (
        select_rows(there.bot, there.address, there.language, there.id, col(Link.member_id))
        .add_columns(there.id == Account.id, col(BotState.last_poll_at))
        .select_from(Link)
        .join(Account, col(Account.id) == Link.account_id)
        .join(there, and_(there.channel == Account.channel, there.address == Account.address))
        .outerjoin(BotState, col(BotState.bot) == there.bot)
        .where(col(Link.member_id).in_(member_ids), col(Link.until).is_(None), there.unreachable_at.is_(None))
        .order_by(there.id)
    )
    return [Way(Address(*row[:5]), *row[5:]) for row in await session.rows(query)]


async def count_requests(session: Session, cell_id: int) -> int:
    """How many people wait to be let into a cell."""
    query = select(func.count()).select_from(JoinRequest)
    waiting = query.where(JoinRequest.cell_id == cell_id, col(JoinRequest.decided_at).is_(None))
    return (await session.exec(waiting)).one()


async def list_requests(session: Session, cell_id: int) -> list[JoinRequest]:
    """Who waits to be let into a cell, first come first."""
    query = select(JoinRequest).where(JoinRequest.cell_id == cell_id, col(JoinRequest.decided_at).is_(None))
    return list((await session.exec(query.order_by(col(JoinRequest.id)))).all())


async def list_links(session: Session, member_id: int) -> list[Link]:
    """The chats that speak for a member now."""
    query = select(Link).where(Link.member_id == member_id, col(Link.until).is_(None))
    return list((await session.exec(query)).all())


async def find_invite(session: Session, token_sha256: str, *, now: datetime) -> Invite | None:
    """An invitation that can still be used."""
    query = select(Invite).where(
        Invite.token_sha256 == token_sha256, col(Invite.used_at).is_(None), col(Invite.expires_at) > now
    )
    return (await session.exec(query)).first()


async def find_open_request(session: Session, account_id: int) -> JoinRequest | None:
    """The request to join that an account still waits for an answer to."""
    query = select(JoinRequest).where(
        JoinRequest.account_id == account_id, col(JoinRequest.decided_at).is_(None)
    )
    return (await session.exec(query)).first()


async def list_spoken_for(session: Session, account_id: int) -> list[Member]:
    """The members an account speaks for."""
    query = (
        select(Member)
        .join(Link, col(Link.member_id) == Member.id)
        .where(Link.account_id == account_id, col(Link.until).is_(None))
    )
    return list((await session.exec(query)).all())
