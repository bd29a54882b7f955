"""Refusals: what may not or cannot be done, as a key and values.

A refusal becomes words once, at the edge (`handlers.errors`), from `[refusals]` of `labels.toml`.

    Refusal
    ├── NotAllowed     the person's role does not reach this
    ├── NotFound       it is not there, or not for this person to know
    ├── TooLate        it was possible before
    └── BadInput       what was typed or sent cannot be used; the sentence says what to do
"""

from typing import Any


class Refusal(Exception):
    """Something the person asked for is not done, and nothing has changed.

    `key` names the sentence in `[refusals]`; `values` fill it.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotAllowed(Refusal):
    """The person's role, as the database knows it now, does not reach this."""

    def __init__(self, key: str = "not_allowed", **values: Any) -> None:
        super().__init__(key, **values)


class NotFound(Refusal):
    """There is no such thing, or it is not for this person to know of it."""

    def __init__(self, key: str = "not_found", **values: Any) -> None:
        super().__init__(key, **values)


class TooLate(Refusal):
    """It was possible before: a closed roll, a meeting that has begun."""


class BadInput(Refusal):
    """What was typed or sent cannot be used."""


class TokenRefused(Exception):
    """Telegram does not accept the bot's token any more: nothing comes in or goes out until an operator acts."""
