"""Schedules, and the meetings that come of them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import select

from bot.actions.authority import authorise
from bot.errors import BadInput
from bot.rules.permissions import Right
from bot.rules.recurrence import occurrences
from bot.rules.reminders import due_times
from bot.rules.words import MeetingKind, ReminderProfile
from bot.texts import Texts
from db import meetings
from db.many import Batch, Row, insert_new
from db.models import Member, Reminder, Schedule
from db.session import Session

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
    await plan(session, [schedule], now=now, texts=texts)
    return schedule


async def plan_all(session: Session, *, now: datetime, texts: Texts) -> int:
    """Put the coming meetings of the next schedules into the calendar; how many schedules were dealt with."""
    to = texts.day_of(now) + AHEAD
    schedules = await meetings.list_schedules_to_plan(session, to=to, limit=STEP)
    await plan(session, schedules, now=now, texts=texts)
    return len(schedules)


async def plan(session: Session, schedules: Sequence[Schedule], *, now: datetime, texts: Texts) -> int:
    """Put the coming meetings of schedules into the calendar, with their reminders; how many are new.

    A month's meeting is there once, whatever happens.
    """
    today = texts.day_of(now)
    cells = {schedule.cell_id for schedule in schedules}
    known = await meetings.list_months(session, cells, since=today.replace(day=1))
    coming = [
        (schedule, month, starts_at)
        for schedule in schedules
        for month, starts_at in _coming(schedule, now=now, texts=texts).items()
        if (schedule.cell_id, schedule.kind, month) not in known
    ]
    new = await meetings.add(session, [_meeting(*each) for each in coming])
    await insert_new(session, Reminder, [_reminders(row, now=now, texts=texts) for row in new])
    for schedule in schedules:
        schedule.planned_to = today + AHEAD
        session.add(schedule)
    return len(new)


def _coming(schedule: Schedule, *, now: datetime, texts: Texts) -> dict[date, datetime]:
    """The first start in each month of those that are due to stand in the calendar."""
    today = texts.day_of(now)
    starts = occurrences(schedule.rule, schedule.at, texts.zone, today, today + AHEAD)
    return {texts.day_of(at).replace(day=1): at for at in reversed(starts) if at > now}


def _meeting(schedule: Schedule, month: date, starts_at: datetime) -> Row:
    return {
        "cell_id": schedule.cell_id,
        "kind": schedule.kind,
        "month": month,
        "starts_at": starts_at,
        "minutes": schedule.minutes,
        "place": schedule.place,
        "profile": schedule.profile,
    }


def _reminders(meeting: Row, *, now: datetime, texts: Texts) -> Batch:
    dues = due_times(
        meeting["profile"],
        meeting["kind"],
        meeting["starts_at"],
        meeting["minutes"],
        called_at=now,
        tz=texts.zone,
    )
    return Batch({"meeting_id": meeting["id"]}, [{"step": due.step, "due_at": due.due_at} for due in dues])


async def _find_schedule(session: Session, cell_id: int, kind: MeetingKind) -> Schedule | None:
    query = select(Schedule).where(Schedule.cell_id == cell_id, Schedule.kind == kind).with_for_update()
    return (await session.exec(query)).first()


async def _withdraw_unannounced(session: Session, cell_id: int, kind: MeetingKind, *, now: datetime) -> None:
    for meeting in await meetings.list_unannounced(session, cell_id, kind, now=now):
        for reminder in await meetings.list_reminders(session, meeting.id or 0):
            await session.delete(reminder)
        await session.flush()
        await session.delete(meeting)
