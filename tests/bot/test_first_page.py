"""The words on the first page of what is sent: wherever an office puts a mark, it is seen."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from bot.errors import BadInput
from bot.first_page import MOST_MARKUP, first_page
from bot.rules.notices import find_secrecy

BOX = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:r><w:pict>'
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>MẬT</w:t></w:r></w:p>'
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


def written(*paragraphs: str, where: str = "body") -> bytes:
    """A .docx with a mark in its body, a table, its heading, or a text box."""
    document = docx.Document()
    if where == "table":
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "ĐẢNG ỦY XÃ", "TỐI MẬT"
    if where == "heading":
        document.sections[0].header.paragraphs[0].text = "Độ mật: Tối mật"
    if where == "box":
        document.element.body.insert(0, parse_xml(BOX))
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("where", "mark"), [("body", None), ("table", "Tối mật"), ("heading", "Tối mật"), ("box", "Mật")]
)
def test_a_mark_is_seen_wherever_it_stands(where: str, mark: str | None) -> None:
    words = first_page("ke hoach.docx", written("KẾ HOẠCH", "về sinh hoạt chi bộ", where=where))
    assert "KẾ HOẠCH\nvề sinh hoạt chi bộ" in words
    assert find_secrecy(words) == mark


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_plain_text_is_read_as_notepad_writes_it(encoding: str) -> None:
    assert find_secrecy(first_page("a.TXT", "TUYỆT MẬT\nPhương án".encode(encoding))) == "Tuyệt mật"


@pytest.mark.parametrize("name", ["a.pdf", "photo.jpg", "bang.xlsx", "khong ten"])
def test_of_other_kinds_only_the_name_is_looked_at(name: str) -> None:
    assert first_page(name, b"%PDF-1.7 M\xe1\xba\xacT") == ""


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 cut off"])
def test_what_cannot_be_opened_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="notice_file_unreadable"):
        first_page("ke hoach.docx", content)


def test_what_unpacks_to_too_much_is_refused_unopened() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * (MOST_MARKUP + 1))
    with pytest.raises(BadInput, match="notice_file_unreadable"):
        first_page("bom.docx", made.getvalue())
