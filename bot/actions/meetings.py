"""Schedules, and the meetings that come of them."""

from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from bot.actions.authority import authorise
from bot.errors import BadInput
from bot.rules.permissions import Right
from bot.rules.recurrence import occurrences
from bot.rules.reminders import due_times
from bot.rules.words import MeetingKind, ReminderProfile
from bot.texts import Texts
from db import meetings
from db.models import Meeting, MeetingState, Member, Reminder, Schedule
from db.session import Session, insert

AHEAD = timedelta(days=35)
"""How far ahead meetings stand in the calendar: the next one of every monthly schedule is always there."""
STEP = 200
"""Schedules dealt with in one transaction."""
MINUTES = 90
"""A meeting lasts at least this long."""


async def set_schedule(
    session: Session,
    *,
    cell_id: int,
    by: Member,
    kind: MeetingKind,
    rule: str,
    at: time,
    place: str,
    now: datetime,
    today: date,
    texts: Texts,
    minutes: int = MINUTES,
    profile: ReminderProfile = ReminderProfile.STANDARD,
) -> Schedule:
    """Set when a cell holds a kind of meeting, and put the next ones into the calendar.

    Meetings that members were not told of yet are replaced; what was announced stays as announced. NotAllowed
    unless `by` leads the cell; BadInput when the rule never comes true.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    if not occurrences(rule, at, texts.zone, today, today + timedelta(days=366)):
        raise BadInput("schedule_never")
    schedule = await _find_schedule(session, cell_id, kind) or Schedule(
        cell_id=cell_id, kind=kind, rule=rule, at=at, since=today
    )
    schedule.rule, schedule.at, schedule.place = rule, at, place
    schedule.minutes, schedule.profile = minutes, profile
    session.add(schedule)
    await _withdraw_unannounced(session, cell_id, kind, now=now)
    await session.flush()
    await plan(session, schedule, now=now, texts=texts)
    return schedule


async def plan_all(session: Session, *, now: datetime, texts: Texts) -> int:
    """Put the coming meetings of the next schedules into the calendar; how many schedules were dealt with."""
    to = texts.local(now).date() + AHEAD
    schedules = await meetings.list_schedules_to_plan(session, to=to, limit=STEP)
    for schedule in schedules:
        await plan(session, schedule, now=now, texts=texts)
    return len(schedules)


async def plan(session: Session, schedule: Schedule, *, now: datetime, texts: Texts) -> int:
    """Put a schedule's coming meetings into the calendar, each month's once whatever happens; how many were new."""
    today = texts.local(now).date()
    starts = occurrences(schedule.rule, schedule.at, texts.zone, today, today + AHEAD)
    coming = {texts.local(at).date().replace(day=1): at for at in reversed(starts) if at > now}
    known = await meetings.list_months(session, schedule.cell_id, schedule.kind, since=today.replace(day=1))
    new = 0
    for month, starts_at in sorted(coming.items()):
        if month not in known:
            new += await _add(session, schedule, month, starts_at, now=now, texts=texts)
    schedule.planned_to = today + AHEAD
    session.add(schedule)
    return new


async def _add(
    session: Session, schedule: Schedule, month: date, starts_at: datetime, *, now: datetime, texts: Texts
) -> int:
    row = {
        "cell_id": schedule.cell_id,
        "kind": schedule.kind,
        "month": month,
        "starts_at": starts_at,
        "minutes": schedule.minutes,
        "place": schedule.place,
        "agenda": "",
        "profile": schedule.profile,
        "state": MeetingState.PLANNED,
        "outcome": "",
    }
    made = await session.execute(
        insert(session, Meeting).values(row).on_conflict_do_nothing().returning(col(Meeting.id))
    )
    meeting_id = made.scalar_one_or_none()
    if meeting_id is None:
        return 0
    for due in due_times(
        schedule.profile, schedule.kind, starts_at, schedule.minutes, called_at=now, tz=texts.zone
    ):
        session.add(Reminder(meeting_id=meeting_id, step=due.step, due_at=due.due_at))
    await session.flush()
    return 1


async def _find_schedule(session: Session, cell_id: int, kind: MeetingKind) -> Schedule | None:
    query = select(Schedule).where(Schedule.cell_id == cell_id, Schedule.kind == kind).with_for_update()
    return (await session.exec(query)).first()


async def _withdraw_unannounced(session: Session, cell_id: int, kind: MeetingKind, *, now: datetime) -> None:
    for meeting in await meetings.list_unannounced(session, cell_id, kind, now=now):
        for reminder in await meetings.list_reminders(session, meeting.id or 0):
            await session.delete(reminder)
        await session.flush()
        await session.delete(meeting)
