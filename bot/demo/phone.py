"""A telephone in somebody's hand: what one can do with it, one thing after the other, and reading what comes in.

Something done is a generator: it acts, and yields to wait for the bot's answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from bot.demo.stage import Stage
from bot.sandbox.objects import Message
from bot.sandbox.people import Person

Deed = Iterator[None]

AT_ONCE = timedelta(seconds=10)
"""What comes so soon after something was done answers it."""


class Phone:
    """The telephone of one person on a stage; `reads` is left to the person."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self.stage = stage
        self.person = person
        self._doing: deque[Deed] = deque()
        self._seen = 0
        self._acted = False
        self._acted_at: datetime | None = None

    def reads(self, message: Message) -> None:
        """Understand a new message from the bot."""

    def label(self, key: str, **values: str) -> str:
        """The words on a button."""
        return self.stage.label(key, **values)

    def since_typed(self) -> list[Message]:
        """What the bot has said since the person typed something last."""
        messages = self.person.messages
        last = max((i for i, m in enumerate(messages) if not m.from_bot), default=-1)
        return messages[last + 1 :]

    def is_reply(self, message: Message) -> bool:
        """Whether a message answers what was just done."""
        return self._acted_at is not None and message.date - self._acted_at < AT_ONCE

    # The person's hands

    def says(self, text: str) -> None:
        """Types something."""
        self._act(text)
        self.person.sends(text)

    def taps(self, text: str, message: Message | None = None) -> None:
        """Taps a button; LookupError when it is not to be seen."""
        self.person.taps(text, message)
        self._act(f"[{text}]")

    def opens(self, token: str) -> None:
        """Opens an invitation link."""
        self._act("mở đường dẫn mời")
        self.person.opens(token)

    def blocks(self) -> None:
        """Blocks the bot."""
        self._act("chặn bot")
        self.person.blocks()

    def unblocks(self) -> None:
        """Takes the block back."""
        self._act("bỏ chặn bot")
        self.person.unblocks()

    def _act(self, what: str) -> None:
        self._acted, self._acted_at = True, self.stage.clock.now()
        if self.stage.transcript:
            self.stage.transcript.did(self.person.name, what)

    # One thing after the other

    def begin(self, deed: Deed) -> None:
        """Have something to do, after what is being done."""
        self._doing.append(deed)

    def step(self) -> bool:
        """Go on with what is being done, until the bot has to answer; whether anything was done."""
        self._acted = False
        while self._doing and not self._acted:
            try:
                next(self._doing[0])
            except StopIteration:
                self._doing.popleft()
            except (LookupError, PermissionError) as error:  # what should be there is not: told at the end
                self._doing.popleft()
                self.stage.troubles.append(f"{self.person.name}: {error}")
        return self._acted

    def look(self) -> None:
        """Read what is new in the chat, and plan what to do about it."""
        if self.person.blocked:
            return
        unread = takewhile(lambda m: m.id > self._seen, reversed(self.person.messages))
        for message in reversed(list(unread)):
            self._seen = message.id
            if message.from_bot:
                self.reads(message)


def buttons_of(message: Message) -> list[str]:
    """The buttons under a message, in reading order."""
    return [button.text for row in message.buttons for button in row]
