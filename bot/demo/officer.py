"""The committee's officer: one notice to the whole commune, and later a look at the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.actors import Actor
from bot.demo.phone import Deed, buttons_of
from bot.rules.parts import units

MOST = 4096
"""UTF-16 units that a program sends as one message; more is cut there."""


class Officer(Actor):
    """Somebody of the committee, who is on no list of a cell."""

    def sends_notice(self, text: str, audience: str) -> Deed:
        """Write a notice as it is pasted, keep the title, choose everybody, look at the preview, send."""
        self.says("/thongbao")
        yield
        self.taps(self.label("notices.compose"))
        yield
        for piece in pasted(text):
            self.says(piece)
        yield
        for key in ("done", "keep_title"):
            self.taps(self.label(f"notices.{key}"))
            yield
        whole = self.label("notices.whole", name=audience)
        if whole in buttons_of(self.person.last):
            self.taps(whole)
            yield
        self.taps(self.label("notices.send"))
        yield

    def looks_at_numbers(self) -> Deed:
        """See how many have confirmed, in all and by cell."""
        self.says("/thongbao")
        yield
        listed = buttons_of(self.person.last)
        self.taps(listed[0], self.person.last)
        yield


def pasted(text: str) -> Sequence[str]:
    """A text as it arrives when somebody pastes it: cut at the last space before the limit."""
    pieces, rest = [], text.strip()
    while units(rest) > MOST:
        end = min(len(rest), MOST)
        while units(rest[:end]) > MOST:
            end -= 1
        space = max(rest.rfind(" ", 0, end), rest.rfind("\n", 0, end))
        cut = space if space > 0 else end
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest]
