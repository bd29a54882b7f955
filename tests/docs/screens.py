"""A screen as somebody sees it, and a paper as it is printed: each as a text that is the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.config import ZONE
from bot.sandbox.objects import Message
from bot.sandbox.people import Person
from tests.papers import text_of


@dataclass(frozen=True)
class Screen:
    """The end of somebody's chat, as a text and as what a camera needs to find it."""

    name: str
    text: str
    buttons: frozenset[str]
    person: int
    messages: tuple[int, ...]
    """The numbers of what is shown of it."""
    keys: bool
    """Whether the keys below the chat belong to the picture."""

    @classmethod
    def of(cls, name: str, person: Person, shown: Sequence[Message], *, keys: bool) -> Screen:
        """Some messages of a chat, from both sides."""
        below = [[key["text"] for key in row] for row in person.keyboard or []] if keys else []
        lines = [person.name, *(line for message in shown for line in _lines(message)), *map(_row, below)]
        buttons = {button.text for message in shown for row in message.buttons for button in row}
        pressed = frozenset(buttons | {key for row in below for key in row})
        return cls(name, "\n".join(lines) + "\n", pressed, person.id, tuple(each.id for each in shown), keys)


@dataclass(frozen=True)
class Paper:
    """A Word file as it is printed."""

    name: str
    file: str
    content: bytes
    buttons: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self.file}\n{text_of(self.content)}"


def digest(text: str) -> str:
    """What a picture bears of the screen it was made from."""
    return sha256(text.encode()).hexdigest()


def _lines(message: Message) -> Iterator[str]:
    """A message as it is seen; its time is local."""
    who = "chibo" if message.from_bot else message.sender.name
    edited = " (đã sửa)" if message.edited else ""
    yield ""
    yield f"{message.date.astimezone(ZONE):%d/%m/%Y %H:%M} {who}{edited}:"
    if message.document:
        yield f"📎 {message.document.name}"
    if message.photo:
        yield "🖼"
    yield from (message.text or "").splitlines()
    yield from (_row([button.text for button in row]) for row in message.buttons)


def _row(texts: list[str]) -> str:
    return "  ".join(f"[{text}]" for text in texts)
