"""Draws a screen in Chromium and a paper by LibreOffice: a light picture that says of what it was made."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.async_api import Page, async_playwright

from tests.docs.screens import Paper, Screen, digest

CHROMIUM = shutil.which("chromium")
OFFICE = shutil.which("soffice") and shutil.which("pdftoppm")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE = {"width": 390, "height": 844}
SHARPNESS = 1.5
COLOURS = 96
"""Enough for a chat: a picture stays light for a weak network."""
DPI = 84
MADE_OF = "chibo-screen"
"""Where a picture bears the digest of its screen: a tEXt chunk of the PNG."""
ONLY = """
.clock, .tabs, .composer, .day, .to-bottom, .document small { display: none !important }
.keyboard:not(.wanted), [data-message]:not(.wanted) { display: none !important }
html, body, main, .panes, .pane, .wall, .scroll { display: block !important; height: auto; max-height: none;
  min-height: 0; overflow: visible; animation: none }
.wall { background: #e3ebe4 }
.bubble, .line > * { background-color: #fff !important }
.bubble, .line > * { backdrop-filter: none !important; box-shadow: none !important }
[data-from="self"] .bubble { background-color: #d3eed0 !important }
.messages { padding: 8px 10px 14px }
.message, .bubble { animation: none !important }
.keyboard { max-height: none }
.pane-head .icon { visibility: hidden }
"""
"""What is shown of the page: the head, and of the chat what is wanted, in plain colours that weigh little."""
WANT = """([pane, ids, keys]) => {
  for (const id of ids) pane.querySelector(`[data-message="${id}"]`).classList.add("wanted");
  if (keys) pane.querySelector(".keyboard").classList.add("wanted");
}"""


class Camera:
    """A browser at the sandbox's page, as wide as a telephone."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def draws(self, screen: Screen, address: str) -> bytes:
        """A screen that is there now, as a PNG."""
        await self._page.goto("about:blank")
        await self._page.goto(f"{address}/#{screen.person}")
        pane = self._page.locator(f"[data-role='pane'][data-person='{screen.person}']")
        await pane.locator(f"[data-message='{screen.messages[-1]}']").wait_for(state="attached")
        await self._page.add_style_tag(content=ONLY)
        wanted = [await pane.element_handle(), list(screen.messages), screen.keys]
        await self._page.evaluate(WANT, wanted)
        return await pane.screenshot(type="png", animations="disabled")


@asynccontextmanager
async def opened() -> AsyncIterator[Camera]:
    """A camera; LookupError where there is no Chromium."""
    if CHROMIUM is None:
        raise LookupError("Pictures need chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await chromium.new_page(viewport=PHONE, device_scale_factor=SHARPNESS, color_scheme="light")  # type: ignore[arg-type]
        yield Camera(page)
        await chromium.close()


async def prints(paper: Paper, folder: Path) -> bytes:
    """The first page of a paper, as a PNG."""
    (folder / paper.file).write_bytes(paper.content)
    home = f"-env:UserInstallation=file://{folder / 'home'}"
    await _run(folder, "soffice", home, "--headless", "--convert-to", "pdf", paper.file)
    pdf = Path(paper.file).with_suffix(".pdf").name
    await _run(folder, "pdftoppm", "-r", str(DPI), "-f", "1", "-singlefile", "-png", pdf, paper.name)
    return (folder / f"{paper.name}.png").read_bytes()


async def _run(folder: Path, *command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=asyncio.subprocess.DEVNULL)
    if await process.wait():
        raise RuntimeError(f"{command[0]} did not make a picture")


def light(png: bytes, text: str) -> bytes:
    """The same picture with few colours, bearing the digest of what it shows."""
    drawn = Image.open(io.BytesIO(png)).convert("RGB")
    said = PngInfo()
    said.add_text(MADE_OF, digest(text))
    out = io.BytesIO()
    few = drawn.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True, pnginfo=said)
    return out.getvalue()


def made_of(png: Path) -> str | None:
    """The digest a picture bears."""
    with Image.open(png) as picture:
        return getattr(picture, "text", {}).get(MADE_OF)
