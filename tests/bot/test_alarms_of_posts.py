"""In webhook mode the technical admins hear that Telegram cannot post to us, once, and once that it can again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.app import App, build
from bot.clock import StillClock
from bot.rules.words import RoleName
from bot.sandbox.telegram import Telegram
from db.models import Role
from tests.conftest import settings
from tests.door import Door
from tests.people import JOINED, Actor, Cast
from tests.posting import KEY

OURS = "https://chibo.example.vn"
HOOKED = {"mode": "webhook", "web": "127.0.0.1:0", "secret_key": SecretStr(KEY), "webhook_url": OURS}
DIED = "Telegram không chuyển được tin nhắn của bot @chibo_bot đến máy chủ, nên chibo chưa trả lời được"
REFUSED = "Telegram không chấp nhận địa chỉ webhook của bot @chibo_bot"
BACK = "nay đã chuyển lại được"


@pytest.fixture
async def app(
    database_url: str, clock: StillClock, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[App]:
    """Telegram is to post to it."""
    monkeypatch.setattr("bot.hooks.LOOK", 0.01)
    given = settings(database_url).model_copy(update=HOOKED)
    async with build(given, clock=clock, request=Door(telegram)).opened() as opened:
        yield opened


@pytest.fixture
async def tam(cast: Cast) -> Actor:
    """Tâm, who looks after the server and belongs to no cell."""
    async with cast.town.app.database.write() as session:
        tam = await cast.town._settle_in(session, "Tâm", None)
        session.add(Role(member_id=tam.member_id, name=RoleName.ADMIN, since=JOINED))
    return tam


@asynccontextmanager
async def receiving(app: App) -> AsyncIterator[None]:
    """While this lasts it is seen to that updates are posted."""
    task = asyncio.ensure_future(app.serving.receive())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def becomes(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not fact():
            await asyncio.sleep(0.005)


async def minutes_pass(cast: Cast, number: int, *, failing: bool) -> None:
    """Minute by minute Telegram tries or not, and somebody looks; the sender sends."""
    for _ in range(number):
        cast.town.clock.move_to(cast.town.clock.now() + timedelta(minutes=1))
        if failing:
            fail(cast)
        await cast.town.app.serving.alarms.look()
        await cast.town.app.sender.drain()


def fail(cast: Cast) -> None:
    """Telegram has tried once more, in vain."""
    hook = cast.town.telegram.webhook
    hook.last_error = (hook.last_error[0] if hook.last_error else 1772413200) + 1, "Connection refused"


async def test_posts_that_fail_are_told_once_and_once_when_they_come_again(
    cast: Cast, tam: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = cast.town.telegram
    async with receiving(cast.town.app):
        await becomes(lambda: telegram.webhook.url.startswith(OURS))
        cast.hoa.person.sends("/toi")
        while "Telegram cannot post to" not in caplog.text:
            fail(cast)
            await asyncio.sleep(0.02)
        await minutes_pass(cast, 2, failing=True)
        assert tam.heard == []
        await minutes_pass(cast, 3, failing=True)
        assert [DIED in said for said in tam.heard] == [True]
        await minutes_pass(cast, 3, failing=False)  # it waits longer from try to try
        assert len(tam.heard) == 1 and "Telegram can post again" not in caplog.text
        telegram.updates.clear()
        await becomes(lambda: "Telegram can post again" in caplog.text)
        await minutes_pass(cast, 2, failing=False)
    assert [BACK in said for said in tam.heard] == [False, True]


async def test_an_address_telegram_does_not_take_is_told_once_and_once_when_it_takes_it(
    cast: Cast, tam: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = cast.town.telegram
    telegram.faults.add("not_found", methods=["setWebhook"], reason="bad webhook: failed to resolve host")
    async with receiving(cast.town.app):
        await becomes(lambda: "look at CHIBO_WEBHOOK_URL" in caplog.text)
        await minutes_pass(cast, 5, failing=False)
        assert [REFUSED in said for said in tam.heard] == [True]
        telegram.faults.clear()
        await becomes(lambda: "Telegram takes the webhook" in caplog.text)
        await minutes_pass(cast, 2, failing=False)
    assert [BACK in said for said in tam.heard] == [False, True]
