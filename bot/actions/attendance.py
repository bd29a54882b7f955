"""What members say beforehand: coming, leave or late; what the secretary decides about leave; who is silent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import select

from bot.actions import living
from bot.actions.auditing import note
from bot.actions.authority import authorise_meeting
from bot.actions.telling import Buttons, Say, tell
from bot.buttons import Rows, tap
from bot.errors import NotAllowed, NotFound, TooLate
from bot.lanes import Lane
from bot.rules.attendance import Standing
from bot.rules.permissions import Right
from bot.rules.words import Answer, AuditVerb, LeaveDecision, LeaveReason
from bot.texts import Texts
from db import answers, meetings, organisations, outbox, people
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
    - the cell's leaders hear of a request for leave, of a change on the day, and when nobody is silent any more

    NotAllowed, NotFound, or TooLate when the roll is closed or the meeting called off.
    """
    meeting, cell = await answers.get_meeting(session, meeting_id)
    _check_open(meeting)
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


async def decide_leave(
    session: Session,
    *,
    meeting_id: int,
    member_id: int,
    by: Member,
    decision: LeaveDecision,
    now: datetime,
    texts: Texts,
) -> tuple[Member, Reply]:
    """Accept a request for leave or not, and tell the member kindly. NotAllowed unless `by` leads the cell."""
    meeting = await get_open(session, meeting_id)
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    reply = await find_reply(session, meeting_id, member_id, for_update=True)
    if reply is None or reply.answer is not Answer.LEAVE:
        raise NotFound("leave_withdrawn")
    member = await people.get_member(session, member_id)
    if reply.decision is decision:
        return member, reply
    reply.decision, reply.decided_by, reply.decided_at = decision, by.id, now
    session.add(reply)
    await living.note_changed(session, meeting, *SHOWING_ANSWERS, now=now)
    cell = await organisations.get(session, meeting.cell_id)
    say = Say(
        "leave_decided",
        {"meeting": meeting, "cell": cell, "decision": decision},
        about=("leave_decision", meeting_id),
    )
    await tell(session, [member_id], say, texts=texts, lane=Lane.REPLY, when=When(now))
    return member, reply


async def get_open(session: Session, meeting_id: int) -> Meeting:
    """A meeting whose roll is open; TooLate when it is closed or called off."""
    meeting = await meetings.get(session, meeting_id)
    _check_open(meeting)
    return meeting


async def find_reply(
    session: Session, meeting_id: int, member_id: int, *, for_update: bool = False
) -> Reply | None:
    """What the member said about the meeting."""
    query = select(Reply).where(Reply.meeting_id == meeting_id, Reply.member_id == member_id)
    return (await session.exec(query.with_for_update() if for_update else query)).first()


def _check_open(meeting: Meeting) -> None:
    if meeting.state is not MeetingState.PLANNED:
        raise TooLate("roll_closed" if meeting.state is MeetingState.CLOSED else "meeting_cancelled")


def _is_silent(asked: Asked) -> bool:
    return asked.answer is None and asked.standing is Standing.MUST_ATTEND


async def _tell_leaders(
    session: Session, answered: Answered, *, by: Member, now: datetime, texts: Texts
) -> None:
    """Tell them of a request for leave, or that there is none any more; of nothing else."""
    meeting, reply, about = answered.meeting, answered.reply, ("leave", answered.reply_id)
    asks_leave, asked_leave = reply.answer is Answer.LEAVE, answered.before is Answer.LEAVE
    if not (asks_leave or asked_leave):
        return
    if answered.before is not None:
        await outbox.withdraw(session, about=about, now=now)
    say = Say(
        "leave_asked" if asks_leave else "leave_taken_back",
        {"meeting": meeting, "member": answered.member, "reply": reply},
        buttons=_leave_buttons(reply) if asks_leave else None,
        about=about,
    )
    hurry = not asks_leave or reply.reason or reply.words or by.id != reply.member_id
    when = When(now, not_before=now if hurry else now + TIME_FOR_A_REASON)
    leaders = await people.list_leaders(session, meeting.cell_id, on=texts.day_of(now))
    await tell(session, leaders - {by.id or 0}, say, texts=texts, lane=Lane.REMINDER, when=when)


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
            ]
        ]

    return buttons
