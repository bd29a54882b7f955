"""Months of meetings made up by dice, in the database and beside it in a plain book that can be counted again."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from bot.config import ZONE
from bot.rules.attendance import Count
from bot.rules.caring import streaks
from bot.rules.skipping import Asked
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, RollState
from db import rolls as tallies
from db.models import Meeting, MeetingState, RollMark
from db.session import Session

ODDS = {
    RollState.PRESENT: 10,
    RollState.LATE: 2,
    RollState.EXCUSED: 3,
    RollState.UNEXCUSED: 5,
    RollState.EXEMPT: 1,
    RollState.NOT_EXPECTED: 1,
}
KINDS = [
    MeetingKind.REGULAR,
    MeetingKind.RESIDENTIAL,
    MeetingKind.THEMATIC,
    MeetingKind.THEMATIC,
    MeetingKind.EXTRAORDINARY,
]
STATES = [MeetingState.CLOSED] * 6 + [MeetingState.PLANNED, MeetingState.NOT_HELD, MeetingState.CANCELLED]


@dataclass
class Written:
    """A meeting as the book has it."""

    id: int
    cell: int
    kind: MeetingKind
    month: date
    starts_at: datetime
    state: MeetingState
    rolls: dict[int, RollState]


@dataclass
class Book:
    """All meetings there were."""

    session: Session
    dice: Random
    meetings: list[Written] = field(default_factory=list)

    async def meet(
        self,
        cell: int,
        month: date,
        rolls: dict[int, RollState],
        *,
        kind: MeetingKind = MeetingKind.REGULAR,
        state: MeetingState = MeetingState.CLOSED,
    ) -> Written:
        """A meeting of a month; it may have been moved, even out of its month."""
        day = datetime(month.year, month.month, 3, 19, 30, tzinfo=ZONE)
        day += timedelta(days=self.dice.randrange(40), minutes=len(self.meetings) % 60)
        closed = day if state is MeetingState.CLOSED else None
        made = Meeting(cell_id=cell, kind=kind, month=month, starts_at=day, state=state, closed_at=closed)
        self.session.add(made)
        await self.session.flush()
        self.session.add_all(
            RollMark(meeting_id=made.id or 0, member_id=member, state=mark, marked_at=day)
            for member, mark in rolls.items()
        )
        if closed:
            await tallies.keep_tally(self.session, made.id or 0, Count.closed(Counter(rolls.values())))
        await self.session.flush()
        self.meetings.append(Written(made.id or 0, cell, kind, month, day, state, rolls))
        return self.meetings[-1]

    async def fill(self, cell: int, month: date, members: Collection[int]) -> None:
        """A month of a cell, as the dice say: each kind of meeting at most as often as it can be."""
        for kind in KINDS:
            if self.dice.random() < (0.9 if kind is MeetingKind.REGULAR else 0.4):
                state = self.dice.choice(STATES)
                there = [member for member in members if self.dice.random() < 0.9]
                marked = there if state is not MeetingState.CANCELLED else []
                rolls = {member: self.dice.choices(list(ODDS), list(ODDS.values()))[0] for member in marked}
                await self.meet(cell, month, rolls, kind=kind, state=state)

    def held(
        self, cells: Collection[int], span: Span, *kinds: MeetingKind, closed: bool = True
    ) -> list[Written]:
        """The meetings of some cells in a span, by their start."""
        found = [
            m
            for m in self.meetings
            if m.cell in cells and span.since <= m.month < span.until and (not kinds or m.kind in kinds)
        ]
        found = [m for m in found if m.state is MeetingState.CLOSED] if closed else found
        return sorted(found, key=lambda m: (m.starts_at, m.id))

    def absent(self, cells: Collection[int], asked: Asked, on: date) -> dict[int, tuple[int, int]]:
        """Who was absent as is asked: the cell in which they were last, and how often."""
        held = self.held(cells, asked.looked_at(on), asked.kind)
        if asked.span is None:
            last = {m.cell: m.id for m in held}
            held = [m for m in held if last[m.cell] == m.id]
        found = {}
        for member in {member for m in held for member in m.rolls}:
            theirs = [(m, m.rolls[member]) for m in held if member in m.rolls]
            missed = _missed([each[1] for each in theirs], asked)
            if missed >= asked.least:
                cell = [m.cell for m, mark in theirs if mark in asked.marks.states][-1]
                found[member] = (cell, missed)
        return found


def _missed(marks: list[RollState], asked: Asked) -> int:
    counted, ending = asked.marks.states, asked.marks.ending
    if not asked.row:
        return sum(mark in counted for mark in marks)
    as_known = [
        RollState.UNEXCUSED if mark in counted else RollState.PRESENT if mark in ending else mark
        for mark in marks
    ]
    return streaks(as_known).current


def tally(meetings: Iterable[Written]) -> Counter[RollState]:
    """How many marks of each kind there are on their rolls."""
    return Counter(mark for m in meetings for mark in m.rolls.values())
