"""`make pictures`: plays the story and makes all pictures of docs/ anew, each with its text beside it."""

import asyncio
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs import camera, commune, story
from tests.docs.camera import Camera
from tests.docs.screens import Paper, Screen

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


async def make_all() -> None:
    """Every screen and paper of the story; what is no longer shown goes."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="chibo-pictures-") as name:
        async with camera.opened() as taking, commune.opened(Path(name)) as told:
            told.look = partial(make, taking=taking, page=told.page, out=PICTURES)
            await story.tell(told)
    for path in PICTURES.iterdir():
        if path.stem not in told.seen:
            path.unlink()


async def make(seen: Screen | Paper, taking: Camera, page: str, out: Path) -> None:
    """A picture, and beside it what it says."""
    if isinstance(seen, Screen):
        png = await taking.draws(seen, page)
    else:
        with TemporaryDirectory(prefix="chibo-paper-") as folder:
            png = await camera.prints(seen, Path(folder))
    (out / f"{seen.name}.txt").write_text(seen.text, encoding="utf-8")
    (out / f"{seen.name}.png").write_bytes(camera.light(png, seen.text))


if __name__ == "__main__":
    asyncio.run(make_all())
