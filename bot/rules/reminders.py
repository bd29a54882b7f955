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

TASKS = Plan(ReminderStep.TASKS, timedelta(days=3), Audience.EVERYONE)
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


def audiences(profile: ReminderProfile, step: ReminderStep) -> tuple[Audience, ...]:
    """For whom a step of a profile is: each audience gets its own words."""
    if step is ReminderStep.ROLL_OPEN:
        return (Audience.SECRETARY,)
    return tuple(plan.audience for plan in (*PROFILES[profile], TASKS) if plan.step is step)


def due_times(
    profile: ReminderProfile,
    kind: MeetingKind,
    starts_at: datetime,
    minutes: int,
    called_at: datetime,
    tz: ZoneInfo,
) -> list[Due]:
    """What is due for one meeting called at `called_at` (both aware), in order of time.

    - the call: as long before as the profile says, or at once where less is left
    - everything before the start keeps out of the quiet hours by moving earlier
    - dropped: what is less than two hours after the call, and what would be at or after the start
    - the deputy hears of the silent only after these were chased
    - task questions belong to regular meetings
    - an open roll is asked for after the planned end, twice; that one waits for the morning instead
    """
    if called_at >= starts_at:
        return _roll_open(starts_at, minutes, called_at, tz)
    opening, *later = PROFILES[profile]
    call = Due(opening.step, call_time(starts_at, opening.before, called_at, tz))
    plans = [*later, TASKS] if kind is MeetingKind.REGULAR else later
    planned = {p.step: Due(p.step, before_quiet(starts_at - p.before, tz)) for p in plans}
    kept = [due for due in planned.values() if call.due_at + BREATH <= due.due_at < starts_at]
    dues = [call, *_after_chase(kept), *_roll_open(starts_at, minutes, called_at, tz)]
    return sorted(dues, key=lambda due: due.due_at)


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


def _roll_open(starts_at: datetime, minutes: int, called_at: datetime, tz: ZoneInfo) -> list[Due]:
    end = starts_at + timedelta(minutes=minutes)
    times = (after_quiet(end + wait, tz) for wait in CLOSE_ROLL_AFTER)
    return [Due(ReminderStep.ROLL_OPEN, at) for at in times if at > called_at]
