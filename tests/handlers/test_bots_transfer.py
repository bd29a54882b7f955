"""Who is received in a cell with another bot is asked to go over, by day, once, and with the decision."""

from collections.abc import AsyncIterator

import pytest

from bot.clock import StillClock
from bot.rules.words import RoleName
from bot.sandbox.telegram import Telegram
from tests.conftest import settings
from tests.fleet import OWN_NAME, Fleet, at_own, fleet, give_own_bot, goes_over
from tests.handlers.test_people import card
from tests.people import Actor, Cast

ASKED = "từ {day} đồng chí sinh hoạt tại Chi bộ thôn B"


@pytest.fixture
async def app(database_url: str, clock: StillClock, telegram: Telegram) -> AsyncIterator[Fleet]:
    """Two bots in place of one."""
    async with fleet(settings(database_url), telegram, clock) as both:
        yield both


async def hoa_is_received(cast: Cast, *, on: str = "2/3/2026") -> None:
    """Hoa goes from A to B for good: Lan says that she leaves, B's secretary that she has come."""
    pao = await cast.town.add("Tráng A Pao", cast.town.cell_b, role=RoleName.SECRETARY)
    await card(cast.lan, "Sùng Thị Hoa")
    await cast.lan.answers("🔁 Chuyển sinh hoạt", "Chính thức", "thôn B", "2/3/2026", "✔️ Ghi lại")
    await pao.sends("/danhsach")
    await pao.answers("🔁 Đang chuyển sinh hoạt: 1", "✅ Sùng Thị Hoa: đã tiếp nhận", on, "✔️ Ghi lại")


def asked(actor: Actor, day: str = "02/03/2026") -> int:
    return sum(ASKED.format(day=day) in said for said in actor.heard)


async def test_from_a_cell_without_a_bot_to_one_with(cast: Cast) -> None:
    await give_own_bot(cast, cast.town.cell_b)
    await hoa_is_received(cast)
    assert asked(cast.hoa) == 1
    assert cast.hoa.person.last.buttons[0][0].url == f"https://t.me/{OWN_NAME}?start=go"
    hoa = await goes_over(cast.hoa)
    assert "Từ nay giấy mời" in hoa.last
    await cast.town.waits(86400)
    assert asked(cast.hoa) + asked(hoa) == 1


async def test_from_a_cell_with_a_bot_to_one_without(cast: Cast) -> None:
    await give_own_bot(cast)
    hoa = await goes_over(cast.hoa)
    await hoa_is_received(cast)
    assert (asked(hoa), asked(cast.hoa)) == (1, 0)
    assert hoa.person.last.buttons[0][0].url == "https://t.me/chibo_bot?start=go"
    assert "Từ nay giấy mời" in await cast.hoa.opens("go")


async def test_who_is_at_the_right_bot_is_not_asked(cast: Cast) -> None:
    await give_own_bot(cast)  # to which Hoa has not gone over
    await hoa_is_received(cast)
    assert "đã được tiếp nhận" in cast.hoa.last
    assert asked(cast.hoa) + asked(at_own(cast.hoa)) == 0


async def test_where_there_is_one_bot_nobody_is_asked(cast: Cast) -> None:
    await hoa_is_received(cast)
    assert "đã được tiếp nhận" in cast.hoa.last and asked(cast.hoa) == 0


async def test_nobody_is_woken(cast: Cast) -> None:
    await give_own_bot(cast, cast.town.cell_b)
    await cast.town.moves_to(2026, 3, 2, 22, 0)
    await hoa_is_received(cast)
    assert asked(cast.hoa) == 0
    await cast.town.moves_to(2026, 3, 3, 7, 0)
    assert asked(cast.hoa) == 1


async def test_who_is_to_come_later_is_asked_on_that_day(cast: Cast) -> None:
    await give_own_bot(cast, cast.town.cell_b)
    await hoa_is_received(cast, on="5/3/2026")
    await cast.town.moves_to(2026, 3, 4, 20, 0)
    assert asked(cast.hoa, "05/03/2026") == 0
    await cast.town.moves_to(2026, 3, 5, 7, 0)
    assert asked(cast.hoa, "05/03/2026") == 1
    assert "Từ nay giấy mời" in (await goes_over(cast.hoa)).last
