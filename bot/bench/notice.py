"""A directive to everybody, through a crash and a pause in the middle: did everything arrive that should have?

The bot runs in a process of its own, which is killed when a third has gone and started again; a pause comes at two
thirds, from here, as another replica would. In the end what is in doubt goes again, as it does with the first chase.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import col, select

from bot.actions import notice_control, notice_drafts, notice_releasing
from bot.actions.notice_messages import count_messages
from bot.bench import sides, words
from bot.bench.databases import Kind, fresh
from bot.bench.daytime import where_it_is_noon
from bot.bench.figures import Figure, rate
from bot.bench.local import Local, telegram
from bot.bench.population import COMMITTEE, JOINED, Population
from bot.bench.programs import Broken, Program
from bot.bench.server import BOT
from bot.clock import Clock
from bot.rules.words import RoleName
from bot.texts import Texts
from db import notice_progress, people, requeue
from db.models import Delivery, DeliveryState, Link, Notice, NoticeState, Role
from db.notice_progress import NO_CHANNEL
from db.session import Database

UNREACHABLE = 97
"""Every so manieth member has no chat."""
STILL = 3.0
"""Seconds that are looked at whether nothing leaves in a pause; what was on its way may end in the first of them."""
IN_FLIGHT = 256
"""So many may be on their way when the process is killed, and no more may be in doubt."""
PATIENCE = 300.0
AUTHOR = 2


@dataclass
class Run:
    """One notice on its way, and what was seen that should not be."""

    local: Local
    database: Database
    texts: Texts
    members: int
    notice: int = 0
    parts: int = 1
    wrong: list[str] = field(default_factory=list)

    @property
    def reachable(self) -> int:
        """Members who have a chat."""
        return self.members - self.members // UNREACHABLE

    def expect(self, fact: bool, otherwise: str) -> None:
        """Note what is wrong, and go on: everything that is wrong shall be said."""
        if not fact:
            self.wrong.append(otherwise)

    async def check_sum(self, when: str) -> dict[str, int]:
        """Everybody it is for is somewhere, at any moment."""
        async with self.database.read() as session:
            notice = await session.get(Notice, self.notice)
            assert notice is not None
            on = self.texts.day_of(notice.sent_at or Clock().now())
            states = await notice_progress.count_states(session, notice, on=on)
        if notice.sent_at is not None:
            said = f"{when}: the states come to {sum(states.values())} of {self.members}: {states}"
            self.expect(sum(states.values()) == self.members, said)
        return states

    async def settles(self, running: Program) -> None:
        """Wait until nothing of it waits any more; Broken when that does not come."""
        end = time.monotonic() + PATIENCE + self.members * self.parts / 10
        while time.monotonic() < end:
            running.check()
            async with self.database.read() as session:
                notice = await session.get(Notice, self.notice)
                progress = await notice_progress.count(session, self.notice, now=Clock().now())
            if notice is not None and notice.state is NoticeState.SENT and not progress.open:
                return
            await asyncio.sleep(0.2)
        raise Broken("the notice does not come to its end")


async def measure(
    *,
    count: int = 2000,
    text: str = "",
    ways: Sequence[str] = ("document", "parts"),
    rate: int = 1000,
    database: Kind = "sqlite",
    address: str | None = None,
) -> Figure:
    """Messages a second while nothing disturbs; Broken with everything that is not as it should be."""
    details: dict[str, Any] = {}
    for way in ways:
        async with fresh(database, address) as opened, telegram(people=count) as local:
            details[way] = await _send(local, opened, text or words.DIRECTIVE, way, count, rate)
    slowest = min(detail["per_second"] for detail in details.values())
    return Figure("notice", slowest, None, "messages/s", {"count": count, "database": database, **details})


async def _send(
    local: Local, database: Database, text: str, way: str, members: int, limit: int
) -> dict[str, Any]:
    texts = Texts(ZoneInfo(where_it_is_noon(Clock().now())), approve_above=members)
    run = Run(local, database, texts, members)
    await _prepare(run, text, way)
    whole = run.reachable * run.parts
    async with AsyncExitStack() as first:
        running = await first.enter_async_context(sides.ours(local, database, rate=limit))
        await local.wait(running, accepted=whole // 3)
        await run.check_sum("before the crash")
        await running.kill()
    await run.check_sum("after the crash")
    async with sides.ours(local, database, rate=limit) as running:
        await local.wait(running, accepted=whole * 2 // 3)
        await _pause(run, running)
        await run.settles(running)
        doubted = (await run.check_sum("sent")).get(DeliveryState.UNKNOWN, 0)
        await _chase(run)
        await run.settles(running)
    await _check(run)
    if run.wrong:
        raise Broken(f"{way}: " + "\n".join(run.wrong[:20]))
    accepted = (await local.watch()).accepted
    return {
        "per_second": rate(accepted[: whole // 3]),
        "parts": run.parts,
        "in_doubt": doubted,
        "sent": len(accepted),
        "states": await run.check_sum("in the end"),
    }


async def _prepare(run: Run, text: str, way: str) -> None:
    """The people, an officer among them, and a notice of theirs to everybody that is due now."""
    now = Clock().now()
    async with run.database.write() as session:
        await Population(BOT, run.members, run.local.first).settle(session, now=now - timedelta(days=1))
        nobody = col(Link.member_id) % UNREACHABLE == 0
        await session.execute(update(Link).where(nobody).values(until=now))
        session.add(Role(member_id=AUTHOR, organisation_id=COMMITTEE, name=RoleName.OFFICER, since=JOINED))
    async with run.database.write() as session:
        by, today = await people.get_member(session, AUTHOR), run.texts.day_of(now)
        notice = await notice_drafts.compose(session, by=by, issuer_id=COMMITTEE, now=now, today=today)
        run.notice, notice.as_parts = notice.id or 0, way == "parts"
        await notice_drafts.add_text(session, notice_id=run.notice, by=by, text=text)
        await notice_drafts.set_title(session, notice_id=run.notice, by=by)
        await notice_releasing.ask_to_leave(session, notice_id=run.notice, by=by, now=now, texts=run.texts)
        notice.leaves_at = now
        run.parts = await count_messages(session, notice)


async def _pause(run: Run, running: Program) -> None:
    """Nothing leaves while it is paused, but for what was on its way."""
    async with run.database.write() as session:
        by = await people.get_member(session, AUTHOR)
        told = {"notice_id": run.notice, "by": by, "now": Clock().now(), "texts": run.texts}
        await notice_control.pause(session, **told)  # type: ignore[arg-type]
    await running.lives(1)
    before = len((await run.local.watch()).accepted)
    await run.check_sum("paused")
    await running.lives(STILL)
    more = len((await run.local.watch()).accepted) - before
    run.expect(more == 0, f"{more} messages left in the pause")
    async with run.database.write() as session:
        await notice_control.resume(session, **told)  # type: ignore[arg-type]


async def _chase(run: Run) -> None:
    async with run.database.write() as session:
        await requeue.retry_unknown(session, run.notice, not_before=Clock().now())


async def _check(run: Run) -> None:
    """Who has a chat has every part, in order, twice only where that is marked; nobody else has anything."""
    states = await run.check_sum("in the end")
    people_without = run.members // UNREACHABLE
    run.expect(
        states == {"sent": run.reachable, **({NO_CHANNEL: people_without} if people_without else {})},
        f"in the end: {states}",
    )
    marked = await _marked(run)
    run.expect(
        sum(marked.values()) <= IN_FLIGHT,
        f"{sum(marked.values())} were in doubt, more than can be on their way",
    )
    arrived = await run.local.parts()
    whole = list(range(1, run.parts + 1))
    for number in range(1, run.members + 1):
        chat = run.local.first + number - 1
        got = arrived.get(chat, [])
        if number % UNREACHABLE == 0:
            run.expect(not got, f"member {number}, who has no chat, got {got}")
            continue
        firsts = list(dict.fromkeys(got))
        run.expect(sorted(firsts) == whole, f"member {number} got {got} of {run.parts} parts")
        doubled = sum(times - 1 for times in Counter(got).values())
        run.expect(doubled <= marked[chat], f"member {number} got {got}, which is not marked")
        run.expect(firsts == whole or bool(marked[chat]), f"member {number} got {got}, out of order")


async def _marked(run: Run) -> Counter[int]:
    """How many messages were sent again, by chat."""
    async with run.database.read() as session:
        found = await session.exec(select(Delivery.chat).where(col(Delivery.again) > 0))
        return Counter(found.all())
