"""Months side by side: who came, and how tasks were evaluated."""

from datetime import date
from typing import Any

from matplotlib.axes import Axes

from bot.reports.pictures import WIDTH, Attendance, Progress
from bot.reports.pictures_canvas import FAINT, HEAD, INK, LINE, MARGIN, SMALL, TEXT, Page, write
from bot.rules.words import Evaluated
from bot.texts import Texts

BANDS = (0.90, 0.75, 0.65)
"""The steps of the scoring sheets: the shares of the meetings that were attended."""
BLUE = "#0b5394"
TALL = 620
MONTH_ROW = 50
HIGHEST = 1.08
PAPER = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
MANY = 1000
"""So many tasks a month, and their numbers no longer fit on the pieces: then it is per cents."""
LOWEST = 0.5
"""Where the scale begins, unless something lies lower: then at nothing."""
EVALUATIONS: dict[Evaluated | None, tuple[str, str]] = {
    Evaluated.WELL_DONE: ("#0b5394", "white"),
    Evaluated.DONE: ("#7fb2dd", INK),
    Evaluated.NOT_DONE: ("#f5d05c", INK),
    Evaluated.NOT_REPORTED: ("#8c1d18", "white"),
    None: ("#dfe3e7", INK),
}
"""Of each evaluation its colour, and that of the number on it; None: not evaluated."""


def draw_attendance(found: Attendance, texts: Texts, language: str) -> Page:
    """A line through the months, with the bands of the scoring sheets behind it."""
    page = Page(HEAD + TALL + MONTH_ROW + MARGIN)
    page.head(found.title, texts.label("pictures.attendance", language))
    wide = WIDTH - 2 * MARGIN - 70
    axes = page.axes(MARGIN, HEAD, wide, TALL)
    known = [(x, rate) for x, (_, rate) in enumerate(found.months) if rate is not None]
    lowest = LOWEST if min((rate for _, rate in known), default=1) > LOWEST + 0.05 else 0.0
    axes.set_xlim(-0.5, len(found.months) - 0.5)
    axes.set_ylim(lowest, HIGHEST)
    for band in BANDS:
        axes.axhline(band, color=LINE, linewidth=3, linestyle=(0, (4, 3)), zorder=1)
        y = HEAD + TALL * (1 - (band - lowest) / (HIGHEST - lowest))
        page.write(WIDTH - MARGIN, y, texts.percent(band, language), size=SMALL, colour=FAINT, align="right")
    axes.plot(
        range(len(found.months)),
        [float("nan") if rate is None else rate for _, rate in found.months],
        color=BLUE,
        linewidth=5,
        marker="o",
        markersize=13,
        zorder=3,
    )
    axes.axhline(lowest, color=FAINT, linewidth=3)
    page.write(
        WIDTH - MARGIN, HEAD + TALL, texts.percent(lowest, language), size=SMALL, colour=FAINT, align="right"
    )
    _rates(axes, dict(known), HIGHEST - lowest, texts, language)
    _months(page, [month for month, _ in found.months], MARGIN, wide, HEAD + TALL + 22, texts, language)
    return page


def _rates(axes: Axes, rates: dict[int, float], tall: float, texts: Texts, language: str) -> None:
    """Each rate beside its point, on the side where the line does not go."""
    for x, rate in rates.items():
        beside = [rates[n] for n in (x - 1, x + 1) if n in rates]
        side = -1 if sum(beside) > rate * len(beside) else 1
        words = texts.percent(round(rate, 2), language).replace(" ", "")
        how: dict[str, Any] = {"ha": "center", "weight": "bold", "bbox": PAPER, "zorder": 4}
        write(axes, x, rate + side * 0.045 * tall, words, size=SMALL, colour=INK, **how)


def draw_progress(found: Progress, texts: Texts, language: str) -> Page:
    """A bar for each month: how many tasks were evaluated how, one upon the other."""
    legend = 52 * -(-len(EVALUATIONS) // 2) + 30
    page = Page(HEAD + TALL + MONTH_ROW + legend)
    page.head(found.title, texts.label("pictures.progress", language))
    wide = WIDTH - 2 * MARGIN
    axes = page.axes(MARGIN, HEAD, wide, TALL)
    most = max((sum(counts.values()) for _, counts in found.months), default=0) or 1
    axes.set_xlim(-0.5, len(found.months) - 0.5)
    axes.set_ylim(0, most * 1.08)
    below, totals = [0] * len(found.months), [sum(counts.values()) for _, counts in found.months]
    for evaluated, (colour, ink) in EVALUATIONS.items():
        heights = [counts.get(evaluated, 0) for _, counts in found.months]
        axes.bar(
            range(len(heights)),
            heights,
            bottom=below,
            color=colour,
            width=0.86,
            edgecolor="white",
            linewidth=2,
        )
        _numbers(axes, heights, below, ink, totals)
        below = [base + height for base, height in zip(below, heights, strict=True)]
    for x, total in enumerate(totals if most < MANY else ()):
        write(axes, x, total + most * 0.035, str(total), size=SMALL, colour=FAINT, ha="center")
    _months(page, [month for month, _ in found.months], MARGIN, wide, HEAD + TALL + 22, texts, language)
    _legend(page, HEAD + TALL + MONTH_ROW, texts, language)
    return page


def _numbers(axes: Axes, heights: list[int], below: list[int], ink: str, totals: list[int]) -> None:
    """A number on each piece that is high enough for it."""
    most = max(totals, default=0)
    for x, (height, base, total) in enumerate(zip(heights, below, totals, strict=True)):
        if height and height >= most * 0.05:
            words = str(height) if most < MANY else f"{round(100 * height / total)}%"
            write(axes, x, base + height / 2, words, size=SMALL, colour=ink, ha="center", weight="bold")


def _legend(page: Page, top: float, texts: Texts, language: str) -> None:
    step = (WIDTH - 2 * MARGIN) / 2
    for number, (evaluated, (colour, _)) in enumerate(EVALUATIONS.items()):
        x, y = MARGIN + step * (number % 2), top + 34 + 52 * (number // 2)
        box = {"boxstyle": "square,pad=0.3", "facecolor": colour, "edgecolor": "none"}
        write(page.paper, x + 16, y, "    ", size=SMALL, colour=INK, ha="center", bbox=box)
        named = (
            texts.label("pictures.not_evaluated", language)
            if evaluated is None
            else texts.evaluated(evaluated, language)
        )
        page.write(x + 52, y, named, size=TEXT, colour=FAINT, width=step - 60)


def _months(
    page: Page, months: list[date], left: float, wide: float, y: float, texts: Texts, language: str
) -> None:
    for number, month in enumerate(months):
        x = left + wide / len(months) * (number + 0.5)
        page.write(
            x, y, texts.label("pictures.month", language, number=month.month), size=SMALL, align="center"
        )
