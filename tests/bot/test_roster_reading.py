"""Files as offices send them: workbooks and texts, each made here, each read from the disk."""

import unicodedata
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from bot.roster import RosterUnreadable, read_roster
from bot.rules.names import TONES

HEADER: list[Any] = ["Mã đảng viên", "Họ và tên", "Chi bộ", "Chức vụ", "Tình trạng", "Điện thoại", "Ghi chú"]
CELL = "Chi bộ thôn Bản Mới"
LAN: list[Any] = ["01", "Giàng Thị Lan", CELL, "Bí thư", "Chính thức", "0912345678", None]
HOA: list[Any] = ["02", "Lý Hòa", CELL, None, "Dự bị", 912345679, "=1+1"]
TABLE: list[list[Any]] = [HEADER, LAN, HOA]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def text(path: Path, encoding: str, separator: str) -> Path:
    lines = (separator.join("" if value is None else str(value) for value in row) for row in TABLE)
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def refusal(path: Path) -> tuple[str, dict[str, str]]:
    with pytest.raises(RosterUnreadable) as raised:
        read_roster(path)
    return raised.value.key, dict(raised.value.values)


def test_a_workbook_is_read_from_the_sheet_that_holds_a_list(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "r.xlsx", Bia=[["Ghi chú"]], Sach=[["ĐẢNG BỘ XÃ TẢ VAN"], [], *TABLE], Khac=TABLE
    )
    roster = read_roster(path)
    assert roster.organisation == "Đảng bộ xã Tả Van"
    assert [(one.row, one.code, one.phone) for one in roster.people] == [
        (4, "01", "+84912345678"),
        (5, "02", "+84912345679"),
    ]
    assert (roster.problems, roster.dropped_columns) == ((), ("Ghi chú",))


def test_a_workbook_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    assert len(read_roster(workbook(tmp_path / "danh sách.csv", S=TABLE)).people) == 2


def test_a_size_the_sheet_states_wrongly_hides_no_rows(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", S=TABLE)
    with ZipFile(whole) as source, ZipFile(tmp_path / "small.xlsx", "w") as copy:
        for name in source.namelist():
            part = source.read(name)
            copy.writestr(name, part.replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>'))
    assert len(read_roster(tmp_path / "small.xlsx").people) == 2


def test_formulas_of_every_kind_are_text(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in TABLE:
        book.active.append(row)
    book.active["B2"] = '=HYPERLINK("http://x","Bấm")'
    book.active["B3"] = ArrayFormula("B3", "=SUM(A1:A2)")
    book.save(tmp_path / "r.xlsx")
    roster = read_roster(tmp_path / "r.xlsx")
    assert [one.name for one in roster.people] == ['=HYPERLINK("http://x","Bấm")', "=SUM(A1:A2)"]
    assert [one.key for one in roster.problems] == ["looks_like_formula"] * 2


def test_cells_that_exist_already_are_passed_on(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", S=[HEADER, HOA])
    assert [len(read_roster(path, known_cells=known).people) for known in ((), (CELL,))] == [0, 1]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_text_is_read_in_any_encoding_with_any_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    roster = read_roster(text(tmp_path / "r.csv", encoding, separator))
    assert [one.name for one in roster.people] == ["Giàng Thị Lan", "Lý Hòa"]
    assert roster.problems == ()


def test_a_long_text_is_read_though_the_wrong_encoding_sees_one_endless_field(tmp_path: Path) -> None:
    lines = (f"{n},Lý Văn Minh,{CELL},{'Bí thư' if not n else ''},Chính thức,," for n in range(4000))
    (tmp_path / "r.csv").write_text("\n".join([",".join(HEADER), *lines]), "utf-8")
    assert len(read_roster(tmp_path / "r.csv").people) == 4000


def test_a_text_of_an_old_vietnamese_windows_is_read(tmp_path: Path) -> None:
    raw = text(tmp_path / "r.csv", "utf-8", ";").read_text("utf-8")
    (tmp_path / "r.csv").write_bytes(old_windows(raw))
    roster = read_roster(tmp_path / "r.csv")
    assert [one.name for one in roster.people] == ["Giàng Thị Lan", "Lý Hòa"]


def old_windows(raw: str) -> bytes:
    """Code page 1258 has the letters; the tones it writes as marks of their own, after the letter."""
    marked = (unicodedata.normalize("NFD", letter) for letter in raw)
    split = (("".join(c for c in d if c not in TONES), "".join(c for c in d if c in TONES)) for d in marked)
    return "".join(unicodedata.normalize("NFC", letter) + tone for letter, tone in split).encode("cp1258")


def test_a_western_text_is_read_where_the_vietnamese_page_has_no_letter(tmp_path: Path) -> None:
    rows = "Code,Name,Cell,Role,Status\n01,Lan \x8a,Chi bo A,Secretary,official\n"
    (tmp_path / "r.csv").write_bytes(rows.encode("latin-1"))
    assert read_roster(tmp_path / "r.csv").people[0].name == "Lan Š"


def test_quotes_and_lines_inside_a_field_do_not_shift_the_row_numbers(tmp_path: Path) -> None:
    lan = f'01,"Lan",{CELL},Bí thư,Chính thức,,"một\r\nhai, ba"'
    rows = "\r\n".join([",".join(HEADER), lan, "", f"02,,{CELL},,Dự bị,,"])
    (tmp_path / "r.csv").write_text(rows, "utf-8", newline="")
    roster = read_roster(tmp_path / "r.csv")
    assert [one.row for one in roster.people] == [2]
    assert [(one.row, one.key) for one in roster.problems] == [(4, "missing")]


def test_a_formula_in_a_text_is_text(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(f"{';'.join(HEADER)}\n01;=1+1;{CELL};Bí thư;Chính thức;;", "utf-8")
    assert read_roster(tmp_path / "r.csv").people[0].name == "=1+1"


def test_what_is_no_list_is_refused_by_its_reason(tmp_path: Path) -> None:
    files = {
        "a.csv": b"",
        "b.pdf": b"%PDF-1.7",
        "c.xlsx": b"PK\x03\x04 torn",
        "d.csv": b"\x81\x00\xff",
        "e.csv": b"hi\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    columns = {"missing": "Mã đảng viên, Họ và tên, Chi bộ, Tình trạng"}
    assert [refusal(tmp_path / name) for name in files] == [
        ("empty", {}),
        ("unknown_format", {"suffix": ".pdf"}),
        ("not_a_table", {}),
        ("unknown_format", {"suffix": ".csv"}),
        ("no_header", columns),
    ]


def test_a_header_with_nobody_under_it_is_an_empty_list(tmp_path: Path) -> None:
    assert refusal(workbook(tmp_path / "r.xlsx", S=[HEADER, [None, " "]])) == ("empty", {})


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", S=[[*HEADER[:4]]])
    assert refusal(path) == ("no_header", {"missing": "Tình trạng"})


def test_a_sheet_torn_in_the_middle_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", S=TABLE)
    with ZipFile(whole) as source, ZipFile(tmp_path / "torn.xlsx", "w") as copy:
        for name in source.namelist():
            part = source.read(name)
            copy.writestr(name, part[: part.rfind(b"<row")] if "sheet1.xml" in name else part)
    assert refusal(tmp_path / "torn.xlsx") == ("not_a_table", {})


def test_a_document_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "letter.docx", "w") as document:
        document.writestr("word/document.xml", "<w/>")
    assert refusal(tmp_path / "letter.docx") == ("not_a_table", {})
