"""The year of a cell as a heat map: a row for each member, a square for each month, with a sign in each."""

from matplotlib.colors import BoundaryNorm, ListedColormap

from bot.reports.pictures import WIDTH, Grid
from bot.reports.pictures_canvas import FAINT, HEAD, INK, MARGIN, SMALL, TEXT, Page, write
from bot.rules.words import RollState
from bot.texts import Texts

COLOURS: dict[RollState | None, str] = {
    RollState.PRESENT: "#bcd9f2",
    RollState.LATE: "#5b9bd0",
    RollState.EXCUSED: "#f5d05c",
    RollState.UNEXCUSED: "#8c1d18",
    RollState.EXEMPT: "#a9b0b7",
    RollState.NOT_EXPECTED: "#e9ecef",
    None: "#f8f9fa",
}
"""Of a square; None: no roll of the month says anything. They differ in lightness, for who sees no red or green."""
LIGHT = frozenset({RollState.UNEXCUSED})
"""Dark squares, whose signs are white."""
STATES = list(COLOURS)
MONTHS = range(1, 13)
NAMES, ROW, LEGEND = 400, 48, 150
MONTH_ROW = 46


def draw(grid: Grid, texts: Texts, language: str) -> Page:
    """The squares and their signs, the names beside them, what the signs mean below."""
    tall = ROW * len(grid.rows)
    page = Page(HEAD + MONTH_ROW + tall + LEGEND)
    part = texts.label("pictures.part", language, part=grid.part, parts=grid.parts) if grid.parts > 1 else ""
    page.head(grid.title, texts.label("pictures.grid", language, year=grid.year, part=part).strip())
    top, wide = HEAD + MONTH_ROW, WIDTH - NAMES - MARGIN
    for month in MONTHS:
        x = NAMES + wide / 12 * (month - 0.5)
        page.write(
            x,
            HEAD + MONTH_ROW / 2,
            texts.label("pictures.month", language, number=month),
            size=SMALL,
            align="center",
        )
    for number, (name, _) in enumerate(grid.rows):
        page.write(MARGIN, top + ROW * (number + 0.5), name, width=NAMES - MARGIN - 12)
    if grid.rows:
        _squares(page, grid, (NAMES, top, wide, tall), texts, language)
    _legend(page, top + tall, texts, language)
    return page


def _squares(
    page: Page, grid: Grid, where: tuple[float, float, float, float], texts: Texts, language: str
) -> None:
    axes = page.axes(*where)
    states = [[months.get(month) for month in MONTHS] for _, months in grid.rows]
    colours = ListedColormap([COLOURS[state] for state in STATES])
    norm = BoundaryNorm([n - 0.5 for n in range(len(STATES) + 1)], len(STATES))
    numbers = [[STATES.index(state) for state in row] for row in states]
    axes.pcolormesh(numbers, cmap=colours, norm=norm, edgecolors="white", linewidth=3)
    axes.set_ylim(len(states), 0)
    for y, row in enumerate(states):
        for x, state in enumerate(row):
            if state is not None:
                colour = "white" if state in LIGHT else INK
                sign = texts.label(f"roll_signs.{state}", language)
                write(axes, x + 0.5, y + 0.5, sign, size=TEXT, colour=colour, ha="center", weight="bold")


def _legend(page: Page, top: float, texts: Texts, language: str) -> None:
    step = (WIDTH - 2 * MARGIN) / 3
    for number, state in enumerate(RollState):
        x, y = MARGIN + step * (number % 3), top + 44 + 52 * (number // 3)
        colour = "white" if state in LIGHT else INK
        sign = texts.label(f"roll_signs.{state}", language)
        box = {"boxstyle": "square,pad=0.3", "facecolor": COLOURS[state], "edgecolor": "none"}
        write(page.paper, x + 18, y, sign, size=SMALL, colour=colour, ha="center", weight="bold", bbox=box)
        page.write(
            x + 46, y, texts.label(f"roll.{state}", language), size=SMALL, colour=FAINT, width=step - 50
        )
