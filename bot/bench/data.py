"""`chibo bench data`: how long it takes to fill a database with a province, and the province if one wants it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.bench.databases import Kind, NoDatabase, fresh
from bot.bench.province import Province, count
from bot.clock import Clock
from bot.config import ZONE
from db import migrate
from db.session import Database


async def make(*, members: int, years: int, seed: int, kind: Kind, address: str | None) -> str:
    """Fill the database at the address, or a fresh one that is gone afterwards; counts and seconds as JSON.

    Raises NoDatabase when the one at the address holds something already.
    """
    province = Province(members, years, Clock().now().astimezone(ZONE).date(), seed)
    async with _filled(kind, address) as database:
        begun = time.monotonic()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task("province", total=province.steps)
            await province.settle(database, lambda: bars.advance(task))
        seconds = time.monotonic() - begun
        async with database.read() as session:
            counted = await count(session)
    engine = "sqlite" if database.sqlite else "postgresql"
    return json.dumps(
        {"bench": "data", "database": engine, **counted, "years": years, "seconds": round(seconds, 1)}
    )


@asynccontextmanager
async def _filled(kind: Kind, address: str | None) -> AsyncIterator[Database]:
    if address is None:
        async with fresh(kind) as database:
            yield database
        return
    database = Database(address)
    try:
        await migrate.upgrade(database)
        async with database.read() as session:
            if any((await count(session)).values()):
                raise NoDatabase("That database holds something already. Give the address of an empty one.")
        yield database
    finally:
        await database.dispose()
