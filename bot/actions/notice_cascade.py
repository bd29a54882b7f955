"""How a notice goes down the tree and comes up again: parts of it in numbers, cells that lag, the report.

Numbers only, never a name: names are for who leads the cell.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.actions.pushing import PUSHES, name_of
from bot.actions.pushing import push as push_cells
from bot.actions.telling import Say
from bot.buttons import tap
from bot.errors import NotFound, TooLate
from bot.rules.permissions import Right
from bot.rules.words import OrganisationKind
from bot.texts import Texts
from db import notice_sessions, notices, organisations
from db.models import Member, Notice, NoticeState, Organisation
from db.notices import CellCounts, Counts
from db.session import Session

ENOUGH = 0.8
"""The part of a cell's members that is to have confirmed."""


@dataclass(frozen=True)
class Part:
    """A part of the tree directly below an organisation, or a cell itself: counts, study meetings, cells that lag."""

    organisation: Organisation
    counts: Counts
    sessions: int
    low: int

    @property
    def is_cell(self) -> bool:
        """Whether there is nothing below it to look into."""
        return self.organisation.kind is OrganisationKind.CELL


@dataclass(frozen=True)
class Cascade:
    """A notice in a subtree: all of it, its parts and the cells that lag, the worst first."""

    notice: Notice
    issuer: Organisation
    organisation: Organisation
    counts: Counts
    sessions: int
    parts: Sequence[Part]
    low: Sequence[CellCounts]


async def whole(session: Session, *, notice_id: int, by: Member, today: date) -> Cascade:
    """A released notice in all its audience, for the officers of who issued it. NotAllowed, NotFound."""
    notice = await _get_released(session, notice_id)
    await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    return await _gather(session, notice, notice.audience_id)


async def look(session: Session, *, notice_id: int, organisation_id: int, by: Member, today: date) -> Cascade:
    """A released notice in a subtree, for who may see its numbers; NotFound where nobody below it got it."""
    await authorise(session, by, Right.SEE_TOTALS, organisation_id, on=today)
    found = await _gather(session, await _get_released(session, notice_id), organisation_id)
    if not found.counts.recipients:
        raise NotFound
    return found


async def push(
    session: Session, *, notice_id: int, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[int, int]:
    """Remind those who lead the cells that lag, each cell at most once a day.

    How many cells that are, and how many of them have a leader whom it reaches. NotAllowed unless `by` is an
    officer there; TooLate for a notice that was stopped. In the night it waits for the morning.
    """
    today = texts.day_of(now)
    await authorise(session, by, PUSHES, organisation_id, on=today)
    notice = await _get_released(session, notice_id)
    if notice.cancelled_at is not None:
        raise TooLate("notice_stopped")
    low = {cell.cell_id: cell for cell in (await _gather(session, notice, organisation_id)).low}

    def make(cell: Organisation) -> Say:
        number = cell.id or 0
        return Say(
            "notice_push",
            {"notice": notice, "cell": low[number]},
            lambda t, language: [[tap(t.label("notices.who", language), "notice_who", notice.id, number)]],
            dedupe=name_of(f"notice:{notice.id}", cell, now, texts),
        )

    return len(low), await push_cells(session, low, make, now=now, texts=texts)


async def _get_released(session: Session, notice_id: int) -> Notice:
    notice = await notices.get(session, notice_id)
    if notice.state is NoticeState.DRAFT:
        raise NotFound
    return notice


async def _gather(session: Session, notice: Notice, organisation_id: int) -> Cascade:
    top = await organisations.get(session, organisation_id)
    branches = await organisations.list_branches(session, organisation_id)
    cells = [c for c in await notices.count_recipients(session, notice.id or 0) if c.cell_id in branches]
    met = await notice_sessions.count_by_cell(session, notice.id or 0)
    below = await organisations.list_children(session, organisation_id)
    if top.kind is OrganisationKind.CELL:
        below = [top]
    parts = _parts(below, cells, branches, met)
    return Cascade(
        notice,
        await organisations.get(session, notice.issuer_id),
        top,
        notices.total(cells),
        sum(part.sessions for part in parts),
        sorted(parts, key=lambda part: _concern(part.counts)),
        sorted((cell for cell in cells if _lags(cell)), key=_concern),
    )


def _parts(
    below: Sequence[Organisation],
    cells: Sequence[CellCounts],
    branches: dict[int, int],
    met: dict[int, int],
) -> list[Part]:
    theirs: dict[int, list[CellCounts]] = defaultdict(list)
    for cell in cells:
        theirs[branches[cell.cell_id]].append(cell)
    return [
        Part(
            each,
            notices.total(mine),
            sum(met.get(cell.cell_id, 0) for cell in mine),
            sum(_lags(cell) for cell in mine),
        )
        for each in below
        if (mine := theirs[each.id or 0])
    ]


def _lags(counts: Counts) -> bool:
    return (counts.rate or 0) < ENOUGH


def _concern(counts: Counts) -> tuple[float, int]:
    """By which the worst comes first: the least part confirmed, and of equals the most people."""
    return (counts.rate or 0, -counts.recipients)
