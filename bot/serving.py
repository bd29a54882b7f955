"""Holding a bot: whoever has its lease polls, serves and sends; everybody else waits, ready to take over."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError
from telegram.ext import Application

import handlers
from bot.alarms import Alarms
from bot.clock import Clock
from bot.errors import TokenRefused
from db import leases, outbox
from db.session import Database
from handlers.common import House
from handlers.ingress import Ingress
from scheduler.lease import BEAT, Lease, elapsed
from scheduler.pacing import Budget, Memory
from scheduler.running import Ticking
from scheduler.sender import Sender

log = logging.getLogger(__name__)

PAUSE = 1.0
ALARMS = 10.0
"""Seconds between two looks at what goes wrong."""
SET_BACK = timedelta(minutes=1)
"""A clock that goes back by less is only being corrected."""
AFTERWARDS = 4
"""Beats during which work that had looked at the clock before it was set back may still be committed."""


@dataclass
class Serving:
    """One process that serves a bot when it is its turn, until `stop()`."""

    application: Application[Any, Any, Any, Any, Any, Any]
    house: House
    ingress: Ingress
    sender: Sender
    ticking: Ticking
    budget: Budget
    lease: Lease
    alarms: Alarms
    receive: Callable[[], Coroutine[Any, Any, None]]
    """Has updates come in for ever: fetches them, or sees to it that they are posted."""
    _stopping: bool = False
    _ends: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when this process is to serve no longer: it is stopped, or another one holds the bot."""
    _latest: datetime | None = None
    """The latest moment the clock has shown."""
    _seen: float = field(default_factory=elapsed)
    """When it showed that, in seconds no clock's change touches."""
    _set_back: tuple[datetime, int] | None = None
    """From which moment the clock was set back, and for how many beats that still matters."""
    _remembered: Memory | None = None
    _refused: TokenRefused | None = None

    @property
    def _bot(self) -> int:
        return self.house.bot

    @property
    def _clock(self) -> Clock:
        return self.house.clock

    @property
    def _database(self) -> Database:
        return self.house.database

    async def run(self) -> None:
        """Serve whenever this process holds the bot, until `stop()`.

        After it nothing new is taken up, and what is in hand is brought to its end: a stop that is asked for
        leaves nothing in doubt. TokenRefused when Telegram accepts the token no more.
        """
        while await self.become_holder():
            await self._hold()

    def stop(self) -> None:
        """Ask `run()` to end in order."""
        self._stopping = True
        self._ends.set()

    async def _hold(self) -> None:
        """Receive, serve and send until `stop()` or until another process holds the bot."""
        async with asyncio.TaskGroup() as tasks:
            introducing = tasks.create_task(self._introduce())
            beating = tasks.create_task(self._beat())
            receiving = tasks.create_task(self._until_refused(self.receive()))
            serving = tasks.create_task(self.ingress.serve_for_ever())
            sending = tasks.create_task(self._until_refused(self.sender.run()))
            watching = tasks.create_task(self._sound_alarms())
            await self._ends.wait()
            for task in (introducing, watching, receiving):
                task.cancel()
            self.ingress.stop()
            await serving
            self.sender.stop()
            await sending
            beating.cancel()
        await self.let_go()
        if self._refused is not None:
            raise self._refused

    async def _until_refused(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this until it ends; a refused token ends everything in order, so that nothing is in doubt."""
        try:
            await work
        except TokenRefused as refused:
            self._refused = refused
            self.stop()

    async def _introduce(self) -> None:
        """Tell Telegram which commands there are. It can wait: nobody waits for it."""
        while True:
            try:
                await handlers.publish_commands(self.application.bot, self.house.texts)
                return
            except TelegramError as error:
                log.warning("the commands were not published: %s", error)
                await asyncio.sleep(PAUSE)

    async def _sound_alarms(self) -> None:
        """Tell the technical admins what goes wrong, from time to time."""
        while True:
            await asyncio.sleep(ALARMS)
            try:
                if await self.alarms.look():
                    self.sender.wake()
            except (OSError, SQLAlchemyError) as error:
                log.debug("the alarms wait for the database: %s", type(error).__name__)

    async def become_holder(self) -> bool:
        """Wait until this process holds the bot's lease, then deal with what its last holder left behind.

        False when `stop()` came first.
        """
        while not self._stopping:
            try:
                if await self.lease.try_take():
                    await self._take_over()
                    return True
            except (OSError, SQLAlchemyError) as error:
                log.debug("the lease waits for the database: %s", type(error).__name__)
            try:
                async with asyncio.timeout(PAUSE):
                    await self._ends.wait()
            except TimeoutError:
                pass
        return False

    async def _take_over(self) -> None:
        self._ends.clear()
        now = self._clock.now()
        async with self._database.write("lease") as session:
            await leases.remember_username(session, bot=self._bot, username=self.house.username)
            left = await outbox.recover(session, bot=self._bot, epoch=self.lease.epoch, now=now)
            pace = await leases.find_pace(session, bot=self._bot)
            self._latest, self._seen = await leases.find_last_poll(session, bot=self._bot), elapsed()
        if pace is not None:
            self.budget.restore(Memory(*pace), now)
        await self.watch_clock()
        log.info("this process serves the bot now (@%s, epoch %s)", self.house.username, self.lease.epoch)
        if left:
            log.warning("%s messages were cut off by the last stop; answers and reminders go again", left)
        if self._stopping:
            self._ends.set()

    async def _beat(self) -> None:
        """Keep the lease; end the holding when it went to another process."""
        while True:
            await asyncio.sleep(BEAT)
            try:
                held = await self.lease.renew()
                await self.watch_clock()
                await self.remember_pace()
            except (OSError, SQLAlchemyError) as error:
                log.debug("the lease waits for the database: %s", type(error).__name__)
                continue
            if not held:
                log.error(
                    "another process serves @%s now; this one waits until it is needed again",
                    self.house.username,
                )
                self._ends.set()
                return

    async def let_go(self) -> None:
        """Keep what was learned, and give the lease up."""
        try:
            await self.remember_pace()
            await self.lease.release()
        except (OSError, SQLAlchemyError) as error:
            log.warning("the lease ends by itself, the database is away: %s", type(error).__name__)

    async def watch_clock(self) -> None:
        """A clock that is set back must not hold up what was due already."""
        now, seconds = self._clock.now(), elapsed()
        latest = self._latest and self._latest + timedelta(seconds=seconds - self._seen)
        self._latest, self._seen = now, seconds
        if latest is not None and now <= latest - SET_BACK:
            log.warning("the clock was set back by %s", latest - now)
            self._set_back = latest, AFTERWARDS
            self.ticking.catch_up()
        if self._set_back is None:
            return
        latest, beats = self._set_back
        async with self._database.write("clock") as session:
            await outbox.pull_forward(session, bot=self._bot, latest=latest, now=now)
        self._set_back = (latest, beats - 1) if beats > 1 else None
        self.sender.wake()

    async def remember_pace(self) -> None:
        """What Telegram taught about its limits outlives the process."""
        learned = self.budget.snapshot(self._clock.now())
        if learned == self._remembered:
            return
        async with self._database.write("pace") as session:
            await leases.remember_pace(
                session, bot=self._bot, rate=learned.rate, paused_until=learned.paused_until
            )
        self._remembered = learned
