"""Drains the outbox: looks, waits its turn, takes, calls, settles. Each lane has a loop of its own.

look     what could go now, without taking it
turn     each waits in memory until the bot's budget lets it go: a crash leaves nothing in doubt there
take     those let go since the last commit become `sending` in one commit, with what has ended settled
call     at once, so that what a crash leaves in doubt is what was really on its way
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot import trail
from bot.actions import reaching
from bot.clock import Clock
from bot.errors import TokenRefused
from bot.failpoints import reach
from bot.lanes import Lane
from bot.measures import Measures
from bot.texts import Texts
from db import outbox
from db.models import DeliveryState
from db.outbox import Candidate, Settlement, Taken
from db.session import Database, Session
from scheduler.channel import Channel
from scheduler.lease import Lease
from scheduler.outcomes import Outcome, OutcomeKind, classify
from scheduler.pacing import Budget

log = logging.getLogger(__name__)

SETTLED = "delivery %(delivery)s of message %(message)s (%(lane)s, try %(tries)s): %(state)s (%(reason)s)"

LANES = (Lane.REPLY, Lane.REMINDER, Lane.BULK)
SLOTS = {Lane.REPLY: 64, Lane.REMINDER: 256, Lane.BULK: 256}
"""How many of a lane may wait for their turn or be on their way."""
LOOK_AGAIN = 1.0
"""Seconds after which a lane looks for what other processes queued, or what has become due."""
LONGEST_BACKOFF = 300.0
MAX_TRIES = 3
"""So often a message that fails in our own hands is tried."""
REFUSALS = 3
"""So often in a row a token is refused before it counts as refused for good."""


@dataclass
class _Work:
    """What one lane has in its hands: by delivery, until it is settled."""

    in_hand: set[int] = field(default_factory=set)
    waiting: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """Those whose turn has not come."""
    granted: dict[int, asyncio.Future[Taken | None]] = field(default_factory=dict)
    """Those whose turn has come and who are to be taken by the next commit."""
    ended: list[tuple[Taken, Settlement, Outcome]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    stale: bool = True
    """Whether there may be more to take in hand than was seen: what ends lets its chat's next one go."""


class Sender:
    """Sends what waits in the outbox of one bot, while its lease is held."""

    def __init__(
        self,
        channel: Channel,
        database: Database,
        clock: Clock,
        texts: Texts,
        budget: Budget,
        lease: Lease,
        *,
        bot: int,
        measures: Measures = Measures(),  # noqa: B008  frozen, and of functions that do nothing
    ) -> None:
        self._measures = measures
        self._channel = channel
        self._database = database
        self._clock = clock
        self._texts = texts
        self._budget = budget
        self._lease = lease
        self._bot = bot
        self._work = {lane: _Work() for lane in LANES}
        self._stopping = False
        self._refused = 0

    def wake(self, lanes: Collection[Lane] = LANES) -> None:
        """Something was queued in these lanes: look at once."""
        for lane in lanes:
            self._work[lane].stale = True
            self._work[lane].changed.set()

    async def run(self) -> None:
        """Send until `stop()`, and finish what is on its way then. TokenRefused when that is what stopped it."""
        self._begin()
        async with asyncio.TaskGroup() as tasks:
            for lane in LANES:
                tasks.create_task(self._drain_for_ever(lane, tasks))
        if self._refused >= REFUSALS:
            raise TokenRefused

    async def drain(self) -> int:
        """Send until nothing is ready now (tests and the fast demo); how often something moved."""
        self._begin()
        moved = 0
        async with asyncio.TaskGroup() as tasks:
            while now := sum([await self._empty(lane, tasks) for lane in LANES]):
                moved += now
        return moved

    def stop(self) -> None:
        """Take nothing more, and end when what is on its way is settled."""
        self._stopping = True
        for work in self._work.values():
            for number, task in work.waiting.items():
                task.cancel()
                work.in_hand.discard(number)
            work.waiting.clear()
        self.wake()

    def _begin(self) -> None:
        self._stopping = False
        self._refused = 0
        self._work = {lane: _Work() for lane in LANES}

    async def _empty(self, lane: Lane, tasks: asyncio.TaskGroup) -> int:
        """Send what is ready in one lane, and wait for the outcome of all of it."""
        moved, work = 0, self._work[lane]
        while (now := await self._turn(lane, tasks)) or work.in_hand:
            moved += now
            if not now:
                await self._wait(lane)
        return moved

    async def _drain_for_ever(self, lane: Lane, tasks: asyncio.TaskGroup) -> None:
        work = self._work[lane]
        while not self._stopping or work.in_hand:
            try:
                moved = await self._turn(lane, tasks)
            except (OSError, SQLAlchemyError) as error:  # the database is away: nothing is lost, try again
                log.debug("the outbox cannot be read now: %s", type(error).__name__)
                work.stale = True
                if self._stopping:
                    return  # whoever comes next deals with what was on its way
                await asyncio.sleep(LOOK_AGAIN)
                continue
            if self._refused >= REFUSALS and not self._stopping:
                self.stop()
            if not moved:
                await self._wait(lane)

    async def _wait(self, lane: Lane) -> None:
        work = self._work[lane]
        if not (work.granted or work.ended):
            try:
                async with asyncio.timeout(LOOK_AGAIN):
                    await work.changed.wait()
            except TimeoutError:
                work.stale = True
        work.changed.clear()

    async def _turn(self, lane: Lane, tasks: asyncio.TaskGroup) -> int:
        """Commit what has ended and who goes next, and look for more; how many moved."""
        work = self._work[lane]
        moved = len(work.granted) + len(work.ended)
        if moved:
            await self._commit(work)
        if work.stale and not self._stopping and len(work.in_hand) <= SLOTS[lane] // 2:
            moved += await self._look(lane, tasks)
        return moved

    async def _look(self, lane: Lane, tasks: asyncio.TaskGroup) -> int:
        work = self._work[lane]
        work.stale = False
        room = SLOTS[lane] - len(work.in_hand)
        async with self._database.read() as session:
            found = await outbox.list_candidates(
                session,
                bot=self._bot,
                lane=lane,
                limit=room,
                besides=work.in_hand,
                now=self._clock.now(),
            )
        work.stale = work.stale or len(found) == room
        for candidate in found:
            work.in_hand.add(candidate.id)
            work.waiting[candidate.id] = tasks.create_task(self._deliver(work, candidate))
        return len(found)

    async def _commit(self, work: _Work) -> None:
        """Settle what has ended and take who was let go. When that fails, the same is tried again."""
        ended, work.ended = work.ended, []
        granted, work.granted = work.granted, {}
        try:
            await self._mark_unreachable([t for t, s, _ in ended if s.state is DeliveryState.BLOCKED])
            async with self._database.write("turn") as session:
                await self._settle(session, ended)
                taken = await outbox.take(
                    session,
                    bot=self._bot,
                    ids=list(granted),
                    epoch=self._lease.epoch,
                    now=self._clock.now(),
                )
        except BaseException:
            work.ended, work.granted = ended + work.ended, granted | work.granted
            raise
        gone = {settled.delivery_id for _, settled, _ in ended} | (granted.keys() - taken.keys())
        work.in_hand -= gone
        work.stale = work.stale or bool(gone)
        for number, future in granted.items():
            if not future.done():
                future.set_result(taken.get(number))

    async def _settle(self, session: Session, ended: list[tuple[Taken, Settlement, Outcome]]) -> None:
        now = self._clock.now()
        await outbox.settle(session, [settled for _, settled, _ in ended], now=now)
        for taken, _, outcome in ended:
            if outcome.new_chat_id is not None:
                new = outcome.new_chat_id
                await reaching.move_chat(session, bot=self._bot, old=taken.chat, new=new, now=now)

    async def _deliver(self, work: _Work, candidate: Candidate) -> None:
        """One delivery's way, from candidate to outcome."""
        try:
            async with self._channel.turn_to_upload(candidate.media_id):
                await self._budget.acquire(candidate.chat, Lane(candidate.lane), candidate.deadline)
                del work.waiting[candidate.id]
                taken = await self._taken(work, candidate.id)
                if taken is not None:
                    # awaited first: meanwhile the list is exchanged by a commit
                    outcome = await self._call(taken, candidate.due)
                    work.ended.append(outcome)
        finally:
            work.changed.set()

    async def _taken(self, work: _Work, number: int) -> Taken | None:
        """Wait for the commit that takes it; None when it was withdrawn, or another process holds the bot."""
        future: asyncio.Future[Taken | None] = asyncio.get_running_loop().create_future()
        work.granted[number] = future
        work.changed.set()
        return await future

    async def _call(self, taken: Taken, due: datetime) -> tuple[Taken, Settlement, Outcome]:
        because = taken.message.update_id
        trail.follow(trail.Origin(self._bot, because) if because is not None else None)
        sent, outcome = await self._outcome(taken)
        self._refused = self._refused + 1 if outcome.kind is OutcomeKind.UNAUTHORIZED else 0
        now = self._clock.now()
        ended = settlement(taken, outcome, now, sent, self._lease.epoch)
        went = ended.state is DeliveryState.SENT
        self._measures.settled(
            taken.lane.name.lower(), ended.state, (now - due).total_seconds() if went else None
        )
        log.log(logging.DEBUG if went else logging.WARNING, SETTLED, _told(taken, ended))
        return taken, ended, outcome

    async def _outcome(self, taken: Taken) -> tuple[int | None, Outcome]:
        """The id the message has in the chat, and how the call ended."""
        if not self._lease.is_held():
            return None, Outcome(OutcomeKind.RETRY, reason="not called: the lease had run out")
        reach("call.ready")
        try:
            sent = await self._channel.send(
                taken.message, taken.chat, lane=taken.lane, edits=taken.edits, admitted=True
            )
        except (TelegramError, OSError, SQLAlchemyError) as error:
            return None, classify(error)
        except Exception as error:  # ours: a message that cannot even be put together must not try for ever
            log.exception("delivery %s cannot be sent as it is", taken.id)
            kind = OutcomeKind.DEAD if taken.tries >= MAX_TRIES else OutcomeKind.RETRY
            return None, Outcome(kind, reason=type(error).__name__)
        finally:
            reach("call.answered")
        return sent, Outcome(OutcomeKind.SENT)

    async def _mark_unreachable(self, blocked: list[Taken]) -> None:
        now, texts = self._clock.now(), self._texts
        for taken in blocked:
            async with self._database.write("unreachable") as session:
                if taken.account_id is not None:
                    lost = taken.account_id
                    await reaching.mark_unreachable(session, lost, bot=self._bot, now=now, texts=texts)
                else:  # a group has no account
                    await reaching.lose_group(session, bot=self._bot, chat=taken.chat, now=now, texts=texts)
            self.wake()


def _told(taken: Taken, ended: Settlement) -> dict[str, object]:
    """What the log is told of a delivery."""
    about = {"delivery": taken.id, "message": taken.message.id, "lane": taken.lane.name.lower()}
    return {**about, "tries": taken.tries, "state": str(ended.state), "reason": ended.reason or "accepted"}


def settlement(
    taken: Taken, outcome: Outcome, now: datetime, message_id: int | None, epoch: int
) -> Settlement:
    """How a delivery stands after a call.

    - accepted, or nothing to do: sent
    - passing, or the token refused: again after what Telegram asked for, or a wait that doubles up to 5 minutes
    - may have arrived: an answer or reminder goes again once and is marked; anything else is unknown
    - the group moved: again at once, to its new chat
    - the chat takes nothing any more: blocked; refused for good: dead
    """
    ended = Settlement(taken.id, epoch, DeliveryState.SENT, outcome.reason or None, message_id)
    match outcome.kind:
        case OutcomeKind.SENT | OutcomeKind.NOTHING_TO_DO:
            return ended
        case OutcomeKind.RETRY | OutcomeKind.UNAUTHORIZED:
            wait = outcome.retry_after or min(LONGEST_BACKOFF, 2.0 ** min(taken.tries, 9))
            return replace(ended, state=DeliveryState.RETRY, retry_at=now + timedelta(seconds=wait))
        case OutcomeKind.UNKNOWN if taken.lane < Lane.BULK and not taken.again:
            return replace(ended, state=DeliveryState.RETRY, retry_at=now, again=1)
        case OutcomeKind.UNKNOWN:
            return replace(ended, state=DeliveryState.UNKNOWN)
        case OutcomeKind.MOVED:
            return replace(ended, state=DeliveryState.RETRY, retry_at=now)
        case OutcomeKind.BLOCKED:
            return replace(ended, state=DeliveryState.BLOCKED)
        case _:
            return replace(ended, state=DeliveryState.DEAD)
