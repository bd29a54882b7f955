"""The words on the first page of a document somebody sends: where a secrecy mark and the head of it stand."""

import io
import zipfile
from itertools import islice

import docx
from docx.opc.exceptions import OpcError

from bot.errors import BadInput
from bot.packed import DAMAGED

MOST_UNPACKED, MOST_MARKUP = 200_000_000, 30_000_000
"""Bytes a .docx, and the text in it, may unpack to; one that is larger is made to do harm."""
PARAGRAPHS = 80
"""So many of a .docx are read: a file does not say where its pages end."""
LETTERS = 6_000
"""Characters of a first page, generously."""
UNREADABLE = (*DAMAGED, OpcError, SyntaxError, AttributeError)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def first_page(name: str, content: bytes) -> str:
    """What stands on the first page of a .docx or .txt, in tables, text boxes and headings too; empty for others.

    Of a PDF, a picture and every other kind only the name can be looked at. Raises BadInput for a .docx that
    cannot be opened: what it bears could not be seen.
    """
    kind = name.rpartition(".")[2].casefold()
    if kind == "txt":
        return _decoded(content)[:LETTERS]
    return _words_of_docx(content)[:LETTERS] if kind in ("docx", "docm", "dotx") else ""


def _decoded(content: bytes) -> str:
    """Notepad writes UTF-8 or UTF-16 with its mark, old programs Vietnamese Windows letters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1258", errors="replace")


def _words_of_docx(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sizes = {each.filename: each.file_size for each in packed.infolist()}
            markup = sum(size for name, size in sizes.items() if name.endswith((".xml", ".rels")))
            if sum(sizes.values()) > MOST_UNPACKED or markup > MOST_MARKUP:
                raise BadInput("notice_file_unreadable")
        opened = docx.Document(io.BytesIO(content))
        first = opened.sections[0] if len(opened.sections) else None
        headings = [first.first_page_header, first.header] if first else []
        own = [heading._element for heading in headings if not heading.is_linked_to_previous]
        return "\n".join(line for part in (*own, opened.element.body) for line in _lines(part))
    except UNREADABLE as error:
        raise BadInput("notice_file_unreadable") from error


def _lines(part: object) -> list[str]:
    """The paragraphs, wherever they stand; cells of a table that stand side by side follow one another."""
    paragraphs = islice(part.iter(f"{_W}p"), PARAGRAPHS)  # type: ignore[attr-defined]
    return ["".join(map(_words, paragraph.iter())) for paragraph in paragraphs]


def _words(element: object) -> str:
    """What a piece of a paragraph reads as."""
    tag, text = element.tag, element.text  # type: ignore[attr-defined]
    if tag == f"{_W}t":
        return text or ""
    return {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n"}.get(tag, "")
