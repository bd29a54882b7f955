"""What may be asked about who was absent: when, how often or how many times in a row, with a reason or without."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.rules.spans import Span
from bot.rules.words import MeetingKind, RollState

Word = TypeVar("Word", bound=StrEnum)
KINDS = (MeetingKind.REGULAR, MeetingKind.RESIDENTIAL, MeetingKind.THEMATIC)
"""The kinds of meetings that are asked about."""
MOST = 12
"""So many absences, or meetings in a row, can be asked for at most."""
REACH = 12
"""A streak, and the last meeting of each cell, are looked for in so many months."""
FIRST, LAST = 2000, 2200
"""The years that are asked about."""


class Marks(StrEnum):
    """Which absences count."""

    ANY = "any"
    """All of them."""
    UNEXCUSED = "unexcused"
    """Those without an accepted reason."""
    EXCUSED = "excused"
    """Those with one."""

    @property
    def states(self) -> tuple[RollState, ...]:
        """The marks on a roll that they are."""
        if self is Marks.ANY:
            return RollState.EXCUSED, RollState.UNEXCUSED
        return (RollState(self.value),)

    @property
    def ending(self) -> tuple[RollState, ...]:
        """The marks that end a streak of them; exempt and not expected change nothing."""
        were = (RollState.PRESENT, RollState.LATE, RollState.EXCUSED, RollState.UNEXCUSED)
        return tuple(state for state in were if state not in self.states)


@dataclass(frozen=True)
class Asked:
    """A question: who was absent from meetings of a kind in a span `times` times or more.

    `span` None: from the last closed meeting of each cell. `row` of 2 and more: so many times in a row or more, up to
    the last meeting of the span; `times` is 1 then.
    """

    span: Span | None = None
    times: int = 1
    row: int = 0
    marks: Marks = Marks.ANY
    kind: MeetingKind = MeetingKind.REGULAR

    @property
    def least(self) -> int:
        """How often somebody must have been absent in the span at least."""
        return max(self.times, self.row)

    def looked_at(self, today: date) -> Span:
        """The months in which meetings are looked for."""
        return self.span or Span.back(REACH, today)

    @property
    def code(self) -> str:
        """The question as a few letters, for a button."""
        when = f"{self.span.since:%Y%m}-{len(self.span.months)}" if self.span else "0"
        return f"{when}.{self.times}.{self.row}.{self.marks[0]}.{self.kind[:3]}"

    @classmethod
    def decoded(cls, code: str) -> "Asked":
        """The question behind such letters; ValueError for any others."""
        when, times, row, marks, kind = code.split(".")
        found = cls(_span(when), _small(times, 1), _small(row, 0), _among(Marks, marks), _among(KINDS, kind))
        if found.row == 1 or (found.row and found.times > 1) or (found.span is None and found.least > 1):
            raise ValueError(code)
        return found


def span_from(first: str, months: int) -> Span:
    """A span of so many months, its first written as 202609; ValueError for what is none."""
    if not (len(first) == 6 and first.isascii() and first.isdigit() and 1 <= months <= 2 * REACH):
        raise ValueError(first)
    since = date(int(first[:4]), int(first[4:]), 1)
    if not FIRST <= since.year <= LAST:
        raise ValueError(first)
    number = since.year * 12 + since.month - 1 + months
    return Span(since, date(number // 12, number % 12 + 1, 1))


def _span(text: str) -> Span | None:
    if text == "0":
        return None
    first, months = text.split("-")
    return span_from(first, _small(months, 1, 2 * REACH))


def _small(text: str, least: int, most: int = MOST) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and least <= int(text) <= most):
        raise ValueError(text)
    return int(text)


def _among(words: Iterable[Word], start: str) -> Word:
    """The word that begins with these letters."""
    found = [word for word in words if start and word.startswith(start)]
    if len(found) != 1:
        raise ValueError(start)
    return found[0]
