"""A bot's webhook: where Telegram posts its updates instead of having them fetched."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from .errors import bad_request, webhook_was_set
from .objects import JSON
from .params import Params

if TYPE_CHECKING:
    from .telegram import Telegram

MOST_CONNECTIONS = 40
"""Unless the bot asks for another number, 1 to 100."""


class Place(NamedTuple):
    """Where one update is posted, and the word that is said there; `setting` tells which setting that is of."""

    url: str
    secret: str
    setting: int


@dataclass
class Webhook:
    """Where updates are posted; nowhere while `url` is empty. `setting` grows with every change of it.

    `longest_pause`, in seconds, is the upper bound of the pauses between tries: a minute unless a test wants less.
    """

    url: str = ""
    secret: str = ""
    max_connections: int = MOST_CONNECTIONS
    setting: int = 0
    longest_pause: float = 60.0
    last_error: tuple[int, str] | None = None
    """When it failed last (seconds since 1970), and how."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def place(self) -> Place:
        """Where updates go now."""
        return Place(self.url, self.secret, self.setting)

    def set(self, url: str, secret: str = "", max_connections: int = MOST_CONNECTIONS) -> None:
        """Post here from now on; what is on its way to the old place stays on its way."""
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self.last_error = None
        self.setting += 1
        self.changed.set()


def set_webhook(telegram: Telegram, params: Params) -> bool:
    """setWebhook; an empty `url` takes it away."""
    if not (url := params.text("url")):
        return delete_webhook(telegram, params)
    if not re.match(r"https://[^/]|http://127\.0\.0\.1[:/]", url):  # a local Telegram needs no certificate
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token") or ""
    if not re.fullmatch(r"[\w-]{0,256}", secret, re.ASCII):
        raise bad_request("secret token contains unallowed characters")
    allowed = params.json("allowed_updates")
    if isinstance(allowed, list):
        telegram.updates.allow([str(kind) for kind in allowed])
    if params.flag("drop_pending_updates"):
        telegram.updates.clear()
    telegram.updates.end_poll(webhook_was_set())
    telegram.webhook.set(url, secret, params.within("max_connections", MOST_CONNECTIONS, 1, 100))
    return True


def delete_webhook(telegram: Telegram, params: Params) -> bool:
    """deleteWebhook: what waits can be fetched from now on, unless it is to be dropped."""
    if params.flag("drop_pending_updates"):
        telegram.updates.clear()
    telegram.webhook.set("")
    return True


def get_webhook_info(telegram: Telegram, params: Params) -> JSON:
    """getWebhookInfo. Whoever holds the token sees the address, nobody the secret."""
    hook, allowed = telegram.webhook, telegram.updates.allowed
    info: JSON = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error:
        info["last_error_date"], info["last_error_message"] = hook.last_error
    if allowed:
        info["allowed_updates"] = allowed
    return info
