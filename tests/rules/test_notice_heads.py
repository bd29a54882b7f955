"""What a document is, read from its head: what is plainly said is found, and nothing else."""

from datetime import date
from typing import NamedTuple

import pytest

from bot.rules.notice_head import Head, read_head, read_name
from tests.rules.tables import DATA


class Case(NamedTuple):
    note: str
    expected: Head
    text: str


def cases(name: str) -> list[Case]:
    """The heads of a table."""
    blocks = f"\n{(DATA / name).read_text(encoding='utf-8')}".split("\n@ ")[1:]
    return [_case(block) for block in blocks]


def _case(block: str) -> Case:
    about, _, text = block.partition("\n:\n")
    note, *lines = about.splitlines()
    said = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
    day = date.fromisoformat(said["date"]) if said["date"] else None
    return Case(note, Head(said["title"], said["body"], said["number"], day), text)


KNOWN, APART = cases("notice_heads_known.txt"), cases("notice_heads_apart.txt")


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.note)
def test_a_head_says_what_it_is(case: Case) -> None:
    assert read_head(case.text) == case.expected


def test_of_those_kept_apart_nearly_all_are_read_and_none_says_what_is_not_there() -> None:
    found = [(case, read_head(case.text)) for case in APART]
    right = [case for case, head in found if head == case.expected]
    wrong = [(case.note, head) for case, head in found if not _is_part(head, case.expected)]
    assert wrong == []
    assert len(right) >= 0.9 * len(APART)


def _is_part(head: Head, expected: Head) -> bool:
    """Whether all it says is so: what is missed is asked, what is wrong would be believed."""
    return all(getattr(head, key) in (None, "", getattr(expected, key)) for key in vars(expected))


def test_there_are_forty_and_half_of_them_are_apart() -> None:
    assert len(KNOWN) >= 20 and len(APART) >= 20


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("39-CT-TW.pdf", "39-CT/TW"),
        ("05-KH_ĐU ve sinh hoat.docx", "05-KH/ĐU"),
        ("12 - HD - BTCTW.PDF", "12-HD/BTCTW"),
        ("ke hoach 05.pdf", ""),
        ("2026-03-CT.pdf", ""),
        ("photo.jpg", ""),
        ("39-CT-TW", ""),  # no ending: what stands before the last dot is the name
    ],
)
def test_a_files_name_tells_the_number_where_it_bears_one(name: str, number: str) -> None:
    assert read_name(name) == Head(number=number)


@pytest.mark.parametrize(
    "text", ["", "\n \n", "*", "Số", "V/v", "KẾ HOẠCH", "ĐẢNG CỘNG SẢN VIỆT NAM Số 1-KH/ĐU"]
)
def test_a_head_without_anything_to_say_says_nothing_wrong(text: str) -> None:
    assert not read_head(text).title


def test_what_is_not_known_comes_from_elsewhere() -> None:
    assert Head("a").or_else(Head("b", number="1-KH/ĐU")) == Head("a", number="1-KH/ĐU")
