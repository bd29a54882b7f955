"""Telegram's limits as arithmetic: what may go when, and what a refusal teaches. Pure; `now` is an argument.

Each limit is kept by a GCRA: one number, the level, which is the moment at which a perfectly even sender
would have caught up with us. `now` is in seconds of a monotonic clock.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, NamedTuple

SPARE: Final = 0.0125
"""The part of a limit left unused: messages may come to Telegram a little closer together than they left."""
CATCH_UP: Final = 0.1
"""Seconds by which a late timer is made up for."""
TOGETHER: Final = 1.0
"""Seconds within which two refused chats mean that the bot as a whole was too fast."""
RELATED: Final = 10.0
"""Seconds within which two refused chats mean that the bot as a whole is a little too fast."""
CUT: Final = 0.95
"""What is left of the rate after a refusal of the whole bot."""
TRIM: Final = 0.98
"""What is left of a rate that was learned and has held for a while: it is nearly right."""
CREEP: Final = 1 / 3000
"""The part of the ceiling the rate regains each second."""
SLOWEST: Final = 1.0
"""No refusal makes us slower than this, in messages a second."""
NEVER: Final = float("-inf")
"""The level of a limit nothing was taken of, and the end of a silence nobody asked for."""


class Limit(NamedTuple):
    """A steady pace: one message every `interval` seconds, up to `tolerance` seconds ahead of it.

    n + 1 messages take at least n · interval - tolerance seconds.
    """

    interval: float
    tolerance: float

    @classmethod
    def steady(cls, per_second: float, burst: float = 1) -> "Limit":
        """`per_second` in the long run, `burst` of them at once after a rest."""
        return cls(1 / per_second, (burst - 1) / per_second)

    @classmethod
    def window(cls, most: int, period: float, burst: float = 1) -> "Limit":
        """Never more than `most` in any `period` seconds, though `burst` of them may come at once."""
        interval = period / (most + 1 - burst)
        return cls(interval, (burst - 1) * interval)

    def free_at(self, level: float) -> float:
        """The moment from which one more message is within the limit."""
        return level - self.tolerance

    def spent(self, level: float, now: float) -> float:
        """The new level after one message at `now`."""
        return max(level, now) + self.interval


BURST: Final = 3
"""Messages one chat takes at once after a rest."""
CHAT: Final = Limit.steady(1 - SPARE, burst=BURST)
GROUP: Final = Limit.window(20, 60 * (1 + SPARE), burst=BURST)


@dataclass(frozen=True)
class ChatLimits:
    """Telegram's limits inside one chat, the spare taken off; a group is under both."""

    chat: Limit = CHAT
    group: Limit = GROUP

    @classmethod
    def at(cls, chat: float, group: int) -> "ChatLimits":
        """`chat` messages a second to one chat, `group` a minute to a group; a few of them at once."""
        steady = Limit.steady(chat * (1 - SPARE), burst=BURST)
        return cls(steady, Limit.window(group, 60 * (1 + SPARE), burst=min(BURST, group)))

    @classmethod
    def unlimited(cls) -> "ChatLimits":
        """No limit inside a chat, for clocks that run faster than Telegram's."""
        return cls(Limit(0, 0), Limit(0, 0))

    def of(self, chat_id: int) -> tuple[Limit, ...]:
        """The limits this chat is under; groups have negative ids."""
        return (self.chat, self.group) if chat_id < 0 else (self.chat,)


class ChatBudget:
    """What one chat has taken of its own limits."""

    def __init__(self, limits: tuple[Limit, ...]) -> None:
        self._limits = limits
        self._levels = [NEVER] * len(limits)
        self._silent_until = NEVER

    def free_at(self) -> float:
        """The moment from which this chat takes one more message."""
        free = (limit.free_at(level) for limit, level in zip(self._limits, self._levels, strict=True))
        return max(self._silent_until, *free)

    def spend(self, now: float) -> None:
        """Count one message."""
        self._levels = [
            limit.spent(level, now) for limit, level in zip(self._limits, self._levels, strict=True)
        ]

    def silence(self, until: float) -> None:
        """Take nothing before `until`."""
        self._silent_until = max(self._silent_until, until)

    def was_busy(self, now: float) -> bool:
        """Whether several messages have just gone here, so that a refusal may be the chat's own."""
        spans = zip(self._limits, self._levels, strict=True)
        return any(level - now > limit.interval for limit, level in spans)

    def is_idle(self, now: float) -> bool:
        """Whether it is no different from a chat never written to."""
        return max(self._silent_until, *self._levels) <= now


class Pace:
    """The overall budget of a bot and what it has learned of Telegram. `ceiling` in messages a second.

    An even pace without bursts. While others wait, a timer that rings late is made up for; so the moments of
    the last second's messages are kept too, and never is more than the rate in any one second.
    """

    def __init__(self, ceiling: float, now: float) -> None:
        self.ceiling = float(ceiling)
        self.silent_until = NEVER
        self._level = NEVER
        self._recent: deque[float] = deque(maxlen=int(ceiling))
        self._rate, self._since = self.ceiling, now
        self._refusal: tuple[float, int | None] | None = None

    def rate(self, now: float) -> float:
        """Messages a second, now."""
        if self._rate == self.ceiling:
            return self.ceiling
        regained = max(0.0, now - self._since) * CREEP * self.ceiling
        return min(self.ceiling, self._rate + regained)

    def free_at(self, now: float) -> float:
        """The moment from which the bot may send one more message."""
        rate = self.rate(now)
        most = int(rate)
        full = self._recent[-most] + most * (1 + SPARE) / rate if len(self._recent) >= most else NEVER
        return max(self.silent_until, self._level, full)

    def spend(self, now: float) -> None:
        """Count one message."""
        self._level = max(self._level, now - CATCH_UP) + (1 + SPARE) / self.rate(now)
        self._recent.append(now)

    def rest(self, now: float) -> None:
        """Nobody has been waiting until now: there is nothing to make up for."""
        self._level = max(self._level, now)

    def refused(self, chat_id: int | None, retry_after: float, now: float) -> None:
        """Learn from the refusal of a chat that had no reason of its own.

        - While the bot is silent, a refusal of something sent before teaches nothing more.
        - One chat alone teaches nothing either.
        - Another chat within ten seconds: the rate is cut by a twentieth, and creeps back to the ceiling in
          the end (from nothing in fifty minutes). A learned rate that has held for ten seconds loses only
          what it regained, and a fiftieth at least: messages that a stall on their way bunches together are
          refused at the right rate too.
        - Another chat within one second: besides, the whole bot is silent for `retry_after` seconds.
        """
        if now < self.silent_until:
            return
        before, self._refusal = self._refusal, (now, chat_id)
        if before is None or before[1] == chat_id:
            return
        if now - before[0] <= RELATED:
            has_held = self._rate < self.ceiling and now - self._since > RELATED
            self.set(min(self._rate, self.rate(now) * TRIM) if has_held else self.rate(now) * CUT, now)
        if now - before[0] <= TOGETHER:
            self.silence(now + retry_after)

    def set(self, rate: float, now: float) -> None:
        """Go on at `rate`, between the slowest and the ceiling, creeping up from `now` on."""
        self._rate, self._since = min(self.ceiling, max(SLOWEST, rate)), now

    def silence(self, until: float) -> None:
        """Send nothing before `until`; what is regained is counted from then on."""
        self.silent_until = self._since = until
        self.rest(until)
