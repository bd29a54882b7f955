"""Dated periods: what held from one day up to another, and how a new fact is laid over the ones before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Period(Generic[T]):
    """`value` held from `since` up to, and without, `until`; None: it still does."""

    value: T
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= on and (self.until is None or on < self.until)


def value_on(periods: Sequence[Period[T]], on: date) -> T | None:
    """What holds on a day; None where nothing does."""
    return next((period.value for period in periods if period.holds(on)), None)


def lay(
    periods: Sequence[Period[T]], value: T | None, *, since: date, until: date | None = None
) -> list[Period[T]]:
    """The periods with `value` (None: nothing) from `since` up to `until`; what held outside stays as it was.

    `until` None: for good, whatever was planned after `since` is gone. Neighbours with the same value become one.
    A span that ends before it begins changes nothing.
    """
    if until is not None and until <= since:
        return list(periods)
    kept = [part for period in periods for part in _outside(period, since, until)]
    if value is not None:
        kept.append(Period(value, since, until))
    return _joined(sorted(kept, key=lambda period: period.since))


def swap(periods: Sequence[Period[T]], old: T, new: T, *, since: date) -> list[Period[T]]:
    """The periods with `new` wherever `old` held from `since` on: as when one cell is merged into another."""
    laid = list(periods)
    for period in periods:
        if period.value == old and (period.until is None or period.until > since):
            laid = lay(laid, new, since=max(period.since, since), until=period.until)
            if period.until is None:
                break
    return laid


def _outside(period: Period[T], since: date, until: date | None) -> list[Period[T]]:
    """What is left of a period outside of a span of days: nothing, its start, its end, or both."""
    left = []
    if period.since < since:
        end = since if period.until is None or period.until > since else period.until
        left.append(replace(period, until=end))
    if until is not None and (period.until is None or period.until > until):
        left.append(replace(period, since=max(period.since, until)))
    return left


def _joined(periods: Sequence[Period[T]]) -> list[Period[T]]:
    joined: list[Period[T]] = []
    for period in periods:
        if joined and joined[-1].value == period.value and joined[-1].until == period.since:
            joined[-1] = replace(joined[-1], until=period.until)
        else:
            joined.append(period)
    return joined
