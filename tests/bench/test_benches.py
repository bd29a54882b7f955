"""Each bench at its smallest: what it counts is what was sent. How fast it was is nobody's business here."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner

from bot.bench import backlog, boards, cli, fanout, lanes, limits, notice, receive, send, soak, startup
from bot.bench.databases import fresh
from bot.bench.figures import Figure
from bot.bench.province import Province, count
from db.models import Member


async def test_every_message_of_the_outbox_is_sent_once() -> None:
    figure = await send.measure(count=60, delay=0.01, flights=(8,))
    assert figure.detail["ours"]["sent"] == 60
    assert figure.detail["bare"]["8"]["sent"] == 60
    assert figure.ours > 0


async def test_every_press_is_answered_on_both_sides() -> None:
    figure = await receive.measure(count=30)
    assert figure.detail["ours"]["answered"] == 30
    assert figure.detail["bare"]["answered"] == 30


async def test_presses_are_answered_on_postgresql_too(postgres: str) -> None:
    figure = await receive.measure(count=30, database="postgresql", address=postgres)
    assert figure.detail["ours"]["answered"] == 30


async def test_a_stored_backlog_is_drained() -> None:
    figure = await backlog.measure(count=50)
    assert figure.bare is None
    assert figure.detail["many"]["per_second"] > 0


async def test_presses_during_a_broadcast_are_answered() -> None:
    figure = await lanes.measure(count=200, seconds=2, per_second=2)
    assert figure.detail["ours"]["pressed"] == figure.detail["ours"]["replied"] == 4
    assert figure.detail["ours"]["broadcast"] > 0
    assert figure.detail["bare"]["broadcast"] > 0


async def test_presses_among_faults_are_all_replied_to_and_nothing_is_left_over() -> None:
    figure = await soak.measure(minutes=0.1, per_second=20)
    assert figure.detail["presses"] == 120 and figure.detail["MB in the last tenth"] > 0


async def test_limits_are_seen_by_both_sides() -> None:
    figure = await limits.measure(cases=[(20, 30)], seconds=2)
    [case] = figure.detail["cases (server/ceiling)"].values()
    assert 0 <= case["ours"]["refused_share"] < 1
    assert case["bare"]["per_second"] > 0


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_notice_is_queued_for_everybody(database: str, postgres: str) -> None:
    figure = await fanout.measure("notice", count=50, database=database, address=postgres)  # type: ignore[arg-type]
    assert figure.detail["ours"]["queued"] == 50


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_directive_survives_a_crash_and_a_pause(database: str, postgres: str) -> None:
    address = postgres if database == "postgresql" else None
    figure = await notice.measure(count=100, ways=("parts",), rate=60, database=database, address=address)  # type: ignore[arg-type]
    assert figure.detail["parts"]["states"] == {"sent": 99, "no channel": 1}
    assert figure.detail["parts"]["sent"] >= 99 * figure.detail["parts"]["parts"]


async def test_everybody_is_invited_to_their_meeting() -> None:
    figure = await fanout.measure("reminders", count=50)
    leaders_who_hear_of_it = 3
    assert figure.detail["ours"]["queued"] == 50 + leaders_who_hear_of_it


async def test_a_start_ends_with_a_poll() -> None:
    figure = await startup.measure(idle=0)
    assert figure.ours > 0
    assert figure.detail["ours"]["idle_memory"] > 0


def test_a_line_has_both_sides_and_their_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    async def measured(**options: object) -> Figure:
        return Figure("startup", 1.0, 2.0, "s")

    monkeypatch.setattr(startup, "measure", measured)
    said = CliRunner().invoke(cli.app, ["startup", "--rounds", "3"])
    line = json.loads(said.stdout)
    assert (line["ours"], line["bare"], line["ratio"]) == (1.0, 2.0, 0.5)
    assert len(line["detail"]["rounds"]) == 3


def test_a_case_that_is_no_pair_of_rates_is_refused() -> None:
    said = CliRunner().invoke(cli.app, ["limits", "--cases", "30"])
    assert said.exit_code == 2


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_boards_are_looked_at_from_the_cell_to_the_province(database: str, postgres: str) -> None:
    address = postgres if database == "postgresql" else None
    where = {"database": database, "address": address}
    figure = await boards.measure(members=60, years=1, looks=3, **where)  # type: ignore[arg-type]
    cell, province = figure.detail["cell"], figure.detail["province"]
    assert set(cell) > {"year grid"} and figure.ours == max(cell.values())
    assert set(province) > {"three in a row", "scorecard"} and min(*cell.values(), *province.values()) > 0
    assert figure.detail["year as a table of a province"]["rows"] == 60


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_province_is_the_same_for_the_same_seed_and_as_large_as_wanted(
    database: str, postgres: str
) -> None:
    province = Province(400, 1, date(2026, 3, 2))
    async with fresh(database, postgres if database == "postgresql" else None) as made:  # type: ignore[arg-type]
        await province.settle(made, lambda: None)
        async with made.read() as session:
            counted = await count(session)
            names = list((await session.exec(select(Member.name).order_by(col(Member.id)).limit(3))).all())
    cells = province.cells()
    residents = counted["memberships"] - 400
    assert (counted["members"], counted["marks"]) == (400, (400 + residents) * 12)
    assert counted["meetings"] == 2 * 12 * len(cells)
    assert 400 * 0.8 < counted["tasks"] < 400
    assert counted["tasks"] * 12 < counted["progress"] < counted["tasks"] * 13
    assert 400 * 1.3 < counted["memberships"] < 400 * 1.5
    assert sum(cell.size for cell in cells) == 400 and max(cell.size for cell in cells) <= 60
    assert names == ["Nguyễn Thị Thảo", "Nguyễn Đức Mạnh", "Nguyễn Thu Ngân"]


def test_a_database_that_holds_something_is_not_filled(tmp_path: Path) -> None:
    address = ["--database-url", f"sqlite+aiosqlite:///{tmp_path / 'p.db'}"]
    first = CliRunner().invoke(cli.app, ["data", "--members", "30", "--years", "0", *address])
    assert json.loads(first.stdout)["members"] == 30
    again = CliRunner().invoke(cli.app, ["data", "--members", "30", "--years", "0", *address])
    assert again.exit_code == 1 and "holds something already" in again.output
