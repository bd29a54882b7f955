"""The Bot API's objects as far as the sandbox has them, each able to write itself as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .entities import to_html
from .errors import Refusal
from .markup import Entity

if TYPE_CHECKING:
    from .faults import Rule

JSON = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person or the bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = None

    @property
    def name(self) -> str:
        """The name as chats show it."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def names(self) -> JSON:
        """The fields a user shares with the private chat of that user."""
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value is not None}

    def as_json(self) -> JSON:
        body = {"id": self.id, "is_bot": self.is_bot, **self.names()}
        if self.language_code:
            body["language_code"] = self.language_code
        return body


class Upload(NamedTuple):
    """A file as it came in."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A document, a photo or a voice message; width and height are those of a photo."""

    id: str
    kind: str
    name: str
    data: bytes = field(repr=False)
    mime: str
    path: str
    width: int = 0
    height: int = 0

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def seconds(self) -> int:
        """How long a voice message takes, at the 2 kB a second of a phone's recording."""
        return max(1, self.size // 2048)

    @property
    def unique_id(self) -> str:
        return f"AgAD{self.id[-12:]}"

    def as_json(self) -> JSON:
        """As it stands in a message: a Document, a Voice, or one PhotoSize."""
        body = {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}
        if self.kind == "photo":
            return {**body, "width": self.width, "height": self.height}
        if self.kind == "voice":
            return {**body, "duration": self.seconds, "mime_type": self.mime}
        return {**body, "file_name": self.name, "mime_type": self.mime}


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: `data` where a tap calls the bot back, `url` where it opens a page."""

    text: str
    data: str | None = None
    url: str | None = None

    @property
    def kind(self) -> str:
        if self.data is not None:
            return "callback"
        return "url" if self.url is not None else "other"


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says. The text of a file is its caption; the messages of an album have its number."""

    text: str | None = None
    entities: tuple[Entity, ...] = ()
    document: StoredFile | None = None
    photo: StoredFile | None = None
    voice: StoredFile | None = None
    album: str | None = None
    contact: JSON | None = None
    service: Mapping[str, Any] | None = None

    @property
    def is_media(self) -> bool:
        return any((self.document, self.photo, self.voice))

    def as_json(self) -> JSON:
        body: JSON = dict(self.service or {})
        words, marks = ("caption", "caption_entities") if self.is_media else ("text", "entities")
        if self.document:
            body["document"] = self.document.as_json()
        if self.photo:
            body["photo"] = [self.photo.as_json()]
        if self.voice:
            body["voice"] = self.voice.as_json()
        if self.album:
            body["media_group_id"] = self.album
        if self.contact:
            body["contact"] = self.contact
        if self.text is not None:
            body[words] = self.text
        if self.entities:
            body[marks] = list(self.entities)
        return body


@dataclass(slots=True, eq=False)
class Chat:
    """A conversation. `shut` says why the bot may not write to it, None where it may.

    `moved_to` is the id of the supergroup that took its place.
    """

    id: int
    type: str
    names: JSON
    shut: str | None = None
    moved_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def title(self) -> str:
        if "title" in self.names:
            return str(self.names["title"])
        return " ".join(self.names[key] for key in ("first_name", "last_name") if key in self.names)

    def as_json(self) -> JSON:
        return {"id": self.id, "type": self.type, **self.names}


@dataclass(slots=True, eq=False)
class Message:
    """One bubble. It changes in place when it is edited; `markup` is its reply_markup as it was sent."""

    id: int
    chat: Chat
    sender: User
    date: datetime
    content: Content
    markup: JSON | None = None
    reply_to: Message | None = None
    protected: bool = False
    edited: datetime | None = None
    origin: JSON | None = None

    @property
    def text(self) -> str | None:
        """The text, or the caption of a file."""
        return self.content.text

    @property
    def document(self) -> StoredFile | None:
        return self.content.document

    @property
    def photo(self) -> StoredFile | None:
        return self.content.photo

    @property
    def voice(self) -> StoredFile | None:
        return self.content.voice

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot

    @property
    def html(self) -> str:
        """The text as safe HTML."""
        return to_html(self.content.text or "", self.content.entities)

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline buttons, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[Button(b["text"], b.get("callback_data"), b.get("url")) for b in row] for row in rows]

    def as_json(self) -> JSON:
        body: JSON = {
            "message_id": self.id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": int(self.date.timestamp()),
            **self.content.as_json(),
        }
        if self.edited:
            body["edit_date"] = int(self.edited.timestamp())
        if self.protected:
            body["has_protected_content"] = True
        if self.origin:
            body["forward_origin"] = self.origin
        if self.reply_to:
            body["reply_to_message"] = self.reply_to.without_reply()
        if self.markup and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body

    def without_reply(self) -> JSON:
        """As it stands inside a message that answers it."""
        body = self.as_json()
        body.pop("reply_to_message", None)
        return body


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the delivery log: one call that Telegram accepted; `fault` says what became of its answer."""

    at: datetime
    method: str
    chat: int
    message_id: int | None
    text: str | None
    document: str | None
    buttons: list[list[str]] | None
    fault: str | None = None

    def as_json(self) -> JSON:
        body = {name: getattr(self, name) for name in self.__slots__}
        return {**body, "at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Reply:
    """What Telegram answers to a call: the HTTP status and the JSON body.

    `broken` is the fault that keeps this answer from being read; status 0 where there is none to keep.
    """

    status: int
    body: JSON
    broken: Rule | None = None

    @classmethod
    def of(cls, refusal: Refusal) -> Reply:
        """The answer that turns a call down."""
        body = {"ok": False, "error_code": refusal.status, "description": refusal.description}
        if refusal.parameters:
            body["parameters"] = refusal.parameters
        return cls(refusal.status, body)
