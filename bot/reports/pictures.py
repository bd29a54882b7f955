"""Pictures to be looked at on a telephone, from plain values: what there is to draw, and drawing it.

What draws is imported only then: it takes a second, and most processes never draw. Drawing takes some tenths of a
second of one processor, and is for a thread of its own; nothing in it is shared between two pictures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.rules.scorecard import Indicator, Reached, Share, Target
from bot.rules.words import Evaluated, RollState
from bot.texts import Texts

WIDTH = 1080
"""Pixels of every picture, which is what a telephone shows side by side."""
ROWS = 30
"""Members on one picture: with more of them the names would be too small."""


@dataclass(frozen=True)
class Grid:
    """What the rolls of a cell's year say of each member, by month (1 to 12). `part` of `parts`: of a longer list."""

    title: str
    year: int
    rows: Sequence[tuple[str, Mapping[int, RollState]]]
    part: int = 1
    parts: int = 1


@dataclass(frozen=True)
class Attendance:
    """The attendance rate (0 to 1) of each month; None where no roll was closed."""

    title: str
    months: Sequence[tuple[date, float | None]]


@dataclass(frozen=True)
class Progress:
    """How many tasks the meetings of each month evaluated how; None: those they left."""

    title: str
    months: Sequence[tuple[date, Mapping[Evaluated | None, int]]]


@dataclass(frozen=True)
class Score:
    """A number of the scorecard with its target, and its rates of the last months, oldest first, this one's last."""

    indicator: Indicator
    share: Share
    target: Target
    reached: Reached
    rates: Sequence[float | None]


@dataclass(frozen=True)
class Scorecard:
    """The numbers of a month."""

    title: str
    month: date
    scores: Sequence[Score]


Picture = Grid | Attendance | Progress | Scorecard


def split(grid: Grid) -> list[Grid]:
    """As many pictures as a cell needs, of about equal length."""
    parts = -(-len(grid.rows) // ROWS) or 1
    length = -(-len(grid.rows) // parts)
    return [
        replace(grid, rows=grid.rows[n * length : (n + 1) * length], part=n + 1, parts=parts)
        for n in range(parts)
    ]


def png(picture: Picture, texts: Texts, language: str) -> bytes:
    """The picture as a .png, its words in a language."""
    from bot.reports import pictures_canvas, pictures_charts, pictures_grid, pictures_score

    match picture:
        case Grid():
            drawn = pictures_grid.draw(picture, texts, language)
        case Attendance():
            drawn = pictures_charts.draw_attendance(picture, texts, language)
        case Progress():
            drawn = pictures_charts.draw_progress(picture, texts, language)
        case Scorecard():
            drawn = pictures_score.draw(picture, texts, language)
    return pictures_canvas.png(drawn)
