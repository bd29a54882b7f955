"""Visits that share a transaction: all of them, or those that must come again; and never half of one."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot.bench import words
from bot.bench.population import Population
from bot.rules.words import Answer
from db import answers
from db.models import Delivery, DeliveryState, Message, Reply, Update, UpdateState
from db.session import Database
from handlers.together import MOST, AlreadyDone, ComeAgain, Together
from tests.people import START, Town

COUNT = 20


@pytest.fixture
async def pressed(town: Town) -> list[int]:
    """The chats of a cell whose members all press at once; what they press is stored and not served."""
    people = [town.telegram.add_person("Đảng viên", str(n)) for n in range(COUNT)]
    population = Population(town.telegram.bot.id, COUNT, people[0].id, per_cell=COUNT)
    async with town.app.database.write() as session:
        await population.settle(session, now=START)
        await population.plan_meetings(session, starts_at=START, call_at=START)
    for person in people:
        person.chat.shut = None
        rows = words.invitation_rows(population.meeting_of(1))
        said = {"chat_id": person.id, "text": words.INVITATION, "reply_markup": {"inline_keyboard": rows}}
        await town.telegram.call(town.app.settings.token, "sendMessage", said)
        invitation = next(iter(person.chat.messages.values()))
        person.presses(
            invitation, next(b for row in invitation.buttons for b in row if b.text == words.COMING)
        )
    await town.app.ingress.poll(wait=0)
    return [person.id for person in people]


def commits_of(database: Database) -> Counter[str]:
    """How often the database is committed from now on."""
    counted: Counter[str] = Counter()
    event.listen(database.engine.sync_engine, "commit", lambda _: counted.update(["commit"]))
    return counted


async def replies(town: Town) -> list[Reply]:
    async with town.app.database.read() as session:
        return list((await session.exec(select(Reply))).all())


async def test_presses_at_the_same_time_share_commits(town: Town, pressed: list[int]) -> None:
    counted = commits_of(town.app.database)
    await town.app.ingress.drain()
    assert {r.answer for r in await replies(town)} == {Answer.COMING}
    assert len(await replies(town)) == COUNT
    assert COUNT / MOST <= counted["commit"] < COUNT


async def test_each_has_its_answer_in_its_own_chat_once(town: Town, pressed: list[int]) -> None:
    await town.app.ingress.drain()
    async with town.app.database.read() as session:
        chats = Counter((await session.exec(select(Delivery.chat))).all())
        states = Counter((await session.exec(select(Update.state))).all())
    leader, *others = pressed
    assert {chat: chats[chat] for chat in others} == dict.fromkeys(others, 1)
    assert chats[leader] == 2, "and whoever leads the cell hears once that nobody is silent any more"
    assert states == {UpdateState.DONE: COUNT}


async def test_of_many_answers_in_transactions_of_their_own_one_is_the_last(
    town: Town, pressed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Together, "shared", lambda self, number, *, about: self.alone(number))
    await town.app.ingress.drain()
    async with town.app.database.read() as session:
        told = (await session.exec(select(Message.about_id).where(Message.about == "headcount"))).all()
    assert told == [1]


async def test_who_fails_takes_nobody_along(
    town: Town, pressed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = answers.record

    async def failing(session: Any, said: Any) -> int:
        number = await real(session, said)
        if said.member_id == 7:
            raise RuntimeError
        return number

    monkeypatch.setattr("bot.actions.attendance.answers.record", failing)
    while await town.app.ingress.drain():
        pass
    assert {r.member_id for r in await replies(town)} == {*range(1, COUNT + 1)} - {7}
    async with town.app.database.read() as session:
        states = Counter((await session.exec(select(Update.state))).all())
        told = Counter((await session.exec(select(Delivery.chat))).all())
    assert states == {UpdateState.DONE: COUNT - 1, UpdateState.FAILED: 1}
    assert [told[chat] for chat in pressed] == [0 if n == 7 else 1 for n in range(1, COUNT + 1)]


async def test_what_another_process_has_done_is_not_done_again_and_the_others_are(
    town: Town, pressed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town.app.database.write() as session:
        row = (await session.exec(select(Update).where(Update.sender == pressed[3]))).one()
    real = town.app.ingress._handle

    async def late(update: Any) -> Any:
        async with town.app.database.write() as session:
            mine = await session.get_one(Update, (1, row.update_id))
            mine.state = UpdateState.DONE
            session.add(mine)
        monkeypatch.setattr(town.app.ingress, "_handle", real)
        return await real(update)

    monkeypatch.setattr(town.app.ingress, "_handle", late)
    await town.app.ingress.drain()
    assert {r.member_id for r in await replies(town)} == {*range(1, COUNT + 1)} - {4}


async def test_who_gives_up_waiting_leaves_no_transaction_open(database: Database) -> None:
    together = Together(database, bot=1)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with together.shared(1, about=0):
            inside.set()
            await go_on.wait()

    async def second() -> None:
        async with together.shared(2, about=0):
            raise AssertionError("it was cancelled before its turn")

    running = asyncio.create_task(first())
    await inside.wait()
    waiting = asyncio.create_task(second())
    await asyncio.sleep(0)
    go_on.set()
    waiting.cancel()
    results = await asyncio.gather(running, waiting, return_exceptions=True)
    assert isinstance(results[0], AlreadyDone | ComeAgain)  # there is no update 1 to be done
    assert isinstance(results[1], asyncio.CancelledError)
    async with asyncio.timeout(5), database.write() as session:
        assert (await session.exec(select(Delivery).where(Delivery.state == DeliveryState.SENT))).all() == []
