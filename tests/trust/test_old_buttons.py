"""Buttons stay in chats for years: each of an earlier release has an effect or an answer in words."""

from pathlib import Path
from typing import Any

import pytest

import handlers
from bot.buttons import unpack
from bot.errors import Refusal
from bot.rules.words import RoleName
from bot.texts import label
from tests.people import Town
from tests.trust import world as worlds
from tests.trust.pressing import Pressing

LINES = (Path(__file__).parent / "old_buttons.txt").read_text().splitlines()
OLD = [line for line in LINES if line and not line.startswith("#")]


def test_no_button_of_today_is_missing_from_the_list() -> None:
    assert set(handlers.TAPS) - {unpack(line).verb for line in OLD} == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ["member", RoleName.SECRETARY])
async def test_each_old_button_is_answered(
    town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    world = await worlds.make(town)
    pressing = Pressing(town, refusals, monkeypatch)
    answered: list[object] = []

    async def heard(*said: Any, **more: Any) -> None:
        answered.append(said)

    monkeypatch.setattr(town.app.house, "acknowledge", heard)
    own = vars(world.things["own"])
    for line in [*OLD, "gone:1:2", "gone"]:
        answered.clear()
        for refusal in await pressing.press(world.actors[role], line.format(**own)):
            assert label(f"refusals.{refusal.key}", "vi", **refusal.values), line
        assert answered, f"{line} keeps its reader waiting"
