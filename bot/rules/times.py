"""A time of day typed on its own: `19h30`, `19:30`, `19 giờ 30`, `1930`, `7 giờ tối`, `9 rưỡi tối`."""

import re
from datetime import time

from bot.rules.names import fold

TIME = re.compile(
    r"(?P<hour>\d{1,2}) ?(?:gio|[hg:.])? ?(?:(?P<minute>\d{2}) ?(?:p|phut)?|(?P<half>ruoi))?"
    r"(?: (?:buoi )?(?P<part>sang|trua|chieu|toi|dem))?"
)


def read_time(text: str) -> time | None:
    """The time of day; None where it is none."""
    found = TIME.fullmatch(fold(text))
    if found is None:
        return None
    hour, minute = int(found["hour"]), 30 if found["half"] else int(found["minute"] or 0)
    if found["part"] in ("chieu", "toi", "dem") and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None
