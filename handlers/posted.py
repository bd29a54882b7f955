"""Updates that Telegram posts: those that come while others are being stored share the next commit.

The process an update was posted to need not be the one that serves the bot: it tells that one (`db.hearing`).
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from db import hearing, inbox, leases
from db.session import Session
from handlers.common import House
from handlers.ingress import NEVER, NOTE_POLLS, Ingress

log = logging.getLogger(__name__)


@dataclass
class _Together:
    """Updates of one commit."""

    updates: list[Mapping[str, Any]] = field(default_factory=list)
    stored: bool = False


class Posted:
    """What is posted for one bot."""

    def __init__(self, house: House, ingress: Ingress) -> None:
        self.number = house.bot
        self._house = house
        self._ingress = ingress
        self._turn = asyncio.Lock()
        self._coming = _Together()
        self._noted: datetime = NEVER

    async def keep(self, raw: Mapping[str, Any]) -> bool:
        """Store an update, known ones too; True when it is committed, False when the database is away."""
        mine = self._coming
        mine.updates.append(raw)
        async with self._turn:
            if mine is self._coming:  # nobody has stored it while we waited: we do, for all who wait
                self._coming = _Together()
                await self._store(mine)
        return mine.stored

    async def _store(self, together: _Together) -> None:
        try:
            async with self._house.database.write("inbox") as session:
                await self._write(session, together.updates)
        except (OSError, SQLAlchemyError) as error:
            log.debug("posted updates wait for the database: %s", type(error).__name__)
            return
        together.stored = True
        self._ingress.arrived()

    async def _write(self, session: Session, updates: list[Mapping[str, Any]]) -> None:
        now = self._house.clock.now()
        await inbox.store(session, bot=self.number, updates=updates, now=now)
        if now >= self._noted + NOTE_POLLS:
            await leases.remember_poll(session, bot=self.number, now=now)
            self._noted = now
        if not self._ingress.serving:
            await hearing.tell(session, bot=self.number)
