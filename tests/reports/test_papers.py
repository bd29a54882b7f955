"""Our own templates, filled: word for word what stands in `golden/`, in the form offices expect, and it opens."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm, Pt

from bot.reports import papers
from bot.reports.papers_fields import FOLDER, columns, fields, sample
from bot.rules.papers import KINDS
from bot.rules.words import PaperKind
from tests.office import opened
from tests.papers import lines_of, text_of

GOLDEN = Path(__file__).parent / "golden"
PAGES = dict.fromkeys(PaperKind, 1) | {PaperKind.MINUTES: 2, PaperKind.MONTH: 2}
TYPED = ["<b>Lý</b> & Sùng", "{{ 7 * 7 }}", "=1+1", "dòng 1\x0b\x00\u202edòng 2", "Ng" * 2000]

each_kind = pytest.mark.parametrize("kind", PaperKind)


def filled(kind: PaperKind) -> bytes:
    return papers.write(papers.built_in(kind), sample(kind))


@each_kind
def test_a_paper_says_word_for_word_what_it_should(kind: PaperKind) -> None:
    assert text_of(filled(kind)) == (GOLDEN / f"{kind}.txt").read_text(encoding="utf-8")


@each_kind
def test_a_paper_has_the_form_of_the_party(kind: PaperKind) -> None:
    document = Document(io.BytesIO(filled(kind)))
    [section] = document.sections
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(each.mm) for each in margins if each] == [20, 20, 30, 15]
    long, short = Mm(297), Mm(210)
    turned = kind is PaperKind.YEAR
    assert abs((section.page_width or 0) - (long if turned else short)) < Mm(1)
    assert (document.styles["Normal"].font.name, document.styles["Normal"].font.size) == (
        "Times New Roman",
        Pt(14),
    )
    said = text_of(filled(kind))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM / Séo Mý Tỷ, ngày 03 tháng 02 năm 2027" in said
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA" not in said
    series = KINDS[kind].series
    assert ("Số " in said.split("|")[0]) is (f"Số 05-{series}/CB" in said) is (series is not None)


@each_kind
def test_headings_of_tables_come_again_on_each_page_and_rows_are_not_torn(kind: PaperKind) -> None:
    document = Document(io.BytesIO(filled(kind)))
    rows = [row._tr.xml for table in document.tables for row in table.rows]
    assert all("w:cantSplit" in row for row in rows)
    lists = [table for table in document.tables if len(table.columns) > 2]
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in lists)


@each_kind
def test_libreoffice_makes_pages_of_it(kind: PaperKind, tmp_path: Path) -> None:
    (tmp_path / "paper.docx").write_bytes(filled(kind))
    content = opened(tmp_path / "paper.docx", "pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page[^s]", content)) == PAGES[kind]


def test_a_roll_of_two_hundred_goes_on_over_pages(tmp_path: Path) -> None:
    people = [SimpleNamespace(name=f"Nguyễn Thị {n}", state="có mặt") for n in range(200)]
    content = papers.write(papers.built_in(PaperKind.ROLL), {**sample(PaperKind.ROLL), "listed": people})
    assert f"200 | {people[-1].name} | có mặt" in lines_of(content)
    (tmp_path / "roll.docx").write_bytes(content)
    pages = _pages(opened(tmp_path / "roll.docx", "pdf"))
    assert len([page for page in pages if "Nguyễn Thị" in page]) > 3
    assert all("Kết quả điểm danh" in page for page in pages if "Nguyễn Thị" in page)


@each_kind
@pytest.mark.parametrize("typed", TYPED)
def test_what_people_typed_stays_as_it_is(kind: PaperKind, typed: str) -> None:
    content = papers.write(papers.built_in(kind), dict(_typed_everywhere(kind, typed)))
    kept = typed.replace("\x0b\x00\u202e", " ")
    said = text_of(content)
    assert kept in said
    assert "49" not in said.replace(kept, "")


def _typed_everywhere(kind: PaperKind, typed: str) -> Iterator[tuple[str, Any]]:
    for name, value in sample(kind).items():
        if isinstance(value, str):
            yield name, typed
        elif columns(kind, name):
            yield name, [SimpleNamespace(**dict.fromkeys(columns(kind, name), typed))]
        else:
            yield name, [typed]


@each_kind
def test_every_field_has_a_meaning_and_nothing_a_template_must_say_is_unknown(kind: PaperKind) -> None:
    assert all(each.means and each.means[0].isupper() for each in fields(kind).values())
    assert set(KINDS[kind].required) <= set(fields(kind))
    said = text_of(papers.write_fields(kind, "Mẫu"))
    assert all(each.means in said for each in fields(kind).values())
    assert "{{ issuer }}" in said and "{%p for x in listed %}" in said


def test_there_is_a_template_for_each_kind() -> None:
    assert {path.stem for path in FOLDER.glob("*.docx")} == {
        *PaperKind,
        "invitations",
        "fields",
        "notice_report",
    }


@pytest.mark.parametrize(
    ("kind", "names", "guests"),
    [(PaperKind.ROLL, 20, 0), (PaperKind.ROLL, 17, 3), (PaperKind.YEAR, 10, None)],
    ids=["roll", "roll with guests", "year"],
)
def test_a_signature_never_stands_alone_on_the_last_page(
    kind: PaperKind, names: int, guests: int | None, tmp_path: Path
) -> None:
    """With so many names the table just fills the page."""
    values = sample(kind)
    row = vars(values["listed"][0])
    values["listed"] = [SimpleNamespace(**row | {"name": f"Nguyễn Thị {n}"}) for n in range(names)]
    if guests is not None:
        values["guests"] = [f"Khách {n}" for n in range(guests)]
    (tmp_path / "paper.docx").write_bytes(papers.write(papers.built_in(kind), values))
    pages = _pages(opened(tmp_path / "paper.docx", "pdf"))
    assert len(pages) == 2 and "Nơi nhận" in pages[-1]
    assert f"Nguyễn Thị {names - 2}" in pages[-1] and f"Nguyễn Thị {names - 1}" in pages[-1]


def _pages(pdf: Path) -> list[str]:
    """What stands on each page."""
    shown = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    return shown.stdout.removesuffix("\f").split("\f")
