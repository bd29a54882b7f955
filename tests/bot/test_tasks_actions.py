"""What can be done with tasks, below the chat: who may, who is asked, what the board adds up to."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.actions import belonging, registration, roll, roll_closing, task_board, task_giving, tasks
from bot.actions.telling import tell
from bot.errors import BadInput, NotAllowed, TooLate
from bot.lanes import Lane
from bot.rules.words import MeetingKind, MembershipKind, Status
from db import people
from db.models import (
    Account,
    Assignment,
    Delivery,
    Meeting,
    Member,
    Membership,
    StatusPeriod,
    Task,
)
from db.posting import When
from db.session import Session
from db.tasks import list_of_member
from tests.people import Actor, Cast

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
async def session(cast: Cast) -> AsyncIterator[Session]:
    """One transaction in the town where the cast lives."""
    async with cast.town.app.database.write() as opened:
        yield opened


async def who(session: Session, actor: Actor) -> Member:
    return await people.get_member(session, actor.member_id)


async def give(
    session: Session, cast: Cast, to: Sequence[int], *, by: Actor | None = None, **more: Any
) -> Task:
    values = {"title": "Vận động 5 hộ", "target": 5, "unit": "hộ", "deadline": date(2026, 12, 30), **more}
    return await task_giving.give(
        session,
        cell_id=cast.town.cell_a,
        by=await who(session, by or cast.lan),
        member_ids=to,
        texts=cast.town.app.house.texts,
        now=NOW,
        today=TODAY,
        **values,
    )


async def report(session: Session, actor: Actor, *, by: Actor | None = None, **said: Any) -> Assignment:
    [given] = await list_of_member(session, actor.member_id, on=TODAY)
    speaker = await who(session, by or actor)
    done = await tasks.report(session, assignment_id=given.id, by=speaker, now=NOW, today=TODAY, **said)
    return done.assignment


async def ask(session: Session, cast: Cast, meeting_id: int = 7) -> set[int]:
    """Ask ahead of a meeting; whom it reaches."""
    asked = await tasks.questions(session, {meeting_id: cast.town.cell_a}, today=TODAY)
    texts, when = cast.town.app.house.texts, When(NOW, expires_at=NOW + timedelta(days=3))
    reached = [
        await tell(session, [member_id], say, texts=texts, lane=Lane.REMINDER, when=when)
        for member_id, say in asked[meeting_id]
    ]
    return set().union(*reached)


async def count_messages(session: Session) -> int:
    return len((await session.exec(select(Delivery.id))).all())


async def add_member(session: Session, cell_id: int, name: str, *, status: Status = Status.OFFICIAL) -> int:
    member = await belonging.enter(session, name=name, cell_id=cell_id, since=date(2025, 1, 1))
    assert member.id is not None
    if status is not Status.OFFICIAL:
        period = (await session.exec(select(StatusPeriod).where(StatusPeriod.member_id == member.id))).one()
        period.status = status
    return member.id


async def transfer(session: Session, member_id: int, cell_id: int) -> None:
    session.add(
        Membership(
            member_id=member_id, cell_id=cell_id, kind=MembershipKind.TEMPORARY, since=date(2026, 1, 1)
        )
    )
    await session.flush()


async def test_only_who_leads_the_cell_gives_tasks(session: Session, cast: Cast) -> None:
    for nobody in (cast.hoa, cast.dung, cast.quan, cast.mai):
        with pytest.raises(NotAllowed):
            await give(session, cast, [cast.hoa.member_id], by=nobody)
    await give(session, cast, [cast.hoa.member_id], by=cast.minh)


async def test_a_task_is_for_members_of_the_cell_who_are_not_exempt_or_away(
    session: Session, cast: Cast
) -> None:
    a, b = cast.town.cell_a, cast.town.cell_b
    old = await add_member(session, a, "Vàng A Páo", status=Status.EXEMPT)
    ill = await add_member(session, a, "Lù A Pao", status=Status.TEMPORARILY_EXEMPT)
    away = await add_member(session, a, "Giàng A Vinh")
    await transfer(session, away, b)
    for outsider in (old, ill, away, cast.dung.member_id, cast.mai.member_id, cast.quan.member_id):
        with pytest.raises(BadInput):
            await give(session, cast, [cast.hoa.member_id, outsider])
    with pytest.raises(BadInput):
        await give(session, cast, [])


async def test_a_member_transferred_in_gets_tasks_and_is_asked(session: Session, cast: Cast) -> None:
    await transfer(session, cast.dung.member_id, cast.town.cell_a)
    await give(session, cast, [cast.dung.member_id])
    assert await ask(session, cast) == {cast.dung.member_id}


async def test_a_task_needs_words_and_time(session: Session, cast: Cast) -> None:
    for wrong in ({"title": "  "}, {"title": "x" * 301}, {"deadline": date(2026, 3, 1)}):
        with pytest.raises(BadInput):
            await give(session, cast, [cast.hoa.member_id], **wrong)


async def test_nobody_else_reports_for_a_member(session: Session, cast: Cast) -> None:
    await give(session, cast, [cast.hoa.member_id])
    for nobody in (cast.dung, cast.quan, cast.mai):
        with pytest.raises(NotAllowed):
            await report(session, cast.hoa, by=nobody, percent=100)
    assert (await report(session, cast.hoa, by=cast.minh, percent=25)).reported_by == cast.minh.member_id


REPORTS = [
    # the measure says the per cent, and goes before what contradicts it
    ({"done": 3}, (60, 3, False)),
    ({"done": 3, "percent": 10}, (60, 3, False)),
    # more than asked is all of it
    ({"done": 9}, (100, 9, False)),
    ({"percent": 50}, (50, None, False)),
    # stuck, with and without a number
    ({"stuck": True}, (None, None, True)),
    ({"percent": 20, "stuck": True}, (20, None, True)),
    # finished is not stuck
    ({"percent": 100, "stuck": True}, (100, None, False)),
]


async def test_what_is_said_is_recorded(session: Session, cast: Cast) -> None:
    for number, (said, recorded) in enumerate(REPORTS):
        task = await give(session, cast, [cast.hoa.member_id], title=f"Việc {number}")
        assignment = await report(session, cast.hoa, **said)
        assert (assignment.percent, assignment.done, assignment.stuck) == recorded
        task.closed_at = NOW


async def test_a_report_says_something_in_bounded_words_while_the_task_is_open(
    session: Session, cast: Cast
) -> None:
    task = await give(session, cast, [cast.hoa.member_id])
    [given] = await list_of_member(session, cast.hoa.member_id, on=TODAY)
    with pytest.raises(BadInput):
        await report(session, cast.hoa)
    with pytest.raises(BadInput):
        await report(session, cast.hoa, percent=50, words="x" * 1001)
    task.closed_at = NOW
    with pytest.raises(TooLate):
        await tasks.report(session, assignment_id=given.id, by=given.member, percent=50, now=NOW, today=TODAY)


async def test_each_member_with_something_to_do_is_asked_once_for_a_meeting(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, [cast.hoa.member_id, cast.minh.member_id])
    await give(session, cast, [cast.hoa.member_id], title="Việc khác")
    [first, _] = await list_of_member(session, cast.hoa.member_id, on=TODAY)
    [minhs] = await list_of_member(session, cast.minh.member_id, on=TODAY)
    await tasks.report(session, assignment_id=first.id, by=first.member, percent=100, now=NOW, today=TODAY)
    await tasks.report(session, assignment_id=minhs.id, by=minhs.member, percent=100, now=NOW, today=TODAY)
    before = await count_messages(session)
    assert await ask(session, cast) == {cast.hoa.member_id}
    await ask(session, cast)
    assert await count_messages(session) == before + 1


async def test_who_became_exempt_or_went_away_is_not_asked_any_more(session: Session, cast: Cast) -> None:
    await give(session, cast, [cast.hoa.member_id, cast.minh.member_id])
    query = select(StatusPeriod).where(StatusPeriod.member_id == cast.hoa.member_id)
    (await session.exec(query)).one().status = Status.EXEMPT
    await transfer(session, cast.minh.member_id, cast.town.cell_b)
    assert await ask(session, cast) == set()


async def test_two_who_share_a_telephone_are_both_asked(session: Session, cast: Cast) -> None:
    query = select(Account).where(Account.address == cast.hoa.person.id)
    account = (await session.exec(query)).one()
    await registration.link(session, account, await who(session, cast.minh), now=NOW)
    await give(session, cast, [cast.hoa.member_id, cast.minh.member_id])
    before = await count_messages(session)
    assert await ask(session, cast) == {cast.hoa.member_id, cast.minh.member_id}
    assert await count_messages(session) == before + 3  # Minh has a telephone of his own as well


async def test_the_board_counts_everybody_once_and_names_by_given_name(session: Session, cast: Cast) -> None:
    old = await add_member(session, cast.town.cell_a, "Vàng A Páo", status=Status.EXEMPT)
    anh = await add_member(session, cast.town.cell_a, "Vàng Thị Ánh")
    await give(session, cast, [cast.hoa.member_id, cast.minh.member_id, anh])
    await report(session, cast.hoa, percent=25, stuck=True)
    board = await task_board.board(session, cell_id=cast.town.cell_a, today=date(2026, 12, 31))
    names = [m.name for m in board.with_task]
    assert names == ["Vàng Thị Ánh", "Sùng Thị Hoa", "Lù Văn Minh"]
    assert [m.name for m in board.silent] == ["Vàng Thị Ánh", "Lù Văn Minh"]
    assert [m.name for m in board.reported] == [m.name for m in board.stuck] == ["Sùng Thị Hoa"]
    assert [m.name for m in board.overdue] == names
    assert [m.name for m in board.without_task] == ["Vàng Thị Lan"]
    assert old not in {m.id for m in (*board.with_task, *board.without_task)}


async def test_a_report_counts_until_the_regular_meeting_is_closed(session: Session, cast: Cast) -> None:
    await give(session, cast, [cast.hoa.member_id, cast.minh.member_id])
    await report(session, cast.hoa, percent=50)
    await report(session, cast.minh, percent=100)
    for kind, silent in ((MeetingKind.RESIDENTIAL, []), (MeetingKind.REGULAR, [cast.hoa.member_id])):
        meeting = Meeting(cell_id=cast.town.cell_a, kind=kind, month=date(2026, 3, 1), starts_at=NOW)
        session.add(meeting)
        await session.flush()
        assert meeting.id is not None
        closing = {"meeting_id": meeting.id, "by": await who(session, cast.lan), "now": NOW}
        await roll.mark_all_present(session, **closing, texts=cast.town.app.house.texts)  # type: ignore[arg-type]
        await roll_closing.close(session, **closing, texts=cast.town.app.house.texts)  # type: ignore[arg-type]
        board = await task_board.board(session, cell_id=cast.town.cell_a, today=TODAY)
        assert [m.id for m in board.silent] == silent


async def test_the_silent_are_asked_and_those_without_a_chat_named(session: Session, cast: Cast) -> None:
    pao = await add_member(session, cast.town.cell_a, "Vàng A Páo")
    await give(session, cast, [cast.hoa.member_id, cast.minh.member_id, pao])
    await report(session, cast.hoa, percent=0)
    told, unreached = await tasks.ask_silent(
        session,
        cell_id=cast.town.cell_a,
        by=await who(session, cast.lan),
        texts=cast.town.app.house.texts,
        now=NOW,
        today=TODAY,
    )
    assert told == {cast.minh.member_id}
    assert [m.id for m in unreached] == [pao]
