"""The way in: raw updates are stored, only then acknowledged, and only then acted upon.

    poll   getUpdates → inbox (one commit) → the next getUpdates acknowledges what is stored
    post   Telegram posts → inbox (one commit) → 200 (`handlers.posted`)
    serve  inbox → handlers; one person's updates in their order, different people side by side

An update whose handler fails is tried a few times and then set aside with its error; the next ones go on.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from bot import trail
from bot.discreet import named
from bot.errors import TokenRefused
from bot.hooks import ALLOWED_UPDATES
from bot.trouble import Trouble
from db import inbox, leases
from db.watching import is_away
from handlers.common import Fate, House
from handlers.kinds import kind
from handlers.together import ComeAgain

log = logging.getLogger(__name__)

POLL_SECONDS = 25
AT_ONCE = 64
"""People served side by side."""
BATCH = 200
PAUSE = 1.0
SHORTLY = 0.02
"""Seconds after which we look whether people just served have more waiting: once for many of them."""
REFUSALS = 3
"""So often in a row a token is refused before it counts as refused for good."""
NEVER = datetime.min.replace(tzinfo=UTC)
NOTE_POLLS = timedelta(seconds=10)
"""A successful poll without updates is written down this often."""

STORED = "stored %(count)s updates from %(first)s to %(last)s"
SILENCE = "Telegram does not answer: what people send waits there, chibo tries again until it does"
CONFLICT = (
    "another process polls this bot, and some of what people send goes to it instead: stop it; "
    "if it is not yours, take a new token from BotFather, set CHIBO_BOT_TOKEN and start chibo again"
)


@dataclass
class Ingress:
    """Polls one bot and serves its inbox."""

    application: Application[Any, Any, Any, Any, Any, Any]
    house: House
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _lines: set[int] = field(default_factory=set)
    """People whose updates were taken up and are not all done."""
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _next: int | None = None
    _arrived: bool = False
    """Whether something has come since the inbox was last looked into."""
    serving: bool = False
    """Whether this process serves the inbox."""
    _stopping: bool = False
    _poll_noted: datetime = NEVER
    conflict: Trouble = field(init=False)
    silence: Trouble = field(init=False)
    """Telegram does not answer, for another reason."""

    def __post_init__(self) -> None:
        calm = timedelta(seconds=POLL_SECONDS + 5)  # two that poll by turns take each other's place
        self.conflict = Trouble(
            CONFLICT, "this process polls the bot alone again", self.house.clock, calm=calm
        )
        self.silence = Trouble(SILENCE, "Telegram answers again", self.house.clock, calm=timedelta(0))

    async def poll(self, *, wait: int = POLL_SECONDS) -> int:
        """Fetch once and store; how many came. Raises python-telegram-bot's errors."""
        raws = await self._fetch(wait)
        now = self.house.clock.now()
        if raws or now >= self._poll_noted + NOTE_POLLS:
            async with self.house.database.write("inbox") as session:
                await inbox.store(session, bot=self.house.bot, updates=raws, now=now)
                await leases.remember_poll(session, bot=self.house.bot, now=now)
            self._poll_noted = now
        if raws:
            numbers = [raw["update_id"] for raw in raws]
            log.debug(STORED, {"count": len(raws), "first": min(numbers), "last": max(numbers)})
            self._next = max(numbers) + 1
            self.arrived()
        return len(raws)

    def arrived(self) -> None:
        """Something has come: look into the inbox."""
        self._arrived = True
        self.changed.set()

    async def _fetch(self, wait: int) -> list[dict[str, Any]]:
        """Raw updates: what is stored is what came, whether or not this version understands it."""
        asked = {"timeout": wait, "limit": 100, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._next is not None:
            asked["offset"] = self._next
        bot = self.application.bot
        url = f"{bot.base_url}/getUpdates?{urlencode(asked)}"
        return list(await bot.request.post(url, read_timeout=wait + 10))

    async def poll_for_ever(self) -> None:
        """Poll until TokenRefused. A conflict or a lost connection is told and tried again."""
        await self.ask_for_ever(self.poll)

    async def ask_for_ever(self, ask: Callable[[], Awaitable[object]]) -> None:
        """Ask Telegram again and again until TokenRefused; what goes wrong is told and tried again."""
        refused = 0
        while True:
            try:
                await ask()
            except InvalidToken as error:
                refused += 1
                if refused >= REFUSALS:
                    raise TokenRefused(str(error)) from error
                await asyncio.sleep(PAUSE)
            except RetryAfter as error:
                self.silence.met(named(error))
                await asyncio.sleep(error._retry_after.total_seconds())
            except Conflict as conflict:
                await self._resolve(conflict)
            except (TelegramError, OSError) as error:
                self.silence.met(named(error))
                await asyncio.sleep(PAUSE)
            except SQLAlchemyError:  # the database is away, which is said once: nothing is acknowledged
                await asyncio.sleep(PAUSE)
            else:
                refused = 0
                self.conflict.passed()
                self.silence.passed()

    async def _resolve(self, conflict: Conflict) -> None:
        """Somebody else gets the updates: a webhook, which is taken away, or another process, which is told of."""
        if "webhook" not in str(conflict):
            self.conflict.met()
            await asyncio.sleep(5 * PAUSE)
            return
        try:
            await self.application.bot.delete_webhook()
            log.warning(
                "a webhook was set; this process polls (CHIBO_MODE), so it is taken away. Nothing is lost"
            )
        except TelegramError as error:
            log.warning("a webhook is set, and could not be taken away: %s", error)
            await asyncio.sleep(PAUSE)

    async def serve_for_ever(self) -> None:
        """Serve the inbox as updates come, until `stop()`; what is being served then is finished."""
        self._stopping = False
        self.serving = True
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                self.changed.clear()
                try:
                    await self._start_serving(tasks)
                except (OSError, SQLAlchemyError) as error:
                    log.debug("the inbox cannot be read now: %s", type(error).__name__)
                await self._wait()
                if not (self._arrived or self._stopping):
                    await asyncio.sleep(SHORTLY)
                self._arrived = False

    def stop(self) -> None:
        """Take up no further update; the rest stays in the inbox for the next start."""
        self.serving = False
        self._stopping = True
        self.changed.set()

    async def drain(self) -> int:
        """Serve until nothing waits (tests and the fast demo); how many updates were served."""
        served = 0
        async with asyncio.TaskGroup() as tasks:
            while True:
                self.changed.clear()
                was_serving = bool(self._lines)  # who ends while we look may leave something behind
                started = await self._start_serving(tasks)
                served += started
                if not (started or was_serving):
                    return served
                if self._lines:
                    await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(PAUSE):
                await self.changed.wait()
        except TimeoutError:
            pass

    async def _start_serving(self, tasks: asyncio.TaskGroup) -> int:
        """Read more when few people are left to serve; how many updates were taken up."""
        if len(self._lines) >= AT_ONCE:
            return 0
        async with self.house.database.read() as session:
            waiting = await inbox.list_waiting(session, bot=self.house.bot, limit=BATCH, not_from=self._lines)
        lines: dict[int, list[inbox.Waiting]] = {}
        for row in waiting:
            lines.setdefault(row.sender or 0, []).append(row)
        self._lines.update(lines)
        for person, line in lines.items():
            tasks.create_task(self._serve_line(person, line))
        return len(waiting)

    async def _serve_line(self, person: int, line: list[inbox.Waiting]) -> None:
        """One person's updates in their order; they take one place at a time, however many they are."""
        try:
            for row in line:
                async with self._places:
                    if self._stopping or not await self._serve(row):
                        break
        except (OSError, SQLAlchemyError) as error:  # the database is away: the line stays in the inbox
            log.debug("updates wait for the database: %s", type(error).__name__)
            await asyncio.sleep(PAUSE)
        finally:
            self._lines.discard(person)
            self.changed.set()

    async def _serve(self, row: inbox.Waiting) -> bool:
        """Handle one update; False when it must be tried again before the person's next one."""
        trail.follow(trail.Origin(row.bot, row.update_id, row.received_at))
        fate = await self._try(row)
        if fate is Fate.SETTLED:
            return True
        if isinstance(fate, Exception) and is_away(fate):
            raise fate
        async with self.house.database.write("failure") as session:
            if isinstance(fate, Fate):
                await inbox.settle(session, bot=row.bot, update_ids=[row.update_id])
                return True
            text = f"{type(fate).__name__} in {_place(fate)}"
            await inbox.record_failure(session, bot=row.bot, update_id=row.update_id, error=text)
        return row.tries + 1 >= inbox.MAX_TRIES

    async def _try(self, row: inbox.Waiting) -> Fate | Exception:
        """How handling an update ends. Raises when the database is away."""
        update: Update | None = None
        try:
            update = Update.de_json(json.loads(row.payload or "{}"), self.application.bot)
            fate = await self._handle(update)
            if isinstance(fate, ComeAgain):
                fate = await self._handle_alone(update)
        except (OSError, SQLAlchemyError):
            raise
        except Exception as error:  # it cannot even be parsed: set aside like one whose handler fails
            log.exception("update %s cannot be read", row.update_id)
            fate = error
        name = fate.name.lower() if isinstance(fate, Fate) else "failed"
        self.house.measures.handled(kind(update), name)
        log.debug("the update is %s", name)
        return fate

    async def _handle_alone(self, update: Update) -> Fate | Exception:
        self.house.alone.add(update.update_id)
        try:
            return await self._handle(update)
        finally:
            self.house.alone.discard(update.update_id)

    async def _handle(self, update: Update) -> Fate | Exception:
        await self.application.process_update(update)
        return self.house.fates.pop(update.update_id, Fate.IGNORED)


def _place(error: BaseException) -> str:
    """Where it happened, without what was being handled: an error's own words may quote a person."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
