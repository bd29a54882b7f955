"""The people of the sandbox: they write, tap and block, as the page or a test tells them to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from .entities import cleaned, with_found
from .keyboards import reply_keyboard
from .objects import JSON, Button, Chat, Content, Message, Upload, User

if TYPE_CHECKING:
    from .telegram import Telegram


@dataclass(eq=False)
class Press:
    """A tap on a button, and what the bot answered to it: {"text", "show_alert"}, None until then.

    Moments are those of Telegram's monotonic clock; `replied_at` is when the next word came into the chat.
    """

    person: Person
    message: Message
    data: str | None
    id: str
    made_at: float
    answer: JSON | None = None
    acknowledged_at: float | None = None
    replied_at: float | None = None


@dataclass(eq=False)
class Group:
    """A group chat. The bot is in it unless it was made without, was taken out or has left."""

    chat: Chat
    people: list[Person] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """What can be seen in the group, in order."""
        return list(self.chat.messages.values())


class Person:
    """Someone with a Telegram account. `messages` and `last` are about the private chat with the bot."""

    def __init__(self, telegram: Telegram, user: User, chat: Chat, phone: str) -> None:
        self._telegram = telegram
        self.user = user
        self.chat = chat
        self.phone = phone
        self.blocked = False

    def __repr__(self) -> str:
        return f"<Person {self.id} {self.name}>"

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    def at(self, telegram: Telegram) -> Person:
        """The same person in front of another bot."""
        return telegram.people[self.id]

    @property
    def started(self) -> bool:
        """Whether the bot was ever written to."""
        return self.blocked or self.chat.shut is None

    @property
    def chats(self) -> list[Chat]:
        """The private chat with the bot, then the groups."""
        groups = self._telegram.groups.values()
        return [self.chat, *(group.chat for group in groups if self in group.people)]

    @property
    def messages(self) -> list[Message]:
        """What can be seen in the private chat, in order, from both sides."""
        return list(self.chat.messages.values())

    @property
    def last(self) -> Message:
        """The newest message from the bot; LookupError where there is none."""
        for message in reversed(self.chat.messages.values()):
            if message.from_bot:
                return message
        raise LookupError(f"{self.name} has nothing from the bot yet")

    # What a person does

    def opens(self, payload: str = "") -> Message:
        """Follows a deep link (or presses Start): sends /start, and takes a block back."""
        self.unblocks()
        return self.sends(f"/start {payload}".rstrip())

    def sends(self, text: str, chat: Group | None = None, reply_to: Message | None = None) -> Message:
        """Writes a text, to the bot unless a group is given."""
        text, _ = cleaned(text, [])
        content = Content(text, tuple(with_found(text, [])))
        return self._post(content, self._in(chat), reply_to)

    def shares_contact(self, of: Person | None = None, chat: Group | None = None) -> Message:
        """Sends a contact: the own one, or somebody else's."""
        whose = of or self
        names = {key: value for key, value in whose.user.names().items() if key != "username"}
        contact = {"phone_number": whose.phone, **names, "user_id": whose.id}
        return self._post(Content(contact=contact), self._in(chat))

    def sends_document(
        self,
        name: str,
        data: bytes,
        mime: str = "application/pdf",
        caption: str | None = None,
        chat: Group | None = None,
    ) -> Message:
        """Sends a file."""
        document = self._telegram.files.store("document", Upload(name, data, mime))
        return self._post(Content(caption, document=document), self._in(chat))

    def sends_photo(self, data: bytes, caption: str | None = None, chat: Group | None = None) -> Message:
        """Sends a picture, PNG or JPEG."""
        photo = self._telegram.files.store("photo", Upload("photo.jpg", data, "image/jpeg"))
        return self._post(Content(caption, photo=photo), self._in(chat))

    def sends_voice(self, data: bytes, caption: str | None = None, chat: Group | None = None) -> Message:
        """Says something into the phone: OGG with OPUS, as Telegram records it."""
        voice = self._telegram.files.store("voice", Upload("voice.ogg", data, "audio/ogg"))
        return self._post(Content(caption, voice=voice), self._in(chat))

    def sends_album(self, photos: Sequence[bytes], caption: str | None = None) -> list[Message]:
        """Sends several pictures at once: a message for each, all of one album, the caption under the first."""
        album = f"13{self._telegram.new_press_id(self.user)}"
        stored = [
            self._telegram.files.store("photo", Upload("photo.jpg", each, "image/jpeg")) for each in photos
        ]
        captions = [caption, *[None] * (len(stored) - 1)]
        return [
            self._post(Content(words, photo=photo, album=album), self.chat)
            for photo, words in zip(stored, captions, strict=True)
        ]

    def sends_again(self, message: Message, caption: str | None = None) -> Message:
        """Forwards a file one has seen: the same file, which Telegram knows by its unique id."""
        content = replace(message.content, text=caption, entities=(), album=None)
        return self._post(content, self.chat)

    def taps(self, text: str, message: Message | None = None) -> Press:
        """Taps the newest button with that text; LookupError tells which buttons there are.

        Inline buttons in any of the chats come first (only those of `message` if one is given),
        then the reply keyboard, whose buttons send their text or the contact.
        """
        for candidate in [message] if message else self._newest_first():
            for button in chain.from_iterable(candidate.buttons):
                if button.text == text:
                    return self.presses(candidate, button)
        if message is None and (key := self.key(text)):
            sent = self.shares_contact() if key.get("request_contact") else self.sends(text)
            return self.waits_after(sent)
        raise LookupError(f"{self.name} sees no button {text!r}, only {self._visible(message)}")

    def waits_after(self, sent: Message) -> Press:
        """What was just sent, as a press: nothing to acknowledge, but a reply to wait for."""
        return Press(self, sent, None, "", self._telegram.monotonic())

    def presses(self, message: Message, button: Button) -> Press:
        """Presses this inline button of this message; the bot hears of it if it calls back."""
        self._check_unblocked()
        telegram = self._telegram
        press = Press(self, message, button.data, telegram.new_press_id(self.user), telegram.monotonic())
        if button.data is None:
            return press
        telegram.presses[press.id] = press
        telegram.timing.made(press)
        body = {
            "id": press.id,
            "from": self.user.as_json(),
            "message": message.as_json(),
            "chat_instance": str(8_000_000_000_000 + abs(message.chat.id)),
            "data": button.data,
        }
        telegram.updates.add("callback_query", body)
        return press

    def blocks(self) -> None:
        """Blocks the bot: it may not write any more, and learns so."""
        if not self.blocked:
            self.blocked = True
            self.chat.shut = "bot was blocked by the user"
            self._standing_changes("member", "kicked")

    def unblocks(self) -> None:
        """Takes the block back."""
        if self.blocked:
            self.blocked = False
            self.chat.shut = None
            self._standing_changes("kicked", "member")

    def adds_bot(self, group: Group) -> None:
        """Puts the bot into a group."""
        self._telegram.bot_joins(group, self.user)

    def removes_bot(self, group: Group) -> None:
        """Takes the bot out of a group."""
        self._telegram.bot_leaves(group, self.user)

    @property
    def keyboard(self) -> list[list[JSON]] | None:
        """The reply keyboard now shown in the private chat: the newest that was sent and not removed."""
        return keyboard_of(self.chat)

    def _post(self, content: Content, chat: Chat, reply_to: Message | None = None) -> Message:
        self._check_unblocked()
        if chat is self.chat:
            self.chat.shut = None
        message = self._telegram.add_message(chat, self.user, content, reply_to=reply_to)
        if chat is self.chat or (chat.shut is None and _meant_for_bot(message)):
            self._telegram.updates.add("message", message.as_json())
        return message

    def _in(self, group: Group | None) -> Chat:
        return group.chat if group else self.chat

    def _check_unblocked(self) -> None:
        if self.blocked:
            raise PermissionError(f"{self.name} has blocked the bot")

    def _newest_first(self) -> list[Message]:
        seen = chain.from_iterable(chat.messages.values() for chat in self.chats)
        return sorted(seen, key=lambda message: message.id, reverse=True)

    def key(self, text: str) -> JSON | None:
        """The key of the reply keyboard with that text, None where there is none."""
        keys = chain.from_iterable(self.keyboard or [])
        return next((key for key in keys if key["text"] == text), None)

    def _visible(self, message: Message | None) -> list[str]:
        seen = [message] if message else self._newest_first()
        inline = [button.text for one in seen for row in one.buttons for button in row]
        return inline + [key["text"] for row in self.keyboard or [] for key in row]

    def _standing_changes(self, old: str, new: str) -> None:
        self._telegram.standing_changes(self.chat, self.user, old, new)
        self._telegram.events.publish("people", user=self.id)


def keyboard_of(chat: Chat) -> list[list[JSON]] | None:
    """The reply keyboard that the chat shows now, None where there is none."""
    for message in reversed(chat.messages.values()):
        if message.markup and ("keyboard" in message.markup or "remove_keyboard" in message.markup):
            return reply_keyboard(message.markup)
    return None


def _meant_for_bot(message: Message) -> bool:
    """In a group a bot hears only commands and answers to itself, as its privacy mode has it."""
    answers_bot = message.reply_to is not None and message.reply_to.from_bot
    return answers_bot or (message.text or "").startswith("/")
