"""A meeting is prepared: the secretary confirms it, documents go with the invitation, its follower hears of it."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.actions.preparing import MOST_DOCUMENTS
from bot.rules.words import MeetingKind, RoleName
from db.models import Meeting, MeetingDocument, MeetingState, Role, Schedule
from tests.people import JOINED, START, Actor, Cast, schedule


@pytest.fixture
async def asked(cast: Cast) -> Cast:
    """Cell A meets on the 20th; it is the 10th, and Lan was just asked to confirm."""
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await cast.town.passes_until(2026, 3, 10, 20, 0)
    return cast


async def the_meeting(cast: Cast) -> Meeting:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Meeting).order_by(Meeting.starts_at))).all()[0]  # type: ignore[arg-type]


async def change(cast: Cast, **values: object) -> None:
    """Let the meeting be different."""
    async with cast.town.app.database.write() as session:
        meeting = (await session.exec(select(Meeting).order_by(Meeting.starts_at))).all()[0]  # type: ignore[arg-type]
        for name, value in values.items():
            setattr(meeting, name, value)
        session.add(meeting)


async def sends_file(actor: Actor, name: str, *, caption: str | None = None) -> str:
    actor.person.sends_document(name, b"%PDF-1.7", caption=caption)
    await actor.town.app.settle()
    return actor.last


def documents(actor: Actor) -> list[str]:
    """The names of the documents somebody was sent."""
    return [said.splitlines()[0] for said in actor.heard if said.startswith("📎") and "Tài liệu buổi" in said]


# ── confirming ──────────────────────────────────────────────────────────────────────────────────────


async def test_the_secretary_alone_is_asked_and_confirms_with_one_tap(asked: Cast) -> None:
    assert "xem giúp trước khi gửi giấy mời" in asked.lan.last
    assert not any("xem giúp" in said for said in asked.minh.heard + asked.hoa.heard)
    await asked.lan.taps("✅ Đúng, giữ như vậy")
    assert "giữ như vậy" in asked.lan.shown
    meeting = await the_meeting(asked)
    assert meeting.confirmed_at == asked.town.clock.now() and meeting.called_at is None


async def test_it_may_be_confirmed_in_words(asked: Cast) -> None:
    assert "giữ như vậy" in await asked.lan.sends("Đúng, giữ như vậy.")
    assert (await the_meeting(asked)).confirmed_at is not None


async def test_the_invitation_leaves_in_time_although_nobody_confirmed(asked: Cast) -> None:
    await asked.town.passes_until(2026, 3, 13, 19, 31)
    invitation = next(said for said in asked.hoa.heard if "Giấy mời" in said)
    assert "trước 7 giờ 30 ngày 20/03/2026" in invitation  # twelve hours before
    await asked.lan.taps("✅ Đúng, giữ như vậy")
    assert "Giấy mời đã gửi trước đó" in asked.lan.shown


async def test_the_agenda_of_the_last_meeting_is_proposed_and_goes_with_the_invitation(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        last = Meeting(
            cell_id=cast.town.cell_a,
            kind=MeetingKind.REGULAR,
            month=date(2026, 2, 1),
            starts_at=START - timedelta(days=20),
            agenda="1. Học tập\n2. Thu đảng phí",
            state=MeetingState.CLOSED,
        )
        session.add(last)
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await cast.town.passes_until(2026, 3, 10, 20, 0)
    assert "2. Thu đảng phí" in cast.lan.last
    await cast.lan.taps("✅ Đúng, giữ như vậy")
    await cast.town.passes_until(2026, 3, 13, 19, 31)
    assert any("Giấy mời" in said and "2. Thu đảng phí" in said for said in cast.hoa.heard)


async def test_the_agenda_may_be_typed_instead(asked: Cast) -> None:
    await asked.lan.taps("📝 Sửa nội dung")
    await asked.lan.sends("Bàn làm đường\nGiao nhiệm vụ")
    meeting = await the_meeting(asked)
    assert (meeting.agenda, meeting.confirmed_at is not None) == ("Bàn làm đường\nGiao nhiệm vụ", True)


async def test_one_who_does_not_lead_cannot_confirm_and_nobody_does_once_it_has_begun(asked: Cast) -> None:
    button = asked.lan.person.last.buttons[0][0]
    press = asked.hoa.person.presses(asked.lan.person.last, button)
    await asked.town.app.settle()
    assert press.answer is not None and "không thuộc phần việc" in press.answer["text"]
    await asked.town.moves_to(2026, 3, 20, 19, 31)
    assert "đã bắt đầu" in (await asked.lan.taps("✅ Đúng, giữ như vậy") or "")
    assert (await the_meeting(asked)).confirmed_at is None


async def test_who_has_confirmed_ahead_is_not_asked(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await change(cast, confirmed_at=START)
    await cast.town.passes_until(2026, 3, 13, 12, 0)
    assert not any("xem giúp trước khi gửi" in said for said in cast.lan.heard)


async def test_documents_are_asked_for_a_day_before_they_are_due(asked: Cast) -> None:
    await asked.town.passes_until(2026, 3, 18, 19, 31)
    assert "ứng dụng chính thức" in asked.lan.last
    assert not any("ứng dụng chính thức" in said for said in asked.hoa.heard)


# ── documents ───────────────────────────────────────────────────────────────────────────────────────


async def test_documents_go_with_the_invitation_and_can_be_fetched_again(asked: Cast) -> None:
    await asked.lan.taps("📎 Tài liệu kèm giấy mời")
    assert "de-an.pdf" in await sends_file(asked.lan, "de-an.pdf")
    await asked.lan.sends("xong")
    assert "được gửi kèm giấy mời" in asked.lan.last
    assert documents(asked.hoa) == []
    await asked.town.passes_until(2026, 3, 13, 19, 31)
    assert documents(asked.hoa) == ["📎 de-an.pdf"] and documents(asked.dung) == []
    await asked.hoa.sends("/hop")
    await asked.hoa.taps("📎 Xem tài liệu (1)")
    assert documents(asked.hoa) == ["📎 de-an.pdf"] * 2


async def test_a_document_is_taken_off_again_and_there_is_a_bound(asked: Cast) -> None:
    await asked.lan.taps("📎 Tài liệu kèm giấy mời")
    for number in range(MOST_DOCUMENTS):
        await sends_file(asked.lan, f"{number}.pdf")
    assert "tối đa 5 tài liệu" in await sends_file(asked.lan, "mot-nua.pdf")
    await asked.lan.taps("✖️ 3.pdf")
    assert "4/5" in asked.lan.shown and "3.pdf" not in asked.lan.shown
    await asked.lan.taps("Xong")
    assert "có 4 tài liệu" in asked.lan.shown


@pytest.mark.parametrize(
    ("name", "caption"), [("05-KH_MẬT.docx", None), ("ke-hoach.docx", "Độ mật: Tối mật")]
)
async def test_a_secret_document_is_refused_with_the_reason(
    asked: Cast, name: str, caption: str | None
) -> None:
    await asked.lan.taps("📎 Tài liệu kèm giấy mời")
    said = await sends_file(asked.lan, name, caption=caption)
    assert "mật»" in said.lower() and "công văn mật" in said
    async with asked.town.app.database.read() as session:
        assert (await session.exec(select(MeetingDocument))).all() == []


async def test_where_documents_may_not_go_by_chat_none_is_taken_nor_sent(asked: Cast) -> None:
    await asked.lan.taps("📎 Tài liệu kèm giấy mời")
    await sends_file(asked.lan, "de-an.pdf")
    asked.town.app.house.texts.documents_in_chat = False
    assert "ứng dụng chính thức" in await sends_file(asked.lan, "hai.pdf")
    await asked.town.passes_until(2026, 3, 13, 19, 31)
    assert any("Giấy mời" in said for said in asked.hoa.heard) and documents(asked.hoa) == []


async def test_a_changed_schedule_does_not_take_a_prepared_meeting_away(asked: Cast) -> None:
    await asked.lan.taps("📎 Tài liệu kèm giấy mời")
    await sends_file(asked.lan, "de-an.pdf")
    before = await the_meeting(asked)
    async with asked.town.app.database.write() as session:
        own = (await session.exec(select(Schedule))).one()
        own.rule, own.planned_to = "FREQ=MONTHLY;BYMONTHDAY=25", None
        session.add(own)
    await asked.town.app.settle()
    assert (await the_meeting(asked)).id == before.id


# ── the committee's follower ────────────────────────────────────────────────────────────────────────


async def follow(cast: Cast) -> Actor:
    """Sơn, of the committee, follows cell A."""
    async with cast.town.app.database.write() as session:
        return await cast.town._settle_in(
            session, "Phan Sơn", None, role=RoleName.FOLLOWER, role_at=cast.town.cell_a
        )


async def test_the_follower_hears_of_the_invitation_in_numbers(asked: Cast) -> None:
    son = await follow(asked)
    await asked.town.passes_until(2026, 3, 13, 19, 31)
    assert "đã mời họp sinh hoạt thường kỳ" in son.last and "Số đồng chí được mời: 3" in son.last
    assert not any(name in said for said in son.heard for name in ("Hoa", "Lan", "Minh"))
    assert son.buttons == []
    await asked.lan.taps("✏️ Sửa buổi họp")
    await asked.lan.taps("🚫 Hoãn buổi họp")
    await asked.lan.answers("Để trống", "✔️ Ghi lại")
    assert "Hoãn họp" in son.last


async def test_the_follower_hears_once_of_a_roll_that_stays_open_after_two_chases(asked: Cast) -> None:
    son = await follow(asked)
    await asked.town.passes_until(2026, 3, 22, 20, 0)
    assert not any("chưa chốt điểm danh" in said for said in son.heard)
    await asked.town.passes_until(2026, 3, 27, 12, 0)
    assert len([said for said in son.heard if "chưa chốt điểm danh" in said]) == 1
    assert len([said for said in asked.lan.heard if "điểm danh chưa chốt" in said]) == 2


async def test_nobody_is_chased_for_the_roll_of_a_meeting_that_was_not_held(asked: Cast) -> None:
    son = await follow(asked)
    await asked.town.passes_until(2026, 3, 20, 20, 0)
    await change(asked, state=MeetingState.NOT_HELD, outcome="Bão")
    await asked.town.passes_until(2026, 3, 27, 12, 0)
    assert not any("điểm danh" in said for said in son.heard + asked.lan.heard)


async def test_a_quarter_without_a_thematic_meeting_is_said_before_its_last_regular_one(cast: Cast) -> None:
    owed = "chưa có buổi sinh hoạt chuyên đề"
    async with cast.town.app.database.write() as session:
        follower = Role(
            member_id=cast.mai.member_id, organisation_id=cast.town.cell_a, name=RoleName.FOLLOWER
        )
        follower.since = JOINED
        session.add(follower)
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    await cast.town.passes_until(2026, 3, 14, 8, 0)
    assert any(owed in said and "xem giúp trước khi gửi" in said for said in cast.lan.heard)
    assert any(owed in said for said in cast.mai.heard)
    assert not any(owed in said for said in cast.hoa.heard)
    await cast.town.passes_until(2026, 4, 14, 8, 0)
    assert sum(owed in said for said in cast.lan.heard) == 1, "April begins a quarter"
