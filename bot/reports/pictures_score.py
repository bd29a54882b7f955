"""The scorecard as a picture: a bar for each number, its target across it, and where it has gone."""

from bot.reports.pictures import WIDTH, Score, Scorecard
from bot.reports.pictures_canvas import FAINT, HEAD, INK, LINE, MARGIN, SMALL, Page
from bot.rules.scorecard import Reached
from bot.texts import Texts

COLOURS = {
    Reached.REACHED: "#0b5394",
    Reached.NEAR: "#e0a100",
    Reached.FAR: "#8c1d18",
    Reached.NOTHING: "#c3c8cd",
}
ROW, FOOT = 120, 60
BAR, SPARK = 640, 250
"""Widths of the bar, and of the months beside it."""


def draw(card: Scorecard, texts: Texts, language: str) -> Page:
    """One number below the other, in their order."""
    page = Page(HEAD + ROW * len(card.scores) + FOOT)
    page.head(card.title, texts.label("pictures.score", language, month=f"{card.month:%m/%Y}"))
    for number, score in enumerate(card.scores):
        _row(page, score, HEAD + ROW * number, texts, language)
    y = HEAD + ROW * len(card.scores) + 24
    page.write(MARGIN, y, texts.label("pictures.score_foot", language), size=SMALL, colour=FAINT, width=BAR)
    months = texts.label(
        "pictures.score_months", language, count=max((len(s.rates) for s in card.scores), default=0)
    )
    page.write(WIDTH - MARGIN, y, months, size=SMALL, colour=FAINT, align="right", width=SPARK + 60)
    return page


def _row(page: Page, score: Score, top: float, texts: Texts, language: str) -> None:
    name = texts.label(f"indicators.{score.indicator}", language)
    standing = texts.label(f"reached_words.{score.reached}", language)
    colour = COLOURS[score.reached]
    page.write(MARGIN, top + 22, name, bold=True, width=BAR - 190)
    page.write(MARGIN + BAR, top + 22, standing, colour=colour, bold=True, align="right", size=SMALL)
    page.write(MARGIN, top + 96, _numbers(score, texts, language), size=SMALL, colour=FAINT, width=BAR)
    bar = page.axes(MARGIN, top + 46, BAR, 30)
    bar.set_xlim(0, 1)
    bar.set_ylim(0, 1)
    bar.barh([0.5], [1], height=1, color="#eef1f4")
    bar.barh([0.5], [score.share.rate or 0], height=1, color=colour)
    bar.axvline(min(max(score.target.at, 0.004), 0.996), color=INK, linewidth=4)
    _spark(page, score, top, colour)


def _numbers(score: Score, texts: Texts, language: str) -> str:
    if score.share.rate is None:
        return texts.label("pictures.nothing", language)
    return texts.label(
        "pictures.numbers",
        language,
        done=score.share.done,
        of=score.share.of,
        rate=texts.percent(score.share.rate, language),
        target=texts.percent(score.target.at, language),
    )


def _spark(page: Page, score: Score, top: float, colour: str) -> None:
    """The months as a small line: its lowest and highest points are the edges, so that a change can be seen."""
    axes = page.axes(WIDTH - MARGIN - SPARK, top + 14, SPARK, ROW - 40)
    rates = [float("nan") if rate is None else rate for rate in score.rates]
    known = [rate for rate in score.rates if rate is not None]
    middle, half = _middle(known)
    axes.set_ylim(middle - half, middle + half)
    axes.set_xlim(-0.3, max(len(rates) - 1, 1) + 0.3)
    axes.axhline(middle - half, color=LINE, linewidth=2)
    axes.plot(range(len(rates)), rates, color=FAINT, linewidth=3.5, solid_capstyle="round")
    if rates:
        axes.plot([len(rates) - 1], [rates[-1]], color=colour, marker="o", markersize=13, linestyle="none")


def _middle(known: list[float]) -> tuple[float, float]:
    """Around what the line goes, and how far at least: a change by less than some per cent shall look small."""
    lowest, highest = min(known, default=0.0), max(known, default=0.0)
    return (lowest + highest) / 2, max((highest - lowest) / 2, 0.05) * 1.3
