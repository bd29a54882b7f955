"""What APScheduler runs is brought to its end when the process stops."""

import asyncio
import logging
from datetime import datetime

import pytest

from bot.texts import Texts
from db.session import Database, Session
from scheduler import running
from scheduler.running import Ticking
from tests.people import Town


async def test_a_tick_that_runs_when_the_process_stops_is_brought_to_its_end(
    town: Town, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    began, done = asyncio.Event(), []

    async def slow(session: Session, *, now: datetime, texts: Texts) -> int:
        began.set()
        await asyncio.sleep(0.1)
        done.append(now)
        return 1  # there would be more to do

    monkeypatch.setattr(running, "TICKS", {slow: 0.01})
    ticking = Ticking(database, town.app.house.texts, town.clock, lambda: None)
    ticking.start()
    await began.wait()
    await ticking.stop()
    assert len(done) == 1
    began.clear()
    await asyncio.sleep(0.05)
    assert not began.is_set()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
