"""`chibo queue` as an operator types it, while nobody or somebody serves the bot."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.models import BotState, Delivery, Message, Update
from tests.bot.conftest import Operator
from tests.conftest import TOKEN

SAID = "Mật: đồng chí Hoa"


@pytest.fixture
def busy(migrated: Operator) -> Operator:
    """With a notice to four chats, each elsewhere on its way, and an update set aside."""
    migrated.sets(bot_token=TOKEN)
    ago = _moment(hours=3)
    notice = Message(id=1, text=SAID, about="notice", about_id=12, created_at=ago)
    ways: list[dict[str, Any]] = [
        {"state": "queued"},
        {"state": "unknown", "reason": "TimedOut: Timed out"},
        {"state": "dead", "reason": "BadRequest: [x]"},
        {"state": "sent"},
    ]
    to: dict[str, Any] = {
        "message_id": 1,
        "bot": 1,
        "chat": 912345678,
        "lane": 3,
        "not_before": ago,
        "deadline": ago,
    }
    failed: dict[str, Any] = {
        "bot": 1,
        "update_id": 5,
        "sender": 912345678,
        "payload": SAID,
        "state": "failed",
        "tries": 3,
    }
    migrated.stores(notice)
    migrated.stores(*(Delivery(**to, **way) for way in ways))
    migrated.stores(Update(**failed, error="ValueError in roll.py:7", received_at=ago))
    return migrated


def _moment(**ago: float) -> datetime:
    return datetime.now(UTC) - timedelta(**ago)


def _serve(operator: Operator, *, polled: datetime | None) -> None:
    state: dict[str, Any] = {"holder": "a:1:x", "epoch": 4, "last_poll_at": polled, "rate": 28.5}
    operator.stores(BotState(bot=1, paused_until=_moment(minutes=-10), **state))


def states(operator: Operator) -> list[str]:
    return [str(state) for (state,) in operator.finds("SELECT state FROM delivery ORDER BY id")]


def test_the_queue_is_shown_without_content_and_without_who_it_is_for(busy: Operator) -> None:
    said = busy.types("queue")
    assert said.code == 0
    assert "No process serves the bot; 30 of 30 messages a second." in said.text
    assert "Inbox: 0 waiting, 1 set aside." in said.text
    for words in ("TimedOut: Timed out", "BadRequest: [x]", "ValueError in roll.py:7", "3 h"):
        assert words in said.text
    assert "Mật" not in said.text and "912345678" not in said.text


def test_who_serves_the_bot_is_shown_with_what_telegram_taught(busy: Operator) -> None:
    _serve(busy, polled=_moment(seconds=12))
    text = busy.types("queue").text
    assert "Served by a:1:x; last heard from Telegram 12 s ago; 28.5 of 30 messages a second" in text
    assert "silent for 10 min, as Telegram asked." in text


def test_what_waits_for_a_bot_that_was_replaced_is_not_forgotten(busy: Operator) -> None:
    assert "another bot" not in busy.types("queue").text
    busy.sets(bot_token="2:new")
    assert "Waiting for other bots: 1." in busy.types("queue").text


def test_a_program_reads_the_queue_in_one_line(busy: Operator) -> None:
    _serve(busy, polled=None)
    text = busy.types("queue", "--json").text
    assert text.count("\n") == 1
    seen = json.loads(text)
    assert seen["lanes"]["bulk"]["queued"] == 1
    assert seen["lanes"]["bulk"]["oldest_age"] == pytest.approx(3 * 3600, abs=60)
    assert seen["serving"]["holder"] == "a:1:x" and seen["serving"]["last_poll_age"] is None
    assert {"where": "bulk", "state": "unknown", "reason": "TimedOut: Timed out", "count": 1} in seen["stuck"]
    assert "Mật" not in text and "912345678" not in text


def test_what_is_stuck_is_sent_again_after_a_question(busy: Operator) -> None:
    said = busy.types("queue", "retry", "--about", "notice:12", answer="y\n")
    assert "Found: 1 unknown, 1 dead." in said.text or "Found: 1 dead, 1 unknown." in said.text
    assert "What is unknown may arrive twice." in said.text
    assert "✓ 2 messages to be sent again." in said.text
    assert states(busy) == ["queued", "retry", "retry", "sent"]


@pytest.mark.parametrize("command", ["retry", "cancel"])
@pytest.mark.parametrize(("more", "answer"), [(["--dry-run"], ""), (["--dry-run", "--yes"], ""), ([], "n\n")])
def test_nothing_changes_before_the_operator_agrees(
    busy: Operator, command: str, more: list[str], answer: str
) -> None:
    before = states(busy)
    said = busy.types("queue", command, "--lane", "bulk", *more, answer=answer)
    assert "Found: 1 " in said.text and "✓" not in said.text
    assert states(busy) == before


def test_what_waits_is_taken_back(busy: Operator) -> None:
    said = busy.types("queue", "cancel", "--older-than", "2h", "--yes")
    assert (said.code, said.text) == (0, "Found: 1 queued.\n✓ 1 message cancelled.\n")
    assert states(busy) == ["cancelled", "unknown", "dead", "sent"]


def test_an_update_that_was_set_aside_is_handled_again(busy: Operator) -> None:
    said = busy.types("queue", "retry", "--state", "failed", "--reason", "roll", "--yes")
    assert said.text == "Found: 1 failed.\n✓ 1 update to be handled again.\n"
    assert busy.finds("SELECT state, tries FROM inbox") == [("queued", 0)]


def test_what_is_no_longer_of_use_is_refused_in_a_sentence(busy: Operator) -> None:
    past: dict[str, Any] = {
        "state": "unknown",
        "expires_at": _moment(minutes=1),
        "deadline": _moment(),
        "not_before": _moment(),
    }
    busy.stores(Delivery(message_id=1, bot=1, chat=7, lane=1, **past))
    said = busy.types("queue", "retry", "--lane", "reply", "--yes")
    assert said.text == (
        "1 message no longer of use, the time is past: not sent any more.\nFound nothing that fits.\n"
    )
    assert states(busy)[-1] == "unknown"


REFUSED = [
    (["retry"], "Say which: --lane, --state, --reason, --older-than, --id or --about."),
    (["cancel", "--yes"], "Say which: --lane, --state, --reason, --older-than, --id or --about."),
    (["retry", "--older-than", "soon"], "--older-than takes a number and a unit: 30s, 15m, 2h or 3d."),
    (["retry", "--older-than", "999999d"], "--older-than takes a number and a unit: 30s, 15m, 2h or 3d."),
    (["retry", "--about", "notice"], "--about takes a kind and a number, such as notice:12."),
    (["retry", "--state", "queued"], "What is queued goes by itself when its time comes."),
    (["cancel", "--state", "dead"], "What is dead does not wait any more. Only queued and retry"),
    (["cancel", "--state", "failed"], "What is failed does not wait any more. Only queued and retry"),
    (["retry", "--state", "failed", "--lane", "bulk"], "Updates set aside have no lane"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_sentence(
    busy: Operator, words: list[str], sentence: str
) -> None:
    before = states(busy)
    said = busy.types("queue", *words)
    assert (said.code, said.text.count("\n")) == (1, 1)
    assert sentence in said.text
    assert states(busy) == before


HEALTH = [
    (20, 0, "✓ A process serves the bot: it last heard from Telegram 20 s ago."),
    (600, 1, "✗ The bot is not served: it last heard from Telegram 10 min ago. It was killed, or"),
    (None, 0, "! A process serves the bot: it has not heard from Telegram yet."),
]


@pytest.mark.parametrize(("age", "code", "sentence"), HEALTH)
def test_check_shows_whether_the_bot_is_served(
    busy: Operator, sandbox: str, age: int | None, code: int, sentence: str
) -> None:
    busy.sets(telegram_api_url=sandbox)
    _serve(busy, polled=_moment(seconds=age) if age is not None else None)
    said = busy.types("check")
    assert sentence in said.text
    assert said.code == code
