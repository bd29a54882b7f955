"""Buttons and links that were made up, changed or passed on reach nothing, and change nothing."""

import random
import secrets
from itertools import islice

import pytest
from sqlmodel import select

from bot.errors import NotAllowed, NotFound, Refusal, TooLate
from bot.rules.words import RoleName
from db.models import SQLModel
from handlers.guessing import MOST
from tests.people import Town
from tests.trust import world as worlds
from tests.trust.pressing import Pressing
from tests.trust.rows import ROWS
from tests.trust.ways import anybody

QUEUES = {"message", "delivery", "inbox", "wizard", "bot_state"}
"""Tables of what was said and of how far a chat is, which a refusal may fill."""
STRANGE = "0123456789:-_ \u0000\u202e\u0665é%/\\'\"<{"


async def dump(town: Town) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables that hold facts."""
    async with town.app.database.read() as session:
        tables = [t for t in SQLModel.metadata.sorted_tables if t.name not in QUEUES]
        return {t.name: sorted(map(tuple, await session.rows(select(t))), key=repr) for t in tables}


def mutated(data: str, chance: random.Random) -> str:
    """The data with a character left out, doubled, changed or put in, or cut off, once or a few times."""
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at = chance.randrange(len(data) + 1)
        put = chance.choice(
            ("", "", chance.choice(STRANGE), data[at : at + 1] * 2, ":" + str(chance.getrandbits(70)))
        )
        data = data[:at] + put + data[at + chance.choice((0, 1)) :]
    return data[: chance.choice((64, 64, 64, len(data) // 2))]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_ten_thousand_changed_buttons_change_nothing(
    town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    world = await worlds.make(town)
    pressing = Pressing(town, refusals, monkeypatch, takes_back=False)
    chance, before = random.Random(20261123), await dump(town)
    admin = world.actors[RoleName.ADMIN]
    rows = [row for verb, rows in ROWS.items() for row in rows if row.may is not anybody]
    for _ in range(round(10_000 * share)):
        row, place = chance.choice(rows), chance.choice(worlds.PLACES)
        data = mutated(row.data(world.things[place]), chance)
        heard = await pressing.press(admin, data)
        assert heard and isinstance(heard[0], NotAllowed | NotFound | TooLate), (data, heard)
    assert await dump(town) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_guessed_links_reach_nothing_and_soon_are_not_even_looked_at(
    town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    await worlds.make(town)
    pressing = Pressing(town, refusals, monkeypatch, takes_back=False)
    before, somebody = await dump(town), town.stranger("Người lạ")
    heard = []
    for _ in range(round(100_000 * share)):
        heard += await pressing.press(somebody, f"consent:yes:{secrets.token_urlsafe(16)}")
    assert [r.key for r in islice(heard, MOST + 1)] == ["invite_unknown"] * MOST + ["too_many_guesses"]
    assert {r.key for r in heard[MOST:]} == {"too_many_guesses"}
    assert await dump(town) == before
