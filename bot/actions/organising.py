"""The tree of organisations: made, renamed, moved, merged, split and closed, each from a day on.

The past stays readable (`db.organisations.find_period`). A day in the future is a plan: members and roles go
over by their own periods, and `take_effect` brings the tree as it stands today in line when the day has come.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import col, or_, select

from bot.actions import belonging
from bot.errors import BadInput, Refusal, TooLate
from bot.rules.names import clean, fold
from bot.rules.trees import has_circle
from bot.rules.words import OrganisationKind
from db import organisations, succession
from db.models import Organisation, OrganisationPeriod, Succession, SuccessionKind
from db.organisations import ALWAYS
from db.session import Session

NAME_LENGTH = 200


async def found(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    parent_id: int | None,
    since: date,
    official_code: str | None = None,
) -> Organisation:
    """Make an organisation. BadInput for a name without letters, or a code or place that cannot be."""
    parent = await organisations.get(session, parent_id) if parent_id is not None else None
    name = _name(name)
    _check_place(kind, parent)
    if official_code and await organisations.find_by_official_code(session, official_code):
        raise BadInput("organisation_code_taken", code=official_code)
    code = await _free_code(session, name)
    made = Organisation(
        code=code, official_code=official_code or None, name=name, kind=kind, parent_id=parent_id
    )
    session.add(made)
    await session.flush()
    session.add(_period(made, since=since))
    await session.flush()
    return made


async def rename(
    session: Session, organisation: Organisation, name: str, *, since: date, today: date
) -> None:
    """Give it another name from a day on."""
    await _change(session, organisation, since=since, today=today, name=_name(name))


async def sort(session: Session, organisation: Organisation, kind: str) -> None:
    """Say what kind of cell it is, or none; BadInput for what is no cell."""
    if organisation.kind is not OrganisationKind.CELL:
        raise BadInput("organisation_no_cell", name=organisation.name)
    organisation.sort = kind
    session.add(organisation)
    await session.flush()


async def move(
    session: Session, organisation: Organisation, parent_id: int, *, since: date, today: date
) -> None:
    """Put it, with everything below it, under another organisation from a day on."""
    parent = await organisations.get(session, parent_id)
    _check_place(organisation.kind, parent)
    _check_open(parent, since)
    await _change(session, organisation, since=since, today=today, parent_id=parent_id)
    for day in {since, *await organisations.list_days_of_change(session, since=since)}:
        if has_circle(await organisations.list_parents(session, on=day)):
            raise BadInput("organisation_below_itself", name=organisation.name)


async def merge(
    session: Session, gone: Organisation, into: Organisation, *, since: date, now: datetime, today: date
) -> set[int]:
    """Let one organisation be part of another of its kind from a day on; the members it concerns.

    Its members and what is below it go over; its roles end, and it is closed.
    """
    assert gone.id is not None and into.id is not None
    if gone.id == into.id or gone.kind is not into.kind:
        raise BadInput("organisation_other_kind", name=into.name)
    _check_open(gone, since)
    _check_open(into, since)
    for child in await organisations.list_children(session, gone.id):
        await move(session, child, into.id, since=since, today=today)
    carried = await belonging.carry_members(session, gone.id, into.id, since=since)
    await _succeed(session, gone, into, SuccessionKind.MERGE, since=since)
    await close(session, gone, since=since, now=now, today=today)
    return carried


async def split(
    session: Session,
    organisation: Organisation,
    *,
    name: str,
    members: Sequence[int],
    since: date,
    today: date,
) -> tuple[Organisation, set[int]]:
    """Make a new organisation beside this one, of some of its members; it, and who went over."""
    assert organisation.id is not None
    _check_open(organisation, since)
    made = await found(
        session, name=name, kind=organisation.kind, parent_id=organisation.parent_id, since=since
    )
    assert made.id is not None
    carried = await belonging.carry_members(session, organisation.id, made.id, since=since, members=members)
    if not carried:
        raise BadInput("organisation_split_nobody", name=organisation.name)
    for member_id in carried:
        await belonging.end_roles(session, on=since, member_id=member_id, organisation_id=organisation.id)
    await _succeed(session, organisation, made, SuccessionKind.SPLIT, since=since)
    return made, carried


async def close(
    session: Session, organisation: Organisation, *, since: date, now: datetime, today: date
) -> None:
    """End it on a day. Refused while somebody belongs to it, or something open is below it."""
    assert organisation.id is not None
    _check_open(organisation, since)
    if await organisations.count_belonging(session, organisation.id, on=since):
        raise Refusal("organisation_has_members", name=organisation.name)
    if organisation.id in (await organisations.list_parents(session, on=since)).values():
        raise Refusal("organisation_has_children", name=organisation.name)
    current = await _open_period(session, organisation, since=since)
    current.until = since
    organisation.closed_on = since
    session.add_all([current, organisation])
    await belonging.end_roles(session, on=since, organisation_id=organisation.id)
    await take_effect(session, now=now, today=today)


async def take_effect(session: Session, *, now: datetime, today: date) -> int:
    """Bring the tree in line with what was planned up to today; how many organisations and successions it was."""
    changed = await succession.list_out_of_date(session, on=today)
    for organisation, period in changed:
        organisation.name, organisation.kind, organisation.parent_id = (
            period.name,
            period.kind,
            period.parent_id,
        )
        session.add(organisation)
    due = await succession.list_due(session, on=today)
    for each in due:
        await succession.carry_over(session, each)
        each.carried = True
        session.add(each)
    await session.flush()
    ended = await succession.end_plans(session, now=now, on=today)
    return len(changed) + len(due) + ended


async def _change(
    session: Session,
    organisation: Organisation,
    *,
    since: date,
    today: date,
    name: str | None = None,
    parent_id: int | None = None,
) -> None:
    _check_open(organisation, since)
    current = await _open_period(session, organisation, since=since)
    new = OrganisationPeriod(
        organisation_id=current.organisation_id,
        name=name or current.name,
        kind=current.kind,
        parent_id=parent_id or current.parent_id,
        since=since,
    )
    if current.since == since:  # put right on the day it was entered: no period of no length
        current.name, current.parent_id = new.name, new.parent_id
        session.add(current)
    else:
        current.until = since
        session.add(current)
        await session.flush()
        session.add(new)
    await session.flush()
    if since <= today:
        organisation.name, organisation.parent_id = new.name, new.parent_id
        session.add(organisation)
        await session.flush()


async def _open_period(session: Session, organisation: Organisation, *, since: date) -> OrganisationPeriod:
    """The last period, which is open; TooLate when it began after the day something else is to begin."""
    query = select(OrganisationPeriod).where(
        OrganisationPeriod.organisation_id == organisation.id, col(OrganisationPeriod.until).is_(None)
    )
    found = (await session.exec(query.with_for_update())).first()
    if found is None:
        found = _period(organisation, since=ALWAYS)
        session.add(found)
        await session.flush()
    if found.since > since:
        raise TooLate("organisation_changed_later", name=organisation.name, day=found.since)
    return found


async def _succeed(
    session: Session, old: Organisation, new: Organisation, kind: SuccessionKind, *, since: date
) -> None:
    assert old.id is not None and new.id is not None
    session.add(Succession(from_id=old.id, to_id=new.id, kind=kind, since=since))
    await session.flush()


def _period(organisation: Organisation, *, since: date) -> OrganisationPeriod:
    assert organisation.id is not None
    return OrganisationPeriod(
        organisation_id=organisation.id,
        name=organisation.name,
        kind=organisation.kind,
        parent_id=organisation.parent_id,
        since=since,
    )


def _name(text: str) -> str:
    name = clean(text)[:NAME_LENGTH]
    if not any(letter.isalnum() for letter in name):
        raise BadInput("organisation_name_empty")
    return name


def _check_open(organisation: Organisation, on: date) -> None:
    if organisation.closed_on is not None and organisation.closed_on <= on:
        raise TooLate("organisation_closed", name=organisation.name)


def _check_place(kind: OrganisationKind, parent: Organisation | None) -> None:
    """A Party group is inside a cell; nothing else is below a cell, and nothing is below a group."""
    above = parent.kind if parent else None
    if (kind is OrganisationKind.GROUP) != (
        above is OrganisationKind.CELL
    ) or above is OrganisationKind.GROUP:
        raise BadInput("organisation_place", name=parent.name if parent else "")


def code_of(name: str) -> str:
    """A code from a name: `Chi bộ thôn Séo Mý Tỷ` → `thon-seo-my-ty`."""
    short = re.sub(r"^(chi bo|dang bo|dang uy) ", "", fold(name))
    return re.sub(r"[^a-z0-9]+", "-", short).strip("-")[:48] or "to-chuc"


async def _free_code(session: Session, name: str) -> str:
    """A code from a name that nobody has yet: with a number behind it when it is taken."""
    code = code_of(name)
    alike = or_(Organisation.code == code, col(Organisation.code).like(f"{code}-%"))
    taken = set((await session.exec(select(Organisation.code).where(alike))).all())
    return next(c for n in range(1, 10_000) if (c := code if n == 1 else f"{code}-{n}") not in taken)
