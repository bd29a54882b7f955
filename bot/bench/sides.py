"""The two sides of every measurement, started alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bench.databases import address_of
from bot.bench.daytime import where_it_is_noon
from bot.bench.local import Local
from bot.bench.programs import Program, program
from bot.bench.server import TOKEN
from bot.clock import Clock
from db.session import Database


def settings(local: Local, database: Database, *, rate: int) -> dict[str, str]:
    """The environment of our bot."""
    return {
        "CHIBO_BOT_TOKEN": TOKEN,
        "CHIBO_DATABASE_URL": address_of(database),
        "CHIBO_TELEGRAM_API_URL": local.url,
        "CHIBO_RATE": str(rate),
        "CHIBO_APPROVE_ABOVE": "1000000",
        "CHIBO_TIMEZONE": where_it_is_noon(Clock().now()),
    }


@asynccontextmanager
async def ours(
    local: Local, database: Database, *, rate: int = 1000, speed: float = 1
) -> AsyncIterator[Program]:
    """Our bot, polling; see `bot.bench.ours` for `speed`."""
    env = settings(local, database, rate=rate)
    async with program("-m", "bot.bench.ours", str(speed), settings=env) as running:
        await local.wait(running, polled=1)
        yield running


@asynccontextmanager
async def bare(local: Local, *args: object) -> AsyncIterator[Program]:
    """The bare bot; see `bot.bench.bare` for the arguments."""
    async with program("-m", "bot.bench.bare", local.url, *map(str, args)) as running:
        yield running
