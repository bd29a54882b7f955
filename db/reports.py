"""Named reads about what waits for a member: calls to meetings unanswered, notices unconfirmed, tasks unreported."""

from datetime import date, datetime

from sqlmodel import col, select

from bot.rules.attendance import Standing
from db import meetings, people, tasks
from db.models import Meeting, Notice, NoticeState, Organisation, Recipient
from db.session import Session
from db.tasks import Given


async def list_unanswered(
    session: Session, member_id: int, *, now: datetime, today: date
) -> list[tuple[Meeting, Organisation]]:
    """Meetings the member was called to and must attend, not begun and not answered, the earliest first."""
    own = await people.list_own_cells(session, member_id, on=today)
    cells = {cell.id: cell for cell in own if cell.id is not None}
    coming = [m for m in await meetings.list_open(session, list(cells)) if m.called_at and m.starts_at > now]
    return [(m, cells[m.cell_id]) for m in coming if await _is_silent(session, m, member_id, today)]


async def list_unconfirmed(session: Session, member_id: int) -> list[Notice]:
    """Released notices the member has not confirmed, the oldest first."""
    query = (
        select(Notice)
        .join(Recipient, col(Recipient.notice_id) == Notice.id)
        .where(Recipient.member_id == member_id, col(Recipient.confirmed_at).is_(None))
        .where(col(Notice.state).in_((NoticeState.SENDING, NoticeState.SENT)))
        .where(col(Notice.cancelled_at).is_(None))
        .order_by(col(Notice.sent_at), col(Notice.id))
    )
    return list((await session.exec(query)).all())


async def list_unreported(session: Session, member_id: int, *, today: date) -> list[Given]:
    """The member's unfinished tasks of which a report is missing for the cell's coming regular meeting.

    Nothing is missing from who is exempt from work or away, as they are not asked either.
    """
    given = await tasks.list_of_member(session, member_id, on=today)
    cells = {g.task.cell_id for g in given}
    months = await tasks.find_months(session, cells, on=today)
    workers = await tasks.list_workers_of_cells(session, cells, on=today)
    asking = {cell for cell, some in workers.items() if any(each.id == member_id for each in some)}
    return [g for g in given if g.task.cell_id in asking and g.is_silent(months[g.task.cell_id])]


async def _is_silent(session: Session, meeting: Meeting, member_id: int, today: date) -> bool:
    for expected in await meetings.list_expected(session, meeting, on=today):
        if expected.member_id == member_id:
            return expected.standing is Standing.MUST_ATTEND and expected.reply is None
    return False
