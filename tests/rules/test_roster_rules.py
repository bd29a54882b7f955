"""The rules of a membership list, on rows as plain lists; people of the fixed cast and their neighbours."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.roster import Person, Problem, Roster, RosterUnreadable, read_rows
from bot.rules.roster_header import column_of, find_header
from bot.rules.roster_words import natural_name, role_of, status_of, text_of
from bot.rules.words import RoleName, Status

HEADER: list[Any] = [
    "TT",
    "Mã đảng viên",
    "Họ và tên",
    "Chi bộ",
    "Chức vụ",
    "Tình trạng",
    "Điện thoại",
    "Chi bộ nơi cư trú",
]
A, B = "Chi bộ thôn Bản Mới", "Chi bộ Trường Tiểu học"


def line(code: object, name: object, cell: object = A, **more: object) -> list[Any]:
    rest = {"role": None, "status": "Chính thức", "phone": None, "home": None} | more
    return [1, code, name, cell, rest["role"], rest["status"], rest["phone"], rest["home"]]


LAN = line("01", "Lan", role="Bí thư")
DUNG = line("02", "Dũng", B, role="Bí thư")


def read(*rows: list[Any], known_cells: tuple[str, ...] = ()) -> Roster:
    return read_rows([HEADER, *rows], known_cells=known_cells)


def only_problem(roster: Roster) -> Problem:
    (problem,) = roster.problems
    return problem


def person(roster: Roster, code: str) -> Person:
    return next(one for one in roster.people if one.code == code)


def test_a_good_list_is_read_without_a_word() -> None:
    roster = read(LAN, line("03", "Hoa", status="Dự bị", phone="0912.345.678", home=B), DUNG)
    hoa = Person(3, "03", "Hoa", A, None, Status.PROBATIONARY, "+84912345678", B)
    assert (roster.people[1], roster.problems, roster.rows) == (hoa, (), 3)
    assert roster.cells == (A, B)
    assert [one.role for one in roster.people] == [RoleName.SECRETARY, None, RoleName.SECRETARY]


def test_the_header_is_found_below_titles_which_name_the_organisation() -> None:
    titles: list[list[Any]] = [
        ["ĐẢNG BỘ TỈNH LÀO CAI"],
        ["ĐẢNG BỘ XÃ TẢ VAN", None, "ĐẢNG CỘNG SẢN VIỆT NAM"],
        ["DANH SÁCH"],
        [],
    ]
    roster = read_rows([*titles, HEADER, LAN])
    assert (roster.organisation, roster.people[0].row) == ("Đảng bộ xã Tả Van", 6)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("ĐẢNG UỶ PHƯỜNG LONG THÀNH", "Đảng ủy phường Long Thành"),  # "thành" alone is part of a name
        ("ĐẢNG BỘ THỊ TRẤN SA PA", "Đảng bộ thị trấn Sa Pa"),
        ("Đảng bộ Xã Tả Van", "Đảng bộ Xã Tả Van"),  # as somebody chose to write it
        ("TỈNH ỦY LÀO CAI\nVĂN PHÒNG", "Tỉnh ủy Lào Cai"),
        ("DANH SÁCH ĐẢNG VIÊN", None),
    ],
)
def test_a_title_in_capitals_is_written_naturally(title: str, name: str | None) -> None:
    assert read_rows([[title], HEADER, LAN]).organisation == name


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Mã ĐV", "code"),
        ("  HỌ VÀ TÊN\nKHAI SINH ", "name"),
        ("Chi bộ nơi cư trú (213)", "residential_cell"),
        ("SĐT", "phone"),
        ("Full name", "name"),
        ("Nơi cư trú", None),  # an address
        ("ID", None),  # a citizen's
        ("Tình trạng hôn nhân", None),
    ],
)
def test_a_heading_is_known_by_its_words_and_nothing_is_guessed(heading: str, column: str | None) -> None:
    assert column_of(heading) == column


def test_columns_that_must_not_be_kept_are_named_and_never_read() -> None:
    header = [*HEADER, "Số CCCD", "Dân tộc", "Điện thoại", ""]
    roster = read_rows([header, [*LAN, "012345678901", "Mông", "0999999999", "riêng"]])
    assert roster.dropped_columns == ("Số CCCD", "Dân tộc", "Điện thoại")
    assert person(roster, "01").phone is None


SECRET = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: f"kín{text}kín")
ORDINARY = st.none() | st.integers() | st.text(max_size=12)


@given(st.lists(st.tuples(SECRET, st.lists(ORDINARY, min_size=8, max_size=8)), max_size=5))
def test_no_value_of_a_dropped_column_is_anywhere_in_the_roster(rows: list[tuple[str, list[Any]]]) -> None:
    header = ["Số CCCD", *HEADER, "Ghi chú"]
    roster = read_rows([header, ["kín0kín", *LAN, "kín0kín"], *([s, *row, s] for s, row in rows)])
    assert roster.people and "kín" not in repr(roster)


def test_a_list_without_its_columns_is_refused_by_the_names_of_those_missing() -> None:
    with pytest.raises(RosterUnreadable) as refusal:
        read_rows([["Danh sách"], ["Mã đảng viên", "Họ và tên", "Chi bộ", "Ghi chú"]])
    assert (refusal.value.key, refusal.value.values) == ("no_header", {"missing": "Tình trạng"})


def test_a_header_is_not_looked_for_below_the_thirtieth_row() -> None:
    assert find_header([[]] * 29 + [HEADER]).missing == ()
    assert find_header([[]] * 30 + [HEADER]).missing


def test_rows_that_say_nothing_are_passed_over_but_counted_in_the_numbers() -> None:
    numbers = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"]
    roster = read(numbers, LAN, [], [None] * 8, [7, "", " ", "-"], HEADER, line("03", "Hoa"))
    assert [one.row for one in roster.people] == [3, 8]
    assert (roster.problems, roster.rows) == ((), 2)


def test_everything_missing_in_a_row_is_said_at_once() -> None:
    problem = only_problem(read(LAN, line(None, "#N/A", " ", role="Chi ủy viên", status=None)))
    columns = "Mã đảng viên, Họ và tên, Chi bộ, Tình trạng"
    assert problem == Problem(3, "missing", {"columns": columns}, kept=False)


def test_a_short_row_lacks_what_it_does_not_reach() -> None:
    assert only_problem(read(LAN, [2, "03", "Hoa", A])).values == {"columns": "Tình trạng"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Chính thức", Status.OFFICIAL),
        ("chinh thuc", Status.OFFICIAL),
        ("Đảng viên DỰ BỊ", Status.PROBATIONARY),
        ("Miễn công tác và sinh hoạt", Status.EXEMPT),
        ("Miễn sinh hoạt", Status.EXEMPT),
        ("Miễn CT&SH", Status.EXEMPT),
        ("Được miễn công tác, sinh hoạt đảng", Status.EXEMPT),
        ("Tạm miễn", Status.TEMPORARILY_EXEMPT),
        ("tạm miễn CT và SH", Status.TEMPORARILY_EXEMPT),
        ("Đã nghỉ hưu", None),
        ("Không chính thức", None),
    ],
)
def test_a_status_is_known_however_it_is_typed(text: str, status: Status | None) -> None:
    assert status_of(text) == status


def test_an_unknown_status_is_reported_and_not_guessed() -> None:
    roster = read(LAN, line("03", "Hoa", status="Đã nghỉ hưu"))
    assert only_problem(roster) == Problem(3, "unknown_status", {"status": "Đã nghỉ hưu"}, kept=False)
    assert len(roster.people) == 1


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("BÍ THƯ", RoleName.SECRETARY),
        ("Bí thư kiêm Trưởng thôn", RoleName.SECRETARY),
        ("Phó Bí thư chi bộ", RoleName.DEPUTY),
        ("Phó bí thư Đảng ủy, Bí thư chi bộ", RoleName.SECRETARY),
        ("Bí thư Đoàn thanh niên", None),  # another body's secretary
        ("Nguyên bí thư", None),
        ("Chi ủy viên", None),
        ("", None),
    ],
)
def test_only_the_secretary_and_deputies_of_a_cell_have_a_role(text: str, role: RoleName | None) -> None:
    assert role_of(text) == role


def test_a_cell_exists_if_its_secretary_is_named_anywhere_or_if_it_was_known() -> None:
    assert len(read(line("03", "Hoa"), LAN).people) == 2
    assert read(line("03", "Hoa"), known_cells=(A,)).problems == ()
    lost = read(line("03", "Hoa"))
    assert (only_problem(lost).key, lost.people, lost.cells) == ("unknown_cell", (), ())


def test_a_cell_still_exists_if_the_row_of_its_secretary_has_a_fault() -> None:
    roster = read(line("01", "Lan", role="Bí thư", status="?"), line("03", "Hoa"))
    assert (only_problem(roster).key, person(roster, "03").cell) == ("unknown_status", A)


@pytest.mark.parametrize(
    "spelling",
    [
        unicodedata.normalize("NFD", A),
        "  chi bộ  THÔN bản mới",
        "Chi bo thon Ban Moi",  # typed without diacritics
    ],
)
def test_spellings_of_one_cell_are_one_cell_by_its_first_name(spelling: str) -> None:
    roster = read(LAN, line("03", "Hoa", spelling))
    assert (roster.cells, roster.problems) == ((A,), ())


def test_the_name_a_cell_had_before_wins_over_the_list() -> None:
    assert read(LAN, known_cells=(A.upper(),)).cells == (A.upper(),)


def test_cells_that_differ_in_one_accent_are_two_cells() -> None:
    other = "Chi bộ thôn Bản Mối"
    roster = read(LAN, line("02", "Dũng", other, role="Bí thư"), line("03", "Hoa", "chi bo thon ban moi"))
    assert roster.cells == (A, other)
    assert only_problem(roster) == Problem(4, "unknown_cell", {"cell": "chi bo thon ban moi"}, kept=False)


def test_the_second_row_of_one_code_points_to_the_first() -> None:
    roster = read(LAN, line("03", "Hoa"), line(" 03 ", "Minh"))
    assert only_problem(roster) == Problem(4, "duplicate_code", {"code": "03", "first_row": "3"}, kept=False)
    assert person(roster, "03").name == "Hoa"


def test_a_row_that_was_not_kept_does_not_take_its_code_away() -> None:
    roster = read(LAN, line("03", "Hoa", "Chi bộ lạ"), line("03", "Hoa"))
    assert (only_problem(roster).key, person(roster, "03").row) == ("unknown_cell", 4)


def test_the_second_secretary_of_a_cell_is_kept_as_a_plain_member() -> None:
    roster = read(LAN, line("03", "Hoa", role="Bí thư"))
    assert person(roster, "03").role is None
    assert only_problem(roster) == Problem(3, "second_secretary", {"cell": A, "first_row": "2"}, kept=True)


@pytest.mark.parametrize(
    ("home", "key"), [("Chi bộ lạ", "unknown_residential_cell"), (A, "residential_is_own_cell")]
)
def test_a_residential_cell_that_makes_no_sense_is_left_out_and_the_person_kept(home: str, key: str) -> None:
    roster = read(LAN, line("03", "Hoa", home=home))
    assert person(roster, "03").residential_cell is None
    assert (only_problem(roster).key, only_problem(roster).kept) == (key, True)


@pytest.mark.parametrize("phone", [912345678, 912345678.0, "912345678", "+84 912 345 678", "0912-345-678"])
def test_a_phone_number_is_understood_even_without_its_zero(phone: object) -> None:
    roster = read(LAN, line("03", "Hoa", phone=phone))
    assert (person(roster, "03").phone, roster.problems) == ("+84912345678", ())


def test_a_phone_number_nobody_could_call_is_left_out_and_reported() -> None:
    roster = read(LAN, line("03", "Hoa", phone="hỏi anh Dũng"))
    assert person(roster, "03").phone is None
    assert only_problem(roster) == Problem(3, "unreadable_phone", {"phone": "hỏi anh Dũng"}, kept=True)


def test_two_people_of_one_phone_or_one_name_are_kept_and_asked_about() -> None:
    roster = read(LAN, line("03", "Hòa", phone="0912345678"), line("04", "HOÀ", phone="+84912345678"))
    assert [(one.key, one.values["first_row"], one.kept) for one in roster.problems] == [
        ("same_name", "3", True),
        ("shared_phone", "3", True),
    ]
    assert len(roster.people) == 3


def test_people_of_one_name_in_two_cells_are_two_people() -> None:
    assert read(LAN, DUNG, line("03", "Hoa"), line("04", "Hoa", B)).problems == ()


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","Bấm")', "@SUM(A1)", "+1+1", "-2"])
def test_a_formula_in_a_name_is_text_with_a_warning(name: str) -> None:
    roster = read(LAN, line("03", name))
    assert person(roster, "03").name == name
    assert only_problem(roster) == Problem(3, "looks_like_formula", {"text": name}, kept=True)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  LÊ  MINH HOA ", "Lê Minh Hoa"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("Lê Minh HOA", "Lê Minh HOA"),  # not a name in capitals
        ("<B>LÝ</B>", "<B>LÝ</B>"),  # markup is text
        (unicodedata.normalize("NFD", "Giàng Tuấn"), "Giàng Tuấn"),
    ],
)
def test_a_name_in_capitals_is_written_naturally(written: str, name: str) -> None:
    assert natural_name(text_of(written)) == name


def test_numbers_and_marks_of_a_spreadsheet_become_what_a_person_sees() -> None:
    seen = [text_of(value) for value in (None, 38.0, 38, "#REF!", "–", " a\n b ", True)]
    assert seen == ["", "38", "38", "", "", "a b", "True"]


def test_problems_come_in_the_order_of_the_rows() -> None:
    roster = read(LAN, line("03", "Hoa", "Chi bộ lạ"), line("04", None), line("01", "Minh"))
    assert [one.row for one in roster.problems] == [3, 4, 5]
    assert roster.rows == 4
