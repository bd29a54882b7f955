"""What is said about meetings when its time comes: many at once, each person what is theirs."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.actions import belonging, registration, reminding
from bot.rules.words import Answer, MeetingKind, ReminderStep, Status
from db.models import Account, Delivery, Meeting, Message, Reminder, Reply
from tests.people import START, Actor, Cast

STARTS = START + timedelta(days=4)


async def meet(
    cast: Cast, *steps: ReminderStep, cell_id: int | None = None, kind: MeetingKind = MeetingKind.REGULAR
) -> int:
    """A meeting in four days, some steps of which are due."""
    async with cast.town.app.database.write() as session:
        cell_id = cell_id or cast.town.cell_a
        meeting = Meeting(
            cell_id=cell_id, kind=kind, month=date(2026, 3, 1), starts_at=STARTS, place="Hội trường"
        )
        session.add(meeting)
        await session.flush()
        assert meeting.id is not None
        for minutes, step in enumerate(reversed(steps), start=1):
            due_at = START - timedelta(minutes=minutes)
            session.add(Reminder(meeting_id=meeting.id, step=step, due_at=due_at))
        return meeting.id


async def remind(cast: Cast) -> int:
    """One run of the tick."""
    house = cast.town.app.house
    async with cast.town.app.database.write() as session:
        return await reminding.remind_due(session, now=START, texts=house.texts)


async def queued(cast: Cast, actor: Actor) -> list[str]:
    """What waits for a person about meetings, in order."""
    async with cast.town.app.database.read() as session:
        query = (
            select(Message.text)
            .join(Delivery, col(Delivery.message_id) == Message.id)
            .where(Delivery.chat == actor.person.id, Message.about == "meeting")
            .order_by(col(Delivery.id))
        )
        return list((await session.exec(query)).all())


async def told(cast: Cast) -> Sequence[int | None]:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Reminder.told).order_by(col(Reminder.due_at)))).all()


async def reads(cast: Cast, actor: Actor, language: str) -> None:
    """Let a person's chat be in a language."""
    async with cast.town.app.database.write() as session:
        query = select(Account).where(Account.address == actor.person.id)
        (await session.exec(query)).one().language = language


async def test_steps_that_are_due_together_follow_each_other(cast: Cast) -> None:
    await meet(cast, ReminderStep.CALLED, ReminderStep.THREE_DAYS)
    assert await remind(cast) == 2
    first, second = await queued(cast, cast.hoa)
    assert "Giấy mời" in first and "chưa trả lời" in second
    assert await told(cast) == [3, 3]


async def test_a_chase_that_comes_first_is_the_invitation(cast: Cast) -> None:
    meeting_id = await meet(cast, ReminderStep.THREE_DAYS, ReminderStep.ONE_DAY)
    await remind(cast)
    first, second = await queued(cast, cast.hoa)
    assert "Giấy mời" in first and "chưa trả lời" in second
    async with cast.town.app.database.read() as session:
        meeting = await session.get(Meeting, meeting_id)
    assert meeting is not None and meeting.called_at == START


async def test_many_meetings_are_told_apart(cast: Cast) -> None:
    await meet(cast, ReminderStep.CALLED)
    await meet(cast, ReminderStep.CALLED, cell_id=cast.town.cell_b)
    await meet(cast, ReminderStep.CALLED, kind=MeetingKind.RESIDENTIAL)
    await remind(cast)
    assert ["Chi bộ thôn A" in said for said in await queued(cast, cast.hoa)] == [True]
    assert ["Chi bộ thôn B" in said for said in await queued(cast, cast.dung)] == [True]
    of_b, at_home = await queued(cast, cast.mai)
    assert "Chi bộ thôn B" in of_b and "nơi cư trú" in at_home
    assert sorted(n for n in await told(cast) if n is not None) == [1, 2, 3]


async def test_a_step_ends_where_the_next_begins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "STEP", 2)
    for cell_id in (cast.town.cell_a, cast.town.cell_b):
        await meet(cast, ReminderStep.CALLED, ReminderStep.THREE_DAYS, cell_id=cell_id)
    assert [await remind(cast) for _ in range(3)] == [2, 2, 0]
    for actor in (cast.hoa, cast.dung):
        assert len(await queued(cast, actor)) == 2


async def test_two_who_share_a_chat_get_one_invitation_and_both_count(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        query = select(Account).where(Account.address == cast.hoa.person.id)
        wife = await belonging.enter(
            session, name="Vàng Thị Mỷ", cell_id=cast.town.cell_a, since=date(2025, 1, 1)
        )
        await registration.link(session, (await session.exec(query)).one(), wife, now=START)
    await meet(cast, ReminderStep.CALLED)
    await remind(cast)
    assert len(await queued(cast, cast.hoa)) == 1
    assert await told(cast) == [4]


async def test_a_message_is_written_only_in_languages_that_are_read(cast: Cast) -> None:
    await meet(cast, ReminderStep.CALLED, cell_id=cast.town.cell_b)
    await reads(cast, cast.hoa, "en")
    await meet(cast, ReminderStep.CALLED)
    await remind(cast)
    [said] = await queued(cast, cast.hoa)
    assert "Please" in said or "invite" in said.lower()
    async with cast.town.app.database.read() as session:
        messages = (await session.exec(select(Message.id).where(Message.about == "meeting"))).all()
    assert len(messages) == 3  # cell A in both, cell B in one


async def test_who_has_answered_is_not_chased_and_who_comes_is_expected(cast: Cast) -> None:
    meeting_id = await meet(cast, ReminderStep.TWO_HOURS)
    async with cast.town.app.database.write() as session:
        meeting = await session.get(Meeting, meeting_id)
        assert meeting is not None
        meeting.called_at = START
        for actor, answer in ((cast.hoa, Answer.LEAVE), (cast.minh, Answer.LATE)):
            by = actor.member_id
            session.add(
                Reply(meeting_id=meeting_id, member_id=by, by_id=by, answer=answer, answered_at=START)
            )
    await remind(cast)
    assert await queued(cast, cast.hoa) == []
    assert ["Hẹn gặp" in said for said in await queued(cast, cast.minh)] == [True]
    assert ["chưa trả lời" in said for said in await queued(cast, cast.lan)] == [True]


async def test_the_leaders_read_who_is_out_of_reach_by_given_name(cast: Cast) -> None:
    async with cast.town.app.database.write() as session:
        for name in ("Vàng A Páo", "Tẩn Văn Già", "Lù Thị Ánh"):
            await belonging.enter(session, name=name, cell_id=cast.town.cell_a, since=date(2025, 1, 1))
    await cast.town.add("Giàng A Vinh", cast.town.cell_a, status=Status.EXEMPT)
    await meet(cast, ReminderStep.CALLED)
    await cast.town.app.settle()
    said = cast.lan.last
    assert "3/6" in said
    assert said.index("Lù Thị Ánh") < said.index("Tẩn Văn Già") < said.index("Vàng A Páo")


async def test_what_nobody_needs_any_more_is_done_and_told_to_nobody(cast: Cast) -> None:
    await meet(cast, ReminderStep.ROLL_OPEN)  # it has not begun yet
    assert await remind(cast) == 1
    assert await told(cast) == [0]
    assert await remind(cast) == 0


async def test_chasing_by_hand_says_whom_it_reached(cast: Cast) -> None:
    meeting_id = await meet(cast)
    async with cast.town.app.database.write() as session:
        hoa, coming = cast.hoa.member_id, Answer.COMING
        session.add(Reply(meeting_id=meeting_id, member_id=hoa, by_id=hoa, answer=coming, answered_at=START))
        meeting = await session.get(Meeting, meeting_id)
        assert meeting is not None
        reached, counted = await reminding.remind_silent(
            session, meeting, now=START, texts=cast.town.app.house.texts
        )
    assert reached == 2 and len(counted.silent) == 2
    assert await queued(cast, cast.hoa) == [] and len(await queued(cast, cast.minh)) == 1
