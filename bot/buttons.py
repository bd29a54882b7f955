"""Buttons and their callback codec, as plain values.

A button carries a verb and what it is about, never who may press it: whoever presses is looked up in the
database when they do. The handlers turn these into Telegram's keyboards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.errors import NotAllowed

Choice = TypeVar("Choice", bound=StrEnum)
MAX_BYTES = 64  # Telegram's bound on callback_data


@dataclass(frozen=True)
class Tap:
    """A press, decoded: `verb` names the handler, `args` what it is about."""

    verb: str
    args: tuple[str, ...] = ()

    def number(self, index: int) -> int:
        """The argument as a whole number; NotAllowed when it is none (a forged or damaged button)."""
        text = self.args[index] if index < len(self.args) else ""
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise NotAllowed("button_unknown")
        return int(text)

    def word(self, index: int) -> str:
        """The argument as text; NotAllowed when it is missing."""
        if index >= len(self.args):
            raise NotAllowed("button_unknown")
        return self.args[index]

    def choice(self, index: int, among: type[Choice]) -> Choice:
        """The argument as one of fixed choices; NotAllowed when it is none of them."""
        try:
            return among(self.word(index))
        except ValueError:
            raise NotAllowed("button_unknown") from None


@dataclass(frozen=True)
class Button:
    """A button under a message: pressing sends `data`, or opens `url`."""

    text: str
    data: str | None = None
    url: str | None = None


Rows = Sequence[Sequence[Button]]


def pack(verb: str, *args: object) -> str:
    """Callback data of a tap: `verb:arg:arg`, at most 64 bytes; ValueError past that."""
    data = ":".join([verb, *map(str, args)])
    if len(data.encode()) > MAX_BYTES:
        raise ValueError(f"a button of {verb} carries more than {MAX_BYTES} bytes")
    return data


def unpack(data: str) -> Tap:
    """The tap behind callback data, whatever it is: judging it is the handler's part."""
    verb, *args = data.split(":")
    return Tap(verb, tuple(args))


def tap(text: str, verb: str, *args: object) -> Button:
    """A button that sends a tap."""
    return Button(text, data=pack(verb, *args))


def to_json(rows: Rows) -> list[list[dict[str, str]]]:
    """Rows as the outbox stores them."""
    return [[{k: v for k, v in vars(b).items() if v is not None} for b in row] for row in rows]


def from_json(rows: Sequence[Sequence[dict[str, str]]]) -> list[list[Button]]:
    """Rows as the outbox stored them."""
    return [[Button(**b) for b in row] for row in rows]
