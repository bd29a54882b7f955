"""What is set of a study notice beside its content: whom it is for, until when, what it asks, and how it goes.

All of it by the author of the draft alone, and refused once it was asked to leave.
"""

from datetime import date

from sqlalchemy import delete
from sqlmodel import col

from bot.actions.notice_drafts import get_draft, refuse_out_of_reach, refuse_secret
from bot.errors import BadInput, NotFound
from bot.rules.notice_questions import MOST_QUESTIONS, Question
from bot.rules.notices import find_secrecy
from bot.rules.words import RoleName, Status
from db import drafting, notices
from db.models import Member, Notice, NoticeQuestion, NoticeState
from db.session import Session

ROLES = (RoleName.SECRETARY, RoleName.DEPUTY, RoleName.FOLLOWER, RoleName.OFFICER)
"""Roles a notice may be for; who holds another one is reached as a member."""
STATUSES = tuple(Status)
CHOICES = {"cell_kinds": None, "roles": ROLES, "statuses": STATUSES}
"""By what an audience is narrowed, by the notice's column; kinds of cells are a setting."""


async def set_audience(session: Session, *, notice_id: int, by: Member, organisation_id: int) -> Notice:
    """Send it to the issuer or an organisation below it; NotAllowed for any other."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    notice.audience_id = organisation_id
    await refuse_out_of_reach(session, notice)
    session.add(notice)
    return notice


async def toggle(session: Session, *, notice_id: int, by: Member, what: str, value: str) -> Notice:
    """Add a kind of cell, a role or a status to those it is for, or take it out; of none named it is for all.

    NotFound for what there is not.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    if what not in CHOICES or value not in (CHOICES[what] or [value]):
        raise NotFound
    chosen: list[str] = getattr(notice, what)
    kept = [each for each in chosen if each != value]
    setattr(notice, what, kept if value in chosen else sorted([*kept, value]))
    session.add(notice)
    return notice


async def set_study_by(
    session: Session, *, notice_id: int, by: Member, day: date | None, today: date
) -> Notice:
    """Until which day it is to be studied, or without one; BadInput for a day that is over.

    Without a day there are no newcomers to repeat it to.
    """
    notice = await get_draft(session, notice_id=notice_id, by=by)
    if day is not None and day < today:
        raise BadInput("notice_day_over")
    notice.study_by = day
    notice.repeats = notice.repeats and day is not None
    session.add(notice)
    return notice


async def set_in_force_to(
    session: Session, *, notice_id: int, by: Member, day: date | None, today: date
) -> Notice:
    """Its last day in force, or none; BadInput for a day that is over."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    if day is not None and day < today:
        raise BadInput("notice_day_over")
    notice.in_force_to = day
    session.add(notice)
    return notice


async def turn_parts(session: Session, *, notice_id: int, by: Member) -> Notice:
    """A long text as numbered messages instead of a document, or the other way round."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    notice.as_parts = not notice.as_parts
    session.add(notice)
    return notice


async def turn_repeats(session: Session, *, notice_id: int, by: Member) -> Notice:
    """Whether who joins the audience until the deadline gets it, too; BadInput without a deadline."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    if notice.study_by is None:
        raise BadInput("notice_no_deadline")
    notice.repeats = not notice.repeats
    session.add(notice)
    return notice


async def replace(session: Session, *, notice_id: int, by: Member, old_id: int | None) -> Notice:
    """Which released notice of the same issuer it replaces, or none; NotFound for any other."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    if old_id is not None:
        old = await notices.get(session, old_id)
        if old.issuer_id != notice.issuer_id or old.state is NoticeState.DRAFT:
            raise NotFound
    notice.replaces_id = old_id
    session.add(notice)
    return notice


async def add_question(session: Session, *, notice_id: int, by: Member, question: Question) -> NoticeQuestion:
    """Ask one more; BadInput for one too many, or one that bears a secrecy mark."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    asked = await drafting.list_questions(session, notice_id)
    if len(asked) >= MOST_QUESTIONS:
        raise BadInput("notice_many_questions", most=MOST_QUESTIONS)
    for words in (question.text, *question.choices):
        refuse_secret(find_secrecy(words))
    made = NoticeQuestion(
        notice_id=notice.id or 0,
        number=len(asked) + 1,
        text=question.text,
        choices=list(question.choices),
        right=question.right,
    )
    session.add(made)
    await session.flush()
    return made


async def drop_question(session: Session, *, notice_id: int, by: Member) -> None:
    """Take the last question out again; where there is none, nothing happens."""
    notice = await get_draft(session, notice_id=notice_id, by=by)
    asked = await drafting.list_questions(session, notice.id or 0)
    if asked:
        await session.exec(delete(NoticeQuestion).where(col(NoticeQuestion.id) == asked[-1].id))
