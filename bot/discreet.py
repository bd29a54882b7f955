"""What may be written where operators look: no token, no telephone number, and nothing that somebody said.

An error's own words may quote a person or a statement's values, so they are kept only where they cannot: those
of programming errors, which name types and attributes, and Telegram's, without what it quotes. Of all others
the class is told, and where it happened.
"""

import re
from collections.abc import Iterator
from traceback import format_tb
from typing import Final

HIDDEN: Final = "<token>"
NUMBER: Final = "<number>"

_TOKEN: Final = re.compile(r"(?<=bot)\d+(?::|%3A)[\w-]{8,}|\b\d{6,}:[\w-]{30,}")
_PHONE: Final = re.compile(r"(?<![\w.])(?!0\.\d{5})\(?(?:\+?84|0)(?:[\s.()/-]{0,2}\d){9,10}(?!\d)")
_QUOTED: Final = re.compile(r'".*"|(?:(?<!\w)|\bb)\'.*\'|(?<=offset )\d+|\d{5,}')
_BODY: Final = ". Parsing the server response"
_NAMES_ONLY: Final = (AttributeError, NameError, ImportError, TypeError)
"""Errors whose words name types, attributes and modules, never a value."""
_secrets: set[str] = set()
"""The tokens of this process, whatever they look like."""


def hide(secret: str) -> None:
    """From now on this token is left out of everything, although it may not look like one."""
    _secrets.add(secret)


def redacted(text: str) -> str:
    """`text` without the tokens of this process, and without all that looks like a bot token."""
    for secret in _secrets:
        text = text.replace(secret, HIDDEN)
    return _TOKEN.sub(HIDDEN, text)


def clean(text: str) -> str:
    """`text` without tokens and telephone numbers: the last line of defence, for what is ours already."""
    return _PHONE.sub(NUMBER, redacted(text))


def without_content(reason: str) -> str:
    """Telegram's words without what it quotes of a message, and without numbers that may be a person's."""
    return _QUOTED.sub("…", clean(reason).partition(_BODY)[0])


def named(error: BaseException) -> str:
    """An error in a few words: its class, the database's code, and its own words where they quote nobody."""
    kind = type(error)
    if isinstance(error, _NAMES_ONLY):
        return f"{kind.__name__}: {clean(str(error))}"
    if kind.__module__.startswith("telegram."):
        return f"{kind.__name__}: {without_content(str(error))}"
    cause = getattr(error, "orig", None)  # SQLAlchemy's errors carry the driver's
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return f"{kind.__name__} ({type(cause).__name__} {code or ''}".rstrip() + ")" if cause else kind.__name__


def traced(error: BaseException) -> str:
    """An error with what led to it, and the lines of code it passed, without the words of any of them."""
    return "\n".join(_traced(error, set()))


def _traced(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traced(before, seen)
        yield "…and because of it, or meanwhile:"
    yield "".join(["Traceback (most recent call last):\n", *format_tb(error.__traceback__)]) + named(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _traced(each, seen)
