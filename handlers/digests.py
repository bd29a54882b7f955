"""When a cell's leaders get the weekly digest of its tasks."""

from collections.abc import Sequence
from datetime import time

from telegram import Update

from bot.actions import task_digest
from bot.buttons import Button, Rows, tap
from bot.texts import WEEKDAYS
from db import organisations
from db.models import Digest
from handlers.common import Context, Visit, tapped, visit

OFF = "off"
TIMES = ("0630", "0730", "0900", "1130", "1400", "1700", "1900", "2000")


async def on_digest(update: Update, context: Context) -> None:
    """When it comes, with the days and times to choose from."""
    cell_id = tapped(update).number(0)

    async with visit(update, context) as v:
        digest = await task_digest.get(v.session, cell_id=cell_id, by=v.member, now=v.now, texts=v.texts)
        await _show(v, digest)


async def on_choose(update: Update, context: Context) -> None:
    """A day and a time, or never."""
    pressed = tapped(update)
    cell_id, day = pressed.number(0), pressed.word(1)
    weekday = None if day == OFF else pressed.number(1)
    clock = f"{pressed.number(2):04}" if weekday is not None else TIMES[0]

    async with visit(update, context) as v:
        digest = await task_digest.choose(
            v.session,
            cell_id=cell_id,
            weekday=weekday,
            at=time(int(clock[:2]) % 24, int(clock[2:]) % 60),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        await _show(v, digest)


async def _show(v: Visit, digest: Digest) -> None:
    cell = await organisations.get(v.session, digest.cell_id)
    v.edit("task_digest_when", _buttons(v, digest), cell=cell, digest=digest)


def _buttons(v: Visit, digest: Digest) -> Rows:
    number, clock = digest.cell_id, f"{digest.at:%H%M}"
    days = [tap(name, "taskdigestset", number, day, clock) for day, name in enumerate(WEEKDAYS[v.language])]
    hours = [tap(f"{at[:2]}:{at[2:]}", "taskdigestset", number, digest.weekday, at) for at in TIMES]
    rows: list[Sequence[Button]] = [days[:4], days[4:], hours[:4], hours[4:]]
    if digest.next_at is not None:
        rows.append([v.button("tasks.no_digest", "taskdigestset", number, OFF)])
    return [*rows, [v.button("tasks.back", "taskboard", number)]]


TAPS = {"taskdigest": on_digest, "taskdigestset": on_choose}
