"""Whose chat is whose: a lost telephone, a second one, and two people who share one."""

from datetime import date, datetime

from sqlmodel import col, select

from bot.actions import auditing, registration
from bot.actions.authority import authorise
from bot.actions.keeping import kept_by
from bot.actions.registration import Inviting
from bot.actions.telling import Say, once_each, tell_chats
from bot.errors import NotFound
from bot.lanes import Lane
from bot.rules.names import given_name_key
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb
from bot.texts import Texts
from db import chats, erasing, people, wizards
from db.models import Account, Link, Member
from db.posting import When
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
    old = [a for a in await chats.list_addresses(session, [member.id]) if a.account_id != kept.id]
    await erasing.cut_off(session, member.id, now=now, keep=kept.id)
    auditing.note(session, AuditVerb.CUT_OFF, now=now, by=member, about=member, count=len(old))
    say = Say("chat_cut_off")
    await tell_chats(session, once_each(old), say, texts=texts, lane=Lane.REPLY, when=When(now))


async def cut_off_all(session: Session, member: Member, *, by: Member, now: datetime) -> None:
    """Let no chat speak for the member any more, without a word: for who is gone."""
    assert member.id is not None
    cut = await erasing.cut_off(session, member.id, now=now)
    auditing.note(session, AuditVerb.CUT_OFF, now=now, by=by, about=member, count=len(cut))


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
