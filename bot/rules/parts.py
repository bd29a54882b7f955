"""A long text in several messages: cut where a reader pauses, and nothing lost."""

import re

PAUSES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;:])\s"), re.compile(r"\s"))
"""Where a text may be cut, best first: paragraphs, lines, sentences, words."""


def split(text: str, limit: int = 3900) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units, the way Telegram counts; white space at cuts goes.

    Raises ValueError for a limit below 2: one character may need two units.
    """
    if limit < 2:
        raise ValueError("a part needs room for at least one character")
    parts = []
    rest = text.strip()
    while rest:
        cut = _cut(rest, _fitting(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return parts


def by_lines(text: str, limit: int = 4000) -> list[str]:
    """A list in parts of at most `limit` UTF-16 units, cut between lines; markup may not span lines.

    A single line longer than that stays whole. There is always at least one part.
    """
    parts = [""]
    for line in text.split("\n"):
        if parts[-1] and units(parts[-1]) + units(line) + 1 > limit:
            parts.append(line)
        else:
            parts[-1] += f"\n{line}" if parts[-1] else line
    return parts


def units(text: str) -> int:
    """The length of a text in UTF-16 units: two for each character beyond the first plane."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit into `limit` units."""
    count = min(len(text), limit)
    while units(text[:count]) > limit:
        count -= max(1, (units(text[:count]) - limit) // 2)
    return count


def _cut(text: str, fitting: int) -> int:
    """The last good place to cut at or before `fitting`; a single word too long is cut through."""
    if fitting == len(text):
        return fitting
    for pause in PAUSES:
        found = [m.start() for m in pause.finditer(text, 0, fitting + 1) if 0 < m.start() <= fitting]
        if found and (pause is PAUSES[-1] or found[-1] > fitting // 3):
            return found[-1]
    return fitting
