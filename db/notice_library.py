"""Named reads about the notices somebody may look up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from db import spreading
from db.models import Message, Notice, NoticeState, Recipient
from db.notices import NEWEST_FIRST, replacing
from db.session import Session

LOADED = 5_000
"""So many notices are looked through, the newest."""


@dataclass(frozen=True)
class Entry:
    """A notice as the library lists it. `got`: it is for the reader, who confirmed it at `confirmed_at`."""

    id: int
    title: str
    number: str
    body: str
    issued_on: date | None
    sent_at: datetime
    in_force_to: date | None
    replaced_by: int | None
    got: bool
    confirmed_at: datetime | None


async def list_visible(
    session: Session,
    member_id: int,
    *,
    lineage: Collection[int],
    offices: Collection[int],
    notice_id: int | None = None,
) -> list[Entry]:
    """The released notices for a member, newest first: those they got, those for everybody of something their cell
    is in (`lineage`), and those that organisations they serve issued (`offices`). Not the cancelled ones.

    With `notice_id` only that one, where it is among them.
    """
    query = _visible(member_id, lineage, offices)
    if notice_id is not None:
        query = query.where(col(Notice.id) == notice_id)
    found = []
    for *entry, kinds, roles, statuses, served in await session.rows(query):
        got = entry[8]
        if got or served or not (kinds or roles or statuses):
            found.append(Entry(*entry))
    return found


async def list_later(session: Session, notice: Notice, *, limit: int) -> list[Notice]:
    """What the same organisation released after a notice and may replace it, newest first."""
    query = (
        select(Notice)
        .where(Notice.issuer_id == notice.issuer_id, col(Notice.sent_at) >= notice.sent_at)
        .where(Notice.id != notice.id, Notice.state != NoticeState.DRAFT)
        .where(col(Notice.cancelled_at).is_(None))
        .where(or_(col(Notice.replaces_id).is_(None), col(Notice.replaces_id) == notice.id))
    )
    return list((await session.exec(query.order_by(*NEWEST_FIRST).limit(limit))).all())


async def list_replacing(session: Session, notice_id: int) -> list[Notice]:
    """The released notices in whose favour one is out of force."""
    query = select(Notice).where(Notice.replaces_id == notice_id, Notice.state != NoticeState.DRAFT)
    return list((await session.exec(query.order_by(col(Notice.id)))).all())


async def list_messages(session: Session, notice_id: int, language: str) -> list[Message]:
    """The messages of a notice in a language, as they were made, in order."""
    parts = await spreading.list_parts(session, notice_id)
    theirs = [part.message_id for part in parts if part.language == language]
    query = select(Message).where(col(Message.id).in_(theirs)).order_by(col(Message.id))
    return list((await session.exec(query)).all())


def _replacing() -> Any:
    """The newest released notice in whose favour one of the query is out of force."""
    newer = aliased(Notice)
    return select_rows(func.max(newer.id)).where(*replacing(newer)).scalar_subquery()


def _visible(member_id: int, lineage: Collection[int], offices: Collection[int]) -> Any:
    mine = and_(col(Recipient.notice_id) == Notice.id, col(Recipient.member_id) == member_id)
    listed = (Notice.id, Notice.title, Notice.number, Notice.body, Notice.issued_on, Notice.sent_at)
    narrowing = (Notice.cell_kinds, Notice.roles, Notice.statuses)
    return (
        select_rows(  # type: ignore[call-overload]
            *listed,
            Notice.in_force_to,
            _replacing(),
            col(Recipient.member_id).is_not(None),
            Recipient.confirmed_at,
            *narrowing,
            col(Notice.issuer_id).in_(offices),
        )
        .outerjoin(Recipient, mine)
        .where(col(Notice.state) != NoticeState.DRAFT, col(Notice.cancelled_at).is_(None))
        .where(
            or_(
                col(Recipient.member_id).is_not(None),
                col(Notice.audience_id).in_(lineage),
                col(Notice.issuer_id).in_(offices),
            )
        )
        .order_by(*NEWEST_FIRST)
        .limit(LOADED)
    )
