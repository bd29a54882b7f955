"""How a notice spreads: step by step and inside the database, where the people it is for stay.

A step puts the next members onto the list of recipients, and queues the notice's messages to their chats.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    update,
    values,
)
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.lanes import Lane
from bot.texts import LANGUAGES
from db.many import is_one_of
from db.models import WAITING, Account, Delivery, Link, Message, Notice, NoticeState, Recipient
from db.notices import ABOUT, audience
from db.session import Session, insert
from db.types import Id


@dataclass(frozen=True)
class Part:
    """A message of a notice: the part of that number (from 1) in one language."""

    message_id: int
    language: str
    number: int


async def list_due(session: Session, *, now: datetime) -> list[Notice]:
    """Notices whose moment has come and that nobody has to approve; one that is in other hands is left out."""
    query = select(Notice).where(Notice.state == NoticeState.DRAFT, col(Notice.leaves_at) <= now)
    asked = or_(col(Notice.approval_asked_at).is_(None), col(Notice.approved_at).is_not(None))
    query = query.where(asked).order_by(col(Notice.leaves_at), col(Notice.id))
    return list((await session.exec(query.with_for_update(skip_locked=True))).all())


async def list_on_way(
    session: Session, issuer_ids: Collection[int], *, since: datetime, limit: int
) -> list[Notice]:
    """Notices of these issuers that wait to leave, are queued, paused, or left since a moment, newest first."""
    asked = and_(col(Notice.state) == NoticeState.DRAFT, or_(*_asked()))
    stopped = and_(col(Notice.paused_at).is_not(None), col(Notice.cancelled_at).is_(None))
    going = or_(asked, stopped, col(Notice.state) == NoticeState.SENDING, col(Notice.sent_at) > since)
    query = select(Notice).where(col(Notice.issuer_id).in_(issuer_ids), going)
    return list((await session.exec(query.order_by(col(Notice.id).desc()).limit(limit))).all())


def _asked() -> tuple[ColumnElement[bool], ...]:
    waits = and_(col(Notice.approval_asked_at).is_not(None), col(Notice.approved_at).is_(None))
    return col(Notice.leaves_at).is_not(None), waits


async def next_due(session: Session, *, after: datetime) -> datetime | None:
    """The earliest moment later than `after` at which a notice leaves."""
    waiting = (Notice.state == NoticeState.DRAFT, col(Notice.leaves_at) > after)
    return (await session.exec(select(func.min(Notice.leaves_at)).where(*waiting))).one()


async def list_sending(session: Session) -> list[Notice]:
    """Released notices some of whose recipients are not queued yet, and that are not stopped.

    One that is in other hands is left out.
    """
    query = select(Notice).where(Notice.state == NoticeState.SENDING, *_goes_on()).order_by(col(Notice.id))
    return list((await session.exec(query.with_for_update(skip_locked=True))).all())


async def list_repeating(session: Session, *, today: date) -> list[Notice]:
    """Notices that everybody has who they were for, and that newcomers get until their deadline."""
    query = select(Notice).where(Notice.state == NoticeState.SENT, *_goes_on())
    query = query.where(col(Notice.repeats), col(Notice.study_by) >= today).order_by(col(Notice.id))
    return list((await session.exec(query.with_for_update(skip_locked=True))).all())


def _goes_on() -> tuple[ColumnElement[bool], ...]:
    return col(Notice.paused_at).is_(None), col(Notice.cancelled_at).is_(None)


async def hold(session: Session, notice_id: int, *, held: bool) -> None:
    """Let nothing more of a notice leave, or let it go on: a flag on its few messages."""
    its = (col(Message.about) == ABOUT, col(Message.about_id) == notice_id)
    await session.exec(
        update(Message).where(*its).values(held=held).execution_options(synchronize_session=False)
    )


async def rest(session: Session, *, quiet: bool) -> int:
    """By night hold what waits of notices that go on, by day let it go again; how many of their messages."""
    waits = (
        select_rows(col(Delivery.id))
        .where(col(Delivery.message_id) == Message.id, is_one_of(Delivery.state, *WAITING))
        .where(col(Delivery.lane) == literal_column(str(int(Lane.BULK))))
        .exists()
    )
    its = select_rows(col(Message.id)).join(Notice, col(Notice.id) == Message.about_id)
    its = its.where(col(Message.about) == ABOUT, *_goes_on())
    its = its.where(~col(Message.held), waits) if quiet else its.where(col(Message.held))
    changed = update(Message).where(col(Message.id).in_(its)).values(held=quiet)
    return int((await session.exec(changed.execution_options(synchronize_session=False))).rowcount)


async def list_parts(session: Session, notice_id: int) -> list[Part]:
    """The messages of a notice, as they were made: each language's parts in their order."""
    query = select(col(Message.id)).where(Message.about == ABOUT, Message.about_id == notice_id)
    made = (await session.exec(query.order_by(col(Message.id)))).all()
    count = len(made) // len(LANGUAGES)
    return [Part(each, LANGUAGES[at // count], at % count + 1) for at, each in enumerate(made) if each]


async def add_recipients(session: Session, notice: Notice, *, on: date, limit: int) -> tuple[int, int]:
    """Put the next members of the audience, by number, onto the list of those it is for.

    How many they are, and the highest number among them; who they are never leaves the database.
    """
    found = audience(notice, on)
    listed = found.selected_columns.member_id
    found = found.where(listed > notice.queued_to).order_by(listed)
    chosen = found.add_columns(literal(notice.id)).limit(limit)
    await session.execute(
        insert(session, Recipient).from_select(["member_id", "cell_id", "notice_id"], chosen)
    )
    added = select(func.count(), func.max(Recipient.member_id)).where(
        Recipient.notice_id == notice.id, col(Recipient.member_id) > notice.queued_to
    )
    count, last = (await session.exec(added)).one()
    return count, last or notice.queued_to


async def add_newcomers(session: Session, notice: Notice, *, on: date, limit: int) -> list[int]:
    """Put members who belong to the audience now, and are not on the list, onto it; their numbers."""
    listed = select_rows(col(Recipient.member_id)).where(col(Recipient.notice_id) == notice.id)
    found = audience(notice, on)
    member = found.selected_columns.member_id
    found = found.where(member.not_in(listed)).order_by(member)
    chosen = found.add_columns(literal(notice.id)).limit(limit)
    added = insert(session, Recipient).from_select(["member_id", "cell_id", "notice_id"], chosen)
    return list((await session.execute(added.returning(col(Recipient.member_id)))).scalars())


def chats(notice: Notice, parts: Sequence[Part], *, after: int, to: int) -> Select[Any]:
    """Which parts go to which chats of the recipients whose numbers are past `after` and up to `to`.

    Every chat once, however many of them share it, with its parts in order.
    """
    theirs = (
        select_rows(col(Link.account_id))
        .join(Recipient, col(Recipient.member_id) == Link.member_id)
        .where(col(Recipient.notice_id) == notice.id, col(Link.until).is_(None))
        .where(col(Recipient.member_id).between(after + 1, to))
        .where(col(Link.member_id).between(after + 1, to))  # said twice: PostgreSQL does not conclude it
    )
    return _chats(notice, parts, theirs)


def chats_of(notice: Notice, parts: Sequence[Part], member_ids: Sequence[int]) -> Select[Any]:
    """The same for these few."""
    theirs = select_rows(col(Link.account_id)).where(col(Link.member_id).in_(member_ids))
    return _chats(notice, parts, theirs.where(col(Link.until).is_(None)))


def _chats(notice: Notice, parts: Sequence[Part], theirs: Select[Any]) -> Select[Any]:
    said = _said(parts)
    bot, chat = col(Account.bot), col(Account.address)
    name = literal(f"{ABOUT}:{notice.id}:") + cast(said.c.number, String)
    return (
        select_rows(
            said.c.message_id,
            bot,
            chat.label("chat"),
            col(Account.id).label("account_id"),
            (name + ":" + cast(bot, String) + ":" + cast(chat, String)).label("dedupe"),
        )
        .join(said, said.c.language == Account.language)
        .where(col(Account.id).in_(theirs), col(Account.unreachable_at).is_(None))
        .order_by(col(Account.id), said.c.number)
    )


def _said(parts: Sequence[Part]) -> CTE:
    """The parts of a notice as rows to join with."""
    columns = (column("message_id", Id), column("language", String), column("number", Integer))
    return values(*columns, name="said").data([astuple(part) for part in parts]).cte("said")
