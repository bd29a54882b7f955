"""The in-process door to the sandbox: python-telegram-bot's `BaseRequest`, answered without a network."""

import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.sandbox.broken_answers import GARBAGE, gateway_page
from bot.sandbox.faults import Rule
from bot.sandbox.telegram import Telegram
from bot.transport import MaybeSent


class Door(BaseRequest):
    """Leads to a sandbox `Telegram` in the same process, and to those beside it."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        address = urlsplit(url)
        path = unquote(address.path)
        if path.startswith("/file/bot"):
            token, _, file_path = path.removeprefix("/file/bot").partition("/")
            return 200, self.telegram.holding(token).files.at(file_path).data
        token, _, name = path.removeprefix("/bot").partition("/")
        params: dict[str, Any] = dict(parse_qsl(address.query))
        params |= request_data.json_parameters if request_data else {}
        files = (request_data.multipart_data or {}) if request_data else {}
        reply = await self.telegram.holding(token).call(
            token, name, params, {key: (file, data, mime) for key, (file, data, mime) in files.items()}
        )
        if reply.broken:
            return _broken(reply.broken)
        return reply.status, json.dumps(reply.body).encode()


def _broken(rule: Rule) -> tuple[int, bytes]:
    """An answer nobody can read: somebody else's page, no JSON, or the end of the connection."""
    if rule.fault == "server_error":
        status = rule.options["status"]
        return status, bytes(gateway_page(status).body)  # type: ignore[arg-type]
    if rule.fault == "garbage":
        return 200, GARBAGE
    raise NetworkError("the connection was closed") from MaybeSent()
