"""What the sender does after each way a call can end."""

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.transport import MaybeSent, NotSent
from scheduler.outcomes import WORDS, OutcomeKind, classify

RETRY, UNKNOWN, BLOCKED = OutcomeKind.RETRY, OutcomeKind.UNKNOWN, OutcomeKind.BLOCKED
DEAD, NOTHING, UNAUTHORIZED = OutcomeKind.DEAD, OutcomeKind.NOTHING_TO_DO, OutcomeKind.UNAUTHORIZED


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


def foreign(error: type[TelegramError], status: str) -> TelegramError:
    """An answer that is not Telegram's, as python-telegram-bot words it."""
    text = f"{status}. Parsing the server response b'<html>' failed"
    return caused(error(text), TelegramError("Invalid server response"))


IN_TELEGRAMS_WORDS = [
    (Forbidden("Forbidden: bot was blocked by the user"), BLOCKED),
    (Forbidden("Forbidden: user is deactivated"), BLOCKED),  # deleted the account
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), BLOCKED),  # never pressed Start
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), BLOCKED),
    (Forbidden("Forbidden: the group chat was deleted"), BLOCKED),
    (Forbidden("Forbidden: words Telegram will invent next year"), BLOCKED),  # 403 is always about the chat
    (BadRequest("Bad Request: chat not found"), BLOCKED),  # a 400, and yet about the chat
    (BadRequest("Bad Request: PEER_ID_INVALID"), BLOCKED),
    (BadRequest("Bad Request: not enough rights to send text messages to the chat"), BLOCKED),
    (BadRequest("Bad Request: message is not modified: specified new message content"), NOTHING),
    (BadRequest("Bad Request: message to edit not found"), NOTHING),
    (BadRequest("Bad Request: message to delete not found"), NOTHING),
    (
        BadRequest("Bad Request: query is too old and response timeout expired or query id is invalid"),
        NOTHING,
    ),
    (BadRequest("Bad Request: can't parse entities: unclosed start tag at byte offset 7"), DEAD),
    (BadRequest("Bad Request: message is too long"), DEAD),
    (BadRequest("Bad Request: BUTTON_DATA_INVALID"), DEAD),
    (BadRequest("Bad Request: message to copy not found"), DEAD),  # nothing arrived, and nothing will
    (BadRequest("Bad Request: the text says chat not found somewhere"), DEAD),  # only at the beginning
    (BadRequest("Bad Request: wrong file_id or the file is temporarily unavailable"), RETRY),
    (InvalidToken("Unauthorized"), UNAUTHORIZED),
    (InvalidToken("Not Found"), UNAUTHORIZED),  # 404: a malformed token
    (Conflict("Conflict: terminated by other getUpdates request"), RETRY),
    (NetworkError("Internal Server Error"), RETRY),  # 500 with a JSON body: answered, not obeyed
    (NetworkError("Bad Gateway"), RETRY),
    (NetworkError("Too Many Requests: retry later"), RETRY),  # 429 without parameters
    (NetworkError("Gateway Timeout"), UNKNOWN),  # passed on, and no answer in time
    (NetworkError("Request Entity Too Large"), DEAD),  # 413
]

ON_THE_WAY = [
    (caused(TimedOut(), NotSent("connecting")), RETRY),
    (caused(TimedOut(), MaybeSent("reading")), UNKNOWN),
    (caused(NetworkError("ClientConnectorError"), NotSent()), RETRY),
    (caused(NetworkError("ServerDisconnectedError"), MaybeSent()), UNKNOWN),
    (TimedOut(), UNKNOWN),  # nobody says of what
    (caused(NetworkError("httpx.ReadError"), OSError()), UNKNOWN),  # another transport's word
    (TelegramError("Invalid server response"), UNKNOWN),  # 200 and garbage
    (foreign(NetworkError, "Bad Gateway (502)"), UNKNOWN),  # may have been obeyed behind the gateway
    (foreign(NetworkError, "Unknown HTTPError (599)"), UNKNOWN),
    (foreign(NetworkError, "Too Many Requests (429)"), RETRY),
    (foreign(NetworkError, "Found (302)"), RETRY),  # a captive portal
    (foreign(NetworkError, "Request Entity Too Large (413)"), DEAD),
    (foreign(Forbidden, "Forbidden (403)"), RETRY),  # a proxy's: nobody has blocked the bot
    (foreign(InvalidToken, "Not Found (404)"), RETRY),  # a proxy's: the token is not refused
    (foreign(BadRequest, "Bad Request (400)"), RETRY),  # a proxy's: the message is not poisoned
    (ValueError("a mistake of ours"), RETRY),  # unknown is passing
    (TelegramError("words nobody knows"), RETRY),
]


@pytest.mark.parametrize(("error", "kind"), IN_TELEGRAMS_WORDS + ON_THE_WAY, ids=repr)
def test_each_way_a_call_ends_has_one_outcome(error: Exception, kind: OutcomeKind) -> None:
    assert classify(error).kind is kind


def test_a_flood_refusal_carries_its_wait() -> None:
    outcome = classify(RetryAfter(timedelta(seconds=35)))
    assert (outcome.kind, outcome.retry_after) == (RETRY, 35.0)


def test_a_moved_group_carries_its_new_id() -> None:
    outcome = classify(ChatMigrated(-1001234567890))
    assert (outcome.kind, outcome.new_chat_id) == (OutcomeKind.MOVED, -1001234567890)


def test_the_reason_is_short_and_shows_no_body() -> None:
    assert classify(foreign(NetworkError, "Bad Gateway (502)")).reason == "NetworkError: Bad Gateway (502)"
    assert len(classify(BadRequest("x" * 5000)).reason) == 200


def test_the_table_is_written_as_it_is_compared() -> None:
    assert all(words == words.lower() for words in WORDS)
    assert all(not words.startswith(("bad request", "forbidden")) for words in WORDS)
