"""Whom a notice is still to be asked about, found and noted a step at a time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, or_, tuple_, update
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from db.models import (
    Account,
    Delivery,
    Link,
    Member,
    Message,
    Notice,
    NoticeState,
    Organisation,
    Recipient,
)
from db.notices import ABOUT, ASKED, replacing
from db.session import Session

JUST_GOT = timedelta(hours=20)
"""Who got a notice so recently is not chased about it yet."""


async def list_running(session: Session, *, today: date) -> list[Notice]:
    """Released notices that are still to be studied: not stopped, held up, over or replaced."""
    newer = aliased(Notice)
    replaced = select_rows(col(newer.id)).where(*replacing(newer)).exists()
    query = (
        select(Notice)
        .where(col(Notice.state).in_((NoticeState.SENDING, NoticeState.SENT)))
        .where(col(Notice.cancelled_at).is_(None), col(Notice.paused_at).is_(None))
        .where(or_(col(Notice.study_by).is_(None), col(Notice.study_by) >= today))
        .where(or_(col(Notice.in_force_to).is_(None), col(Notice.in_force_to) >= today), ~replaced)
        .order_by(col(Notice.id))
    )
    return list((await session.exec(query)).all())


async def take_silent(
    session: Session, notice: Notice, chase: int, *, now: datetime, limit: int
) -> Sequence[int]:
    """Note the next members for a chase of that number, and say who they are.

    Not who has put it off, nor who joined an audience that grows and only just got it.
    """
    query = (
        select_rows(col(Recipient.member_id))
        .where(*_silent(notice), col(Recipient.chases) < chase)
        .where(or_(col(Recipient.snoozed_to).is_(None), col(Recipient.snoozed_to) <= now))
        .limit(limit)
    )
    if notice.repeats:
        query = query.where(~_just_got(notice, since=now - JUST_GOT))
    found: Sequence[int] = (await session.execute(query)).scalars().all()
    await _note(session, notice, found, chases=chase, chased_at=now, snoozed_to=None)
    return found


async def list_due(session: Session, *, now: datetime, limit: int) -> dict[int, list[int]]:
    """The members who wanted to be asked again by now, by notice; earliest first, at most a step."""
    query = (
        select_rows(col(Recipient.notice_id), col(Recipient.member_id))
        .where(col(Recipient.snoozed_to) <= now)
        .order_by(col(Recipient.snoozed_to))
        .limit(limit)
    )
    found: dict[int, list[int]] = {}
    for notice_id, member_id in await session.rows(query):
        found.setdefault(notice_id, []).append(member_id)
    return found


async def find_next(session: Session, *, after: datetime) -> datetime | None:
    """When a member next wants to be asked again."""
    query = select(func.min(Recipient.snoozed_to)).where(col(Recipient.snoozed_to) > after)
    return (await session.exec(query)).one()


async def forget_snoozes(session: Session, due: dict[int, list[int]]) -> None:
    """Note that these wishes were dealt with."""
    pairs = [(notice_id, member) for notice_id, members in due.items() for member in members]
    both = tuple_(col(Recipient.notice_id), col(Recipient.member_id))
    await session.execute(update(Recipient).where(both.in_(pairs)).values(snoozed_to=None))


def chats(
    notice: Notice, members: Sequence[int], said: dict[str, int], *, again: bool = False
) -> Select[Any]:
    """The chats of these members who have not confirmed, each with the message in its language (by number).

    A chat is asked once for each chase; `again`: once for each time the member put it off.
    """
    bot, chat = col(Account.bot), col(Account.address)
    time = col(Recipient.snoozes) if again else col(Recipient.chases)
    name = literal(f"{ASKED}:{notice.id}:{'again' if again else 'chase'}:") + cast(time, String)
    message = case(*((col(Account.language) == language, number) for language, number in said.items()))
    return (
        select_rows(
            message.label("message_id"),
            bot,
            chat.label("chat"),
            col(Account.id).label("account_id"),
            (name + ":" + cast(bot, String) + ":" + cast(chat, String)).label("dedupe"),
        )
        .join(Link, col(Link.account_id) == Account.id)
        .join(Recipient, col(Recipient.member_id) == Link.member_id)
        .where(*_silent(notice), col(Recipient.member_id).in_(members))
        .where(col(Link.until).is_(None), col(Account.unreachable_at).is_(None))
        .where(col(Account.language).in_(said))
        .order_by(col(Account.id))
    )


async def take_unreached(
    session: Session, notice: Notice, *, now: datetime, limit: int
) -> list[tuple[Organisation, list[str]]]:
    """Members of whom their leaders have not heard yet that no chat reaches them, by cell; they are noted so."""
    channel = (
        select_rows(col(Link.id))
        .join(Account, col(Account.id) == Link.account_id)
        .where(col(Link.member_id) == Recipient.member_id, col(Link.until).is_(None))
        .where(col(Account.unreachable_at).is_(None))
    )
    query = (
        select_rows(col(Recipient.member_id), col(Recipient.cell_id), col(Member.name))
        .join(Member, col(Member.id) == Recipient.member_id)
        .where(*_silent(notice), col(Recipient.listed_at).is_(None), ~channel.exists())
        .order_by(col(Recipient.cell_id), col(Recipient.member_id))
        .limit(limit)
    )
    rows = await session.rows(query)
    await _note(session, notice, [member for member, _, _ in rows], listed_at=now)
    names: dict[int, list[str]] = {}
    for _, cell_id, name in rows:
        names.setdefault(cell_id, []).append(name)
    cells = (await session.exec(select(Organisation).where(col(Organisation.id).in_(names)))).all()
    return [(cell, names[cell.id or 0]) for cell in cells]


async def _note(session: Session, notice: Notice, members: Sequence[int], **values: Any) -> None:
    if members:
        theirs = (col(Recipient.notice_id) == notice.id, col(Recipient.member_id).in_(members))
        await session.execute(update(Recipient).where(*theirs).values(**values))


def _silent(notice: Notice) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (col(Recipient.notice_id) == notice.id, col(Recipient.confirmed_at).is_(None))


def _just_got(notice: Notice, *, since: datetime) -> ColumnElement[bool]:
    return (
        select_rows(col(Delivery.id))
        .join(Message, col(Message.id) == Delivery.message_id)
        .join(Link, col(Link.account_id) == Delivery.account_id)
        .where(col(Link.member_id) == Recipient.member_id, col(Link.until).is_(None))
        .where(col(Message.about) == ABOUT, col(Message.about_id) == notice.id)
        .where(col(Delivery.not_before) > since)
        .exists()
    )
