"""What every picture is drawn on, in pixels from the top left corner, and how it becomes a small file.

Every word is written by `write`: what people are called is never read as a formula.
"""

import io
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from bot.reports.pictures import WIDTH

DPI = 100
COLOURS = 96
"""In the palette of a file; there are some ten and their shades at the edges of letters."""
INK, FAINT, LINE = "#1f2933", "#5f6b76", "#d5dbe1"
TITLE, TEXT, SMALL, SMALLEST = 34, 26, 22, 18
"""Heights of letters in pixels."""
MARGIN = 36
HEAD = 130
"""Height of the title with the line below it."""


class Page:
    """A picture of a height in pixels, with what is written on it."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        self.paper = self.axes(0, 0, WIDTH, height)
        self.paper.set_axis_off()
        self.paper.set_xlim(0, WIDTH)
        self.paper.set_ylim(height, 0)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Room to draw numbers in: no frame, no ticks."""
        where = (left / WIDTH, 1 - (top + height) / self.height, width / WIDTH, height / self.height)
        made = self.figure.add_axes(where)
        made.patch.set_alpha(0)
        made.set_xticks([])
        made.set_yticks([])
        for side in made.spines.values():
            side.set_visible(False)
        return made

    def head(self, title: str, line: str) -> None:
        """The title, as large as it fits, and a line below it."""
        self.write(MARGIN, 50, title, size=TITLE, bold=True, width=WIDTH - 2 * MARGIN)
        self.write(MARGIN, 98, line, colour=FAINT, width=WIDTH - 2 * MARGIN)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = TEXT,
        colour: str = INK,
        bold: bool = False,
        align: str = "left",
        width: float | None = None,
    ) -> None:
        """Write a line whose middle is at `y`; what is wider than `width` is written smaller, and then cut."""
        write(
            self.paper, x, y, words, size=size, colour=colour, weight="bold" if bold else "normal", ha=align
        )
        if width is not None:
            self._fit(self.paper.texts[-1], width)

    def _fit(self, text: Any, width: float) -> None:
        if (wide := _width(text)) > width:
            text.set_fontsize(max(text.get_fontsize() * width / wide, points(SMALLEST)))
        while _width(text) > width and len(text.get_text()) > 2:
            text.set_text(text.get_text().rstrip("…")[:-1].rstrip() + "…")


def write(axes: Axes, x: float, y: float, words: str, *, size: float, colour: str, **how: Any) -> None:
    """Write a line into some axes, where their numbers say; its middle is at `y`, its letters `size` pixels high."""
    axes.text(x, y, words, fontsize=points(size), color=colour, va="center_baseline", parse_math=False, **how)


def points(pixels: float) -> float:
    """A size of letters as a printer measures it."""
    return pixels * 72 / DPI


def png(page: Page) -> bytes:
    """The picture as a file: with a palette it is a fourth as large."""
    canvas = FigureCanvasAgg(page.figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    shown = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    whole = Image.frombuffer("RGBA", canvas.get_width_height(), shown.tobytes(), "raw", "RGBA", 0, 1)
    few = whole.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    made = io.BytesIO()
    few.save(made, format="PNG", optimize=True)
    return made.getvalue()


def _width(text: Any) -> float:
    return float(text.get_window_extent().width)
