"""How urgent a message is, and what a call to Telegram may say about its turn."""

from datetime import datetime
from enum import IntEnum
from typing import NamedTuple


class Lane(IntEnum):
    """Who goes first when the budget is short: the lower number. Stored in the database, never renumbered."""

    TAP = 0
    """What a finger on a button is waiting for."""
    REPLY = 1
    """The answer to something the person has just written."""
    REMINDER = 2
    """Something with a time: among themselves the earliest deadline goes first."""
    BULK = 3
    """One text for many, which yields to everyone waiting and takes all that is left."""


class LaneArgs(NamedTuple):
    """What travels with a call (`rate_limit_args`): its lane, its deadline among reminders (aware).

    `admitted` means that the caller has already waited for the budget itself.
    """

    lane: Lane = Lane.REPLY
    deadline: datetime | None = None
    admitted: bool = False
