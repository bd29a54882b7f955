"""Text with entities: trimmed as Telegram trims it, links found in it, and made into safe HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from .markup import Entity, utf16_length

_UNPRINTABLE = dict.fromkeys([*range(0, 9), 11, 12, *range(14, 32)], " ") | {13: None}
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f]")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/<>])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})\b"
)
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_OPENINGS = {
    "spoiler": '<span class="spoiler">',
    "bot_command": '<span class="command">',
    "mention": '<span class="mention">',
    "text_mention": '<span class="mention">',
    "expandable_blockquote": '<blockquote class="expandable">',
}
_OPAQUE = {"code", "pre", "text_link"}


def cleaned(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without control characters and surrounding white space; entities moved along, empty ones gone."""
    if _ODD.search(text):
        text = text.translate(_UNPRINTABLE) if "\r" not in text else _without_returns(text, entities)
    rest = text.lstrip()
    gone = utf16_length(text) - utf16_length(rest)
    rest = rest.rstrip()
    kept = (_within(entity, -gone, utf16_length(rest)) for entity in entities)
    return rest, [entity for entity in kept if entity["length"] > 0]


def _without_returns(text: str, entities: Sequence[Entity]) -> str:
    """A carriage return would shift the entities behind it, so it becomes a space where there are any."""
    return (text.replace("\r", " ") if entities else text).translate(_UNPRINTABLE)


def _within(entity: Entity, shift: int, end: int) -> Entity:
    start = max(0, entity["offset"] + shift)
    stop = min(end, entity["offset"] + shift + entity["length"])
    return {**entity, "offset": start, "length": stop - start}


def with_found(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """The entities and those Telegram adds itself: commands, addresses and mentions."""
    covered = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _OPAQUE]
    added = [e for e in _found(text) if not any(a <= e["offset"] < b for a, b in covered)]
    return sorted([*entities, *added], key=lambda e: (e["offset"], -e["length"]))


def _found(text: str) -> Iterator[Entity]:
    if "/" not in text and "@" not in text:
        return  # most texts have nothing to find, which is quickly seen
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        yield {"type": match.lastgroup, "offset": offset, "length": utf16_length(match.group())}


def to_html(text: str, entities: Sequence[Entity]) -> str:
    """HTML that is safe to put into a page; line breaks stay as they are.

    Entities that cross one another are closed and opened again at the crossing.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    end = len(units) // 2
    pieces: list[str] = []
    open_now: list[Entity] = []
    cuts = sorted({0, end, *_cuts(entities, end)})
    for start, stop in zip(cuts, [*cuts[1:], end], strict=True):
        wanted = [e for e in entities if e["offset"] <= start < e["offset"] + e["length"]]
        same = _common(open_now, wanted)
        pieces += [_closing(e) for e in reversed(open_now[same:])]
        pieces += [_opening(e, units) for e in wanted[same:]]
        pieces.append(escape(_slice(units, start, stop)))
        open_now = wanted
    return "".join(pieces) + "".join(_closing(e) for e in reversed(open_now))


def _cuts(entities: Sequence[Entity], end: int) -> Iterator[int]:
    for entity in entities:
        yield min(entity["offset"], end)
        yield min(entity["offset"] + entity["length"], end)


def _common(left: Sequence[Entity], right: Sequence[Entity]) -> int:
    """How many entities both lists start with."""
    pairs = zip(left, right, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a is not b), min(len(left), len(right)))


def _slice(units: bytes, start: int, stop: int) -> str:
    return units[2 * start : 2 * stop].decode("utf-16-le", "replace")


def _opening(entity: Entity, units: bytes) -> str:
    kind = entity["type"]
    if kind in ("text_link", "url"):
        inside = _slice(units, entity["offset"], entity["offset"] + entity["length"])
        address = escape(entity.get("url") or inside)
        return f'<a href="{address}" target="_blank" rel="noopener noreferrer">'
    return _OPENINGS.get(kind) or f"<{_TAGS.get(kind, 'span')}>"


def _closing(entity: Entity) -> str:
    kind = entity["type"]
    if kind in ("text_link", "url"):
        return "</a>"
    return "</blockquote>" if kind == "expandable_blockquote" else f"</{_TAGS.get(kind, 'span')}>"
