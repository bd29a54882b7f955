"""Pictures: small, as wide as a telephone, legible to everybody, and what is drawn is what was counted."""

import io
import random
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from math import isnan

import pytest
from matplotlib import get_data_path
from matplotlib.colors import to_rgb
from matplotlib.ft2font import FT2Font
from PIL import Image

from bot.config import ZONE
from bot.reports import pictures_charts, pictures_grid, pictures_score
from bot.reports.pictures import (
    ROWS,
    WIDTH,
    Attendance,
    Grid,
    Picture,
    Progress,
    Score,
    Scorecard,
    png,
    split,
)
from bot.rules.scorecard import Indicator, Share, Target, reached
from bot.rules.spans import Span
from bot.rules.words import Evaluated, RollState
from bot.texts import LANGUAGES, Texts, label, labels

TEXTS = Texts(ZONE)
DICE = random.Random(7)
MONTHS = Span.back(12, date(2026, 11, 3)).months
NAMES = ("Vàng Thị Lan", "Ề Ẫ ữ Đ ơ Quỳnh", "Nguyễn Thị $x_1$ Hoàng", "Nguyễn Hoàng Bảo Ngọc Khánh Linh Chi")


def states() -> dict[int, RollState]:
    return {month: DICE.choice(list(RollState)) for month in range(1, 12)}


def grid_of(members: int) -> Grid:
    return Grid("Chi bộ thôn Séo Mý Tỷ", 2026, [(NAMES[n % len(NAMES)], states()) for n in range(members)])


def score_of(indicator: Indicator, share: Share) -> Score:
    target = Target(*TEXTS.targets[indicator])
    return Score(indicator, share, target, reached(indicator, share, target), [0.5, None, 0.7, share.rate])


ATTENDANCE = Attendance("Chi bộ A", [(m, None if m.month == 2 else 0.6 + m.month / 40) for m in MONTHS])
PROGRESS = Progress(
    "Đảng bộ xã", [(m, {each: m.month * n for n, each in enumerate([*Evaluated, None])}) for m in MONTHS]
)
PROVINCE = Progress("Đảng bộ tỉnh", [(m, {Evaluated.DONE: 90_000, None: 9_000}) for m in MONTHS])
SCORES = Scorecard(
    "Đảng bộ xã", MONTHS[-1], [score_of(each, Share(n, 8)) for n, each in enumerate(Indicator)]
)
PICTURES: dict[str, Picture] = {
    "grid": grid_of(22),
    "longest": split(grid_of(60))[0],
    "nobody": grid_of(0),
    "attendance": ATTENDANCE,
    "never met": Attendance("Chi bộ A", [(month, None) for month in MONTHS]),
    "progress": PROGRESS,
    "province": PROVINCE,
    "no tasks": Progress("Chi bộ A", [(month, {}) for month in MONTHS]),
    "score": SCORES,
    "nothing": Scorecard("Chi bộ A", MONTHS[-1], [score_of(each, Share()) for each in Indicator]),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_wide_as_a_telephone_and_light(name: str, language: str) -> None:
    content = png(PICTURES[name], TEXTS, language)
    assert len(content) < 200_000
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG" and image.width == WIDTH and image.height <= 2 * WIDTH
        assert len(image.convert("RGB").getcolors(2**24) or ()) > 1


def test_a_photo_is_not_made_smaller_by_telegram() -> None:
    for name in ("attendance", "progress", "score"):
        with Image.open(io.BytesIO(png(PICTURES[name], TEXTS, "vi"))) as image:
            assert image.height <= 1280


# ── what is drawn is what there is ─────────────────────────────────────────────────────────────────


def test_a_square_for_each_month_of_each_member_and_a_sign_in_each_that_says_something() -> None:
    grid = grid_of(17)
    axes = pictures_grid.draw(grid, TEXTS, "vi").figure.axes[-1]
    drawn = axes.collections[0].get_array()
    assert drawn is not None and drawn.shape == (17, 12)
    known = pictures_grid.STATES
    assert [[known[n] for n in row] for row in drawn] == [
        [months.get(month) for month in range(1, 13)] for _, months in grid.rows
    ]
    signs = {state: label(f"roll_signs.{state}", "vi") for state in RollState}
    assert [text.get_text() for text in axes.texts] == [
        signs[state] for _, months in grid.rows for _, state in sorted(months.items())
    ]


@pytest.mark.parametrize(("members", "parts"), [(0, 1), (1, 1), (ROWS, 1), (ROWS + 1, 2), (60, 2), (61, 3)])
def test_a_long_list_becomes_several_pictures_of_about_equal_length(members: int, parts: int) -> None:
    grid = grid_of(members)
    pieces = split(grid)
    assert len(pieces) == parts and [row for piece in pieces for row in piece.rows] == grid.rows
    lengths = [len(piece.rows) for piece in pieces]
    assert max(lengths) <= ROWS and max(lengths) - min(lengths) <= parts


def test_the_line_goes_through_the_rates_and_breaks_where_there_is_none() -> None:
    page = pictures_charts.draw_attendance(ATTENDANCE, TEXTS, "vi")
    line = next(each for each in page.figure.axes[-1].lines if len(each.get_xdata()) == len(MONTHS))  # type: ignore[arg-type]
    drawn = [None if isnan(y) else y for y in line.get_ydata()]  # type: ignore[union-attr]
    assert drawn == [rate for _, rate in ATTENDANCE.months]


def test_the_pieces_of_a_bar_are_the_evaluations_of_its_month() -> None:
    axes = pictures_charts.draw_progress(PROGRESS, TEXTS, "vi").figure.axes[-1]
    for evaluated, bars in zip(pictures_charts.EVALUATIONS, axes.containers, strict=True):
        heights = [bar.get_height() for bar in bars]
        assert heights == [counts[evaluated] for _, counts in PROGRESS.months]
    tops = [bar.get_y() + bar.get_height() for bar in axes.containers[-1]]
    assert tops == [sum(counts.values()) for _, counts in PROGRESS.months]


def test_each_number_of_the_scorecard_has_its_bar_its_target_and_its_months() -> None:
    paper, *rooms = pictures_score.draw(SCORES, TEXTS, "vi").figure.axes
    bars, sparks = rooms[::2], rooms[1::2]
    assert [axes.patches[1].get_width() for axes in bars] == [s.share.rate for s in SCORES.scores]  # type: ignore[attr-defined]
    targets = [axes.lines[0].get_xdata()[0] for axes in bars]  # type: ignore[index]
    assert targets == pytest.approx([score.target.at for score in SCORES.scores], abs=0.005)
    for axes, score in zip(sparks, SCORES.scores, strict=True):
        drawn = [None if isnan(y) else y for y in axes.lines[1].get_ydata()]  # type: ignore[union-attr]
        assert drawn == list(score.rates)
    said = " ".join(text.get_text() for text in paper.texts)
    assert all(label(f"indicators.{each}", "vi") in said for each in Indicator)


# ── it can be read ─────────────────────────────────────────────────────────────────────────────────


def test_the_letters_of_every_word_are_in_the_font() -> None:
    path = f"{get_data_path()}/fonts/ttf/DejaVuSans"
    every = "".join(
        words
        for language in LANGUAGES
        for section in ("pictures", "roll_signs", "reached_words", "roll", "evaluated", "indicators")
        for key, words in labels(language)[section].items()
        if not key.startswith("see_")  # these stand on buttons
    )
    vietnamese = "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
    for weight in ("", "-Bold"):
        known = FT2Font(f"{path}{weight}.ttf").get_charmap()
        wanted = {*every, *vietnamese, *vietnamese.lower()}
        assert [letter for letter in sorted(wanted) if ord(letter) not in known] == []


def test_a_name_is_never_read_as_a_formula() -> None:
    page = pictures_grid.draw(grid_of(4), TEXTS, "vi")
    [name] = [text for text in page.paper.texts if "$" in text.get_text()]
    assert not name.get_parse_math()


@pytest.mark.parametrize(
    "colours",
    [
        [pictures_grid.COLOURS[state] for state in RollState],
        [colour for colour, _ in pictures_charts.EVALUATIONS.values()],
        list(pictures_score.COLOURS.values()),
    ],
    ids=["grid", "tasks", "scorecard"],
)
@pytest.mark.parametrize("sight", ["everybody", "deuteranopia", "protanopia"])
def test_colours_are_told_apart_by_who_sees_no_red_or_green(colours: Sequence[str], sight: str) -> None:
    for one, other in combinations(colours, 2):
        assert _difference(_seen(one, sight), _seen(other, sight)) > 10, (one, other)


MATRICES = {
    "everybody": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
"""How linear red, green and blue are seen (Machado, Oliveira and Fernandes 2009, severity 1)."""


def _seen(colour: str, sight: str) -> tuple[float, ...]:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return tuple(
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in MATRICES[sight]
    )


def _difference(one: Sequence[float], other: Sequence[float]) -> float:
    """The distance of two linear colours in CIE L*a*b*: what is below 2 cannot be told apart."""
    return sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5


def _lab(linear: Sequence[float]) -> tuple[float, float, float]:
    r, g, b = linear
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
