"""When, and who of them: a cell's leaders get the digest of its tasks, a committee's officers that of its cells."""

from collections.abc import Sequence
from datetime import time

from telegram import Update

from bot.actions import score_digest, task_digest
from bot.buttons import Button, Rows, tap
from bot.rules.digests import DigestReaders, DigestRhythm
from bot.texts import WEEKDAYS
from db import organisations
from db.models import CommitteeDigest, Digest
from handlers.common import Context, Visit, tapped, visit

OFF = "off"
DAYS = (1, 5, 10, 20, 25)
"""Of the month, for a committee."""
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
            at=_time(clock),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        await _show(v, digest)


async def on_readers(update: Update, context: Context) -> None:
    """Who gets a cell's digest."""
    pressed = tapped(update)
    cell_id, readers = pressed.number(0), pressed.choice(1, DigestReaders)

    async with visit(update, context) as v:
        digest = await task_digest.choose_readers(
            v.session, cell_id=cell_id, readers=readers, by=v.member, now=v.now, texts=v.texts
        )
        await _show(v, digest)


async def on_committee(update: Update, context: Context) -> None:
    """When a committee gets its digest, with what there is to choose from."""
    number = tapped(update).number(0)

    async with visit(update, context) as v:
        digest = await score_digest.get(
            v.session, organisation_id=number, by=v.member, now=v.now, texts=v.texts
        )
        await _show_committee(v, digest)


async def on_choose_committee(update: Update, context: Context) -> None:
    """Weekly or monthly, a day and a time, or never."""
    pressed = tapped(update)
    number, never = pressed.number(0), pressed.word(1) == OFF
    rhythm = None if never else pressed.choice(1, DigestRhythm)
    day, clock = (0, TIMES[0]) if never else (pressed.number(2), f"{pressed.number(3):04}")

    async with visit(update, context) as v:
        digest = await score_digest.choose(
            v.session,
            organisation_id=number,
            rhythm=rhythm,
            day=day,
            at=_time(clock),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        await _show_committee(v, digest)


def _time(clock: str) -> time:
    return time(int(clock[:2]) % 24, int(clock[2:4]) % 60)


async def _show_committee(v: Visit, digest: CommitteeDigest) -> None:
    committee = await organisations.get(v.session, digest.organisation_id)
    v.edit("score_digest_when", _committee_buttons(v, digest), committee=committee, digest=digest)


def _committee_buttons(v: Visit, digest: CommitteeDigest) -> Rows:
    number, clock = digest.organisation_id, f"{digest.at:%H%M}"
    weekly, monthly = DigestRhythm.WEEKLY, DigestRhythm.MONTHLY
    verb = "scoredigestset"
    days = [tap(name, verb, number, weekly, day, clock) for day, name in enumerate(WEEKDAYS[v.language])]
    dates = [v.button("score.on_day", verb, number, monthly, day, clock, day=day) for day in DAYS]
    hours = [tap(f"{at[:2]}:{at[2:]}", verb, number, digest.rhythm, digest.day, at) for at in TIMES]
    rows: list[Sequence[Button]] = [dates, days[:4], days[4:], hours[:4], hours[4:]]
    if digest.next_at is not None:
        rows.append([v.button("tasks.no_digest", verb, number, OFF)])
    return [*rows, [v.button("score.back", "score", number)]]


async def _show(v: Visit, digest: Digest) -> None:
    cell = await organisations.get(v.session, digest.cell_id)
    v.edit("task_digest_when", _buttons(v, digest), cell=cell, digest=digest)


def _buttons(v: Visit, digest: Digest) -> Rows:
    number, clock = digest.cell_id, f"{digest.at:%H%M}"
    days = [tap(name, "taskdigestset", number, day, clock) for day, name in enumerate(WEEKDAYS[v.language])]
    hours = [tap(f"{at[:2]}:{at[2:]}", "taskdigestset", number, digest.weekday, at) for at in TIMES]
    readers = [
        [tap(_chosen(v, each, digest.readers), "taskdigestto", number, each)] for each in DigestReaders
    ]
    rows: list[Sequence[Button]] = [days[:4], days[4:], hours[:4], hours[4:], *readers]
    if digest.next_at is not None:
        rows.append([v.button("tasks.no_digest", "taskdigestset", number, OFF)])
    return [*rows, [v.button("tasks.back", "taskboard", number)]]


def _chosen(v: Visit, readers: DigestReaders, now: DigestReaders) -> str:
    mark = "● " if readers is now else "○ "
    return mark + v.texts.label(f"digest_readers.{readers}", v.language)


TAPS = {
    "taskdigest": on_digest,
    "taskdigestset": on_choose,
    "taskdigestto": on_readers,
    "scoredigest": on_committee,
    "scoredigestset": on_choose_committee,
}
