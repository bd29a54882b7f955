"""How long people wait for a picture: a cell's screens, a commune's, a province's, and a year as a table.

There is nothing like it in bare python-telegram-bot. What is measured is reading and thinking, in this process, with
the question whether somebody may see it; not drawing, sending or the chat.
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, text
from sqlmodel import col, select

from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure, percentile
from bot.bench.looks import Look, Looks
from bot.bench.province import PROVINCE, Province
from bot.clock import Clock
from bot.config import ZONE
from bot.rules.words import MeetingKind, OrganisationKind, RoleName
from bot.texts import Texts
from bot.year_written import write_year
from db import organisations, people
from db.models import Meeting, MeetingState, Member, Organisation, Role
from db.session import Database, Session

LOOKS = 200
"""Cells that are looked at; communes a tenth of that, the province three times."""


async def measure(
    *,
    members: int = 120_000,
    years: int = 1,
    looks: int = LOOKS,
    database: Kind = "sqlite",
    address: str | None = None,
    filled: str | None = None,
) -> Figure:
    """Seconds the slowest of a cell's screens takes, 95th percentile; in the details each, up to the province's.

    `filled`: the address of a database that `chibo bench data` has filled, which is kept.
    """
    texts, now = Texts(ZONE), Clock().now()
    async with _filled(database, address, filled, Province(members, years, texts.day_of(now))) as made:
        officer = await _begin(made, now)
        look, dice = Looks(officer, now, texts), random.Random(1)
        async with made.read() as session:
            cells = await _list(session, OrganisationKind.CELL)
            communes = await _list(session, OrganisationKind.COMMUNE)
        some = [dice.choice(cells) for _ in range(looks)]
        wide = {
            "commune": [dice.choice(communes) for _ in range(-(-looks // 10))],
            "province": [PROVINCE] * 3,
        }
        by_cell = {
            name: percentile(await _timed(made, each, some), 0.95) for name, each in look.by_cell.items()
        }
        detail: dict[str, object] = {
            "members": members,
            "years": years,
            "database": database,
            "cell": by_cell,
        }
        for where, numbers in wide.items():
            detail[where] = {
                name: percentile(await _timed(made, each, numbers), 0.95)
                for name, each in look.by_subtree.items()
            }
            detail[f"year as a table of a {where}"] = await _exported(made, numbers[0], look.past.since.year)
    return Figure("boards", max(by_cell.values()), None, "s", detail)


@asynccontextmanager
async def _filled(
    kind: Kind, address: str | None, filled: str | None, province: Province
) -> AsyncIterator[Database]:
    if filled is None:
        async with fresh(kind, address) as made:
            await province.settle(made, lambda: None)
            yield made
        return
    made = Database(filled)
    try:
        yield made
    finally:
        await made.dispose()


async def _list(session: Session, kind: OrganisationKind) -> list[int]:
    """The numbers of all organisations of a kind."""
    found = (await session.exec(select(Organisation.id).where(Organisation.kind == kind))).all()
    return [number or 0 for number in found]


async def _timed(database: Database, look: Look, where: Sequence[int]) -> list[float]:
    """Seconds each look took, but for the first, which reads the catalogue."""
    taken = []
    for number in [where[0], *where]:
        begun = time.monotonic()
        async with database.read() as session:
            await look(session, number)
        taken.append(time.monotonic() - begun)
    return taken[1:]


async def _exported(database: Database, number: int, year: int) -> dict[str, float]:
    """How many seconds the year of a subtree takes as a file, its rows, and by how many MB the process grew."""
    before, begun = _most_memory(), time.monotonic()
    async with database.read() as session:
        top = await organisations.get(session, number)

    async def say(done: int, of: int) -> None:
        return

    with tempfile.TemporaryDirectory() as folder:
        rows = await write_year(database, Path(folder, "year.xlsx"), top, year, "vi", say)
    return {"seconds": time.monotonic() - begun, "rows": rows, "MB grown": _most_memory() - before}


def _most_memory() -> float:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


async def _begin(database: Database, now: datetime) -> Member:
    """This month's regular meeting of every cell has begun, its roll is open, and somebody is the province's officer.

    The statistics are fresh.
    """
    month = now.astimezone(ZONE).date().replace(day=1)
    async with database.write() as session:
        officer = (await session.exec(select(Member).order_by(col(Member.id)).limit(1))).one()
        number = officer.id or 0
        if RoleName.OFFICER not in {role.name for role in await people.list_roles(session, number, on=month)}:
            session.add(Role(member_id=number, organisation_id=PROVINCE, name=RoleName.OFFICER, since=month))
        begun = select(func.count()).select_from(Meeting).where(Meeting.month == month)
        if not (await session.exec(begun)).one():
            session.add_all(_meetings(await _list(session, OrganisationKind.CELL), now))
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
    return officer


def _meetings(cells: Sequence[int], now: datetime) -> list[Meeting]:
    return [
        Meeting(
            cell_id=number,
            kind=MeetingKind.REGULAR,
            month=now.astimezone(ZONE).date().replace(day=1),
            starts_at=(now - timedelta(hours=1)).astimezone(UTC),
            state=MeetingState.PLANNED,
        )
        for number in cells
    ]
