"""What an operator must hear of, told to the technical admins in their chat as well as in the log.

Each trouble is told once for each time it happens: its beginning names it.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.actions.alerting import Alert, tell_admins
from bot.clock import Clock
from bot.texts import Texts
from bot.trouble import Trouble
from db import queue
from db.session import Database
from db.watching import Watch

LASTING: Final = timedelta(seconds=20)
"""A database that is away for less is only being restarted."""
OLD: Final = timedelta(minutes=30)
"""Messages that wait for longer are told of."""


class Alarms:
    """Looks from time to time at what goes wrong. What cannot be told now is told when it can be again."""

    def __init__(
        self, database: Database, texts: Texts, clock: Clock, watch: Watch, conflict: Trouble, *, bot: int
    ) -> None:
        self._database = database
        self._texts = texts
        self._clock = clock
        self._watch = watch
        self._conflict = conflict
        self._bot = bot
        self._full_since: datetime | None = None

    async def look(self) -> int:
        """Queue what there is to tell; how many alerts that were. Raises when the database is away."""
        told = 0
        if since := self._conflict.since:
            told += await self._tell(Alert.CONFLICT, f"conflict:{since}", since=since)
        if (spell := self._watch.away.take_ended()) and spell.until - spell.since >= LASTING:
            told += await self._tell(
                Alert.DATABASE_BACK, f"away:{spell.since}", since=spell.since, until=spell.until
            )
        self._full_since = self._watch.full.since or self._full_since
        if self._full_since is not None:
            told += await self._tell(Alert.DISK_FULL, f"full:{self._full_since}", since=self._full_since)
            self._full_since = self._watch.full.since  # it was written, so there is room again
        return told + await self._tell_old()

    async def _tell_old(self) -> int:
        now = self._clock.now()
        async with self._database.read() as session:
            count = await queue.count_overdue(session, bot=self._bot, before=now - OLD)
        if not count:
            return 0
        minutes = int(OLD.total_seconds() // 60)
        return await self._tell(Alert.QUEUE_OLD, f"old:{now:%Y-%m-%d}", count=count, minutes=minutes)

    async def _tell(self, alert: Alert, dedupe: str, **values: object) -> int:
        async with self._database.write("alarm") as session:
            await tell_admins(
                session, alert, now=self._clock.now(), texts=self._texts, dedupe=f"alert:{dedupe}", **values
            )
        return 1
