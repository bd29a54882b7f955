"""Days off and days worked by order: what a government or a province swaps, as a setting writes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ENTRY = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?(?:=(off|work))?")
LONGEST_SPAN = 60
"""Days between the two ends of a span; a longer one is a slip of the pen."""


@dataclass(frozen=True)
class OrderedDays:
    """What is ordered beside the calendar: days `off` whatever they are, and days `worked` whatever they are."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


NOTHING_ORDERED = OrderedDays()


def read_ordered_days(text: str) -> OrderedDays:
    """Read `2026-02-16..2026-02-20, 2026-05-02=work`: dates or spans, off unless `=work` is said.

    ValueError quotes the piece that is wrong: no such day, a span that ends before it begins or lasts longer
    than 60 days, or a day that is said to be both.
    """
    days: dict[str, set[date]] = {"off": set(), "work": set()}
    for piece in filter(None, (piece.strip() for piece in re.split(r"[,;\n]", text))):
        kind, span = _read(piece)
        days[kind].update(span)
    both = days["off"] & days["work"]
    if both:
        raise ValueError(f"«{min(both)}» is said to be off and worked")
    return OrderedDays(frozenset(days["off"]), frozenset(days["work"]))


def _read(piece: str) -> tuple[str, list[date]]:
    found = ENTRY.fullmatch(piece.replace(" ", ""))
    try:
        first, last = (date.fromisoformat(found[n] or found[1]) for n in (1, 2)) if found else (None, None)
    except ValueError:
        raise ValueError(f"«{piece}» is no day of the calendar") from None
    if not found or not first or not last:
        raise ValueError(f"«{piece}» is no day or span")
    if not 0 <= (last - first).days <= LONGEST_SPAN:
        raise ValueError(f"«{piece}» is no span of up to {LONGEST_SPAN} days")
    return found[3] or "off", list(_span(first, last))


def _span(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))
