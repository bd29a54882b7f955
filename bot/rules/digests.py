"""When a cell's leaders are told how its tasks stand, and a committee's officers how its cells do."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.rules.reminders import QUIET_FROM, QUIET_UNTIL


class DigestReaders(StrEnum):
    """Who gets the digest of a cell."""

    SECRETARY = "secretary"
    """The secretary alone; where there is none, the deputies."""
    LEADERS = "leaders"
    """The secretary and the deputies."""
    FOLLOWERS = "followers"
    """These, and whoever follows the cell for the committee; followers get numbers only."""


class DigestRhythm(StrEnum):
    """How often a committee gets its digest."""

    WEEKLY = "weekly"
    """On a weekday, Monday 0."""
    MONTHLY = "monthly"
    """On a day of the month, 1 to 28."""


LAST_DAY = 28
"""The last day that every month has."""
SPEAKS_OF_ITSELF = 20
"""From this day on a month is spoken of while it lasts. Before, most of its meetings are still to come, and every
number would be far from its target: then it is the month before, whose rolls are closed."""
WEEK = timedelta(days=7)
"""Before its regular meeting a cell gets a digest once: who is silent then is named in it."""
LATEST = timedelta(days=3)
"""A digest that could not be sent for longer is left out: the next one is nearer."""


def next_digest(weekday: int, at: time, tz: ZoneInfo, *, after: datetime) -> datetime:
    """The first moment (UTC) after another (aware) that is this local weekday (Monday 0) and time."""
    local = after.astimezone(tz)
    day = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
    moment = datetime.combine(day, at, tz)
    return (moment if moment > after else datetime.combine(day + WEEK, at, tz)).astimezone(UTC)


def is_stale(due: datetime, *, now: datetime) -> bool:
    """Whether a digest that was due then (both aware) is no longer of use."""
    return now - due > LATEST


def disturbs(at: time) -> bool:
    """Whether a local time lies in the quiet hours."""
    return at >= QUIET_FROM or at < QUIET_UNTIL


def next_committee_digest(
    rhythm: DigestRhythm, day: int, at: time, tz: ZoneInfo, *, after: datetime
) -> datetime:
    """The first moment (UTC) after another (aware) that is this weekday or day of the month and this local time."""
    if rhythm is DigestRhythm.WEEKLY:
        return next_digest(day, at, tz, after=after)
    local = after.astimezone(tz).date()
    this = datetime.combine(local.replace(day=day), at, tz)
    after_this = local.replace(day=1) + timedelta(days=31)
    return (this if this > after else datetime.combine(after_this.replace(day=day), at, tz)).astimezone(UTC)


def month_told(on: date) -> date:
    """The month (its first day) that a committee's digest on a day speaks of."""
    first = on.replace(day=1)
    return first if on.day >= SPEAKS_OF_ITSELF else (first - timedelta(days=1)).replace(day=1)
