"""Which notices were studied together at which meetings, and whom that confirms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, update
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.rules.attendance import THERE
from db.models import Meeting, Notice, NoticeSession, NoticeState, Recipient, RollMark
from db.notices import NEWEST_FIRST
from db.session import Session

LISTED = 20
"""So many notices are offered at a meeting, the newest."""


async def list_for(session: Session, cell_id: int, meeting_id: int, *, on: date) -> list[tuple[Notice, bool]]:
    """What a cell may study together on a day, newest first, and whether it was at that meeting.

    Notices that members of the cell got and that were in force then.
    """
    theirs = exists().where(col(Recipient.notice_id) == Notice.id, col(Recipient.cell_id) == cell_id)
    done = exists().where(
        col(NoticeSession.notice_id) == Notice.id, col(NoticeSession.meeting_id) == meeting_id
    )
    query = (
        select_rows(Notice, done)
        .where(theirs, col(Notice.state) != NoticeState.DRAFT, col(Notice.cancelled_at).is_(None))
        .where(or_(col(Notice.in_force_to).is_(None), col(Notice.in_force_to) >= on, done))
        .order_by(*NEWEST_FIRST)
        .limit(LISTED)
    )
    return [(notice, studied) for notice, studied in (await session.execute(query)).all()]


async def list_studied(session: Session, meeting_id: int) -> list[Notice]:
    """What was studied at a meeting, oldest first."""
    query = (
        select(Notice)
        .join(NoticeSession, col(NoticeSession.notice_id) == Notice.id)
        .where(NoticeSession.meeting_id == meeting_id)
    )
    return list((await session.exec(query.order_by(col(Notice.id)))).all())


async def count_by_cell(session: Session, notice_id: int) -> dict[int, int]:
    """At how many meetings each cell has studied a notice."""
    query = (
        select_rows(col(Meeting.cell_id), func.count())
        .join(NoticeSession, col(NoticeSession.meeting_id) == Meeting.id)
        .where(col(NoticeSession.notice_id) == notice_id)
        .group_by(col(Meeting.cell_id))
    )
    return dict(await session.rows(query))


async def record(session: Session, notice_id: int, meeting_id: int, *, by_id: int, now: datetime) -> None:
    """Note that a notice was studied at a meeting; a second time changes nothing."""
    if await session.get(NoticeSession, (notice_id, meeting_id)) is None:
        session.add(NoticeSession(notice_id=notice_id, meeting_id=meeting_id, by_id=by_id, recorded_at=now))
        await session.flush()


async def take_back(session: Session, notice_id: int, meeting_id: int) -> None:
    """Note that it was not: whom that meeting alone confirmed has not confirmed any more."""
    await session.execute(
        update(Recipient)
        .where(col(Recipient.notice_id) == notice_id, col(Recipient.meeting_id) == meeting_id)
        .values(confirmed_at=None, meeting_id=None)
    )
    await session.execute(
        delete(NoticeSession).where(
            col(NoticeSession.notice_id) == notice_id, col(NoticeSession.meeting_id) == meeting_id
        )
    )


async def confirm_present(session: Session, meeting_id: int, *, now: datetime) -> int:
    """Let what was studied at a meeting be confirmed by exactly those whom its roll says were there.

    How many were added. Who confirmed otherwise stays as they are.
    """
    there, studied = _there(meeting_id), _studied(meeting_id)
    await session.execute(
        update(Recipient)
        .where(col(Recipient.meeting_id) == meeting_id, col(Recipient.member_id).not_in(there))
        .values(confirmed_at=None, meeting_id=None)
    )
    added = await session.execute(
        update(Recipient)
        .where(col(Recipient.notice_id).in_(studied), col(Recipient.member_id).in_(there))
        .where(col(Recipient.confirmed_at).is_(None))
        .values(confirmed_at=now, meeting_id=meeting_id, snoozed_to=None)
    )
    return int(added.rowcount)


def _there(meeting_id: int) -> Select[Any]:
    return select_rows(col(RollMark.member_id)).where(
        col(RollMark.meeting_id) == meeting_id, col(RollMark.state).in_(THERE)
    )


def _studied(meeting_id: int) -> Select[Any]:
    return select_rows(col(NoticeSession.notice_id)).where(col(NoticeSession.meeting_id) == meeting_id)
