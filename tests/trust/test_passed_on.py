"""Buttons pressed by people they were not meant for, and contacts of others, bring nobody anywhere."""

import random

import pytest

from bot.rules.words import AuditVerb
from tests.people import Actor, Cast, schedule
from tests.trust.test_forgeries import dump

SCREENS = ("/danhsach", "/hop", "/diemdanh", "/nhiemvu", "/tochuc", "/nhatky", "/thongbao")
OWN = {"list:template", "mytasks", "data", "datakeep"}
"""Buttons that reach one's own things, whoever presses them."""


async def screens(actor: Actor) -> None:
    """Everything with buttons that a person with a role is shown."""
    for command in SCREENS:
        await actor.sends(command)


async def facts(cast: Cast) -> dict[str, list[tuple[object, ...]]]:
    """All facts but the log of who read what, which a refusal never fills anyhow."""
    return await dump(cast.town)


async def test_two_hundred_presses_by_others_change_nothing(cast: Cast, share: float) -> None:
    await schedule(cast.town, cast.town.cell_a, day=2)
    await cast.town.app.settle()
    for actor in (cast.lan, cast.quan):
        await screens(actor)
    shown = [
        (message, button)
        for actor in (cast.lan, cast.quan)
        for message in actor.person.messages
        if message.from_bot
        for row in message.buttons
        for button in row
        if button.data and not any(button.data.startswith(own) for own in OWN)
    ]
    assert len(shown) > 20
    before, chance = await facts(cast), random.Random(200)
    for _ in range(round(200 * max(share, 0.2))):
        message, button = chance.choice(shown)
        press = chance.choice((cast.dung, cast.mai)).person.presses(message, button)
        await cast.town.app.settle()
        assert press.answer and press.answer.get("show_alert"), button.data
    assert await facts(cast) == before


@pytest.mark.parametrize("whose", ["own", "somebody else's"])
async def test_a_contact_is_never_a_way_in(cast: Cast, whose: str) -> None:
    before = await facts(cast)
    stranger = cast.town.stranger("Người lạ")
    stranger.person.shares_contact(None if whose == "own" else cast.hoa.person)
    await cast.town.app.settle()
    assert "chưa được đăng ký" in stranger.last
    assert await facts(cast) == before
    assert AuditVerb.JOINED not in {row[4] for row in before["audit_entry"]}
