"""A chat that opens one wrong link, or types one wrong code, after the other is not listened to for a while.

A link has 128 bits and cannot be guessed; this keeps who tries from costing anything. Of the four digits that
members check in with, five tries find one in a thousand. It is kept in memory only: nothing is stored about
strangers.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

MOST = 5
"""Wrong guesses in `WITHIN`, after which no further one is looked at."""
WITHIN = timedelta(hours=1)
REMEMBERED = 10_000
"""Chats; of more the one that has been quiet longest is forgotten."""


class Guesses:
    """The wrong guesses each chat (its address) made lately."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[int, list[datetime]] = OrderedDict()

    def is_shut(self, address: int, now: datetime) -> bool:
        """Whether the chat has tried too many wrong ones lately."""
        return len([at for at in self._wrong.get(address, ()) if now - at < WITHIN]) >= MOST

    def wrong(self, address: int, now: datetime) -> None:
        """Remember that the chat guessed wrong."""
        recent = [at for at in self._wrong.pop(address, ()) if now - at < WITHIN]
        self._wrong[address] = [*recent[-MOST:], now]
        if len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)
