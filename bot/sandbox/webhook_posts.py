"""Updates on their way to a webhook, in the manner of Telegram's own server (WebhookActor of tdlib/telegram-bot-api).

order       what comes from one chat is a line, and so are one person's presses: the next of a line goes when
            the one before was accepted. Lines go side by side, oldest first, `max_connections` at most
accepted    any answer of 200 to 299
otherwise   again at once, then after 2, 4, 8 … seconds up to a minute, or when `Retry-After` says
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from heapq import heappop, heappush
from itertools import count

import aiohttp
from aiohttp import web

from .objects import JSON
from .telegram import Telegram
from .webhooks import Place
from .wire import TELEGRAM

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
SECRET = "X-Telegram-Bot-Api-Secret-Token"
Line = tuple[str, int]


async def posting(app: web.Application) -> AsyncIterator[None]:
    """Post for every bot as long as the application lives."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(Posts(each, session).run()) for each in app[TELEGRAM].bots]
        yield
        for each in running:
            each.cancel()


class Posts:
    """Everything that is to be posted for one bot."""

    def __init__(self, telegram: Telegram, session: aiohttp.ClientSession) -> None:
        self._telegram = telegram
        self._session = session
        self._setting = 0
        self._order = count()
        self._on_their_way = 0
        self._begin()

    def _begin(self) -> None:
        self._lines: dict[Line, deque[JSON]] = {}
        self._failures: dict[Line, int] = {}
        self._ready: list[tuple[float, int, Line]] = []
        """Lines nothing is on its way of, by the moment they go on."""
        self._loaded = 0

    async def run(self) -> None:
        """Post until cancelled."""
        changed = self._telegram.webhook.changed
        async with asyncio.TaskGroup() as tasks:
            while True:
                changed.clear()
                self._load()
                pause = self._start(tasks)
                try:
                    async with asyncio.timeout(pause):
                        await changed.wait()
                except TimeoutError:
                    pass

    def _load(self) -> None:
        """Take up what has come since; with another setting, all that waits."""
        hook = self._telegram.webhook
        if hook.setting != self._setting:
            self._setting = hook.setting
            self._begin()
        for update in self._telegram.updates.to_post(self._loaded) if hook.url else ():
            line = _line(update)
            if line not in self._lines:
                self._lines[line] = deque()
                self._put(line, 0.0)
            self._lines[line].append(update)
            self._loaded = update["update_id"]

    def _put(self, line: Line, at: float) -> None:
        heappush(self._ready, (at, next(self._order), line))

    def _start(self, tasks: asyncio.TaskGroup) -> float | None:
        """Post what may go now; in how many seconds more may, None when something must happen first."""
        hook, now = self._telegram.webhook, _now()
        while self._ready and self._on_their_way < hook.max_connections:
            at, _, line = self._ready[0]
            if at > now:
                return at - now
            heappop(self._ready)
            self._on_their_way += 1
            tasks.create_task(self._post(line, self._lines[line][0], hook.place))
        return None

    async def _post(self, line: Line, update: JSON, place: Place) -> None:
        hook = self._telegram.webhook
        wrong, retry_after = await self._try(update, place)
        self._on_their_way -= 1
        if wrong is None:
            self._telegram.updates.accepted(update["update_id"])
        if place.setting == self._setting == hook.setting:
            self._go_on(line, wrong, retry_after)
        hook.changed.set()

    def _go_on(self, line: Line, wrong: str | None, retry_after: int) -> None:
        """The next of the line, or the same once more."""
        hook = self._telegram.webhook
        if wrong is None:
            self._failures.pop(line, None)
            if not self._telegram.faults.strike("duplicate"):
                self._lines[line].popleft()
            if self._lines[line]:
                self._put(line, _now())
            else:
                del self._lines[line]
            return
        hook.last_error = int(self._telegram.now().timestamp()), wrong
        failures = self._failures[line] = self._failures.get(line, 0) + 1
        pause = retry_after or (2.0 ** min(failures - 1, 10) if failures > 1 else 0.0)
        self._put(line, _now() + min(pause, hook.longest_pause))

    async def _try(self, update: JSON, place: Place) -> tuple[str | None, int]:
        """What was wrong, if anything was, and after how many seconds the other side wants it again."""
        headers = {"Content-Type": "application/json"} | ({SECRET: place.secret} if place.secret else {})
        body = json.dumps(update).encode()
        try:
            async with self._session.post(
                place.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as answer:
                await answer.read()
        except TimeoutError:
            return "Read timeout expired", 0
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0
        except (aiohttp.ClientError, OSError):
            return "Webhook connection closed", 0
        if 200 <= answer.status <= 299:
            return None, 0
        after = answer.headers.get("Retry-After", "")
        wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        return wrong, int(after) if after.isdecimal() else 0


def _line(update: JSON) -> Line:
    """What must arrive in order: the updates of a chat, the presses of a person."""
    for kind, body in update.items():
        if isinstance(body, dict):
            whose = body.get("from") if kind == "callback_query" else body.get("chat")
            if isinstance(whose, dict) and isinstance(whose.get("id"), int):
                return kind if kind == "callback_query" else "chat", whose["id"]
    return "update", update["update_id"]


def _now() -> float:
    return asyncio.get_running_loop().time()
