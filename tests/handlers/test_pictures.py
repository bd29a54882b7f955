"""Pictures in chat: numbers for who may see numbers, names for who may see names, and an entry of it."""

import io
from datetime import date

from PIL import Image
from sqlmodel import select

from bot.actions import belonging
from bot.rules.words import AuditVerb, RoleName, RollState
from db.models import AuditEntry
from tests.handlers.test_scorecards import met
from tests.people import Actor, Cast


def size(actor: Actor) -> tuple[int, int]:
    """Of the picture that came last."""
    last = actor.person.last
    file = last.photo or last.document
    assert file is not None
    with Image.open(io.BytesIO(file.data)) as image:
        return image.size


async def exported(cast: Cast) -> list[tuple[int | None, RoleName | None, int | None]]:
    async with cast.town.app.database.read() as session:
        rows = (await session.exec(select(AuditEntry).where(AuditEntry.verb == AuditVerb.EXPORTED))).all()
        return [(row.actor_id, row.role, row.count) for row in rows]


async def test_an_officer_sees_the_numbers_of_the_subtree_as_photos(cast: Cast) -> None:
    await met(cast, cast.town.cell_a, 3, (cast.hoa, RollState.PRESENT))
    await cast.quan.sends("/bangdiem")
    screen = cast.quan.person.last
    for button in ("🖼 Bảng điểm", "📈 Dự họp", "📊 Nhiệm vụ"):
        await cast.quan.taps(button, screen)
        assert cast.quan.last == f"{button} – Đảng bộ xã Tả Van"
        assert cast.quan.person.last.photo and size(cast.quan)[0] == 1080
    assert "🗓 Bảng sinh hoạt cả năm" not in [b.text for row in screen.buttons for b in row]
    assert await exported(cast) == []


async def test_who_leads_the_cell_gets_its_year_as_a_document_and_it_is_noted(cast: Cast) -> None:
    await met(cast, cast.town.cell_a, 3, (cast.hoa, RollState.PRESENT), (cast.minh, RollState.UNEXCUSED))
    await cast.lan.sends("ai vắng?")
    await cast.lan.taps("🗓 Bảng sinh hoạt cả năm")
    assert cast.lan.person.last.document and size(cast.lan)[0] == 1080
    assert await exported(cast) == [(cast.lan.member_id, RoleName.SECRETARY, 2)]


async def test_a_follower_may_take_the_names_along_and_it_is_noted(cast: Cast) -> None:
    follower = await cast.town.add("Má Thị Sen", cast.town.cell_a)
    async with cast.town.app.database.write() as session:
        await belonging.give_role(
            session, follower.member_id, RoleName.FOLLOWER, cast.town.cell_b, since=date(2025, 1, 1)
        )
    await met(cast, cast.town.cell_b, 3, (cast.dung, RollState.PRESENT))
    await follower.sends("/bangdiem")
    await follower.taps("🗓 Bảng sinh hoạt cả năm")
    assert await exported(cast) == [(follower.member_id, RoleName.FOLLOWER, 1)]
