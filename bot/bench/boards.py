"""How long it takes to see where tasks stand: a cell's board, and what a commune and a province see of theirs.

There is nothing like it in bare python-telegram-bot. What is measured is the reading alone, in this process.
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.actions import evaluating, task_board
from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure, percentile
from bot.bench.population import fill, number_on
from bot.bench.province import PROVINCE, Province, temporary
from bot.clock import Clock
from bot.config import ZONE
from bot.rules.words import MeetingKind, ReminderProfile
from bot.texts import Texts
from db import task_counts, task_months
from db.models import Meeting, MeetingState
from db.session import Database, Session

LOOKS = 200
"""Boards of cells that are looked at; committees a tenth of that."""


async def measure(
    *,
    members: int = 120_000,
    years: int = 1,
    looks: int = LOOKS,
    database: Kind = "sqlite",
    address: str | None = None,
) -> Figure:
    """Seconds a cell's board takes, 95th percentile; in the details a commune, the province, and six months back."""
    texts, now = Texts(ZONE), Clock().now()
    today = texts.day_of(now)
    province = Province(members, years, today)
    before = evaluating.end_of_day(now, texts)

    async def board(session: Session, cell_id: int) -> None:
        await task_board.board(session, cell_id=cell_id, today=today)
        await evaluating.find(session, cell_id, now=now, texts=texts)

    async def numbers(session: Session, organisation_id: int) -> None:
        await task_counts.count_cells(session, organisation_id, on=today, before=before)

    async def months(session: Session, organisation_id: int) -> None:
        await task_months.count_months(session, organisation_id, since=today - timedelta(days=180))

    async with fresh(database, address) as made:
        await province.settle(made, lambda: None)
        await _begin_meetings(made, province, now)
        dice, cells = random.Random(1), province.cells()
        some = [dice.choice(cells).id for _ in range(looks)]
        communes = [dice.choice(cells).committee for _ in range(looks // 10)]
        boards = await _timed(made, board, some)
        detail = {"members": members, "years": years, "database": database, "median": percentile(boards, 0.5)}
        for name, look, where in (
            ("commune", numbers, communes),
            ("province", numbers, [PROVINCE] * 5),
            ("six months of a commune", months, communes),
            ("six months of the province", months, [PROVINCE] * 3),
        ):
            detail[name] = percentile(await _timed(made, look, where), 0.95)
    return Figure("boards", percentile(boards, 0.95), None, "s", detail)


async def _timed(
    database: Database, look: Callable[[Session, int], Awaitable[None]], where: list[int]
) -> list[float]:
    """Seconds each look took, but for the first, which reads the catalogue."""
    taken = []
    for number in [where[0], *where]:
        begun = time.monotonic()
        async with database.read() as session:
            await look(session, number)
        taken.append(time.monotonic() - begun)
    return taken[1:]


async def _begin_meetings(database: Database, province: Province, now: datetime) -> None:
    """This month's regular meeting of every cell has begun, and its roll is open; the statistics are fresh."""
    month = now.astimezone(ZONE).date().replace(day=1)
    async with database.write() as session:
        cells = await temporary(session, province.cells())
        await fill(
            session,
            Meeting,
            cells.c.number > 0,
            cell_id=cells.c.id,
            kind=MeetingKind.REGULAR,
            month=month,
            starts_at=(now - timedelta(hours=1)).astimezone(UTC),
            minutes=90,
            place="",
            agenda="",
            profile=ReminderProfile.STANDARD,
            state=MeetingState.PLANNED,
            outcome="",
        )
        await number_on(session, "meeting")
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
