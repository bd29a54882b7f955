"""Named reads about study notices: whom they are for, what arrived, and who confirmed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.names import given_name_key
from bot.rules.words import MembershipKind, Status
from bot.texts import LANGUAGES
from db import organisations, people
from db.dated import holds
from db.models import (
    Account,
    Delivery,
    DeliveryState,
    Link,
    Meeting,
    Member,
    Membership,
    Message,
    Notice,
    NoticeFile,
    NoticeState,
    Organisation,
    Recipient,
    Role,
    StatusPeriod,
)
from db.session import Session

ABOUT = "notice"
"""What the messages of a notice are `about`."""
ASKED = "notice_asked"
"""What later messages are `about` that ask for the confirmation of one."""

NEWEST_FIRST = (col(Notice.sent_at).desc(), col(Notice.id).desc())


@dataclass(frozen=True)
class Counts:
    """How far a notice got: members it is for, reached by it, who confirmed, and whom no chat can reach.

    A member is reached when one of their chats got every part, or when they confirmed. Of those who confirmed
    `in_person` were told by who leads their cell, `at_meeting` were at a meeting that studied it together.
    """

    recipients: int = 0
    delivered: int = 0
    confirmed: int = 0
    without_channel: int = 0
    in_person: int = field(default=0, kw_only=True)
    at_meeting: int = field(default=0, kw_only=True)

    @property
    def rate(self) -> float | None:
        """The part of the recipients who confirmed; None without recipients."""
        return self.confirmed / self.recipients if self.recipients else None


@dataclass(frozen=True)
class CellCounts(Counts):
    """The same of one cell."""

    cell: str = ""
    cell_id: int = field(default=0, kw_only=True, compare=False)


@dataclass(frozen=True)
class Standing:
    """How a notice stands for a member: confirmed when, told by whom in person, at which meeting; None where not."""

    member: Member
    confirmed_at: datetime | None
    told_by: str | None
    met_at: datetime | None


@dataclass(frozen=True)
class Unconfirmed:
    """A recipient who has not confirmed, and whether a chat can reach them."""

    member: Member
    reachable: bool


async def get(session: Session, notice_id: int, *, for_update: bool = False) -> Notice:
    """The notice; NotFound when there is none. `for_update` lets nobody else change it until the end."""
    query = select(Notice).where(Notice.id == notice_id)
    found = (await session.exec(query.with_for_update() if for_update else query)).first()
    if found is None:
        raise NotFound
    return found


async def get_recipient(session: Session, notice_id: int, member_id: int) -> Recipient:
    """The notice as it stands for one member; NotFound when it is not for them."""
    query = select(Recipient).where(Recipient.notice_id == notice_id, Recipient.member_id == member_id)
    found = (await session.exec(query.with_for_update())).first()
    if found is None:
        raise NotFound("notice_not_yours")
    return found


async def list_files(session: Session, notice: Notice) -> list[int]:
    """The media of a notice, as they are to be sent."""
    query = select(NoticeFile.media_id).where(NoticeFile.notice_id == notice.id)
    further = (await session.exec(query.order_by(col(NoticeFile.id)))).all()
    return [*([] if notice.media_id is None else [notice.media_id]), *further]


def replacing(newer: Any) -> tuple[ColumnElement[bool], ...]:
    """That `newer`, another Notice of the query, is released and takes the place of its Notice."""
    return (
        col(newer.replaces_id) == Notice.id,
        col(newer.state) != NoticeState.DRAFT,
        col(newer.cancelled_at).is_(None),
    )


async def list_drafts(session: Session, author_id: int) -> list[Notice]:
    """What an author has begun and has not asked to leave."""
    asked = and_(col(Notice.approval_asked_at).is_not(None), col(Notice.approved_at).is_(None))
    query = select(Notice).where(Notice.author_id == author_id, Notice.state == NoticeState.DRAFT)
    query = query.where(col(Notice.leaves_at).is_(None), ~asked)
    return list((await session.exec(query)).all())


async def list_issued(session: Session, issuer_ids: Collection[int], *, limit: int) -> list[Notice]:
    """The notices these organisations released, newest first."""
    query = select(Notice).where(col(Notice.issuer_id).in_(issuer_ids), Notice.state != NoticeState.DRAFT)
    return list((await session.exec(query.order_by(*NEWEST_FIRST).limit(limit))).all())


async def list_from_above(session: Session, organisation_id: int, *, limit: int) -> list[Notice]:
    """The notices that what is above an organisation released and that went to somebody in it, newest first."""
    above = (await organisations.list_lineage(session, organisation_id))[1:]
    below = organisations.subtree(organisation_id)
    went = select_rows(col(Recipient.notice_id)).where(
        col(Recipient.notice_id) == Notice.id, col(Recipient.cell_id).in_(below)
    )
    query = (
        select(Notice)
        .where(col(Notice.issuer_id).in_(above), Notice.state != NoticeState.DRAFT, went.exists())
        .order_by(*NEWEST_FIRST)
        .limit(limit)
    )
    return list((await session.exec(query)).all())


async def list_of_cells(
    session: Session, cell_ids: Collection[int], *, limit: int
) -> list[tuple[Notice, int]]:
    """The notices that went to members of these cells, each with the cell, newest first."""
    went = (
        select(Recipient.notice_id, Recipient.cell_id).where(col(Recipient.cell_id).in_(cell_ids)).distinct()
    )
    to = went.subquery()
    query = select_rows(Notice, to.c.cell_id).join(to, to.c.notice_id == Notice.id)
    found = await session.execute(query.order_by(*NEWEST_FIRST).limit(limit))
    return [(notice, cell_id) for notice, cell_id in found.all()]


async def list_received(
    session: Session, member_id: int, *, limit: int
) -> list[tuple[Notice, Organisation, datetime | None]]:
    """The notices for a member, newest first, with their issuers and when the member confirmed each."""
    query = (
        select(Notice, Organisation, col(Recipient.confirmed_at))
        .join(Recipient, col(Recipient.notice_id) == Notice.id)
        .join(Organisation, col(Organisation.id) == Notice.issuer_id)
        .where(Recipient.member_id == member_id)
        .order_by(*NEWEST_FIRST)
        .limit(limit)
    )
    return list((await session.exec(query)).all())


async def count_audience(session: Session, notice: Notice, *, on: date) -> list[CellCounts]:
    """How many members a notice is for in each cell, by the cell's code; nothing is sent yet."""
    counted = audience(notice, on).subquery()
    reachable = with_channel().subquery()
    query = (
        select_rows(col(Organisation.name), func.count(), func.count() - func.count(reachable.c.member_id))
        .select_from(counted)
        .join(Organisation, col(Organisation.id) == counted.c.cell_id)
        .outerjoin(reachable, reachable.c.member_id == counted.c.member_id)
        .group_by(col(Organisation.id))
        .order_by(col(Organisation.code))
    )
    found = (await session.execute(query)).all()
    return [CellCounts(members, 0, 0, without, cell) for cell, members, without in found]


async def count_recipients(session: Session, notice_id: int) -> list[CellCounts]:
    """How far a released notice got in each cell, by the cell's code."""
    messages = select(func.count()).where(Message.about == ABOUT, Message.about_id == notice_id)
    parts = (await session.exec(messages)).one() // len(LANGUAGES)
    reached, reachable = _reached(notice_id, parts).subquery(), with_channel().subquery()
    delivered = or_(col(Recipient.confirmed_at).is_not(None), reached.c.member_id.is_not(None))
    query = (
        select_rows(
            func.count(),
            func.count(case((delivered, 1))),
            func.count(col(Recipient.confirmed_at)),
            func.count() - func.count(reachable.c.member_id),
            col(Organisation.name),
            func.count(col(Recipient.told_by)),
            func.count(col(Recipient.meeting_id)),
            col(Organisation.id),
        )
        .select_from(Recipient)
        .join(Organisation, col(Organisation.id) == Recipient.cell_id)
        .outerjoin(reached, reached.c.member_id == Recipient.member_id)
        .outerjoin(reachable, reachable.c.member_id == Recipient.member_id)
        .where(col(Recipient.notice_id) == notice_id)
        .group_by(col(Organisation.id))
        .order_by(col(Organisation.code))
    )
    return [
        CellCounts(*counts, in_person=told, at_meeting=met, cell_id=number)
        for *counts, told, met, number in (await session.execute(query)).all()
    ]


def total(cells: Iterable[Counts]) -> Counts:
    """All cells together."""
    listed = list(cells)
    return Counts(
        sum(c.recipients for c in listed),
        sum(c.delivered for c in listed),
        sum(c.confirmed for c in listed),
        sum(c.without_channel for c in listed),
        in_person=sum(c.in_person for c in listed),
        at_meeting=sum(c.at_meeting for c in listed),
    )


async def list_unconfirmed(session: Session, notice_id: int, cell_id: int) -> list[Unconfirmed]:
    """A cell's recipients who have not confirmed, in Vietnamese name order."""
    reachable = with_channel().subquery()
    query = (
        select_rows(Member, reachable.c.member_id)
        .join(Recipient, col(Recipient.member_id) == Member.id)
        .outerjoin(reachable, reachable.c.member_id == Member.id)
        .where(col(Recipient.notice_id) == notice_id, col(Recipient.cell_id) == cell_id)
        .where(col(Recipient.confirmed_at).is_(None))
    )
    found = [Unconfirmed(member, chat is not None) for member, chat in (await session.execute(query)).all()]
    return sorted(found, key=lambda each: given_name_key(each.member.name))


async def list_standings(session: Session, notice_id: int, cell_id: int) -> list[Standing]:
    """How a notice stands for each of a cell's recipients, in Vietnamese name order."""
    teller = aliased(Member)
    query = (
        select_rows(Member, col(Recipient.confirmed_at), col(teller.name), col(Meeting.starts_at))
        .join(Recipient, col(Recipient.member_id) == Member.id)
        .outerjoin(teller, col(teller.id) == Recipient.told_by)
        .outerjoin(Meeting, col(Meeting.id) == Recipient.meeting_id)
        .where(col(Recipient.notice_id) == notice_id, col(Recipient.cell_id) == cell_id)
    )
    found = [Standing(*row) for row in (await session.execute(query)).all()]
    return sorted(found, key=lambda each: given_name_key(each.member.name))


def audience(notice: Notice, on: date) -> Select[Any]:
    """Whom a notice is for on a day: members of record or transferred in, each once.

    - of one that corrects another: who got that one, whatever became of them, and nobody else
    - who is both counts where they are transferred to
    - in cells of the audience; where kinds are named, in cells of these kinds
    - where roles are named, with one of them in the audience; where statuses are named, with one of them

    All of it is asked as values and nothing is joined: so PostgreSQL can read a step's members in the order of the
    index, and need not sort everybody to find the next few; what a value is compared with is small and hashed once.
    """
    if notice.corrects_id is not None:
        return _who_got(notice.corrects_id)
    member, cell = col(Membership.member_id), col(Membership.cell_id)
    transferred = case((col(Membership.kind) == MembershipKind.TEMPORARY, cell))
    below = organisations.subtree(notice.audience_id)  # once: a statement holds a name but once
    wanted = [
        cell.in_(_cells(notice, below)),
        *_with_roles(notice, member, below, on),
        *_with_statuses(notice, member, on),
    ]
    return (
        select_rows(member, func.coalesce(func.max(transferred), func.max(cell)).label("cell_id"))
        .where(*(each.is_(True) for each in wanted), holds(Membership, on))
        .where(col(Membership.kind).in_(people.COUNTED))
        .group_by(member)
    )


def _who_got(notice_id: int) -> Select[Any]:
    """Recipients one of whose chats got, or may have got, a part of a notice while it was theirs."""
    messages = select_rows(col(Message.id)).where(
        col(Message.about) == ABOUT, col(Message.about_id) == notice_id
    )
    arrived = (
        select_rows(col(Delivery.id))
        .join(Link, col(Link.account_id) == Delivery.account_id)
        .where(col(Link.member_id) == Recipient.member_id, col(Link.since) <= col(Delivery.settled_at))
        .where(or_(col(Link.until).is_(None), col(Link.until) > col(Delivery.settled_at)))
        .where(col(Delivery.message_id).in_(messages))
        .where(col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.UNKNOWN)))
        .exists()
    )
    columns: tuple[Any, ...] = (col(Recipient.member_id), col(Recipient.cell_id))
    return select_rows(*columns).where(col(Recipient.notice_id) == notice_id, arrived)


def _cells(notice: Notice, below: Select[Any]) -> Select[Any]:
    if not notice.cell_kinds:
        return below
    return select_rows(col(Organisation.id)).where(
        col(Organisation.id).in_(below), col(Organisation.sort).in_(notice.cell_kinds)
    )


def _with_roles(notice: Notice, member: Any, below: Select[Any], on: date) -> Iterator[ColumnElement[bool]]:
    if notice.roles:
        holders = select_rows(col(Role.member_id)).where(col(Role.name).in_(notice.roles), holds(Role, on))
        yield member.in_(holders.where(col(Role.organisation_id).in_(below)))


def _with_statuses(notice: Notice, member: Any, on: date) -> Iterator[ColumnElement[bool]]:
    """Who has no status of their own is official, and nearly everybody is: then the others are left out."""
    if not notice.statuses:
        return
    status = col(StatusPeriod.status)
    having = select_rows(col(StatusPeriod.member_id)).where(holds(StatusPeriod, on))
    if Status.OFFICIAL in notice.statuses:
        yield member.not_in(having.where(status.not_in(notice.statuses)))
    else:
        yield member.in_(having.where(status.in_(notice.statuses)))


def with_channel() -> Select[Any]:
    """Members whom some chat can reach now."""
    return (
        select_rows(col(Link.member_id))
        .join(Account, col(Account.id) == Link.account_id)
        .where(col(Link.until).is_(None), col(Account.unreachable_at).is_(None))
        .distinct()
    )


def _reached(notice_id: int, parts: int) -> Select[Any]:
    """Members one of whose chats got every part, while the chat was theirs."""
    arrived = (
        select_rows(col(Delivery.account_id), func.max(col(Delivery.settled_at)).label("at"))
        .join(Message, col(Message.id) == Delivery.message_id)
        .where(col(Message.about) == ABOUT, col(Message.about_id) == notice_id)
        .where(col(Delivery.state) == DeliveryState.SENT)
        .group_by(col(Delivery.account_id))
        .having(func.count(col(Delivery.message_id).distinct()) >= parts)
        .subquery()
    )
    return (
        select_rows(col(Link.member_id))
        .join(arrived, arrived.c.account_id == Link.account_id)
        .where(col(Link.since) <= arrived.c.at)
        .where(or_(col(Link.until).is_(None), col(Link.until) > arrived.c.at))
        .distinct()
    )
