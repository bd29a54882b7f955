"""The wiring: the only module that knows everybody. Tests build the same, with a local Telegram."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram.ext import Application, ExtBot
from telegram.request import BaseRequest

import handlers
from bot.actions import notice_chasing
from bot.alarms import Alarms
from bot.clock import Clock
from bot.config import Settings
from bot.lanes import Lane, LaneArgs
from bot.serving import Serving
from bot.texts import Texts
from bot.transport import AiohttpRequest
from db import digests, inbox, meetings, outbox, spreading
from db.models import Message
from db.session import Database
from db.watching import Watch
from handlers.common import House
from handlers.ingress import Ingress
from scheduler.channel import Channel
from scheduler.lease import Lease
from scheduler.limits import ChatLimits
from scheduler.pacing import Budget, PacedLimiter
from scheduler.running import Ticking
from scheduler.sender import Sender

log = logging.getLogger(__name__)

PAUSE = 1.0
ALARMS = 10.0
"""Seconds between two looks at what goes wrong."""
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
    serving: Serving

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["App"]:
        """Connected to Telegram and holding the bot, with nothing going on by itself (tests and the demo)."""
        async with self._connected():
            await self.serving.become_holder()
            self.serving.lease.is_alone()
            try:
                yield self
            finally:
                await self.serving.let_go()

    async def run(self) -> None:
        """Tick, and while this process holds the bot poll, serve and send, until `stop()`.

        TokenRefused when Telegram accepts the token no more.
        """
        async with self._connected():
            self.ticking.start()
            try:
                await self.serving.run()
            finally:
                await self.ticking.stop()

    def stop(self) -> None:
        """Ask `run()` to end in order: nothing new is taken up, and what is in hand is brought to its end."""
        self.serving.stop()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        try:
            await self.application.initialize()
            self.house.username = self.application.bot.username
            yield
        finally:
            await self.application.shutdown()
            await self.database.dispose()

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
                await digests.next_due(session, after=now),
                await spreading.next_due(session, after=now),
                await notice_chasing.next_due(session, after=now, texts=self.house.texts),
                await outbox.next_due(session, bot=self.house.bot, after=now),
            ]
        return min((m for m in moments if m), default=None)


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
    texts = Texts(
        settings.zone,
        settings.ordered_days,
        documents_in_chat=settings.documents_in_chat,
        kinds=settings.kinds,
        cell_kinds=settings.sorts,
        evaluations=settings.evaluations,
        targets=settings.scorecard_targets,
        approve_above=settings.approve_above,
    )
    request = request or AiohttpRequest(proxy=settings.telegram_proxy)
    chats = ChatLimits.at(settings.chat_rate, settings.group_rate)
    budget = budget or Budget(settings.rate, chats=chats)
    limiter = PacedLimiter(budget)
    telegram = _bot(settings, request, limiter)
    channel = Channel(telegram, limiter, database, bot=settings.bot, paid=settings.paid)
    lease = Lease(database, bot=settings.bot)
    sender = Sender(channel, database, clock, texts, budget, lease, bot=settings.bot)

    async def speak(message: Message, chat: int) -> None:
        await channel.send(message, chat, lane=Lane.REPLY)

    said = (sender.wake, speak, channel.acknowledge)
    house = House(database, texts, clock, settings.bot, "", settings.language, *said)
    house.rate = settings.rate
    house.evidence_bytes = settings.evidence_mb * 1024 * 1024
    application = Application.builder().bot(telegram).updater(None).build()
    application.bot_data["house"] = house
    handlers.register(application)
    ticking = Ticking(database, texts, clock, sender.wake)
    ingress = Ingress(application, house)
    alarms = Alarms(database, texts, clock, watch, ingress.conflict, bot=settings.bot)
    serving = Serving(application, house, ingress, sender, ticking, budget, lease, alarms)
    return App(settings, clock, database, house, application, ingress, sender, ticking, budget, serving)


def _bot(settings: Settings, request: BaseRequest, limiter: PacedLimiter) -> ExtBot[LaneArgs]:
    return ExtBot(
        settings.token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=limiter,
    )
