"""Evaluating tasks, below the chat: what a meeting has to evaluate, who may, what is locked and what is not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.actions import evaluating, roll, roll_closing, task_giving, tasks
from bot.errors import NotAllowed, NotFound, TooLate
from bot.rules.words import Evaluated, MeetingKind, Rhythm, Status
from db import people
from db.models import Assignment, Meeting, Member, Progress, StatusPeriod, Task
from db.session import Session
from tests.people import Actor, Cast

DAY = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
"""The meeting of March, half past seven in the evening."""
WELL, DONE, NOT_DONE = Evaluated.WELL_DONE, Evaluated.DONE, Evaluated.NOT_DONE


@pytest.fixture
async def session(cast: Cast) -> AsyncIterator[Session]:
    """One transaction in the town where the cast lives."""
    async with cast.town.app.database.write() as opened:
        yield opened


async def who(session: Session, actor: Actor) -> Member:
    return await people.get_member(session, actor.member_id)


async def give(session: Session, cast: Cast, *to: Actor, rhythm: Rhythm = Rhythm.MONTHLY) -> Task:
    task = await task_giving.give(
        session,
        cell_id=cast.town.cell_a,
        by=await who(session, cast.lan),
        title="Vận động 5 hộ",
        target=5,
        unit="hộ",
        member_ids=[actor.member_id for actor in to],
        texts=cast.town.app.house.texts,
        now=DAY - timedelta(days=1),
        today=date(2026, 3, 2),
    )
    task.rhythm = rhythm
    session.add(task)
    await session.flush()
    return task


async def given_to(session: Session, actor: Actor) -> int:
    query = select(Assignment.id).where(Assignment.member_id == actor.member_id)
    return (await session.exec(query)).one() or 0


async def report(session: Session, actor: Actor, percent: int, *, now: datetime = DAY) -> None:
    number, by = await given_to(session, actor), await who(session, actor)
    said = {"percent": percent, "now": now, "today": now.date()}
    await tasks.report(session, assignment_id=number, by=by, **said)  # type: ignore[arg-type]


async def meet(
    session: Session, cast: Cast, month: int = 3, kind: MeetingKind = MeetingKind.REGULAR
) -> Meeting:
    starts_at = DAY.replace(month=month)
    meeting = Meeting(cell_id=cast.town.cell_a, kind=kind, month=date(2026, month, 1), starts_at=starts_at)
    session.add(meeting)
    await session.flush()
    return meeting


def saying(cast: Cast, by: Member, now: datetime) -> dict[str, Any]:
    return {"by": by, "now": now, "texts": cast.town.app.house.texts}


async def evaluate(
    session: Session,
    cast: Cast,
    meeting: Meeting,
    of: Actor,
    evaluated: Evaluated,
    *,
    by: Actor | None = None,
    now: datetime | None = None,
) -> evaluating.Sheet:
    return await evaluating.evaluate(
        session,
        meeting_id=meeting.id or 0,
        assignment_id=await given_to(session, of),
        evaluated=evaluated,
        **saying(cast, await who(session, by or cast.lan), now or meeting.starts_at),
    )


async def close(session: Session, cast: Cast, meeting: Meeting) -> None:
    closing = saying(cast, await who(session, cast.lan), meeting.starts_at + timedelta(hours=1))
    await roll.mark_all_present(session, meeting_id=meeting.id or 0, **closing)
    await roll_closing.close(session, meeting_id=meeting.id or 0, **closing)


async def names_due(session: Session, cast: Cast, meeting: Meeting) -> list[str]:
    by = await who(session, cast.lan)
    sheet = await evaluating.look(
        session, meeting_id=meeting.id or 0, **saying(cast, by, meeting.starts_at + timedelta(hours=2))
    )
    return [due.member.name for due in sheet.dues]


async def rows(session: Session) -> list[tuple[int | None, int | None, Evaluated | None]]:
    found = (await session.exec(select(Progress).order_by(col(Progress.id)))).all()
    return [(row.meeting_id, row.percent, row.evaluated) for row in found]


async def test_reported_or_not_what_is_asked_for_is_evaluated(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa, cast.minh)
    await report(session, cast.hoa, 60)
    meeting = await meet(session, cast)
    assert await names_due(session, cast, meeting) == ["Sùng Thị Hoa", "Lù Văn Minh"]
    await evaluate(session, cast, meeting, cast.hoa, DONE)
    sheet = await evaluate(session, cast, meeting, cast.minh, Evaluated.NOT_REPORTED)
    assert sheet.left == []
    assert await rows(session) == [(None, 60, DONE), (None, None, Evaluated.NOT_REPORTED)]


async def test_another_label_takes_the_place_and_the_same_changes_nothing(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa)
    meeting = await meet(session, cast)
    await evaluate(session, cast, meeting, cast.hoa, NOT_DONE)
    await evaluate(session, cast, meeting, cast.hoa, DONE, by=cast.minh)
    await evaluate(session, cast, meeting, cast.hoa, DONE)
    [row] = (await session.exec(select(Progress))).all()
    assert (row.evaluated, row.evaluated_by) == (DONE, cast.minh.member_id)


async def test_the_rhythm_decides_who_is_asked_and_a_report_who_is_evaluated_all_the_same(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa, cast.minh, rhythm=Rhythm.AT_DEADLINE)
    meeting = await meet(session, cast)
    assert await names_due(session, cast, meeting) == []
    await report(session, cast.minh, 25)
    assert await names_due(session, cast, meeting) == ["Lù Văn Minh"]


async def test_who_became_exempt_need_not_be_evaluated(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa)
    query = select(StatusPeriod).where(StatusPeriod.member_id == cast.hoa.member_id)
    (await session.exec(query)).one().status = Status.EXEMPT
    await session.flush()
    assert await names_due(session, cast, await meet(session, cast)) == []


async def test_what_was_finished_and_evaluated_as_done_is_not_asked_for_again(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa, cast.minh)
    await report(session, cast.hoa, 100)
    await report(session, cast.minh, 100)
    march = await meet(session, cast)
    await evaluate(session, cast, march, cast.hoa, WELL)
    await evaluate(session, cast, march, cast.minh, NOT_DONE)
    await close(session, cast, march)
    april = await meet(session, cast, 4)
    assert await names_due(session, cast, april) == ["Lù Văn Minh"]
    assert await names_due(session, cast, march) == ["Sùng Thị Hoa", "Lù Văn Minh"]


async def test_closing_keeps_a_row_of_everything_that_was_to_be_evaluated(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa, cast.minh)
    await report(session, cast.hoa, 40)
    march = await meet(session, cast)
    await close(session, cast, march)
    assert await rows(session) == [(march.id, 40, None), (march.id, None, None)]


async def test_a_gap_is_filled_after_closing_and_what_has_a_label_is_locked(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa, cast.minh)
    march = await meet(session, cast)
    await evaluate(session, cast, march, cast.hoa, DONE)
    await close(session, cast, march)
    later = march.starts_at + timedelta(days=20)
    await report(session, cast.minh, 75, now=later)
    await evaluate(session, cast, march, cast.minh, NOT_DONE, now=later)
    assert (march.id, None, NOT_DONE) in await rows(session)
    assert (None, 75, None) in await rows(session), "what is reported since belongs to the next meeting"
    await evaluate(session, cast, march, cast.hoa, DONE, now=later)
    for of in (cast.hoa, cast.minh):
        with pytest.raises(TooLate, match="evaluation_locked"):
            await evaluate(session, cast, march, of, WELL, now=later)


async def test_no_gap_is_filled_once_the_next_meeting_has_begun(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa)
    march = await meet(session, cast)
    await close(session, cast, march)
    april = await meet(session, cast, 4)
    with pytest.raises(TooLate, match="evaluation_over"):
        await evaluate(session, cast, march, cast.hoa, DONE, now=april.starts_at)
    await evaluate(session, cast, april, cast.hoa, DONE, now=april.starts_at)


async def test_nothing_is_evaluated_before_the_day_or_at_another_kind_of_meeting(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa)
    march = await meet(session, cast)
    morning = DAY - timedelta(hours=12)
    with pytest.raises(TooLate, match="evaluation_early"):
        await evaluate(session, cast, march, cast.hoa, DONE, now=morning - timedelta(days=1))
    await evaluate(session, cast, march, cast.hoa, DONE, now=morning)
    other = await meet(session, cast, 3, MeetingKind.EXTRAORDINARY)
    with pytest.raises(NotFound):
        await evaluate(session, cast, other, cast.hoa, DONE)


async def test_only_who_leads_the_cell_evaluates(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa)
    march = await meet(session, cast)
    for nobody in (cast.hoa, cast.dung, cast.quan, cast.mai):
        with pytest.raises(NotAllowed):
            await evaluate(session, cast, march, cast.hoa, DONE, by=nobody)


async def test_all_who_are_done_get_the_same_and_who_has_one_keeps_it(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa, cast.minh, cast.lan)
    for actor, percent in ((cast.hoa, 100), (cast.minh, 100), (cast.lan, 90)):
        await report(session, actor, percent)
    march = await meet(session, cast)
    await evaluate(session, cast, march, cast.minh, DONE)
    by = await who(session, cast.lan)
    sheet = await evaluating.evaluate_finished(
        session, meeting_id=march.id or 0, evaluated=WELL, **saying(cast, by, DAY)
    )
    assert {due.member.name: due.evaluated for due in sheet.dues} == {
        "Sùng Thị Hoa": WELL,
        "Lù Văn Minh": DONE,
        "Vàng Thị Lan": None,
    }


async def test_what_is_evaluated_takes_no_report_until_the_next_month(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa)
    march = await meet(session, cast)
    await evaluate(session, cast, march, cast.hoa, NOT_DONE)
    with pytest.raises(TooLate, match="task_evaluated"):
        await report(session, cast.hoa, 100)
    await close(session, cast, march)
    await report(session, cast.hoa, 100)


async def test_a_note_stays_beside_the_evaluation_and_fills_only_a_gap_once_closed(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa)
    march = await meet(session, cast)
    lan, number = await who(session, cast.lan), await given_to(session, cast.hoa)

    async def note(words: str) -> str:
        _, due = await evaluating.set_note(
            session, assignment_id=number, words=words, **saying(cast, lan, DAY + timedelta(hours=2))
        )
        assert due.progress is not None
        return due.progress.note

    assert await note("sớm hạn") == "sớm hạn"
    await evaluate(session, cast, march, cast.hoa, DONE)
    assert await note("đúng hạn") == "đúng hạn"
    await close(session, cast, march)
    with pytest.raises(TooLate, match="evaluation_locked"):
        await note("muộn")


async def test_two_secretaries_a_report_and_the_closing_at_once_leave_one_row(cast: Cast) -> None:
    database = cast.town.app.database
    async with database.write() as session:
        await give(session, cast, cast.hoa)
        march = await meet(session, cast)

    async def evaluates(by: Actor, evaluated: Evaluated) -> None:
        async with database.write() as opened:
            await evaluate(opened, cast, march, cast.hoa, evaluated, by=by)

    async def reports() -> None:
        async with database.write() as opened:
            await report(opened, cast.hoa, 50)

    async def closes() -> None:
        async with database.write() as opened:
            await close(opened, cast, march)

    deeds = (evaluates(cast.lan, DONE), evaluates(cast.minh, DONE), reports(), closes())
    ended = await asyncio.gather(*deeds, return_exceptions=True)
    assert ended[:2] == [None, None] and ended[3] is None
    assert ended[2] is None or getattr(ended[2], "key", "") == "task_evaluated"
    async with database.read() as session:
        found = await rows(session)
    assert [row[2] for row in found if row[0] == march.id] == [DONE]
    assert len(found) <= 2 and all(row[2] is None for row in found if row[0] is None)
