"""A fortnight of a whole cell, made up by chance: nobody is pestered, whatever they tap and type and when."""

import random
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.config import ZONE
from bot.rules.reminders import is_quiet
from bot.rules.snoozing import MOST
from bot.rules.words import MembershipKind, Status
from db.models import Delivery, DeliveryState, Membership, Message
from tests.people import JOINED, START, Actor, Cast, schedule

ANSWERS = ("1", "2", "3", "em bận, xin vắng")
WISHES = ("nhắc lại tối nay", "nhắc lại sau 3 tiếng", "để mai trả lời", "nhắc ít thôi", "nhắc đầy đủ như cũ")
PROFILES = ("Nhẹ: một lần, trước một ngày", "Kỹ: như vừa, thêm nhờ phó bí thư hỏi")
BEGINS = datetime(2026, 3, 16, 19, 30, tzinfo=ZONE)


async def settle(cast: Cast) -> dict[str, Actor]:
    """Cell A meets on the 16th; beside the cast there are one who never answers, one exempt and one away."""
    town = cast.town
    people = {"Hoa": cast.hoa, "Minh": cast.minh, "silent": await town.add("Má A Tủa", town.cell_a)}
    people["exempt"] = await town.add("Tẩn Văn Già", town.cell_a, status=Status.EXEMPT)
    people["away"] = await town.add("Chảo Thị Xa", town.cell_a)
    kind, away = MembershipKind.TEMPORARY, people["away"].member_id
    async with town.app.database.write() as session:
        session.add(Membership(member_id=away, cell_id=town.cell_b, kind=kind, since=JOINED))
    await schedule(town, town.cell_a, day=16)
    await town.app.settle()
    return people


async def happens(cast: Cast, people: dict[str, Actor], chance: random.Random) -> None:
    """Somebody says something; now and then the secretary chooses another profile."""
    name = chance.choice(list(people))
    await people[name].sends(chance.choice(WISHES if name == "silent" else ANSWERS + WISHES))
    if chance.random() < 0.15:
        await cast.lan.sends("/hop")
        await cast.lan.taps("🔔 Cách nhắc họp")
        await cast.lan.taps("🔔 Mức nhắc")
        await cast.lan.taps(chance.choice(PROFILES))


async def said(actor: Actor, beginning: str) -> list[datetime]:
    """When something that begins so was sent to somebody."""
    query = (
        select(Delivery.settled_at)
        .join(Message, col(Message.id) == Delivery.message_id)
        .where(Delivery.chat == actor.person.id, Delivery.state == DeliveryState.SENT)
        .where(col(Delivery.edits).is_(None), col(Message.text).startswith(beginning))
    )
    async with actor.town.app.database.read() as session:
        return [at for at in (await session.exec(query)).all() if at is not None]


@pytest.mark.parametrize("seed", range(2))
async def test_nobody_is_pestered(cast: Cast, seed: int) -> None:
    chance, now, people = random.Random(seed), START, await settle(cast)
    while now < BEGINS + timedelta(hours=3):
        now += timedelta(minutes=chance.randrange(120, 20 * 60))
        local = now.astimezone(ZONE)
        await cast.town.passes_until(local.year, local.month, local.day, local.hour, local.minute)
        await happens(cast, people, chance)
    for name, actor in people.items():
        invited, chases = await said(actor, "<b>Giấy mời"), await said(actor, "Đồng chí chưa trả lời")
        soon = await said(actor, "Hẹn gặp đồng chí")
        assert len(invited) <= 1 and len(soon) <= 1 and len(chases) <= 3 + MOST, name
        assert name not in ("exempt", "away") or not invited + chases
        assert name != "silent" or (len(invited) == 1 and chases and not soon)
        assert all(at < BEGINS and not is_quiet(at, ZONE) for at in invited + chases + soon), name
