"""What an operator must hear of, told to the technical admins in their chat as well as in the log.

Each trouble is told once for each time it happens: its beginning names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.actions.alerting import Alert, tell_admins
from bot.clock import Clock
from bot.texts import Texts
from bot.trouble import Trouble
from db import bots, measuring, queue
from db.session import Database
from db.watching import Watch

LASTING: Final = timedelta(seconds=20)
"""A database that is away for less is only being restarted."""
OLD: Final = timedelta(minutes=30)
"""Messages that wait for longer are told of."""
SILENCE: Final = timedelta(minutes=3)
"""Without an update for so long, where none can come, it is told; a connection that is made anew takes less."""
USUAL_DAYS: Final = 28
"""A month of reminders and notices, whose waves bring out who has blocked the bot since the last."""
MANY_TIMES: Final = 3
FEW: Final = 5
"""In a small organisation a few are not a jump, whatever is usual."""
REST: Final = timedelta(minutes=10)
"""Between two counts of the unreachable."""


@dataclass(frozen=True)
class Lasting:
    """Why no updates come in: told when it has lasted for `SILENCE`, and when it is over. `name` keeps it apart."""

    name: str
    trouble: Trouble
    begun: Alert
    over: Alert


class Alarms:
    """Looks from time to time at what goes wrong. What cannot be told now is told when it can be again."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        clock: Clock,
        watch: Watch,
        conflict: Trouble,
        lasting: Sequence[Lasting],
        *,
        bot: int,
    ) -> None:
        self._database = database
        self._texts = texts
        self._clock = clock
        self._watch = watch
        self._conflict = conflict
        self._lasting = lasting
        self._counted_at: datetime | None = None
        self._bot = bot
        self._full_since: datetime | None = None

    async def look(self) -> int:
        """Queue what there is to tell; how many alerts that were. Raises when the database is away."""
        told = 0
        if since := self._conflict.since:
            told += await self._tell(Alert.CONFLICT, f"conflict:{self._bot}:{since}", since=since)
        told += await self._tell_over(self._watch.away, Alert.DATABASE_BACK, "away", LASTING)
        self._full_since = self._watch.full.since or self._full_since
        if self._full_since is not None:
            told += await self._tell(Alert.DISK_FULL, f"full:{self._full_since}", since=self._full_since)
            self._full_since = self._watch.full.since  # it was written, so there is room again
        for each in self._lasting:
            told += await self._tell_lasting(each)
        return told + await self._tell_jump() + await self._tell_old()

    async def _tell_lasting(self, each: Lasting) -> int:
        """While Telegram cannot be reached at all this waits in the outbox, and is read when it is over."""
        told, name, since = 0, f"{each.name}:{self._bot}", each.trouble.since
        if since and self._clock.now() - since >= SILENCE:
            told += await self._tell(each.begun, f"{name}:{since}", since=since)
        return told + await self._tell_over(each.trouble, each.over, name, SILENCE)

    async def _tell_over(self, trouble: Trouble, alert: Alert, name: str, least: timedelta) -> int:
        """A spell that is too short is nobody's business; one that cannot be told now is kept for the next look."""
        told, spell = 0, trouble.ended
        if spell is None:
            return 0
        if spell.until - spell.since >= least:
            dedupe = f"{name}:{spell.since}:over"
            told = await self._tell(alert, dedupe, since=spell.since, until=spell.until)
        trouble.forget(spell)
        return told

    async def _tell_jump(self) -> int:
        """Today so many people became unreachable that it is no chance.

        - at least five, and three times as many as on the busiest of the last 28 days;
        - by the busiest and not the mean: each wave of messages finds those who left since the last;
        - once a day, by the calendar of the organisation.
        """
        now = self._clock.now()
        if self._counted_at is not None and timedelta(0) <= now - self._counted_at < REST:
            return 0
        self._counted_at, today = now, self._texts.day_of(now)
        midnight = self._texts.local(now).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        async with self._database.read() as session:
            days = await measuring.count_unreachable(
                session, bot=self._bot, midnight=midnight, days=USUAL_DAYS
            )
        count, usual = days[0], max(days[1:])
        if count < max(FEW, MANY_TIMES * usual):
            return 0
        return await self._tell(
            Alert.UNREACHABLE, f"unreachable:{self._bot}:{today}", count=count, usual=usual
        )

    async def _tell_old(self) -> int:
        now = self._clock.now()
        async with self._database.read() as session:
            count = await queue.count_overdue(session, bot=self._bot, before=now - OLD)
        if not count:
            return 0
        minutes = int(OLD.total_seconds() // 60)
        return await self._tell(
            Alert.QUEUE_OLD, f"old:{self._bot}:{now:%Y-%m-%d}", count=count, minutes=minutes
        )

    async def _tell(self, alert: Alert, dedupe: str, **values: Any) -> int:
        now, texts = self._clock.now(), self._texts
        async with self._database.write("alarm") as session:
            values |= {"username": await bots.find_username(session, self._bot), "number": self._bot}
            await tell_admins(session, alert, now=now, texts=texts, dedupe=f"alert:{dedupe}", **values)
        return 1
