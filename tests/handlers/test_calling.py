"""Meetings called by hand: what cannot wait, a thematic one that is owed, and a committee's, called by name."""

from icalendar import Calendar
from sqlmodel import select

from bot.rules.words import Answer, MeetingKind, RoleName
from db.models import Invitee, Meeting, Reply, Role
from tests.people import JOINED, Cast, schedule


async def only_meeting(cast: Cast) -> Meeting:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Meeting))).one()


async def test_an_extraordinary_meeting_is_called_at_once(cast: Cast) -> None:
    await cast.lan.sends("/lich")
    await cast.lan.answers(
        "➕ Mời họp đột xuất", "Bầu bổ sung chi ủy", "19h30 ngày 4/3 tại nhà văn hóa", "✔️ Ghi lại"
    )
    meeting = await only_meeting(cast)
    assert (meeting.kind, meeting.title, meeting.place) == (
        "extraordinary",
        "Bầu bổ sung chi ủy",
        "nhà văn hóa",
    )
    for invited in (cast.hoa, cast.minh):
        assert any("Giấy mời" in said and "Bầu bổ sung chi ủy" in said for said in invited.heard)
    assert not any("Giấy mời" in said for said in cast.dung.heard)


async def test_a_thematic_meeting_is_owed_until_there_is_one(cast: Cast) -> None:
    assert "chưa có buổi sinh hoạt chuyên đề" in await cast.lan.sends("/lich")
    await cast.lan.answers("➕ Mời sinh hoạt chuyên đề", "Học tập Nghị quyết", "14h ngày 20/3", "✔️ Ghi lại")
    assert "chưa có buổi" not in await cast.lan.sends("/lich")


async def test_a_regular_meeting_that_is_thematic_too_counts_for_both(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await cast.lan.sends("/hop")
    await cast.lan.taps("✏️ Sửa buổi họp")
    await cast.lan.taps("➕ Kết hợp sinh hoạt chuyên đề")
    assert "chưa có buổi" not in await cast.lan.sends("/lich")


async def test_a_committee_calls_its_people_by_name(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        follows = Role(member_id=cast.hoa.member_id, organisation_id=cast.town.cell_b, name=RoleName.FOLLOWER)
        follows.since = JOINED
        session.add(follows)
    await cast.quan.sends("/lich")
    await cast.quan.answers(
        "➕ Mời họp cấp ủy",
        "Họp đảng ủy tháng 3",
        "8h ngày 5/3 tại trụ sở xã",
        "Thêm bí thư các chi bộ",
        "✔️ Ghi lại",
    )
    meeting = await only_meeting(cast)
    async with cast.town.app.database.read() as session:
        called = {each.member_id for each in (await session.exec(select(Invitee))).all()}
    assert {cast.quan.member_id, cast.hoa.member_id, cast.lan.member_id} <= called
    assert cast.minh.member_id not in called
    assert "Giấy mời" in cast.hoa.last and not any("đảng ủy tháng 3" in said for said in cast.minh.heard)
    await cast.hoa.taps("✅ Có mặt")
    async with cast.town.app.database.read() as session:
        assert [r.answer for r in (await session.exec(select(Reply))).all()] == [Answer.COMING]
    assert (meeting.kind, meeting.cell_id) == (MeetingKind.COMMITTEE, cast.town.committee)
    assert "Họp đảng ủy tháng 3" in "\n".join([await cast.hoa.sends("/hop"), *cast.hoa.heard])
    toast = await cast.lan.taps("✅ Có mặt")
    assert toast == "Đã ghi: có mặt."


async def test_an_invitation_goes_into_the_calendar_and_follows_a_move(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.hoa.taps("📅 Lưu vào lịch điện thoại")
    first = entry(cast)
    await cast.lan.sends("/hop")
    await cast.lan.taps("✏️ Sửa buổi họp")
    await cast.lan.taps("🗓 Đổi giờ, nơi họp")
    await cast.lan.answers("19h30 ngày 6/3", "✔️ Ghi lại")
    await cast.hoa.taps("📅 Lưu vào lịch điện thoại")
    second = entry(cast)
    assert first["UID"] == second["UID"] and second["SEQUENCE"] == first["SEQUENCE"] + 1
    assert (first["DTSTART"].dt.day, second["DTSTART"].dt.day) == (3, 6)
    await cast.town.app.settle()


def entry(cast: Cast):  # type: ignore[no-untyped-def]
    sent = cast.hoa.person.last.document
    assert sent is not None and sent.data
    return Calendar.from_ical(sent.data).walk("VEVENT")[0]
