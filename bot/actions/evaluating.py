"""Evaluating tasks at the regular meeting: one tap each, the same for all who are done, and a note.

Until the roll is closed an evaluation may be replaced. What was left without one can still get it afterwards, until
the next regular meeting begins; what has one is locked. Members are told nothing: they look it up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.actions.authority import authorise
from bot.errors import BadInput, NotFound, TooLate
from bot.rules.permissions import Right
from bot.rules.words import Evaluated, MeetingKind
from bot.texts import Texts
from db import evaluations, meetings, organisations, tasks
from db.evaluations import Due
from db.models import Meeting, MeetingState, Member, Organisation, Progress
from db.session import Session

LONGEST = 500
"""Characters of a note."""


@dataclass(frozen=True)
class Sheet:
    """What a regular meeting is to evaluate or has evaluated, by given name. `ready`: it may be done now."""

    meeting: Meeting
    cell: Organisation
    dues: Sequence[Due]

    @property
    def left(self) -> list[Due]:
        """What is not evaluated yet."""
        return [due for due in self.dues if due.evaluated is None]

    @property
    def left_finished(self) -> list[Due]:
        """Of that, what was reported as done."""
        return [due for due in self.left if due.finished]

    @property
    def members(self) -> list[Member]:
        """Whose tasks it is about, each once."""
        return list({due.member.id: due.member for due in self.dues}.values())

    def of(self, member_id: int) -> list[Due]:
        """What is to be evaluated of one member."""
        return [due for due in self.dues if due.member.id == member_id]


async def look(session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts) -> Sheet:
    """The evaluations of a regular meeting, for who leads its cell.

    NotAllowed; NotFound for another kind of meeting; TooLate before its day, or when it was called off or not held.
    """
    meeting = await meetings.get(session, meeting_id)
    return await _look(session, meeting, by, now=now, texts=texts)


async def find(session: Session, cell_id: int, *, now: datetime, texts: Texts) -> Sheet | None:
    """The evaluations of the cell's last regular meeting, today's too. Who may see it is the caller's to ask."""
    meeting = await evaluations.find_meeting(session, cell_id, before=end_of_day(now, texts))
    return await _sheet(session, meeting, texts=texts) if meeting else None


async def evaluate(
    session: Session,
    *,
    meeting_id: int,
    assignment_id: int,
    evaluated: Evaluated,
    by: Member,
    now: datetime,
    texts: Texts,
) -> Sheet:
    """Evaluate what a member did of a task; the same again changes nothing.

    Raises what `look` raises; NotFound for what the meeting does not evaluate; TooLate when it has been evaluated
    and the roll is closed, or the next regular meeting has begun.
    """
    meeting = await meetings.get(session, meeting_id, for_update=True)
    await tasks.lock_assignment(session, assignment_id)
    sheet = await _look(session, meeting, by, now=now, texts=texts)
    due = _find(sheet, assignment_id)
    if due.evaluated is evaluated:
        return sheet
    await _check_open(session, meeting, now=now)
    if meeting.state is MeetingState.CLOSED and due.evaluated is not None:
        raise TooLate("evaluation_locked")
    await _record(session, [due], evaluated, by, now)
    return await _sheet(session, meeting, texts=texts)


async def evaluate_finished(
    session: Session, *, meeting_id: int, evaluated: Evaluated, by: Member, now: datetime, texts: Texts
) -> Sheet:
    """The same for everything that was reported as done and is not evaluated yet. Raises what `evaluate` does."""
    meeting = await meetings.get(session, meeting_id, for_update=True)
    await evaluations.lock_assignments(session, meeting.cell_id)
    sheet = await _look(session, meeting, by, now=now, texts=texts)
    await _check_open(session, meeting, now=now)
    await _record(session, sheet.left_finished, evaluated, by, now)
    return await _sheet(session, meeting, texts=texts)


async def set_note(
    session: Session, *, assignment_id: int, words: str, by: Member, now: datetime, texts: Texts
) -> tuple[Sheet, Due]:
    """Write a note beside the evaluation at the cell's last regular meeting; once its roll is closed, only where
    there is none. Raises what `evaluate` does; BadInput when there are too many words."""
    if len(words) > LONGEST:
        raise BadInput("form_too_long", most=LONGEST)
    meeting, _ = await find_for(session, assignment_id=assignment_id, by=by, now=now, texts=texts)
    await session.refresh(meeting, with_for_update=True)
    await tasks.lock_assignment(session, assignment_id)
    due = _find(await _look(session, meeting, by, now=now, texts=texts), assignment_id)
    await _check_open(session, meeting, now=now)
    row = due.progress or _row(due)
    if meeting.state is MeetingState.CLOSED and row.note:
        raise TooLate("evaluation_locked")
    row.note = words
    session.add(row)
    await session.flush()
    sheet = await _sheet(session, meeting, texts=texts)
    return sheet, _find(sheet, assignment_id)


async def find_for(
    session: Session, *, assignment_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[Meeting, Due]:
    """At which meeting an assignment is evaluated now, for who leads its cell. NotAllowed; NotFound for none."""
    given = await tasks.get_given(session, assignment_id)
    await authorise(session, by, Right.LEAD, given.task.cell_id, on=texts.day_of(now))
    sheet = await find(session, given.task.cell_id, now=now, texts=texts)
    if sheet is None:
        raise NotFound
    return sheet.meeting, _find(sheet, assignment_id)


def end_of_day(now: datetime, texts: Texts) -> datetime:
    """The local midnight after a moment."""
    return datetime.combine(texts.day_of(now) + timedelta(days=1), time(), texts.zone)


async def _look(session: Session, meeting: Meeting, by: Member, *, now: datetime, texts: Texts) -> Sheet:
    await authorise(session, by, Right.LEAD, meeting.cell_id, on=texts.day_of(now))
    if meeting.kind is not MeetingKind.REGULAR:
        raise NotFound
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD):
        raise TooLate("meeting_cancelled")
    if meeting.starts_at >= end_of_day(now, texts):
        raise TooLate("evaluation_early")
    return await _sheet(session, meeting, texts=texts)


async def _sheet(session: Session, meeting: Meeting, *, texts: Texts) -> Sheet:
    dues = await evaluations.list_due(session, meeting, on=texts.day_of(meeting.starts_at))
    return Sheet(meeting, await organisations.get(session, meeting.cell_id), dues)


async def _check_open(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """TooLate when the roll is closed and the next regular meeting has begun."""
    if meeting.state is not MeetingState.CLOSED:
        return
    last = await evaluations.find_meeting(session, meeting.cell_id, before=now + timedelta(seconds=1))
    if last is not None and last.starts_at > meeting.starts_at:
        raise TooLate("evaluation_over")


async def _record(
    session: Session, dues: Sequence[Due], evaluated: Evaluated, by: Member, now: datetime
) -> None:
    for due in dues:
        row = due.progress or _row(due)
        row.evaluated, row.evaluated_by, row.evaluated_at = evaluated, by.id, now
        session.add(row)
    await session.flush()


def _row(due: Due) -> Progress:
    """Nothing was reported: what is kept is how far the task was all the same."""
    given = due.assignment
    return Progress(assignment_id=given.id or 0, percent=given.percent, done=given.done)


def _find(sheet: Sheet, assignment_id: int) -> Due:
    found = next((due for due in sheet.dues if due.assignment.id == assignment_id), None)
    if found is None:
        raise NotFound
    return found
