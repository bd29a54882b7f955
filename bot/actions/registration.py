"""Letting people in: invitations, consent, and whose chat is whose.

Nothing about a person's chat is stored before they consent; a refusal leaves the register as it was.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from bot.actions import belonging
from bot.actions.auditing import note
from bot.actions.authority import find_role
from bot.errors import NotFound, TooLate
from bot.rules.names import clean
from bot.rules.permissions import Right, allows, may_give
from bot.rules.words import AuditVerb, RoleName
from db import chats, organisations, people
from db.models import Account, Consent, Invite, Link, Member, Organisation
from db.session import Session

CONSENT_VERSION = "2026-11-23"
"""The wording people agree to; a change of the text needs a new version, in `templates/consents.toml` too."""
PERSONAL_DAYS = 30
CELL_DAYS = 90


@dataclass(frozen=True)
class Inviting:
    """Whom an invitation lets in: a member, anybody for a cell (each approved), or the holder of a role."""

    member_id: int | None = None
    cell_id: int | None = None
    role: RoleName | None = None
    organisation_id: int | None = None
    replaces: bool = False


@dataclass(frozen=True)
class Arrival:
    """Who came in: the chat account, the member it speaks for, or the cell they now ask to join.

    `replaces`: it is to be the member's only chat.
    """

    account: Account
    member: Member | None
    cell: Organisation | None = None
    replaces: bool = False


async def invite(
    session: Session,
    whom: Inviting,
    *,
    by: Member | None = None,
    role: RoleName | None = None,
    now: datetime,
) -> str:
    """Make an invitation; its token (128 bits) is returned and only its hash is kept.

    `by` made it, in the `role` that allowed it; nobody is an operator at the machine.
    """
    token = secrets.token_urlsafe(16)
    days = CELL_DAYS if whom.cell_id is not None else PERSONAL_DAYS
    made = Invite(
        token_sha256=_hash(token),
        member_id=whom.member_id,
        cell_id=whom.cell_id,
        role=whom.role,
        organisation_id=whom.organisation_id,
        replaces=whom.replaces,
        made_by=by.id if by else None,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(made)
    await session.flush()
    place = whom.cell_id or whom.organisation_id
    if whom.member_id is not None:
        place = await people.find_place(session, whom.member_id, on=now.date())
    told = {"about": whom.member_id, "organisation_id": place, "object_id": made.id}
    note(session, AuditVerb.INVITED, now=now, by=by, role=role, **told)
    return token


async def withdraw_invites(session: Session, member_id: int, *, now: datetime) -> None:
    """Make the personal links a member was given, and did not use, of no use any more."""
    await session.exec(
        update(Invite)
        .where(col(Invite.member_id) == member_id, col(Invite.used_at).is_(None))
        .values(used_at=now)
    )


async def get_invite(session: Session, token: str, *, now: datetime, today: date) -> Invite:
    """The invitation behind a token.

    NotFound when it is unknown, used or expired, or who made it is no longer allowed to make one.
    """
    found = await chats.find_invite(session, _hash(token), now=now)
    if found is None or not await _stands(session, found, today=today):
        raise NotFound("invite_unknown")
    return found


async def _stands(session: Session, found: Invite, *, today: date) -> bool:
    if found.made_by is None:
        return True
    maker = await people.get_member(session, found.made_by)
    place = found.organisation_id or found.cell_id
    if place is None and found.member_id is not None:
        place = await people.find_place(session, found.member_id, on=today)

    def serves(own: RoleName, here: bool) -> bool:
        if found.role is not None:
            return may_give(own, found.role, at_the_place=here)
        return allows(own, Right.KEEP_MEMBERS, at_the_place=here)

    return await find_role(session, maker, place or 0, serves, on=today) is not None


async def accept(
    session: Session,
    token: str,
    *,
    bot: int,
    address: int,
    name: str,
    language: str,
    consent_text: str,
    now: datetime,
    today: date,
) -> Arrival:
    """Take up an invitation after explicit consent, given from the chat `address`.

    `name` is what the chat calls the person, used only for somebody invited for a role. NotFound when the
    invitation cannot be used any more.
    """
    found = await get_invite(session, token, now=now, today=today)
    account = await _account(session, bot=bot, address=address, language=language, now=now)
    member = await _member_of(session, found, account, name=name)
    _record_consent(session, account, member, consent_text, now=now)
    if member is None:
        return Arrival(account, None, await organisations.get(session, found.cell_id or 0))
    found.used_at = now
    session.add(found)
    await link(session, account, member, now=now)
    assert member.id is not None
    if found.role is not None:
        await belonging.give_role(session, member.id, found.role, found.organisation_id, since=today)
    place = found.organisation_id or await people.find_place(session, member.id, on=today)
    for verb in (AuditVerb.CONSENTED, AuditVerb.JOINED):
        note(session, verb, now=now, by=member, about=member, organisation_id=place, object_id=account.id)
    return Arrival(account, member, replaces=found.replaces)


async def consent_again(
    session: Session,
    *,
    account: Account,
    member: Member,
    version: str,
    consent_text: str,
    now: datetime,
    today: date,
) -> None:
    """Record that who agreed to an older wording agrees to this one. TooLate when there is a newer one yet."""
    if version != CONSENT_VERSION:
        raise TooLate("consent_old")
    _record_consent(session, account, member, consent_text, now=now)
    place = await people.find_place(session, member.id or 0, on=today)
    note(session, AuditVerb.CONSENTED, now=now, by=member, about=member, organisation_id=place)


async def link(session: Session, account: Account, member: Member, *, now: datetime) -> None:
    """Let the account speak for the member from now on. Linking twice changes nothing."""
    links = (
        await session.exec(select(Link).where(Link.account_id == account.id, col(Link.until).is_(None)))
    ).all()
    for each in links:
        each.speaking = each.member_id == member.id
        session.add(each)
    if all(each.member_id != member.id for each in links):
        assert account.id is not None and member.id is not None
        session.add(Link(account_id=account.id, member_id=member.id, since=now))
    await session.flush()


async def attach_consents(session: Session, account: Account, member: Member) -> None:
    """Put the consents given from a chat before it was known whose it is onto the member."""
    await session.exec(
        update(Consent)
        .where(col(Consent.account_id) == account.id, col(Consent.member_id).is_(None))
        .values(member_id=member.id)
    )


async def _account(session: Session, *, bot: int, address: int, language: str, now: datetime) -> Account:
    account = await chats.find_account(session, bot=bot, address=address)
    if account is None:
        account = Account(bot=bot, address=address, language=language, created_at=now)
        session.add(account)
        await session.flush()
    return account


async def _member_of(session: Session, found: Invite, account: Account, *, name: str) -> Member | None:
    """Whom the invitation makes of the person; None when a secretary has to say so first."""
    if found.member_id is not None:
        return await people.get_member(session, found.member_id)
    if found.role is None:
        return None
    assert account.id is not None
    member = await chats.find_speaker(session, account.id)
    if member is None:
        member = Member(name=clean(name)[:200])
        session.add(member)
        await session.flush()
    return member


def _record_consent(
    session: Session, account: Account, member: Member | None, text: str, *, now: datetime
) -> None:
    assert account.id is not None
    session.add(
        Consent(
            member_id=member.id if member else None,
            account_id=account.id,
            version=CONSENT_VERSION,
            text_sha256=_hash(text),
            given_at=now,
        )
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
