"""Bringing a membership list into the register. A second import changes only what changed.

Good rows are taken and bad ones reported; nobody is removed because a list does not name them. What a list
would change is planned for all its rows before the first is changed, and then done, in one transaction: a dry
run is the same without the second half, so it cannot say anything else. What waits to be done is in a file
without a name meanwhile, and not in memory.
"""

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO

from bot.actions import auditing, import_apply
from bot.actions.import_plan import plan
from bot.actions.import_scope import Scope
from bot.rules.roster import Cell, Listing, Problem
from bot.rules.roster_plan import Outcome, Planned
from bot.rules.words import AuditVerb
from db.models import Organisation
from db.session import Session

SHOWN = 100
"""Rows of each sort that are kept to be shown; all of them are in the report."""

Each = Callable[[Sequence[Planned]], None]
"""Hears of rows as they are planned, many at a time."""


@dataclass
class Imported:
    """What an import did or would do, in numbers, and the first of what it has to say about rows.

    `organisation` is None where a dry run would have founded it. `alike` are rows left out because somebody of
    the cell bears the name; `doubtful` those taken with something to ask.
    """

    name: str
    rows: int
    organisation: Organisation | None = None
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    alike: int = 0
    doubtful: int = 0
    new_cells: list[str] = field(default_factory=list)
    of_sort: Counter[tuple[Outcome, bool]] = field(default_factory=Counter)
    shown: dict[tuple[Outcome, bool], list[Planned]] = field(default_factory=dict)
    dropped_columns: tuple[str, ...] = ()

    @property
    def top(self) -> Organisation:
        """The organisation the list is of, once it was taken over."""
        assert self.organisation is not None
        return self.organisation

    @property
    def problems(self) -> list[Problem]:
        """The first of what there is to say about rows."""
        return [problem for one in self.rows_shown(plain=False) for problem in one.problems]

    @property
    def good(self) -> int:
        """Rows that change something."""
        return self.added + self.changed

    def take(self, planned: Sequence[Planned]) -> None:
        """Count some rows."""
        outcomes = Counter(one.outcome for one in planned)
        self.added += outcomes[Outcome.ADDED]
        self.changed += outcomes[Outcome.CHANGED]
        self.unchanged += outcomes[Outcome.UNCHANGED]
        self.refused += outcomes[Outcome.REFUSED]
        for one in planned:
            left_out = one.outcome is Outcome.REFUSED
            self.alike += left_out and any(problem.key == "maybe_same" for problem in one.problems)
            self.doubtful += not left_out and bool(one.problems)
            sort = (one.outcome, bool(one.problems))
            self.of_sort[sort] += 1
            some = self.shown.setdefault(sort, [])
            if len(some) < SHOWN:
                some.append(one)

    def rows_shown(self, *, plain: bool) -> list[Planned]:
        """The first rows of each sort, by number: those with problems, with `plain` also those that change."""
        kept = [one for sort, some in self.shown.items() for one in some if _worth_saying(sort, plain)]
        return sorted(kept, key=lambda one: one.line.row)

    def noteworthy(self, *, plain: bool) -> int:
        """How many rows there are of these sorts in all."""
        return sum(count for sort, count in self.of_sort.items() if _worth_saying(sort, plain))


def _worth_saying(sort: tuple[Outcome, bool], plain: bool) -> bool:
    outcome, asked = sort
    return asked or (plain and outcome is not Outcome.UNCHANGED)


async def import_list(
    session: Session,
    listing: Listing,
    scope: Scope,
    *,
    now: datetime,
    today: date,
    add_alike: bool = False,
    dry: bool = False,
    each: Each = lambda planned: None,
) -> Imported:
    """Take over a list, valid from `today`; `dry`: only say what that would change.

    `add_alike`: add also those who bear the name of somebody of their cell.
    """
    done = Imported(scope.name, listing.rows, scope.top, dropped_columns=listing.dropped_columns)
    new: dict[object, str] = {}
    with tempfile.TemporaryFile() as waiting:
        async for planned in plan(session, listing, scope, today=today, add_alike=add_alike):
            done.take(planned)
            doing = [one for one in planned if one.outcome in _DOING]
            new |= {cell.key: cell.name for one in doing for cell in _cells(one) if cell.id is None}
            if not dry:
                pickle.dump(doing, waiting)
            each(planned)
        done.new_cells = list(new.values())
        if not dry:
            waiting.seek(0)
            await _apply(session, _waiting(waiting), scope, done, now=now, today=today)
    return done


async def _apply(
    session: Session,
    waiting: Iterator[list[Planned]],
    scope: Scope,
    done: Imported,
    *,
    now: datetime,
    today: date,
) -> None:
    done.organisation = top = await import_apply.top_of(session, scope, today=today)
    work = import_apply.Work(session, top, today)
    for planned in waiting:
        await work.do(planned)
    auditing.note(
        session,
        AuditVerb.IMPORTED,
        now=now,
        by=scope.by,
        role=scope.role,
        organisation_id=top.id,
        count=done.good,
    )


_DOING = (Outcome.ADDED, Outcome.CHANGED)


def _waiting(file: IO[bytes]) -> Iterator[list[Planned]]:
    while True:
        try:
            yield pickle.load(file)
        except EOFError:
            return


def _cells(planned: Planned) -> Iterator[Cell]:
    yield planned.person.place
    if planned.person.home is not None:
        yield planned.person.home
