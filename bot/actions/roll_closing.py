"""Closing a roll, correcting it afterwards with a reason, and the summary that says how it ended."""

from collections.abc import Collection
from datetime import datetime

from bot.actions import caring, check_ins, delegating, notice_sessions, residents, roll
from bot.actions.auditing import note
from bot.actions.authority import authorise_meeting
from bot.actions.caring import AfterRoll
from bot.actions.roll import MARKS, Sheet
from bot.actions.roll_screens import closed_buttons
from bot.actions.telling import Say, tell
from bot.errors import BadInput, NotFound, Refusal, TooLate
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.words import AuditVerb, MeetingKind, RollState
from bot.texts import Texts
from db import evaluations, meetings, outbox, people, rolls
from db.models import Meeting, MeetingState, Member, RollCorrection, RollMark
from db.posting import When
from db.session import Session

LONGEST = 500
"""Characters of the reason for a correction."""


async def close(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Sheet:
    """Close and lock the roll, and send the summary to those who lead the cell.

    Check-ins end, and so does who was asked to take this roll only. Of a residential meeting the residents'
    own secretaries hear. BadInput("roll_unmarked") while somebody is unmarked or a request for leave undecided.
    """
    sheet = await roll.open_for_marks(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if sheet.unmarked or sheet.undecided:
        raise BadInput("roll_unmarked")
    final = {e.member_id: e.state or RollState(e.standing) for e in sheet.people}
    closed = await roll.record(session, sheet, final, by=by, now=now)
    meeting = sheet.meeting
    await check_ins.end(session, meeting, now=now)
    meeting.state, meeting.closed_at, meeting.closed_by = MeetingState.CLOSED, now, by.id
    session.add(meeting)
    await session.flush()
    await rolls.keep_tally(session, meeting_id, closed.count)
    await delegating.end(session, meeting, by=by, now=now, texts=texts)
    if meeting.kind is MeetingKind.REGULAR:
        await evaluations.lock(session, meeting, on=texts.day_of(meeting.starts_at))
    await notice_sessions.follow_roll(session, meeting, now=now)
    await _send_summary(session, closed, now=now, texts=texts)
    if meeting.kind is MeetingKind.RESIDENTIAL:
        await residents.report(session, closed, now=now, texts=texts)
    return closed


async def open_mark(
    session: Session, *, mark_id: int, by: Member, now: datetime, texts: Texts, for_update: bool = False
) -> tuple[Meeting, RollMark]:
    """A mark of a closed roll, for who may correct it: who leads the cell.

    NotAllowed for others, a roll-taker too; TooLate while the roll is open, where a tap is enough.
    """
    mark = await rolls.get_mark(session, mark_id)
    meeting = await meetings.get(session, mark.meeting_id, for_update=for_update)
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    if meeting.state is not MeetingState.CLOSED:
        raise TooLate("roll_not_closed")
    return meeting, mark


async def correct(
    session: Session,
    *,
    mark_id: int,
    state: RollState,
    reason: str,
    by: Member,
    now: datetime,
    texts: Texts,
) -> tuple[Sheet, Member]:
    """Correct one mark of a closed roll and say why; the summary goes out anew, marked as corrected."""
    meeting, mark = await open_mark(session, mark_id=mark_id, by=by, now=now, texts=texts, for_update=True)
    await session.refresh(mark)
    if state not in MARKS:
        raise NotFound
    if not reason or len(reason) > LONGEST:
        raise BadInput("form_type_words")
    if mark.state is state:
        raise Refusal("roll_same")
    correction = RollCorrection(
        meeting_id=mark.meeting_id,
        member_id=mark.member_id,
        before=mark.state,
        after=state,
        reason=reason,
        by_id=by.id or 0,
        corrected_at=now,
    )
    mark.state, mark.marked_by, mark.marked_at = state, by.id, now
    session.add_all([correction, mark])
    await session.flush()
    await notice_sessions.follow_roll(session, meeting, now=now)
    await _note(session, meeting, mark, by, now=now, texts=texts)
    member = await people.get_member(session, mark.member_id)
    sheet = await roll.read(session, meeting, texts=texts)
    await rolls.keep_tally(session, mark.meeting_id, sheet.count)
    await _send_summary(session, sheet, now=now, texts=texts, corrected=correction.id)
    if meeting.kind is MeetingKind.RESIDENTIAL:
        await residents.report(session, sheet, now=now, texts=texts, corrected=correction)
    return sheet, member


async def _note(
    session: Session, meeting: Meeting, mark: RollMark, by: Member, *, now: datetime, texts: Texts
) -> None:
    role = await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    where = {"organisation_id": meeting.cell_id, "object_id": meeting.id}
    note(session, AuditVerb.ROLL_CORRECTED, now=now, by=by, role=role, about=mark.member_id, **where)


async def _send_summary(
    session: Session, sheet: Sheet, *, now: datetime, texts: Texts, corrected: int | None = None
) -> None:
    """Tell those who lead the cell; what waits of an earlier summary is taken back."""
    today, meeting_id = texts.day_of(now), sheet.meeting.id or 0
    about = ("summary", meeting_id)
    if corrected:
        await outbox.withdraw(session, about=about, now=now)
    minutes = await rolls.find_minutes(session, meeting_id)
    care = await _care_after(session, sheet, texts=texts)
    say = Say(
        "roll_summary",
        {
            "sheet": sheet,
            "skipping": care.skipping,
            "returned": care.returned,
            "guests": await rolls.list_guests(session, meeting_id),
            "length": (minutes.length if minutes else None) or sheet.meeting.minutes,
            "corrected": corrected is not None,
        },
        buttons=lambda t, language: [
            *closed_buttons(sheet.meeting, t, language),
            *care.buttons(t, language),
        ],
        about=about,
        protect=True,
        dedupe=f"summary:{meeting_id}:{corrected}" if corrected else f"summary:{meeting_id}",
    )
    leaders: Collection[int] = await people.list_leaders(session, sheet.meeting.cell_id, on=today)
    await tell(session, leaders, say, texts=texts, lane=Lane.REPLY, when=When(now))


async def _care_after(session: Session, sheet: Sheet, *, texts: Texts) -> AfterRoll:
    """Who has been missing: from regular meetings only."""
    cell_id, begun = sheet.meeting.cell_id, sheet.meeting.starts_at
    if sheet.meeting.kind is not MeetingKind.REGULAR:
        return AfterRoll(cell_id)
    states = {e.member_id: e.state for e in sheet.people}
    return await caring.after_roll(session, cell_id, states, starts_at=begun, on=texts.day_of(begun))
