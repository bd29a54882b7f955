"""The story, told once for all tests of the pages."""

import asyncio
from pathlib import Path

import pytest

from tests.docs import commune, story
from tests.docs.commune import Commune


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Commune:
    """The commune after the story, told without a camera: what was seen, and what is in the chats."""
    return asyncio.run(_tell(tmp_path_factory.mktemp("story")))


async def _tell(folder: Path) -> Commune:
    async with commune.opened(folder) as played:
        await story.tell(played)
    return played
