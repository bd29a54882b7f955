"""What became of a call to Telegram, from the exception it ended with. Pure, no I/O.

The exceptions lie: `BadRequest` and `TimedOut` are both `NetworkError`. So the order here is

    what our own transport says (not sent, perhaps sent)
    → an answer that is not in Telegram's words (a gateway, a captive portal)
    → what the class alone says (429, moved, token refused)
    → Telegram's exact words, by table
    → what is usual for the class

and what nobody has described is passing: it is tried again.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.discreet import without_content
from bot.transport import MaybeSent, NotSent


class OutcomeKind(StrEnum):
    """What the sender does next with the message."""

    SENT = "sent"
    """Telegram accepted it."""
    RETRY = "retry"
    """It did not arrive, for a reason that passes."""
    UNKNOWN = "unknown"
    """It may have arrived; nobody can know."""
    BLOCKED = "blocked"
    """This chat takes nothing from the bot any more."""
    MOVED = "moved"
    """The group has a new id; the same message may go there."""
    DEAD = "dead"
    """This message will be refused every time."""
    NOTHING_TO_DO = "nothing_to_do"
    """What was wanted is so already, or its object is gone."""
    UNAUTHORIZED = "unauthorized"
    """The token is refused: nothing can be sent until an operator acts."""


@dataclass(frozen=True)
class Outcome:
    """How a call ended. `retry_after`: seconds Telegram asked for; `reason`: short, without content."""

    kind: OutcomeKind
    retry_after: float | None = None
    new_chat_id: int | None = None
    reason: str = ""


SENT: Final = Outcome(OutcomeKind.SENT)

_RETRY, _UNKNOWN = OutcomeKind.RETRY, OutcomeKind.UNKNOWN
_BLOCKED, _DEAD, _NOTHING = OutcomeKind.BLOCKED, OutcomeKind.DEAD, OutcomeKind.NOTHING_TO_DO

# Telegram's words, lower case, as the beginning of the description without "Bad Request: " and "Forbidden: ".
WORDS: Final[dict[str, OutcomeKind]] = {
    # the person, or their account, is out of reach
    "bot was blocked by the user": _BLOCKED,
    "user is deactivated": _BLOCKED,  # the account was deleted
    "bot can't initiate conversation": _BLOCKED,  # never pressed Start
    "bot can't send messages to bots": _BLOCKED,
    "bot can't send messages to the user": _BLOCKED,  # the user's privacy settings
    "chat not found": _BLOCKED,  # never met this bot, or a wrong id in the roster
    "user not found": _BLOCKED,
    "peer_id_invalid": _BLOCKED,  # the server's raw words for chat not found
    "input_user_deactivated": _BLOCKED,
    "user_is_blocked": _BLOCKED,
    "privacy_premium_required": _BLOCKED,  # accepts messages from contacts only
    # the group is out of reach
    "bot was kicked": _BLOCKED,
    "bot is not a member": _BLOCKED,
    "the group chat was deleted": _BLOCKED,
    "group chat was deactivated": _BLOCKED,
    "channel_private": _BLOCKED,
    "chat_write_forbidden": _BLOCKED,
    "chat_restricted": _BLOCKED,
    "not enough rights to send": _BLOCKED,  # muted in the group
    "have no rights to send": _BLOCKED,
    "need administrator rights": _BLOCKED,
    # already so
    "message is not modified": _NOTHING,
    "message to edit not found": _NOTHING,  # the person deleted it
    "message to delete not found": _NOTHING,
    "message can't be edited": _NOTHING,  # no longer, and never again
    "message can't be deleted": _NOTHING,  # older than 48 hours
    "message_id_invalid": _NOTHING,
    "query is too old": _NOTHING,  # the spinner has given up by itself
    "query id is invalid": _NOTHING,
    # passing, although they look final
    "too many requests": _RETRY,  # a 429 without its parameters
    "wrong file": _RETRY,  # a file id that holds no more: the next try brings the bytes
    "internal server error": _RETRY,  # Telegram's own JSON: answered instead of obeyed
    "bad gateway": _RETRY,
    "service unavailable": _RETRY,
    "gateway timeout": _UNKNOWN,  # it was passed on, and no answer came in time
    # never, not even by the class that carries them
    "request entity too large": _DEAD,  # 413, a plain NetworkError
    "content too large": _DEAD,
}

# Not one of Telegram's answers: PTB puts the status into the text and the parse error into the cause.
_FOREIGN: Final = re.compile(r"\((\d{3})\)\. Parsing the server response ")


def classify(exc: Exception) -> Outcome:
    """What to do after `exc`.

    - our transport's word on whether the request left decides first;
    - an answer not in Telegram's words: 5xx may have been obeyed behind the gateway, anything else was not
      passed on at all (a proxy's 403 does not block a person);
    - 429, a moved group and a refused token by their class; the rest by Telegram's words (`WORDS`);
    - then a bad request is dead, a refusal (403) is about the chat, a timeout may have arrived;
    - an unreadable answer to an accepted request may have arrived; everything else is passing.
    """
    if isinstance(exc, RetryAfter):
        return Outcome(OutcomeKind.RETRY, retry_after=seconds(exc), reason="429")
    if isinstance(exc, ChatMigrated):
        return Outcome(OutcomeKind.MOVED, new_chat_id=exc.new_chat_id, reason="group became a supergroup")
    return Outcome(_by_cause(exc) or _by_words(exc) or _by_class(exc), reason=_short(exc))


def seconds(exc: RetryAfter) -> float:
    """The wait Telegram asked for, in seconds, whichever type PTB is set to give it in."""
    return exc._retry_after.total_seconds()


def _by_cause(exc: Exception) -> OutcomeKind | None:
    if isinstance(exc.__cause__, NotSent):
        return OutcomeKind.RETRY
    if isinstance(exc.__cause__, MaybeSent):
        return OutcomeKind.UNKNOWN
    return None


def _by_words(exc: Exception) -> OutcomeKind | None:
    text = str(exc).lower().removeprefix("bad request: ").removeprefix("forbidden: ")
    found = next((kind for words, kind in WORDS.items() if text.startswith(words)), None)
    if (foreign := _FOREIGN.search(str(exc))) is None or found is OutcomeKind.DEAD:
        return found
    return OutcomeKind.UNKNOWN if int(foreign[1]) >= 500 else OutcomeKind.RETRY


def _by_class(exc: Exception) -> OutcomeKind:
    match exc:
        case InvalidToken():
            return OutcomeKind.UNAUTHORIZED
        case Forbidden():
            return OutcomeKind.BLOCKED
        case BadRequest():
            return OutcomeKind.DEAD
        case TimedOut():
            return OutcomeKind.UNKNOWN
        case NetworkError() if exc.__cause__ is not None:
            return OutcomeKind.UNKNOWN  # another transport's word, which we cannot read
        case TelegramError() if str(exc) == "Invalid server response":
            return OutcomeKind.UNKNOWN
    return OutcomeKind.RETRY


def _short(exc: Exception) -> str:
    """The class and Telegram's words: shown to operators, so no bodies, nothing quoted, and never long."""
    return f"{type(exc).__name__}: {without_content(str(exc))}"[:200]
