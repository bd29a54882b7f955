"""What a bench prints: one line of JSON."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

WORK = 3_000_000


@dataclass(frozen=True)
class Figure:
    """One measurement: ours beside bare python-telegram-bot's, both in `unit`, and what else was seen.

    `bare` is None where python-telegram-bot has nothing like it.
    """

    bench: str
    ours: float
    bare: float | None
    unit: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Ours by bare's."""
        return self.ours / self.bare if self.bare else None

    def line(self, **more: Any) -> str:
        """As JSON in one line."""
        head = {"bench": self.bench, "ours": self.ours, "bare": self.bare, "ratio": self.ratio}
        return json.dumps(
            _rounded({**head, "unit": self.unit, "detail": self.detail, **more}), ensure_ascii=False
        )


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that `part` (0 to 1) of all values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def rate(moments: Sequence[float]) -> float:
    """Events a second from the first to the last of these moments."""
    return (len(moments) - 1) / (max(moments) - min(moments)) if len(moments) > 1 else 0.0


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3 if abs(value) < 100 else 1)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value


def machine() -> dict[str, Any]:
    """What it is measured on: its cores, its load, and the seconds a fixed piece of work takes right now."""
    begun = time.monotonic()
    sum(number * number for number in range(WORK))
    return {"cores": os.cpu_count(), "load": os.getloadavg()[0], "loop": time.monotonic() - begun}


def in_the_middle(rounds: Sequence[Figure]) -> Figure:
    """Of several rounds the one with the median ratio, which tells of all of them."""
    ordered = sorted(rounds, key=lambda each: each.ratio or each.ours)
    chosen = ordered[(len(ordered) - 1) // 2]
    if len(rounds) == 1:
        return chosen
    every = [{"ours": each.ours, "bare": each.bare, "ratio": each.ratio} for each in rounds]
    return replace(chosen, detail={**chosen.detail, "rounds": every})
