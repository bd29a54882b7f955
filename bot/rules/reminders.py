"""When a meeting's messages are due: named profiles as data, quiet hours, and what is dropped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.words import Audience, MeetingKind, ReminderProfile, ReminderStep


@dataclass(frozen=True)
class Plan:
    """One step of a profile: how long before the start, and for whom.

    A step may stand twice, for two audiences that are told different things at the same time.
    """

    step: ReminderStep
    before: timedelta
    audience: Audience


@dataclass(frozen=True)
class Due:
    """A step and the moment (aware, UTC) it is due; whom it is for is looked up when it is."""

    step: ReminderStep
    due_at: datetime


IN_GROUP = frozenset({MeetingKind.REGULAR, MeetingKind.THEMATIC, MeetingKind.EXTRAORDINARY})
"""Kinds of meeting a cell's group is told of: those of the cell's own members. Residents are of other cells."""

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(6, 0)
EVENING = time(20, 30)
"""Where a message goes that would have fallen into the night after it."""
MORNING = time(7, 0)
"""Where the few messages go that cannot be moved earlier."""

BREATH = timedelta(hours=2)
"""The least time between the invitation and the first chase, and the least notice the morning must leave."""
CLOSE_ROLL_AFTER = (timedelta(hours=2), timedelta(hours=26))
"""After the planned end, when a roll is still open: twice, and no more."""
TELL_FOLLOWER_AFTER = timedelta(hours=50)
"""After the planned end the committee's follower hears, once, of a roll that stayed open all the same."""
PREPARED = timedelta(days=1)
"""Before the invitation the secretary has at least so long to confirm, where there is that much."""

TASKS = Plan(ReminderStep.TASKS, timedelta(days=3), Audience.EVERYONE)
DOCUMENTS = Plan(ReminderStep.DOCUMENTS, timedelta(days=2), Audience.SECRETARY)
"""A day for it is left then: documents are due on the official app a day before the meeting."""
BESIDE = {
    MeetingKind.REGULAR: (TASKS, DOCUMENTS),
    MeetingKind.THEMATIC: (DOCUMENTS,),
}
"""What a kind of meeting asks for beside its invitation and chases, whatever the profile."""
STANDARD = (
    Plan(ReminderStep.CALLED, timedelta(days=7), Audience.EVERYONE),
    Plan(ReminderStep.THREE_DAYS, timedelta(days=3), Audience.SILENT),
    Plan(ReminderStep.ONE_DAY, timedelta(days=1), Audience.SILENT),
    Plan(ReminderStep.TWO_HOURS, timedelta(hours=2), Audience.COMING),
    Plan(ReminderStep.TWO_HOURS, timedelta(hours=2), Audience.SILENT),
)
PROFILES: dict[ReminderProfile, tuple[Plan, ...]] = {
    ReminderProfile.LIGHT: (Plan(ReminderStep.DAY_BEFORE, timedelta(days=1), Audience.SILENT),),
    ReminderProfile.STANDARD: STANDARD,
    ReminderProfile.ACTIVE: (
        *STANDARD,
        Plan(ReminderStep.CHASE_DEPUTY, timedelta(hours=23, minutes=30), Audience.DEPUTY),
    ),
}
"""The first plan of a profile is its call, which is never dropped.

Light has no other call than the day before; someone not told yet has not answered, and so is silent.
"""
OF_LEADERS = {
    ReminderStep.PREPARE: Audience.SECRETARY,
    ReminderStep.DOCUMENTS: Audience.SECRETARY,
    ReminderStep.ROLL_OPEN: Audience.SECRETARY,
    ReminderStep.ROLL_FOLLOWER: Audience.FOLLOWER,
}
"""Steps of no profile, for those who lead or follow the cell."""
AFTERWARDS = frozenset({ReminderStep.ROLL_OPEN, ReminderStep.ROLL_FOLLOWER})
"""Steps that are said after a meeting has begun; all others only before."""
LEFT_TO_FEWER = frozenset({ReminderStep.ONE_DAY, ReminderStep.DAY_BEFORE})
"""The one chase of a member who wants fewer reminders."""


def audiences(profile: ReminderProfile, step: ReminderStep) -> tuple[Audience, ...]:
    """For whom a step of a profile is: each audience gets its own words."""
    if step in OF_LEADERS:
        return (OF_LEADERS[step],)
    return tuple(plan.audience for plan in (*PROFILES[profile], TASKS) if plan.step is step)


def due_times(
    profile: ReminderProfile,
    kind: MeetingKind,
    starts_at: datetime,
    minutes: int,
    called_at: datetime,
    tz: ZoneInfo,
    *,
    prepare_days: int = 0,
    was_called: bool = False,
) -> list[Due]:
    """What is due for one meeting called at `called_at` (both aware), in order of time.

    - the secretary is asked to confirm it `prepare_days` before (0: never), and always before the call
    - the call: as long before as the profile says, or at once where less is left; where the meeting `was_called`
      already there is none, only the light profile still has its one reminder ahead
    - everything before the start keeps out of the quiet hours by moving earlier
    - dropped: what is less than two hours after the call, and what would be at or after the start
    - the deputy hears of the silent only after these were chased
    - task questions belong to regular meetings, and documents to those with a subject: they need no call before
    - an open roll is asked for after the planned end, twice, and then its follower is told; these wait for the
      morning instead
    """
    if called_at >= starts_at:
        return _roll_open(starts_at, minutes, called_at, tz)
    opening, *later = PROFILES[profile]
    call = Due(opening.step, call_time(starts_at, opening.before, called_at, tz))
    breath = call.due_at + BREATH
    chases = [due for due in _planned(later, starts_at, tz) if breath <= due.due_at < starts_at]
    others = [
        due
        for due in _planned(BESIDE.get(kind, ()), starts_at, tz)
        if called_at < due.due_at < call.due_at or breath <= due.due_at < starts_at
    ]
    repeats = opening.audience is Audience.SILENT and call.due_at >= called_at + BREATH
    calls = [call] if repeats or not was_called else []
    asked_at = None if was_called else prepare_time(starts_at, prepare_days, call.due_at, called_at, tz)
    asks = [Due(ReminderStep.PREPARE, asked_at)] if asked_at else []
    after = _roll_open(starts_at, minutes, called_at, tz)
    return sorted([*asks, *calls, *others, *_after_chase(chases), *after], key=lambda due: due.due_at)


def prepare_time(
    starts_at: datetime, days: int, call_at: datetime, now: datetime, tz: ZoneInfo
) -> datetime | None:
    """When the secretary is asked to confirm a meeting (UTC): `days` before it, a day before its call at the latest.

    At once where that has passed. None for 0 days, or where less than two hours are left before the call.
    """
    if not days:
        return None
    planned = before_quiet(min(starts_at - timedelta(days=days), call_at - PREPARED), tz)
    at = planned if planned > now else after_quiet(now, tz)
    return at if at + BREATH <= call_at else None


def is_chased(step: ReminderStep, *, fewer: bool, put_off_to: datetime | None, now: datetime) -> bool:
    """Whether a chase is for a silent member: not while they have put it off, nor soon after they were asked again.

    Who wants `fewer` reminders is chased once, the day before.
    """
    if put_off_to is not None and now < put_off_to + BREATH:
        return False
    return step in LEFT_TO_FEWER or not fewer


def call_time(starts_at: datetime, before: timedelta, called_at: datetime, tz: ZoneInfo) -> datetime:
    """When the invitation leaves (UTC): `before` the start, or at once.

    Called in the night it waits for the morning, unless that would leave people less than two hours.
    """
    at = max(called_at, before_quiet(max(called_at, starts_at - before), tz))
    morning = after_quiet(at, tz)
    return morning if morning + BREATH <= starts_at else at.astimezone(UTC)


def is_quiet(at: datetime, tz: ZoneInfo) -> bool:
    """Whether `at` lies in the quiet hours, 21:00 to 06:00 local time."""
    local = at.astimezone(tz).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def before_quiet(at: datetime, tz: ZoneInfo) -> datetime:
    """`at`, or 20:30 of the evening before the quiet hours it falls into (UTC)."""
    if not is_quiet(at, tz):
        return at.astimezone(UTC)
    local = at.astimezone(tz)
    evening = local.date() if local.time() >= QUIET_FROM else local.date() - timedelta(days=1)
    return datetime.combine(evening, EVENING, tz).astimezone(UTC)


def after_quiet(at: datetime, tz: ZoneInfo) -> datetime:
    """`at`, or 07:00 of the morning after the quiet hours it falls into (UTC)."""
    if not is_quiet(at, tz):
        return at.astimezone(UTC)
    local = at.astimezone(tz)
    morning = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(morning, MORNING, tz).astimezone(UTC)


def _after_chase(dues: Iterable[Due]) -> list[Due]:
    """The deputy's step never ahead of the chase it follows, and not at all without it."""
    by_step = {due.step: due for due in dues}
    chase = by_step.get(ReminderStep.ONE_DAY)
    deputy = by_step.pop(ReminderStep.CHASE_DEPUTY, None)
    if chase and deputy:
        by_step[deputy.step] = Due(deputy.step, max(deputy.due_at, chase.due_at))
    return list(by_step.values())


def _planned(plans: Iterable[Plan], starts_at: datetime, tz: ZoneInfo) -> list[Due]:
    """Each step once, out of the night."""
    return [
        Due(step, before_quiet(starts_at - before, tz))
        for step, before in {p.step: p.before for p in plans}.items()
    ]


def _roll_open(starts_at: datetime, minutes: int, called_at: datetime, tz: ZoneInfo) -> list[Due]:
    end = starts_at + timedelta(minutes=minutes)
    waits = [(ReminderStep.ROLL_OPEN, wait) for wait in CLOSE_ROLL_AFTER]
    waits.append((ReminderStep.ROLL_FOLLOWER, TELL_FOLLOWER_AFTER))
    dues = [Due(step, after_quiet(end + wait, tz)) for step, wait in waits]
    return [due for due in dues if due.due_at > called_at]
