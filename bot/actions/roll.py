"""The roll call: pre-filled from the answers, changed by tap, closed and locked; and who has been missing.

Nobody becomes unexcused by default: whoever is unmarked at the end is shown, and the secretary chooses.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from bot.actions.authority import authorise_meeting
from bot.actions.telling import Say, tell
from bot.errors import BadInput, NotFound, TooLate
from bot.lanes import Lane
from bot.rules.attendance import Count, Standing, all_present, band, count, skipped_months
from bot.rules.names import given_name_key
from bot.rules.permissions import Right
from bot.rules.words import RollState
from bot.texts import Texts
from db import meetings, organisations, people
from db.meetings import Expected
from db.models import Meeting, MeetingState, Member, Organisation, RollMark
from db.posting import When
from db.session import Session, insertion

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


@dataclass(frozen=True)
class Skipping:
    """A member who missed regular meetings without an accepted reason, and in how many months of the year."""

    member: Member
    months: int
    band: str


async def open_sheet(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Sheet:
    """The roll of a meeting, for who may take it. TooLate when the meeting was called off."""
    meeting = await meetings.get(session, meeting_id, for_update=True)
    await authorise_meeting(session, by, meeting, Right.TAKE_ROLL, on=texts.day_of(now))
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD):
        raise TooLate("meeting_cancelled")
    return await _sheet(session, meeting, texts=texts)


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
    sheet = await _open_for_marks(session, meeting_id, by, now=now, texts=texts)
    if member_id not in {e.member_id for e in sheet.called} or state not in MARKS:
        raise NotFound
    return await _write(session, sheet, {member_id: state}, by=by, now=now)


async def mark_all_present(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> Sheet:
    """Mark everybody present who must attend, did not ask leave and has no mark yet."""
    sheet = await _open_for_marks(session, meeting_id, by, now=now, texts=texts)
    marks = {
        e.member_id: state
        for e in sheet.people
        if (state := all_present(e.standing, e.reply.answer if e.reply else None, e.state)) and not e.mark
    }
    return await _write(session, sheet, marks, by=by, now=now)


async def mark_rest(
    session: Session, *, meeting_id: int, state: RollState, by: Member, now: datetime, texts: Texts
) -> Sheet:
    """Put everybody who is still unmarked, those with undecided leave too, into one state the secretary chose."""
    sheet = await _open_for_marks(session, meeting_id, by, now=now, texts=texts)
    if state not in MARKS:
        raise NotFound
    rest = sheet.undecided if state is RollState.EXCUSED and sheet.undecided else sheet.unmarked
    return await _write(session, sheet, {e.member_id: state for e in rest}, by=by, now=now)


async def close(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Sheet:
    """Close and lock the roll, and send the summary to those who lead the cell.

    BadInput("roll_unmarked") while somebody is unmarked or a request for leave undecided.
    """
    sheet = await _open_for_marks(session, meeting_id, by, now=now, texts=texts)
    if sheet.unmarked or sheet.undecided:
        raise BadInput("roll_unmarked")
    final = {e.member_id: e.state or RollState(e.standing) for e in sheet.people}
    closed = await _write(session, sheet, final, by=by, now=now)
    sheet.meeting.state = MeetingState.CLOSED
    sheet.meeting.closed_at, sheet.meeting.closed_by = now, by.id
    session.add(sheet.meeting)
    await session.flush()
    await _send_summary(session, closed, now=now, texts=texts)
    return closed


async def list_skipping(session: Session, cell_id: int, *, year: int) -> list[Skipping]:
    """Who missed regular meetings of the year without an accepted reason, most months first."""
    months: dict[int, list[tuple[date, RollState]]] = defaultdict(list)
    found: dict[int, Member] = {}
    absences = await meetings.list_absences(
        session, cell_id, since=date(year, 1, 1), until=date(year + 1, 1, 1)
    )
    for member, month, state in absences:
        assert member.id is not None
        found[member.id] = member
        months[member.id].append((month, state))
    skipping = [
        Skipping(found[member_id], n, band(n))
        for member_id, each in months.items()
        if (n := skipped_months(each))
    ]
    return sorted(skipping, key=lambda s: (-s.months, given_name_key(s.member.name)))


async def find_last_sheet(session: Session, cell_id: int, *, texts: Texts) -> Sheet | None:
    """The closed roll of the cell's last regular meeting."""
    meeting = await meetings.find_last_closed(session, cell_id)
    return await _sheet(session, meeting, texts=texts) if meeting else None


async def _open_for_marks(
    session: Session, meeting_id: int, by: Member, *, now: datetime, texts: Texts
) -> Sheet:
    sheet = await open_sheet(session, meeting_id=meeting_id, by=by, now=now, texts=texts)
    if sheet.meeting.state is MeetingState.CLOSED:
        raise TooLate("roll_closed")
    if texts.day_of(now) < texts.day_of(sheet.meeting.starts_at):
        raise TooLate("roll_too_early")
    return sheet


async def _sheet(session: Session, meeting: Meeting, *, texts: Texts) -> Sheet:
    on = texts.day_of(meeting.starts_at)
    cell = await organisations.get(session, meeting.cell_id)
    return Sheet(meeting, cell, await meetings.list_expected(session, meeting, on=on))


async def _write(
    session: Session, sheet: Sheet, marks: dict[int, RollState], *, by: Member, now: datetime
) -> Sheet:
    """Put marks on the roll; the sheet with them. The meeting is locked: nobody else marks meanwhile."""
    if not marks:
        return sheet
    same = {"meeting_id": sheet.meeting.id, "marked_by": by.id, "marked_at": now}
    rows = [{**same, "member_id": member_id, "state": state} for member_id, state in marks.items()]
    await session.execute(_marking(insertion(session)), rows)
    people = [replace(e, mark=marks.get(e.member_id, e.mark)) for e in sheet.people]
    return replace(sheet, people=people)


@cache
def _marking(insert: Any) -> Any:
    statement = insert(RollMark.__table__)  # type: ignore[attr-defined]
    new = {name: statement.excluded[name] for name in ("state", "marked_by", "marked_at")}
    return statement.on_conflict_do_update(index_elements=["meeting_id", "member_id"], set_=new)


async def _send_summary(session: Session, sheet: Sheet, *, now: datetime, texts: Texts) -> None:
    today = texts.day_of(now)
    leaders = await people.list_leaders(session, sheet.meeting.cell_id, on=today)
    say = Say(
        "roll_summary",
        {
            "sheet": sheet,
            "skipping": _amber(await list_skipping(session, sheet.cell.id or 0, year=today.year)),
        },
        about=("summary", sheet.meeting.id or 0),
        protect=True,
        dedupe=f"summary:{sheet.meeting.id}",
    )
    await tell(session, leaders, say, texts=texts, lane=Lane.REPLY, when=When(now))


def _amber(skipping: Iterable[Skipping]) -> list[Skipping]:
    """Those the cell may want to talk about: two months and more."""
    return [s for s in skipping if s.band != "none"]
