"""Who goes to another cell leaves the tasks of the old one on that day; who is away for a time keeps them."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.actions import belonging, task_giving, task_planning
from bot.actions import task_changing as changing
from bot.actions.belonging import Place
from bot.actions.task_planning import Written
from bot.errors import BadInput, NotAllowed, TooLate
from bot.rules.words import MembershipKind, RoleName
from db import people, task_plans
from db.models import Assignment, Member
from db.session import Session
from db.tasks import list_of_member
from tests.people import JOINED, Actor, Cast

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)
RECORD, TEMPORARY = MembershipKind.RECORD, MembershipKind.TEMPORARY


@pytest.fixture
async def session(cast: Cast) -> AsyncIterator[Session]:
    """One transaction in the town where the cast lives."""
    async with cast.town.app.database.write() as session:
        yield session


async def give(session: Session, cast: Cast, to: int, *, cell_id: int = 0, by: Actor | None = None) -> int:
    task = await task_giving.give(
        session,
        cell_id=cell_id or cast.town.cell_a,
        by=await who(session, by or cast.lan),
        title="Vận động 5 hộ",
        member_ids=[to],
        texts=cast.town.app.house.texts,
        now=NOW,
        today=TODAY,
    )
    return task.id or 0


async def who(session: Session, actor: Actor) -> Member:
    return await people.get_member(session, actor.member_id)


async def until(session: Session) -> date | None:
    return (await session.exec(select(Assignment))).one().until


async def doing(session: Session, cast: Cast, task_id: int, by: Actor) -> dict[str, Any]:
    """What every change of a task takes."""
    return {"task_id": task_id, "by": await who(session, by), "texts": cast.town.app.house.texts, "now": NOW}


async def test_who_moves_to_another_cell_has_the_tasks_of_the_old_one_until_that_day(
    session: Session, cast: Cast
) -> None:
    await give(session, cast, cast.hoa.member_id)
    await belonging.belong(session, cast.hoa.member_id, RECORD, Place(cast.town.cell_b), since=LATER)
    assert await until(session) == LATER
    assert len(await list_of_member(session, cast.hoa.member_id, on=date(2026, 3, 31))) == 1
    assert await list_of_member(session, cast.hoa.member_id, on=LATER) == []


async def test_who_leaves_has_no_tasks_any_more(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa.member_id)
    await belonging.leave(session, cast.hoa.member_id, on=TODAY)
    assert await until(session) == TODAY


async def test_who_is_away_for_a_time_keeps_them(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa.member_id)
    goal = Place(cast.town.cell_b)
    await belonging.belong(session, cast.hoa.member_id, TEMPORARY, goal, since=LATER, until=date(2026, 9, 1))
    assert await until(session) is None
    await belonging.belong(session, cast.hoa.member_id, TEMPORARY, None, since=date(2026, 6, 1))
    assert await until(session) is None


async def test_a_guest_who_goes_home_leaves_the_tasks_of_the_cell_that_had_them(
    session: Session, cast: Cast
) -> None:
    dung = cast.dung.member_id
    await belonging.belong(
        session, dung, TEMPORARY, Place(cast.town.cell_a), since=TODAY, until=date(2026, 9, 1)
    )
    await give(session, cast, dung)
    await belonging.belong(session, dung, TEMPORARY, None, since=LATER)
    assert await until(session) == LATER


async def test_where_somebody_lives_has_nothing_to_do_with_it(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa.member_id)
    hoa = cast.hoa.member_id
    await belonging.belong(session, hoa, MembershipKind.RESIDENTIAL, Place(cast.town.cell_b), since=TODAY)
    await belonging.belong(session, hoa, MembershipKind.RESIDENTIAL, None, since=LATER)
    assert await until(session) is None


async def test_the_tasks_of_a_cell_that_is_merged_end_with_it(session: Session, cast: Cast) -> None:
    await give(session, cast, cast.hoa.member_id)
    await belonging.carry_members(session, cast.town.cell_a, cast.town.cell_b, since=LATER)
    assert await until(session) == LATER


async def test_only_who_leads_its_cell_changes_a_task_or_makes_a_plan(session: Session, cast: Cast) -> None:
    task_id = await give(session, cast, cast.hoa.member_id)
    other = await belonging.give_role(
        session, cast.dung.member_id, RoleName.SECRETARY, cast.town.cell_b, since=JOINED
    )
    helper = await belonging.give_role(
        session, cast.hoa.member_id, RoleName.ROLL_TAKER, cast.town.cell_a, since=JOINED
    )
    assert other.id and helper.id
    for nobody in (cast.hoa, cast.dung, cast.quan, cast.mai):
        with pytest.raises(NotAllowed):
            await changing.close(session, **await doing(session, cast, task_id, nobody))
        with pytest.raises(NotAllowed):
            await prepare(session, cast, nobody, "Việc – Hoa")
    await changing.rename(session, title="Việc khác", **await doing(session, cast, task_id, cast.minh))
    assert (await task_plans.get_task(session, task_id)).title == "Việc khác"


async def prepare(session: Session, cast: Cast, by: Actor, *lines: str) -> task_planning.Plan:
    return await task_planning.prepare(
        session,
        cell_id=cast.town.cell_a,
        by=await who(session, by),
        written=Written(lines),
        texts=cast.town.app.house.texts,
        today=TODAY,
    )


async def test_a_task_is_handed_over_within_the_cell_and_once(session: Session, cast: Cast) -> None:
    task_id = await give(session, cast, cast.hoa.member_id)
    by_lan = await doing(session, cast, task_id, cast.lan)
    hoa, minh, dung = cast.hoa.member_id, cast.minh.member_id, cast.dung.member_id
    with pytest.raises(BadInput):
        await changing.hand_over(session, member_id=hoa, to_id=dung, **by_lan)
    with pytest.raises(BadInput):
        await changing.hand_over(session, member_id=hoa, to_id=hoa, **by_lan)
    await changing.hand_over(session, member_id=hoa, to_id=minh, **by_lan)
    with pytest.raises(TooLate):
        await changing.hand_over(session, member_id=hoa, to_id=cast.lan.member_id, **by_lan)
    with pytest.raises(BadInput):
        await changing.give_more(session, member_ids=[minh], **by_lan)
    assert [member.id for _, member in await task_plans.list_held(session, task_id, on=TODAY)] == [minh]


async def test_what_changes_nothing_is_not_written_down(session: Session, cast: Cast) -> None:
    task_id = await give(session, cast, cast.hoa.member_id)
    by_lan = await doing(session, cast, task_id, cast.lan)
    await changing.rename(session, title=" Vận động  5 hộ ", **by_lan)
    await changing.set_kind(session, kind="", **by_lan)
    await changing.set_deadline(session, deadline=None, **by_lan)
    assert len(await task_plans.list_changes(session, task_id)) == 1
