"""What a month, a quarter or a year adds up to: of a cell, of a part of the tree, and of oneself."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions import auditing
from bot.actions import caring as acting
from bot.actions.authority import authorise, authorise_meeting
from bot.errors import TooLate
from bot.rules.attendance import Count, band, skipped_months
from bot.rules.permissions import Right
from bot.rules.spans import Span
from bot.rules.words import AuditVerb, MeetingKind, OrganisationKind, RollState
from bot.texts import Texts
from db import attendance_counts, caring, meetings, organisations, task_months
from db.attendance_counts import Held, OwnMark
from db.caring import Branch
from db.models import Meeting, MeetingState, Member, Organisation
from db.session import Session

KINDS = (
    MeetingKind.REGULAR,
    MeetingKind.THEMATIC,
    MeetingKind.RESIDENTIAL,
    MeetingKind.EXTRAORDINARY,
)
"""In this order they are shown; each is counted on its own."""
EMPTY = Held()


@dataclass(frozen=True)
class Month:
    """A month's regular meetings, and how many tasks they evaluated of how many."""

    month: date
    held: Held = EMPTY
    due: int = 0
    evaluated: int = 0


@dataclass(frozen=True)
class Part:
    """A part of the tree directly below: its cells, in how many of them a regular meeting was closed, its numbers."""

    organisation: Organisation
    cells: int
    met: int
    kinds: Mapping[MeetingKind, Held]

    @property
    def regular(self) -> Held:
        """Its regular meetings."""
        return self.kinds.get(MeetingKind.REGULAR, EMPTY)

    @property
    def concern(self) -> tuple[float, ...]:
        """By which the worst comes first: few cells that met, then a low attendance."""
        rate = self.regular.count.rate
        return (self.met / self.cells if self.cells else 1, 0 if rate is None else rate)


@dataclass(frozen=True)
class Summary:
    """The numbers of a subtree in a span. `care`: who needs attention this year, where the span reaches today."""

    organisation: Organisation
    span: Span
    cells: int
    met: int
    kinds: Mapping[MeetingKind, Held]
    months: Sequence[Month]
    care: Branch | None
    parts: Sequence[Part]

    @property
    def is_cell(self) -> bool:
        """Whether it is of one cell."""
        return self.organisation.kind is OrganisationKind.CELL

    @property
    def due(self) -> int:
        """How many tasks the regular meetings had to evaluate."""
        return sum(month.due for month in self.months)

    @property
    def evaluated(self) -> int:
        """How many of them they did."""
        return sum(month.evaluated for month in self.months)


@dataclass(frozen=True)
class OwnYear:
    """What the rolls say of a member: by kind of meeting, and in how many months they missed the regular one."""

    year: int
    kinds: Mapping[MeetingKind, Count]
    marks: Sequence[OwnMark]
    skipped: int

    @property
    def concerns(self) -> bool:
        """Whether it is proposed to the cell to consider it."""
        return band(self.skipped) != "none"


@dataclass(frozen=True)
class ClosedRoll:
    """A closed roll as it is kept: its local date, and everybody on it by given name."""

    meeting: Meeting
    cell: Organisation
    day: date
    marks: Sequence[tuple[Member, RollState]]


async def look(session: Session, *, organisation_id: int, span: Span, by: Member, today: date) -> Summary:
    """The numbers of a cell or subtree. NotAllowed for who may not see them."""
    await authorise(session, by, Right.SEE_TOTALS, organisation_id, on=today)
    top = await organisations.get(session, organisation_id)
    found = await attendance_counts.count_cells(session, organisation_id, span)
    cells = await attendance_counts.list_cells(session, organisation_id)
    branches = {
        number: branch
        for number, (branch, closed_on) in cells.items()
        if closed_on is None or closed_on > span.since
    }
    numbers = {key: held for key, held in found.items() if key[0] in branches}
    parts = [] if top.kind is OrganisationKind.CELL else await _parts(session, top, branches, numbers)
    met = {cell for (cell, kind), held in numbers.items() if kind is MeetingKind.REGULAR and held.closed}
    return Summary(
        top,
        span,
        len(branches),
        len(met),
        _by_kind(numbers),
        await _months(session, organisation_id, span),
        await _care(session, top, today) if span.until > today >= span.since else None,
        sorted(parts, key=lambda part: part.concern),
    )


Numbers = Mapping[tuple[int, MeetingKind], Held]


def _by_kind(numbers: Numbers) -> dict[MeetingKind, Held]:
    found: dict[MeetingKind, Held] = defaultdict(Held)
    for (_, kind), held in numbers.items():
        found[kind] += held
    return {kind: found[kind] for kind in KINDS if kind in found}


async def _parts(
    session: Session, top: Organisation, branches: Mapping[int, int], numbers: Numbers
) -> list[Part]:
    below = {each.id: each for each in await organisations.list_children(session, top.id or 0)}
    cells, met = Counter(branches.values()), Counter[int]()
    mine: dict[int, dict[tuple[int, MeetingKind], Held]] = defaultdict(dict)
    for key, held in numbers.items():
        mine[branches[key[0]]][key] = held
    for branch, theirs in mine.items():
        closed = {cell for (cell, kind), h in theirs.items() if kind is MeetingKind.REGULAR and h.closed}
        met[branch] = len(closed)
    return [
        Part(below[branch], many, met[branch], _by_kind(mine[branch]))
        for branch, many in cells.items()
        if branch in below
    ]


async def _months(session: Session, organisation_id: int, span: Span) -> list[Month]:
    counts = await attendance_counts.count_months(session, organisation_id, span)
    held = {month: counts.get((month, MeetingKind.REGULAR), Held()) for month in span.months}
    tasks = await task_months.count_evaluations(session, organisation_id, span)
    return [
        Month(month, held[month], labels.total(), labels.total() - labels[None])
        for month in span.months
        for labels in [Counter(tasks.get(month))]
    ]


async def _care(session: Session, top: Organisation, today: date) -> Branch:
    number = top.id or 0
    if top.kind is OrganisationKind.CELL:
        return acting.numbers(number, await acting.list_concerning(session, number, on=today))
    return caring.total(await caring.count_branches(session, number, on=today), number)


async def own(session: Session, member: Member, *, year: int) -> OwnYear:
    """A member's own year, in whichever cell."""
    marks = await attendance_counts.list_own(session, member.id or 0, Span.of("year", date(year, 1, 1)))
    kinds = {
        kind: Count.closed(Counter(mark.state for mark in marks if mark.kind is kind))
        for kind in KINDS
        if any(mark.kind is kind for mark in marks)
    }
    regular = [(mark.month, mark.state) for mark in marks if mark.kind is MeetingKind.REGULAR]
    return OwnYear(year, kinds, marks, skipped_months(regular))


# ── files ──────────────────────────────────────────────────────────────────────────────────────────


async def roll_of(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> ClosedRoll:
    """A closed roll, to be written into a file, which leaves an entry in the audit log.

    NotAllowed unless `by` leads the cell; TooLate while the roll is open.
    """
    on = texts.day_of(now)
    meeting = await meetings.get(session, meeting_id)
    role = await authorise_meeting(session, by, meeting, Right.LEAD, on=on)
    if meeting.state is not MeetingState.CLOSED:
        raise TooLate("roll_not_closed")
    marks = await attendance_counts.list_roll(session, meeting_id)
    where = {"organisation_id": meeting.cell_id, "object_id": meeting_id, "count": len(marks)}
    auditing.note(session, AuditVerb.EXPORTED, now=now, by=by, role=role, **where)
    cell = await organisations.get(session, meeting.cell_id)
    return ClosedRoll(meeting, cell, texts.day_of(meeting.starts_at), marks)


async def note_names(
    session: Session, organisation_id: int, *, count: int, by: Member, now: datetime, today: date
) -> None:
    """So many names of a subtree go into a file, which leaves an entry. NotAllowed for who may not see them."""
    role = await authorise(session, by, Right.SEE_NAMES, organisation_id, on=today)
    where = {"organisation_id": organisation_id, "count": count}
    auditing.note(session, AuditVerb.EXPORTED, now=now, by=by, role=role, **where)
