"""Several months in the fast demo: each in its own numbers, and over them who has been missing."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo import headless
from bot.demo.cast import last_months
from bot.demo.commune import HEADINGS, write
from bot.demo.script import mixture
from bot.roster import read_roster

NAMES = (
    "Lù Thị Ánh",
    "Má A Êm",
    "Lý Văn Ước",
    "Tẩn A Dờ",
    "Sùng Thị Say",
    "Vừ A Lử",
    "Hầu Thị Mo",
    "Cứ A Sò",
)


def small(folder: Path) -> Path:
    """Two cells: one of seven, and one of three, the third of whom lives in the area of the first."""
    rows = [",".join(HEADINGS)]
    for number, name in enumerate(("Vàng Thị Lan", *NAMES[:6], "Hoàng A Dũng", *NAMES[6:])):
        cell, office = ("Pắc Ngam" if number < 7 else "Nậm Lúc"), ("Bí thư" if number in (0, 7) else "")
        home = "Chi bộ thôn Pắc Ngam" if number == 9 else ""
        phone = f"09120000{number:02}"
        rows.append(f"{number},M{number},{name},,Chi bộ thôn {cell},{office},Chính thức,{phone},{home},")
    path = folder / "list.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


async def test_months_come_out_as_people_behaved_in_each(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Three months of a small list; by `make long` a year of the made-up commune."""
    long = request.config.getoption("--long")
    out, roster = tmp_path / "out", None if long else small(tmp_path)
    summary = await headless.perform(out=out, roster=roster, months=12 if long else 3)
    assert (summary.disagreements, summary.troubles) == ([], ())
    found: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    assert list(found["months"])[-3:] == ["2026-10", "2026-11", "2026-12"]
    rolls = [json.dumps(month["cells"]) for month in found["months"].values()]
    assert len(set(rolls)) > 1, "people do something else every month"
    assert all(month["heard"]["chased"]["actual"] > 0 for month in found["months"].values())
    assert found["skipping"]["together"]["amber"]["actual"] > 0


def test_months_follow_one_another_up_to_the_one_of_a_short_demo() -> None:
    year = last_months(12)
    assert [month.first for month in year] == [date(2026, n, 1) for n in range(1, 13)]
    assert all(month.eve == month.first - timedelta(days=1) for month in year)
    assert last_months(1) == year[-1:]


def test_whom_messages_reach_does_something_else_next_month_and_nobody_else_does(tmp_path: Path) -> None:
    people = read_roster(write(tmp_path / "roster.xlsx")).people
    first, second = mixture(people).parts, mixture(people, 1).parts
    assert {code for code in first if first[code].reachable} == {c for c in second if second[c].reachable}
    for person in people:
        stays = person.role is not None or not first[person.code].reachable
        assert (first[person.code] == second[person.code]) is stays
