"""What came of the months, beside what had to: expected from the list and the script, actual from the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

Counts = dict[str, Any]
"""Numbers by name, in groups: {"tasks": {"assigned": 73}}."""


@dataclass(frozen=True)
class Number:
    """What had to come out and what did; `where` is its place, `cells.ban-may.present`."""

    where: str
    expected: int | None
    actual: int | None


@dataclass(frozen=True)
class Summary:
    """The numbers, each as {"expected", "actual"}, and what people looked for in their chats and did not find."""

    numbers: Counts
    troubles: tuple[str, ...] = ()

    @classmethod
    def of(cls, expected: Counts, actual: Counts, troubles: list[str]) -> Summary:
        """Put the two beside each other."""
        return cls(_beside(expected, actual), tuple(troubles))

    @property
    def disagreements(self) -> list[Number]:
        """Where the two are not the same."""
        return [each for each in _numbers(self.numbers, "") if each.expected != each.actual]

    @property
    def agrees(self) -> bool:
        """Whether everything is as it should be."""
        return not self.disagreements and not self.troubles

    def write(self, path: Path) -> None:
        """Leave it as JSON."""
        path.write_text(json.dumps(self.numbers, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _beside(expected: Counts | None, actual: Counts | None) -> Counts:
    expected, actual = expected or {}, actual or {}
    both: Counts = {}
    for key in [*expected, *(key for key in actual if key not in expected)]:
        one, other = expected.get(key), actual.get(key)
        grouped = isinstance(one, Mapping) or isinstance(other, Mapping)
        both[key] = _beside(one, other) if grouped else {"expected": one, "actual": other}
    return both


def _numbers(numbers: Counts, place: str) -> Iterator[Number]:
    for key, value in numbers.items():
        where = f"{place}.{key}" if place else key
        if set(value) == {"expected", "actual"}:
            yield Number(where, value["expected"], value["actual"])
        else:
            yield from _numbers(value, where)


def table(summary: Summary) -> Table:
    """The numbers for a terminal: a row for each group, what is actual, and beside it what it had to be."""
    made = Table("", "", show_header=False, box=None)
    for name, numbers in _groups(summary.numbers, ""):
        made.add_row(name, "  ".join(f"{key} {_said(pair)}" for key, pair in numbers.items()))
    return made


def _groups(numbers: Counts, name: str) -> Iterator[tuple[str, Counts]]:
    if any("expected" in value for value in numbers.values()):
        yield name, numbers
        return
    for key, inner in numbers.items():
        yield from _groups(inner, f"{name} {key}".strip())


def _said(pair: Counts) -> str:
    expected, actual = pair["expected"], pair["actual"]
    return f"{actual}" if expected == actual else f"[red]{actual} (expected {expected})[/]"
