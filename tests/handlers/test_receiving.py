"""How updates come in is seen to: a webhook is set where they are posted, and taken away where they are fetched."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from telegram.error import Conflict

from bot.app import App
from bot.clock import StillClock
from bot.hooks import ALLOWED_UPDATES, Hook, Watcher
from bot.sandbox.telegram import Telegram
from db import leases
from tests.conftest import TOKEN
from tests.posting import PATH, WORD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OURS = Hook(f"https://chibo.example.vn{PATH}", WORD)


@pytest.fixture
def watcher(app: App) -> Watcher:
    return Watcher(app.application.bot, OURS, app.database, app.clock)


async def becomes(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not fact():
            await asyncio.sleep(0.005)


async def last_seen(app: App) -> object:
    async with app.database.read() as session:
        return await leases.find_last_poll(session, bot=1)


async def test_the_webhook_is_set_with_all_it_needs_and_nothing_that_waits_is_dropped(
    watcher: Watcher, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.add_people(1)[0].sends("a")
    caplog.set_level("DEBUG")
    await watcher.look()
    hook = telegram.webhook
    assert (hook.url, hook.secret, hook.max_connections) == (OURS.url, OURS.secret, 40)
    assert telegram.updates.allowed == sorted(ALLOWED_UPDATES)
    assert len(telegram.updates) == 1
    assert "now it posts to https://chibo.example.vn/…" in caplog.text
    await watcher.look()
    assert WORD not in caplog.text and PATH not in caplog.text


async def test_a_webhook_that_is_right_is_left_alone_and_counts_as_a_sign_of_health(
    watcher: Watcher, telegram: Telegram, app: App, clock: StillClock
) -> None:
    await watcher.look()
    setting = telegram.webhook.setting
    assert await last_seen(app) is None
    await watcher.look()
    assert telegram.webhook.setting == setting
    assert await last_seen(app) == clock.now()


async def test_a_webhook_of_somebody_else_is_replaced(watcher: Watcher, telegram: Telegram) -> None:
    await watcher.look()
    for given in ({"url": "https://example.vn/x"}, {"url": OURS.url, "allowed_updates": '["message"]'}, {}):
        await telegram.call(TOKEN, "setWebhook", given)
        await watcher.look()
        assert (telegram.webhook.url, telegram.webhook.secret) == (OURS.url, OURS.secret)
        assert telegram.updates.allowed == sorted(ALLOWED_UPDATES)


async def test_posts_that_fail_are_said_once_and_are_no_sign_of_health(
    watcher: Watcher, telegram: Telegram, app: App, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    await watcher.look()
    telegram.webhook.last_error = 1772413200, "Wrong response from the webhook: 502 Bad Gateway"
    telegram.add_people(1)[0].sends("a")
    await watcher.look()  # an old error, perhaps: nobody knows
    before = await last_seen(app)
    for second in (10, 20):
        clock.move_to(clock.moment + timedelta(seconds=10))
        telegram.webhook.last_error = 1772413200 + second, "Wrong response from the webhook: 502 Bad Gateway"
        await watcher.look()
    assert await last_seen(app) == before
    said = [record.message for record in caplog.records if "Telegram cannot post" in record.message]
    assert said == [
        "Telegram cannot post to https://chibo.example.vn/…: nothing is lost for a day, it tries again "
        "(Wrong response from the webhook: 502 Bad Gateway)"
    ]


async def test_posts_fail_no_longer_when_one_has_come_though_more_wait(
    watcher: Watcher, telegram: Telegram, app: App, clock: StillClock
) -> None:
    await watcher.look()
    telegram.add_people(1)[0].sends("a")
    for second in (0, 1):
        telegram.webhook.last_error = int(clock.now().timestamp()) + second, "Connection refused"
        await watcher.look()
    await watcher.look()
    assert watcher.undelivered.lasts()
    clock.move_to(clock.moment + timedelta(minutes=1))
    assert await app.posted.keep({"update_id": 1})
    await watcher.look()
    assert len(telegram.updates) == 1 and not watcher.undelivered.lasts()


async def test_an_address_telegram_does_not_take_is_said_with_the_setting(
    app: App, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    watcher = Watcher(app.application.bot, Hook("http://example.vn/x", WORD), app.database, app.clock)
    await watcher.look()
    await watcher.look()
    [said] = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert "look at CHIBO_WEBHOOK_URL (Bad webhook: an https url must be provided" in said


async def test_who_polls_takes_a_webhook_away_and_gets_what_waited(
    app: App, telegram: Telegram, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("handlers.ingress.POLL_SECONDS", 0)
    await telegram.call(TOKEN, "setWebhook", {"url": OURS.url})
    telegram.add_people(1)[0].sends("a")
    with pytest.raises(Conflict):
        await app.ingress.poll(wait=0)
    polling = asyncio.ensure_future(app.ingress.poll_for_ever())
    await becomes(lambda: len(telegram.updates) == 0)
    polling.cancel()
    assert telegram.webhook.url == ""
    assert "it is taken away. Nothing is lost" in caplog.text
    assert not app.ingress.conflict.lasts(), "nobody else polls"
