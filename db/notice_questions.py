"""Named reads about the questions of notices and what members answered."""

from datetime import datetime

from sqlalchemy import and_, func
from sqlmodel import col, select

from bot.errors import NotFound
from db.models import NoticeAnswer, NoticeQuestion
from db.session import Session

ABOUT = "notice_question"
"""What the messages that ask one are `about`."""


async def count(session: Session, notice_id: int) -> int:
    """How many questions a notice asks."""
    query = select(func.count()).where(NoticeQuestion.notice_id == notice_id)
    return (await session.exec(query)).one()


async def get(session: Session, question_id: int) -> NoticeQuestion:
    """The question; NotFound when there is none."""
    found = await session.get(NoticeQuestion, question_id)
    if found is None:
        raise NotFound
    return found


async def find_next(session: Session, notice_id: int, member_id: int) -> NoticeQuestion | None:
    """The first question of a notice a member has not answered right; None when there is none left."""
    right = and_(
        col(NoticeAnswer.question_id) == NoticeQuestion.id,
        col(NoticeAnswer.member_id) == member_id,
        col(NoticeAnswer.chosen) == NoticeQuestion.right,
    )
    query = (
        select(NoticeQuestion)
        .outerjoin(NoticeAnswer, right)
        .where(NoticeQuestion.notice_id == notice_id, col(NoticeAnswer.member_id).is_(None))
        .order_by(col(NoticeQuestion.number))
        .limit(1)
    )
    return (await session.exec(query)).first()


async def record(
    session: Session, question_id: int, member_id: int, chosen: int, *, now: datetime
) -> NoticeAnswer:
    """Note what a member chose: the first try, or one more."""
    answer = await session.get(NoticeAnswer, (question_id, member_id), with_for_update=True)
    if answer is None:
        answer = NoticeAnswer(
            question_id=question_id, member_id=member_id, chosen=chosen, tries=0, answered_at=now
        )
    answer.chosen, answer.tries, answer.answered_at = chosen, answer.tries + 1, now
    session.add(answer)
    await session.flush()
    return answer
