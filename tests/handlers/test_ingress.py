"""The way in: stored before acknowledged, each effect once, order kept for a person, failures set aside."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from telegram import Update as TelegramUpdate
from telegram.ext import MessageHandler, filters

from db import inbox
from db.models import Reply, Update, UpdateState
from handlers.common import Context
from tests.people import START, Cast, schedule


async def states(cast: Cast) -> list[UpdateState]:
    async with cast.town.app.database.read() as session:
        query = select(Update.state).order_by(col(Update.update_id))
        return [UpdateState(state) for state in (await session.exec(query)).all()]


def text_update(number: int, sender: int, text: str) -> dict[str, Any]:
    person = {"id": sender, "is_bot": False, "first_name": "Hoa"}
    chat = {"id": sender, "type": "private", "first_name": "Hoa"}
    message = {"message_id": number, "date": 1772413200, "chat": chat, "from": person, "text": text}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {"update_id": number, "message": message}


async def store(cast: Cast, *updates: dict[str, Any]) -> None:
    async with cast.town.app.database.write() as session:
        await inbox.store(session, bot=1, updates=updates, now=START)


async def test_an_update_is_stored_before_it_is_acknowledged(cast: Cast) -> None:
    cast.hoa.person.sends("/toi")
    await cast.town.app.ingress.poll(wait=0)
    assert await states(cast) == [UpdateState.QUEUED]
    assert len(cast.town.telegram.updates) == 1  # Telegram still has it: the next poll acknowledges
    await cast.town.app.ingress.poll(wait=0)
    assert len(cast.town.telegram.updates) == 0


async def test_what_was_stored_when_the_machine_died_is_answered_after_the_start(cast: Cast) -> None:
    cast.hoa.person.sends("/toi")
    await cast.town.app.ingress.poll(wait=0)
    cast.town.app.ingress._next = None  # a new process knows nothing of the old one's offset
    await cast.town.app.settle()
    assert "Sùng Thị Hoa" in cast.hoa.last
    assert len(cast.hoa.heard) == 1


async def test_a_repeated_update_has_one_effect(cast: Cast) -> None:
    update = text_update(7, cast.hoa.person.id, "/toi")
    await store(cast, update)
    await cast.town.app.settle()
    await store(cast, update)
    await cast.town.app.settle()
    assert len(cast.hoa.heard) == 1


async def test_ids_out_of_order_do_no_harm(cast: Cast) -> None:
    hoa = cast.hoa.person.id
    await store(cast, text_update(9, hoa, "/toi"), text_update(8, hoa, "/trogiup"))
    await cast.town.app.settle()
    assert [said.split("\n")[0] for said in cast.hoa.heard] == [
        "chibo giúp đồng chí:",
        "Sùng Thị Hoa (mã M-Sùng Thị Hoa)",
    ]


async def test_one_persons_updates_keep_their_order(cast: Cast) -> None:
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    for words in ("1", "2", "3", "2", "1", "3"):
        cast.hoa.person.sends(words)
    await cast.town.app.settle()
    async with cast.town.app.database.read() as session:
        assert (await session.exec(select(Reply.answer))).one() == "late"


@pytest.mark.parametrize("payload", [{"update_id": 5}, {"update_id": 6, "message": {"nonsense": True}}])
async def test_what_cannot_be_read_is_set_aside_and_the_next_ones_go_on(
    cast: Cast, payload: dict[str, Any]
) -> None:
    await store(cast, payload, text_update(50, cast.hoa.person.id, "/toi"))
    await cast.town.app.settle()
    assert (await states(cast))[-1] is UpdateState.DONE
    assert UpdateState.QUEUED not in await states(cast)
    assert "Sùng Thị Hoa" in cast.hoa.last


async def test_a_handler_that_fails_is_tried_three_times_and_the_person_is_told(cast: Cast) -> None:
    tries = 0

    async def broken(update: TelegramUpdate, context: Context) -> None:
        nonlocal tries
        tries += 1
        raise RuntimeError("Sùng Thị Hoa is a secret")

    cast.town.app.application.handlers[0].insert(0, MessageHandler(filters.Text(["hỏng"]), broken))
    cast.hoa.person.sends("hỏng")
    await cast.town.app.settle()
    assert tries == inbox.MAX_TRIES
    assert "chưa thực hiện được" in cast.hoa.last
    async with cast.town.app.database.read() as session:
        row = (await session.exec(select(Update))).one()
    assert row.state is UpdateState.FAILED
    assert row.error is not None and "RuntimeError" in row.error and "Hoa" not in row.error


async def test_a_failure_before_the_commit_leaves_nothing_half_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    real, failures = inbox.settle, [OSError("the disk is full")]

    async def failing(*args: Any, **named: Any) -> bool:
        if failures:
            raise failures.pop()
        return await real(*args, **named)

    monkeypatch.setattr("handlers.together.inbox.settle", failing)
    cast.hoa.person.sends("1")
    async with asyncio.timeout(30):
        await cast.town.app.settle()
    async with cast.town.app.database.read() as session:
        assert len((await session.exec(select(Reply))).all()) == 1
    assert len([said for said in cast.hoa.heard if said.startswith("Đã ghi")]) == 1


async def test_one_who_floods_the_bot_keeps_nobody_else_waiting(cast: Cast) -> None:
    flood = [text_update(n, cast.hoa.person.id, "/toi") for n in range(1, 301)]
    others = [cast.lan, cast.minh, cast.dung, cast.quan]
    await store(cast, *flood)
    await store(cast, *(text_update(400 + n, who.person.id, "/toi") for n, who in enumerate(others)))
    await cast.town.app.settle()
    answered = [call.chat for call in cast.town.telegram.log if call.method == "sendMessage"]
    last = max(answered.index(who.person.id) for who in others)
    assert answered[: last + 1].count(cast.hoa.person.id) < 100
    assert answered.count(cast.hoa.person.id) == 300


async def test_an_update_done_days_ago_is_forgotten_and_one_that_waits_is_not(cast: Cast) -> None:
    await store(cast, text_update(1, cast.hoa.person.id, "/toi"))
    await cast.town.app.settle()
    await store(cast, text_update(2, cast.hoa.person.id, "/toi"))
    async with cast.town.app.database.write() as session:
        assert await inbox.forget(session, before=START) == 0
        assert await inbox.forget(session, before=START + timedelta(seconds=1)) == 1
    assert await states(cast) == [UpdateState.QUEUED]


async def test_an_update_another_process_has_done_has_no_second_effect(cast: Cast) -> None:
    await store(cast, text_update(1, cast.hoa.person.id, "/toi"))
    app = cast.town.app
    async with app.database.read() as session:
        [row] = await inbox.list_waiting(session, bot=1, limit=1)
    await app.settle()
    heard = len(cast.hoa.heard)
    assert await app.ingress._serve(row)  # the other process had read it before, and comes later
    await app.sender.drain()
    assert len(cast.hoa.heard) == heard
