"""Many rows at once: what is put in comes out as the same, in its order, and never twice."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.rules.words import MeetingKind, OrganisationKind, ReminderProfile, ReminderStep
from db.many import Batch, insert_new, is_among, reserve_numbers
from db.models import Account, Meeting, MeetingState, Message, Organisation, Reminder
from db.session import Database, Session
from tests.people import START


def message(number: int, **more: Any) -> dict[str, Any]:
    plain = {"text": f"<b>{number}</b> \"'\\ ấ\n", "buttons": None, "keyboard": None, "protect": False}
    return {"id": number, **plain, "about": None, "asks": True, "created_at": START, **more}


async def add_meetings(session: Session, count: int) -> None:
    session.add(Organisation(id=1, code="a", name="Chi bộ A", kind=OrganisationKind.CELL))
    kind = MeetingKind.EXTRAORDINARY
    rows = [{"id": number, "starts_at": START + timedelta(days=number)} for number in range(1, count + 1)]
    await insert_new(session, Meeting, [Batch({"cell_id": 1, "kind": kind, "month": date(2026, 3, 1)}, rows)])


async def test_rows_come_back_as_they_went_in(database: Database) -> None:
    rows = [
        message(1),
        message(2, buttons=[[{"text": "Có mặt ✅", "data": "answer:1:coming"}]], about="meeting"),
    ]
    async with database.write() as session:
        await insert_new(session, Message, [Batch({}, rows)])
    async with database.read() as session:
        plain, asking = (await session.exec(select(Message).order_by(col(Message.id)))).all()
    assert plain == Message(**message(1)) and asking == Message(**rows[1])


async def test_what_a_batch_shares_stands_in_all_its_rows_in_their_order(database: Database) -> None:
    async with database.write() as session:
        await add_meetings(session, 2)
        batches = [
            Batch({"meeting_id": meeting}, [{"step": step, "due_at": START} for step in ReminderStep])
            for meeting in (2, 1)
        ]
        await insert_new(session, Reminder, batches)
    async with database.read() as session:
        found = (await session.exec(select(Reminder).order_by(col(Reminder.id)))).all()
    assert [(r.meeting_id, r.step) for r in found] == [(m, s) for m in (2, 1) for s in ReminderStep]
    assert {r.due_at for r in found} == {START}


async def test_what_is_not_said_is_as_it_begins(database: Database) -> None:
    async with database.write() as session:
        await add_meetings(session, 1)
    async with database.read() as session:
        meeting = (await session.exec(select(Meeting))).one()
    assert (meeting.state, meeting.agenda, meeting.minutes) == (MeetingState.PLANNED, "", 90)
    assert (meeting.month, meeting.profile) == (date(2026, 3, 1), ReminderProfile.STANDARD)


async def test_a_row_that_is_there_already_stays_as_it_is(database: Database) -> None:
    def account(address: int, language: str) -> dict[str, Any]:
        return {"bot": 1, "address": address, "language": language, "created_at": START}

    async with database.write() as session:
        await insert_new(session, Account, [Batch({}, [account(1, "vi"), account(2, "vi")])])
        await insert_new(session, Account, [Batch({}, [account(2, "en"), account(3, "en")])])
    async with database.read() as session:
        found = (await session.exec(select(Account).order_by(col(Account.address)))).all()
    assert [(a.address, a.language) for a in found] == [(1, "vi"), (2, "vi"), (3, "en")]


async def test_numbers_go_to_one_only(database: Database) -> None:
    async def add() -> None:
        async with database.write() as session:
            numbers = await reserve_numbers(session, Message, 50)
            assert numbers == sorted(numbers)
            await insert_new(session, Message, [Batch({}, [message(number) for number in numbers])])

    await asyncio.gather(*(add() for _ in range(4)))
    async with database.write() as session:
        session.add(Message(text="one more", created_at=START))
    async with database.read() as session:
        assert len((await session.exec(select(Message.id))).all()) == 201


@pytest.mark.parametrize("count", [0, 1, 3, 5000])
async def test_one_among_numbers_is_found_however_many_they_are(database: Database, count: int) -> None:
    async with database.write() as session:
        await insert_new(session, Message, [Batch({}, [message(number) for number in range(1, 4)])])
        query = select(Message.id).where(is_among(Message.id, one_writer=database.sqlite))
        found = await session.rows(query, {"numbers": list(range(1, count + 1))})
    assert sorted(number for (number,) in found) == list(range(1, min(count, 3) + 1))
