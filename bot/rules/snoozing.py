"""How a member may put a question about a meeting off: how often, and until when."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.reminders import EVENING, is_quiet

MOST = 2
"""So often a member may put off answering about one meeting."""
EVENINGS = (time(19), EVENING)
"""What `tối nay` means: when people are home from work, and where that has passed the end of the evening."""


def this_evening(now: datetime) -> datetime:
    """The moment the button names, in the zone of `now`, the member's: of today, or else of tomorrow."""
    days = (now.date(), now.date() + timedelta(days=1))
    moments = (datetime.combine(day, at, now.tzinfo) for day in days for at in EVENINGS)
    return next(moment for moment in moments if moment > now)


def fits(at: datetime, tz: ZoneInfo, *, now: datetime, starts_at: datetime) -> bool:
    """Whether a member can be asked again at `at`: ahead, not in the night, before the meeting begins."""
    return now < at < starts_at and not is_quiet(at, tz)
