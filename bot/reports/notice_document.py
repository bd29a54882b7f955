"""The text of a study notice as one document to be read on a telephone or printed: A4, Times New Roman 14."""

import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

FONT = "Times New Roman"
SIZE = 14
MARGINS_MM = {"left": 30, "right": 15, "top": 20, "bottom": 20}
"""Those of official documents."""
LONGEST_NAME = 80
"""Characters of a file's name before its ending."""
LONGEST_PROPERTY = 255
"""Characters of a document's title among its properties."""


@dataclass(frozen=True)
class Head:
    """What stands over the text: who issued it, its number and day, and its title."""

    body: str
    number: str
    issued_on: date | None
    title: str


def notice_document(head: Head, text: str) -> bytes:
    """The .docx of a text under its head; every paragraph of the text is one of the document."""
    from docx import Document  # here, because it takes a while and is seldom wanted

    document = Document()
    _set_up(document)
    _write_head(document, head)
    for paragraph in _paragraphs(text.strip().removeprefix(head.title).strip()):
        _write(document, paragraph)
    document.core_properties.title = _allowed(head.title)[:LONGEST_PROPERTY]
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def file_name(title: str) -> str:
    """What the document is called: its title without what a file system does not take."""
    plain = " ".join(re.sub(r'[\\/:*?"<>|\x00-\x1f]', "-", title).split())
    return f"{plain[:LONGEST_NAME].rstrip(' .')}.docx"


def _set_up(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for side, wide in MARGINS_MM.items():
        setattr(page, f"{side}_margin", Mm(wide))
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(6), 1.15


def _write_head(document: Any, head: Head) -> None:
    day = f"{head.issued_on:%d/%m/%Y}" if head.issued_on else ""
    if head.body:
        _write(document, head.body.upper(), bold=True, centred=True)
    if line := ", ".join(each for each in (head.number, day) if each):
        _write(document, line, centred=True)
    _write(document, head.title, bold=True, centred=True)


def _write(document: Any, text: str, *, bold: bool = False, centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    paragraph = document.add_paragraph()
    paragraph.add_run(_allowed(text)).bold = bold
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    if not centred:
        paragraph.paragraph_format.first_line_indent = Mm(10)


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _allowed(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
