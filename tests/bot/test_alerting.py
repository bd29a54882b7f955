"""What technical admins hear in their chat: each once, in their language, and nobody else."""

import pytest
from sqlmodel import col, update

from bot.actions.alerting import Alert, tell_admins
from bot.rules.words import RoleName
from db.models import Account, Role
from tests.people import JOINED, START, Actor, Cast


@pytest.fixture
async def tam(cast: Cast) -> Actor:
    """Tâm, who looks after the server and belongs to no cell."""
    async with cast.town.app.database.write() as session:
        tam = await cast.town._settle_in(session, "Tâm", None)
        session.add(Role(member_id=tam.member_id, name=RoleName.ADMIN, since=JOINED))
    return tam


async def alert(cast: Cast, *, dedupe: str = "full:1") -> set[int]:
    async with cast.town.app.database.write() as session:
        told = await tell_admins(
            session,
            Alert.DISK_FULL,
            now=START,
            texts=cast.town.app.house.texts,
            dedupe=dedupe,
            since=START,
        )
    await cast.town.app.settle()
    return told


async def test_an_admin_is_told_and_nobody_else(cast: Cast, tam: Actor) -> None:
    assert await alert(cast) == {tam.member_id}
    assert "Ổ đĩa của máy chạy chibo bị đầy lúc 8 giờ ngày 02/03/2026." in tam.last
    for person in (cast.lan, cast.minh, cast.hoa, cast.quan):
        assert person.heard == []


async def test_an_alert_of_one_name_is_told_once(cast: Cast, tam: Actor) -> None:
    for dedupe in ("full:1", "full:1", "full:2"):
        await alert(cast, dedupe=dedupe)
    assert len(tam.heard) == 2


async def test_an_admin_reads_it_in_their_language(cast: Cast, tam: Actor) -> None:
    async with cast.town.app.database.write() as session:
        await session.exec(update(Account).where(col(Account.address) == tam.person.id).values(language="en"))
    await alert(cast)
    assert "The disk of the machine that runs chibo was full at 08:00 on 02/03/2026." in tam.last


async def test_without_an_admin_nothing_is_queued(cast: Cast) -> None:
    assert await alert(cast) == set()


async def test_a_former_admin_hears_nothing_any_more(cast: Cast, tam: Actor) -> None:
    async with cast.town.app.database.write() as session:
        await session.exec(update(Role).where(col(Role.name) == RoleName.ADMIN).values(until=START.date()))
    assert await alert(cast) == set()
    assert tam.heard == []
