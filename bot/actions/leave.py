"""Requests for leave: what the secretary decides, one by one or together, and how the members are told."""

import zlib
from collections.abc import Sequence
from datetime import datetime

from bot.actions import living
from bot.actions.attendance import SHOWING_ANSWERS, check_open, find_reply, get_open, headcount
from bot.actions.authority import authorise_meeting
from bot.actions.telling import Say, tell
from bot.errors import NotFound, TooLate
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.words import Answer, LeaveDecision
from bot.texts import Texts
from db import answers, organisations, people
from db.meetings import Expected
from db.models import Meeting, Member, Reply
from db.posting import When
from db.session import Session


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
    if reply.decision is not decision:
        await _decide(session, meeting, [reply], decision, by=by, now=now, texts=texts)
    return member, reply


async def list_leave(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[Meeting, list[Expected]]:
    """The meeting, and who asks leave from it undecided, in name order. NotAllowed unless `by` leads the cell."""
    meeting, _ = await answers.get_meeting(session, meeting_id)
    check_open(meeting)
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    return meeting, (await headcount(session, meeting, on=texts.day_of(meeting.starts_at))).undecided


async def accept_all(
    session: Session, *, meeting_id: int, by: Member, seen: int, now: datetime, texts: Texts
) -> tuple[Meeting, list[Expected]]:
    """Accept all requests for leave together, and tell each member kindly; the meeting, and whose they were.

    `seen` is the stamp of what the secretary was shown: TooLate when somebody has asked or changed it since.
    """
    meeting, waiting = await list_leave(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if seen != stamp(waiting):
        raise TooLate("leave_changed")
    replies = [e.reply for e in waiting if e.reply is not None]
    await _decide(session, meeting, replies, LeaveDecision.ACCEPTED, by=by, now=now, texts=texts)
    return meeting, waiting


def stamp(waiting: Sequence[Expected]) -> int:
    """A number that is another one as soon as other requests stand there, or one of them says something else."""
    said = [(r.member_id, r.answered_at, r.reason, r.words) for e in waiting if (r := e.reply) is not None]
    return zlib.crc32(repr(said).encode())


async def _decide(
    session: Session,
    meeting: Meeting,
    replies: Sequence[Reply],
    decision: LeaveDecision,
    *,
    by: Member,
    now: datetime,
    texts: Texts,
) -> None:
    for reply in replies:
        reply.decision, reply.decided_by, reply.decided_at = decision, by.id, now
        session.add(reply)
    await living.note_changed(session, meeting, *SHOWING_ANSWERS, now=now)
    cell = await organisations.get(session, meeting.cell_id)
    say = Say(
        "leave_decided",
        {"meeting": meeting, "cell": cell, "decision": decision},
        about=("leave_decision", meeting.id or 0),
    )
    to = [reply.member_id for reply in replies]
    await tell(session, to, say, texts=texts, lane=Lane.REPLY, when=When(now))
