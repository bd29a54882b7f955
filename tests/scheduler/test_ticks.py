"""Replicas run the same tick at the same time: together they do all of the work, and nothing twice."""

import asyncio
from datetime import time, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot.actions import notice_spreading, reminding, scheduling
from bot.bench.population import COMMITTEE, JOINED, Population
from bot.config import ZONE
from bot.lanes import Lane
from bot.rules.words import MeetingKind
from bot.texts import Texts
from db.models import Delivery, Meeting, Message, Notice, NoticeState, Recipient, Reminder, Schedule
from db.posting import Address, When
from db.session import Database
from scheduler import ticks
from scheduler.ticks import Tick
from tests.people import START
from tests.posts import queue

TEXTS = Texts(ZONE)
PEOPLE = Population(bot=1, members=30, first_chat=1000, per_cell=5)
LATER = START + timedelta(minutes=1)


@pytest.fixture
async def town(database: Database) -> Database:
    """Thirty members in six cells, each with a secretary."""
    async with database.write() as session:
        await PEOPLE.settle(session, now=START)
    return database


async def run(database: Database, tick: Tick) -> int:
    """One run of a tick, as a process makes it."""
    async with database.write("tick") as session:
        return await tick(session, now=LATER, texts=TEXTS)


async def run_twice_at_once(database: Database, tick: Tick) -> int:
    """Two runs at the same time, again until there is nothing left; the work done."""
    total = 0
    while done := sum(await asyncio.gather(run(database, tick), run(database, tick))):
        total += done
    return total


async def count(database: Database, what: str) -> int:
    async with database.read() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {what}"))).scalar_one())


async def release(database: Database, words: str = "Kế hoạch") -> None:
    """A notice of the committee to everybody."""
    async with database.write() as session:
        session.add(
            Notice(
                issuer_id=COMMITTEE,
                audience_id=COMMITTEE,
                author_id=1,
                title="Kế hoạch",
                text=words,
                state=NoticeState.SENDING,
                created_at=START,
                sent_at=START,
            )
        )


async def call_meetings(database: Database) -> None:
    """Every cell's invitation is due."""
    async with database.write() as session:
        await PEOPLE.plan_meetings(session, starts_at=START + timedelta(days=3), call_at=START)


async def test_a_notice_reaches_everybody_once(town: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_spreading, "STEP", 7)
    await release(town)
    assert await run_twice_at_once(town, ticks.spread_notices) == 30
    assert await count(town, "notice_recipient") == await count(town, "delivery") == 30
    async with town.read() as session:
        assert set((await session.exec(select(Delivery.chat))).all()) == set(range(1000, 1030))
        assert len((await session.exec(select(Message.id))).all()) == 2  # one for each language


async def test_two_notices_at_once_reach_everybody_once_each(
    town: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_spreading, "STEP", 8)
    await release(town, "Kế hoạch một")
    await release(town, "Kế hoạch hai")
    assert await run_twice_at_once(town, ticks.spread_notices) == 60
    async with town.read() as session:
        rows = (await session.exec(select(Recipient.notice_id, Recipient.member_id))).all()
    assert len(rows) == len(set(rows)) == 60


async def test_everybody_is_invited_once(town: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "STEP", 2)
    await call_meetings(town)
    assert await run_twice_at_once(town, ticks.remind) == PEOPLE.cells
    assert await count(town, "delivery") == 30 + PEOPLE.cells  # and a report to each secretary
    async with town.read() as session:
        told = (await session.exec(select(Reminder.told).where(col(Reminder.done_at).is_not(None)))).all()
    assert list(told) == [5] * PEOPLE.cells


async def test_every_month_has_one_meeting(town: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "STEP", 2)
    rule = "FREQ=MONTHLY;BYMONTHDAY=20"
    async with town.write() as session:
        for cell_id in range(COMMITTEE + 1, COMMITTEE + 1 + PEOPLE.cells):
            kind, at = MeetingKind.REGULAR, time(19, 30)
            session.add(Schedule(cell_id=cell_id, kind=kind, rule=rule, at=at, since=JOINED))
    assert await run_twice_at_once(town, ticks.plan_meetings) == PEOPLE.cells
    async with town.read() as session:
        held = (await session.exec(select(Meeting.cell_id, col(Meeting.month)))).all()
        planned = (
            await session.exec(select(Reminder.meeting_id, col(Reminder.step), col(Reminder.due_at)))
        ).all()
    assert len(held) == len(set(held)) == PEOPLE.cells
    assert len(planned) == len(set(planned)) == PEOPLE.cells * 10


async def test_what_is_of_no_use_any_more_is_withdrawn_once(town: Database) -> None:
    async with town.write() as session:
        to = [Address(1, chat, "vi") for chat in range(1000, 1030)]
        await queue(session, "muộn", to, lane=Lane.BULK, when=When(START, expires_at=START))
    assert await run_twice_at_once(town, ticks.drop_expired) == 30


@pytest.mark.parametrize("work", ["notice", "reminders"])
async def test_what_one_has_in_hand_another_leaves_to_it(
    town: Database, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    if town.sqlite:
        pytest.skip("SQLite lets one write at a time")
    monkeypatch.setattr(reminding, "STEP", 4)
    await (release(town) if work == "notice" else call_meetings(town))
    tick = ticks.spread_notices if work == "notice" else ticks.remind
    async with town.write("tick") as session:
        mine = await tick(session, now=LATER, texts=TEXTS)
        others = await run(town, tick)
    assert (mine, others) == ((30, 0) if work == "notice" else (4, 2))
    assert await run(town, tick) == 0


async def test_a_meeting_is_told_about_by_one_at_a_time(
    town: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if town.sqlite:
        pytest.skip("SQLite lets one write at a time")
    monkeypatch.setattr(reminding, "STEP", 1)
    await call_meetings(town)
    async with town.write() as session:
        await session.execute(text("DELETE FROM reminder WHERE meeting_id > 1"))
        await session.execute(
            text(
                "INSERT INTO reminder (meeting_id, step, due_at) SELECT 1, 'three_days', due_at FROM reminder"
            )
        )
    async with town.write("tick") as session:
        assert await ticks.remind(session, now=LATER, texts=TEXTS) == 1
        assert await run(town, ticks.remind) == 0  # the chase waits until the invitation is out
    assert await run(town, ticks.remind) == 1
