"""The pictures of docs/ are of the bot as it is today: the story they are taken from is played again."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.docs import camera, commune, story
from tests.docs.__main__ import PICTURES, make
from tests.docs.commune import Commune
from tests.docs.screens import Paper, Screen, digest

ANEW = "The bot says something else than the pages show. `make pictures` makes them anew; then read them."
HEAVIEST = 60_000
"""Bytes of a picture: people look at them over a weak network."""

pytestmark = pytest.mark.xdist_group("pictures")


def test_what_is_shown_is_what_the_bot_says(told: Commune) -> None:
    written = {path.stem: path.read_text(encoding="utf-8") for path in PICTURES.glob("*.txt")}
    said = {name: seen.text for name, seen in told.seen.items()}
    assert said == written, ANEW


def test_every_picture_is_of_the_screen_whose_name_it_has(told: Commune) -> None:
    drawn = {path.stem: camera.made_of(path) for path in PICTURES.glob("*.png")}
    assert drawn == {name: digest(seen.text) for name, seen in told.seen.items()}, ANEW


def test_pictures_are_light_and_as_wide_as_a_telephone() -> None:
    for path in PICTURES.glob("*.png"):
        assert path.stat().st_size < HEAVIEST, path.name
        with Image.open(path) as picture:
            assert 500 < picture.width < 800, path.name


def test_a_picture_of_another_screen_would_be_seen(tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.png"
    plain = io.BytesIO()
    Image.new("RGB", (10, 10)).save(plain, "PNG")
    drawn.write_bytes(camera.light(plain.getvalue(), "Đã ghi: có mặt."))
    assert camera.made_of(drawn) == digest("Đã ghi: có mặt.") != digest("Đã ghi: xin vắng.")
    drawn.write_bytes(plain.getvalue())
    assert camera.made_of(drawn) is None


@pytest.mark.browser
@pytest.mark.skipif(camera.CHROMIUM is None, reason="No chromium on this machine, so nothing was drawn.")
async def test_the_first_screens_and_no_others_are_drawn_anew(tmp_path: Path) -> None:
    async with camera.opened() as taking, commune.opened(tmp_path) as played:
        played.look = lambda seen: make(seen, taking, played.page, tmp_path)
        await story.joins_by_link(played)
    drawn = {path.stem: path for path in tmp_path.glob("join-*.png")}
    assert set(drawn) == set(played.seen) == {"join-consent", "join-welcome"}
    for name, path in drawn.items():
        assert camera.made_of(path) == camera.made_of(PICTURES / f"{name}.png"), ANEW
        with Image.open(path) as picture, Image.open(PICTURES / f"{name}.png") as kept:
            assert picture.width == kept.width
            assert abs(picture.height - kept.height) < kept.height / 4  # other fonts break lines elsewhere
            assert len(picture.convert("RGB").getcolors(2**16) or []) > 16


@pytest.mark.skipif(not camera.OFFICE, reason="No LibreOffice or pdftoppm here, so nothing was printed.")
async def test_a_paper_is_printed(told: Commune, tmp_path: Path) -> None:
    paper = told.seen["papers-minutes"]
    assert isinstance(paper, Paper)
    with Image.open(io.BytesIO(await camera.prints(paper, tmp_path))) as page:
        assert page.height > page.width * 1.3
        assert len(page.convert("L").getcolors() or []) > 16


def test_screens_say_who_sees_them_and_who_speaks(told: Commune) -> None:
    seen = told.seen["answer-words"]
    assert isinstance(seen, Screen)
    assert seen.text.startswith("Vàng Văn Hải\n\n02/12/2026 08:00 Vàng Văn Hải:\nem bận, xin vắng\n\n")
    assert "02/12/2026 08:00 chibo:\nĐã ghi: xin vắng" in seen.text
    assert "[✅ Có mặt]" in seen.text and "✅ Có mặt" in seen.buttons
