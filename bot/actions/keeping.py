"""Keeping the list of a cell's people: added, corrected, given a standing, registered where they live, gone.

Everything here is for whoever keeps the members of the cell (`Right.KEEP_MEMBERS`), asked of the database in
the same transaction, and leaves an entry in the audit log.
"""

from datetime import date, datetime

from sqlmodel import col, select

from bot.actions import auditing, belonging
from bot.actions.authority import authorise
from bot.actions.belonging import Place
from bot.errors import BadInput, NotFound
from bot.rules.names import clean, normal_phone
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, ExemptReason, MembershipKind, OrganisationKind, RoleName, Status
from db import organisations, people
from db.models import Member, Organisation
from db.session import Session

NAME_LENGTH = 200
CODE_LENGTH = 64


async def add(
    session: Session, *, by: Member, cell_id: int, name: str, since: date, now: datetime, today: date
) -> Member:
    """Enter somebody into a cell, official until somebody says otherwise."""
    role = await authorise(session, by, Right.KEEP_MEMBERS, cell_id, on=today)
    await get_open_cell(session, cell_id, on=since)
    member = await belonging.enter(session, name=proper_name(name), cell_id=cell_id, since=since)
    auditing.note(
        session, AuditVerb.MEMBER_ADDED, now=now, by=by, role=role, about=member, organisation_id=cell_id
    )
    return member


async def correct(
    session: Session,
    *,
    by: Member,
    member_id: int,
    now: datetime,
    today: date,
    name: str | None = None,
    code: str | None = None,
    phone: str | None = None,
) -> Member:
    """Put name, code or telephone right; an empty code or telephone takes it away.

    BadInput for a name without letters, a telephone that is none, or a code somebody else has.
    """
    member, cell, role = await kept_by(session, by, member_id, today=today)
    if name is not None:
        member.name = proper_name(name)
    if code is not None:
        member.code = await _free_code(session, member, clean(code)[:CODE_LENGTH] or None)
    if phone is not None:
        member.phone = proper_phone(phone)
    session.add(member)
    auditing.note(
        session,
        AuditVerb.MEMBER_CORRECTED,
        now=now,
        by=by,
        role=role,
        about=member,
        organisation_id=cell.id,
    )
    return member


async def set_status(
    session: Session,
    *,
    by: Member,
    member_id: int,
    status: Status,
    since: date,
    until: date | None = None,
    now: datetime,
    today: date,
) -> Member:
    """Give a standing from a day on; one that is temporary ends by itself, and what was before goes on.

    BadInput when it would end before it begins, or is temporary without an end.
    """
    member, cell, role = await kept_by(session, by, member_id, today=today)
    check_span(since, until)
    if (status is Status.TEMPORARILY_EXEMPT) != (until is not None):
        raise BadInput("exempt_until_missing" if until is None else "status_without_end")
    await belonging.set_status(session, member_id, status, since=since, until=until)
    auditing.note(
        session, AuditVerb.STATUS_SET, now=now, by=by, role=role, about=member, organisation_id=cell.id
    )
    return member


async def set_residence(
    session: Session,
    *,
    by: Member,
    member_id: int,
    cell_id: int | None,
    exempt_reason: ExemptReason | None = None,
    since: date,
    now: datetime,
    today: date,
) -> Member:
    """Register a member with the cell where they live, exempt from its meetings or not; None: with none."""
    member, cell, role = await kept_by(session, by, member_id, today=today)
    place = None
    if cell_id is not None:
        home = await get_open_cell(session, cell_id, on=since)
        if home.id == cell.id:
            raise BadInput("residence_is_own_cell", cell=home.name)
        place = Place(home.id, exempt_reason)
    await belonging.belong(session, member_id, MembershipKind.RESIDENTIAL, place, since=since)
    auditing.note(
        session, AuditVerb.RESIDENCE_SET, now=now, by=by, role=role, about=member, organisation_id=cell.id
    )
    return member


async def leave(
    session: Session, *, by: Member, member_id: int, since: date, now: datetime, today: date
) -> Member:
    """End a membership on a day: belonging, standing and roles. What was recorded before stays."""
    member, cell, role = await kept_by(session, by, member_id, today=today)
    await belonging.leave(session, member_id, on=since)
    auditing.note(session, AuditVerb.LEFT, now=now, by=by, role=role, about=member, organisation_id=cell.id)
    return member


async def kept_by(
    session: Session, by: Member, member_id: int, *, today: date
) -> tuple[Member, Organisation, RoleName]:
    """A member, the cell of their record, and the role from which `by` keeps its people.

    The cell that counts a guest for a time does not keep their record; where there is no record any more, or
    nobody `by` may keep, it is NotFound: that somebody exists is not for everybody to know.
    """
    cell = await people.find_cell_of_record(session, member_id, on=today)
    if cell is None or cell.id is None:
        raise NotFound("member_not_here")
    role = await authorise(session, by, Right.KEEP_MEMBERS, cell.id, on=today)
    return await people.get_member(session, member_id), cell, role


async def get_open_cell(session: Session, cell_id: int, *, on: date) -> Organisation:
    """A cell that is not closed by a day; BadInput when it is another kind of organisation, or closed."""
    cell = await organisations.get(session, cell_id)
    if cell.kind is not OrganisationKind.CELL:
        raise BadInput("organisation_no_cell", name=cell.name)
    if cell.closed_on is not None and cell.closed_on <= on:
        raise BadInput("organisation_closed", name=cell.name)
    return cell


def proper_name(text: str) -> str:
    """A person's name as typed, on one line; BadInput when it has no letters or is too long."""
    name = clean(text)
    if not any(letter.isalpha() for letter in name):
        raise BadInput("member_name_empty")
    if len(name) > NAME_LENGTH:
        raise BadInput("member_name_too_long", most=NAME_LENGTH)
    return name


def proper_phone(text: str) -> str | None:
    """A telephone number in +84 form; None for an empty text, BadInput for what is no number."""
    if not clean(text):
        return None
    phone = normal_phone(text)
    if phone is None:
        raise BadInput("member_phone_unreadable")
    return phone


def check_span(since: date, until: date | None) -> None:
    """BadInput when something would end before it begins."""
    if until is not None and until <= since:
        raise BadInput("ends_before_it_begins")


async def _free_code(session: Session, member: Member, code: str | None) -> str | None:
    taken = select(Member.id).where(Member.code == code, col(Member.id) != member.id)
    if code is not None and (await session.exec(taken)).first() is not None:
        raise BadInput("member_code_taken", code=code)
    return code
