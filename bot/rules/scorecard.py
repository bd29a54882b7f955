"""The scorecard of the directive: what is measured of cells each month, and how far it is from its target.

Eight indicators; the residential meetings have two numbers, that they are held and that people come.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Indicator(StrEnum):
    """What is measured, each as a part of a whole. A cell that is closed by the end of the month is in none."""

    MET = "met"
    """Cells whose regular meeting of the month has a closed roll ÷ cells in which anybody is to come.

    One that was not held, or called off, is not met; nor is one whose roll is still open, which is counted apart.
    """
    ATTENDANCE = "attendance"
    """Present or late ÷ who had to attend, over the closed rolls of the month's regular meetings."""
    TASKED = "tasked"
    """Members with an open task on the month's last day, or today ÷ members whom cells give tasks: not the exempt,
    nor those away."""
    EVALUATED = "evaluated"
    """Tasks evaluated ÷ tasks to be evaluated, over the closed rolls of the month's regular meetings."""
    THEMATIC = "thematic"
    """Cells that hold a thematic meeting in the month's quarter, planned ones and combined ones too ÷ cells in which
    anybody is to come."""
    RESIDENTIAL = "residential"
    """Cells that closed the roll of a residential meeting in the month's quarter ÷ cells where members of other
    cells are registered as residents. How often is a setting of the cell, so a quarter is looked at."""
    RESIDENTS = "residents"
    """Present or late ÷ who had to attend, over the closed rolls of the quarter's residential meetings."""
    READ = "read"
    """Confirmations ÷ recipients, of the notices released in the month and the two before."""
    MISSING = "missing"
    """Members who were absent without reason from the regular meetings of two months of the year or more, up to the
    month's ÷ members whom cells give tasks. Amber and red together: fewer is better."""


FEWER_IS_BETTER = frozenset({Indicator.MISSING})
AMBER = 2
"""Somebody who missed so many months of the year is amber; see `bot.rules.attendance.band`."""
NOTICE_MONTHS = 3
"""A notice is looked at in so many months, that of its release among them."""
MONTHS = 6
"""So many months make a trend, the one shown among them."""


class Reached(StrEnum):
    """Where a number stands to its target."""

    REACHED = "reached"
    NEAR = "near"
    FAR = "far"
    NOTHING = "nothing"
    """There was nothing to count."""


class Trend(StrEnum):
    """Where a number goes, better or worse, from one month to the next."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNKNOWN = "unknown"


class Target(NamedTuple):
    """From which rate (0 to 1) a number is reached, and from which it is near; for what is better fewer, up to."""

    at: float
    near: float


class Share(NamedTuple):
    """So many of so many."""

    done: int = 0
    of: int = 0

    @property
    def rate(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.done / self.of if self.of else None


NOTHING = Share()
Card = Mapping[Indicator, Share]
"""The numbers of a cell, or of many, in a month."""


def total(cards: Iterable[Card]) -> Card:
    """Many taken together."""
    listed = list(cards)
    return {each: add_up([card[each] for card in listed if each in card]) for each in Indicator}


def add_up(shares: Collection[Share]) -> Share:
    """Many shares taken together; for thousands of them at once."""
    return Share(sum([share.done for share in shares]), sum([share.of for share in shares]))


def reached(indicator: Indicator, share: Share, target: Target) -> Reached:
    """Where a number stands to its target."""
    if share.rate is None:
        return Reached.NOTHING
    if _as_good(indicator, share.rate, target.at):
        return Reached.REACHED
    return Reached.NEAR if _as_good(indicator, share.rate, target.near) else Reached.FAR


def trend(indicator: Indicator, before: Share, now: Share) -> Trend:
    """Better or worse than before; less than half a per cent is the same."""
    if before.rate is None or now.rate is None:
        return Trend.UNKNOWN
    if abs(now.rate - before.rate) < 0.005:
        return Trend.SAME
    return Trend.BETTER if _as_good(indicator, now.rate, before.rate) else Trend.WORSE


def concern(indicator: Indicator, share: Share, target: Target) -> float:
    """By how much a number misses its target, as a part of the whole; 0 when it is reached."""
    if share.rate is None:
        return 0.0
    missed = share.rate - target.at if indicator in FEWER_IS_BETTER else target.at - share.rate
    return max(0.0, missed)


def below_since(indicator: Indicator, months: Sequence[tuple[date, Share]], target: Target) -> date | None:
    """Since which of these months, oldest first, a number has missed its target without a break up to the last.

    None when the last one reaches it, or had nothing to count. A month with nothing to count breaks nothing.
    """
    since = None
    for month, share in reversed(months):
        standing = reached(indicator, share, target)
        if standing is Reached.REACHED or (standing is Reached.NOTHING and since is None):
            break
        since = since if standing is Reached.NOTHING else month
    return since


def _as_good(indicator: Indicator, rate: float, other: float) -> bool:
    return rate <= other if indicator in FEWER_IS_BETTER else rate >= other
