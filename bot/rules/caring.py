"""Who has been missing regular meetings, how long, and whether somebody looks after them.

Numbers and dates only: what they mean for a person is for the cell to consider, never for the program.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.rules.words import RollState


class Following(StrEnum):
    """Where the follow-up with somebody who has been missing stands."""

    NOBODY = "nobody"
    """Nobody looks after them yet, or they were missing again since they came back."""
    LOOKED_AFTER = "looked_after"
    """The cell has taken it up: somebody talks to them."""
    BACK = "back"
    """They came back, and have missed nothing since."""


@dataclass(frozen=True)
class Streaks:
    """Regular meetings missed in a row without an accepted reason: up to the last one, and the longest ever."""

    current: int
    longest: int


def streaks(states: Iterable[RollState | None]) -> Streaks:
    """The streaks in what the rolls of regular meetings say of one member, oldest first.

    - absent without an accepted reason: one more
    - present, late, or absent with a reason: the streak is over
    - exempt, not expected, or not on the roll: it was not theirs to come, and changes nothing
    """
    current = longest = 0
    for state in states:
        if state is RollState.UNEXCUSED:
            current += 1
            longest = max(longest, current)
        elif state in (RollState.PRESENT, RollState.LATE, RollState.EXCUSED):
            current = 0
    return Streaks(current, longest)


def following(
    opened_at: datetime | None, came_back_at: datetime | None, last_missed_at: datetime | None
) -> Following:
    """Where a follow-up stands: when it was opened and they came back, and when they were missing last."""
    if opened_at is None:
        return Following.NOBODY
    if came_back_at is None:
        return Following.LOOKED_AFTER
    missed_since = last_missed_at is not None and last_missed_at > came_back_at
    return Following.NOBODY if missed_since else Following.BACK


def is_new(months: int, state: RollState | None) -> bool:
    """Whether a closed roll has just brought somebody to amber or to red: it is the second or third month."""
    return state is RollState.UNEXCUSED and months in (2, 3)
