"""A month in the fast demo: the real bot over real HTTP, and what it leaves behind."""

import json
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.config import ZONE
from bot.demo import commune, headless
from bot.demo.script import Behaviour
from bot.roster import read_roster

Entry = dict[str, Any]


def deliveries(out: Path) -> list[dict[str, Any]]:
    """What Telegram accepted."""
    return [json.loads(line) for line in (out / "deliveries.jsonl").read_text("utf-8").splitlines()]


def numbers(out: Path, *path: str) -> dict[str, int]:
    """A group of the summary's numbers, as they are in the database."""
    found = json.loads((out / "summary.json").read_text("utf-8"))
    for key in path:
        found = found[key]
    return {key: pair["actual"] for key, pair in found.items()}


async def test_a_month_of_the_made_up_commune_comes_out_as_its_people_behaved(tmp_path: Path) -> None:
    summary = await headless.perform(out=tmp_path)
    assert (summary.disagreements, summary.troubles, summary.agrees) == ([], (), True)
    the_mixture_has_some_of_everything(tmp_path)
    a_line_of_the_deliveries_says_who_got_what_when(tmp_path)
    only_those_who_have_not_answered_are_chased(tmp_path)
    who_refuses_hears_nothing_more(tmp_path)
    the_transcript_says_in_order_who_saw_and_said_what(tmp_path)


def the_mixture_has_some_of_everything(out: Path) -> None:
    for cell in ("thon-na-lan", "thon-ban-may", "truong-tieu-hoc-suoi-may"):
        roll = numbers(out, "cells", cell)
        assert roll["silent"] == 0
        assert min(roll[state] for state in ("present", "late", "excused", "unexcused")) > 0
    assert min(numbers(out, "answers").values()) > 0
    assert min(numbers(out, "registration").values()) > 0
    notice = numbers(out, "notice")
    assert 0 < notice["confirmed"] < notice["delivered"] < notice["recipients"]
    assert 0 < numbers(out, "tasks")["reported"] < numbers(out, "tasks")["assigned"]
    assert numbers(out, "residential", "thon-na-lan")["present"] == 4


def a_line_of_the_deliveries_says_who_got_what_when(out: Path) -> None:
    lines = deliveries(out)
    keys = ["at", "method", "chat", "member", "message_id", "text", "document", "buttons"]
    assert all(list(line) == keys for line in lines)
    assert {line["method"] for line in lines} >= {"sendMessage", "editMessageText", "answerCallbackQuery"}
    assert len({line["chat"] for line in lines if line["member"] == "SM.001"}) == 1
    moments = [datetime.fromisoformat(line["at"]) for line in lines]
    assert all(one <= next_one for one, next_one in pairwise(moments))


def only_those_who_have_not_answered_are_chased(out: Path) -> None:
    answered, chased = set(), set()
    for line in deliveries(out):
        member, text = line["member"], line["text"] or ""
        if text.startswith("Đã ghi:") and "Sinh hoạt thường kỳ" in text:
            answered.add(member)
        elif "chưa trả lời về buổi sinh hoạt thường kỳ" in text:
            assert member not in answered
            chased.add(member)
    assert len(answered) > 20 and len(chased) > 5


def who_refuses_hears_nothing_more(out: Path) -> None:
    theirs = [line["text"] for line in deliveries(out) if line["member"] == "SM.003" and line["text"]]
    assert len(theirs) == 2
    assert "Vâng, chibo không lưu gì" in theirs[-1]


def the_transcript_says_in_order_who_saw_and_said_what(out: Path) -> None:
    lines = (out / "transcript.txt").read_text("utf-8").splitlines()
    stamped = [line for line in lines if line[:2].isdigit() and line[2:3] == "/"]
    moments = [datetime.strptime(line[:16], "%d/%m/%Y %H:%M").replace(tzinfo=ZONE) for line in stamped]
    assert moments == sorted(moments)
    assert any(line.endswith("Vàng Thị Lan ⇢ bot: ai vắng?") for line in stamped)
    assert any("Vàng Thị Lan ⇠ bot: Kết quả sinh hoạt thường kỳ" in line for line in stamped)


def given(folder: Path, entries: list[Entry]) -> dict[str, Path]:
    """A list of everybody named in a script, and the script; of an entry, `cell` and `role` go to the list."""
    rows = ["Mã đảng viên,Họ và tên,Chi bộ,Chức vụ,Tình trạng,Điện thoại"]
    for number, entry in enumerate(entries):
        cell, role = entry.get("cell", "Tả Phìn"), entry.get("role", "" if number else "Bí thư")
        rows.append(f"{entry['member']},{name(number)},Chi bộ thôn {cell},{role},Chính thức,")
    roster, script = folder / "list.csv", folder / "script.json"
    roster.write_text("\n".join(rows), encoding="utf-8")
    said = [{key: value for key, value in e.items() if key not in ("cell", "role")} for e in entries]
    script.write_text(json.dumps(said), encoding="utf-8")
    return {"roster": roster, "script": script}


def name(number: int) -> str:
    """A name that nobody else has."""
    family = ("Vàng", "Lù", "Sùng", "Hoàng", "Lý", "Tẩn")
    return f"{family[number % 6]} Thị {('Ánh', 'Êm', 'Ước')[number // 6]}"


async def test_each_behaviour_comes_out_and_a_roll_is_taken_without_a_telephone_too(tmp_path: Path) -> None:
    entries: list[Entry] = [{"member": b.value, "behaviour": b.value} for b in Behaviour]
    entries[1] |= {"words": "em tới trễ 15p", "task": "đã vận động được 3 hộ"}
    entries[2] |= {"words": "em bận, xin vắng", "roll": "absent"}
    entries[4] |= {"words": "1", "task": 60, "reads": False}
    entries[7] |= {"task": 50}
    phoneless: list[Entry] = [
        {"member": "1", "behaviour": "no_phone", "roll": "late", "task": 100, "role": "Bí thư"},
        {"member": "2", "behaviour": "blocked", "roll": "excused", "role": "Phó bí thư"},
        {"member": "3", "behaviour": "leave"},
    ]
    files = given(tmp_path, [*entries, *(entry | {"cell": "Lao Chải"} for entry in phoneless)])
    notice = tmp_path / "notice.txt"
    notice.write_text("\n\n".join(f"Điều {n}. " + "học tập, quán triệt " * 60 for n in range(12)), "utf-8")
    out = tmp_path / "out"
    assert await headless.play(out=out, notice=notice, **files)
    roll = {"must_attend": 9, "present": 4, "late": 1, "excused": 1, "unexcused": 3, "silent": 0, "exempt": 0}
    assert numbers(out, "cells", "thon-ta-phin") == roll
    roll = {"must_attend": 3, "present": 0, "late": 1, "excused": 2, "unexcused": 0, "silent": 0, "exempt": 0}
    assert numbers(out, "cells", "thon-lao-chai") == roll
    assert numbers(out, "answers") == {"coming": 3, "leave": 3, "late": 1, "none": 5}
    assert numbers(out, "tasks") == {"assigned": 12, "reported": 4}
    told = numbers(out, "notice")
    assert told["text_units"] == len("".join(notice.read_text("utf-8").split()))
    assert (told["recipients"], told["delivered"], told["confirmed"]) == (12, 8, 6)


ENTRY: Entry = {"member": "1", "behaviour": "coming"}
BROKEN: list[tuple[Any, str]] = [
    ({"member": "1"}, "must be a list"),
    ([3], "Entry 1 of the script must be an object"),
    ([ENTRY | {"member": "9"}], 'nobody on the list has the code "9"'),
    ([ENTRY | {"member": 1}], '"member" must be a member code, as text'),
    ([ENTRY, ENTRY], 'Entry 2 of the script: "1" is named twice'),
    ([ENTRY | {"behaviour": "sleepy"}], '"behaviour" is one of coming, late'),
    ([ENTRY | {"behaviour": None}], '"behaviour" is one of'),
    ([ENTRY | {"behaviour": ["coming"]}], '"behaviour" is one of'),
    ([ENTRY | {"words": 3}], '"words" must be text'),
    ([ENTRY | {"roll": "there"}], '"roll" is one of present, late, excused, absent'),
    ([ENTRY | {"task": 101}], '"task" is a number from 0 to 100, or a sentence'),
    ([ENTRY | {"task": True}], '"task" is a number'),
    ([ENTRY | {"task": ""}], '"task" is a number'),
    ([ENTRY | {"reads": "yes"}], '"reads" is true or false'),
    ([ENTRY | {"rolls": "late"}], 'says "rolls"; it may say member, behaviour, words, roll, task, reads'),
]


@pytest.mark.parametrize(("script", "sentence"), BROKEN)
def test_what_is_wrong_with_a_script_is_said_in_a_sentence(
    script: Any, sentence: str, tmp_path: Path, run: Callable[..., str]
) -> None:
    files = given(tmp_path, [ENTRY])
    files["script"].write_text(json.dumps(script), encoding="utf-8")
    said = run("--roster", files["roster"], "--script", files["script"])
    assert sentence in said and "Traceback" not in said


def test_files_that_are_no_list_no_text_and_no_json_are_named(
    tmp_path: Path, run: Callable[..., str]
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xfe\x00 {")
    assert "bad.txt" in run("--roster", bad)
    assert "is not a text in UTF-8" in run("--notice", bad)
    assert "is not JSON" in run("--script", bad)
    secret = tmp_path / "secret.txt"
    secret.write_text("TỐI MẬT\nKế hoạch", "utf-8")
    assert "bears the mark Tối mật" in run("--notice", secret)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run `chibo demo --headless` with more arguments, which fails; what it says, on one line."""

    def demo(*more: object) -> str:
        arguments = ["chibo", "demo", "--headless", "--out", str(tmp_path / "out"), *map(str, more)]
        monkeypatch.setattr("sys.argv", arguments)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        return " ".join(capsys.readouterr().out.split())

    return demo


def test_the_made_up_commune_is_a_list_without_a_fault(tmp_path: Path) -> None:
    roster = read_roster(commune.write(tmp_path / "roster.xlsx"))
    assert (roster.organisation, len(roster.people), roster.problems) == ("Đảng bộ xã Suối Mây", 40, ())
    assert roster.dropped_columns == ("Số CCCD", "Ghi chú")
    assert len({person.name for person in roster.people}) == 40
