"""`make pictures`: plays the story and makes all pictures of docs/ anew, each with its text beside it."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs import camera, commune, story
from tests.docs.screens import Paper, Screen

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


async def make_all() -> None:
    """Every screen and paper of the story; what is no longer shown goes."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="chibo-pictures-") as name:
        folder = Path(name)
        async with camera.opened() as open_camera:

            async def keep(seen: Screen | Paper) -> None:
                if isinstance(seen, Screen):
                    png = await open_camera.draws(seen, told.page)
                else:
                    png = await camera.prints(seen, folder)
                (PICTURES / f"{seen.name}.txt").write_text(seen.text, encoding="utf-8")
                (PICTURES / f"{seen.name}.png").write_bytes(camera.light(png, seen.text))

            async with commune.opened(folder, keep) as told:
                await story.tell(told)
    for path in PICTURES.iterdir():
        if path.stem not in told.seen:
            path.unlink()


if __name__ == "__main__":
    asyncio.run(make_all())
