"""How long the bot takes: from a press to its acknowledgement, and to the next word in that chat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING

from .objects import JSON

if TYPE_CHECKING:
    from .people import Press


class Timing:
    """Every press since the start or the last `clear`, on the monotonic clock of its Telegram.

    The reply to a press is the next message sent or edited in its chat, whatever it is about.
    """

    def __init__(self) -> None:
        self.presses: list[Press] = []
        self._waiting: defaultdict[int, list[Press]] = defaultdict(list)

    def made(self, press: Press) -> None:
        """A press, or a text that asks for a reply as one does."""
        self.presses.append(press)
        self._waiting[press.message.chat.id].append(press)

    def replied(self, chat_id: int, at: float) -> None:
        """Something was sent or edited in this chat."""
        for press in self._waiting.pop(chat_id, ()):
            press.replied_at = at

    def clear(self) -> None:
        """Forget all presses, those still waiting too."""
        self.presses = []
        self._waiting.clear()

    def as_json(self) -> JSON:
        """How many, and the percentiles in seconds; None where nothing was measured."""
        acks = sorted(_seconds((press.made_at, press.acknowledged_at) for press in self.presses))
        replies = sorted(_seconds((press.made_at, press.replied_at) for press in self.presses))
        return {
            "count": len(self.presses),
            "answered": len(acks),
            "replied": len(replies),
            **{f"ack_p{share}": _percentile(acks, share) for share in (50, 99)},
            **{f"reply_p{share}": _percentile(replies, share) for share in (50, 99)},
        }

    def raw(self) -> list[JSON]:
        """Every press with its three moments."""
        return [
            {
                "person": press.person.id,
                "chat": press.message.chat.id,
                "at": press.made_at,
                "acknowledged_at": press.acknowledged_at,
                "replied_at": press.replied_at,
            }
            for press in self.presses
        ]


def _seconds(moments: Iterable[tuple[float, float | None]]) -> list[float]:
    return [end - start for start, end in moments if end is not None]


def _percentile(ordered: list[float], share: int) -> float | None:
    """The smallest value that so many of a hundred do not exceed."""
    return ordered[ceil(len(ordered) * share / 100) - 1] if ordered else None
