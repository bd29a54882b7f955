"""Answers no client can read, acted out on the connection."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from .faults import SERVER_ERRORS, Rule
from .objects import Reply

GARBAGE = b'{"ok":tru\x00\xff\xfe, what is this'


async def break_answer(request: web.Request, reply: Reply, rule: Rule) -> web.Response:
    """Instead of `reply`, what this rule makes of it."""
    match rule.fault:
        case "server_error":
            return gateway_page(rule.options["status"])
        case "garbage":
            return web.Response(body=GARBAGE, content_type="application/json")
        case "half_answer":
            await _half(request, reply, rule)
    return hang_up(request)


def gateway_page(status: int) -> web.Response:
    """An error as a gateway in front of Telegram puts it."""
    title = f"{status} {SERVER_ERRORS[status]}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    return web.Response(
        text=f"{page}<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        status=status,
        content_type="text/html",
    )


def hang_up(request: web.Request) -> web.Response:
    """The connection is closed; the response is for nobody."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _half(request: web.Request, reply: Reply, rule: Rule) -> None:
    """The first half of the headers or of the body, and silence before the connection closes."""
    body = json.dumps(reply.body).encode()
    head = (
        f"HTTP/1.1 {reply.status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sent = head.encode() + body[: len(body) // 2]
    if rule.options["part"] == "headers":
        sent = head.encode()[: len(head) // 2]
    if request.transport is not None:
        request.transport.write(sent)
    await asyncio.sleep(rule.options["seconds"])
