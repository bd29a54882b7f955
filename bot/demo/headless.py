"""A month without a browser: the real bot over real HTTP, a clock that jumps, and people who act as scripted."""

import json
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.actions import importing
from bot.actions.importing import Imported
from bot.clock import StillClock
from bot.demo import commune, stage
from bot.demo.cast import Cast, Month, at
from bot.demo.expectation import expected
from bot.demo.month import Town, invite, plan_arrivals, plan_evenings, plan_notice, plan_setup, populate
from bot.demo.outcome import actual
from bot.demo.script import Script, Unusable, mixture, read_script
from bot.demo.stage import Stage
from bot.demo.summary import Summary
from bot.demo.transcript import Transcript
from bot.roster import read_roster
from bot.rules.notices import find_secrecy
from bot.rules.roster import Roster
from db import organisations

NOTICE = (
    "Kế hoạch học tập, quán triệt Chỉ thị về nâng cao chất lượng sinh hoạt chi bộ\n\n"
    "1. Mỗi chi bộ dành một phần buổi sinh hoạt thường kỳ tháng 12 để học tập.\n"
    "2. Mỗi đảng viên có một nhiệm vụ cụ thể, được đánh giá hằng tháng.\n"
    "3. Bí thư chi bộ báo cáo kết quả trước ngày 28 tháng 12."
)


@dataclass(frozen=True)
class Given:
    """What a month is played with: the list under its file's name, how its people behave, what they shall read."""

    name: str
    roster: Roster
    script: Script
    notice: str


async def play(
    *, out: Path, roster: Path | None = None, notice: Path | None = None, script: Path | None = None
) -> bool:
    """Play one month and leave transcript, deliveries and summary in `out`; whether everything agrees.

    Without a list the commune is made up, without a script people do some of everything. Unusable or
    RosterUnreadable when something given cannot be used.
    """
    return (await perform(out=out, roster=roster, notice=notice, script=script)).agrees


async def perform(
    *, out: Path, roster: Path | None = None, notice: Path | None = None, script: Path | None = None
) -> Summary:
    """The same; the summary itself."""
    out.mkdir(parents=True, exist_ok=True)
    given = _read(roster or commune.write(out / "roster.xlsx"), notice, script)
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


def _read(roster: Path, notice: Path | None, script: Path | None) -> Given:
    listed = read_roster(roster)
    behaving = read_script(script, listed.people, listed.refused) if script else mixture(listed.people)
    return Given(roster.stem, listed, behaving, read_notice(notice) if notice else NOTICE)


async def _play(stage: Stage, given: Given, month: Month) -> tuple[Town, Imported]:
    """Import, register, and let the month pass."""
    async with stage.app.database.write() as session:
        done = await importing.import_roster(session, given.roster, name=given.name, today=month.eve)
        town = populate(stage, Cast.of(given.roster, given.script.parts), month, done.organisation)
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


def read_notice(path: Path) -> str:
    """The text of a notice from a file; Unusable when it is no text, empty, or bears a secrecy mark."""
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeError:
        raise Unusable(f"The notice {path} is not a text in UTF-8.") from None
    if not text:
        raise Unusable(f"The notice {path} is empty.")
    if mark := find_secrecy(text):
        raise Unusable(f"The notice {path} bears the mark {mark}: such a text may not be sent.")
    return text
