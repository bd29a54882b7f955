"""A template somebody sent: whether it says only what a template may, and what it forgets.

Its language is small: `{{ field }}`, `{% for x in list %} {{ x.column }} {% endfor %}`, `{% if field %}`, no more.
So it can neither go on without end nor reach anything but the fields; the sandbox it is filled in is a second wall.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.errors import BadInput
from bot.reports.papers import TooLong, write
from bot.reports.papers_fields import columns, fields, lists, sample
from bot.reports.papers_opened import MARKS, Part, parts_of
from bot.rules.papers import KINDS
from bot.rules.words import PaperKind

MOST_TAGS = 400
LONGEST_TAG = 120
SHOWN = 8
"""So many unknown or missing fields are named."""
_NAME = r"[a-z][a-z0-9_]*"
_REF = rf"{_NAME}(?:\.{_NAME})?"
_OUTPUT = re.compile(rf"\{{\{{\s*({_REF})\s*\}}\}}")
_STATEMENT = re.compile(r"\{%(?:p|tr|tc|r)?\s+(.+?)\s*%\}")
_FOR = re.compile(rf"for\s+({_NAME})\s+in\s+({_REF})")
_IF = re.compile(rf"(?:if|elif)\s+((?:not\s+)?{_REF}(?:\s+(?:and|or)\s+(?:not\s+)?{_REF})*)")
_BOUND = re.compile(r"(\{\{|\{%|\{#|\}\}|%\}|#\})")
WORDS = {"and", "or", "not", "in", "if", "else", "for", "loop", "self", "true", "false", "none", "is"}


@dataclass
class _Reading:
    """A template while it is read: what is open, what was used, and what nobody knows."""

    kind: PaperKind
    opened: list[str] = field(default_factory=list)
    loop: tuple[str, str] | None = None
    """The name of an entry, and the list it is of."""
    used: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    def refer(self, reference: str, *, shown: bool) -> None:
        """A field is used; `shown`: as text, which a list has none of."""
        name, _, column = reference.partition(".")
        if reference == "loop.index" and self.loop:
            return
        known = fields(self.kind)
        if self.loop and name == self.loop[0]:
            among = columns(self.kind, self.loop[1])
            reference = f"{self.loop[1]}.{column}" if column else self.loop[1]
            good = column in among if among else not column
        else:
            good = not column and name in known and not (shown and name in lists(self.kind))
        (self.used.add if good else self.unknown.append)(reference)


def check(content: bytes, kind: PaperKind) -> bytes:
    """A template of a kind as a .docx with sample data, for a look before it is used.

    BadInput says what is wrong: with the file, with a mark, or which fields are unknown or missing.
    """
    reading = _Reading(kind)
    for name, root in parts_of(content).items():
        if name.startswith("word/") and not name.endswith(".rels"):
            for tag in _tags(root):
                _read(reading, tag)
            if reading.opened:
                raise BadInput("paper_tag_open", tag=reading.opened[-1])
    if reading.unknown:
        raise BadInput("paper_field_unknown", names=_some(reading.unknown))
    if missing := [name for name in KINDS[kind].required if name not in reading.used]:
        raise BadInput("paper_field_missing", names=_some(missing))
    return _filled(content, kind)


def _filled(content: bytes, kind: PaperKind) -> bytes:
    try:
        return write(content, sample(kind))
    except TooLong:
        raise BadInput("paper_file_too_big", most=3) from None
    except (
        Exception
    ):  # whatever a library says of a file that passed: it cannot be used, and its sender is told
        raise BadInput("paper_unfillable") from None


def _tags(root: Part) -> Iterator[str]:
    """The marks of a part, as they come; BadInput where one stands in what is no text, or is not closed."""
    text = []
    for each in root.iter():
        plain = each.text or ""
        if isinstance(each.tag, str) and each.tag.endswith("}t") and "wordprocessingml" in each.tag:
            text.append(plain)
            plain = ""
        for other in (plain, each.tail or "", *(each.attrib.values() if isinstance(each.tag, str) else ())):
            if MARKS.search(other) or (other == plain and "{" in other):
                raise BadInput("paper_tag_place", text=other.strip()[:LONGEST_TAG])
    pieces = _BOUND.split("".join(text))
    if len(pieces) > 4 * MOST_TAGS:
        raise BadInput("paper_too_many_tags", most=MOST_TAGS)
    for before, inside, after in zip(pieces[1::4], pieces[2::4], pieces[3::4] or [""], strict=False):
        if (before, after) not in (("{{", "}}"), ("{%", "%}")) or len(inside) > LONGEST_TAG:
            raise BadInput("paper_tag_unclear", tag=f"{before}{inside}{after}"[:LONGEST_TAG])
        yield f"{before}{inside}{after}"
    if len(pieces) % 4 != 1:
        raise BadInput("paper_tag_unclear", tag="".join(pieces[-3:])[:LONGEST_TAG])


def _read(reading: _Reading, tag: str) -> None:
    """One mark, in its place."""
    if output := _OUTPUT.fullmatch(tag):
        reading.refer(output[1], shown=True)
        return
    statement = _STATEMENT.fullmatch(tag)
    words = statement[1] if statement else ""
    if loop := _FOR.fullmatch(words):
        _begin_loop(reading, tag, loop[1], loop[2])
    elif condition := _IF.fullmatch(words):
        if words.startswith("elif") and reading.opened[-1:] != ["if"]:
            raise BadInput("paper_tag_open", tag=tag)
        if words.startswith("if"):
            reading.opened.append("if")
        for reference in re.findall(_REF, condition[1]):
            if reference not in WORDS:
                reading.refer(reference, shown=False)
    else:
        _end(reading, tag, words)


def _begin_loop(reading: _Reading, tag: str, entry: str, of: str) -> None:
    if reading.loop is not None or entry in WORDS:
        raise BadInput("paper_tag_unclear", tag=tag)
    reading.opened.append("for")
    reading.loop = (entry, of)
    (reading.used.add if of in lists(reading.kind) else reading.unknown.append)(of)


def _end(reading: _Reading, tag: str, words: str) -> None:
    """Something that was opened goes on or ends."""
    needed = {"else": "if", "endif": "if", "endfor": "for"}.get(words)
    if needed is None:
        raise BadInput("paper_tag_unclear", tag=tag)
    if reading.opened[-1:] != [needed]:
        raise BadInput("paper_tag_open", tag=tag)
    if words != "else":
        reading.opened.pop()
    if words == "endfor":
        reading.loop = None


def _some(names: list[str]) -> str:
    """Names, each once; the first few where there are many."""
    each = list(dict.fromkeys(names))
    return ", ".join(each[:SHOWN]) + (", …" if len(each) > SHOWN else "")
