"""How fast a bot may write: overall, per chat and per group."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from .errors import too_many_requests


@dataclass(frozen=True)
class Rate:
    """`count` messages in any `seconds`, forgiving those up to `leeway` seconds early.

    With a count of one and a large leeway this is a steady rate with short bursts;
    with a large count and a small leeway it is a sliding window that forgives jitter.
    The leeway is borrowed, not given: over time no more than count / seconds pass.
    """

    count: int
    seconds: float
    leeway: float = 0.1


@dataclass(frozen=True)
class Limits:
    """Telegram's limits as it documents them; None means unlimited. Replace to adjust.

    `paid` counts instead of `overall` where a call says allow_paid_broadcast.
    `answer_within` is how long a press may wait for its answer, in seconds.
    """

    overall: Rate | None = Rate(30, 1)
    chat: Rate | None = Rate(1, 1, leeway=4)
    group: Rate | None = Rate(20, 60, leeway=1)
    answer_within: float | None = 30
    paid: Rate | None = Rate(1000, 1)

    @classmethod
    def unlimited(cls) -> Limits:
        """No limit at all, for tests about something else."""
        return cls(None, None, None, None, None)

    @classmethod
    def from_json(cls, body: dict[str, Any], base: Limits) -> Limits:
        """`base` with the limits that `body` names; raises ValueError on what is not a limit."""
        if not isinstance(body, dict):
            raise ValueError('limits are such as {"overall": {"count": 30, "seconds": 1}}')
        unknown = set(body) - set(cls.__dataclass_fields__)
        if unknown:
            raise ValueError(f"no such limit: {', '.join(sorted(unknown))}")
        changed: dict[str, Any] = {**vars(base), **body}
        for name in ("overall", "chat", "group", "paid"):
            if name in body:
                changed[name] = _rate(body[name])
        return cls(**changed)


def _rate(body: Any) -> Rate | None:
    if body is None:
        return None
    try:
        rate = Rate(**body)
        if rate.count >= 1 and rate.seconds > 0 and rate.leeway >= 0:
            return rate
    except TypeError:
        pass
    raise ValueError('a limit is null or {"count": 30, "seconds": 1, "leeway": 0.1}')


@dataclass
class Budget:
    """What has been spent of the limits so far, on a monotonic clock."""

    clock: Callable[[], float]
    _slots: dict[Hashable, deque[float]] = field(default_factory=dict)

    def spend(self, limits: Limits, chat_id: int, paid: bool = False) -> None:
        """Take one message to this chat; raise 429 and take nothing if any limit is reached."""
        rates = _applicable(limits, chat_id, paid)
        now = self.clock()
        wait = max((self._wait(key, rate, now) for key, rate in rates), default=0.0)
        if wait > 0:
            raise too_many_requests(ceil(wait))
        for key, rate in rates:
            self._take(key, rate, now)

    def _wait(self, key: Hashable, rate: Rate, now: float) -> float:
        slots = self._slots.get(key)
        if slots is None or len(slots) < rate.count:
            return 0.0
        return slots[0] + rate.seconds - rate.leeway - now

    def _take(self, key: Hashable, rate: Rate, now: float) -> None:
        slots = self._slots.setdefault(key, deque(maxlen=rate.count))
        free_at = slots[0] + rate.seconds if len(slots) == rate.count else now
        slots.append(max(now, free_at))


def _applicable(limits: Limits, chat_id: int, paid: bool) -> list[tuple[Hashable, Rate]]:
    """The rates that count for this chat; each with the key it is counted under.

    The rate is part of the key, so that a limit changed while running starts afresh.
    """
    overall = ("paid", 0, limits.paid) if paid else ("overall", 0, limits.overall)
    rates = [overall, ("chat", chat_id, limits.chat)]
    if chat_id < 0:
        rates.append(("group", chat_id, limits.group))
    return [((name, chat, rate), rate) for name, chat, rate in rates if rate is not None]
