"""Who was absent, asked in every way of made-up years: as a plain recount finds it."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import product
from random import Random

import pytest

from bot.rules.skipping import KINDS, Asked, Marks
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, OrganisationKind, RollState
from db import attendance_counts, skipping
from db.models import MeetingState, Member
from db.session import Database, Session
from tests.people import found
from tests.rolled import Book, tally

TODAY = date(2026, 10, 15)
SOME = 60
"""So many of some three hundred questions are asked of each part of the tree."""
SPANS = [
    None,
    Span.of("month", TODAY),
    Span.of("quarter", TODAY),
    Span.of("year", TODAY),
    Span.back(3, TODAY),
    Span.of("year", date(2025, 1, 1)),
    Span.back(24, TODAY),
]


class Country:
    """A committee over one cell and a base organisation with two; some people go from one to another."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.book = session, Book(session, Random(seed))
        self.tops: dict[int, dict[int, int]] = {}

    async def settle(self) -> "Country":
        commune = await found(self.session, "x", "Đảng bộ xã", OrganisationKind.COMMUNE)
        base = await found(self.session, "y", "Đảng bộ cơ sở", OrganisationKind.BASE, commune)
        a = await found(self.session, "a", "Chi bộ A", OrganisationKind.CELL, commune)
        b, c = [
            await found(self.session, each, f"Chi bộ {each}", OrganisationKind.CELL, base) for each in "bc"
        ]
        self.cells = [a, b, c]
        self.tops = {commune: {a: a, b: base, c: base}, base: {b: b, c: c}, a: {a: a}}
        members = [Member(name=f"Vàng A {number}") for number in range(9)]
        members[8].erased_at = datetime(2026, 1, 1, tzinfo=UTC)
        self.session.add_all(members)
        await self.session.flush()
        self.erased = members[8].id or 0
        ids = [member.id or 0 for member in members]
        for month in Span.back(24, TODAY).months:
            for number, cell in enumerate(self.cells):
                theirs = [each for each in ids if each % 3 == number or each % 5 == month.month % 5]
                await self.book.fill(cell, month, theirs)
        return self


def questions() -> Iterable[Asked]:
    """Every one that can be asked of these spans."""
    for span, marks, kind in product(SPANS, Marks, KINDS):
        yield from (Asked(span, times, 0, marks, kind) for times in (1, 2, 4))
        yield from (Asked(span, 1, row, marks, kind) for row in (2, 3))


@pytest.mark.parametrize("seed", [1, 2])
async def test_who_was_absent_is_who_a_plain_recount_finds(database: Database, seed: int) -> None:
    async with database.write() as session:
        country, dice = await Country(session, seed).settle(), Random(seed)
        for top, parts in country.tops.items():
            for asked in dice.sample(list(questions()), SOME):
                meant = country.book.absent(parts, asked, TODAY)
                meant.pop(country.erased, None)
                listed = await skipping.list_absent(session, top, asked, on=TODAY)
                assert {each.member_id: (each.cell_id, each.times) for each in listed} == meant, asked
                counted = await skipping.count(session, top, asked, on=TODAY)
                assert counted == dict(Counter(parts[cell] for cell, _ in meant.values())), asked


async def test_the_numbers_of_cells_are_those_of_their_rolls(database: Database) -> None:
    async with database.write() as session:
        country = await Country(session, 3).settle()
        for top, parts in country.tops.items():
            for span in [each for each in SPANS if each]:
                found = await attendance_counts.count_cells(session, top, span)
                for (cell, kind), held in found.items():
                    every = country.book.held([cell], span, kind, closed=False)
                    closed = country.book.held([cell], span, kind)
                    states = Counter(m.state.value for m in every)
                    assert (held.closed, held.open) == (len(closed), states["planned"])
                    assert (held.not_held, held.cancelled) == (states["not_held"], states["cancelled"])
                    marks = tally(closed)
                    assert {s: getattr(held.count, s.value) for s in RollState} == {
                        s: marks[s] for s in RollState
                    }
                all_met = country.book.held(parts, span, closed=False)
                assert sum(h.closed + h.open + h.not_held + h.cancelled for h in found.values()) == len(
                    all_met
                )


async def test_a_cells_meetings_and_year_are_those_of_its_rolls(database: Database) -> None:
    async with database.write() as session:
        country = await Country(session, 4).settle()
        cell, year = country.cells[1], Span.of("year", TODAY)
        tallied = await attendance_counts.list_meetings(session, cell, year)
        written = country.book.held([cell], year, closed=False)
        assert [t.meeting.id for t in tallied] == [w.id for w in written]
        for one, other in zip(tallied, written, strict=True):
            marks = tally([other] if other.state is MeetingState.CLOSED else [])
            assert {s: getattr(one.count, s.value) for s in RollState} == {s: marks[s] for s in RollState}
        for kind in (MeetingKind.REGULAR, MeetingKind.RESIDENTIAL):
            grid = await attendance_counts.list_year(session, cell, TODAY.year, kind=kind)
            months = {
                (member, m.month.month): mark
                for m in country.book.held([cell], year, kind)
                for member, mark in m.rolls.items()
            }
            assert {(e.member.id, n): s for e in grid for n, s in e.months.items()} == months
