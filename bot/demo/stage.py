"""The stage of a demo: the real bot over a local Telegram on real HTTP, a database of its own, and the people.

Time goes from event to event: what the bot has to do next, or what somebody has in mind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from bot.app import App, build
from bot.clock import Clock
from bot.config import ZONE, Settings
from bot.sandbox.limits import Limits
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from bot.texts import Texts
from db import migrate
from db.session import Database
from scheduler.limits import ChatLimits
from scheduler.pacing import Budget

if TYPE_CHECKING:
    from bot.demo.phone import Deed, Phone
    from bot.demo.transcript import Transcript

TOKEN = "1:sandbox"
FAST = 1000
"""Messages a second: a clock that jumps over days cannot wait for seconds."""
FULL = 100
"""What one getUpdates brings at most."""
LANGUAGE: Final = "vi"


@dataclass
class Stage:
    """The bot, the local Telegram, the clock, and the people with what they have in mind."""

    app: App
    telegram: Telegram
    clock: Clock
    transcript: Transcript | None = None
    actors: list[Phone] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _agenda: list[tuple[datetime, int, Phone, Callable[[], Deed]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    @property
    def texts(self) -> Texts:
        """The voice of the bot: what is written on the buttons that people look for."""
        return self.app.house.texts

    def label(self, key: str, **values: str) -> str:
        """The words on a button."""
        return self.texts.label(key, LANGUAGE, **values)

    def plan(self, when: datetime, actor: Phone, deed: Callable[[], Deed]) -> None:
        """Let somebody begin to do something at a moment (aware)."""
        heappush(self._agenda, (when, next(self._numbers), actor, deed))

    @property
    def next_plan(self) -> datetime | None:
        """When somebody does the next thing they have in mind."""
        return self._agenda[0][0] if self._agenda else None

    def beat(self) -> bool:
        """Everybody looks at their chat, and does one thing at most; whether anybody did anything."""
        for actor in self.actors:
            actor.look()
        while self._agenda and self._agenda[0][0] <= self.clock.now():
            _, _, actor, deed = heappop(self._agenda)
            actor.begin(deed())
        acted = [actor.step() for actor in self.actors]
        return any(acted)

    async def play_until(self, end: datetime) -> None:
        """Let everything happen that is due up to a moment (aware), with a clock that stands still between."""
        while (moment := await self._next()) is not None and moment < end:
            await self._play_at(moment)
        await self._play_at(end)

    async def _next(self) -> datetime | None:
        moments = [await self.app.next_event(), self.next_plan]
        return min((moment for moment in moments if moment), default=None)

    async def _play_at(self, moment: datetime) -> None:
        """What time brings, then what people do about it and hear back, until nobody does anything more."""
        self.clock.move_to(max(moment, self.clock.now()).astimezone(UTC))
        await self.app.ticking.run_all()
        await self.app.sender.drain()
        acted = True
        while acted:  # the bot's clock looks round when nobody does anything more
            acted = await self._act()
            if acted and await self.app.ticking.run_all():
                await self.app.sender.drain()

    async def _act(self) -> bool:
        """Let people act and hear back until nobody does anything more; whether anybody did anything."""
        acted = False
        while self.beat():
            acted = True
            await self._hear_back()
        return acted

    async def _hear_back(self) -> None:
        """Let the bot take in what people did, and answer."""
        while await self.app.ingress.poll(wait=0) == FULL:
            pass
        await self.app.ingress.drain()
        await self.app.sender.drain()


def settings(url: str, folder: Path) -> Settings:
    """The settings of a demo; nothing of the environment's gets in."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        bot_token=SecretStr(TOKEN),
        database_url=f"sqlite+aiosqlite:///{folder / 'chibo.db'}",
        telegram_api_url=url,
        telegram_proxy=None,
        timezone=str(ZONE),
        language=LANGUAGE,
        mode="polling",
        web="",
        erasures="",
        approve_above=100_000,  # nobody plays an approver
        rate=FAST,
    )


def town(clock: Clock) -> Telegram:
    """A local Telegram without limits, whose time is that of the clock."""
    return Telegram(TOKEN, now=clock.now, limits=Limits.unlimited())


@asynccontextmanager
async def opened(folder: Path, clock: Clock) -> AsyncIterator[Stage]:
    """A stage with nobody on it, its database in a folder."""
    telegram = town(clock)
    async with serve(telegram) as url, bot(url, folder, clock).opened() as app:
        yield Stage(app, telegram, clock)


def bot(url: str, folder: Path, clock: Clock) -> App:
    """A bot that knows no limits of speed, not connected yet."""
    budget = Budget(FAST, chats=ChatLimits.unlimited())
    return build(settings(url, folder), clock=clock, budget=budget, durable=False)


async def prepare(folder: Path, url: str = "http://127.0.0.1") -> None:
    """Make the tables."""
    database = Database(settings(url, folder).database_url)
    try:
        await migrate.upgrade(database)
    finally:
        await database.dispose()
