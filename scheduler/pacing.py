"""One budget per bot token, shared by the sender and by direct replies: whose turn it is.

What waits for its own chat stands aside (`_later`); only what could go now competes (`_ready`).
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final, NamedTuple

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.lanes import Lane, LaneArgs
from scheduler.limits import ChatBudget, ChatLimits, Pace
from scheduler.outcomes import seconds

PATIENCE: Final = 5.0
"""The longest wait, in seconds, after which a direct reply is still worth a second try."""
MANY: Final = 1024
"""Idle chats are forgotten only when there are more than this."""
_INSTANT: Final = 1e-6

Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]


class _Turn(NamedTuple):
    """Someone waiting, in the order of who goes first."""

    lane: Lane
    deadline: float
    number: int
    chat_id: int | None
    granted: asyncio.Future[None]


class Memory(NamedTuple):
    """What was learned, to be kept across restarts: messages a second, and until when to be silent (UTC)."""

    rate: float
    paused_until: datetime | None


class Budget:
    """What one bot token may send. `rate` is the ceiling, in messages a second, from 1 to 1000.

    - A turn first waits until its own chat admits it, then competes for the overall budget.
    - The lower lane goes first; among reminders the earliest deadline, else first come, first served.
    - A chat that must wait holds up nobody else.

    `monotonic` and `later` (delay in seconds, callback) are the time: the event loop's unless given.
    """

    def __init__(
        self,
        rate: float,
        *,
        chats: ChatLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        later: Later | None = None,
    ) -> None:
        if not 1 <= rate <= 1000:
            raise ValueError("a rate is between 1 and 1000 messages a second")
        self._limits = chats or ChatLimits()
        self._monotonic = monotonic
        self._call_later = later
        self._pace = Pace(rate, monotonic())
        self._chats: dict[int, ChatBudget] = {}
        self._forget_above = MANY
        self._ready: list[_Turn] = []
        self._later: list[tuple[float, _Turn]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = float("inf")

    async def acquire(self, chat_id: int | None, lane: Lane, deadline: datetime | None = None) -> None:
        """Return when one message to this chat may go now; it is counted as gone.

        `deadline` (aware) orders reminders among themselves. Who is cancelled while waiting takes nothing.
        """
        urgency = deadline.timestamp() if deadline and lane is Lane.REMINDER else float("inf")
        turn = _Turn(lane, urgency, next(self._numbers), chat_id, asyncio.get_running_loop().create_future())
        self._compete(turn, self._monotonic())
        self._admit()
        await turn.granted

    def penalise(self, chat_id: int | None, retry_after: float) -> None:
        """Learn from a 429: Telegram wants `retry_after` seconds of silence and does not say of what.

        - The refused chat is silent for `retry_after`, whatever the reason.
        - Several messages had just gone to it: that is reason enough.
        - Otherwise it may be the bot as a whole: see `Pace.refused`.
        """
        now = self._monotonic()
        chat = self._chat(chat_id, now) if chat_id is not None else None
        if chat:
            chat.silence(now + retry_after)
        if not (chat and chat.was_busy(now)):
            self._pace.refused(chat_id, retry_after, now)

    def rate(self) -> float:
        """The rate in force, in messages a second."""
        return self._pace.rate(self._monotonic())

    def snapshot(self, now: datetime) -> Memory:
        """What was learned, in wall time; `now` is this moment, aware."""
        here = self._monotonic()
        silence = self._pace.silent_until - here
        return Memory(self._pace.rate(here), now + timedelta(seconds=silence) if silence > 0 else None)

    def restore(self, memory: Memory, now: datetime) -> None:
        """Go on from what an earlier process learned; a ceiling set lower since then holds."""
        here = self._monotonic()
        self._pace.set(memory.rate, here)
        if memory.paused_until and memory.paused_until > now:
            self._pace.silence(here + (memory.paused_until - now).total_seconds())

    def _admit(self) -> None:
        """Grant every turn that may go now, and come back when the next one might."""
        now = self._monotonic() + _INSTANT  # a timer may ring a hair early
        while self._later and self._later[0][0] <= now:
            self._compete(heappop(self._later)[1], now)
        while self._ready and self._pace.free_at(now) <= now:
            self._consider(heappop(self._ready), now)
        self._come_back(now)

    def _compete(self, turn: _Turn, now: float) -> None:
        if not self._ready:
            self._pace.rest(now)
        heappush(self._ready, turn)

    def _consider(self, turn: _Turn, now: float) -> None:
        if turn.granted.done():
            return  # cancelled while waiting
        chat = self._chat(turn.chat_id, now) if turn.chat_id is not None else None
        if chat and chat.free_at() > now:
            heappush(self._later, (chat.free_at(), turn))
            return
        if chat:
            chat.spend(now)
        self._pace.spend(now)
        turn.granted.set_result(None)

    def _come_back(self, now: float) -> None:
        """Set the timer for the next turn, unless it rings before: ringing too early does no harm."""
        overall = self._pace.free_at(now) if self._ready else float("inf")
        chats = self._later[0][0] if self._later else float("inf")
        if (moment := min(overall, chats)) >= self._rings_at:
            return
        if self._timer:
            self._timer.cancel()
        call_later = self._call_later or asyncio.get_running_loop().call_later
        self._timer, self._rings_at = call_later(max(0.0, moment - now + _INSTANT), self._ring), moment

    def _ring(self) -> None:
        self._timer, self._rings_at = None, float("inf")
        self._admit()

    def _chat(self, chat_id: int, now: float) -> ChatBudget:
        if chat_id not in self._chats:
            self._forget_idle(now)
            self._chats[chat_id] = ChatBudget(self._limits.of(chat_id))
        return self._chats[chat_id]

    def _forget_idle(self, now: float) -> None:
        """An idle chat is no different from an unknown one. Looked for seldom enough to cost nothing."""
        if len(self._chats) < self._forget_above:
            return
        self._chats = {chat_id: chat for chat_id, chat in self._chats.items() if not chat.is_idle(now)}
        self._forget_above = max(MANY, 2 * len(self._chats))


class PacedLimiter(BaseRateLimiter[LaneArgs]):
    """Puts the budget in front of every call that Telegram counts; `rate_limit_args` is a `LaneArgs`.

    A refusal (429) is told to the budget and raised: whoever keeps the message decides. Only a direct answer
    to a person, which nobody keeps, is tried a second time, and only after a short wait.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: LaneArgs | None,
    ) -> Any:
        """The answer of the call, made in its turn. RetryAfter when Telegram refused all the same."""

        async def call() -> Any:
            return await callback(*args, **kwargs)

        if not counts(endpoint):
            return await call()
        place, chat_id = rate_limit_args or LaneArgs(), _chat_id(data)
        try:
            return await self._in_turn(call, chat_id, place)
        except RetryAfter as refusal:
            if place.admitted or place.lane > Lane.REPLY or seconds(refusal) > PATIENCE:
                raise
        return await self._in_turn(call, chat_id, place)

    async def _in_turn(
        self, call: Callable[[], Coroutine[Any, Any, Any]], chat_id: int | None, place: LaneArgs
    ) -> Any:
        if not place.admitted:
            await self.budget.acquire(chat_id, place.lane, place.deadline)
        try:
            return await call()
        except RetryAfter as refusal:
            self.budget.penalise(chat_id, seconds(refusal))
            raise


def counts(endpoint: str) -> bool:
    """Whether Telegram counts this call as a message: all that sends or edits, but not "is typing"."""
    return endpoint.startswith(("send", "copy", "forward", "edit")) and endpoint != "sendChatAction"


def _chat_id(data: dict[str, Any]) -> int | None:
    """The chat of the call; None for an inline message or a channel by name, which only count overall."""
    chat_id = str(data.get("chat_id"))
    return int(chat_id) if chat_id.lstrip("-").isdecimal() else None
