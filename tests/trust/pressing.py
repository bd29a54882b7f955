"""Presses handed to the handlers themselves, with any data, and what was refused of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest
from telegram import Update

from bot.errors import Refusal
from db.session import Session
from handlers.common import Fate
from tests.people import START, Actor, Town


class Pressing:
    """Presses by anybody. With `takes_back` what they do is undone, so that each finds the world as it was."""

    def __init__(
        self, town: Town, refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch, *, takes_back: bool = True
    ) -> None:
        self._town, self._refusals = town, refusals
        self._numbers = count(1_000_000)
        house = town.app.house

        async def silent(*_: object) -> None:
            """Nothing of what is tried here reaches anybody."""

        @asynccontextmanager
        async def taken_back(_: str = "") -> AsyncIterator[Session]:
            async with Session(house.database.engine, expire_on_commit=False) as session:
                yield session
                await session.flush()
                await session.rollback()

        monkeypatch.setattr(house, "acknowledge", silent)
        monkeypatch.setattr(house, "speak", silent)
        if takes_back:
            monkeypatch.setattr(house.database, "write", taken_back)
        monkeypatch.setattr("handlers.together.inbox.settle", _as_if_stored)

    async def press(self, actor: Actor, data: str) -> list[Refusal]:
        """Press a button with this data; what was refused. Fails when the handler fails."""
        self._refusals.clear()
        who = {"id": actor.person.id, "is_bot": False, "first_name": "X"}
        chat = {"id": actor.person.id, "type": "private"}
        message = {"message_id": 1, "date": int(START.timestamp()), "chat": chat, "text": "?"}
        pressed = {"id": "1", "from": who, "chat_instance": "1", "data": data, "message": message}
        raw = {"update_id": next(self._numbers), "callback_query": pressed}
        application = self._town.app.application
        update = Update.de_json(raw, application.bot)
        await application.process_update(update)
        assert self._town.app.house.fates.pop(update.update_id) is Fate.SETTLED, data
        return list(self._refusals)


async def _as_if_stored(session: Session, *, bot: int, update_ids: list[int]) -> int:
    """These updates never were in the inbox."""
    return len(update_ids)
