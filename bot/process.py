"""A process: the clock's work, the web server and every bot it may serve, on one database."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError

from bot import app as wiring
from bot.actions.alerting import Alert, tell_admins
from bot.app import App, Shared
from bot.clock import Clock
from bot.config import Settings, SettingsError
from bot.errors import TokenRefused
from bot.keys import WrongKey
from bot.measures import nobody
from bot.web import listening
from bot.webhooks import Webhooks
from db import bots
from db.hearing import hearing
from db.models import OwnBot
from scheduler.lease import elapsed
from scheduler.pacing import Budget
from scheduler.running import Ticking

if TYPE_CHECKING:
    from bot.health import Health

log = logging.getLogger(__name__)

LOOK: Final = 5.0
"""Seconds between two looks at which bots of committees there are."""
AGAIN: Final = 600.0
"""Seconds after which a committee's bot is tried again whose token could not be used."""


@dataclass
class Process:
    """Runs until `stop()`. TokenRefused when Telegram refuses the token of the settings, SettingsError for a port
    that is taken. A committee's bot whose token cannot be used ends alone.
    """

    shared: Shared
    ticking: Ticking
    bots: list[App]
    """What is served now: the bot of the settings, then those of committees."""
    _ends: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    health: "Health | None" = field(default=None, init=False)
    _trouble: Exception | None = field(default=None, init=False)
    _unusable: dict[str, float] = field(default_factory=dict, init=False)
    """Sealed tokens that cannot be used, and since when (in seconds no clock's change touches)."""

    def __post_init__(self) -> None:
        if self.shared.metrics is not None:
            from bot.health import Health  # only where somebody can ask

            self.health = Health(self.shared, self.shared.metrics, self.bots)

    async def run(self) -> None:
        """Tick, answer the web, and serve each bot this process holds."""
        try:
            async with AsyncExitStack() as open_now:
                if self.health is not None:
                    await open_now.enter_async_context(self.health.looking())
                if place := self.shared.settings.web_place:
                    await open_now.enter_async_context(listening(self.routes(), place))
                if self.shared.settings.hooked:
                    await open_now.enter_async_context(hearing(self.shared.database, self._heard))
                self.ticking.start()
                open_now.push_async_callback(self.ticking.stop)
                async with asyncio.TaskGroup() as serving:
                    serving.create_task(self._serve(self.bots[0]))
                    serving.create_task(self._follow(serving))
        finally:
            await self.shared.database.dispose()
        if self._trouble is not None:
            raise self._trouble

    async def _serve(self, bot: App) -> None:
        """A bot until it is stopped; what it cannot go on with ends all of them in order, and is raised then."""
        try:
            await bot.run()
        except Exception as trouble:
            self._trouble = self._trouble or trouble
            self.stop()

    def stop(self) -> None:
        """Ask `run()` to end in order."""
        self._ends.set()
        for bot in self.bots:
            bot.stop()

    async def _follow(self, serving: asyncio.TaskGroup) -> None:
        """Take up the bots of committees as they are added, and leave those that nothing needs any more."""
        while not self._ends.is_set():
            try:
                await self._look(serving)
            except (OSError, SQLAlchemyError) as error:
                log.debug("the bots of committees wait for the database: %s", type(error).__name__)
            try:
                async with asyncio.timeout(LOOK):
                    await self._ends.wait()
            except TimeoutError:
                pass

    async def _look(self, serving: asyncio.TaskGroup) -> None:
        async with self.shared.database.read() as session:
            wanted = {own.id: own for own in await bots.list_served(session)}
        if self._ends.is_set():
            return
        here = {bot.house.bot: bot for bot in self.bots}
        for bot in self.bots[1:]:
            own = wanted.get(bot.house.bot)
            if own is None or own.sealed_token != bot.sealed:
                bot.stop()
        for own in wanted.values():
            if own.id in here or self._is_unusable(own):
                continue
            opened = await self._open(own)
            if opened is not None and not self._ends.is_set():  # what comes after `stop()` nobody would stop
                self.bots.append(opened)
                serving.create_task(self._serve_own(own, opened))

    def _is_unusable(self, own: OwnBot) -> bool:
        since = self._unusable.get(own.sealed_token)
        return since is not None and elapsed() - since < AGAIN

    async def _open(self, own: OwnBot) -> App | None:
        """A committee's bot with its token; None, and the admins hear of it, when the keys do not open that."""
        try:
            token = self.shared.settings.keys.open(own.sealed_token)
        except (SettingsError, WrongKey):
            await self._set_aside(own, "CHIBO_SECRET_KEY does not open its token", refused=False)
            return None
        return wiring.connect(self.shared, token, self.ticking, sealed=own.sealed_token)

    async def _serve_own(self, own: OwnBot, bot: App) -> None:
        """A committee's bot until it is stopped, or its token is refused; then the others go on."""
        try:
            await bot.run()
        except (TokenRefused, InvalidToken):
            await self._set_aside(own, "Telegram does not accept its token", refused=True)
        except TelegramError as error:  # not reached at the start: the next look tries again
            log.warning("@%s cannot be reached now: %s", own.username, type(error).__name__)
        except Exception as trouble:
            self._trouble = self._trouble or trouble
            self.stop()
        finally:
            self.bots.remove(bot)
            self.shared.wakes.remove(bot.sender.wake)

    async def _set_aside(self, own: OwnBot, why: str, *, refused: bool) -> None:
        """Leave a bot alone for a while, and tell who can do something about it, once a day."""
        self._unusable[own.sealed_token] = elapsed()
        log.error("@%s is not served, the others are: %s; what waits for it is kept", own.username, why)
        now, texts = self.shared.clock.now(), self.shared.texts
        said: dict[str, Any] = {"username": own.username, "number": own.id, "refused": refused}
        name = f"alert:bot:{own.id}:{texts.day_of(now)}"
        try:
            async with self.shared.database.write("alarm") as session:
                await tell_admins(session, Alert.BOT_REFUSED, now=now, texts=texts, dedupe=name, **said)
        except (OSError, SQLAlchemyError) as error:
            log.warning("the admins are not told, the database is away: %s", type(error).__name__)
        self.shared.wake()

    def routes(self) -> list[web.RouteDef]:
        """What the web server answers."""
        return [*(self.health.routes() if self.health else ()), *self._webhooks()]

    def _webhooks(self) -> list[web.RouteDef]:
        """Where Telegram posts, for whatever bots there are at that moment."""
        settings, metrics = self.shared.settings, self.shared.metrics
        if not settings.hooked:
            return []
        refused = metrics.refused if metrics is not None else nobody
        return Webhooks(settings.keys, lambda: [bot.posted for bot in self.bots], refused).routes()

    def _heard(self, number: int) -> None:
        """Another process has stored something for this bot."""
        for bot in self.bots:
            if bot.posted.number == number:
                bot.ingress.arrived()


def build(settings: Settings, *, clock: Clock | None = None, budget: Budget | None = None) -> Process:
    """The process of these settings; SettingsError when the token is missing.

    `clock` and `budget` (how fast the bot of the settings may send) are for tests and measurements.
    """
    shared = wiring.share(settings, clock=clock)
    ticking = wiring.tick(shared)
    return Process(shared, ticking, [wiring.connect(shared, settings.token, ticking, budget=budget)])
