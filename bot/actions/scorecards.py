"""The scorecard as people look at it: numbers against targets, the worst first, and asking those who can mend it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions import pushing
from bot.actions.authority import authorise
from bot.actions.telling import Say
from bot.buttons import Button, Rows, tap
from bot.errors import NotFound
from bot.rules.permissions import Right
from bot.rules.scorecard import (
    MONTHS,
    NOTHING,
    Card,
    Indicator,
    Reached,
    Share,
    Target,
    Trend,
    concern,
    reached,
    total,
    trend,
)
from bot.rules.spans import Span
from bot.rules.words import OrganisationKind
from bot.texts import Texts
from db import organisations, scorecards
from db.models import Member, Organisation
from db.scorecards import Counted
from db.session import Session

WHERE = {
    Indicator.ATTENDANCE: "skipped",
    Indicator.TASKED: "taskboard",
    Indicator.EVALUATED: "taskboard",
    Indicator.THEMATIC: "schedules",
    Indicator.RESIDENTIAL: "schedules",
    Indicator.MISSING: "skipped",
}
"""The screen of a cell on which a number is mended, for who leads it: the verb of its button."""


@dataclass(frozen=True)
class Line:
    """A number with its target, and where it stands to that and to the month before."""

    indicator: Indicator
    share: Share
    target: Target
    before: Share = NOTHING

    @property
    def reached(self) -> Reached:
        """Where it stands to its target."""
        return reached(self.indicator, self.share, self.target)

    @property
    def trend(self) -> Trend:
        """Where it goes."""
        return trend(self.indicator, self.before, self.share)

    @property
    def concern(self) -> float:
        """By how much it misses its target."""
        return concern(self.indicator, self.share, self.target)


@dataclass(frozen=True)
class Part:
    """A part of the tree directly below an organisation, or a cell itself, with its numbers."""

    organisation: Organisation
    lines: Sequence[Line]

    def count(self, standing: Reached) -> int:
        """How many of its numbers stand so to their targets."""
        return sum(line.reached is standing for line in self.lines)

    @property
    def concern(self) -> tuple[float, ...]:
        """By which the worst comes first: most numbers far from their targets, then near, then by how much."""
        missed = sum(line.concern for line in self.lines)
        return -self.count(Reached.FAR), -self.count(Reached.NEAR), -missed


@dataclass(frozen=True)
class Overview:
    """A subtree's numbers of a month, and those of its parts, the worst first. A cell has no parts.

    `cells` exist in it, `open` of them have begun their regular meeting of the month and not closed the roll.
    """

    organisation: Organisation
    month: date
    lines: Sequence[Line]
    parts: Sequence[Part]
    cells: int
    open: int

    @property
    def is_cell(self) -> bool:
        """Whether it is a single cell's."""
        return self.organisation.kind is OrganisationKind.CELL


@dataclass(frozen=True)
class Worst:
    """A number of a subtree in a month, and the cells that miss its target, the worst first."""

    organisation: Organisation
    month: date
    line: Line
    cells: Sequence[tuple[Organisation, Line]]


async def overview(
    session: Session, *, organisation_id: int, back: int, by: Member, now: datetime, texts: Texts
) -> Overview:
    """The numbers of a subtree in this month, or so many months `back`. NotAllowed for who may not see its numbers;
    NotFound for a month too far back."""
    top, months = await _look(
        session, organisation_id, back, by=by, right=Right.SEE_TOTALS, now=now, texts=texts
    )
    counted = await _count(session, organisation_id, months[-2:], now, texts)
    before, shown = counted.months
    by_branch: dict[int, list[Card]] = defaultdict(list)
    for cell in counted.cells:
        by_branch[cell.branch].append(cell.card)
    below = await organisations.list_by_id(session, [n for n in by_branch if n != organisation_id])
    parts = [Part(each, lines(total(by_branch[number]), texts)) for number, each in below.items()]
    return Overview(
        top,
        months[-1],
        lines(shown, texts, before),
        sorted(parts, key=lambda part: (part.concern, part.organisation.code)),
        len(counted.cells),
        sum(cell.open for cell in counted.cells),
    )


async def trend_of(
    session: Session, *, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[Organisation, Mapping[date, Sequence[Line]]]:
    """The numbers of the last months, oldest first. NotAllowed for who may not see the numbers."""
    top, months = await _look(
        session, organisation_id, 0, by=by, right=Right.SEE_TOTALS, now=now, texts=texts
    )
    counted = await _count(session, organisation_id, months, now, texts)
    return top, {month: lines(card, texts) for month, card in zip(months, counted.months, strict=True)}


async def worst(
    session: Session,
    *,
    organisation_id: int,
    indicator: Indicator,
    back: int,
    by: Member,
    now: datetime,
    texts: Texts,
) -> Worst:
    """Which cells of a subtree miss the target of a number. Raises what `overview` raises."""
    return await _worst(
        session, organisation_id, indicator, back, Right.SEE_TOTALS, by=by, now=now, texts=texts
    )


async def push(
    session: Session,
    *,
    organisation_id: int,
    indicator: Indicator,
    back: int,
    by: Member,
    now: datetime,
    texts: Texts,
) -> tuple[int, int]:
    """Ask those who lead the cells that miss the target of a number, each cell at most once a day for each number.

    How many cells that are, and how many of them have a leader whom it reaches. NotAllowed unless `by` is an officer
    there. In the night it waits for the morning.
    """
    found = await _worst(
        session, organisation_id, indicator, back, pushing.PUSHES, by=by, now=now, texts=texts
    )
    by_cell = {cell.id or 0: line for cell, line in found.cells}

    def make(cell: Organisation) -> Say:
        return Say(
            "score_push",
            {"cell": cell, "line": by_cell[cell.id or 0], "month": found.month},
            lambda t, language: push_buttons(cell, indicator, t, language),
            dedupe=pushing.name_of(indicator, cell, now, texts),
        )

    return len(by_cell), await pushing.push(session, by_cell, make, now=now, texts=texts)


def push_buttons(cell: Organisation, indicator: Indicator, texts: Texts, language: str) -> Rows:
    """To where the number is mended, and to the cell's own card."""
    there = (
        [[tap(texts.label("score.mend", language), WHERE[indicator], cell.id)]] if indicator in WHERE else []
    )
    return [*there, [tap(texts.label("score.card", language), "score", cell.id)]]


def indicator_button(line: Line, number: int | None, back: int, texts: Texts, language: str) -> Button:
    """A number with the sign of where it stands: to the cells of an organisation that miss its target."""
    sign, name = (
        texts.label(key, language) for key in (f"reached.{line.reached}", f"indicators.{line.indicator}")
    )
    return tap(f"{sign} {name}", "scoreof", number, line.indicator, back)


def lines(card: Card, texts: Texts, before: Card | None = None) -> list[Line]:
    """The numbers of a card with their targets, in their order; with the month before where it is known."""
    return [
        Line(each, card[each], Target(*texts.targets[each]), (before or {}).get(each, NOTHING))
        for each in Indicator
    ]


def months_up_to(today: date, back: int) -> list[date]:
    """The months of a trend of which the last is so many before today's. NotFound for one too far back."""
    if not 0 <= back < MONTHS:
        raise NotFound
    return Span.back(MONTHS, Span.back(1 + back, today).since).months


async def _look(
    session: Session,
    organisation_id: int,
    back: int,
    *,
    by: Member,
    right: Right,
    now: datetime,
    texts: Texts,
) -> tuple[Organisation, list[date]]:
    today = texts.day_of(now)
    await authorise(session, by, right, organisation_id, on=today)
    return await organisations.get(session, organisation_id), months_up_to(today, back)


async def _count(
    session: Session, organisation_id: int, months: Sequence[date], now: datetime, texts: Texts
) -> Counted:
    return await scorecards.count(session, organisation_id, months=months, now=now, zone=texts.zone)


async def _worst(
    session: Session,
    organisation_id: int,
    indicator: Indicator,
    back: int,
    right: Right,
    *,
    by: Member,
    now: datetime,
    texts: Texts,
) -> Worst:
    top, months = await _look(session, organisation_id, back, by=by, right=right, now=now, texts=texts)
    counted = await _count(session, organisation_id, months[-2:], now, texts)
    target = Target(*texts.targets[indicator])
    missed = {
        cell.id: line
        for cell in counted.cells
        if (line := Line(indicator, cell.card[indicator], target)).concern
    }
    cells = await organisations.list_by_id(session, missed)
    listed = sorted(cells.values(), key=lambda cell: (*_weight(missed[cell.id or 0]), cell.code))
    before, shown = (card[indicator] for card in counted.months)
    line = Line(indicator, shown, target, before)
    return Worst(top, months[-1], line, [(cell, missed[cell.id or 0]) for cell in listed])


def _weight(line: Line) -> tuple[float, int]:
    """The worst first; of those that miss it by as much, the one where it concerns more."""
    return -line.concern, -line.share.of


def below(found: Iterable[Line]) -> list[Line]:
    """Those that miss their targets."""
    return [line for line in found if line.concern]
