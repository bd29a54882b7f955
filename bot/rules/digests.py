"""When those who lead a cell are told once a week how its tasks stand."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.reminders import QUIET_FROM, QUIET_UNTIL

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
