"""What members say beforehand: coming, leave or late; what the secretary decides about leave; who is silent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import select

from bot.actions.authority import authorise
from bot.actions.telling import Buttons, Say, tell
from bot.buttons import Rows, tap
from bot.errors import NotAllowed, NotFound, TooLate
from bot.lanes import Lane
from bot.rules.attendance import Standing
from bot.rules.permissions import Right
from bot.rules.words import Answer, LeaveDecision, LeaveReason, RoleName
from bot.texts import Texts
from db import meetings, organisations, outbox, people
from db.meetings import Expected
from db.models import Meeting, MeetingState, Member, Reply
from db.outbox import When
from db.session import Session, insert

TIME_FOR_A_REASON = timedelta(minutes=3)
"""A request for leave waits this long for its reason before the secretary hears of it."""


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
    """An answer as recorded, and what was said before it."""

    meeting: Meeting
    reply: Reply
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
    meeting = await get_open(session, meeting_id)
    on = texts.local(meeting.starts_at).date()
    member = await people.get_member(session, member_id)
    if by.id != member_id:
        await authorise(session, by, Right.LEAD, meeting.cell_id, on=texts.local(now).date())
    expected = await meetings.list_expected(session, meeting, on=on)
    mine = next((e for e in expected if e.member_id == member_id), None)
    if mine is None or mine.standing is Standing.NOT_EXPECTED:
        raise NotAllowed("not_on_list")
    before = mine.reply.answer if mine.reply else None
    reply = await _record(session, meeting, member_id, by, answer, reason, words, now=now)
    await _tell_leaders(session, meeting, member, reply, before, by=by, now=now, texts=texts)
    return Answered(meeting, reply, before)


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
    await authorise(session, by, Right.LEAD, meeting.cell_id, on=texts.local(now).date())
    reply = await find_reply(session, meeting_id, member_id, for_update=True)
    if reply is None or reply.answer is not Answer.LEAVE:
        raise NotFound("leave_withdrawn")
    member = await people.get_member(session, member_id)
    if reply.decision is decision:
        return member, reply
    reply.decision, reply.decided_by, reply.decided_at = decision, by.id, now
    session.add(reply)
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
    if meeting.state is not MeetingState.PLANNED:
        raise TooLate("roll_closed" if meeting.state is MeetingState.CLOSED else "meeting_cancelled")
    return meeting


async def find_reply(
    session: Session, meeting_id: int, member_id: int, *, for_update: bool = False
) -> Reply | None:
    """What the member said about the meeting."""
    query = select(Reply).where(Reply.meeting_id == meeting_id, Reply.member_id == member_id)
    return (await session.exec(query.with_for_update() if for_update else query)).first()


async def _record(
    session: Session,
    meeting: Meeting,
    member_id: int,
    by: Member,
    answer: Answer,
    reason: LeaveReason | None,
    words: str,
    *,
    now: datetime,
) -> Reply:
    said = {
        "answer": answer,
        "reason": reason,
        "words": words,
        "by_id": by.id,
        "answered_at": now,
        "decision": None,
        "decided_by": None,
        "decided_at": None,
    }
    statement = insert(session, Reply).values(meeting_id=meeting.id, member_id=member_id, **said)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["meeting_id", "member_id"], set_=said)
    )
    reply = await find_reply(session, meeting.id or 0, member_id)
    assert reply is not None
    await session.refresh(reply)
    return reply


async def _tell_leaders(
    session: Session,
    meeting: Meeting,
    member: Member,
    reply: Reply,
    before: Answer | None,
    *,
    by: Member,
    now: datetime,
    texts: Texts,
) -> None:
    assert reply.id is not None and meeting.id is not None
    await outbox.withdraw(session, about=("leave", reply.id), now=now)
    holders = await people.list_holders(
        session, meeting.cell_id, (RoleName.SECRETARY, RoleName.DEPUTY), on=texts.local(now).date()
    )
    leaders = [m.id for m in holders if m.id is not None and m.id != by.id]
    values = {"meeting": meeting, "member": member, "reply": reply}
    if reply.answer is Answer.LEAVE:
        say = Say("leave_asked", values, buttons=_leave_buttons(reply), about=("leave", reply.id))
        wait = now if reply.reason or reply.words or by.id != reply.member_id else now + TIME_FOR_A_REASON
        when = When(now, not_before=wait)
        await tell(session, leaders, say, texts=texts, lane=Lane.REMINDER, when=when)
    elif before is Answer.LEAVE:
        say = Say("leave_taken_back", values, about=("leave", reply.id))
        await tell(session, leaders, say, texts=texts, lane=Lane.REMINDER, when=When(now))
    counted = await headcount(session, meeting, on=texts.local(meeting.starts_at).date())
    if not counted.silent and before is None:
        say = Say(
            "meeting_all_answered",
            {"meeting": meeting, "count": counted},
            about=("headcount", meeting.id),
            dedupe=f"meeting:{meeting.id}:all_answered",
        )
        everyone = [m.id for m in holders if m.id is not None]
        await tell(session, everyone, say, texts=texts, lane=Lane.REMINDER, when=When(now))


def _leave_buttons(reply: Reply) -> Buttons:
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
