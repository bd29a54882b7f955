"""The transport against a small server on the loopback that misbehaves as told."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.discreet import redacted
from bot.transport import AiohttpRequest, MaybeSent, NotSent
from scheduler.outcomes import OutcomeKind, classify

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
SENT = {"message_id": 1, "date": 1, "chat": {"id": 11, "type": "private"}}
Answer = Callable[[web.Request], Any]


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


class Telegram:
    """Answers every call as `answer` says; `address` is its root."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: web.json_response({"ok": True, "result": SENT})
        self.forms: list[dict[str, Any]] = []
        self.connections: set[Any] = set()
        self.address = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        form = await request.post()
        self.forms.append({name: await _content(value) for name, value in form.items()})
        answer = self.answer(request)
        return await answer if asyncio.iscoroutine(answer) else answer


async def _content(value: Any) -> Any:
    return (value.filename, value.content_type, value.file.read()) if hasattr(value, "file") else value


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    telegram = Telegram()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", telegram.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    telegram.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield telegram
    await runner.cleanup()


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(read_timeout=0.2, connect_timeout=0.5, pool_timeout=0.2) as request:
        yield request


def bot(address: str, request: AiohttpRequest) -> Bot:
    return Bot(TOKEN, f"{address}/bot", f"{address}/file/bot", request, get_updates_request=request)


async def failure(address: str, request: AiohttpRequest) -> TelegramError:
    """How sending a message fails; never with the token in any of its words."""
    with pytest.raises(TelegramError) as caught:
        await bot(address, request).send_message(11, "chào")
    seen: list[str] = []
    error: BaseException | None = caught.value
    while error is not None:
        seen += [str(error), repr(error), repr(error.args)]
        error = error.__cause__ or error.__context__
    assert TOKEN not in " ".join(seen) + "".join(traceback.format_exception(caught.value))
    return caught.value


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# ── what goes out ──


async def test_a_message_arrives_letter_for_letter(telegram: Telegram, request_: AiohttpRequest) -> None:
    sent = await bot(telegram.address, request_).send_message(11, "Kính mời đồng chí & gia đình <b>", "HTML")
    assert sent.message_id == 1
    assert telegram.forms == [
        {"chat_id": "11", "text": "Kính mời đồng chí & gia đình <b>", "parse_mode": "HTML"}
    ]


async def test_a_document_keeps_its_vietnamese_name_and_its_bytes(
    telegram: Telegram, request_: AiohttpRequest
) -> None:
    content = bytes(range(256)) * 40
    await bot(telegram.address, request_).send_document(
        11, content, caption="Đính kèm", filename="Nghị quyết.docx"
    )
    form = telegram.forms[0]
    assert form["caption"] == "Đính kèm"
    assert [value for value in form.values() if isinstance(value, tuple)] == [
        (
            "Nghị quyết.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            content,
        )
    ]


async def test_a_file_is_downloaded_as_it_is(telegram: Telegram, request_: AiohttpRequest) -> None:
    telegram.answer = lambda request: web.Response(body=b"\x00\xff" * 1000)
    assert await request_.retrieve(f"{telegram.address}/file/bot{TOKEN}/a.pdf") == b"\x00\xff" * 1000


async def test_connections_are_kept_and_shared(telegram: Telegram, request_: AiohttpRequest) -> None:
    for _ in range(5):
        await bot(telegram.address, request_).send_message(11, "chào")
    assert len(telegram.connections) == 1


async def test_it_may_be_opened_and_closed_again_and_again(telegram: Telegram) -> None:
    request = AiohttpRequest()
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        await bot(telegram.address, request).send_message(11, "chào")
        await request.shutdown()
        await request.shutdown()
    error = await failure(telegram.address, request)
    assert isinstance(error.__cause__, NotSent)


async def test_a_long_poll_may_wait_longer_than_a_message(
    telegram: Telegram, request_: AiohttpRequest
) -> None:
    async def later(request: web.Request) -> web.Response:
        await asyncio.sleep(0.4)
        return web.json_response({"ok": True, "result": []})

    telegram.answer = later
    assert await bot(telegram.address, request_).get_updates(timeout=1) == ()
    assert request_.read_timeout == 0.2


# ── what was never sent ──


async def test_a_refused_connection_means_not_sent(request_: AiohttpRequest) -> None:
    error = await failure(f"http://127.0.0.1:{free_port()}", request_)
    assert isinstance(error.__cause__, NotSent)
    assert classify(error).kind is OutcomeKind.RETRY


async def test_an_unknown_host_means_not_sent(request_: AiohttpRequest) -> None:
    error = await failure("http://telegram.invalid", request_)
    assert isinstance(error.__cause__, NotSent)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_out_of_reach_means_not_sent(telegram: Telegram, scheme: str) -> None:
    async with AiohttpRequest(proxy=f"{scheme}://127.0.0.1:{free_port()}") as request:
        error = await failure(telegram.address, request)
    assert isinstance(error.__cause__, NotSent)
    assert telegram.forms == []


async def test_no_free_place_in_the_pool_means_not_sent(telegram: Telegram) -> None:
    async def stall(request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.json_response({"ok": True, "result": SENT})

    telegram.answer = stall
    narrow = AiohttpRequest(pool_size=1, connect_timeout=0.1, pool_timeout=0.1)
    async with narrow as request, asyncio.TaskGroup() as group:
        group.create_task(bot(telegram.address, request).send_message(11, "first"))
        await asyncio.sleep(0.05)
        error = await failure(telegram.address, request)
    assert isinstance(error, TimedOut)
    assert classify(error).kind is OutcomeKind.RETRY
    assert [form["text"] for form in telegram.forms] == ["first"]


async def test_a_proxy_that_does_not_answer_means_not_sent() -> None:
    async with silent_server() as address:
        proxy = address.replace("http", "socks5")
        async with AiohttpRequest(proxy=proxy, connect_timeout=0.1, pool_timeout=0.1) as request:
            error = await failure("http://127.0.0.1:9", request)
    assert isinstance(error, TimedOut)
    assert classify(error).kind is OutcomeKind.RETRY


async def test_http_through_a_proxy_asks_the_proxy(telegram: Telegram) -> None:
    async with AiohttpRequest(proxy=telegram.address) as request:
        await bot("http://telegram.invalid", request).send_message(11, "chào")
    assert telegram.forms[0]["text"] == "chào"


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
    writer.close()


async def socks5(telegram: Telegram, asked: list[bytes]) -> asyncio.Server:
    """A SOCKS5 proxy that notes which name it is asked for, and leads every connection to `telegram`."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = await reader.readexactly(2)
        await reader.readexactly(greeting[1])
        writer.write(b"\x05\x00")
        head = await reader.readexactly(5)
        asked.append((await reader.readexactly(head[4] + 2))[:-2])
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        onward = await asyncio.open_connection("127.0.0.1", int(telegram.address.rpartition(":")[2]))
        await asyncio.gather(_pipe(reader, onward[1]), _pipe(onward[0], writer))

    return await asyncio.start_server(accept, "127.0.0.1", 0)


async def test_socks5_leaves_the_name_to_the_proxy(telegram: Telegram) -> None:
    asked: list[bytes] = []
    async with await socks5(telegram, asked) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        async with AiohttpRequest(proxy=f"socks5://127.0.0.1:{port}") as request:
            await bot("http://telegram.invalid", request).send_message(11, "chào")
        await asyncio.sleep(0.05)  # the pipes end after the connection
    assert asked == [b"telegram.invalid"]
    assert telegram.forms[0]["text"] == "chào"


# ── what may have been sent ──


def silent_server(answer: bytes = b"", hang_up: bool = False) -> Any:
    """A server that reads, says `answer` and then either hangs up or says nothing more."""

    class Silent:
        async def __aenter__(self) -> str:
            self.released = asyncio.Event()
            self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
            return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

        async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(10_000)
            writer.write(answer)
            if not hang_up:
                await self.released.wait()
            writer.close()

        async def __aexit__(self, *_: object) -> None:
            self.released.set()
            self.server.close()
            await asyncio.sleep(0)

    return Silent()


async def test_no_answer_in_time_means_perhaps_sent(request_: AiohttpRequest) -> None:
    async with silent_server() as address:
        error = await failure(address, request_)
    assert isinstance(error, TimedOut)
    assert classify(error).kind is OutcomeKind.UNKNOWN


HALF_AN_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok": true,'


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 2", HALF_AN_ANSWER, b"\x00\xff garbage\r\n\r\n"])
async def test_hanging_up_after_the_request_means_perhaps_sent(
    request_: AiohttpRequest, answer: bytes
) -> None:
    async with silent_server(answer, hang_up=True) as address:
        error = await failure(address, request_)
    assert isinstance(error.__cause__, MaybeSent)
    assert classify(error).kind is OutcomeKind.UNKNOWN


async def test_an_answer_that_stops_in_the_middle_means_perhaps_sent(request_: AiohttpRequest) -> None:
    async with silent_server(HALF_AN_ANSWER) as address:
        assert classify(await failure(address, request_)).kind is OutcomeKind.UNKNOWN


GARBAGE = ["<html>", "", "[]", "5", '"ok"', "{}", "[" * 100_000, '{"ok": true}', '{"ok": tr', "\x00"]


@pytest.mark.parametrize("body", GARBAGE)
async def test_a_success_that_cannot_be_read_means_perhaps_sent(
    telegram: Telegram, request_: AiohttpRequest, body: str
) -> None:
    telegram.answer = lambda request: web.Response(text=body)
    assert classify(await failure(telegram.address, request_)).kind is OutcomeKind.UNKNOWN


# ── what Telegram, or somebody before it, answered ──

ANSWERS = [
    (403, '{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}', "blocked"),
    (400, '{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}', "dead"),
    (401, '{"ok":false,"error_code":401,"description":"Unauthorized"}', "unauthorized"),
    (500, '{"ok":false,"error_code":500,"description":"Internal Server Error"}', "retry"),
    (502, "<html>502 Bad Gateway</html>", "unknown"),
    (502, "", "unknown"),
    (504, '{"message":"upstream timed out"}', "unknown"),  # JSON, but not Telegram's
    (403, "<html>this site is not allowed here</html>", "retry"),
    (404, "<html>{path} was not found</html>", "retry"),  # a page that repeats the address
    (302, "", "retry"),
    (413, "<html>413 Request Entity Too Large</html>", "dead"),
]


@pytest.mark.parametrize(("status", "body", "kind"), ANSWERS)
async def test_each_answer_becomes_its_outcome(
    telegram: Telegram, request_: AiohttpRequest, status: int, body: str, kind: str
) -> None:
    telegram.answer = lambda request: web.Response(status=status, text=body.replace("{path}", request.path))
    assert classify(await failure(telegram.address, request_)).kind == kind


async def test_a_flood_refusal_says_how_long_to_wait(telegram: Telegram, request_: AiohttpRequest) -> None:
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7"}
    telegram.answer = lambda request: web.json_response(body | {"parameters": {"retry_after": 7}}, status=429)
    error = await failure(telegram.address, request_)
    assert isinstance(error, RetryAfter)
    assert classify(error).retry_after == 7


async def test_an_address_that_is_none_means_not_sent(request_: AiohttpRequest) -> None:
    with pytest.raises(NetworkError) as caught:
        await request_.post(f"nonsense/bot{TOKEN}/sendMessage")
    assert isinstance(caught.value.__cause__, NotSent)
    assert TOKEN not in str(caught.value)


# ── the token in logs ──

WITH_A_TOKEN = [
    f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
    f"GET https://api.telegram.org/file/bot{TOKEN}/documents/a.pdf",
    f"The token `{TOKEN}` was rejected by the server.",
    f"https://example.org/bot{TOKEN.replace(':', '%3A')}/getMe",
    "http://127.0.0.1:8081/bot7:short-secret/getMe",  # another bot's, of a sandbox
]


@pytest.mark.parametrize("text", WITH_A_TOKEN)
def test_whatever_looks_like_a_token_is_taken_out(text: str) -> None:
    clean = redacted(text)
    assert "<token>" in clean
    assert TOKEN.partition(":")[2] not in clean
    assert "short-secret" not in clean


@pytest.mark.parametrize("text", ["at 08:30 in room 12:45", "http://127.0.0.1:8081/botany", "chat 123456:ok"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert redacted(text) == text
