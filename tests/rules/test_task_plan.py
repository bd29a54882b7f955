"""A plan row by row: what is understood, and what is said of a row that is not."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.task_plan import Row, Unclear, sheet_row, split_lines, typed_row
from bot.rules.task_sheet import fields_of, find_header
from bot.rules.words import Rhythm

TODAY = date(2026, 3, 2)
KINDS = ("Xây dựng chi bộ", "Kinh tế")
NAMES = [(1, "Vàng Thị Lan"), (2, "Sùng Thị Hoa"), (3, "Vàng A Hòa")]
TYPED = [
    # what is unclear, one thing or several
    ("Vận động 5 hộ – Lan", []),
    ("Vận động 5 hộ", []),
    ("Vận động 5 hộ – Lan, Lan", []),
    ("hạn 30/11 – Lan", [Unclear.NO_WORDS]),
    ("Vận động 5 hộ, hạn 31/2 – Lan", [Unclear.NO_SUCH_DAY]),
    ("Vận động 5 hộ, hạn 1/2/2026 – Lan", [Unclear.DEADLINE_PAST]),
    ("Vận động 5 hộ – Lan, Hoa", [Unclear.WHICH_NAME]),
    ("Vận động 5 hộ – Lan, Sử", [Unclear.UNKNOWN_NAME]),
    ("Vận động 5 hộ, hạn 31/2 – Sử", [Unclear.UNKNOWN_NAME, Unclear.NO_SUCH_DAY]),
    ("Vận động, báo cáo khi đến hạn – Lan", [Unclear.RHYTHM_WITHOUT_DEADLINE]),
    ("dài " * 100 + "– Lan", [Unclear.TOO_LONG]),
]
FIELDS: list[tuple[dict[str, str], list[Unclear]]] = [
    ({"title": "Vận động"}, []),
    ({"kind": "Kinh tế", "members": "Lan"}, [Unclear.NO_WORDS]),
    ({"title": "Vận động", "kind": "nông nghiệp"}, [Unclear.UNKNOWN_KIND]),
    ({"title": "Vận động", "rhythm": "lúc nào rảnh"}, [Unclear.UNKNOWN_RHYTHM]),
    ({"title": "Vận động", "deadline": "31/2"}, [Unclear.NO_SUCH_DAY]),
    ({"title": "Vận động", "deadline": "sớm"}, [Unclear.NO_SUCH_DAY]),
    ({"title": "Vận động", "measure": "rất " * 20}, [Unclear.LONG_MEASURE]),
    ({"title": "Vận động", "members": "Sử"}, [Unclear.UNKNOWN_NAME]),
    ({"title": "=1+1"}, [Unclear.NO_WORDS]),
]


def test_a_plan_may_be_a_numbered_list() -> None:
    typed = "1. Vận động 5 hộ\n\n2) Trồng cây\n  - Họp thôn\n• 3 buổi trực\n–\n10 hộ mới"
    assert split_lines(typed) == ["Vận động 5 hộ", "Trồng cây", "Họp thôn", "3 buổi trực", "10 hộ mới"]


def problems(row: Row) -> list[Unclear]:
    return [problem.key for problem in row.problems]


@pytest.mark.parametrize(("typed", "unclear"), TYPED)
def test_a_typed_row_says_what_is_unclear(typed: str, unclear: list[Unclear]) -> None:
    assert sorted(problems(typed_row(1, typed, NAMES, KINDS, today=TODAY))) == sorted(unclear)


@pytest.mark.parametrize(("fields", "unclear"), FIELDS)
def test_a_row_of_a_sheet_says_what_is_unclear(fields: dict[str, str], unclear: list[Unclear]) -> None:
    assert problems(sheet_row(1, fields, NAMES, KINDS, today=TODAY)) == unclear


def test_a_whole_row_is_understood_however_it_comes() -> None:
    typed = typed_row(
        1, "Vận động 5 hộ (Kinh tế), báo cáo hằng quý, hạn 30/11 – Hòa, lan", NAMES, KINDS, today=TODAY
    )
    fields = {"title": "Vận động 5 hộ", "kind": "kinh te", "measure": "5 hộ", "deadline": "30/11/2026"}
    fields |= {"rhythm": "Quý", "members": "Hòa; Vàng Thị Lan"}
    sheet = sheet_row(1, fields, NAMES, KINDS, today=TODAY)
    for row in (typed, sheet):
        assert (row.title, row.kind, row.target, row.unit) == ("Vận động 5 hộ", "Kinh tế", 5, "hộ")
        assert (row.deadline, row.rhythm, row.members) == (date(2026, 11, 30), Rhythm.QUARTERLY, (3, 1))


def test_everybody_is_everybody_whom_the_cell_can_give_tasks() -> None:
    assert typed_row(1, "Tuyên truyền – tất cả", NAMES, KINDS, today=TODAY).members == (1, 2, 3)


def test_a_sheet_may_have_titles_above_other_columns_and_days_as_days() -> None:
    rows: list[list[Any]] = [
        ["KẾ HOẠCH NĂM 2026"],
        ["TT", "Nội dung", "Thời hạn", "Ghi chú", "Người phụ trách"],
        [1, "Vận động 5 hộ", datetime(2026, 11, 30), "x", "Lan\nHòa"],
        [None, None, None, None, None],
    ]
    header = find_header(rows)
    assert header is not None and header[0] == 1
    fields = [fields_of(row, header[1]) for row in rows[2:]]
    assert fields == [{"title": "Vận động 5 hộ", "deadline": "30/11/2026", "members": "Lan; Hòa"}, {}]


def test_a_list_of_members_is_no_plan() -> None:
    assert find_header([["Mã đảng viên", "Họ và tên", "Chi bộ", "Tình trạng"]]) is None
    assert find_header([]) is None


@given(
    st.dictionaries(st.sampled_from(["title", "kind", "measure", "deadline", "rhythm", "members"]), st.text())
)
def test_any_row_is_understood_or_says_why_not(fields: dict[str, str]) -> None:
    row = sheet_row(1, fields, NAMES, KINDS, today=TODAY)
    if not row.problems:
        assert row.title and row.kind in ("", *KINDS) and set(row.members) <= {1, 2, 3}
        assert row.deadline is None or row.deadline >= TODAY
