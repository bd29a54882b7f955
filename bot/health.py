"""Whether a process is well, for who looks after it: alive, ready, and its measures. No content and no name.

    /healthz   200 as long as the event loop turns
    /readyz    200, or 503 when something below is not as it should be; the checks, each in a sentence
    /metrics   what `bot.metrics` has counted, with the queue as it stands

The database is asked once in a while and by one question at a time, however many ask us; whoever asks waits a few
seconds at most, so a database that hangs holds up no probe. A process that waits for the lease is ready, too.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from bot.app import App, Shared
from bot.lanes import Lane
from bot.metrics import CONTENT_TYPE, Metrics, Served, Store
from bot.trouble import spoken
from db import measuring, migrate
from db.measuring import Arrived, Holding, Standing

PATIENCE: Final = 3.0
"""Seconds the database may take to answer."""
FRESH: Final = 2.0
"""Seconds for which an answer is good enough for the next who asks."""
SILENT: Final = timedelta(minutes=2)
"""Longer than any poll takes."""
TOO_OLD: Final = {
    Lane.REPLY: timedelta(minutes=5),
    Lane.REMINDER: timedelta(minutes=30),
    Lane.BULK: timedelta(hours=3),
}
"""A notice for a whole province takes more than an hour; who has tapped waits now."""


@dataclass(frozen=True)
class Check:
    """One thing looked at, in a short sentence without content."""

    name: str
    ok: bool
    says: str


@dataclass(frozen=True)
class Picture:
    """The database at `at` (UTC): `trouble` says why it did not answer; else the rest is known."""

    at: datetime
    trouble: str = ""
    revision: str | None = None
    standing: Sequence[Standing] = ()
    holding: dict[int, Holding] | None = None
    arrived: dict[int, Arrived] | None = None


class Health:
    """What is answered about one process and the bots it may serve, of which the list may change."""

    def __init__(self, shared: Shared, metrics: Metrics, bots: Sequence[App]) -> None:
        self._shared = shared
        self._metrics = metrics
        self._bots = bots
        self._tasks: asyncio.TaskGroup | None = None
        self._look: asyncio.Task[Picture] | None = None
        self._seen: tuple[float, Picture] | None = None

    def routes(self) -> list[web.RouteDef]:
        """What is answered, to be given to the web server."""
        answers = {"/healthz": self._alive, "/readyz": self._ready, "/metrics": self._measured}
        return [web.get(path, answer) for path, answer in answers.items()]

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """While this lasts the routes can be asked."""
        trouble: Exception | None = None
        async with asyncio.TaskGroup() as self._tasks:
            try:
                yield
            except Exception as error:  # raised again below: a group of tasks would wrap it
                trouble = error
            if self._look is not None:
                self._look.cancel()
        if trouble is not None:
            raise trouble

    async def checks(self) -> list[Check]:
        """Everything a process needs to be of use, one check each."""
        picture = await self._picture()
        if picture.trouble:
            return [Check("database", False, picture.trouble)]
        first = [Check("database", True, "The database answers."), _migrations(picture.revision)]
        return [*first, *(check for bot in self._bots for check in self._of(bot, picture))]

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, request: web.Request) -> web.Response:
        checks = await self.checks()
        ready = all(check.ok for check in checks)
        told = {"ready": ready, "checks": [asdict(check) for check in checks]}
        return web.json_response(told, status=200 if ready else 503)

    async def _measured(self, request: web.Request) -> web.Response:
        return web.Response(body=await self.page(), headers={"Content-Type": CONTENT_TYPE})

    async def page(self) -> bytes:
        """All measures, with the queue as it stands."""
        picture = await self._picture()
        self._metrics.show_store(self._store(), seen=not picture.trouble)
        self._metrics.show_queue(picture.standing, picture.at)
        self._metrics.show_bots([self._served(bot, picture) for bot in self._bots], picture.at)
        return self._metrics.page()

    # ── what is asked of the database ──

    async def _picture(self) -> Picture:
        """The database as it was seen a moment ago, or now, unless it takes too long."""
        if self._seen is not None and monotonic() - self._seen[0] < FRESH:
            return self._seen[1]
        if self._look is None or self._look.done():
            assert self._tasks is not None, "the routes are asked while `looking()` lasts"
            self._look = self._tasks.create_task(self._ask())
        await asyncio.wait({self._look}, timeout=PATIENCE)
        if self._look.done() and not self._look.cancelled():
            return self._look.result()
        return Picture(self._now, f"The database has not answered for {PATIENCE:.0f} seconds.")

    async def _ask(self) -> Picture:
        now, bots = self._now, [bot.house.bot for bot in self._bots]
        try:
            revision = await migrate.find_revision(self._shared.database)
            if not migrate.fits(revision):
                picture = Picture(now, revision=revision)
            else:
                async with self._shared.database.read() as session:
                    picture = Picture(
                        now,
                        revision=revision,
                        standing=await measuring.list_standing(session, now=now),
                        holding=await measuring.find_holding(session, bots=bots),
                        arrived=await measuring.find_arrived(session, bots=bots),
                    )
        except (OSError, SQLAlchemyError) as error:
            picture = Picture(now, f"The database cannot be used ({type(error).__name__}).")
        self._seen = monotonic(), picture
        return picture

    @property
    def _now(self) -> datetime:
        return self._shared.clock.now()

    # ── what it means ──

    def _of(self, bot: App, picture: Picture) -> Iterator[Check]:
        """The checks of one bot; where the tables are not those of this version nothing is known."""
        if picture.holding is None:
            return
        number = bot.house.bot
        holding = picture.holding.get(number, Holding())
        held = holding.holder is not None
        yield Check(
            f"lease:{number}", held, "A process holds the bot." if held else "No process holds the bot."
        )
        if arriving := ARRIVING.get(self._shared.settings.mode):
            yield arriving(bot, holding, picture.at)
        oldest = measuring.oldest_due(picture.standing)
        for lane, limit in TOO_OLD.items():
            yield _waiting(
                f"queue:{number}:{lane.name.lower()}", oldest.get((number, lane)), limit, picture.at
            )

    def _served(self, bot: App, picture: Picture) -> Served:
        number, lease = bot.house.bot, bot.serving.lease
        arrived = (picture.arrived or {}).get(number, Arrived())
        holding = (picture.holding or {}).get(number, Holding())
        return Served(
            number,
            held=lease.is_held(),
            epoch=holding.epoch,
            rate=bot.budget.rate(),
            last_poll_at=holding.last_poll_at,
            inbox=arrived.waiting,
            inbox_oldest=arrived.oldest,
        )

    def _store(self) -> Store:
        database, watch = self._shared.database, self._shared.watch
        pools = [engine.pool for engine in {database.engine, database.reader}]
        return Store(
            connections=sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool)),
            waiting=database.waiting,
            waited=database.waited,
            commits=database.commits.total(),
            away=watch.away.lasts(),
            full=watch.full.lasts(),
        )


def _migrations(revision: str | None) -> Check:
    newest = migrate.newest()
    if not migrate.fits(revision):
        return Check("migrations", False, "The database is older than this version. Run `chibo migrate`.")
    words = "up to date" if revision == newest else "newer than this version: exchange this process soon"
    return Check("migrations", True, f"The database is {words}.")


def _polled(bot: App, holding: Holding, now: datetime) -> Check:
    """Polling, by whichever process holds the bot; what this one sees itself counts at once."""
    name, at = f"polling:{bot.house.bot}", holding.last_poll_at
    if bot.ingress.conflict.lasts():
        return Check(name, False, "Another process polls this bot.")
    if at is None:
        return Check(name, False, "No poll has succeeded yet.")
    return Check(name, now - at <= SILENT, f"The last successful poll was {spoken(now - at)} ago.")


ARRIVING: Final = {"polling": _polled}
"""How it is seen that updates come, by the mode."""


def _waiting(name: str, since: datetime | None, limit: timedelta, now: datetime) -> Check:
    if since is None:
        return Check(name, True, "Nothing that is due waits.")
    return Check(name, now - since <= limit, f"The oldest message has waited for {spoken(now - since)}.")
