"""What members say beforehand: coming, leave or late; what the secretary decides about leave; who is silent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import select

from bot.actions import living
from bot.actions.auditing import note
from bot.actions.authority import authorise_meeting
from bot.actions.telling import Buttons, Say, tell
from bot.buttons import Rows, tap
from bot.errors import NotAllowed, TooLate
from bot.lanes import Lane
from bot.rules.attendance import Standing, is_overdue
from bot.rules.permissions import Right
from bot.rules.words import Answer, AuditVerb, LeaveDecision, LeaveReason
from bot.texts import Texts
from db import answers, meetings, outbox, people
from db.answers import Asked, Said
from db.meetings import Expected
from db.models import LiveKind, Meeting, MeetingState, Member, Organisation, Reply
from db.posting import When
from db.session import Session

TIME_FOR_A_REASON = timedelta(minutes=3)
"""A request for leave waits this long for its reason before the secretary hears of it."""
SHOWING_ANSWERS = (LiveKind.HEADCOUNT, LiveKind.GROUP, LiveKind.ROLL)
"""What shows what was answered."""


@dataclass(frozen=True)
class Headcount:
    """Who comes, asks leave or is silent, of those who must attend; in Vietnamese name order."""

    must_attend: list[Expected]
    exempt: list[Expected]

    @property
    def coming(self) -> list[Expected]:
        """Those who come, on time or late."""
        return [e for e in self.must_attend if e.reply and e.reply.answer is not Answer.LEAVE]

    @property
    def late(self) -> list[Expected]:
        """Those who come late."""
        return [e for e in self.must_attend if e.reply and e.reply.answer is Answer.LATE]

    @property
    def leave(self) -> list[Expected]:
        """Those who ask leave."""
        return [e for e in self.must_attend if e.reply and e.reply.answer is Answer.LEAVE]

    @property
    def silent(self) -> list[Expected]:
        """Those who have not answered."""
        return [e for e in self.must_attend if e.reply is None]

    @property
    def undecided(self) -> list[Expected]:
        """Those who ask leave, which nobody has decided about."""
        return [e for e in self.leave if e.reply and e.reply.decision is None]

    def overdue(self, meeting: Meeting) -> list[Expected]:
        """Those whose answer came after its deadline."""
        answered = [(e, e.reply.answered_at) for e in self.must_attend if e.reply]
        return [e for e, at in answered if is_overdue(at, meeting.answer_by, meeting.called_at)]


@dataclass(frozen=True)
class Answered:
    """A member's answer as recorded, and what was said before it."""

    meeting: Meeting
    cell: Organisation
    member: Member
    reply_id: int
    reply: Said
    before: Answer | None


async def headcount(session: Session, meeting: Meeting, *, on: date) -> Headcount:
    """The answers so far, by the list as of the meeting's local date `on`."""
    expected = await meetings.list_expected(session, meeting, on=on)
    return Headcount(
        [e for e in expected if e.standing is Standing.MUST_ATTEND],
        [e for e in expected if e.standing is Standing.EXEMPT],
    )


async def answer(
    session: Session,
    *,
    meeting_id: int,
    member_id: int,
    by: Member,
    answer: Answer,
    reason: LeaveReason | None = None,
    words: str = "",
    now: datetime,
    texts: Texts,
) -> Answered:
    """Record an answer; the last one counts, until the roll is closed.

    - for oneself, when one is on the meeting's list; for another only by who leads the cell, and marked so
    - a new answer takes back a decision about leave
    - the cell's leaders hear of a request for leave, of an answer after the deadline, of a change on the day, and
      when nobody is silent any more

    NotAllowed, NotFound, or TooLate when the roll is closed or the meeting called off.
    """
    meeting, cell = await answers.get_meeting(session, meeting_id)
    check_open(meeting)
    member = by if by.id == member_id else await people.get_member(session, member_id)
    if member is not by:
        role = await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
        where = {"organisation_id": meeting.cell_id, "object_id": meeting_id}
        note(session, AuditVerb.ANSWERED_FOR, now=now, by=by, role=role, about=member_id, **where)
    asked = await answers.list_asked(session, meeting, member_id, on=texts.day_of(meeting.starts_at))
    mine = next((a for a in asked if a.member_id == member_id), None)
    if mine is None:
        raise NotAllowed("not_on_list")
    assert by.id is not None
    said = Said(meeting_id, member_id, answer, reason, words, by.id, now)
    answered = Answered(meeting, cell, member, await answers.record(session, said), said, mine.answer)
    await living.note_changed(session, meeting, *SHOWING_ANSWERS, now=now)
    await _tell_leaders(session, answered, by=by, now=now, texts=texts)
    if mine.answer is None and not any(_is_silent(a) for a in asked if a is not mine):
        await _tell_all_answered(session, meeting, now=now, texts=texts)
    return answered


async def give_reason(
    session: Session,
    *,
    meeting_id: int,
    member: Member,
    reason: LeaveReason | None,
    words: str = "",
    now: datetime,
    texts: Texts,
) -> Answered:
    """Say why one asks leave: this is the request itself when there was none yet."""
    assert member.id is not None
    return await answer(
        session,
        meeting_id=meeting_id,
        member_id=member.id,
        by=member,
        answer=Answer.LEAVE,
        reason=reason or LeaveReason.OTHER,
        words=words[:500],
        now=now,
        texts=texts,
    )


async def get_open(session: Session, meeting_id: int) -> Meeting:
    """A meeting whose roll is open; TooLate when it is closed or called off."""
    meeting = await meetings.get(session, meeting_id)
    check_open(meeting)
    return meeting


async def find_reply(
    session: Session, meeting_id: int, member_id: int, *, for_update: bool = False
) -> Reply | None:
    """What the member said about the meeting."""
    query = select(Reply).where(Reply.meeting_id == meeting_id, Reply.member_id == member_id)
    return (await session.exec(query.with_for_update() if for_update else query)).first()


def check_open(meeting: Meeting) -> None:
    """TooLate when the roll of the meeting is closed, or it was called off."""
    if meeting.state is not MeetingState.PLANNED:
        raise TooLate("roll_closed" if meeting.state is MeetingState.CLOSED else "meeting_cancelled")


def _is_silent(asked: Asked) -> bool:
    return asked.answer is None and asked.standing is Standing.MUST_ATTEND


async def _tell_leaders(
    session: Session, answered: Answered, *, by: Member, now: datetime, texts: Texts
) -> None:
    """Tell them of a request for leave, that there is none any more, or of a late answer; of nothing else.

    Who said they come and asks leave on the day is told of at once, and distinctly.
    """
    meeting, reply, about = answered.meeting, answered.reply, ("leave", answered.reply_id)
    news = _news(answered, texts)
    if news is None:
        return
    if answered.before is not None:
        await outbox.withdraw(session, about=about, now=now)
    asks_leave = reply.answer is Answer.LEAVE
    overdue = is_overdue(now, meeting.answer_by, meeting.called_at)
    say = Say(
        news,
        {"meeting": meeting, "member": answered.member, "reply": reply, "overdue": overdue},
        buttons=_leave_buttons(reply) if asks_leave else None,
        about=about,
    )
    hurry = news != "leave_asked" or reply.reason or reply.words or by.id != reply.member_id
    when = When(now, not_before=now if hurry else now + TIME_FOR_A_REASON)
    leaders = await people.list_leaders(session, meeting.cell_id, on=texts.day_of(now))
    await tell(session, leaders - {by.id or 0}, say, texts=texts, lane=Lane.REMINDER, when=when)


def _news(answered: Answered, texts: Texts) -> str | None:
    """The template that says what an answer means to the cell's leaders; None where they need not hear of it."""
    meeting, reply, before = answered.meeting, answered.reply, answered.before
    if reply.answer is Answer.LEAVE:
        on_the_day = texts.day_of(reply.answered_at) == texts.day_of(meeting.starts_at)
        changed = before is not None and before is not Answer.LEAVE
        return "leave_on_the_day" if on_the_day and changed else "leave_asked"
    if before is Answer.LEAVE:
        return "leave_taken_back"
    overdue = is_overdue(reply.answered_at, meeting.answer_by, meeting.called_at)
    return "answer_overdue" if overdue and before is not reply.answer else None


async def _tell_all_answered(session: Session, meeting: Meeting, *, now: datetime, texts: Texts) -> None:
    assert meeting.id is not None
    counted = await headcount(session, meeting, on=texts.day_of(meeting.starts_at))
    say = Say(
        "meeting_all_answered",
        {"meeting": meeting, "count": counted},
        about=("headcount", meeting.id),
        protect=True,
        dedupe=f"meeting:{meeting.id}:all_answered",
    )
    leaders = await people.list_leaders(session, meeting.cell_id, on=texts.day_of(now))
    await tell(session, leaders, say, texts=texts, lane=Lane.REMINDER, when=When(now))


def _leave_buttons(reply: Said) -> Buttons:
    def buttons(texts: Texts, language: str) -> Rows:
        return [
            [
                tap(
                    texts.label(f"leave.{decision}", language),
                    "leave",
                    reply.meeting_id,
                    reply.member_id,
                    decision,
                )
                for decision in LeaveDecision
            ],
            [tap(texts.label("leave_list.all", language), "leaves", reply.meeting_id)],
        ]

    return buttons
