"""What a paper says, read from its Word file: a line for each paragraph and each row of a table."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph


def lines_of(content: bytes) -> list[str]:
    """Its lines from top to bottom; the cells of a row apart by ` | `, the lines of a cell by ` / `."""
    document = Document(io.BytesIO(content))
    return [line.rstrip() for line in _lines(document)]


def text_of(content: bytes) -> str:
    """The same, as one text."""
    return "\n".join(lines_of(content)) + "\n"


def _lines(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            for row in block.rows:
                yield " | ".join(cell.text.strip("\n").replace("\n", " / ") for cell in row.cells)
