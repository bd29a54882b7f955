"""What is posted by somebody other than Telegram is turned away before its body is read, and changes nothing."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import ClientSession, StreamReader
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.app import App
from bot.web import listening
from bot.webhooks import LARGEST, SECRET, Webhooks
from db import inbox
from db.models import BotState, Update
from tests.posting import CHUNKED, KEYS, KNOWN, PATH, WORD, Headers, post, update

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HUGE = 10 * 2**20


@pytest.fixture
def refused() -> Counter[str]:
    """How many posts were not taken, by why."""
    return Counter()


@pytest.fixture
async def port(app: App, refused: Counter[str]) -> AsyncIterator[int]:
    """Where the door of the bot is."""

    def count(why: str) -> None:
        refused[why] += 1

    async with listening(Webhooks(KEYS, lambda: [app.posted], count).routes(), ("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server read of bodies."""
    seen: list[str] = []
    for name in ("read", "readany", "readchunk", "readline", "iter_any"):
        real = getattr(StreamReader, name)

        def noting(self: StreamReader, *args: object, name: str = name, real: Callable = real) -> object:  # type: ignore[type-arg]
            seen.append(name)
            return real(self, *args)

        monkeypatch.setattr(StreamReader, name, noting)
    return seen


async def stored(app: App) -> list[int]:
    async with app.database.read() as session:
        return list((await session.exec(select(Update.update_id).order_by(Update.update_id))).all())


WORDS: dict[str, Callable[[random.Random], Headers]] = {
    "missing": lambda _: [],
    "empty": lambda _: [(SECRET, "")],
    "a prefix": lambda r: [(SECRET, WORD[: r.randrange(1, len(WORD))])],
    "other case": lambda _: [(SECRET, WORD.swapcase())],
    "too long": lambda r: [(SECRET, WORD + "A" * r.randrange(1, 5000))],
    "one letter changed": lambda r: [(SECRET, _changed(r))],
    "letters of elsewhere": lambda r: [(SECRET, r.choice(["bí mật", "ｓｅｃｒｅｔ", "\u202e" + WORD]))],
    "bytes that are no text": lambda r: [(SECRET, b"\xff\xfe" + bytes(r.choices(range(128, 256), k=20)))],
    "said twice": lambda _: [(SECRET, WORD), (SECRET, WORD)],
    "said twice, once wrongly": lambda _: [(SECRET, WORD), (SECRET.lower(), "x")],
    "in another header": lambda _: [("Authorization", WORD), ("X-Telegram-Bot-Api-Secret", WORD)],
    "of another bot": lambda _: [(SECRET, KEYS.webhook_secret(2))],
}


def _changed(chance: random.Random) -> str:
    at = chance.randrange(len(WORD))
    return WORD[:at] + ("A" if WORD[at] != "A" else "B") + WORD[at + 1 :]


async def test_a_thousand_forged_posts_are_turned_away_unread(
    app: App,
    port: int,
    read: list[str],
    refused: Counter[str],
    share: float,
    caplog: pytest.LogCaptureFixture,
) -> None:
    chance, kinds = random.Random(20261124), list(WORDS)
    commits, posts = app.database.commits.total(), max(len(kinds), round(1000 * share))
    for number in range(posts):
        kind = kinds[number % len(kinds)]
        said = [*WORDS[kind](chance), *chance.choice([[], [("Content-Type", "application/json")]])]
        body = chance.choice([update(number), b"[" * 5000, b"", update(number)[:-1], "không phải".encode()])
        length = chance.choice([None, len(body) + 1, HUGE])
        assert await post(port, body, headers=said, length=length) == 403, kind
    assert read == [], "nobody's body is read before he said the word"
    assert refused == {"secret": posts}
    assert (await stored(app), app.database.commits.total()) == ([], commits)
    assert [r for r in caplog.records if r.exc_info] == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_only_posts_are_taken(
    app: App, port: int, read: list[str], refused: Counter[str], method: str
) -> None:
    assert await post(port, update(1), method=method) == 405
    assert (await stored(app), read, refused) == ([], [], {"method": 1})


WAYS = [
    "/",
    "/telegram",
    "/telegram/",
    PATH.lower(),
    PATH[:-1],
    PATH + "A",
    PATH + "/",
    PATH + "/..",
    KEYS.webhook_path(2),
    "/telegram/%ff%fe",
    "/telegram/" + "A" * 7000,
    "/telegram/b%C3%AD-m%E1%BA%ADt",
]


@pytest.mark.parametrize("path", WAYS)
async def test_there_is_nothing_at_another_path(
    app: App, port: int, read: list[str], refused: Counter[str], path: str
) -> None:
    assert await post(port, update(1), path=path, length=HUGE) == 404
    assert (await stored(app), read) == ([], [])
    assert refused == ({"path": 1} if path.startswith("/telegram/") else {})


BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"update_id"',
    b"{}",
    b'{"update_id": "7"}',
    b'{"update_id": true}',
    b'{"update_id": 7.0}',
    b'{"update_id": -7}',
    b'{"update_id": 9223372036854775808}',
    b'{"update_id": ' + b"9" * 5000 + b"}",
    b'{"update_id": 7, "message": "\xff"}',
    b'{"update_id": 7, "message": "\\ud800"}',
    b'{"update_id": 7, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    json.dumps({"update_id": 7}).encode("utf-16"),
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_what_is_no_update_is_refused_in_silence(
    app: App, port: int, body: bytes, refused: Counter[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert await post(port, body) == 400
    assert refused == {"body": 1}
    assert await stored(app) == []
    assert [r for r in caplog.records if r.exc_info] == []


async def test_a_huge_body_is_refused_unread_and_one_of_unknown_length_at_the_limit(
    app: App, port: int, read: list[str], refused: Counter[str]
) -> None:
    assert await post(port, b"{", length=HUGE) == 413
    assert read == []
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    chunked = [*KNOWN, ("Transfer-Encoding", "chunked")]
    assert await post(port, chunk * (LARGEST // 0x10000 + 1), headers=chunked, length=CHUNKED) == 413
    assert refused == {"size": 2}
    assert await stored(app) == []


async def test_a_body_that_does_not_come_is_not_waited_for(
    app: App, port: int, refused: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.webhooks.READ_SECONDS", 0.01)
    assert await post(port, b'{"update', length=100) == 408
    assert (await stored(app), refused) == ([], {"slow": 1})


async def test_a_body_that_is_broken_off_is_nobodys_error(
    app: App, port: int, refused: Counter[str], caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {PATH} HTTP/1.1\r\nHost: chibo\r\nContent-Length: 100\r\n{SECRET}: {WORD}\r\n\r\n"
    writer.write(head.encode() + b'{"update')
    await writer.drain()
    writer.close()
    async with asyncio.timeout(30):
        while not refused:
            await asyncio.sleep(0.005)
    assert (await stored(app), refused) == ([], {"slow": 1})
    assert [r for r in caplog.records if r.exc_info] == []


async def test_what_is_no_http_is_refused_in_silence(
    app: App, port: int, read: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert await post(port, update(1), method="BREW") == 400
    assert await post(port, update(1), headers=[(SECRET, WORD * 500)]) == 400
    assert (await stored(app), read) == ([], [])
    assert [r for r in caplog.records if r.exc_info] == []


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again_soon(
    app: App, port: int, refused: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*args: object, **named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    url, headers = f"http://127.0.0.1:{port}{PATH}", {SECRET: WORD}
    async with ClientSession(headers=headers) as telegram:
        with monkeypatch.context() as patch:
            patch.setattr(inbox, "store", away)
            async with telegram.post(url, data=update(7)) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert await stored(app) == []
        async with telegram.post(url, data=update(7)) as answer:
            assert answer.status == 200
    assert (await stored(app), refused) == ([7], {"away": 1})


async def test_what_telegram_posts_is_stored_once_however_often_it_comes(
    app: App, port: int, read: list[str]
) -> None:
    for number in (7, 8, 7, 7):
        assert await post(port, update(number)) == 200
    assert await post(port, update(9), headers=[*KNOWN, ("Content-Type", "text/plain")]) == 200
    assert await stored(app) == [7, 8, 9]
    assert read != []
    async with app.database.read() as session:
        assert (await session.exec(select(BotState.last_poll_at))).one() is not None
