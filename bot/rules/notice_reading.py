"""How a notice is read, decided without the outside: the order of choices, when one is asked again."""

import random
from datetime import datetime, time, timedelta
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
