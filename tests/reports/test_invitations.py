"""The printed sheet of invitations: a code for each, names as they are, and a document that opens."""

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from bot.reports.invitations import Invited, invitation_sheet
from tests.office import opened

NAMES = ["Vàng Thị Lan", "Sùng <b>Hoa</b> & Lý {{ 7 * 7 }}", "Đặng Thị Mai"]
DAY, UNTIL = date(2026, 3, 2), date(2026, 4, 1)


def sheet(names: list[str] = NAMES, language: str = "vi") -> bytes:
    invited = [Invited(name, f"https://t.me/chibo_bot?start=token{n}") for n, name in enumerate(names)]
    return invitation_sheet(
        invited, ["Lù Văn Minh"], cell="Chi bộ thôn A", day=DAY, until=UNTIL, language=language
    )


def words(document: bytes) -> str:
    read = Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_everybody_has_a_code_and_a_name_as_it_is_written(language: str) -> None:
    document = sheet(language=language)
    pictures = [name for name in ZipFile(io.BytesIO(document)).namelist() if name.startswith("word/media/")]
    said = words(document)
    assert len(pictures) == len(NAMES)
    assert all(name in said for name in [*NAMES, "Lù Văn Minh", "01/04/2026"])
    assert "{{" not in said.replace(NAMES[1], "") and "{%" not in said


def test_a_cell_that_has_joined_as_a_whole_gets_a_sheet_without_codes() -> None:
    document = sheet([])
    assert not [n for n in ZipFile(io.BytesIO(document)).namelist() if n.startswith("word/media/")]


def test_libreoffice_opens_it(tmp_path: Path) -> None:
    (tmp_path / "sheet.docx").write_bytes(sheet())
    assert opened(tmp_path / "sheet.docx", "pdf").read_bytes().startswith(b"%PDF")
