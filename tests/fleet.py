"""Two bots of one process over local Telegrams: the one of the settings, and cell A's own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.actions import bots
from bot.app import App, connect, share, tick
from bot.clock import Clock
from bot.config import Settings
from bot.sandbox.telegram import Telegram
from db import organisations
from tests.door import Door
from tests.people import START, Actor, Cast

OWN_TOKEN, OWN, OWN_NAME = "2:second", 2, "thon_a_bot"


@dataclass
class Fleet:
    """To a town it is its application; `home` is the bot of the settings."""

    home: App
    own: App

    def __getattr__(self, name: str) -> Any:
        return getattr(self.home, name)

    async def settle(self) -> None:
        """Bring everything that is waiting now to its end, at both bots."""
        moved = await self.home.ticking.run_all() + 1
        while moved:
            moved = 0
            for app in (self.home, self.own):
                moved += await app.ingress.poll(wait=0) + await app.ingress.drain()
            moved += await self.home.ticking.run_all()
            for app in (self.home, self.own):
                moved += await app.sender.drain()


@asynccontextmanager
async def fleet(settings: Settings, telegram: Telegram, clock: Clock) -> AsyncIterator[Fleet]:
    """Both of them, connected."""
    telegram.beside(OWN_TOKEN, OWN_NAME)
    shared = share(settings, clock=clock)
    ticking = tick(shared)
    apps = [connect(shared, token, ticking, request=Door(telegram)) for token in (telegram.token, OWN_TOKEN)]
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(app.opened()) for app in apps]
        yield Fleet(*opened)


async def give_own_bot(cast: Cast, cell_id: int | None = None) -> None:
    """From now on cell A, or this one, has a bot of its own; its people are still at that of the settings."""
    async with cast.town.app.database.write() as session:
        cell = await organisations.get(session, cell_id or cast.town.cell_a)
        whose = {"organisation": cell, "number": OWN, "username": OWN_NAME}
        await bots.add(session, **whose, sealed="sealed", now=START)  # type: ignore[arg-type]


def at_own(actor: Actor) -> Actor:
    """The same person in front of cell A's bot."""
    return Actor(actor.town, actor.person.at(actor.town.telegram.named(OWN_NAME)), actor.member_id)


async def goes_over(actor: Actor) -> Actor:
    """They start cell A's bot; they in front of it."""
    there = at_own(actor)
    await there.opens("go")
    return there
