"""The sandbox as a server: the Bot API, and a chat page to be the people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from . import control_api, page_api, webhook_posts, wire
from .clock import Clock, OffsetClock
from .files import LARGEST_UPLOAD
from .telegram import Telegram

PAGE = Path(__file__).with_name("page")


def make_app(
    telegram: Telegram, clock: Clock | None = None, timezone: str = "Asia/Ho_Chi_Minh"
) -> web.Application:
    """The whole sandbox as one application; `timezone` is the one the page shows times in."""
    app = web.Application(client_max_size=LARGEST_UPLOAD + 2**20)
    app[wire.TELEGRAM] = telegram
    app[page_api.CLOCK] = clock or OffsetClock()
    app[page_api.TIMEZONE] = timezone
    wire.add_routes(app)
    control_api.add_routes(app)
    page_api.add_routes(app)
    app.cleanup_ctx.append(webhook_posts.posting)
    app.router.add_get("/", _index)
    app.router.add_static("/static/", PAGE)
    return app


@asynccontextmanager
async def serve(
    telegram: Telegram, clock: Clock | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """The sandbox listening, as the URL it is at; port 0 takes a free one.

    Long polls and pages that still listen are cut off at the end, not waited for.
    """
    runner = web.AppRunner(make_app(telegram, clock), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _index(request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")
