"""A chat that opens one wrong link after the other is not listened to for a while.

A link has 128 bits and cannot be guessed; this keeps who tries from costing anything. It is kept in memory only:
nothing is stored about strangers.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.errors import TooLate

MOST = 5
"""Wrong links in `WITHIN`, after which no further one is looked at."""
WITHIN = timedelta(hours=1)
REMEMBERED = 10_000
"""Chats; of more the one that has been quiet longest is forgotten."""


class Guesses:
    """The wrong links each chat (its address) opened lately."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[int, list[datetime]] = OrderedDict()

    def check(self, address: int, now: datetime) -> None:
        """Return when the chat may open a link; TooLate when it has opened too many wrong ones."""
        recent = [at for at in self._wrong.get(address, ()) if now - at < WITHIN]
        if len(recent) >= MOST:
            raise TooLate("too_many_guesses")

    def wrong(self, address: int, now: datetime) -> None:
        """Remember that the chat opened a wrong link."""
        recent = [at for at in self._wrong.pop(address, ()) if now - at < WITHIN]
        self._wrong[address] = [*recent[-MOST:], now]
        if len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)
