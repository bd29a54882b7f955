"""Roles: given for an organisation and a term by those allowed to, and ended by them; at once, for everything."""

from datetime import date, datetime

from sqlmodel import select

from bot.actions import auditing, belonging
from bot.actions.authority import find_role
from bot.actions.telling import Say, tell
from bot.errors import BadInput, NotAllowed, NotFound, Refusal
from bot.lanes import Lane
from bot.rules.permissions import FOR_CELLS, may_give
from bot.rules.words import AuditVerb, OrganisationKind, RoleName
from bot.texts import Texts
from db import organisations, people
from db.dated import holds
from db.models import Member, Organisation, Role
from db.posting import When
from db.session import Session


async def give(
    session: Session,
    *,
    by: Member,
    member_id: int,
    name: RoleName,
    organisation_id: int,
    until: date | None = None,
    now: datetime,
    texts: Texts,
    news: Say | None = None,
) -> Role:
    """Give somebody a role from today, up to `until`; they are told, in the words of `news` where there are some.

    Whoever is secretary already is asked about first: a cell has one. NotAllowed unless `by` may give it there.
    """
    today = texts.day_of(now)
    organisation = await organisations.get(session, organisation_id)
    own = await _may_give(session, by, name, organisation_id, today=today)
    if (name in FOR_CELLS) != (organisation.kind is OrganisationKind.CELL):
        raise BadInput("role_place", name=organisation.name)
    if until is not None and until <= today:
        raise BadInput("ends_before_it_begins")
    member = await people.get_member(session, member_id)
    if member.erased_at is not None:
        raise NotFound
    for held in await list_held(session, organisation_id, on=today):
        if held.name is name and (held.member_id == member_id or name is RoleName.SECRETARY):
            raise Refusal("role_held")
    role = await belonging.give_role(session, member_id, name, organisation_id, since=today, until=until)
    _note(session, AuditVerb.ROLE_GIVEN, role, by, own, now)
    await _tell(session, role, organisation, "given", now=now, texts=texts, news=news)
    return role


async def end(session: Session, *, by: Member, role_id: int, now: datetime, texts: Texts) -> Role:
    """End a role now: whatever was begun from it stops. NotAllowed unless `by` may give it there."""
    today = texts.day_of(now)
    role = await session.get(Role, role_id, with_for_update=True)
    if role is None or role.organisation_id is None:
        raise NotFound
    own = await _may_give(session, by, role.name, role.organisation_id, today=today)
    if role.until is not None and role.until <= today:
        raise NotFound("role_ended")
    role.until = today
    session.add(role)
    _note(session, AuditVerb.ROLE_ENDED, role, by, own, now)
    organisation = await organisations.get(session, role.organisation_id)
    await _tell(session, role, organisation, "ended", now=now, texts=texts)
    return role


async def list_held(session: Session, organisation_id: int, *, on: date) -> list[Role]:
    """The roles held for exactly this organisation on a day."""
    query = select(Role).where(Role.organisation_id == organisation_id, holds(Role, on))
    return list((await session.exec(query)).all())


async def list_givable(
    session: Session, by: Member, organisation: Organisation, *, today: date
) -> list[RoleName]:
    """The roles a person may give for an organisation, in the order of the vocabulary."""
    assert organisation.id is not None
    fitting = [n for n in RoleName if (n in FOR_CELLS) == (organisation.kind is OrganisationKind.CELL)]
    return [n for n in fitting if await _giver(session, by, n, organisation.id, today=today)]


async def _may_give(
    session: Session, by: Member, name: RoleName, organisation_id: int, *, today: date
) -> RoleName:
    giver = await _giver(session, by, name, organisation_id, today=today)
    if giver is None:
        raise NotAllowed
    return giver


async def _giver(
    session: Session, by: Member, name: RoleName, organisation_id: int, *, today: date
) -> RoleName | None:
    """The role from which a person may give another one here."""
    return await find_role(
        session, by, organisation_id, lambda own, here: may_give(own, name, at_the_place=here), on=today
    )


def _note(session: Session, verb: AuditVerb, role: Role, by: Member, own: RoleName, now: datetime) -> None:
    auditing.note(
        session,
        verb,
        now=now,
        by=by,
        role=own,
        about=role.member_id,
        organisation_id=role.organisation_id,
        object_id=role.id,
    )


async def _tell(
    session: Session,
    role: Role,
    organisation: Organisation,
    event: str,
    *,
    now: datetime,
    texts: Texts,
    news: Say | None = None,
) -> None:
    say = news or Say("role_news", {"role": role, "organisation": organisation, "event": event})
    await tell(session, [role.member_id], say, texts=texts, lane=Lane.REPLY, when=When(now))
