"""What one member says about one meeting: what a press reads and writes.

Building a statement costs SQLAlchemy several times what running it costs the database, and everybody presses
at once: these are built once, and each asks for no more than a press needs.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Table, and_, bindparam, or_
from sqlalchemy import select as select_rows
from sqlmodel import col, select

from bot.errors import NotFound
from bot.rules.attendance import Standing, standing
from bot.rules.words import Answer, LeaveReason, MeetingKind, Status
from db import invited
from db.dated import holds
from db.meetings import is_away
from db.models import Meeting, Member, Membership, Organisation, Reply, StatusPeriod
from db.session import Session, insertion


@dataclass(frozen=True)
class Asked:
    """A member of a meeting's list: what the rules expect of them, and what they have answered."""

    member_id: int
    standing: Standing
    answer: Answer | None


@dataclass(frozen=True)
class Said:
    """What a member says about a meeting, in the columns of a reply; `by_id` is who says it for them."""

    meeting_id: int
    member_id: int
    answer: Answer
    reason: LeaveReason | None
    words: str
    by_id: int
    answered_at: datetime


UNDECIDED = {"decision": None, "decided_by": None, "decided_at": None}
"""What becomes of a decision about leave when the member says something new."""


async def get_meeting(session: Session, meeting_id: int) -> tuple[Meeting, Organisation]:
    """The meeting and the cell that holds it; NotFound when there is none.

    Answers to one meeting wait for each other from here on: of two that come at the same time, each last but
    for the other, none would find that nobody is silent any more.
    """
    found = (await session.execute(_MEETING, {"meeting": meeting_id})).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


async def list_asked(session: Session, meeting: Meeting, member_id: int, *, on: date) -> list[Asked]:
    """The member, if on the meeting's list as of its local date `on`, and all on it who have not answered."""
    if meeting.kind is MeetingKind.COMMITTEE:
        called = await invited.list_invited(session, [meeting.id or 0])
        found = [
            Asked(e.member.id or 0, Standing.MUST_ATTEND, e.reply.answer if e.reply else None) for e in called
        ]
        return [each for each in found if each.answer is None or each.member_id == member_id]
    about = {"meeting": meeting.id, "cell": meeting.cell_id, "member": member_id, "on": on}
    asked = [
        Asked(
            each,
            standing(meeting.kind, kind, status or Status.OFFICIAL, away=away, residential_exempt=exempt),
            answer,
        )
        for each, kind, exempt, status, away, answer in await session.execute(_ASKED, about)
    ]
    return [each for each in asked if each.standing is not Standing.NOT_EXPECTED]


async def record(session: Session, said: Said) -> int:
    """Keep what was said in place of what the member said before; the number of the reply."""
    row = {**vars(said), **UNDECIDED}
    return int((await session.execute(_recording(insertion(session)), row)).scalar_one())


_MEETING = (
    select(Meeting, Organisation)
    .join(Organisation, col(Organisation.id) == Meeting.cell_id)
    .where(Meeting.id == bindparam("meeting"))
    .with_for_update(of=Meeting, key_share=True)
)


def _asked() -> Any:
    on = bindparam("on", type_=Date)
    return (
        select_rows(
            col(Membership.member_id),
            col(Membership.kind),
            col(Membership.exempt),
            col(StatusPeriod.status),
            is_away(bindparam("cell"), on),
            col(Reply.answer),
        )
        .join(Member, col(Member.id) == Membership.member_id)
        .outerjoin(
            StatusPeriod,
            and_(col(StatusPeriod.member_id) == Membership.member_id, holds(StatusPeriod, on)),
        )
        .outerjoin(
            Reply,
            and_(col(Reply.member_id) == Membership.member_id, col(Reply.meeting_id) == bindparam("meeting")),
        )
        .where(col(Membership.cell_id) == bindparam("cell"), holds(Membership, on))
        .where(or_(col(Membership.member_id) == bindparam("member"), col(Reply.id).is_(None)))
    )


_ASKED = _asked()


@cache
def _recording(insert: Any) -> Any:
    replies: Table = Reply.__table__  # type: ignore[attr-defined]
    statement = insert(replies)
    new = {c.name: statement.excluded[c.name] for c in replies.c if c.name not in KEPT}
    return statement.on_conflict_do_update(index_elements=KEY, set_=new).returning(replies.c.id)


KEY = ("meeting_id", "member_id")
KEPT = ("id", *KEY)
