"""What a list would change, row by row, with nothing changed yet: what a dry run shows and an import then does."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from bot.actions.import_known import Known
from bot.actions.import_scope import Scope
from bot.rules.roster import Line, Listing, Problem
from bot.rules.roster_plan import Held, Outcome, Planned, changes_of
from db.session import Session

CHUNK = 1000
"""Rows compared with the register at a time."""


async def plan(
    session: Session, listing: Listing, scope: Scope, *, today: date, add_alike: bool = False
) -> AsyncIterator[list[Planned]]:
    """What becomes of every row, in order, many at a time; the file is read beside the event loop.

    `add_alike`: add also those who bear the name of somebody of their cell.
    """
    lines = listing.lines(scope.cells, homes=scope.homes, founds=scope.founds)
    while chunk := await asyncio.to_thread(lambda: list(islice(lines, CHUNK))):
        known = await Known.load(session, [p for line in chunk if (p := line.person)], scope, today)
        yield [_planned(line, known, scope, add_alike) for line in chunk]


def _planned(line: Line, known: Known, scope: Scope, add_alike: bool) -> Planned:
    if line.person is None:
        own_cell_only = scope.bounded and not scope.founds
        return Planned(line, Outcome.REFUSED, tuple(_worded(line.problems, own_cell_only)))
    held = known.held.get(line.person.code)
    line = line if scope.gives_roles else _without_role(line, held)
    if held is None:
        return _newcomer(line, known, add_alike)
    return _member(line, held, known)


def _newcomer(line: Line, known: Known, add_alike: bool) -> Planned:
    """Somebody whose code is new: added, unless they may be somebody of their cell."""
    assert line.person is not None
    alike = [*known.alike(line.person, kept=add_alike)]
    outcome = Outcome.REFUSED if alike and not add_alike else Outcome.ADDED
    return Planned(line, outcome, (*line.problems, *known.shared_phone(line.person, None), *alike))


def _member(line: Line, held: Held, known: Known) -> Planned:
    """Somebody the register knows by their code."""
    person = line.person
    assert person is not None
    changes = changes_of(person, held)
    if refusal := known.refusal(person, held, changes):
        return Planned(line, Outcome.REFUSED, (*line.problems, refusal), member_id=held.member_id)
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    if held.cell is None:
        outcome = Outcome.ADDED
    problems = (*line.problems, *known.shared_phone(person, held))
    return Planned(line, outcome, problems, changes, held.member_id)


def _worded(problems: Iterable[Problem], own_cell_only: bool) -> Iterator[Problem]:
    """To who keeps one cell, every other cell is simply not theirs, whether it exists or not."""
    for problem in problems:
        elsewhere = own_cell_only and problem.key in {"unknown_cell", "unknown_cell_code"}
        yield Problem(problem.row, "not_your_cell", {}, kept=False) if elsewhere else problem


def _without_role(line: Line, held: Held | None) -> Line:
    """The row of who may not give roles: it says nothing of them, and a warning if it would have."""
    person = line.person
    if person is None or "role" in person.unsaid:
        return line
    has = held.roles[0][0] if held and held.roles else None
    unsaid = person.unsaid | {"role"}
    said = () if person.role is has else (Problem(line.row, "role_not_yours", {}, kept=True),)
    return replace(line, person=replace(person, role=None, unsaid=unsaid), problems=(*line.problems, *said))
