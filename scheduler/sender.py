"""Drains the outbox: claims, calls, settles. Each lane has a loop of its own, so that none waits for another.

A loop settles what has ended and claims what is next in one commit. How much a lane has claimed at a time
bounds what a crash leaves in doubt; the budget of the bot decides who is called first.
"""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.actions import reaching
from bot.clock import Clock
from bot.lanes import Lane
from bot.texts import Texts
from db import outbox
from db.models import Delivery, DeliveryState, Message
from db.outbox import Settlement
from db.session import Database
from scheduler.channel import Channel
from scheduler.outcomes import Outcome, OutcomeKind, classify

log = logging.getLogger(__name__)

LANES = (Lane.REPLY, Lane.REMINDER, Lane.BULK)
SLOTS = {Lane.REPLY: 64, Lane.REMINDER: 32, Lane.BULK: 32}
LOOK_AGAIN = 1.0
"""Seconds after which a lane looks for what other processes queued, or what has become due."""
LONGEST_BACKOFF = 300.0


class TokenRefused(Exception):
    """Telegram does not accept the bot's token any more: nothing can be sent until an operator acts."""


@dataclass
class _Work:
    """What one lane has in its hands."""

    in_flight: int = 0
    ended: list[Settlement] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Sender:
    """Sends what waits in the outbox of one bot. `epoch` is that of the lease under which it sends."""

    def __init__(self, channel: Channel, database: Database, clock: Clock, texts: Texts, *, bot: int) -> None:
        self._channel = channel
        self._database = database
        self._clock = clock
        self._texts = texts
        self._bot = bot
        self._work = {lane: _Work() for lane in LANES}
        self._stopping = False
        self.epoch = 0

    def wake(self) -> None:
        """Something was queued: look at once."""
        for work in self._work.values():
            work.changed.set()

    async def run(self) -> None:
        """Send until `stop()`, and finish what is in hand then.

        TokenRefused ends it at once; what was claimed is recovered by the next holder.
        """
        async with asyncio.TaskGroup() as tasks:
            for lane in LANES:
                tasks.create_task(self._drain_for_ever(lane, tasks))

    async def drain(self) -> int:
        """Send until nothing is ready now (tests and the fast demo); how many were claimed and settled."""
        done = 0
        async with asyncio.TaskGroup() as tasks:
            while lanes := await self._ready_lanes():
                for lane in lanes:
                    done += await self._empty(lane, tasks)
        return done

    async def _empty(self, lane: Lane, tasks: asyncio.TaskGroup) -> int:
        """Send what is ready in one lane, and wait for the outcome of all of it."""
        done, work = await self._claim(lane, tasks), self._work[lane]
        while work.in_flight or work.ended:
            if not work.ended:
                await self._wait(lane)
            done += await self._turn(lane, tasks)
        return done

    async def _ready_lanes(self) -> list[Lane]:
        async with self._database.read() as session:
            return await outbox.list_ready_lanes(session, bot=self._bot, now=self._clock.now())

    def stop(self) -> None:
        """Claim nothing more, and end when what is in hand is settled."""
        self._stopping = True
        self.wake()

    async def _drain_for_ever(self, lane: Lane, tasks: asyncio.TaskGroup) -> None:
        work = self._work[lane]
        while not self._stopping or work.in_flight or work.ended:
            try:
                await self._turn(lane, tasks)
            except (OSError, SQLAlchemyError) as error:  # the database is away: nothing is lost, try again
                log.warning("the outbox cannot be read now: %s", type(error).__name__)
                await asyncio.sleep(LOOK_AGAIN)
            if not (self._stopping and not work.in_flight):
                await self._wait(lane)

    async def _wait(self, lane: Lane) -> None:
        work = self._work[lane]
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await work.changed.wait()
        except TimeoutError:
            pass
        work.changed.clear()

    async def _turn(self, lane: Lane, tasks: asyncio.TaskGroup) -> int:
        """Settle what has ended and claim what is next; the number settled and claimed together."""
        if not self._work[lane].ended and lane not in await self._ready_lanes():
            return 0  # an idle sender only looks, and never asks for the write lock
        return await self._claim(lane, tasks)

    async def _claim(self, lane: Lane, tasks: asyncio.TaskGroup) -> int:
        work = self._work[lane]
        ended, work.ended = work.ended, []
        now = self._clock.now()
        free = 0 if self._stopping else SLOTS[lane] - work.in_flight
        try:
            async with self._database.write("turn") as session:
                await outbox.settle(session, ended, now=now)
                taken = await outbox.claim(
                    session, bot=self._bot, lane=lane, limit=free, epoch=self.epoch, now=now
                )
        except BaseException:
            work.ended = ended + work.ended
            raise
        work.in_flight += len(taken)
        for delivery, message in taken:
            tasks.create_task(self._deliver(work, delivery, message))
        return len(ended) + len(taken)

    async def _deliver(self, work: _Work, delivery: Delivery, message: Message) -> None:
        try:
            ended = await self._call(delivery, message)
            if ended.state is DeliveryState.BLOCKED:
                await self._mark_unreachable(delivery)
            work.ended.append(ended)
        finally:
            work.in_flight -= 1
            work.changed.set()

    async def _call(self, delivery: Delivery, message: Message) -> Settlement:
        sent: int | None = None
        outcome = Outcome(OutcomeKind.SENT)
        try:
            sent = await self._channel.send(
                message,
                delivery.chat,
                lane=Lane(delivery.lane),
                deadline=delivery.deadline,
                edits=delivery.edits,
            )
        except Exception as error:  # every failure is an outcome; none is swallowed: its reason is stored
            outcome = classify(error)
        if outcome.kind is OutcomeKind.UNAUTHORIZED:
            raise TokenRefused(outcome.reason)
        ended = settlement(delivery, outcome, self._clock.now(), sent, self.epoch)
        if outcome.kind not in (OutcomeKind.SENT, OutcomeKind.NOTHING_TO_DO):
            log.warning("delivery %s: %s (%s)", delivery.id, ended.state, outcome.reason)
        return ended

    async def _mark_unreachable(self, delivery: Delivery) -> None:
        if delivery.account_id is None:
            return
        async with self._database.write("unreachable") as session:
            await reaching.mark_unreachable(
                session, delivery.account_id, now=self._clock.now(), texts=self._texts
            )
        self.wake()


def settlement(
    delivery: Delivery, outcome: Outcome, now: datetime, message_id: int | None, epoch: int
) -> Settlement:
    """How a delivery stands after a call.

    - accepted, or nothing to do: sent
    - passing: again after what Telegram asked for, or after a wait that doubles up to five minutes
    - may have arrived: an answer or reminder goes again once and is marked; anything else is unknown
    - the chat takes nothing any more: blocked; refused for good: dead
    """
    assert delivery.id is not None
    ended = Settlement(delivery.id, epoch, DeliveryState.SENT, outcome.reason or None, message_id)
    match outcome.kind:
        case OutcomeKind.SENT | OutcomeKind.NOTHING_TO_DO:
            return ended
        case OutcomeKind.RETRY:
            wait = outcome.retry_after or min(LONGEST_BACKOFF, 2.0 ** min(delivery.tries, 9))
            return replace(ended, state=DeliveryState.RETRY, retry_at=now + timedelta(seconds=wait))
        case OutcomeKind.UNKNOWN if delivery.lane < Lane.BULK and not delivery.again:
            return replace(ended, state=DeliveryState.RETRY, retry_at=now, again=1)
        case OutcomeKind.UNKNOWN:
            return replace(ended, state=DeliveryState.UNKNOWN)
        case OutcomeKind.BLOCKED:
            return replace(ended, state=DeliveryState.BLOCKED)
        case _:
            return replace(ended, state=DeliveryState.DEAD)
