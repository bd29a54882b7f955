"""How a cell's meetings are prepared and reminded of: its profile, when the secretary is asked, until when to answer.

They hold for all kinds of meetings of the cell; what is changed holds at once, for coming meetings too.
"""

from datetime import date, datetime, timedelta

from bot.actions.authority import authorise
from bot.actions.changing import LONGEST_AGENDA
from bot.actions.scheduling import reminders_of, row_of
from bot.errors import BadInput
from bot.rules.permissions import Right
from bot.rules.reminders import AFTERWARDS
from bot.rules.words import MeetingKind, ReminderProfile
from bot.texts import Texts
from db import meetings, schedules
from db.many import Batch, insert_new
from db.models import Meeting, Member, Reminder, Schedule
from db.session import Session


async def list_settings(session: Session, *, cell_id: int, by: Member, today: date) -> list[Schedule]:
    """The schedules of a cell with what is set for them. NotAllowed; BadInput while the cell has no schedule."""
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    own = await schedules.list_of(session, cell_id)
    if not own:
        raise BadInput("no_schedule")
    return sorted(own, key=lambda schedule: list(MeetingKind).index(schedule.kind))


async def change(
    session: Session,
    *,
    cell_id: int,
    by: Member,
    profile: ReminderProfile | None = None,
    prepare_days: int | None = None,
    answer_hours: int | None = None,
    now: datetime,
    texts: Texts,
) -> list[Schedule]:
    """Set what is given, and plan again what is still to be said about coming meetings: nothing is said twice.

    A meeting that was called keeps the deadline its invitation named. NotAllowed; BadInput without a schedule.
    """
    own = await list_settings(session, cell_id=cell_id, by=by, today=texts.day_of(now))
    given = {"profile": profile, "prepare_days": prepare_days, "answer_hours": answer_hours}
    for schedule in own:
        for name, value in given.items():
            if value is not None:
                setattr(schedule, name, value)
        session.add(schedule)
    by_kind = {schedule.kind: schedule for schedule in own}
    for meeting in await meetings.list_coming(session, cell_id, now=now):
        if meeting.kind is not MeetingKind.COMMITTEE:
            follow = by_kind.get(meeting.kind)
            meeting.profile = own[0].profile
            if follow is not None and meeting.called_at is None:
                meeting.answer_by = meeting.starts_at - timedelta(hours=follow.answer_hours)
            await _plan_again(session, meeting, follow, now=now, texts=texts)
    return own


async def set_agenda(
    session: Session, *, cell_id: int, kind: MeetingKind, by: Member, agenda: str, now: datetime, texts: Texts
) -> None:
    """Keep a model that is proposed as the agenda of each meeting of a kind; empty: what the last one had.

    NotAllowed; BadInput without such a schedule, or when it is too long.
    """
    own = await list_settings(session, cell_id=cell_id, by=by, today=texts.day_of(now))
    schedule = next((each for each in own if each.kind is kind), None)
    if schedule is None:
        raise BadInput("no_schedule")
    if len(agenda) > LONGEST_AGENDA:
        raise BadInput("form_too_long", most=LONGEST_AGENDA)
    schedule.agenda = agenda
    session.add(schedule)


async def _plan_again(
    session: Session, meeting: Meeting, schedule: Schedule | None, *, now: datetime, texts: Texts
) -> None:
    """Put what is left to be said in place of what was planned; a step that was said is not said again."""
    said = set()
    for reminder in await meetings.list_reminders(session, meeting.id or 0):
        if reminder.done_at is None:
            await session.delete(reminder)
        elif reminder.step not in AFTERWARDS:
            said.add(reminder.step)
    session.add(meeting)
    await session.flush()
    batch = reminders_of(
        row_of(meeting),
        now=now,
        texts=texts,
        called=meeting.called_at is not None,
        prepare_days=schedule.prepare_days if schedule is not None and meeting.confirmed_at is None else 0,
    )
    left = [row for row in batch.rows if row["step"] not in said]
    if left:
        await insert_new(session, Reminder, [Batch(batch.same, left)])
