"""What a line or a sheet says of a task: its kind, its rhythm, its measure, who does it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.task_words import (
    called,
    measure_words,
    read_day,
    read_kind,
    read_line,
    read_measure,
    read_rhythm,
    split_people,
    year_on,
)
from bot.rules.words import Rhythm

TODAY = date(2026, 3, 2)
KINDS = ("Xây dựng chi bộ", "An ninh trật tự", "Văn hóa – xã hội", "Kinh tế")
M, Q, D = Rhythm.MONTHLY, Rhythm.QUARTERLY, Rhythm.AT_DEADLINE
LINES = [
    # apart from the rest it is not the title's
    ("Vận động 5 hộ, hằng quý, hạn 30/11", "Vận động 5 hộ", Q, ""),
    ("Vận động 5 hộ, mỗi quý báo cáo một lần", "Vận động 5 hộ", Q, ""),
    ("Vận động 5 hộ, hạn 30/11, báo cáo khi đến hạn", "Vận động 5 hộ", D, ""),
    ("Van dong 5 ho, bao cao hang thang", "Van dong 5 ho", M, ""),
    # inside of the title it says how often, and the title stays whole
    ("Thăm hộ nghèo hằng quý", "Thăm hộ nghèo hằng quý", Q, ""),
    ("Viết báo cáo hằng tháng của chi bộ", "Viết báo cáo hằng tháng của chi bộ", M, ""),
    # two of them are no rhythm, and neither is what only sounds like one
    ("Họp hằng tháng, sơ kết hằng quý", "Họp hằng tháng, sơ kết hằng quý", None, ""),
    ("thuc hien moi quy dinh", "thuc hien moi quy dinh", None, ""),
    ("Quý mến nhân dân", "Quý mến nhân dân", None, ""),
    # a kind in brackets or after a comma, and never the beginning of a title
    ("Tuần tra 2 buổi (an ninh trật tự)", "Tuần tra 2 buổi", None, "An ninh trật tự"),
    ("Dọn vệ sinh, loại: văn hóa – xã hội, hạn 1/5", "Dọn vệ sinh", None, "Văn hóa – xã hội"),
    ("Kinh tế, xã hội của thôn", "Kinh tế, xã hội của thôn", None, ""),
    ("Phát triển kinh tế", "Phát triển kinh tế", None, ""),
]
LAN, HOA, HOA2, MINH, OLD = (
    (1, "Vàng Thị Lan"),
    (2, "Sùng Thị Hoa"),
    (3, "Vàng A Hòa"),
    (4, "Lù Văn Minh"),
    (5, "Hoa"),
)
NAMES = [LAN, HOA, HOA2, MINH]
CALLED = [
    ("Lan", [1]),
    ("vang  thi LAN", [1]),
    ("đ/c Minh", [4]),
    ("đồng chí Văn Minh", [4]),
    # a mark that was typed tells them apart, none does not
    ("Hòa", [3]),
    ("hoa", [2, 3]),
    ("Hoa", [2, 3]),
    ("in", []),
    ("", []),
]
PEOPLE = [
    ("Vận động 5 hộ, hạn 30/11 – Lan, Minh", "Vận động 5 hộ, hạn 30/11", ["Lan", "Minh"]),
    ("Vận động 5 hộ: Lan và Minh", "Vận động 5 hộ", ["Lan", "Minh"]),
    ("Vận động 5 hộ (lan)", "Vận động 5 hộ", ["lan"]),
    ("Vận động 5 hộ [Lan; Minh]", "Vận động 5 hộ", ["Lan", "Minh"]),
    ("Vận động 5 hộ - tất cả", "Vận động 5 hộ", ["tất cả"]),
    # looks like names, though nobody is called so: to be asked about
    ("Vận động 5 hộ – Giàng A Sử", "Vận động 5 hộ", ["Giàng A Sử"]),
    # a dash or a colon of the title
    ("Vận động – tuyên truyền 5 hộ", "Vận động – tuyên truyền 5 hộ", []),
    ("Hạn 20/5: quét vôi", "Hạn 20/5: quét vôi", []),
    ("Dọn vệ sinh (hạn 30/11)", "Dọn vệ sinh (hạn 30/11)", []),
    ("Trực lúc 7:30", "Trực lúc 7:30", []),
]


@pytest.mark.parametrize(("typed", "title", "rhythm", "kind"), LINES)
def test_kind_and_rhythm_are_read_where_they_are_plain(
    typed: str, title: str, rhythm: Rhythm | None, kind: str
) -> None:
    line = read_line(typed, KINDS, today=TODAY)
    assert line is not None
    assert (line.title, line.rhythm, line.kind) == (title, rhythm, kind)


@pytest.mark.parametrize(("typed", "meant"), CALLED)
def test_a_name_is_found_across_accents_case_and_spaces(typed: str, meant: list[int]) -> None:
    assert called(NAMES, typed) == meant


def test_a_whole_name_goes_before_a_given_name() -> None:
    assert called([*NAMES, OLD], "hoa") == [5]


@pytest.mark.parametrize(("typed", "head", "people"), PEOPLE)
def test_names_stand_at_the_end_of_a_line(typed: str, head: str, people: list[str]) -> None:
    assert split_people(typed, NAMES) == (head, people)


def test_a_measure_is_a_number_and_its_unit_or_words() -> None:
    said = ("5 hộ", "5", "tất cả các hộ", "100%", "0 hộ", "")
    assert [read_measure(text) for text in said] == [
        (5, "hộ"),
        (5, ""),
        (None, "tất cả các hộ"),
        (None, "100%"),
        (None, "0 hộ"),
        (None, ""),
    ]
    assert [measure_words(*read_measure(text)) for text in said] == list(said)


def test_the_fields_of_a_sheet_are_words_too() -> None:
    rhythms = ("Quý", "hàng tháng", "Báo cáo hằng quý", "khi đến hạn", "mỗi quý một lần", "thỉnh thoảng")
    assert [read_rhythm(text) for text in rhythms] == [Q, M, Q, D, Q, None]
    assert read_kind("VAN HOA - XA HOI", KINDS) == "Văn hóa – xã hội" and read_kind("khác", KINDS) is None
    assert read_day("30/11", today=TODAY) == date(2026, 11, 30)
    assert read_day("cuối năm", today=TODAY) == date(2026, 12, 31)
    assert read_day("sắp tới", today=TODAY) is None
    with pytest.raises(ValueError):
        read_day("31/2", today=TODAY)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_year_on_is_the_same_day_but_for_leap_days(day: date) -> None:
    later = year_on(day)
    assert (later.year, later.month) == (day.year + 1, day.month)
    assert later.day == day.day or ((day.month, day.day) == (2, 29) and later.day == 28)


@given(st.text(max_size=300))
def test_any_line_is_read_or_refused_and_names_come_off_its_end(typed: str) -> None:
    head, _ = split_people(typed, NAMES)
    assert head in typed
    try:
        line = read_line(head, KINDS, today=TODAY)
    except ValueError:
        return
    assert line is None or (line.title and line.kind in ("", *KINDS))
