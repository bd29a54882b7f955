"""Because of which update something is done: its number goes from the way in to the delivery, through every log line.

It stands in the context of the task that handles the update, in what is queued meanwhile (`Message.update_id`), and
in the context of the task that sends it, whichever process that is in.
"""

from contextvars import ContextVar
from datetime import datetime
from typing import Final, NamedTuple


class Origin(NamedTuple):
    """An update of a bot, and when it was stored (UTC), where it is being handled here."""

    bot: int
    update_id: int
    stored_at: datetime | None = None


_now: Final[ContextVar[Origin | None]] = ContextVar("origin", default=None)


def follow(origin: Origin | None) -> None:
    """What this task does from now on is done because of this update; None: because of none."""
    _now.set(origin)


def origin() -> Origin | None:
    """The update because of which this is done; None when it is the clock's work."""
    return _now.get()


def update_id() -> int | None:
    """The number of that update."""
    found = _now.get()
    return found.update_id if found else None


def shown() -> str:
    """The update as the log shows it, `bot:number`; empty when there is none."""
    found = _now.get()
    return f"{found.bot}:{found.update_id}" if found else ""
