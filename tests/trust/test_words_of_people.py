"""Whatever people write, as a name or as a reason: it is shown as it is, and every message with it arrives."""

import random
import unicodedata

import pytest
from sqlmodel import select

from bot.rules.names import clean
from db.models import Delivery, DeliveryState, Member, Update, UpdateState
from tests.people import Actor, Cast, schedule

PIECES = [
    *(
        "Sùng Thị Hoa",
        "Nguyễn",
        "Đặng",
        "ỷ ờ ặ",
        "<b>",
        "</b>",
        "<a href='x'>",
        "&amp;",
        "&",
        "<",
        ">",
        '"',
        "'",
    ),
    *(
        "\u202e",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u0301",
        "👩\u200d🌾",
        "🇻🇳",
        "🎉",
        "{{ 7*7 }}",
        "{% x %}",
        "=1+1",
        "@a",
    ),
    *("_", "*", "`", "[x](y)", "\\", "/huy", "\u00a0", "  ", "𝓗𝓸𝓪", "ﷺ", "漢字", "العربية"),
]


def made_up(chance: random.Random, *, most: int) -> str:
    """A few pieces of what breaks programs, sometimes very many."""
    count = chance.choice((1, 2, 3, 5, most))
    return "".join(chance.choice(PIECES) for _ in range(count))[: most - 1] + chance.choice("aăâbcdđ")


async def everything_arrived(cast: Cast) -> None:
    async with cast.town.app.database.read() as session:
        dead = [
            d.reason for d in await session.exec(select(Delivery).where(Delivery.state == DeliveryState.DEAD))
        ]
        failed = [
            u.error for u in await session.exec(select(Update).where(Update.state == UpdateState.FAILED))
        ]
    assert (dead, failed) == ([], [])


async def rename(lan: Actor, old: str, new: str) -> str | None:
    """Give somebody another name by the card; the name as it is kept, None when it was refused."""
    await lan.sends("/danhsach")
    await lan.taps(next(b for b in lan.buttons if clean(b).endswith(old)))
    await lan.taps("✏️ Họ tên")
    await lan.sends(new)
    if "✔️ Ghi lại" not in lan.buttons:
        await lan.sends("/huy")
        return None
    words = await lan.taps("✔️ Ghi lại")
    return None if words else clean(new)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_names_and_reasons_are_shown_as_they_are(cast: Cast, share: float) -> None:
    await schedule(cast.town, cast.town.cell_a, day=2)
    await cast.town.app.settle()
    chance, name, kept = random.Random(5000), "Sùng Thị Hoa", 0
    for number in range(round(2500 * share)):
        new = await rename(cast.lan, name, made_up(chance, most=chance.choice((30, 190, 4097))))
        if new is not None:
            kept, name = kept + 1, new
            async with cast.town.app.database.read() as session:
                member = (await session.exec(select(Member).where(Member.id == cast.hoa.member_id))).one()
            assert member.name == name and unicodedata.is_normalized("NFC", name)
            assert name in await cast.hoa.sends("/toi")
        reason = made_up(chance, most=chance.choice((30, 400, 4000)))
        await cast.hoa.sends("/vang")
        await cast.hoa.sends(f"việc riêng {number} {reason}")
        asked = next(text for text in reversed(cast.lan.heard) if "xin vắng" in text)
        assert clean(f"việc riêng {number} {reason}")[:100] in clean(asked), asked
        await everything_arrived(cast)
    assert kept > 0
