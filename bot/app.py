"""The wiring: the only module that knows everybody. Tests build the same, with a local Telegram."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError
from telegram.ext import Application, ExtBot
from telegram.request import BaseRequest

import handlers
from bot.clock import Clock
from bot.config import Settings
from bot.lanes import Lane, LaneArgs
from bot.texts import Texts
from bot.transport import AiohttpRequest
from db import inbox, leases, meetings, outbox
from db.models import Message
from db.session import Database
from db.watching import Watch
from handlers.common import House
from handlers.ingress import Ingress
from scheduler.channel import Channel
from scheduler.lease import BEAT, Lease
from scheduler.limits import ChatLimits
from scheduler.pacing import Budget, Memory, PacedLimiter
from scheduler.running import Ticking
from scheduler.sender import Sender

log = logging.getLogger(__name__)

PAUSE = 1.0
SET_BACK = timedelta(minutes=1)
"""A clock that goes back by less is only being corrected."""


@dataclass
class App:
    """A whole chibo: what comes in, what is due, what goes out."""

    settings: Settings
    clock: Clock
    database: Database
    house: House
    application: Application[Any, Any, Any, Any, Any, Any]
    ingress: Ingress
    sender: Sender
    ticking: Ticking
    budget: Budget
    lease: Lease
    watch: Watch
    _stopping: bool = False
    _ends: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when this process is to serve no longer: it is stopped, or another one holds the bot."""
    _latest: datetime | None = None
    """The latest moment the clock has shown."""
    _remembered: Memory | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["App"]:
        """Connected to Telegram and holding the bot, with nothing going on by itself (tests and the demo)."""
        async with self._connected():
            await self._become_holder()
            self.lease.is_alone()
            try:
                yield self
            finally:
                await self._let_go()

    async def run(self) -> None:
        """Tick, and while this process holds the bot poll, serve and send, until `stop()`.

        After `stop()` nothing new is taken up, and what is in hand is brought to its end: a stop that is asked
        for leaves nothing in doubt. TokenRefused, in a group, when Telegram accepts the token no more.
        """
        async with self._connected():
            self.ticking.start()
            try:
                while await self._become_holder():
                    await self._hold()
            finally:
                self.ticking.stop()

    def stop(self) -> None:
        """Ask `run()` to end in order."""
        self._stopping = True
        self._ends.set()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        try:
            await self.application.initialize()
            self.house.username = self.application.bot.username
            yield
        finally:
            await self.application.shutdown()
            await self.database.dispose()

    async def _hold(self) -> None:
        """Poll, serve and send until `stop()` or until another process holds the bot."""
        async with asyncio.TaskGroup() as tasks:
            introducing = tasks.create_task(self._introduce())
            beating = tasks.create_task(self._beat())
            polling = tasks.create_task(self.ingress.poll_for_ever())
            serving = tasks.create_task(self.ingress.serve_for_ever())
            sending = tasks.create_task(self.sender.run())
            await self._ends.wait()
            introducing.cancel()
            polling.cancel()
            self.ingress.stop()
            await serving
            self.sender.stop()
            await sending
            beating.cancel()
        await self._let_go()

    async def _introduce(self) -> None:
        """Tell Telegram that we poll, and which commands there are. It can wait: nobody waits for it."""
        while True:
            try:
                await self.application.bot.delete_webhook()  # while one is set, Telegram refuses to be polled
                await handlers.publish_commands(self.application.bot, self.house.texts)
                return
            except TelegramError as error:
                log.warning("the commands were not published: %s", error)
                await asyncio.sleep(PAUSE)

    async def _become_holder(self) -> bool:
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
        now = self.clock.now()
        async with self.database.write("lease") as session:
            left = await outbox.recover(session, bot=self.house.bot, epoch=self.lease.epoch, now=now)
            pace = await leases.find_pace(session, bot=self.house.bot)
            self._latest = await leases.find_last_poll(session, bot=self.house.bot)
        if pace is not None:
            self.budget.restore(Memory(*pace), now)
        await self._watch_clock()
        log.info("this process serves the bot now (epoch %s)", self.lease.epoch)
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
                await self._watch_clock()
                await self._remember_pace()
            except (OSError, SQLAlchemyError) as error:
                log.debug("the lease waits for the database: %s", type(error).__name__)
                continue
            if not held:
                log.error("another process serves this bot now; this one waits until it is needed again")
                self._ends.set()
                return

    async def _let_go(self) -> None:
        """Keep what was learned, and give the lease up."""
        try:
            await self._remember_pace()
            await self.lease.release()
        except (OSError, SQLAlchemyError) as error:
            log.warning("the lease ends by itself, the database is away: %s", type(error).__name__)

    async def _watch_clock(self) -> None:
        """A clock that is set back must not hold up what was due already."""
        now, latest = self.clock.now(), self._latest
        self._latest = now
        if latest is None or now > latest - SET_BACK:
            return
        log.warning("the clock was set back by %s", latest - now)
        async with self.database.write("clock") as session:
            await outbox.pull_forward(session, bot=self.house.bot, latest=latest, now=now)
        self.ticking.catch_up()
        self.sender.wake()

    async def settle(self) -> None:
        """Bring everything that is waiting now to its end: tests and the fast demo."""
        await self.ticking.run_all()
        while True:
            served = await self.ingress.poll(wait=0) + await self.ingress.drain()
            if served:
                await self.ticking.run_all()
            if not await self.sender.drain() and not served:
                return

    async def is_quiet(self) -> bool:
        """Whether nothing waits to be handled or sent at this moment."""
        async with self.database.read() as session:
            return not (
                await inbox.count_waiting(session, bot=self.house.bot)
                or await outbox.count_ready(session, bot=self.house.bot, now=self.clock.now())
            )

    async def next_event(self) -> datetime | None:
        """The next moment at which something is due."""
        now = self.clock.now()
        async with self.database.read() as session:
            moments = [
                await meetings.next_due(session, after=now),
                await outbox.next_due(session, bot=self.house.bot, after=now),
            ]
        return min((m for m in moments if m), default=None)

    async def _remember_pace(self) -> None:
        """What Telegram taught about its limits outlives the process."""
        learned = self.budget.snapshot(self.clock.now())
        if learned == self._remembered:
            return
        async with self.database.write("pace") as session:
            await leases.remember_pace(
                session, bot=self.house.bot, rate=learned.rate, paused_until=learned.paused_until
            )
        self._remembered = learned


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    request: BaseRequest | None = None,
    budget: Budget | None = None,
    durable: bool = True,
) -> App:
    """A chibo from its settings; SettingsError when the token is missing.

    `clock`, `request` (the way to Telegram) and `budget` (how fast it may send) are for tests and the demo,
    and so is `durable=False`, for a database that is thrown away.
    """
    clock = clock or Clock()
    database = Database(settings.database_url, durable=durable)
    watch = Watch(database, clock)
    texts = Texts(settings.zone)
    request = request or AiohttpRequest(proxy=settings.telegram_proxy)
    chats = ChatLimits.at(settings.chat_rate, settings.group_rate)
    budget = budget or Budget(settings.rate, chats=chats)
    telegram = _bot(settings, request, budget)
    channel = Channel(telegram, database, bot=settings.bot, paid=settings.paid)
    lease = Lease(database, bot=settings.bot)
    sender = Sender(channel, database, clock, texts, budget, lease, bot=settings.bot)

    async def speak(message: Message, chat: int) -> None:
        await channel.send(message, chat, lane=Lane.REPLY)

    house = House(database, texts, clock, settings.bot, "", settings.language, sender.wake, speak)
    application = Application.builder().bot(telegram).updater(None).build()
    application.bot_data["house"] = house
    handlers.register(application)
    ticking = Ticking(database, texts, clock, sender.wake)
    ingress = Ingress(application, house)
    return App(settings, clock, database, house, application, ingress, sender, ticking, budget, lease, watch)


def _bot(settings: Settings, request: BaseRequest, budget: Budget) -> ExtBot[LaneArgs]:
    return ExtBot(
        settings.token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=PacedLimiter(budget),
    )
