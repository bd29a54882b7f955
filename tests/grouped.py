"""A group chat of cell A, and what people do in it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.rules.words import Answer
from bot.sandbox.people import Group
from db.models import CellGroup, Reply
from tests.people import Actor, Cast, schedule

USE, NO, COMING, LEAVE = "✅ Dùng cho Chi bộ thôn A", "Không, chibo rời nhóm", "✅ Có mặt", "🙏 Xin vắng"


async def brings(actor: Actor, group: Group) -> str:
    """Put the bot into a group; what it said to them last."""
    actor.person.adds_bot(group)
    await actor.town.app.settle()
    return actor.heard[-1] if actor.heard else ""


async def passes(cast: Cast, seconds: float = 10) -> None:
    cast.town.clock.move_to(cast.town.clock.now() + timedelta(seconds=seconds))
    await cast.town.app.settle()


def people_of(cast: Cast) -> list[Actor]:
    return [cast.lan, cast.minh, cast.hoa]


def new_group(cast: Cast, *others: Actor) -> Group:
    people = [actor.person for actor in (*people_of(cast), *others)]
    return cast.town.telegram.add_group("Chi bộ thôn A – nhóm chung", people, with_bot=False)


def said(group: Group) -> list[str]:
    """Everything the bot said in the group, as it stands now."""
    return [m.text or "" for m in group.messages if m.from_bot and m.text]


async def presses(actor: Actor, group: Group, text: str) -> dict[str, object]:
    """Press a button of the newest message that has it in the group; what is shown to them over the chat."""
    message = next(m for m in reversed(group.messages) if text in [b.text for row in m.buttons for b in row])
    press = actor.person.taps(text, message)
    await actor.town.app.settle()
    return press.answer or {}


async def link(cast: Cast) -> Group:
    """Cell A has a group, meets tomorrow, and everybody is called."""
    group = new_group(cast)
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    return group


async def groups_of(cast: Cast) -> list[CellGroup]:
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(CellGroup).where(col(CellGroup.until).is_(None)))).all())


async def replies(cast: Cast) -> dict[int, Answer]:
    async with cast.town.app.database.read() as session:
        return {r.member_id: r.answer for r in (await session.exec(select(Reply))).all()}


@pytest.fixture
async def linked(cast: Cast) -> tuple[Cast, Group]:
    """Cell A meets tomorrow, everybody is called, and its group is linked."""
    return cast, await link(cast)
