"""The program as it runs for real: a process of its own, over HTTP, stopped politely and killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.bench.daytime import where_it_is_noon
from bot.clock import Clock
from bot.rules.words import Answer, MeetingKind, OrganisationKind
from bot.sandbox.limits import Limits
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from db.models import (
    Account,
    Delivery,
    DeliveryState,
    Link,
    Meeting,
    Member,
    Membership,
    Organisation,
    Reminder,
    Reply,
)
from db.session import Database
from tests.conftest import TOKEN
from tests.people import JOINED, consent

MEMBERS = 40
PATIENCE = 60.0


@asynccontextmanager
async def running(url: str, database_url: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`chibo run` in a process of its own."""
    settings = {
        "CHIBO_BOT_TOKEN": TOKEN,
        "CHIBO_DATABASE_URL": database_url,
        "CHIBO_TELEGRAM_API_URL": url,
        "CHIBO_RATE": "1000",
        "CHIBO_TIMEZONE": where_it_is_noon(Clock().now()),
    }
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=os.environ | settings, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def becomes_true(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not fact():
            await asyncio.sleep(0.02)


async def invite_all(database: Database, people: list[Person]) -> None:
    """A cell of these people, whose meeting is in five days and to be called now."""
    now = datetime.now(UTC)
    async with database.write() as session:
        cell = Organisation(code="a", name="Chi bộ thôn A", kind=OrganisationKind.CELL)
        session.add(cell)
        await session.flush()
        starts = now + timedelta(days=5)
        meeting = Meeting(
            cell_id=cell.id, kind=MeetingKind.REGULAR, month=starts.date().replace(day=1), starts_at=starts
        )
        session.add(meeting)
        for person in people:
            person.chat.shut = None
            member = Member(name=person.name)
            account = Account(bot=1, address=person.id, created_at=now)
            session.add_all([member, account])
            await session.flush()
            session.add(Membership(member_id=member.id, cell_id=cell.id, kind="record", since=JOINED))
            session.add(Link(account_id=account.id, member_id=member.id, since=now))
            session.add(consent(account.id, member.id, at=now))
        session.add(Reminder(meeting_id=meeting.id, step="called", due_at=now))


def invited(person: Person) -> bool:
    return any("Giấy mời" in (m.text or "") for m in person.messages)


def answered(person: Person) -> bool:
    return any("Đã ghi: có mặt" in (m.text or "") for m in person.messages)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_no_press_is_lost_or_doubled_when_the_process_ends(
    how: signal.Signals, database_url: str, database: Database, tmp_path: Path
) -> None:
    telegram = Telegram(TOKEN, limits=Limits.unlimited())
    people = [telegram.add_person(f"Đảng viên {n}") for n in range(MEMBERS)]
    await invite_all(database, people)
    log = tmp_path / "log.txt"
    async with serve(telegram) as url:
        async with running(url, database_url, log) as process:
            await becomes_true(lambda: all(map(invited, people)))
            for person in people:
                person.taps("✅ Có mặt")
            await becomes_true(lambda: sum(map(answered, people)) > MEMBERS // 4)
            process.send_signal(how)
            assert await process.wait() == (0 if how is signal.SIGTERM else -signal.SIGKILL)
        async with running(url, database_url, log):
            await becomes_true(lambda: all(map(answered, people)))
    async with database.read() as session:
        replies = (await session.exec(select(Reply))).all()
        again = (await session.exec(select(Delivery).where(Delivery.again > 0))).all()
        open_ = (await session.exec(select(Delivery.id).where(Delivery.state == DeliveryState.UNKNOWN))).all()
    assert len(replies) == MEMBERS and all(r.answer is Answer.COMING for r in replies)
    assert "Traceback" not in log.read_text()
    assert open_ == []
    if how is signal.SIGTERM:
        assert again == []
