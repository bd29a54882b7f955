"""Whether somebody may: asked of the database, inside the transaction that acts, every time."""

from collections.abc import Callable
from datetime import date

from sqlmodel import col, select

from bot.errors import NotAllowed
from bot.rules.permissions import ALLOWED, Right, allows
from bot.rules.words import MeetingKind, RoleName
from db import organisations, people
from db.dated import holds
from db.models import Meeting, Member, Organisation, Role
from db.session import Session


async def authorise(
    session: Session, member: Member, right: Right, organisation_id: int, *, on: date
) -> RoleName:
    """The role that gives the member the right for the organisation on that day; NotAllowed when none does."""
    role = await find_role(
        session, member, organisation_id, lambda role, here: allows(role, right, at_the_place=here), on=on
    )
    if role is None:
        raise NotAllowed
    return role


async def authorise_meeting(
    session: Session, member: Member, meeting: Meeting, right: Right, *, on: date
) -> RoleName:
    """As `authorise`, for a meeting: what a cell's leaders do for the cell's, officers do for their committee's."""
    needed = Right.CALL_COMMITTEE if meeting.kind is MeetingKind.COMMITTEE else right
    return await authorise(session, member, needed, meeting.cell_id, on=on)


async def find_role(
    session: Session,
    member: Member,
    organisation_id: int,
    serves: Callable[[RoleName, bool], bool],
    *,
    on: date,
) -> RoleName | None:
    """A role a member holds for an organisation, or for what is above it, that serves; None when none does.

    `serves` hears the role, and whether it was given for the organisation itself.
    """
    assert member.id is not None
    lineage = await organisations.list_lineage(session, organisation_id)
    for role in await people.list_roles(session, member.id, on=on):
        if role.organisation_id in lineage and serves(role.name, role.organisation_id == organisation_id):
            return role.name
    return None


async def list_places(session: Session, member: Member, right: Right, *, on: date) -> list[Organisation]:
    """The organisations the member was given a right for, by code; not what lies below them."""
    query = (
        select(Organisation)
        .join(Role, col(Role.organisation_id) == Organisation.id)
        .where(Role.member_id == member.id, col(Role.name).in_(ALLOWED[right]), holds(Role, on))
        .order_by(col(Organisation.code))
    )
    return list((await session.exec(query)).unique().all())


async def get_led_cell(session: Session, member: Member, *, on: date) -> Organisation:
    """The cell the member leads; NotAllowed for everybody else. The first one for who leads several."""
    places = await list_places(session, member, Right.LEAD, on=on)
    if not places:
        raise NotAllowed("only_secretary")
    return places[0]


async def list_role_names(session: Session, member: Member, *, on: date) -> set[RoleName]:
    """The names of the roles a person holds, for choosing a menu (never for allowing anything)."""
    assert member.id is not None
    return {role.name for role in await people.list_roles(session, member.id, on=on)}
