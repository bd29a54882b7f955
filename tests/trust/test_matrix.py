"""Every handler × every role × own, sibling, parent and foreign objects: allowed exactly where the table says.

The rows are checked against the handlers that are registered: a new handler without a row fails.
"""

import pytest

import handlers
from bot.errors import NotAllowed, NotFound, Refusal
from bot.rules.permissions import GIVES
from bot.rules.words import RoleName
from tests.people import Town
from tests.trust import world as worlds
from tests.trust.pressing import Pressing
from tests.trust.rows import COMMANDS, OF_A_CHAT, ROWS
from tests.trust.world import PLACES

REFUSING = (NotAllowed, NotFound)
CASES = [
    (verb, number, role, place)
    for verb, rows in ROWS.items()
    for number in range(len(rows))
    for role in ("member", *RoleName)
    for place in PLACES
]


def test_every_handler_has_its_rows() -> None:
    assert set(ROWS) | OF_A_CHAT == set(handlers.TAPS)
    assert not set(ROWS) & OF_A_CHAT
    assert set(COMMANDS) == set(handlers.COMMANDS)
    assert set(handlers.MENU.values()) <= set(handlers.COMMANDS.values()) | {handlers.caring.on_skipped}


def test_nobody_gives_admins_in_chat() -> None:
    assert not any(RoleName.ADMIN in given for given in GIVES.values())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_press_is_allowed_exactly_where_the_table_says(
    town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await worlds.make(town)
    pressing = Pressing(town, refusals, monkeypatch)
    wrong = []
    for verb, number, role, place in CASES:
        row = ROWS[verb][number]
        data = row.data(world.things[place])
        heard = await pressing.press(world.actors[role], data)
        allowed = not any(isinstance(each, REFUSING) for each in heard)
        if allowed is not row.may(world, role, place):
            wrong.append((data, role, place, [each.key for each in heard]))
    assert wrong == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_a_command_is_allowed_exactly_to_whom_the_table_says(
    town: Town, refusals: list[Refusal], command: str
) -> None:
    world = await worlds.make(town)
    for role, actor in world.actors.items():
        refusals.clear()
        await actor.sends(f"/{command}")
        refused = any(isinstance(r, NotAllowed) for r in refusals)
        assert refused is not COMMANDS[command](world, role, "own"), (role, [r.key for r in refusals])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_stranger_reaches_nothing(
    town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await worlds.make(town)
    pressing, somebody = Pressing(town, refusals, monkeypatch), town.stranger("Người lạ")
    for verb, rows in ROWS.items():
        for row in rows:
            heard = await pressing.press(somebody, row.data(world.things["own"]))
            assert heard and all(isinstance(each, REFUSING) for each in heard), verb


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", ["move", "merge", "close"])
async def test_officers_do_not_decide_where_their_own_committee_stands(
    town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    world = await worlds.make(town)
    pressing = Pressing(town, refusals, monkeypatch)
    own = world.given_at[RoleName.OFFICER]
    heard = await pressing.press(world.actors[RoleName.OFFICER], f"orgdo:{form}:{own}")
    assert [type(each) for each in heard] == [NotAllowed]
