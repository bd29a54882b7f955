"""Posts to a webhook as anybody may make them, byte by byte, and what was answered before the rest was sent."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from bot.keys import Keys
from bot.webhooks import SECRET

KEY = "0123456789abcdef0123456789abcdef"
KEYS = Keys([KEY])
PATH, WORD = KEYS.webhook_path(1), KEYS.webhook_secret(1)
Headers = Iterable[tuple[str, str | bytes]]
CHUNKED = -1
KNOWN: Headers = [(SECRET, WORD)]


def update(number: int, **more: Any) -> bytes:
    """An update nobody handles, as Telegram posts it."""
    return json.dumps({"update_id": number, "poll": {"id": str(number)}, **more}).encode()


async def post(
    port: int,
    body: bytes = b"",
    *,
    path: str = PATH,
    method: str = "POST",
    headers: Headers = KNOWN,
    length: int | None = None,
) -> int:
    """The status of the answer. `length`: how long the body is said to be, CHUNKED: not said; `body` is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines: list[tuple[str, str | bytes]] = [("Host", "chibo")]
    if length != CHUNKED:
        lines.append(("Content-Length", str(len(body) if length is None else length)))
    head = f"{method} {path} HTTP/1.1\r\n".encode()
    for name, value in [*lines, *headers]:
        head += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    try:
        writer.write(head + b"\r\n" + body)
        async with asyncio.timeout(30):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()
