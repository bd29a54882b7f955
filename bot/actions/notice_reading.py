"""A member reads a notice: says so, answers its questions, or puts it off; or is told it in person.

confirm                 "studied": recorded at once, or the first question
answer                  a choice: the next question, or recorded
put_off                 asked again later
record_told             by who leads their cell
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.errors import NotFound, TooLate
from bot.rules import notice_reading as rules
from bot.rules.notice_reading import MOST_SNOOZES
from bot.rules.permissions import Right
from bot.texts import Texts
from db import notice_questions as questions
from db import notices
from db.models import Member, Notice, NoticeQuestion, Recipient
from db.session import Session


@dataclass(frozen=True)
class Read:
    """What came of it: recorded now (`first`), recorded before, or a question to be answered first.

    `right` says whether the choice that led here was the right one; None where none was made.
    """

    notice: Notice
    first: bool = False
    question: NoticeQuestion | None = None
    right: bool | None = None


async def confirm(session: Session, *, notice_id: int, by: Member, now: datetime) -> Read:
    """Note that a recipient has studied the notice, once every question of it is answered right.

    NotFound when the notice is not for them.
    """
    recipient = await notices.get_recipient(session, notice_id, _number(by))
    notice = await notices.get(session, notice_id)
    return await _confirm_or_ask(session, notice, recipient, now)


async def answer(session: Session, *, question_id: int, chosen: int, by: Member, now: datetime) -> Read:
    """Take one of a question's choices, however often; NotFound when the notice is not for them.

    What was confirmed before stays confirmed.
    """
    question = await questions.get(session, question_id)
    recipient = await notices.get_recipient(session, question.notice_id, _number(by))
    if chosen >= len(question.choices):
        raise NotFound
    notice = await notices.get(session, question.notice_id)
    if recipient.confirmed_at is not None:
        return Read(notice)
    await questions.record(session, question_id, _number(by), chosen, now=now)
    if chosen != question.right:
        return Read(notice, question=question, right=False)
    found = await _confirm_or_ask(session, notice, recipient, now)
    return Read(notice, found.first, found.question, right=True)


async def look(session: Session, *, notice_id: int, by: Member) -> Notice:
    """A notice that is for the member and that they have not confirmed; NotFound, or TooLate."""
    if (await notices.get_recipient(session, notice_id, _number(by))).confirmed_at is not None:
        raise TooLate("notice_studied")
    return await notices.get(session, notice_id)


async def put_off(
    session: Session, *, notice_id: int, by: Member, at: datetime, now: datetime, texts: Texts
) -> Notice:
    """Ask the member again at `at` (aware); until then no chase of that notice reaches them.

    NotFound when it is not for them; TooLate when they have confirmed, have put it off as often as may be, or it
    is too late for that.
    """
    notice = await look(session, notice_id=notice_id, by=by)
    recipient = await notices.get_recipient(session, notice_id, _number(by))
    if recipient.snoozed_to == at:
        return notice
    last = notice.study_by
    if not rules.fits(at, texts.zone, now=now) or (last is not None and texts.day_of(at) > last):
        raise TooLate("notice_snooze_late")
    if recipient.snoozes >= MOST_SNOOZES:
        raise TooLate("notice_snooze_enough", most=MOST_SNOOZES)
    recipient.snoozed_to, recipient.snoozes = at, recipient.snoozes + 1
    session.add(recipient)
    return notice


async def record_told(
    session: Session, *, notice_id: int, member_id: int, by: Member, now: datetime, today: date
) -> Recipient:
    """Note that a recipient was told in person; only who leads the cell that counts them may."""
    recipient = await notices.get_recipient(session, notice_id, member_id)
    await authorise(session, by, Right.LEAD, recipient.cell_id, on=today)
    if _confirm(session, recipient, now):
        recipient.told_by = by.id
    return recipient


async def _confirm_or_ask(session: Session, notice: Notice, recipient: Recipient, now: datetime) -> Read:
    if recipient.confirmed_at is None:
        question = await questions.find_next(session, recipient.notice_id, recipient.member_id)
        if question is not None:
            return Read(notice, question=question)
    return Read(notice, first=_confirm(session, recipient, now))


def _confirm(session: Session, recipient: Recipient, now: datetime) -> bool:
    if recipient.confirmed_at is not None:
        return False
    recipient.confirmed_at, recipient.snoozed_to = now, None
    session.add(recipient)
    return True


def _number(member: Member) -> int:
    assert member.id is not None
    return member.id
