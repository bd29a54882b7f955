"""What makes the technical admins hear something: polling that has died, and people who leave in numbers."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, update

from bot.rules.words import RoleName
from db.models import Account, Role
from tests.people import JOINED, START, Actor, Cast

DIED = "bot @chibo_bot không liên lạc được với Telegram nên chưa trả lời được đảng viên"
BACK = "nay đã liên lạc lại được"
LEFT = "người không nhận được tin của bot nữa"


@pytest.fixture
async def tam(cast: Cast) -> Actor:
    """Tâm, who looks after the server and belongs to no cell."""
    async with cast.town.app.database.write() as session:
        tam = await cast.town._settle_in(session, "Tâm", None)
        session.add(Role(member_id=tam.member_id, name=RoleName.ADMIN, since=JOINED))
    return tam


async def look(cast: Cast, *, after: float = 0) -> int:
    """Let so many minutes pass and look; how many alerts were told."""
    cast.town.clock.move_to(cast.town.clock.now() + timedelta(minutes=after))
    return await cast.town.app.serving.alarms.look()


async def heard(cast: Cast, tam: Actor) -> list[str]:
    await cast.town.app.settle()
    return tam.heard


async def leave(cast: Cast, people: list[Actor], *, days_ago: int) -> None:
    """These became unreachable so many days before the start."""
    ids = [actor.person.id for actor in people]
    async with cast.town.app.database.write() as session:
        when = START - timedelta(days=days_ago)
        await session.exec(update(Account).where(col(Account.address).in_(ids)).values(unreachable_at=when))


async def test_polling_that_fails_for_a_moment_is_nobodys_business(cast: Cast, tam: Actor) -> None:
    silence = cast.town.app.ingress.silence
    silence.met("NetworkError")
    assert await look(cast, after=2) == 0
    silence.passed()
    assert await look(cast, after=5) == 0
    assert await heard(cast, tam) == []


async def test_polling_that_died_is_told_once_and_once_when_it_is_back(cast: Cast, tam: Actor) -> None:
    silence = cast.town.app.ingress.silence
    silence.met("NetworkError")
    for _ in range(3):
        await look(cast, after=4)
        silence.met("NetworkError")
    said = await heard(cast, tam)
    assert len(said) == 1 and DIED in said[0] and "Từ 8 giờ ngày 02/03/2026" in said[0]
    silence.passed()
    await look(cast, after=1)
    await look(cast, after=1)
    said = await heard(cast, tam)
    assert len(said) == 2 and BACK in said[1] and "đến 8 giờ 12 ngày 02/03/2026" in said[1]


async def test_while_nothing_can_be_sent_the_alert_waits_and_comes_when_it_can(
    cast: Cast, tam: Actor
) -> None:
    rule = cast.town.telegram.faults.add("server_error", methods=["*"])
    cast.town.app.ingress.silence.met("NetworkError")
    await look(cast, after=4)
    await cast.town.app.sender.drain()
    assert rule.hits and tam.heard == []
    cast.town.telegram.faults.clear()
    cast.town.app.ingress.silence.passed()
    await look(cast, after=1)
    said = await heard(cast, tam)
    assert [DIED in said[0], BACK in said[1]] == [True, True] and len(said) == 2


async def test_what_cannot_be_told_now_is_told_by_the_next_look(
    cast: Cast, tam: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*args: object, **named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    cast.town.app.ingress.silence.met("NetworkError")
    await look(cast, after=4)
    cast.town.app.ingress.silence.passed()
    with monkeypatch.context() as patch:
        patch.setattr("bot.alarms.tell_admins", away)
        with pytest.raises(OperationalError):
            await look(cast, after=1)
    await look(cast, after=1)
    assert [BACK in said for said in await heard(cast, tam)] == [False, True]


@pytest.fixture
async def people(cast: Cast) -> list[Actor]:
    """Eighteen more members of cell A."""
    return [await cast.town.add(f"Má A {n}", cast.town.cell_a) for n in range(18)]


JUMPS = [
    (4, 0, False),  # a few are not a jump, even where nobody ever left
    (5, 0, True),
    (6, 2, True),  # three times the busiest day
    (8, 3, False),
    (9, 3, True),
]


@pytest.mark.parametrize(("now", "before", "told"), JUMPS)
async def test_a_jump_is_five_people_and_three_times_the_busiest_day(
    cast: Cast, tam: Actor, people: list[Actor], now: int, before: int, told: bool
) -> None:
    await leave(cast, people[:before], days_ago=20)
    await leave(cast, people[before : before + 1], days_ago=2)  # the busiest day counts, not the last
    await leave(cast, people[-now:], days_ago=0)
    assert await look(cast) == told
    said = await heard(cast, tam)
    assert sum(f"Hôm nay có {now} {LEFT}" in each for each in said) == told


async def test_a_jump_is_told_once_a_day_and_not_of_yesterday(
    cast: Cast, tam: Actor, people: list[Actor]
) -> None:
    await leave(cast, people[:10], days_ago=0)
    for _ in range(3):
        await look(cast, after=60)
    await look(cast, after=24 * 60)
    assert sum(LEFT in each for each in await heard(cast, tam)) == 1


async def test_long_ago_is_no_measure(cast: Cast, tam: Actor, people: list[Actor]) -> None:
    await leave(cast, people[:9], days_ago=40)
    await leave(cast, people[9:15], days_ago=0)
    assert await look(cast) == 1
