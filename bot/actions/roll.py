"""The roll call: pre-filled from the answers, changed by tap, closed and locked.

Nobody becomes unexcused by default: whoever is unmarked at the end is shown, and the secretary chooses.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from bot.actions import living
from bot.actions.authority import authorise_meeting
from bot.errors import NotFound, TooLate
from bot.rules.attendance import Count, Standing, all_present, count
from bot.rules.permissions import ALLOWED, Right
from bot.rules.words import RollState
from bot.texts import Texts
from db import meetings, organisations
from db.meetings import Expected
from db.models import LiveKind, Meeting, MeetingState, Member, Organisation, RollMark
from db.session import Session, insertion

TAKERS = ALLOWED[Right.TAKE_ROLL]
"""The roles that take a roll."""
SHOWING_ROLL = (LiveKind.ROLL, LiveKind.CHECK_IN)
"""What shows how the roll stands."""
MARKS = (RollState.PRESENT, RollState.LATE, RollState.EXCUSED, RollState.UNEXCUSED)
"""What a tap goes through, in this order."""


@dataclass(frozen=True)
class Sheet:
    """A meeting's roll as it stands: everybody on the list, in Vietnamese name order."""

    meeting: Meeting
    cell: Organisation
    people: list[Expected]

    @property
    def count(self) -> Count:
        """The roll in numbers."""
        return count((e.standing, e.state) for e in self.people)

    @property
    def called(self) -> list[Expected]:
        """Those whose name is called: they must attend."""
        return [e for e in self.people if e.standing is Standing.MUST_ATTEND]

    @property
    def unmarked(self) -> list[Expected]:
        """Those who are not marked and did not ask leave."""
        return [e for e in self.called if e.state is None and not e.asks_leave]

    @property
    def undecided(self) -> list[Expected]:
        """Those who asked leave, which nobody has decided about."""
        return [e for e in self.called if e.state is None and e.asks_leave]

    def in_state(self, state: RollState) -> list[Member]:
        """The members in a state of the roll."""
        return [e.member for e in self.called if e.state == state]


async def look(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Sheet:
    """The roll of a meeting, for who may take it. TooLate when the meeting was called off or not held."""
    return await _look(session, await meetings.get(session, meeting_id), by, now=now, texts=texts)


async def open_for_marks(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> Sheet:
    """The same, and nobody else changes it until the end. TooLate when it is closed, or before its day."""
    meeting = await meetings.get(session, meeting_id, for_update=True)
    sheet = await _look(session, meeting, by, now=now, texts=texts)
    if meeting.state is MeetingState.CLOSED:
        raise TooLate("roll_closed")
    if texts.day_of(now) < texts.day_of(meeting.starts_at):
        raise TooLate("roll_too_early")
    return sheet


async def mark(
    session: Session,
    *,
    meeting_id: int,
    member_id: int,
    state: RollState,
    by: Member,
    now: datetime,
    texts: Texts,
) -> Sheet:
    """Mark one member. NotAllowed, TooLate when closed or not begun, NotFound when not on the list."""
    sheet = await open_for_marks(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if member_id not in {e.member_id for e in sheet.called} or state not in MARKS:
        raise NotFound
    return await record(session, sheet, {member_id: state}, by=by, now=now)


async def mark_all_present(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> Sheet:
    """Mark everybody present who must attend, did not ask leave and has no mark yet."""
    sheet = await open_for_marks(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    marks = {
        e.member_id: state
        for e in sheet.people
        if (state := all_present(e.standing, e.reply.answer if e.reply else None, e.state)) and not e.mark
    }
    return await record(session, sheet, marks, by=by, now=now)


async def mark_rest(
    session: Session, *, meeting_id: int, state: RollState, by: Member, now: datetime, texts: Texts
) -> Sheet:
    """Put everybody who is still unmarked, those with undecided leave too, into one state the secretary chose."""
    sheet = await open_for_marks(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if state not in MARKS:
        raise NotFound
    rest = sheet.undecided if state is RollState.EXCUSED and sheet.undecided else sheet.unmarked
    return await record(session, sheet, {e.member_id: state for e in rest}, by=by, now=now)


async def find_last_sheet(session: Session, cell_id: int, *, texts: Texts) -> Sheet | None:
    """The closed roll of the cell's last regular meeting."""
    meeting = await meetings.find_last_closed(session, cell_id)
    return await read(session, meeting, texts=texts) if meeting else None


async def _look(session: Session, meeting: Meeting, by: Member, *, now: datetime, texts: Texts) -> Sheet:
    await authorise_meeting(session, by, meeting, Right.TAKE_ROLL, on=texts.day_of(now))
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD):
        raise TooLate("meeting_cancelled")
    return await read(session, meeting, texts=texts)


async def read(session: Session, meeting: Meeting, *, texts: Texts) -> Sheet:
    """The roll of a meeting, whoever asks."""
    on = texts.day_of(meeting.starts_at)
    cell = await organisations.get(session, meeting.cell_id)
    return Sheet(meeting, cell, await meetings.list_expected(session, meeting, on=on))


async def record(
    session: Session, sheet: Sheet, marks: dict[int, RollState], *, by: Member, now: datetime
) -> Sheet:
    """Put marks on the roll; the sheet with them. The meeting is locked: nobody else marks meanwhile."""
    if not marks:
        return sheet
    same = {"meeting_id": sheet.meeting.id, "marked_by": by.id, "marked_at": now}
    rows = [{**same, "member_id": member_id, "state": state} for member_id, state in marks.items()]
    await session.execute(_marking(insertion(session)), rows)
    await living.note_changed(session, sheet.meeting, *SHOWING_ROLL, now=now)
    people = [replace(e, mark=marks.get(e.member_id, e.mark)) for e in sheet.people]
    return replace(sheet, people=people)


@cache
def _marking(insert: Any) -> Any:
    statement = insert(RollMark.__table__)  # type: ignore[attr-defined]
    new = {name: statement.excluded[name] for name in ("state", "marked_by", "marked_at")}
    return statement.on_conflict_do_update(index_elements=["meeting_id", "member_id"], set_=new)
