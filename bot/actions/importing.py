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
from bot.rules.roster import Listing, Problem
from bot.rules.roster_plan import Outcome, Planned
from bot.rules.words import AuditVerb
from db.models import Organisation
from db.session import Session

SHOWN = 200
"""Problems that are kept to be shown; all of them are in the report."""

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
    problems: list[Problem] = field(default_factory=list)
    dropped_columns: tuple[str, ...] = ()

    @property
    def top(self) -> Organisation:
        """The organisation the list is of, once it was taken over."""
        assert self.organisation is not None
        return self.organisation

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
            self.problems += one.problems[: max(0, SHOWN - len(self.problems))]


async def dry_run(
    session: Session,
    listing: Listing,
    scope: Scope,
    *,
    today: date,
    add_alike: bool = False,
    each: Each | None = None,
) -> Imported:
    """What the list would change; nothing is written."""
    done = Imported(scope.name, listing.rows, scope.top, dropped_columns=listing.dropped_columns)
    new: dict[object, str] = {}
    async for planned in plan(session, listing, scope, today=today, add_alike=add_alike):
        _count(done, planned, new, each)
    done.new_cells = list(new.values())
    return done


async def import_list(
    session: Session,
    listing: Listing,
    scope: Scope,
    *,
    now: datetime,
    today: date,
    add_alike: bool = False,
    each: Each | None = None,
    applied: Callable[[int], None] = lambda rows: None,
) -> Imported:
    """Take over a list, valid from `today`. `applied` hears of numbers of rows that were done."""
    with tempfile.TemporaryFile() as waiting:

        def keep(planned: Sequence[Planned]) -> None:
            pickle.dump([one for one in planned if one.outcome in _DOING], waiting)
            if each:
                each(planned)

        done = await dry_run(session, listing, scope, today=today, add_alike=add_alike, each=keep)
        waiting.seek(0)
        done.organisation = await import_apply.top_of(session, scope, today=today)
        work = import_apply.Work(session, done.organisation, today)
        for planned in _waiting(waiting):
            await work.do(planned)
            applied(len(planned))
    top = done.organisation.id
    auditing.note(
        *(session, AuditVerb.IMPORTED), now=now, by=scope.by, role=scope.role, organisation_id=top, count=done.good
    )
    return done


_DOING = (Outcome.ADDED, Outcome.CHANGED)


def _waiting(file: IO[bytes]) -> Iterator[list[Planned]]:
    while True:
        try:
            yield pickle.load(file)  # noqa: S301 - written a moment ago, by us, where nobody else can
        except EOFError:
            return


def _count(done: Imported, planned: Sequence[Planned], new: dict[object, str], each: Each | None) -> None:
    done.take(planned)
    for one in planned:
        if one.outcome in _DOING:
            for cell in filter(None, (one.person.place, one.person.home)):
                if cell.id is None:
                    new.setdefault(cell.key, cell.name)
    if each:
        each(planned)
