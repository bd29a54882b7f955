"""The wiring: the only module that knows everybody. Tests build the same, with a local Telegram."""

from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from telegram.ext import Application, ExtBot
from telegram.request import BaseRequest

import handlers
from bot.actions import notice_chasing
from bot.actions.alerting import Alert
from bot.alarms import Alarms, Lasting
from bot.clock import Clock
from bot.config import Settings, bot_number
from bot.discreet import hide
from bot.erasures import SECONDS, Erasures
from bot.hooks import Watcher, hook_of
from bot.lanes import Lane, LaneArgs
from bot.measures import Measures
from bot.serving import Serving
from bot.texts import Texts
from bot.transport import AiohttpRequest
from db import digests, inbox, meetings, outbox, spreading
from db.models import Message
from db.session import Database
from db.watching import Watch
from handlers.common import House
from handlers.ingress import Ingress
from handlers.posted import Posted
from scheduler.channel import Channel
from scheduler.lease import Lease
from scheduler.limits import ChatLimits
from scheduler.pacing import Budget, PacedLimiter
from scheduler.running import Ticking
from scheduler.sender import LANES, Sender
from scheduler.ticks import Tick

if TYPE_CHECKING:
    from bot.metrics import Metrics


@dataclass(frozen=True)
class Shared:
    """What all bots of one process have in common."""

    settings: Settings
    clock: Clock
    database: Database
    watch: Watch
    texts: Texts
    metrics: "Metrics | None" = None
    """Who keeps the measures; nobody without a web server, which alone could be asked for them."""
    wakes: list[Callable[[Collection[Lane]], None]] = field(default_factory=list)
    """What tells each bot's sender that something was queued in these lanes: for whom, nobody need know."""

    def wake(self, lanes: Collection[Lane] = LANES) -> None:
        """Something was queued, for any of the bots."""
        for each in self.wakes:
            each(lanes)


@dataclass
class App:
    """One bot, whole: what comes in, what is due, what goes out."""

    settings: Settings
    clock: Clock
    database: Database
    house: House
    application: Application[Any, Any, Any, Any, Any, Any]
    ingress: Ingress
    posted: Posted
    sender: Sender
    ticking: Ticking
    """The clock's work; the same for all bots of a process."""
    budget: Budget
    serving: Serving
    sealed: str = ""
    """The token of a committee's bot as it is stored: when that changes, this is another bot."""

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
                await self.database.dispose()

    async def run(self) -> None:
        """While this process holds the bot receive, serve and send, until `stop()`.

        TokenRefused when Telegram accepts the token no more.
        """
        async with self._connected():
            await self.serving.run()

    async def run_alone(self) -> None:
        """As `run()`, with the clock's work beside it and no other bot (the demo)."""
        self.ticking.start()
        try:
            await self.run()
        finally:
            await self.ticking.stop()
            await self.database.dispose()

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
    """The bot of the settings, alone; SettingsError when the token is missing.

    `clock`, `request` (the way to Telegram) and `budget` (how fast it may send) are for tests and the demo,
    and so is `durable=False`, for a database that is thrown away.
    """
    shared = share(settings, clock=clock, durable=durable)
    return connect(shared, settings.token, tick(shared), request=request, budget=budget)


def share(settings: Settings, *, clock: Clock | None = None, durable: bool = True) -> Shared:
    """What the bots of a process have in common."""
    clock = clock or Clock()
    database = Database(settings.database_url, durable=durable)
    texts = Texts(
        settings.zone,
        settings.ordered_days,
        documents_in_chat=settings.documents_in_chat,
        kinds=settings.kinds,
        cell_kinds=settings.sorts,
        evaluations=settings.evaluations,
        targets=settings.scorecard_targets,
        approve_above=settings.approve_above,
        retention=settings.kept,
    )
    return Shared(settings, clock, database, Watch(database, clock), texts, _metrics(settings))


def _metrics(settings: Settings) -> "Metrics | None":
    if not settings.web:
        return None
    from bot.metrics import Metrics  # Prometheus's client takes time and memory at the start

    return Metrics()


def tick(shared: Shared) -> Ticking:
    """The clock's work of a process."""
    outside: dict[Tick, float] = {}
    if path := shared.settings.erasures:
        outside[Erasures(Path(path), shared.clock).write_down] = SECONDS
    ticking = Ticking(shared.database, shared.texts, shared.clock, shared.wake, outside)
    if shared.metrics is not None:
        ticking.ticked = shared.metrics.ticked
    return ticking


def connect(
    shared: Shared,
    token: str,
    ticking: Ticking,
    *,
    request: BaseRequest | None = None,
    budget: Budget | None = None,
    sealed: str = "",
) -> App:
    """One bot of a process, with a transport, a pace and a lease of its own; `sealed` is its stored token."""
    settings, clock, database, texts = shared.settings, shared.clock, shared.database, shared.texts
    number = bot_number(token)
    hide(token)
    request = request or AiohttpRequest(proxy=settings.telegram_proxy)
    budget = budget or Budget(settings.rate, chats=ChatLimits.at(settings.chat_rate, settings.group_rate))
    limiter = PacedLimiter(budget)
    telegram = _bot(settings, token, request, limiter)
    measures = shared.metrics.of(number) if shared.metrics is not None else Measures()
    channel = Channel(telegram, limiter, database, bot=number, paid=settings.paid, measures=measures)
    lease = Lease(database, bot=number)
    sender = Sender(channel, database, clock, texts, budget, lease, bot=number, measures=measures)

    async def speak(message: Message, chat: int) -> None:
        await channel.send(message, chat, lane=Lane.REPLY)

    shared.wakes.append(sender.wake)
    said = (shared.wake, speak, channel.acknowledge)
    house = House(database, texts, clock, number, "", settings.language, *said)
    house.home = settings.bot
    house.rate = settings.rate
    house.measures = measures
    house.evidence_bytes = settings.evidence_mb * 1024 * 1024
    application = Application.builder().bot(telegram).updater(None).build()
    application.bot_data["house"] = house
    handlers.register(application)
    ingress = Ingress(application, house)
    posted, (receive, lasting) = Posted(house, ingress), _receiving(shared, telegram, ingress)
    alarms = Alarms(database, texts, clock, shared.watch, ingress.conflict, lasting, bot=number)
    serving = Serving(application, house, ingress, sender, ticking, budget, lease, alarms, receive)
    parts = (application, ingress, posted, sender, ticking, budget, serving)
    return App(settings, clock, database, house, *parts, sealed=sealed)


def _receiving(
    shared: Shared, telegram: ExtBot[LaneArgs], ingress: Ingress
) -> tuple[Callable[[], Coroutine[Any, Any, None]], list[Lasting]]:
    """How updates come in, fetched or posted to us, and what may keep them from it."""
    silence = Lasting("silence", ingress.silence, Alert.POLLING_DIED, Alert.POLLING_BACK)
    if not shared.settings.hooked:
        return ingress.poll_for_ever, [silence]
    hook = hook_of(shared.settings, ingress.house.bot)
    watcher = Watcher(telegram, hook, shared.database, shared.clock)
    posting = [
        Lasting("undelivered", watcher.undelivered, Alert.POSTING_DIED, Alert.POSTING_BACK),
        Lasting("refused", watcher.refused, Alert.WEBHOOK_REFUSED, Alert.POSTING_BACK),
    ]
    return lambda: ingress.ask_for_ever(watcher.watch), [silence, *posting]


def _bot(settings: Settings, token: str, request: BaseRequest, limiter: PacedLimiter) -> ExtBot[LaneArgs]:
    return ExtBot(
        token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=limiter,
    )
