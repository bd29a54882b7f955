"""Whom a notice is for: the query finds exactly whom a plain recount finds, whatever it is narrowed by."""

from datetime import date
from itertools import product

import pytest
from sqlmodel import select

from bot.rules.words import MembershipKind, OrganisationKind, RoleName, Status
from db import notices
from db.models import Member, Membership, Notice, Organisation, Role, StatusPeriod
from db.session import Database, Session
from tests.people import JOINED, START, found

TODAY = START.date()
LONG_AGO, YESTERDAY = date(2020, 1, 1), date(2026, 3, 1)
KINDS = ("Cơ quan", "Thôn", "")
STATUSES = (None, *Status)
ROLES = (None, RoleName.SECRETARY, RoleName.DEPUTY, RoleName.ROLL_TAKER)
NARROWED = [
    {},
    {"cell_kinds": ["Cơ quan"]},
    {"cell_kinds": ["Cơ quan", "Thôn"]},
    {"cell_kinds": ["Trường học"]},
    {"roles": ["secretary"]},
    {"roles": ["deputy", "secretary"]},
    {"statuses": ["official"]},
    {"statuses": ["probationary"]},
    {"statuses": ["exempt", "official"]},
    {"statuses": ["temporarily_exempt", "exempt"]},
    {"cell_kinds": ["Thôn"], "roles": ["secretary", "deputy"], "statuses": ["official"]},
]


async def settle(session: Session) -> dict[str, int]:
    """Two communes with cells of every kind; in each cell somebody of every status and role, now or before."""
    top = await found(session, "tinh", "Đảng bộ tỉnh", OrganisationKind.PROVINCE)
    places = {"tinh": top}
    for commune in ("x", "y"):
        places[commune] = await found(session, commune, f"Xã {commune}", OrganisationKind.COMMUNE, top)
        for kind in KINDS:
            name = f"{commune}-{kind or 'none'}"
            cell = await found(session, name, f"Chi bộ {name}", OrganisationKind.CELL, places[commune])
            (await session.get_one(Organisation, cell)).sort = kind
            places[name] = cell
            for status, role in product(STATUSES, ROLES):
                await person(session, cell, status, role, until=None)
            await person(session, cell, Status.OFFICIAL, RoleName.SECRETARY, until=YESTERDAY)
    guest = await person(session, places["x-Thôn"], Status.OFFICIAL, None, until=None)
    here = {"cell_id": places["y-Cơ quan"], "since": YESTERDAY}
    session.add(Membership(member_id=guest, kind=MembershipKind.TEMPORARY, **here))
    session.add(Membership(member_id=guest, kind=MembershipKind.RESIDENTIAL, **here))
    elsewhere = await person(session, places["x-Thôn"], None, None, until=None)
    session.add(
        Role(member_id=elsewhere, organisation_id=places["y-Thôn"], name=RoleName.SECRETARY, since=JOINED)
    )
    await session.flush()
    return places


async def person(
    session: Session, cell: int, status: Status | None, role: RoleName | None, *, until: date | None
) -> int:
    """A member of a cell; `until`: of all of it, the first day it no longer holds."""
    member = Member(name="Ai đó")
    session.add(member)
    await session.flush()
    assert member.id is not None
    period = {"member_id": member.id, "since": JOINED, "until": until}
    session.add(Membership(cell_id=cell, kind=MembershipKind.RECORD, **period))
    if status is not None:  # who once was in probation is what they are now
        before = {"member_id": member.id, "since": LONG_AGO, "until": JOINED}
        session.add(StatusPeriod(status=Status.PROBATIONARY, **before))
        session.add(StatusPeriod(status=status, **period))
    if role is not None:
        session.add(Role(organisation_id=cell, name=role, **period))
    return member.id


async def recount(session: Session, notice: Notice) -> dict[int, int]:
    """Everybody it is for with the cell that counts them, found by looking at all rows one by one."""
    places = {each.id: each for each in (await session.exec(select(Organisation))).all()}

    def below(number: int | None) -> bool:
        while number is not None and number != notice.audience_id:
            number = places[number].parent_id
        return number is not None

    def now(row: Membership | Role | StatusPeriod) -> bool:
        return row.since <= TODAY and (row.until is None or row.until > TODAY)

    roles = [role for role in (await session.exec(select(Role))).all() if now(role)]
    holding = {r.member_id for r in roles if str(r.name) in notice.roles and below(r.organisation_id)}
    periods = [period for period in (await session.exec(select(StatusPeriod))).all() if now(period)]
    status = {period.member_id: str(period.status) for period in periods}
    counted: dict[int, int] = {}
    for row in sorted(
        (await session.exec(select(Membership))).all(), key=lambda row: row.kind == "temporary"
    ):
        if not now(row) or row.kind is MembershipKind.RESIDENTIAL or not below(row.cell_id):
            continue
        if notice.cell_kinds and places[row.cell_id].sort not in notice.cell_kinds:
            continue
        if notice.roles and row.member_id not in holding:
            continue
        if notice.statuses and status.get(row.member_id, "official") not in notice.statuses:
            continue
        counted[row.member_id] = row.cell_id or 0
    return counted


@pytest.mark.parametrize("place", ["tinh", "x", "y-Thôn"])
async def test_an_audience_is_whom_a_plain_recount_finds(database: Database, place: str) -> None:
    async with database.write() as session:
        places = await settle(session)
    async with database.read() as session:
        for narrowed in NARROWED:
            notice = Notice(issuer_id=1, audience_id=places[place], author_id=1, title="", created_at=START)
            for column, values in narrowed.items():
                setattr(notice, column, values)
            expected = await recount(session, notice)
            listed = {row[0]: row[1] for row in await session.rows(notices.audience(notice, TODAY))}
            assert listed == expected, narrowed
            cells = await notices.count_audience(session, notice, on=TODAY)
            assert sum(cell.recipients for cell in cells) == len(expected)
            assert len(cells) == len(set(expected.values()))
