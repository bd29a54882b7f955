"""APScheduler drives the ticks. The database remembers what is due, so nothing is lost with the job store.

`coalesce`, `max_instances=1` and no misfire grace: a tick that was late runs once, and never twice at a time.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import cast

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.measures import nobody
from bot.texts import Texts
from db.session import Database
from scheduler.ticks import TICKS, Tick

log = logging.getLogger(__name__)

HOURLY = 3600.0
"""Seconds: what runs no more often than this only looks for what has grown old."""
GOING = ("inbox", "turn", "lease", "pace")
"""Transactions in which messages only come and go: they bring no tick any work."""


class Ticking:
    """Runs the ticks of one process, by APScheduler or at once."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        clock: Clock,
        wake: Callable[[], None],
        more: Mapping[Tick, float] | None = None,
    ) -> None:
        self._ticks = {**TICKS, **(more or {})}
        self.ticked: Callable[[str, int, float], None] = nobody
        """Is told each run: the tick, the work it did, and its seconds."""
        self._database = database
        self._texts = texts
        self._clock = clock
        self._wake = wake
        self._scheduler: AsyncIOScheduler | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._idle_at: dict[Tick, datetime | None] = {}
        self._idle: tuple[datetime, int] | None = None

    def start(self) -> None:
        """Run every tick in its interval, until `stop()`."""
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for tick, seconds in self._ticks.items():
            self._scheduler.add_job(
                self._run_safely, "interval", seconds=seconds, args=[tick], id=tick.__name__
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """Start no tick any more, and bring those that run to their end: APScheduler would break them off."""
        if self._scheduler is None:
            return
        scheduler, self._scheduler = self._scheduler, None
        scheduler.pause()
        await asyncio.sleep(0)  # what it has just started is known once it had its first turn
        await asyncio.gather(*self._running)
        scheduler.shutdown(wait=False)

    def catch_up(self) -> None:
        """Run every tick now: APScheduler waits for moments that a clock set back has put far away."""
        if self._scheduler is not None:
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=Clock().now())

    async def run_all(self) -> int:
        """Run every tick until none finds work, a round in one transaction (tests and the fast demo).

        Where nothing has happened in this process since none found any, none is asked again.
        """
        total = 0
        if self._moment() == self._idle:
            return total
        while done := await self._round():
            total += done
        self._idle = self._moment()
        return total

    def _moment(self) -> tuple[datetime, int]:
        """Now, and how much has been committed that may bring work."""
        commits = self._database.commits
        return self._clock.now(), commits.total() - sum(commits[name] for name in GOING)

    async def _round(self) -> int:
        """One round; what runs once an hour and found nothing at a moment is not asked again at the same moment."""
        now, total = self._clock.now(), 0
        async with self._database.write("tick") as session:
            for tick, seconds in self._ticks.items():
                if seconds >= HOURLY and self._idle_at.get(tick) == now:
                    continue
                done = await tick(session, now=now, texts=self._texts)
                self._idle_at[tick] = None if done else now
                total += done
        return total

    async def run(self, tick: Tick) -> int:
        """Run one tick in one transaction; the work it did."""
        begun = monotonic()
        async with self._database.write("tick") as session:
            done = await tick(session, now=self._clock.now(), texts=self._texts)
        self.ticked(tick.__name__, done, monotonic() - begun)
        if done:
            self._wake()
        return done

    async def _run_safely(self, tick: Tick) -> None:
        """As a job: until there is no more work, or until all end."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._running.add(task)
        try:
            while await self.run(tick) and self._scheduler is not None:
                pass
        except (OSError, SQLAlchemyError) as error:
            log.debug("%s waits for the database: %s", tick.__name__, type(error).__name__)
        finally:
            self._running.discard(task)
