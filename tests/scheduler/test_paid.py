"""Paid broadcasts: only when they are set, and only for what goes to many."""

from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.lanes import Lane
from db.models import Message
from db.session import Database
from scheduler.channel import Channel
from tests.people import START

PAID = [
    (True, Lane.BULK, {"allow_paid_broadcast": True}),
    (True, Lane.REMINDER, {}),
    (True, Lane.REPLY, {}),
    (False, Lane.BULK, {}),
]


@pytest.mark.parametrize(("paid", "lane", "expected"), PAID)
async def test_only_what_is_for_many_is_paid_for(
    database: Database, paid: bool, lane: Lane, expected: dict[str, Any]
) -> None:
    telegram = AsyncMock()
    channel = Channel(telegram, database, bot=1, paid=paid)
    await channel.send(Message(text="Nghị quyết", created_at=START), 7, lane=lane)
    given = telegram.send_message.call_args.kwargs
    assert {name: value for name, value in given.items() if "paid" in name} == expected


async def test_an_edit_is_never_paid_for(database: Database) -> None:
    telegram = AsyncMock()
    channel = Channel(telegram, database, bot=1, paid=True)
    assert await channel.send(Message(text="sửa", created_at=START), 7, lane=Lane.BULK, edits=5) == 5
    assert "allow_paid_broadcast" not in telegram.edit_message_text.call_args.kwargs
