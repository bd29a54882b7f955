"""How a notice is read, decided without the outside: the order of choices, when one is asked again."""

import random
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.rules.reminders import is_quiet
from bot.rules.snoozing import this_evening

MOST_SNOOZES = 3
"""So often a member may put off studying one notice."""
TOMORROW = time(8)


class Later(StrEnum):
    """When a member wants to be asked again, as the buttons offer it."""

    EVENING = "evening"
    MORNING = "morning"


def shuffled(count: int, *, question_id: int, member_id: int) -> list[int]:
    """The choices of a question in an order of its own for each member, the same each time."""
    order = list(range(count))
    random.Random(f"{question_id}:{member_id}").shuffle(order)
    return order


def later(when: Later, now: datetime) -> datetime:
    """The moment a button names, in the zone of `now`, the member's."""
    if when is Later.EVENING:
        return this_evening(now)
    return datetime.combine(now.date() + timedelta(days=1), TOMORROW, now.tzinfo)


def fits(at: datetime, tz: ZoneInfo, *, now: datetime) -> bool:
    """Whether a member can be asked again at `at`: ahead, and not in the night."""
    return at > now and not is_quiet(at, tz)


CHASED_AT = time(9)
"""The local hour at which those are asked who have not confirmed."""
WITHOUT_DEADLINE = (timedelta(days=3), timedelta(days=7))
AT_ONCE = timedelta(days=3)
"""Before a far deadline nobody waits longer than this for the first chase."""
APART = timedelta(hours=20)
"""Between the release and a chase, and between two of them."""
STALE = timedelta(days=2)
"""A chase so late is left out: the machine was off, or the notice is from before there were chases."""


def chase_times(sent_at: datetime, study_by: date | None, tz: ZoneInfo) -> list[datetime]:
    """When those who have not confirmed are chased (aware), at most twice, never after the deadline.

    - half-way to the deadline, or three days after the release where that is sooner
    - the day before the deadline
    - without a deadline after three and seven days
    - a chase that would follow the release, or the one before it, within the day is left out
    """
    released = sent_at.astimezone(tz)
    if study_by is None:
        days = [(released + after).date() for after in WITHOUT_DEADLINE]
    else:
        end = datetime.combine(study_by, time(), tz)
        half_way = released + min((end - released) / 2, AT_ONCE)
        days = [half_way.date(), study_by - timedelta(days=1)]
    times = [datetime.combine(day, CHASED_AT, tz) for day in days]
    last, *_ = reversed(times)
    first = [at for at in times[:-1] if at - released >= APART and last - at >= APART]
    return [*first, *([last] if last - released >= APART else [])]


def chase_due(sent_at: datetime, study_by: date | None, tz: ZoneInfo, *, now: datetime) -> int:
    """The number of the chase (from 1) that is to be made now; 0 where none is."""
    past = [at for at in chase_times(sent_at, study_by, tz) if at <= now]
    return len(past) if past and now - past[-1] < STALE else 0
