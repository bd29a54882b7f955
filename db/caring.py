"""Named reads about who has been missing regular meetings, and who looks after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.words import LeaveReason, MeetingKind, RollState
from db import organisations, people
from db.dated import holds
from db.many import is_one_of
from db.meetings import is_away
from db.models import (
    Care,
    CareNote,
    Meeting,
    MeetingState,
    Member,
    Membership,
    Reply,
    RollMark,
)
from db.session import Session, insertion

ABOUT = "care"
"""What a message is about that asks somebody to talk to a member, with the number of the follow-up."""
REPORTED = "care_talked"
"""What a message is about that says that they did."""

_REGULAR = (col(Meeting.kind) == MeetingKind.REGULAR, col(Meeting.state) == MeetingState.CLOSED)
_MISSED = (RollState.UNEXCUSED, RollState.EXCUSED)


@dataclass(frozen=True)
class Absence:
    """A regular meeting of a cell that a member missed; with the reason given, as long as it is kept."""

    cell_id: int
    starts_at: datetime
    state: RollState
    reason: LeaveReason | None
    words: str | None


@dataclass(frozen=True)
class Branch:
    """How many of a part of the tree have been missing this year, and how many of them are looked after or back."""

    organisation_id: int
    amber: int
    red: int
    looked_after: int
    back: int


async def get(session: Session, care_id: int) -> Care:
    """A follow-up; NotFound when there is none."""
    found = await session.get(Care, care_id)
    if found is None:
        raise NotFound
    return found


async def find_newest(session: Session, cell_id: int, member_id: int) -> Care | None:
    """The cell's last follow-up with a member."""
    query = (
        select(Care)
        .where(Care.cell_id == cell_id, Care.member_id == member_id)
        .order_by(col(Care.year).desc())
        .limit(1)
        .with_for_update()
    )
    return (await session.exec(query)).first()


async def begin(session: Session, cell_id: int, member_id: int, *, year: int, now: datetime) -> None:
    """Begin a follow-up; nothing happens where the year has one."""
    new = {"cell_id": cell_id, "member_id": member_id, "year": year, "opened_at": now}
    await session.execute(insertion(session)(Care).values(**new).on_conflict_do_nothing())


async def list_marks(
    session: Session, cell_id: int, *, since: date, on: date
) -> list[tuple[Member, date, datetime, RollState, Care | None]]:
    """What rolls say of everybody the cell counts on a day: member, month, start and state, oldest first.

    Of regular meetings scheduled for the months from `since` on, in whichever cell; with the follow-up of the year,
    or one that still goes on.
    """
    query = (
        select_rows(Member, col(Meeting.month), col(Meeting.starts_at), col(RollMark.state), Care)
        .select_from(Member)
        .join(Membership, _counts(cell_id, on))
        .join(RollMark, col(RollMark.member_id) == Member.id)
        .join(Meeting, and_(col(Meeting.id) == RollMark.meeting_id, *_REGULAR))
        .outerjoin(Care, _followed(cell_id, Member.id, on.year))
        .where(col(Meeting.month) >= since)
        .order_by(col(Meeting.starts_at))
    )
    return [tuple(row) for row in (await session.execute(query)).all()]


async def list_absences(session: Session, member_id: int, *, since: date) -> list[Absence]:
    """The regular meetings from a month on that a member missed, oldest first."""
    query = (
        select_rows(
            col(Meeting.cell_id),
            col(Meeting.starts_at),
            col(RollMark.state),
            col(Reply.reason),
            col(Reply.words),
        )
        .select_from(RollMark)
        .join(Meeting, and_(col(Meeting.id) == RollMark.meeting_id, *_REGULAR))
        .outerjoin(
            Reply, and_(col(Reply.meeting_id) == Meeting.id, col(Reply.member_id) == RollMark.member_id)
        )
        .where(col(RollMark.member_id) == member_id, col(RollMark.state).in_(_MISSED))
        .where(col(Meeting.month) >= since)
        .order_by(col(Meeting.starts_at))
    )
    return [Absence(*row) for row in (await session.execute(query)).all()]


async def list_notes(session: Session, care_id: int) -> list[tuple[CareNote, Member]]:
    """The notes of a follow-up with who wrote them, oldest first; without those whose words are gone."""
    query = (
        select(CareNote, Member)
        .join(Member, col(Member.id) == CareNote.by_id)
        .where(CareNote.care_id == care_id, CareNote.words != "")
        .order_by(col(CareNote.id))
    )
    return list((await session.exec(query)).all())


async def list_going_on(session: Session, cell_id: int, *, before: datetime) -> list[tuple[Care, Member]]:
    """The follow-ups of a cell that were opened before a moment and still go on."""
    query = (
        select(Care, Member)
        .join(Member, col(Member.id) == Care.member_id)
        .where(Care.cell_id == cell_id, col(Care.came_back_at).is_(None), col(Care.opened_at) < before)
        .with_for_update(of=Care)
    )
    return list((await session.exec(query)).all())


async def list_asked_of(session: Session, talker_id: int) -> list[tuple[Care, Member]]:
    """Whom a member was asked to talk to and has not said that they did; the oldest first."""
    query = (
        select(Care, Member)
        .join(Member, col(Member.id) == Care.member_id)
        .where(Care.talker_id == talker_id, col(Care.talked_at).is_(None), col(Care.came_back_at).is_(None))
        .order_by(col(Care.id))
    )
    return list((await session.exec(query)).all())


async def count_branches(session: Session, organisation_id: int, *, on: date) -> list[Branch]:
    """The year's numbers for each organisation directly below one, its whole subtree taken together; for a cell its
    own. Those in which nobody has been missing for two months are left out.

    One statement for a subtree of any size: the marks without a reason are found by their partial index.
    """
    branches = organisations.branches(organisation_id)
    person = _persons(branches, on)
    back = and_(person.c.care.is_not(None), person.c.back >= person.c.missed)
    count = func.count
    query = (
        select_rows(
            person.c.branch,
            count().filter(person.c.months == 2),
            count().filter(person.c.months >= 3),
            count().filter(and_(person.c.care.is_not(None), person.c.back.is_(None))),
            count().filter(back),
        )
        .group_by(person.c.branch)
        .order_by(person.c.branch)
    )
    return [Branch(*row) for row in await session.rows(query)]


def _persons(branches: Any, on: date) -> Any:
    """Everybody below who missed two months or more: how many, when last, and how the follow-up stands."""
    missed = _missed(on.year)
    here, member = col(Membership.cell_id), col(Membership.member_id)
    return (
        select_rows(
            branches.c.branch,
            missed.c.months,
            missed.c.last.label("missed"),
            col(Care.id).label("care"),
            col(Care.came_back_at).label("back"),
        )
        .select_from(missed)
        .join(Member, col(Member.id) == missed.c.member_id)
        .join(Membership, _counts(here, on))
        .join(branches, branches.c.id == here)
        .outerjoin(Care, _followed(here, member, on.year))
        .subquery()
    )


def _missed(year: int) -> Any:
    """Who missed two months of a year or more, wherever: their number, how many months, and when last.

    It begins with the year's meetings and looks their absences up: to ask each member of a subtree for theirs would
    be quicker for a cell, and slower by far for a province.
    """
    months = func.count(func.distinct(col(Meeting.month)))
    return (
        select_rows(
            col(RollMark.member_id), months.label("months"), func.max(col(Meeting.starts_at)).label("last")
        )
        .join(Meeting, and_(col(Meeting.id) == RollMark.meeting_id, *_REGULAR))
        .where(is_one_of(RollMark.state, RollState.UNEXCUSED))
        .where(col(Meeting.month) >= date(year, 1, 1), col(Meeting.month) <= date(year, 12, 31))
        .group_by(col(RollMark.member_id))
        .having(months >= 2)
        .subquery()
    )


def _counts(cell_id: Any, on: date) -> ColumnElement[bool]:
    """That a Membership makes a Member one of those a cell counts on a day: of record and not away, or for a time."""
    here = (
        col(Membership.member_id) == Member.id,
        col(Membership.cell_id) == cell_id,
        col(Membership.kind).in_(people.COUNTED),
        holds(Membership, on),
    )
    return and_(*here, ~is_away(cell_id, on))


def _followed(cell_id: Any, member_id: Any, year: int) -> ColumnElement[bool]:
    """That a Care is the cell's follow-up with a member: of this year, or one that still goes on."""
    current = or_(col(Care.year) == year, col(Care.came_back_at).is_(None))
    return and_(col(Care.cell_id) == cell_id, col(Care.member_id) == member_id, current)


def total(branches: Sequence[Branch], organisation_id: int) -> Branch:
    """All parts of the tree taken together."""
    names = ("amber", "red", "looked_after", "back")
    return Branch(organisation_id, *(sum(getattr(each, name) for each in branches) for name in names))
