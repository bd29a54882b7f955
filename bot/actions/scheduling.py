"""Schedules of cells, the defaults of committees, and the meetings that come of them.

A schedule that was set or changed has no `planned_to`; the planning tick then replaces what nobody was told of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.actions.authority import authorise
from bot.errors import BadInput, NotFound
from bot.rules.permissions import Right
from bot.rules.recurrence import Planned, planned
from bot.rules.reminders import due_times
from bot.rules.words import MeetingKind, Shift
from bot.texts import Texts
from bot.workdays import VietNam
from db import meetings, schedules
from db.many import Batch, Row, insert_new
from db.models import DefaultSchedule, Meeting, Member, Reminder, Schedule
from db.session import Session

AHEAD = timedelta(days=35)
"""How far ahead meetings stand in the calendar: the next one of every monthly schedule is always there."""
YEARS = timedelta(days=800)
"""Within this a schedule must come true: the rarest are yearly, and a shift may carry one away."""
FORESEEN = 2 * AHEAD
"""Within this a changed schedule is looked up before what it replaces is taken out of the calendar."""
STEP = 200
"""Schedules dealt with in one transaction."""
MINUTES, COMBINED_MINUTES = 90, 120
"""A meeting lasts at least this long; a regular one that is thematic too, the second."""


@dataclass(frozen=True)
class Timetable:
    """When a kind of meeting takes place: the rule, the local time, what happens on days off, the planned length."""

    rule: str
    at: time
    shift: Shift = Shift.NONE
    minutes: int = MINUTES


async def set_schedule(
    session: Session,
    *,
    cell_id: int,
    by: Member | None,
    kind: MeetingKind,
    when: Timetable,
    place: str,
    now: datetime,
    today: date,
    texts: Texts,
) -> Schedule:
    """Set when a cell holds a kind of meeting, and put the next ones into the calendar.

    Meetings that members were not told of yet are replaced; what was announced stays as announced. NotAllowed
    unless `by` leads the cell (nobody is an operator at the machine); BadInput when the rule never comes true.
    """
    if by is not None:
        await authorise(session, by, Right.LEAD, cell_id, on=today)
    _check(when, today, texts)
    schedule = await _find_or_new(session, cell_id, kind, when, today)
    schedule.default_id, schedule.place = None, place
    return await _follow(session, schedule, when, now=now, texts=texts)


async def follow_default(
    session: Session,
    *,
    cell_id: int,
    by: Member,
    kind: MeetingKind,
    now: datetime,
    today: date,
    texts: Texts,
) -> Schedule:
    """Let a cell meet on the day its committee has set. NotAllowed; NotFound where there is no default."""
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    default = await schedules.find_default(session, cell_id, kind)
    if default is None:
        raise NotFound("no_default_schedule")
    when = timetable_of(default)
    schedule = await _find_or_new(session, cell_id, kind, when, today)
    schedule.default_id = default.id
    return await _follow(session, schedule, when, now=now, texts=texts)


async def set_default(
    session: Session,
    *,
    organisation_id: int,
    by: Member | None,
    kind: MeetingKind,
    when: Timetable,
    today: date,
    texts: Texts,
) -> DefaultSchedule:
    """Set the day of a kind of meeting for all cells below a committee that have none of their own.

    The planning tick carries it out. NotAllowed unless `by` is an officer there (nobody is an operator at the
    machine); BadInput when it never comes true.
    """
    if by is not None:
        await authorise(session, by, Right.SET_DEFAULTS, organisation_id, on=today)
    _check(when, today, texts)
    default = await schedules.find_own_default(session, organisation_id, kind)
    if default is None:
        default = DefaultSchedule(organisation_id=organisation_id, kind=kind, rule=when.rule, at=when.at)
    default.rule, default.at, default.shift, default.minutes = when.rule, when.at, when.shift, when.minutes
    session.add(default)
    await session.flush()
    await schedules.copy_default(session, default)
    return default


async def end_default(
    session: Session, *, organisation_id: int, by: Member, kind: MeetingKind, today: date
) -> None:
    """Take a default back; cells that followed it follow the next one above, or have no schedule any more."""
    await authorise(session, by, Right.SET_DEFAULTS, organisation_id, on=today)
    default = await schedules.find_own_default(session, organisation_id, kind)
    if default is None:
        raise NotFound("no_default_schedule")
    await schedules.forget_default(session, default)


async def plan_all(session: Session, *, now: datetime, texts: Texts) -> int:
    """Let cells follow the defaults above them, and put the coming meetings of the next schedules into the calendar.

    How many schedules were dealt with.
    """
    today = texts.day_of(now)
    followed = await schedules.follow_defaults(session, today=today, limit=STEP)
    found = await meetings.list_schedules_to_plan(session, to=today + AHEAD, limit=STEP)
    await plan(session, found, now=now, texts=texts)
    return followed + len(found)


async def plan(session: Session, found: Sequence[Schedule], *, now: datetime, texts: Texts) -> int:
    """Put the coming meetings of schedules into the calendar, with their reminders; how many are new.

    A month's meeting is there once, whatever happens: of a changed schedule what nobody was told of is replaced,
    and stays where the change leaves the month without one.
    """
    today = texts.day_of(now)
    coming = [
        (schedule, month, starts_at)
        for schedule in found
        for month, starts_at in _coming(schedule, now=now, texts=texts).items()
    ]
    await schedules.withdraw_untold(session, _replaced(found, today=today, texts=texts), now=now)
    since = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    known = await meetings.list_months(session, {s.cell_id for s in found}, since=since)
    rows = [_meeting(*each) for each in coming if (each[0].cell_id, each[0].kind, each[1]) not in known]
    new = await meetings.add(session, rows)
    days = {(schedule.cell_id, schedule.kind): schedule.prepare_days for schedule in found}
    steps = [
        reminders_of(row, now=now, texts=texts, prepare_days=days[row["cell_id"], row["kind"]]) for row in new
    ]
    await insert_new(session, Reminder, steps)
    for schedule in found:
        schedule.planned_to = today + AHEAD
        session.add(schedule)
    return len(new)


def reminders_of(
    meeting: Row, *, now: datetime, texts: Texts, called: bool = False, prepare_days: int = 0
) -> Batch:
    """What is to be said about a meeting (the columns of its row), and when; of one that is called, no call.

    So many days before it the secretary is asked to confirm it (0: not asked).
    """
    dues = due_times(
        meeting["profile"],
        meeting["kind"],
        meeting["starts_at"],
        meeting["minutes"],
        called_at=now,
        tz=texts.zone,
        prepare_days=prepare_days,
        was_called=called,
    )
    return Batch({"meeting_id": meeting["id"]}, [{"step": due.step, "due_at": due.due_at} for due in dues])


def row_of(meeting: Meeting) -> Row:
    """What `reminders_of` needs to know of a meeting that stands in the calendar."""
    return {name: getattr(meeting, name) for name in ("id", "profile", "kind", "starts_at", "minutes")}


def timetable_of(schedule: Schedule | DefaultSchedule) -> Timetable:
    """When the meetings of a schedule take place."""
    return Timetable(schedule.rule, schedule.at, schedule.shift, schedule.minutes)


def _check(when: Timetable, today: date, texts: Texts) -> None:
    if not _planned(when, today, today + YEARS, texts):
        raise BadInput("schedule_never")


async def _find_or_new(
    session: Session, cell_id: int, kind: MeetingKind, when: Timetable, today: date
) -> Schedule:
    """The cell's schedule; of a first one of its kind how it is reminded of is as the cell has set for its others."""
    found = await schedules.find(session, cell_id, kind)
    if found is not None:
        return found
    others = await schedules.list_of(session, cell_id)
    kept = {name: getattr(others[0], name) for name in schedules.SET_FOR_ALL} if others else {}
    return Schedule(cell_id=cell_id, kind=kind, rule=when.rule, at=when.at, since=today, **kept)


async def _follow(
    session: Session, schedule: Schedule, when: Timetable, *, now: datetime, texts: Texts
) -> Schedule:
    """Let a schedule go by a timetable, and plan its meetings anew."""
    schedule.rule, schedule.at, schedule.shift = when.rule, when.at, when.shift
    schedule.minutes, schedule.planned_to = when.minutes, None
    session.add(schedule)
    await session.flush()
    await plan(session, [schedule], now=now, texts=texts)
    return schedule


def _coming(schedule: Schedule, *, now: datetime, texts: Texts) -> dict[date, datetime]:
    """The start in each month of those that are due to stand in the calendar."""
    today = texts.day_of(now)
    found = _planned(schedule, today, today + AHEAD, texts)
    return {each.month: each.starts_at for each in found if each.starts_at > now}


def _replaced(found: Sequence[Schedule], *, today: date, texts: Texts) -> set[schedules.Month]:
    """The months for which schedules that have changed give a meeting; of what is held less often, all months."""
    months = [(today + timedelta(days=31 * n)).replace(day=1) for n in range(-1, 4)]
    replaced = set()
    for schedule in (s for s in found if s.planned_to is None):
        given = _planned(schedule, today, today + FORESEEN, texts)
        own = {each.month for each in given} if schedule.kind is MeetingKind.REGULAR else months
        replaced |= {(schedule.cell_id, schedule.kind, month) for month in own}
    return replaced


def _planned(when: Schedule | Timetable, after: date, until: date, texts: Texts) -> list[Planned]:
    calendar = VietNam(texts.ordered)
    return planned(when.rule, when.shift, when.at, texts.zone, after, until, calendar)


def _meeting(schedule: Schedule, month: date, starts_at: datetime) -> Row:
    return {
        "cell_id": schedule.cell_id,
        "kind": schedule.kind,
        "month": month,
        "starts_at": starts_at,
        "minutes": schedule.minutes,
        "place": schedule.place,
        "profile": schedule.profile,
        "answer_by": starts_at - timedelta(hours=schedule.answer_hours),
    }
