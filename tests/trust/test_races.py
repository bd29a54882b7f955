"""Somebody loses a role while they press: what they did counts whole, or not at all, and nothing after it does."""

import asyncio
from collections.abc import Awaitable

import pytest
from sqlmodel import col, select, update

from bot.actions import roles
from bot.errors import NotAllowed, Refusal
from bot.rules.words import RoleName
from db.models import Member, Reply, Role
from tests.people import START, Town
from tests.trust import world as worlds
from tests.trust.pressing import Pressing
from tests.trust.world import World


async def give_back(world: World) -> int:
    """Make the secretary's role and the request for leave what they were at first; the number of the role."""
    secretary, own = world.actors[RoleName.SECRETARY], world.things["own"]
    async with world.town.app.database.write() as session:
        asked = (col(Reply.meeting_id) == own.meeting, col(Reply.member_id) == own.member)
        await session.exec(
            update(Reply).where(*asked).values(decision=None, decided_by=None, decided_at=None)
        )
        query = select(Role).where(Role.member_id == secretary.member_id, Role.name == RoleName.SECRETARY)
        role = (await session.exec(query)).one()
        role.until = None
        session.add(role)
    return role.id or 0


async def take_away(world: World, role_id: int) -> None:
    officer = world.actors[RoleName.OFFICER]
    app = world.town.app
    async with app.database.write() as session:
        by = await session.get_one(Member, officer.member_id)
        await roles.end(session, by=by, role_id=role_id, now=START, texts=app.house.texts)


async def after_a_moment(number: int, press: Awaitable[list[Refusal]]) -> list[Refusal]:
    """The press, at another time in each race."""
    await asyncio.sleep((number % 5) * 0.002)
    return await press


async def decision(world: World) -> object:
    own = world.things["own"]
    async with world.town.app.database.read() as session:
        query = select(Reply).where(Reply.meeting_id == own.meeting, Reply.member_id == own.member)
        return (await session.exec(query)).one().decision


async def test_a_press_in_the_moment_of_demotion_counts_whole_or_not_at_all(
    town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    world = await worlds.make(town)
    pressing = Pressing(town, refusals, monkeypatch, takes_back=False)
    secretary, own = world.actors[RoleName.SECRETARY], world.things["own"]
    data = f"leave:{own.meeting}:{own.member}:accepted"
    for number in range(round(500 * share)):
        role_id = await give_back(world)
        heard, _ = await asyncio.gather(
            after_a_moment(number, pressing.press(secretary, data)), take_away(world, role_id)
        )
        refused = any(isinstance(each, NotAllowed) for each in heard)
        assert ((await decision(world)) is None) is refused
        after = await pressing.press(secretary, data)
        assert any(isinstance(each, NotAllowed) for each in after), "the role is over"
