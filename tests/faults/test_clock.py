"""The machine's clock is moved while chibo runs, and what was due while it was down."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.bench.daytime import where_it_is_noon
from bot.clock import Clock
from bot.config import Settings
from bot.process import build
from bot.rules.words import ReminderStep
from db.models import Delivery, Meeting, Reminder
from db.session import Database
from tests.conftest import TOKEN
from tests.faults.conftest import Sites
from tests.faults.site import Site, site


def settings(site: Site) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        bot_token=TOKEN,  # type: ignore[arg-type]
        database_url=site.database_url,
        telegram_api_url=site.url,
        rate=1000,
        chat_rate=1000,
        timezone=where_it_is_noon(Clock().now()),
    )


@pytest.mark.parametrize("hours", [2, -2])
async def test_a_clock_that_is_moved_stops_nothing_and_repeats_nothing(
    database: Database, database_url: str, tmp_path: Path, hours: int
) -> None:
    clock = Clock()
    async with site(database, database_url, tmp_path, people=40, seed=0) as there:
        process = build(settings(there), clock=clock)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(process.run())
            await there.press(there.people)
            await there.becomes_true(lambda: there.answers.total() >= 10)
            clock.offset += timedelta(hours=hours)
            await there.press(there.people)
            await there.becomes_quiet()
            clock.offset -= timedelta(hours=hours)
            await there.press(there.people)
            await there.release_notice()
            await there.becomes_quiet()
            process.stop()
            await running
        assert (await there.check_presses())["again"] == 0
        assert (await there.check_notice())["messages"] == 40


async def test_what_was_due_while_nobody_ran_is_said_if_it_is_still_of_use(sites: Sites) -> None:
    async with sites(people=40, seed=0) as site:
        now = Clock().now()
        async with site.database.write() as session:
            begun = (await session.exec(select(Meeting).where(Meeting.id == 1))).one()
            begun.starts_at = now - timedelta(minutes=5)
            session.add(begun)
            for reminder in (await session.exec(select(Reminder))).all():
                assert reminder.step is ReminderStep.CALLED
                reminder.due_at = now - timedelta(hours=1)
                session.add(reminder)
        async with site.running():
            await site.becomes_true(lambda: len(site.telegram.log) >= 20)
            await site.becomes_quiet()
        async with site.database.read() as session:
            told = dict((await session.exec(select(Reminder.meeting_id, Reminder.told))).all())
            chats = set((await session.exec(select(Delivery.chat))).all())
        assert told == {1: 0, 2: 20}
        assert {p.id for p in site.people[20:]} <= chats
