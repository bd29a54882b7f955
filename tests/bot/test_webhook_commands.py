"""`chibo webhook`, and what `chibo check` and `chibo run` say of webhook mode."""

import socket

import pytest

from tests.bot.conftest import Operator
from tests.posting import KEY, PATH

URL = "http://127.0.0.1:9"


@pytest.fixture
def hooked(settled: Operator) -> Operator:
    """In webhook mode; Telegram knows nothing of it yet."""
    settled.types("webhook", "delete")
    settled.sets(mode="webhook", secret_key=KEY, web="127.0.0.1:0", webhook_url=URL)
    return settled


def test_what_webhook_mode_misses_is_named_with_what_to_set(settled: Operator) -> None:
    settled.sets(mode="webhook", web="127.0.0.1:8080")
    for words in (["run"], ["check"], ["webhook", "set"], ["webhook", "info"]):
        said = settled.types(*words)
        assert said.code == 1
        assert (
            "✗ " in said.text and "CHIBO_MODE=webhook needs CHIBO_SECRET_KEY. It takes one key" in said.text
        )
        assert "CHIBO_MODE=webhook needs CHIBO_WEBHOOK_URL. It takes the https address" in said.text
        assert "needs CHIBO_WEB." not in said.text


@pytest.mark.parametrize(
    "url", ["http://chibo.example.vn", "chibo.example.vn", "http://127.0.0.1.example.vn"]
)
def test_a_webhook_without_encryption_is_refused(hooked: Operator, url: str) -> None:
    hooked.sets(webhook_url=url)
    said = hooked.types("webhook", "set")
    assert said.code == 1
    assert "✗ CHIBO_WEBHOOK_URL cannot be used. It takes the https address" in said.text


def test_a_webhook_is_set_shown_and_deleted_and_its_path_is_never_shown(hooked: Operator) -> None:
    before = hooked.types("webhook", "info")
    assert f"! Telegram posts to nowhere, not to {URL}/… with this path:" in before.text
    done = hooked.types("webhook", "set")
    assert (done.code, f"✓ Telegram posts to {URL}/… from now on." in done.text) == (0, True)
    after = hooked.types("webhook", "info")
    assert f"✓ Telegram posts to {URL}/…, as it should." in after.text
    assert "✓ Updates that wait at Telegram: 0." in after.text
    gone = hooked.types("webhook", "delete")
    assert "✓ Telegram posts no more" in gone.text and "! A process in webhook mode soon sets it" in gone.text
    hooked.sets(mode="polling")
    assert "✓ No webhook is set: updates are fetched" in hooked.types("webhook", "info").text
    assert PATH not in before.text + done.text + after.text + gone.text


def test_a_webhook_is_not_set_for_a_bot_that_polls(settled: Operator) -> None:
    said = settled.types("webhook", "set")
    assert said.code == 1
    assert "✗ CHIBO_MODE is polling" in said.text and "Set CHIBO_MODE=webhook" in said.text


def test_check_says_whether_telegram_posts_to_us(hooked: Operator) -> None:
    assert "! Telegram posts to nowhere" in hooked.types("check").text
    hooked.types("webhook", "set")
    assert f"✓ Telegram posts to {URL}/…, as it should." in hooked.types("check").text
    hooked.sets(webhook_url="https://chibo.example.vn")
    assert f"! Telegram posts to {URL}/…, not to https://chibo.example.vn/…" in hooked.types("check").text
    hooked.sets(mode="polling")
    said = hooked.types("check")
    assert (said.code, f"! A webhook is set, to {URL}/…: `chibo run` takes it away" in said.text) == (0, True)


def test_a_port_that_is_taken_is_said_in_a_sentence(hooked: Operator) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        hooked.sets(web=place)
        said = hooked.starts("run")
    assert said.code == 1
    assert f"✗ CHIBO_WEB is {place}, where chibo cannot listen" in said.text
    assert "Traceback" not in said.text
