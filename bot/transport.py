"""The Bot API over aiohttp, behind python-telegram-bot's `BaseRequest`.

Every failure is a `telegram.error.NetworkError` (a timeout: `TimedOut`) whose cause says what may have
happened, the only thing a sender needs to know:

    NotSent      nothing was asked of Telegram: asking again doubles nothing
    MaybeSent    it may have been obeyed, only its answer is missing
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from aiohttp.payload import BytesPayload
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.discreet import redacted

Timeout = float | None | Any
"""Seconds, None for no limit, or python-telegram-bot's mark for "as set at the start"."""

_FOREIGN_BODY: Final = 200


@dataclass(frozen=True)
class Form:
    """The parameters of one call as they go out, and its files as (name, content, mime type).

    It has what a `BaseRequest` reads of python-telegram-bot's own `RequestData`.
    """

    json_parameters: dict[str, str]
    multipart_data: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)

    @property
    def contains_files(self) -> bool:
        """Whether something is to be uploaded."""
        return bool(self.multipart_data)


class NotSent(ConnectionError):
    """The request never left: the name, the proxy, the connection or a free place in the pool was missing."""


class MaybeSent(ConnectionError):
    """The request was at least begun, and the answer did not come or cannot be read."""


_NEVER_LEFT: Final = (
    aiohttp.ClientConnectorError,  # DNS, refused, unreachable, TLS, an http proxy out of reach
    aiohttp.ClientHttpProxyError,  # the proxy would not open a tunnel
    aiohttp.ConnectionTimeoutError,  # connecting, or waiting for a place in the pool
    aiohttp.InvalidURL,
    ProxyConnectionError,
    ProxyError,
    ProxyTimeoutError,
)


class AiohttpRequest(BaseRequest):
    """One shared pool of `pool_size` kept-alive connections; all timeouts in seconds, None for no limit.

    `proxy` is an http(s):// or socks5:// address. `initialize()` opens the pool, `shutdown()` closes it;
    both may be repeated. A whole request lasts at most the sum of its timeouts.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        pool_size: int = 256,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 10.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        media_write_timeout: float | None = 60.0,
    ) -> None:
        self._proxy = proxy
        self._pool_size = pool_size
        self._read = read_timeout
        self._write = write_timeout
        self._connect = connect_timeout
        self._pool = pool_timeout
        self._media_write = media_write_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where the call does not say otherwise."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool unless it is open."""
        if self._session is None or self._session.closed:
            self._session = self._open()

    async def shutdown(self) -> None:
        """Close the pool and every connection in it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        socks = self._proxy is not None and self._proxy.startswith("socks")
        connector = (
            ProxyConnector.from_url(str(self._proxy), rdns=True, limit=self._pool_size)
            if socks
            else aiohttp.TCPConnector(limit=self._pool_size)
        )
        return aiohttp.ClientSession(
            connector=connector,
            proxy=None if socks else self._proxy,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body of one call. NetworkError or TimedOut, caused by NotSent or MaybeSent."""
        if self._session is None:
            raise NetworkError("The transport is not initialized") from NotSent()
        write = self._media_write if request_data and request_data.contains_files else self._write
        timeout = _timeout(
            connect=_given(connect_timeout, self._connect),
            pool=_given(pool_timeout, self._pool),
            write=_given(write_timeout, write),
            read=_given(read_timeout, self._read),
        )
        try:
            return await _exchange(self._session, method, url, _body(request_data), timeout)
        except Exception as exc:
            error, cause = _translated(exc)
        raise error from cause  # outside `except`: aiohttp's own words name the address, token and all

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Telegram's answer as a dict; TelegramError for anything that is not such an answer."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not (answer.keys() & {"result", "description"}):
            raise TelegramError("Invalid server response")
        return answer


async def _exchange(
    session: aiohttp.ClientSession, method: str, url: str, body: Any, timeout: aiohttp.ClientTimeout
) -> tuple[int, bytes]:
    async with session.request(method, url, data=body, timeout=timeout, allow_redirects=False) as response:
        payload = await response.read()
    if response.status >= 300 and not payload.startswith(b"{"):
        payload = redacted(payload[:_FOREIGN_BODY].decode(errors="replace")).encode()
    return response.status, payload


def _body(request_data: RequestData | None) -> aiohttp.FormData | BytesPayload | None:
    """Plain parameters as a form, encoded here: aiohttp's own way costs as much as the rest of the call.

    With files, everything as multipart, file names as they are.
    """
    if request_data is None:
        return None
    if not request_data.contains_files:
        encoded = urlencode(request_data.json_parameters).encode()
        return BytesPayload(encoded, content_type="application/x-www-form-urlencoded")
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def _given(timeout: Timeout, default: float | None) -> float | None:
    return default if timeout is BaseRequest.DEFAULT_NONE else timeout


def _timeout(
    *, connect: float | None, pool: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """aiohttp sets no limit on writing, so the whole has one: a peer that stops reading cannot hold us."""
    return aiohttp.ClientTimeout(
        total=_sum(pool, connect, write, read),
        connect=_sum(pool, connect),
        sock_connect=connect,
        sock_read=read,
    )


def _sum(*timeouts: float | None) -> float | None:
    known = [each for each in timeouts if each is not None]
    return sum(known) if len(known) == len(timeouts) else None


def _translated(exc: Exception) -> tuple[NetworkError, ConnectionError]:
    text = redacted(f"{type(exc).__name__}: {exc}")
    never_left = isinstance(exc, _NEVER_LEFT) or isinstance(exc.__cause__, _NEVER_LEFT)
    cause = NotSent(text) if never_left else MaybeSent(text)
    return (
        TimedOut(text) if isinstance(exc, TimeoutError | ProxyTimeoutError) else NetworkError(text)
    ), cause
