"""How close we come to what Telegram takes: `server` messages a second there, at most `ceiling` from us.

The bare bot sends as python-telegram-bot's manual advises without its optional limiter: one message after the
other with a pause between, waiting when Telegram says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.bench import sides
from bot.bench.databases import Kind, fresh
from bot.bench.figures import Figure
from bot.bench.local import Local, telegram
from bot.bench.population import Population
from bot.bench.programs import Program
from bot.bench.queueing import queue_notice
from bot.bench.server import BOT, Watch
from bot.clock import Clock
from db.session import Database

Case = tuple[int, int]
SPARE = 1.3
"""More messages than can leave, so that there is always one waiting."""


@dataclass(frozen=True)
class Achieved:
    """Messages a second that were accepted, in the whole time and in its second half, and what was refused."""

    per_second: float
    second_half: float
    refusals: int
    refused_share: float

    @classmethod
    def of(cls, watch: Watch, seconds: float) -> Achieved:
        """From what the server noted in the `seconds` after the first message."""
        start = min(watch.accepted, default=0.0)
        accepted = [at - start for at in watch.accepted if at - start < seconds]
        refused = [at for at in watch.refused if at - start < seconds]
        late = [at for at in accepted if at >= seconds / 2]
        return cls(
            len(accepted) / seconds,
            len(late) / (seconds / 2),
            len(refused),
            len(refused) / (len(accepted) + len(refused) or 1),
        )


async def measure(
    *,
    cases: Sequence[Case] = ((30, 30),),
    seconds: float = 60,
    database: Kind = "sqlite",
    address: str | None = None,
) -> Figure:
    """Messages a second of the first case; all cases in the details."""
    detail = {}
    for server, ceiling in cases:
        our = await _ours(server, ceiling, seconds, database, address)
        bare = await _bare(server, ceiling, seconds)
        detail[f"{server}/{ceiling}"] = {"ours": vars(our), "bare": vars(bare)}
    first = next(iter(detail.values()))
    return Figure(
        "limits",
        first["ours"]["per_second"],
        first["bare"]["per_second"],
        "messages/s",
        {"seconds": seconds, "database": database, "cases (server/ceiling)": detail},
    )


async def _ours(server: int, ceiling: int, seconds: float, kind: Kind, address: str | None) -> Achieved:
    count = int(ceiling * seconds * SPARE)
    async with fresh(kind, address) as database, telegram(people=count, overall=server) as local:
        await _settle(database, local, count)
        async with sides.ours(local, database, rate=ceiling) as running:
            return await _watched(local, running, seconds)


async def _settle(database: Database, local: Local, count: int) -> None:
    now = Clock().now()
    async with database.write() as session:
        await Population(BOT, count, local.first).settle(session, now=now)
        await queue_notice(session, local.first, count, now=now)


async def _bare(server: int, ceiling: int, seconds: float) -> Achieved:
    count = int(ceiling * seconds * SPARE)
    async with (
        telegram(people=count, overall=server) as local,
        sides.bare(local, "pace", local.first, count, ceiling) as running,
    ):
        await running.line()
        await running.go()
        return await _watched(local, running, seconds)


async def _watched(local: Local, running: Program, seconds: float) -> Achieved:
    await local.wait(running, accepted=1)
    await running.lives(seconds)
    return Achieved.of(await local.watch(), seconds)
