"""The door Telegram posts to: who does not know the way and the word is turned away before the body is read.

    the way     a path nobody can guess, one for each bot; any other is not found (404), by POST only (405)
    the word    the secret in `X-Telegram-Bot-Api-Secret-Token`, there exactly once (403)
    the body    an update of at most `LARGEST` bytes (413) that comes within `READ_SECONDS` (408) and is JSON with an
                `update_id` (400)
    then        stored (200), or the database is away (503): Telegram posts it again

Both secrets are compared in constant time. Nothing of what was sent is ever logged.
"""

import asyncio
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import Any, Final, Protocol

from aiohttp import web

from bot.keys import WEBHOOKS, Keys
from bot.measures import nobody
from db.inbox import is_number

SECRET = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 2**20
"""Bytes of one update: the largest are some 50,000."""
READ_SECONDS = 10.0
AGAIN_SECONDS = 2
"""When Telegram may post again what could not be stored; without that it waits longer each time."""


class Refused(IntEnum):
    """Why a post was not taken, as it is measured, and the status it is answered with."""

    METHOD = 405
    PATH = 404
    SECRET = 403
    SIZE = 413
    SLOW = 408
    BODY = 400
    AWAY = 503


HEADERS: Final = {Refused.METHOD: {"Allow": "POST"}, Refused.AWAY: {"Retry-After": str(AGAIN_SECONDS)}}


class Receiver(Protocol):
    """One bot, as far as the door is concerned."""

    number: int

    async def keep(self, raw: Mapping[str, Any]) -> bool:
        """Store an update; False when the database is away."""


@dataclass(frozen=True)
class _Door:
    path: bytes
    secret: bytes
    receiver: Receiver


@dataclass
class Webhooks:
    """The doors of all bots a process serves at this moment."""

    keys: Keys
    receivers: Callable[[], Iterable[Receiver]]
    refused: Callable[[str], None] = nobody
    """Told of each post that is not taken: why."""
    _doors: dict[int, _Door] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        """One route for all of them: which paths there are is nobody's to see."""
        return [web.route("*", WEBHOOKS + "{path:.*}", self.answer)]

    async def answer(self, request: web.Request) -> web.Response:
        """One post, from whomever."""
        why = await self._take(request)
        if why is None:
            return web.Response()
        self.refused(why.name.lower())
        return web.Response(status=why, headers=HEADERS.get(why))

    async def _take(self, request: web.Request) -> Refused | None:
        """Store what was posted; or why not."""
        if request.method != "POST":
            return Refused.METHOD
        door = self._door(request.path)
        if door is None:
            return Refused.PATH
        if not _knows(request.headers.getall(SECRET, []), door.secret):
            return Refused.SECRET
        raw = await _read(request)
        if isinstance(raw, Refused):
            return raw
        return None if await door.receiver.keep(raw) else Refused.AWAY

    def _door(self, path: str) -> _Door | None:
        """The door at this path, compared with each one there is."""
        found, given = None, _bytes(path)
        for receiver in self.receivers():
            door = self._doors.get(receiver.number)
            if door is None or door.receiver is not receiver:
                door = self._doors[receiver.number] = self._built(receiver)
            if hmac.compare_digest(given, door.path):
                found = door
        return found

    def _built(self, receiver: Receiver) -> _Door:
        path, secret = self.keys.webhook_path(receiver.number), self.keys.webhook_secret(receiver.number)
        return _Door(path.encode(), secret.encode(), receiver)


async def _read(request: web.Request) -> Mapping[str, Any] | Refused:
    """The update that is posted."""
    if (request.content_length or 0) > LARGEST:
        return Refused.SIZE
    try:
        async with asyncio.timeout(READ_SECONDS):
            return read_update(await request.read())
    except (TimeoutError, ConnectionError):  # it does not come, or not to its end
        return Refused.SLOW
    except web.HTTPRequestEntityTooLarge:  # it did not say how long it is
        return Refused.SIZE
    except (ValueError, RecursionError, web.RequestPayloadError):
        return Refused.BODY


def read_update(body: bytes) -> Mapping[str, Any]:
    """A posted update; ValueError or RecursionError for what is none, or could not be stored."""
    raw = json.loads(body.decode())
    if not isinstance(raw, dict) or not is_number(raw.get("update_id")) or raw["update_id"] < 0:
        raise ValueError("no update")
    # half a character can be written in JSON, and stored nowhere
    json.dumps(raw, ensure_ascii=False).encode()
    return raw


def _knows(given: Iterable[str], secret: bytes) -> bool:
    """Whether the secret was said exactly once."""
    said = list(map(_bytes, given))
    return len(said) == 1 and hmac.compare_digest(said[0], secret)


_bytes: Callable[[str], bytes] = partial(str.encode, errors="surrogateescape")  # headers may be any bytes
