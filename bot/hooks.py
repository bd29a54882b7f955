"""What Telegram knows of a bot's webhook: where it posts, whether that is ours, and how it goes there."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from telegram import Bot, WebhookInfo
from telegram.error import BadRequest

from bot.clock import Clock
from bot.config import Settings
from bot.transport import AiohttpRequest, Form
from bot.trouble import Trouble, spoken
from db import leases
from db.session import Database

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
"""What we want to hear of."""
CONNECTIONS = 40
"""Updates Telegram may post at the same time: they share commits, so more would bring little."""
LOOK = 30.0
"""Seconds between two looks at how the posting goes."""


@dataclass(frozen=True)
class Hook:
    """Where Telegram is to post, and the word it has to say there."""

    url: str
    secret: str = field(repr=False)

    def is_set(self, info: WebhookInfo) -> bool:
        """Whether Telegram posts there, as much at once and of the kinds we want."""
        kinds = set(info.allowed_updates or ()) == set(ALLOWED_UPDATES)
        return info.url == self.url and kinds and info.max_connections == CONNECTIONS


def hook_of(settings: Settings, number: int) -> Hook:
    """The webhook of one bot; SettingsError when it cannot have one."""
    keys = settings.keys
    return Hook(f"{settings.webhook_url}{keys.webhook_path(number)}", keys.webhook_secret(number))


@asynccontextmanager
async def reached(settings: Settings, token: str) -> AsyncIterator[Bot]:
    """A bot to be asked about; python-telegram-bot's errors when Telegram does not answer."""
    request = AiohttpRequest(proxy=settings.telegram_proxy)
    url = f"{settings.telegram_api_url}/bot"
    async with Bot(token, base_url=url, request=request, get_updates_request=request) as bot:
        yield bot


async def set_hook(bot: Bot, hook: Hook) -> None:
    """Have updates posted from now on; what waits is posted, too.

    Not by python-telegram-bot's own method, and neither is the next: in a log that shows everything they would
    leave the secret and the path.
    """
    given = {
        "url": hook.url,
        "secret_token": hook.secret,
        "max_connections": str(CONNECTIONS),
        "allowed_updates": json.dumps(ALLOWED_UPDATES),
    }
    await bot.request.post(f"{bot.base_url}/setWebhook", Form(given))  # type: ignore[arg-type]


async def get_info(bot: Bot) -> WebhookInfo:
    """What Telegram knows of a bot's webhook."""
    return WebhookInfo.de_json(await bot.request.post(f"{bot.base_url}/getWebhookInfo"), bot)  # type: ignore[arg-type]


def shown(url: str | None) -> str:
    """An address of a webhook without its path, which is a secret."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}/…" if parts.netloc else "nowhere"


def described(info: WebhookInfo, hook: Hook | None, now: datetime) -> list[tuple[bool, str]]:
    """How the posting goes, at `now` (UTC): whether it is as it should be, and a sentence. No hook: we poll."""
    waiting = info.pending_update_count
    told = [_where(info, hook), (True, f"Updates that wait at Telegram: {waiting}.")]
    if info.last_error_date:
        ago = spoken(now - info.last_error_date)
        told.append((not waiting, f"Telegram's last error there was {ago} ago: {info.last_error_message}."))
    return told


def _where(info: WebhookInfo, hook: Hook | None) -> tuple[bool, str]:
    if hook is None:
        if not info.url:
            return True, "No webhook is set: updates are fetched (CHIBO_MODE)."
        return (
            False,
            f"A webhook is set, to {shown(info.url)}: `chibo run` takes it away, since CHIBO_MODE is polling.",
        )
    if hook.is_set(info):
        return True, f"Telegram posts to {shown(hook.url)}, as it should."
    if info.url == hook.url:
        return False, "Telegram posts to us, but not as this version wants it: run `chibo webhook set`."
    repair = "`chibo run` sets it, and so does `chibo webhook set`"
    return False, f"Telegram posts to {shown(info.url)}, not to {shown(hook.url)} with this path: {repair}."


class Watcher:
    """Sees to it that Telegram posts to us as long as this process holds the bot."""

    def __init__(self, bot: Bot, hook: Hook, database: Database, clock: Clock) -> None:
        self._bot = bot
        self._hook = hook
        self._database = database
        self._clock = clock
        self._last_error: object = None
        self._looked = False
        self.undelivered = Trouble(
            f"Telegram cannot post to {shown(hook.url)}: nothing is lost for a day, it tries again",
            "Telegram can post again",
            clock,
            calm=timedelta(0),
        )
        self.refused = Trouble(
            "Telegram does not take the webhook: look at CHIBO_WEBHOOK_URL",
            "Telegram takes the webhook",
            clock,
            calm=timedelta(0),
        )

    async def watch(self) -> None:
        """Look, and rest until the next look."""
        await self.look()
        await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Set the webhook where it is not; note that updates reach us where it is."""
        info = await get_info(self._bot)
        if not self._hook.is_set(info):
            await self._set(info)
            return
        self.refused.passed()
        if self._fails(info):
            self.undelivered.met(info.last_error_message or "")
        elif not self.undelivered.lasts() or await self._is_over(info):
            self.undelivered.passed()
            await self._note()

    async def _set(self, before: WebhookInfo) -> None:
        try:
            await set_hook(self._bot, self._hook)
        except BadRequest as error:
            self.refused.met(str(error))
            return
        log.warning("Telegram posted to %s; now it posts to %s", shown(before.url), shown(self._hook.url))

    def _fails(self, info: WebhookInfo) -> bool:
        """Whether there was another error since the last look, and something waits."""
        seen, self._last_error = self._last_error, info.last_error_date
        looked, self._looked = self._looked, True
        return looked and info.last_error_date not in (None, seen) and bool(info.pending_update_count)

    async def _is_over(self, info: WebhookInfo) -> bool:
        """Whether nothing waits, or something was posted after the last error.

        That nothing has failed since is no sign: Telegram waits longer from try to try.
        """
        if not info.pending_update_count or info.last_error_date is None:
            return True
        async with self._database.read() as session:
            heard = await leases.find_last_poll(session, bot=self._bot.id)
        return heard is not None and heard > info.last_error_date

    async def _note(self) -> None:
        """Health is the last moment of which we know that updates reach us."""
        async with self._database.write("look") as session:
            await leases.remember_poll(session, bot=self._bot.id, now=self._clock.now())
