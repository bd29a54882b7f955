"""What is told of the work as it happens, as plain functions. Nobody listens unless `CHIBO_WEB` is set.

`bot.metrics` is the one who listens then. Labels are few and fixed: never a chat, a member or a word.
"""

from collections.abc import Callable
from dataclasses import dataclass


def nobody(*_: object) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Measures:
    """What is told of one bot's work."""

    called: Callable[[str, str, float], None] = nobody
    """A call to Telegram ended: its method, how (429, or an outcome's name), and after how many seconds."""
    settled: Callable[[str, str, float | None], None] = nobody
    """A delivery was tried: its lane, how it stands, and for how many seconds it had waited, where it was sent."""
    handled: Callable[[str, str], None] = nobody
    """An update was handled: of what kind it is, and its fate."""
    reached: Callable[[str, str, float], None] = nobody
    """An update came so far (`committed`, `acknowledged`): its kind, the stage, seconds since it was stored."""
