"""Telegram's subset of HTML: read into plain text and entities, with its exact complaints.

Offsets and lengths of entities are UTF-16 units, as everywhere in the Bot API; the offsets in
complaints are UTF-8 bytes of what was sent.
"""

from __future__ import annotations

import re
from typing import Any

from .errors import Refusal, bad_request

Entity = dict[str, Any]

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPECIAL = re.compile(r"<|&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot))(?![0-9a-zA-Z]);?")
_START_NAME = re.compile(r"<([^\s>]*)")
_END_TAG = re.compile(r"</([^\s>]*)(\s*)(>?)")
_ATTRIBUTE_NAME = re.compile(r"\s*([^\s=>]*)\s*")
_ATTRIBUTE_VALUE = re.compile(r"=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)(?=[\s>]))")


def utf16_length(text: str) -> int:
    """How long Telegram finds this text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """The text with the characters replaced that mean something in Telegram's HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def parse(html: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities, outermost first; refuses what Telegram refuses."""
    reader = _Reader(html)
    reader.read()
    return "".join(reader.pieces), sorted(reader.entities, key=lambda e: (e["offset"], -e["length"]))


class _Reader:
    """One pass over the source: pieces of text on one side, open tags on a stack."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.entities: list[Entity] = []
        self.open: list[tuple[str, dict[str, str], int, int]] = []

    def read(self) -> None:
        while match := _SPECIAL.search(self.html, self.at):
            self._say(self.html[self.at : match.start()])
            self.at = match.start()
            if match.group() != "<":
                self._reference(match)
            elif self.html.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        self._say(self.html[self.at :])
        if self.open:
            raise _complaint(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')

    def _say(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def _reference(self, match: re.Match[str]) -> None:
        self._say(_referred(match))
        self.at = match.end()

    def _start_tag(self) -> None:
        begin = self.at
        match = _START_NAME.match(self.html, begin)
        assert match is not None
        name = match.group(1).lower()
        if match.end() == len(self.html):
            raise self._complaint_at(begin, "Unclosed start tag")
        if name not in _KINDS:
            raise self._complaint_at(begin, f'Unsupported start tag "{name}"')
        self.at = match.end()
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._complaint_at(begin, 'Tag "span" must have class "tg-spoiler"')
        self.open.append((name, attributes, self.length, len(self.pieces)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            match = _ATTRIBUTE_NAME.match(self.html, self.at)
            assert match is not None
            self.at = match.end()
            following = self.html[self.at : self.at + 1]
            name = match.group(1).lower()
            if following == ">" and not name:
                self.at += 1
                return found
            if not following:
                raise self._complaint_at(begin, f'Unclosed start tag "{tag}"')
            if not name:
                raise self._complaint_at(begin, f'Empty attribute name in the tag "{tag}"')
            found[name] = self._value(tag, begin) if following == "=" else ""

    def _value(self, tag: str, begin: int) -> str:
        match = _ATTRIBUTE_VALUE.match(self.html, self.at)
        if match is None:
            raise self._unreadable_value(tag, begin)
        self.at = match.end()
        return _SPECIAL.sub(_referred, next(value for value in match.groups() if value is not None))

    def _unreadable_value(self, tag: str, begin: int) -> Refusal:
        rest = self.html[self.at + 1 :].lstrip()
        if not rest:
            return self._complaint_at(begin, f'Unclosed start tag "{tag}"')
        if rest[0] in "\"'":
            return self._complaint_at(begin, "Unclosed start tag")
        return self._complaint_at(len(self.html) - len(rest), "Unexpected end of name token")

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self._complaint_at(begin, "Unexpected end tag")
        match = _END_TAG.match(self.html, begin)
        assert match is not None
        found = match.group(1).lower()
        name, attributes, offset, piece = self.open.pop()
        if not match.group(3):
            raise self._complaint_at(begin, "Unclosed end tag")
        if found and found != name:
            raise self._complaint_at(begin, f'Unmatched end tag, expected "</{name}>", found "</{found}>"')
        self.at = match.end()
        if self.length > offset:
            self._close(name, attributes, offset, "".join(self.pieces[piece:]))

    def _close(self, name: str, attributes: dict[str, str], offset: int, inside: str) -> None:
        entity: Entity = {"type": _KINDS[name], "offset": offset, "length": self.length - offset}
        if name == "a":
            entity.update(link(attributes.get("href") or inside))
        elif name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif name == "code" and self._names_language_of_pre(attributes, offset):
            return
        elif name == "pre" and "language" in attributes:
            entity["language"] = attributes["language"]
        if entity["type"]:
            self.entities.append(entity)

    def _names_language_of_pre(self, attributes: dict[str, str], offset: int) -> bool:
        """`<pre><code class="language-x">` is one entity, the pre with its language."""
        language = attributes.get("class", "")
        if not (self.open and self.open[-1][0] == "pre" and self.open[-1][2] == offset):
            return False
        if language.startswith("language-"):
            self.open[-1][1]["language"] = language.removeprefix("language-")
        return True

    def _complaint_at(self, position: int, what: str) -> Refusal:
        place = f" at byte offset {len(self.html[:position].encode(errors='replace'))}"
        head, comma, tail = what.partition(", expected")
        return _complaint(head + place + comma + tail)


def _complaint(what: str) -> Refusal:
    return bad_request(f"can't parse entities: {what}")


def _referred(match: re.Match[str]) -> str:
    """The character meant by `&lt;` or `&#9;`; a code that is no character stays as written."""
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal or 0)
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else match.group()


def link(url: str) -> Entity:
    """The part of an entity that says where it leads; type None where it leads nowhere."""
    if mention := re.fullmatch(r"tg://user\?id=(\d+)", url):
        return {"type": "text_mention", "user_id": int(mention.group(1))}
    if re.match(r"(https?|tg|ton|tonsite)://[^\s/]", url, re.IGNORECASE):
        return {"type": "text_link", "url": url}
    if re.match(r"[\w-]+(\.[\w-]+)+(/\S*)?$", url):
        return {"type": "text_link", "url": f"http://{url}"}
    return {"type": None}
