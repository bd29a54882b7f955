"""A month without a browser: the real bot over real HTTP, a clock that jumps, and people who act as scripted."""

import gc
import json
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.actions.importing import Imported
from bot.clock import StillClock
from bot.demo import stage
from bot.demo.cast import Cast, Month, at
from bot.demo.expectation import expected
from bot.demo.given import Given, Unusable
from bot.demo.month import Town, invite, plan_arrivals, plan_evenings, plan_notice, plan_setup, populate
from bot.demo.outcome import actual
from bot.demo.stage import Stage
from bot.demo.summary import Summary
from bot.demo.transcript import Transcript
from db import organisations


async def play(
    *, out: Path, roster: Path | None = None, notice: Path | None = None, script: Path | None = None
) -> bool:
    """Play one month and leave transcript, deliveries and summary in `out`; whether everything agrees.

    Without a list the commune is made up, without a script people do some of everything. Unusable when
    something given cannot be used.
    """
    return (await perform(out=out, roster=roster, notice=notice, script=script)).agrees


async def perform(
    *, out: Path, roster: Path | None = None, notice: Path | None = None, script: Path | None = None
) -> Summary:
    """The same; the summary itself."""
    given = Given.read(_folder(out), roster, notice, script)
    gc.freeze()  # the modules loaded so far stay: the collector need not walk them again and again
    clock = StillClock(at(Month().eve, 8).astimezone(UTC))
    with TemporaryDirectory(prefix="chibo-demo-") as folder:
        await stage.prepare(Path(folder))
        async with stage.opened(Path(folder), clock) as opened:
            with (out / "transcript.txt").open("w", encoding="utf-8") as lines:
                opened.transcript = Transcript(opened.telegram, lines)
                town, done = await _play(opened, given, Month())
                opened.transcript.catch_up()
            _write_deliveries(town, out / "deliveries.jsonl")
            summary = await _sum_up(town, given, done)
    summary.write(out / "summary.json")
    return summary


def _folder(out: Path) -> Path:
    """Make the folder for the results, with all that lead to it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"The results cannot be left in {out}: {error.strerror}.") from None
    return out


async def _play(stage: Stage, given: Given, month: Month) -> tuple[Town, Imported]:
    """Import, register, and let the month pass."""
    async with stage.app.database.write() as session:
        done = await given.enrol(session, now=stage.clock.now(), today=month.eve)
        town = populate(stage, Cast.of(given.roster, given.script.parts), month, done.top)
        links = await invite(session, town, now=stage.clock.now())
    plan_arrivals(town, links)
    plan_setup(town)
    plan_notice(town, given.notice)
    plan_evenings(town)
    await stage.play_until(at(month.last, 20).astimezone(UTC))
    return town, done


async def _sum_up(town: Town, given: Given, done: Imported) -> Summary:
    async with town.stage.app.database.read() as session:
        cells = await organisations.list_cells(session, town.committee.id or 0)
        found = await actual(session, town, given.script, done, given.notice)
    codes = {cell.name: cell.code for cell in cells}
    wanted = expected(given.roster, given.script, town.cast, codes, given.notice)
    return Summary.of(wanted, found, town.stage.troubles)


def _write_deliveries(town: Town, path: Path) -> None:
    """A line for each call that Telegram accepted, with the member whose chat it was."""
    members = {actor.person.id: code for code, actor in town.actors.items()}
    with path.open("w", encoding="utf-8") as lines:
        for call in town.stage.telegram.log:
            said = call.as_json()
            keys = ("at", "method", "chat", "member", "message_id", "text", "document", "buttons")
            line = {key: members.get(call.chat) if key == "member" else said[key] for key in keys}
            print(json.dumps(line, ensure_ascii=False), file=lines)
