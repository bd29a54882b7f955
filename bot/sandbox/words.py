"""The words of a call: text or caption, with entities by HTML or given, within the lengths allowed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .entities import cleaned, with_found
from .errors import bad_request
from .markup import Entity, parse, utf16_length
from .params import Params

if TYPE_CHECKING:
    from .telegram import Telegram

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
_parsed = lru_cache(maxsize=256)(parse)  # a broadcast says the same to everybody
Words = tuple[str, tuple[Entity, ...]]


def read_text(telegram: Telegram, params: Params, too_long: str = "message is too long") -> Words:
    """The text of a message, 1 to 4096 units after its markup is taken out."""
    text, entities = _read(telegram, params, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request(too_long)
    return text, entities


def read_caption(telegram: Telegram, params: Params) -> tuple[str | None, tuple[Entity, ...]]:
    """The caption of a message, up to 1024 units, None where there is none."""
    text, entities = _read(telegram, params, "caption", "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text or None, entities


def _read(telegram: Telegram, params: Params, name: str, entities_name: str) -> Words:
    text = params.text(name) or ""
    mode = (params.text("parse_mode") or "").lower()
    if mode == "html":
        text, entities = _parsed(text)
    elif mode in ("", "none"):
        entities = [_checked(entity) for entity in params.objects(entities_name, "MessageEntity")]
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = cleaned(text, [e for e in map(telegram.with_user, entities) if e])
    return text, tuple(with_found(text, entities))


def _checked(entity: Entity) -> Entity:
    if not isinstance(entity.get("type"), str):
        raise bad_request("can't parse MessageEntity: Can't find field \"type\"")
    if not all(isinstance(entity.get(name), int) for name in ("offset", "length")):
        raise bad_request('can\'t parse MessageEntity: Field "offset" and "length" must be of type Number')
    return entity
