"""Several bots for real: one process over HTTP serves three of them, is killed, and goes on where it was."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.bench.daytime import where_it_is_noon
from bot.clock import Clock
from bot.keys import Keys
from bot.lanes import Lane
from bot.rules.words import Answer, MeetingKind, MembershipKind, OrganisationKind, RoleName
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
    OwnBot,
    Reminder,
    Reply,
    Role,
    Update,
    UpdateState,
)
from db.session import Database
from tests.conftest import TOKEN
from tests.people import JOINED, consent

KEY = "0123456789abcdef0123456789abcdef"
TOKENS = {1: TOKEN, 2: "2:second-token", 3: "3:third-token"}
EACH = 15
"""People of each bot."""
PATIENCE = 60.0


@asynccontextmanager
async def running(url: str, database_url: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`chibo run` in a process of its own."""
    settings = {
        "CHIBO_BOT_TOKEN": TOKEN,
        "CHIBO_DATABASE_URL": database_url,
        "CHIBO_TELEGRAM_API_URL": url,
        "CHIBO_RATE": "1000",
        "CHIBO_CHAT_RATE": "1000",
        "CHIBO_SECRET_KEY": KEY,
        "CHIBO_TIMEZONE": where_it_is_noon(Clock().now()),
    }
    with log.open("ab") as output:
        command = (sys.executable, "-m", "bot", "run")
        process = await asyncio.create_subprocess_exec(
            *command, env=os.environ | settings, stdout=output, stderr=output
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


@pytest.fixture
def telegrams() -> dict[int, Telegram]:
    """A Telegram for each bot."""
    home = Telegram(TOKEN, limits=Limits.unlimited())
    others = {number: home.beside(TOKENS[number], f"bot_{number}") for number in (2, 3)}
    return {1: home, **others}


@pytest.fixture
async def people(database: Database, telegrams: dict[int, Telegram]) -> list[Person]:
    """A cell for each bot, whose people are at it and are to be called to their meeting now."""
    everybody: list[Person] = []
    async with database.write() as session:
        for number, telegram in telegrams.items():
            theirs = [telegrams[1].add_person(f"Đảng viên {number}.{n}").at(telegram) for n in range(EACH)]
            cell = Organisation(code=f"c{number}", name=f"Chi bộ {number}", kind=OrganisationKind.CELL)
            session.add(cell)
            await session.flush()
            now = datetime.now(UTC)
            if number > 1:
                own = {"id": number, "organisation_id": cell.id, "username": f"bot_{number}", "added_at": now}
                session.add(OwnBot(sealed_token=Keys([KEY]).seal(TOKENS[number]), **own))  # type: ignore[arg-type]
            starts = now + timedelta(days=5)
            month = starts.date().replace(day=1)
            meeting = Meeting(cell_id=cell.id, kind=MeetingKind.REGULAR, month=month, starts_at=starts)
            session.add(meeting)
            for person in theirs:
                person.chat.shut = None
                member = Member(name=person.name)
                account = Account(bot=number, address=person.id, created_at=now)
                session.add_all([member, account])
                await session.flush()
                belongs = {"cell_id": cell.id, "kind": MembershipKind.RECORD, "since": JOINED}
                session.add(Membership(member_id=member.id, **belongs))  # type: ignore[arg-type]
                session.add(Link(account_id=account.id, member_id=member.id, since=now))
                session.add(consent(account.id, member.id, at=now))
            session.add(Reminder(meeting_id=meeting.id, step="called", due_at=now))
            everybody += theirs
    return everybody


def invited(person: Person) -> bool:
    return any("Giấy mời" in (m.text or "") for m in person.messages)


def answered(person: Person) -> bool:
    return any("Đã ghi: có mặt" in (m.text or "") for m in person.messages)


async def test_no_press_at_any_of_three_bots_is_lost_or_doubled_when_the_process_is_killed(
    database_url: str,
    database: Database,
    telegrams: dict[int, Telegram],
    people: list[Person],
    tmp_path: Path,
) -> None:
    log = tmp_path / "log.txt"
    async with serve(telegrams[1]) as url:
        async with running(url, database_url, log) as process:
            await becomes_true(lambda: all(map(invited, people)))
            for person in people:
                person.taps("✅ Có mặt")
            await becomes_true(lambda: sum(map(answered, people)) > len(people) // 4)
            process.send_signal(signal.SIGKILL)
            assert await process.wait() == -signal.SIGKILL
        async with running(url, database_url, log):
            await becomes_true(lambda: all(map(answered, people)))
    async with database.read() as session:
        replies = (await session.exec(select(Reply))).all()
        states = set((await session.exec(select(Update.state))).all())
        deliveries = (await session.exec(select(Delivery).where(Delivery.lane == int(Lane.REMINDER)))).all()
        open_ = (await session.exec(select(Delivery.id).where(Delivery.state == DeliveryState.UNKNOWN))).all()
    assert len(replies) == len(people) and all(r.answer is Answer.COMING for r in replies)
    assert states == {UpdateState.DONE} and open_ == []
    at = {
        person.id: number
        for number, start in ((1, 0), (2, EACH), (3, 2 * EACH))
        for person in people[start:][:EACH]
    }
    assert all(at[delivery.chat] == delivery.bot for delivery in deliveries)
    assert sorted(delivery.chat for delivery in deliveries) == sorted(at), "somebody was called twice"
    text = log.read_text()
    assert "Traceback" not in text and "second-token" not in text
    assert all(each.counts["409"] <= 1 for each in telegrams.values()), "two processes polled one bot"


async def test_a_refused_token_of_a_committees_bot_ends_that_bot_only_and_a_new_bot_is_taken_up(
    database_url: str,
    database: Database,
    telegrams: dict[int, Telegram],
    people: list[Person],
    tmp_path: Path,
) -> None:
    log, admin = tmp_path / "log.txt", telegrams[1].people[people[0].id]
    async with database.write() as session:
        first = (await session.exec(select(Member).order_by(col(Member.id)))).first()
        assert first is not None and first.id is not None
        session.add(Role(member_id=first.id, name=RoleName.ADMIN, since=JOINED))
        third = await session.get(OwnBot, 3)
        assert third is not None
        removed, third.removed_at = third.sealed_token, datetime.now(UTC)
        third.sealed_token = Keys([KEY]).seal("3:not-the-token")
    async with serve(telegrams[1]) as url, running(url, database_url, log) as process:
        await becomes_true(lambda: all(map(invited, people[: 2 * EACH])))
        await becomes_true(lambda: any("@bot_3" in (m.text or "") for m in admin.messages))
        assert process.returncode is None
        assert not any(map(invited, people[2 * EACH :]))
        async with database.write() as session:
            third = await session.get(OwnBot, 3)
            assert third is not None
            third.removed_at, third.sealed_token = None, removed
        await becomes_true(lambda: all(map(invited, people)))
        people[0].taps("✅ Có mặt")
        await becomes_true(lambda: answered(people[0]))
    assert "Telegram does not accept its token" in log.read_text()
