"""Papers as Word documents: a template, an office's own or ours, filled with plain values.

Whoever wrote the template, it reaches nothing but the fields: the values are text, lines and entries of text, the
sandbox lets nothing be called or changed, and what comes out has a bound.
"""

import io
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.reports.papers_fields import FOLDER, Values, fields
from bot.rules.names import clean
from bot.rules.words import PaperKind

MOST_WRITTEN = 8_000_000
"""Characters of one part of a paper; a roll of 200 names has some 400,000."""
KEPT_ROWS = 2
"""Of a table, so many stay with what is below it."""


class TooLong(Exception):
    """A template makes more of its values than any paper could be."""


class _Bounded(Template):
    """A template that stops when too much has come out of it."""

    def render(self, *args: Any, **values: Any) -> str:
        pieces, length = [], 0
        for piece in self.generate(*args, **values):
            pieces.append(piece)
            length += len(piece)
            if length > MOST_WRITTEN:
                raise TooLong
        return "".join(pieces)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 in which a template has fields and nothing else."""

    template_class = _Bounded

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called."""
        return False

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """An entry has its fields, and a loop its count; nothing else has attributes."""
        own = isinstance(obj, SimpleNamespace) and attr in vars(obj)
        return own or (type(obj).__name__ == "LoopContext" and attr == "index")


@cache
def built_in(kind: PaperKind) -> bytes:
    """Our own template of a kind."""
    return (FOLDER / f"{kind}.docx").read_bytes()


def write(template: bytes, values: Values) -> bytes:
    """The .docx that a template makes of values; what people typed stays as it is.

    Takes up to a tenth of a second, and a third more for the first: it is not for the loop that answers people.
    Raises what Jinja2 does for a template that is wrong, and TooLong.
    """
    from docxtpl import DocxTemplate  # here, because it takes a third of a second and is seldom wanted

    paper = DocxTemplate(io.BytesIO(template))
    paper.render(_cleaned(values), _Sandbox(), autoescape=True)
    _keep_last_rows(paper.docx)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def _keep_last_rows(document: Any) -> None:
    """Let the last rows of a table stay with what is kept together below it: no signature stands alone on a page.

    A template cannot say so itself: its one row becomes all rows.
    """
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for table, below in pairwise(document.iter_inner_content()):
        if not (isinstance(table, Table) and isinstance(below, Paragraph) and _is_kept(below)):
            continue
        for row in table.rows[-KEPT_ROWS:]:
            for paragraph in (each for cell in row.cells for each in cell.paragraphs):
                paragraph.paragraph_format.keep_with_next = True


def _is_kept(paragraph: Any) -> bool:
    return bool(paragraph.paragraph_format.keep_with_next)


def write_fields(kind: PaperKind, title: str) -> bytes:
    """The list of the fields of a kind with their meaning, for who edits its template."""
    rows = [
        SimpleNamespace(
            name=_as_written(each.name, each.of_list),
            means=each.means,
            example=each.example if isinstance(each.example, str) else "; ".join(each.example),
        )
        for each in fields(kind).values()
    ]
    return write((FOLDER / "fields.docx").read_bytes(), {"title": title, "rows": rows})


def _as_written(name: str, of_list: str | None) -> str:
    return name if of_list is None else f"x.{name.partition('.')[2]} (x in {of_list})"


def _cleaned(value: Any) -> Any:
    """Text without what no document can hold: one line, no control characters."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(**{key: _cleaned(each) for key, each in vars(value).items()})
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value
