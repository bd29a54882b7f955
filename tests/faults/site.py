"""A local Telegram, a database with people in it, and processes of chibo between them that are ended and broken.

What is found afterwards is compared with what Telegram accepted (`telegram.log`) and with what the people did.
"""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import func
from sqlmodel import col, select

from bot.bench import words
from bot.bench.daytime import where_it_is_noon
from bot.bench.population import SOON, Population
from bot.clock import Clock
from bot.lanes import Lane
from bot.rules.words import Answer
from bot.sandbox.limits import Limits
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from db.models import Delivery, DeliveryState, Notice, NoticeState, Reply, Update, UpdateState
from db.outbox import OPEN
from db.session import Database
from tests.conftest import TOKEN

PATIENCE = 120.0
"""Seconds without any progress after which something counts as stuck: two polls that stall take 70."""
SHOWN = {words.COMING: "có mặt", words.LATE: "đến muộn"}
TITLE = "Nghị quyết số 57"
BUTTONS = {words.COMING: Answer.COMING, words.LATE: Answer.LATE}


@dataclass
class Site:
    """Everything a fault can happen to."""

    telegram: Telegram
    url: str
    database: Database
    database_url: str
    people: list[Person]
    log: Path
    random: Random
    pressed: dict[int, list[str]] = field(default_factory=dict)
    """What each person pressed, in order."""

    @asynccontextmanager
    async def running(self, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """`chibo run` in a process of its own."""
        settings = {
            "CHIBO_BOT_TOKEN": TOKEN,
            "CHIBO_DATABASE_URL": self.database_url,
            "CHIBO_TELEGRAM_API_URL": self.url,
            "CHIBO_RATE": "1000",
            "CHIBO_CHAT_RATE": "1000",
            "CHIBO_TIMEZONE": where_it_is_noon(Clock().now()),
        }
        with self.log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                env=os.environ | settings | environment,
                stdout=output,
                stderr=output,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            await process.wait()

    async def press(self, people: Iterable[Person], times: int = 1) -> None:
        """Each person presses so often, now this button and now that one: every answer changes the message."""
        buttons = list(BUTTONS)
        for _ in range(times):
            for person in people:
                before = self.pressed.setdefault(person.id, [])
                text = buttons[(len(before) + person.id) % len(buttons)]
                invitation = next(iter(person.chat.messages.values()))
                button = next(b for row in invitation.buttons for b in row if b.text == text)
                person.presses(invitation, button)
                before.append(text)
            await asyncio.sleep(0)

    @property
    def answers(self) -> Counter[int]:
        """How many answers Telegram accepted for each chat."""
        return Counter(call.chat for call in self.telegram.log if call.method == "editMessageText")

    async def becomes_true(self, fact: Callable[[], bool]) -> None:
        """Wait for something that can be seen at Telegram, as long as calls come there."""
        seen, since = -1, 0.0
        while not fact():
            if (now := len(self.telegram.log)) != seen:
                seen, since = now, time.monotonic()
            assert time.monotonic() - since < PATIENCE, self._stuck()
            await asyncio.sleep(0.01)

    async def becomes_quiet(self) -> None:
        """Wait until all that came in is done and all that must go out is settled, as long as it gets less."""
        left, since = (-1, -1, -1), 0.0
        while (now := await self._left()) != (0, 0, 0):
            if now != left:
                left, since = now, time.monotonic()
            assert time.monotonic() - since < PATIENCE, self._stuck()
            await asyncio.sleep(0.2)

    async def _left(self) -> tuple[int, int, int]:
        """Updates not stored, stored and not done, and deliveries open or still to be queued."""
        async with self.database.read() as session:
            count = select(func.count())
            waiting = count.select_from(Update).where(Update.state == UpdateState.QUEUED)
            spreading = count.select_from(Notice).where(Notice.state == NoticeState.SENDING)
            open_ = count.select_from(Delivery).where(col(Delivery.state).in_(OPEN))
            found = [(await session.exec(query)).one() for query in (waiting, spreading, open_)]
        return len(self.telegram.updates), found[0], found[1] + found[2]

    def _stuck(self) -> str:
        log = self.log.read_text() if self.log.exists() else "nothing"
        return f"nothing moves any more; the log ends with: {log[-2000:]}"

    async def release_notice(self) -> None:
        """A notice for everybody, to be spread by the running process."""
        now = Clock().now()
        async with self.database.write() as session:
            told = {"title": TITLE, "text": words.STUDY, "created_at": now, "sent_at": now}
            session.add(Notice(issuer_id=1, audience_id=1, author_id=1, state=NoticeState.SENDING, **told))  # type: ignore[arg-type]

    async def deliveries(self, lane: Lane) -> list[Delivery]:
        """All deliveries of a lane."""
        async with self.database.read() as session:
            query = select(Delivery).where(Delivery.lane == int(lane)).order_by(col(Delivery.id))
            return list((await session.exec(query)).all())

    async def check_presses(self) -> Counter[str]:
        """No press lost, none with two effects, no answer lost; one may come twice if it is marked.

        Returns how many answers were repeated and how many are in doubt.
        """
        async with self.database.read() as session:
            replies = {r.member_id: r.answer for r in (await session.exec(select(Reply))).all()}
            states = Counter((await session.exec(select(Update.state))).all())
        assert states == {UpdateState.DONE: sum(map(len, self.pressed.values()))}
        first = self.people[0].id
        assert replies == {p - first + 1: BUTTONS[texts[-1]] for p, texts in self.pressed.items()}
        by_chat: dict[int, list[Delivery]] = {}
        for delivery in await self.deliveries(Lane.REPLY):
            by_chat.setdefault(delivery.chat, []).append(delivery)
        assert {chat: len(rows) for chat, rows in by_chat.items()} == {
            chat: len(texts) for chat, texts in self.pressed.items()
        }, "an effect was doubled or lost"
        for person in self.people:
            last = by_chat.get(person.id, [])[-1:]
            if last and last[0].state is DeliveryState.SENT:
                text = next(iter(person.chat.messages.values())).text or ""
                assert SHOWN[self.pressed[person.id][-1]] in text, "the message does not show the last answer"
        return self._check_deliveries(by_chat, self.answers)

    async def check_notice(self) -> Counter[str]:
        """Everybody has the notice once, or it is listed as unknown; none came twice."""
        by_chat = {d.chat: [d] for d in await self.deliveries(Lane.BULK)}
        assert by_chat.keys() == {p.id for p in self.people}, "somebody was left out, or queued twice"
        sent = Counter(call.chat for call in self.telegram.log if TITLE in (call.text or ""))
        return self._check_deliveries(by_chat, sent)

    def _check_deliveries(self, by_chat: dict[int, list[Delivery]], accepted: Counter[int]) -> Counter[str]:
        found: Counter[str] = Counter()
        for chat, rows in by_chat.items():
            unknown = sum(d.state is DeliveryState.UNKNOWN for d in rows)
            again = sum(d.again for d in rows)
            assert all(d.state in (DeliveryState.SENT, DeliveryState.UNKNOWN) for d in rows), rows
            assert all(d.again <= 1 for d in rows), "at most one repetition for each message"
            hidden = 2 * unknown  # what equals the text an unknown edit would have replaced is no edit
            assert accepted[chat] >= len(rows) - hidden, "a message was lost"
            assert accepted[chat] <= len(rows) + again, "a message came twice and is not marked"
            found += Counter(
                unknown=unknown, again=again, twice=max(0, accepted[chat] - len(rows)), messages=len(rows)
            )
        return found

    def check_log(self) -> None:
        """No failure that nobody had thought of."""
        _, found, trace = self.log.read_text().partition("Traceback")
        assert not found, trace[:5000]


async def settle(telegram: Telegram, database: Database, count: int) -> list[Person]:
    """So many members in cells of twenty, registered, each with an invitation to their meeting in the chat."""
    people = [telegram.add_person("Đảng viên", str(n)) for n in range(1, count + 1)]
    population = Population(telegram.bot.id, count, people[0].id, per_cell=20)
    now = Clock().now()
    async with database.write() as session:
        await population.settle(session, now=now)
        await population.plan_meetings(session, starts_at=now + SOON, call_at=now + SOON)
    for n, person in enumerate(people, start=1):
        person.chat.shut = None
        markup = {"inline_keyboard": words.invitation_rows(population.meeting_of(n))}
        said = {"chat_id": person.id, "text": words.INVITATION, "reply_markup": markup}
        assert (await telegram.call(TOKEN, "sendMessage", said)).status == 200
    telegram.log.clear()
    return people


@asynccontextmanager
async def site(
    database: Database, database_url: str, folder: Path, *, people: int, seed: int
) -> AsyncIterator[Site]:
    """A Telegram without limits and its people."""
    telegram = Telegram(TOKEN, limits=Limits.unlimited())
    settled = await settle(telegram, database, people)
    async with serve(telegram) as url:
        yield Site(telegram, url, database, database_url, settled, folder / f"log-{seed}.txt", Random(seed))


async def wait_for_end(process: asyncio.subprocess.Process) -> int:
    """The code the process ends with."""
    async with asyncio.timeout(PATIENCE):
        return await process.wait()
