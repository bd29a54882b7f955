"""Paid broadcasts: only when they are set, and only for what goes to many."""

from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.lanes import Lane
from db.models import Message
from db.session import Database
from scheduler.channel import Channel
from scheduler.pacing import Budget, PacedLimiter
from tests.people import START

PAID = [
    (True, Lane.BULK, {"allow_paid_broadcast": "true"}),
    (True, Lane.REMINDER, {}),
    (True, Lane.REPLY, {}),
    (False, Lane.BULK, {}),
]


async def sent(database: Database, *, paid: bool, lane: Lane, edits: int | None = None) -> dict[str, str]:
    """The parameters of the call that a message becomes."""
    telegram = AsyncMock()
    telegram.request.post.return_value = {"message_id": 5}
    limiter = PacedLimiter(Budget(1000))
    channel = Channel(telegram, limiter, database, bot=1, paid=paid)
    message = Message(text="Nghị quyết", created_at=START)
    assert await channel.send(message, 7, lane=lane, edits=edits) == 5
    (_, form), _ = telegram.request.post.call_args
    return dict(form.json_parameters)


@pytest.mark.parametrize(("paid", "lane", "expected"), PAID)
async def test_only_what_is_for_many_is_paid_for(
    database: Database, paid: bool, lane: Lane, expected: dict[str, Any]
) -> None:
    given = await sent(database, paid=paid, lane=lane)
    assert {name: value for name, value in given.items() if "paid" in name} == expected


async def test_an_edit_is_never_paid_for(database: Database) -> None:
    assert "allow_paid_broadcast" not in await sent(database, paid=True, lane=Lane.BULK, edits=5)
