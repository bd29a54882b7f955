"""`báo cáo`: everything that waits for the person, and nothing else."""

from sqlmodel import select

from bot.rules.words import Rhythm, Status
from bot.sandbox.objects import Message
from db.models import Notice, NoticeState, Recipient, StatusPeriod, Task
from tests.handlers.test_tasks import LINE, give
from tests.people import Actor, Cast, schedule


def message_with(actor: Actor, button: str) -> Message:
    """The newest message with a button."""
    shown = [m for m in actor.person.messages if any(b.text == button for row in m.buttons for b in row)]
    return shown[-1]


async def announce(cast: Cast, *to: Actor, state: NoticeState = NoticeState.SENT) -> None:
    """A notice has gone to members of A."""
    now = cast.town.clock.now()
    async with cast.town.app.database.write() as session:
        notice = Notice(
            issuer_id=cast.town.committee,
            audience_id=cast.town.cell_a,
            author_id=cast.quan.member_id,
            title="Nghị quyết 57",
            text="Toàn văn nghị quyết.",
            state=state,
            created_at=now,
            sent_at=now,
        )
        session.add(notice)
        await session.flush()
        assert notice.id is not None
        for actor in to:
            session.add(Recipient(notice_id=notice.id, member_id=actor.member_id, cell_id=cast.town.cell_a))


async def called(cast: Cast) -> None:
    """A's meeting of 3 April has been called."""
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.town.moves_to(2026, 3, 28, 9, 0)


async def test_with_nothing_pending_it_says_so_kindly(cast: Cast) -> None:
    for said in ("báo cáo", "bao cao", "/baocao", "📝 Báo cáo của tôi"):
        assert "không có việc gì đang chờ" in await cast.hoa.sends(said)


async def test_a_meeting_a_task_and_a_notice_are_counted_and_then_listed(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await announce(cast, cast.hoa, cast.minh)
    await called(cast)
    await cast.hoa.sends("/baocao")
    counted, notice, task, meeting = cast.hoa.heard[-4:]
    assert "1 thông báo cần xác nhận, 1 nhiệm vụ cần báo cáo, 1 cuộc họp cần trả lời." in counted
    assert "Nghị quyết 57" in notice and "Vận động 5 hộ" in task
    assert "Sinh hoạt thường kỳ, Chi bộ thôn A: 19 giờ 30 thứ Sáu, ngày 03/04/2026" in meeting


async def test_each_is_answered_where_it_is_listed_and_then_nothing_is_left(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await announce(cast, cast.hoa)
    await called(cast)
    await cast.hoa.sends("/baocao")
    await cast.hoa.sends("1")  # the meeting stands last, so that a bare digit is for it
    await cast.hoa.taps("50%", message_with(cast.hoa, "50%"))
    await cast.hoa.taps("✅ Tôi đã nghiên cứu", message_with(cast.hoa, "✅ Tôi đã nghiên cứu"))
    assert "không có việc gì đang chờ" in await cast.hoa.sends("/baocao")


async def test_what_is_not_asked_yet_or_not_of_this_person_is_not_pending(cast: Cast) -> None:
    old = await cast.town.add("Vàng A Páo", cast.town.cell_a, status=Status.EXEMPT)
    await announce(cast, cast.minh)
    await announce(cast, cast.hoa, state=NoticeState.DRAFT)
    await schedule(cast.town, cast.town.cell_a, day=20)
    await cast.town.app.settle()
    for actor in (cast.hoa, cast.dung, old):
        assert "không có việc gì đang chờ" in await actor.sends("/baocao")
    await cast.town.moves_to(2026, 3, 16, 9, 0)
    assert "ngày 20/03/2026" in await cast.hoa.sends("/baocao")
    assert "không có việc gì đang chờ" in await old.sends("/baocao")


async def test_a_stranger_is_told_how_to_register(cast: Cast) -> None:
    assert "chưa được đăng ký" in await cast.town.stranger("Người Lạ").sends("/baocao")


async def change_task(cast: Cast, **values: object) -> None:
    async with cast.town.app.database.write() as session:
        task = (await session.exec(select(Task))).one()
        for name, value in values.items():
            setattr(task, name, value)
        session.add(task)


async def test_a_task_waits_for_a_report_as_often_as_its_rhythm_says(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    await change_task(cast, rhythm=Rhythm.AT_DEADLINE)
    assert "không có việc gì đang chờ" in await cast.hoa.sends("báo cáo")
    await change_task(cast, rhythm=Rhythm.QUARTERLY)  # it is March
    assert "Vận động 5 hộ" in await cast.hoa.sends("báo cáo")


async def test_nothing_waits_for_a_report_from_who_is_exempt(cast: Cast) -> None:
    await give(cast, LINE, cast.hoa)
    async with cast.town.app.database.write() as session:
        query = select(StatusPeriod).where(StatusPeriod.member_id == cast.hoa.member_id)
        period = (await session.exec(query)).one()
        period.status = Status.TEMPORARILY_EXEMPT
        session.add(period)
    assert "không có việc gì đang chờ" in await cast.hoa.sends("báo cáo")
