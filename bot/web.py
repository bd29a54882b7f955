"""The one HTTP server of a process: health, measures and, in webhook mode, what Telegram posts.

Off unless `CHIBO_WEB` says where to listen. TLS is the reverse proxy's (docs/operations.md).
"""

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.config import SettingsError

log = logging.getLogger(__name__)

IDLE_SECONDS = 75.0
"""How long a connection may be kept without a request."""


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether it is about our work: bytes that are no HTTP, from any stranger, would fill the log and be quoted."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


log.addFilter(_is_ours)


@asynccontextmanager
async def listening(routes: Iterable[web.AbstractRouteDef], place: tuple[str, int]) -> AsyncIterator[int]:
    """Answer these routes at a host and port (0: any free one, which is given back).

    SettingsError when nothing can listen there.
    """
    application = web.Application()
    application.add_routes(routes)
    # a body nobody asked for is not read to its end: the connection is closed
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=log,
        lingering_time=0,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=5,
    )
    await runner.setup()
    try:
        await _start(runner, place)
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _start(runner: web.AppRunner, place: tuple[str, int]) -> None:
    try:
        await web.TCPSite(runner, *place).start()
    except OSError as error:
        raise SettingsError(
            f"CHIBO_WEB is {place[0]}:{place[1]}, where chibo cannot listen ({type(error).__name__}): "
            "is another program there, or another chibo? Set it to a free port of this machine."
        ) from None
