"""Whose chat is whose: a lost telephone, a second one, and two people who share one."""

from datetime import date, datetime

from sqlmodel import col, select

from bot.actions import auditing, registration
from bot.actions.authority import authorise
from bot.actions.keeping import kept_by
from bot.actions.registration import Inviting
from bot.actions.telling import Say, tell_chats
from bot.errors import NotFound
from bot.lanes import Lane
from bot.rules.names import given_name_key
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb
from bot.texts import Texts
from db import outbox, people, wizards
from db.models import Account, Link, Member
from db.posting import Address, When
from db.session import Session


async def invite_again(
    session: Session, *, by: Member, member_id: int, replaces: bool, now: datetime, today: date
) -> str:
    """A personal link for somebody who has a chat already; with `replaces` the others are cut off by its use.

    Links made before, and not used, are of no use any more. Returns the token.
    """
    _, _, role = await kept_by(session, by, member_id, today=today)
    await registration.withdraw_invites(session, member_id, now=now)
    whom = Inviting(member_id=member_id, replaces=replaces)
    return await registration.invite(session, whom, by=by, role=role, now=now)


async def invite_unjoined(
    session: Session, *, by: Member, cell_id: int, now: datetime, today: date
) -> list[tuple[Member, str]]:
    """A new personal link for each member of a cell who has none in use: who, and the token; by name.

    Links made before, and not used, are of no use any more.
    """
    role = await authorise(session, by, Right.KEEP_MEMBERS, cell_id, on=today)
    made = []
    unjoined = await people.list_unjoined(session, cell_id, on=today)
    for member in sorted(unjoined, key=lambda each: given_name_key(each.name)):
        await registration.withdraw_invites(session, member.id or 0, now=now)
        whom = Inviting(member_id=member.id)
        made.append((member, await registration.invite(session, whom, by=by, role=role, now=now)))
    return made


async def cut_off_others(
    session: Session, member: Member, kept: Account, *, now: datetime, texts: Texts
) -> None:
    """Let no other chat speak for the member; the old ones are told that they do not any more."""
    assert member.id is not None
    for link, account in await _open_links(session, member.id):
        if account.id != kept.id:
            await _cut(session, link, account, now=now)
            await _tell_old(session, account, now=now, texts=texts)


async def cut_off_all(session: Session, member_id: int, *, now: datetime) -> None:
    """Let no chat speak for the member any more, without a word: for who is gone."""
    for link, account in await _open_links(session, member_id):
        await _cut(session, link, account, now=now)


async def speak_as(session: Session, account: Account, member_id: int) -> Member:
    """From now on the chat speaks for this one of the people who share it; NotFound for anybody else."""
    query = select(Link).where(Link.account_id == account.id, col(Link.until).is_(None)).with_for_update()
    links = (await session.exec(query)).all()
    if member_id not in {link.member_id for link in links}:
        raise NotFound
    for link in links:
        link.speaking = link.member_id == member_id
        session.add(link)
    await wizards.stop(session, account)
    return await people.get_member(session, member_id)


async def _open_links(session: Session, member_id: int) -> list[tuple[Link, Account]]:
    query = (
        select(Link, Account)
        .join(Account, col(Account.id) == Link.account_id)
        .where(Link.member_id == member_id, col(Link.until).is_(None))
        .with_for_update(of=Link)
    )
    return list((await session.exec(query)).all())


async def _cut(session: Session, link: Link, account: Account, *, now: datetime) -> None:
    """End a link; who else shares the chat speaks from it, and what waits for a chat of nobody is withdrawn."""
    link.until, link.speaking = now, False
    session.add(link)
    auditing.note(session, AuditVerb.CUT_OFF, now=now, about=link.member_id, object_id=account.id)
    assert account.id is not None
    await wizards.stop(session, account)
    await session.flush()
    rest = await people.list_spoken_for(session, account.id)
    if rest:
        await speak_as(session, account, rest[0].id or 0)
    else:
        await outbox.withdraw_account(session, account.id, now=now)


async def _tell_old(session: Session, account: Account, *, now: datetime, texts: Texts) -> None:
    old = Address(account.bot, account.address, account.language, account.id)
    await tell_chats(session, [old], Say("chat_cut_off"), texts=texts, lane=Lane.REPLY, when=When(now))
