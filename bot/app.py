"""The wiring: the only module that knows everybody. Tests build the same, with a local Telegram."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
from db.session import Database, Session
from handlers.common import House
from handlers.ingress import Ingress
from scheduler.channel import Channel
from scheduler.pacing import Budget, Memory, PacedLimiter
from scheduler.running import Ticking
from scheduler.sender import Sender

log = logging.getLogger(__name__)

RENEW = leases.LEASE.total_seconds() / 3


@dataclass
class App:
    """A whole chibo: what comes in, what is due, what goes out. Open it with `running()`."""

    settings: Settings
    clock: Clock
    database: Database
    house: House
    application: Application[Any, Any, Any, Any, Any, Any]
    ingress: Ingress
    sender: Sender
    ticking: Ticking
    budget: Budget
    holder: str
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["App"]:
        """Connected to Telegram and the database, with nothing going on by itself yet."""
        try:
            await self.application.initialize()
            self.house.username = self.application.bot.username
            await self._take_lease()
            yield self
        finally:
            async with self.database.write("lease") as session:
                await self._remember_pace(session, self.clock.now())
                await leases.release(session, bot=self.house.bot, holder=self.holder)
            await self.application.shutdown()
            await self.database.dispose()

    async def run(self) -> None:
        """Poll, serve, tick and send until `stop()`. Only who holds the bot's lease polls and sends.

        After `stop()` nothing new is taken up, and what is in hand is brought to its end: a stop that is asked
        for leaves nothing in doubt.
        """
        async with self.opened():
            await self.application.bot.delete_webhook()  # while one is set, Telegram refuses to be polled
            await handlers.publish_commands(self.application.bot, self.house.texts)
            scheduler = self.ticking.schedule()
            scheduler.start()
            try:
                await self._run_edges()
            finally:
                scheduler.shutdown(wait=False)

    async def _run_edges(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            lease = tasks.create_task(self._keep_lease())
            poll = tasks.create_task(self.ingress.poll_for_ever())
            serve = tasks.create_task(self.ingress.serve_for_ever())
            send = tasks.create_task(self.sender.run())
            await self._stopping.wait()
            poll.cancel()
            self.ingress.stop()
            await serve
            self.sender.stop()
            await send
            lease.cancel()

    def stop(self) -> None:
        """Ask `run()` to end in order."""
        self._stopping.set()

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

    async def _take_lease(self) -> None:
        """Wait until this process holds the bot's lease, then deal with what its last holder left behind."""
        while True:
            now = self.clock.now()
            async with self.database.write("lease") as session:
                epoch = await leases.hold(session, bot=self.house.bot, holder=self.holder, now=now)
                if epoch is not None:
                    left = await outbox.recover(session, bot=self.house.bot, epoch=epoch, now=now)
                    if (pace := await leases.find_pace(session, bot=self.house.bot)) is not None:
                        self.budget.restore(Memory(*pace), now)
                    break
            log.info("another process serves this bot; waiting for its lease to end")
            await asyncio.sleep(1)
        self.sender.epoch = epoch
        if left:
            log.warning("%s messages were cut off by the last stop; answers and reminders go again", left)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEW)
            now = self.clock.now()
            async with self.database.write("lease") as session:
                epoch = await leases.hold(session, bot=self.house.bot, holder=self.holder, now=now)
                if epoch is not None:
                    await outbox.recover(session, bot=self.house.bot, epoch=epoch, now=now)
                    await self._remember_pace(session, now)
            if epoch != self.sender.epoch:
                raise RuntimeError("the lease of this bot went to another process")

    async def _remember_pace(self, session: Session, now: datetime) -> None:
        """What Telegram taught about its limits outlives the process."""
        learned = self.budget.snapshot(now)
        await leases.remember_pace(
            session, bot=self.house.bot, rate=learned.rate, paused_until=learned.paused_until
        )


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
    texts = Texts(settings.zone)
    request = request or AiohttpRequest(proxy=settings.telegram_proxy)
    budget = budget or Budget(settings.rate)
    telegram = _bot(settings, request, budget)
    channel = Channel(telegram, database, bot=settings.bot)
    sender = Sender(channel, database, clock, texts, bot=settings.bot)

    async def speak(message: Message, chat: int) -> None:
        await channel.send(message, chat, lane=Lane.REPLY)

    house = House(database, texts, clock, settings.bot, "", settings.language, sender.wake, speak)
    application = Application.builder().bot(telegram).updater(None).build()
    application.bot_data["house"] = house
    handlers.register(application)
    ticking = Ticking(database, texts, clock, sender.wake)
    ingress = Ingress(application, house)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"  # in a container every pid is 1
    return App(settings, clock, database, house, application, ingress, sender, ticking, budget, holder)


def _bot(settings: Settings, request: BaseRequest, budget: Budget) -> ExtBot[LaneArgs]:
    return ExtBot(
        settings.token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=PacedLimiter(budget),
    )
