"""The document a long notice becomes: every paragraph of it, under its head, as official documents look."""

import io
from datetime import date
from pathlib import Path

from docx import Document
from docx.shared import Mm, Pt

from bot.reports.notice_document import Head, file_name, notice_document
from tests.office import opened

HEAD = Head("Đảng ủy xã Tả Van", "05-CT/ĐU", date(2026, 3, 2), "Chỉ thị về sinh hoạt chi bộ")
TEXT = "Chỉ thị về sinh hoạt chi bộ\n\nĐiều 1. Mỗi tháng một lần.\nĐiều 2. Không hình thức <b>& đủ</b>."


def paragraphs(made: bytes) -> list[str]:
    return [each.text for each in Document(io.BytesIO(made)).paragraphs]


def test_the_head_stands_over_every_paragraph_and_the_title_but_once() -> None:
    assert paragraphs(notice_document(HEAD, TEXT)) == [
        "ĐẢNG ỦY XÃ TẢ VAN",
        "05-CT/ĐU, 02/03/2026",
        "Chỉ thị về sinh hoạt chi bộ",
        "Điều 1. Mỗi tháng một lần.",
        "Điều 2. Không hình thức <b>& đủ</b>.",
    ]


def test_it_is_a4_in_times_new_roman_14() -> None:
    document = Document(io.BytesIO(notice_document(HEAD, TEXT)))
    page, style = document.sections[0], document.styles["Normal"]
    assert (round(page.page_width / Mm(1)), round(page.page_height / Mm(1))) == (210, 297)
    assert (style.font.name, style.font.size) == ("Times New Roman", Pt(14))


def test_a_title_of_any_length_and_what_no_document_may_hold_are_no_obstacle() -> None:
    head = Head("", "", None, "Kế hoạch " * 33)
    assert paragraphs(notice_document(head, "Một\x00 hai\x08 😀"))[-1] == "Một hai 😀"


def test_the_file_is_named_after_the_title() -> None:
    assert file_name('Kế hoạch 05/KH: "học tập"') == "Kế hoạch 05-KH- -học tập-.docx"
    assert len(file_name("Kế hoạch " * 33)) <= 85


def test_an_office_program_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "notice.docx"
    path.write_bytes(notice_document(HEAD, TEXT))
    assert opened(path, "pdf").read_bytes().startswith(b"%PDF")
