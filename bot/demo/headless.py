"""A month or more without a browser: the real bot over real HTTP, a clock that jumps, people who act as scripted."""

import gc
import json
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.actions.importing import Imported
from bot.clock import StillClock
from bot.demo import stage
from bot.demo.cast import Season, at, last_months
from bot.demo.expectation import expected
from bot.demo.given import Given, Unusable
from bot.demo.month import (
    Town,
    invite,
    plan_arrivals,
    plan_evenings,
    plan_next_month,
    plan_notice,
    plan_setup,
    populate,
)
from bot.demo.outcome import actual
from bot.demo.stage import Stage
from bot.demo.summary import Summary
from bot.demo.transcript import Transcript
from db import organisations


async def play(
    *,
    out: Path,
    roster: Path | None = None,
    notice: Path | None = None,
    script: Path | None = None,
    months: int = 1,
) -> bool:
    """Play so many months and leave transcript, deliveries and summary in `out`; whether everything agrees.

    Without a list the commune is made up, without a script people do some of everything, and something else every
    month. Unusable when something given cannot be used.
    """
    played = perform(out=out, roster=roster, notice=notice, script=script, months=months)
    return (await played).agrees


async def perform(
    *,
    out: Path,
    roster: Path | None = None,
    notice: Path | None = None,
    script: Path | None = None,
    months: int = 1,
) -> Summary:
    """The same; the summary itself."""
    given = Given.read(_folder(out), roster, notice, script)
    gc.freeze()  # the modules loaded so far stay: the collector need not walk them again and again
    season = [(month, given.cast(number)) for number, month in enumerate(last_months(months))]
    clock = StillClock(at(season[0][0].eve, 8).astimezone(UTC))
    with TemporaryDirectory(prefix="chibo-demo-") as folder:
        await stage.prepare(Path(folder))
        async with stage.opened(Path(folder), clock) as opened:
            with (out / "transcript.txt").open("w", encoding="utf-8") as lines:
                opened.transcript = Transcript(opened.telegram, lines)
                town, done = await _play(opened, given, season)
                opened.transcript.catch_up()
            _write_deliveries(town, out / "deliveries.jsonl")
            summary = await _sum_up(town, given, season, done)
    summary.write(out / "summary.json")
    return summary


def _folder(out: Path) -> Path:
    """Make the folder for the results, with all that lead to it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"The results cannot be left in {out}: {error.strerror}.") from None
    return out


async def _play(stage: Stage, given: Given, season: Season) -> tuple[Town, Imported]:
    """Import, register, and let the months pass."""
    (first, cast), *later = season
    last = season[-1][0].last
    async with stage.app.database.write() as session:
        done = await given.enrol(session, now=stage.clock.now(), today=first.eve)
        town = populate(stage, cast, first, done.top)
        links = await invite(session, town, now=stage.clock.now())
    plan_arrivals(town, links)
    plan_setup(town)
    plan_notice(town, given.notice, last=last)
    plan_evenings(town)
    for month, cast in later:
        plan_next_month(town, cast, month)
    await stage.play_until(at(last, 20).astimezone(UTC))
    return town, done


async def _sum_up(town: Town, given: Given, season: Season, done: Imported) -> Summary:
    async with town.stage.app.database.read() as session:
        cells = await organisations.list_cells(session, town.committee.id or 0)
        found = await actual(session, town, season, given.script, done, given.notice)
    codes = {cell.name: cell.code for cell in cells}
    wanted = expected(given.roster, given.script, season, codes, given.notice)
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
