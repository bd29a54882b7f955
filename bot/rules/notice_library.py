"""The library of notices, decided without the outside: what is in force, and what typed words mean."""

import re
from datetime import date
from enum import StrEnum

from bot.rules.names import fold


class Force(StrEnum):
    """Whether a notice is in force."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    EXPIRED = "expired"


def force_of(in_force_to: date | None, *, replaced: bool, today: date) -> Force:
    """A replaced notice is called so, whenever it would have ended."""
    if replaced:
        return Force.REPLACED
    return Force.EXPIRED if in_force_to is not None and in_force_to < today else Force.IN_FORCE


def matches(typed: str, *said: str) -> bool:
    """Whether every typed word begins a word of what is said, with or without diacritics; nothing matches all."""
    words = _words(" ".join(said))
    return all(any(word.startswith(wanted) for word in words) for wanted in _words(typed))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
