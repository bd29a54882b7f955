"""A Telegram of one bot: its people, chats and messages, and the Bot API over them. No HTTP in here.

Several bots are a Telegram each, `beside` the first: people and the clock are shared, nothing else.
"""

from __future__ import annotations

import asyncio
import hmac
import inspect
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .errors import Refusal, bad_request, forbidden, moved, not_found, unauthorized
from .events import Events
from .faults import Faults, Rule
from .files import Files
from .limits import Budget, Limits
from .markup import Entity
from .methods import METHODS
from .objects import JSON, Call, Chat, Content, Message, Reply, User
from .params import Params
from .people import Group, Person, Press
from .timing import Timing
from .updates import Updates
from .webhooks import Webhook

FIRST_PERSON = 5_000_000_001  # beyond 32 bits, as many real ones are
FIRST_GROUP = -4_000_000_001
NOT_IN = "bot is not a member of the group chat"
MOVED_BY = 1_000_000_000_000  # ids of supergroups are the others' behind a -100


def _real_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


class Telegram:
    """The state of the sandbox. `now` dates the messages; the limits run on a monotonic clock.

    `log` has every accepted call, unless told not to keep it; `counts` has the numbers in any case.
    Everything happens in one event loop: `call` is what a bot does, the people do the rest.
    """

    def __init__(
        self,
        token: str = "1:sandbox",
        username: str = "chibo_bot",
        now: Callable[[], datetime] = _real_now,
        limits: Limits | None = None,
        *,
        name: str = "Chi bộ",
        monotonic: Callable[[], float] = time.monotonic,
        keep_log: bool = True,
        beside: Telegram | None = None,
    ) -> None:
        self.token = token
        self.bots: list[Telegram] = beside.bots if beside else []
        self.bots.append(self)
        self.now = now
        self.monotonic = monotonic
        self.limits = limits or Limits()
        self.bot = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.files = Files(self.bot.id)
        self.faults = Faults()
        self.webhook = Webhook()
        self.updates = Updates(self.faults, self.webhook.changed.set)
        self.events = Events()
        self.log: list[Call] = []
        self.counts: Counter[str] = Counter()
        self.keep_log = keep_log
        self.timing = Timing()
        self.presses: dict[str, Press] = {}
        self.commands: dict[tuple[str, int, int, str], list[JSON]] = {}
        self._chats: dict[int, Chat] = {}
        self._budget = Budget(monotonic)
        self._last_message_id = 0
        self._last_press = 0
        self._losing: str | None = None
        for person in beside.people.values() if beside else ():
            self._meet(person.user, person.phone)

    def beside(self, token: str, username: str, **more: Any) -> Telegram:
        """Another bot for the same people, by the same clocks."""
        shared = {
            "now": self.now,
            "monotonic": self.monotonic,
            "limits": self.limits,
            "keep_log": self.keep_log,
        }
        return Telegram(token, username, beside=self, **{**shared, **more})

    def holding(self, token: str) -> Telegram:
        """The Telegram of the bot that holds this token; this one, which refuses it, where none does."""
        held = (each for each in self.bots if hmac.compare_digest(token.encode(), each.token.encode()))
        return next(held, self)

    def named(self, username: str | None) -> Telegram:
        """The Telegram of the bot of this name, the first one without a name; LookupError where there is none."""
        for each in self.bots:
            if not username or each.bot.username == username:
                return each
        raise LookupError(f"no such bot: {username}")

    async def call(
        self,
        token: str,
        method: str,
        params: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Reply:
        """What Telegram answers to this call. A file is (name, bytes, mime type); never raises."""
        params = params or {}
        rule = await self.faults.meet(method, params) if self.faults.rules else None
        reply = Reply(0, {})
        if rule is None or rule.accepted:
            reply = await self._answer(token, method, params, files, rule)
        if rule is not None:
            reply = await self._spoiled(reply, rule)
        if reply.status != 200 or reply.broken:
            self.counts[reply.broken.fault if reply.broken else str(reply.status)] += 1
        return reply

    async def _answer(
        self,
        token: str,
        method: str,
        params: Mapping[str, Any],
        files: Mapping[str, Any] | None,
        rule: Rule | None,
    ) -> Reply:
        try:
            self.check_token(token)
            if method.lower() not in METHODS:
                raise not_found()
            name, function = METHODS[method.lower()]
            self._losing = rule.fault if rule else None
            result = function(self, Params(name, params, files))
            if inspect.isawaitable(result):
                result = await result
            return Reply(200, {"ok": True, "result": result})
        except Refusal as refusal:
            return Reply.of(refusal)

    async def _spoiled(self, reply: Reply, rule: Rule) -> Reply:
        """What is left of an answer; a stall is silence, then the end of the connection."""
        if rule.fault == "stall":
            await asyncio.sleep(rule.options["seconds"])
        if rule.breaks_answer:
            return replace(reply, broken=rule)
        return Reply.of(rule.refusal())

    def check_token(self, token: str) -> None:
        """Refuse whoever does not hold the bot's token."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise unauthorized()

    async def changed(self, after: int) -> list[JSON]:
        """The events later than number `after`; waits until there is one."""
        return await self.events.changed(after)

    # People and groups

    def add_person(
        self,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        phone: str | None = None,
    ) -> Person:
        """Someone new, who has not met any bot yet."""
        user = User(FIRST_PERSON + len(self.people), first_name, last_name, username, language_code="vi")
        for each in self.bots:
            each._meet(user, phone or f"+8490{user.id % 10**7:07d}")
        return self.people[user.id]

    def _meet(self, user: User, phone: str) -> None:
        chat = Chat(user.id, "private", user.names(), shut="bot can't initiate conversation with a user")
        self.people[user.id] = Person(self, user, chat, phone)
        self._chats[chat.id] = chat
        self.events.publish("people", user=user.id)

    def add_people(self, count: int) -> list[Person]:
        """So many people who have started the bot already, without a word said."""
        people = [self.add_person(f"Người {len(self.people) + 1}") for _ in range(count)]
        for person in people:
            person.chat.shut = None
        return people

    def add_group(self, title: str, people: Sequence[Person], *, with_bot: bool = True) -> Group:
        """A group with these people and, unless it is made without, the bot in it."""
        chat = Chat(FIRST_GROUP - sum(len(each.groups) for each in self.bots), "group", {"title": title})
        chat.shut = None if with_bot else NOT_IN
        group = self.groups[chat.id] = Group(chat, list(people))
        self._chats[chat.id] = chat
        self.events.publish("people", chat=chat.id)
        return group

    def bot_joins(self, group: Group, by: User) -> None:
        """Somebody puts the bot into a group: it hears of it twice, as it does from Telegram."""
        if group.chat.shut:
            group.chat.shut = None
            self._comes_or_goes(group.chat, by, {"new_chat_members": [self.bot.as_json()]})
            self.standing_changes(group.chat, by, "left", "member")

    def bot_leaves(self, group: Group, by: User) -> None:
        """The bot is out of a group: it left, or somebody took it out."""
        if not group.chat.shut:
            left = by is self.bot
            self.standing_changes(group.chat, by, "member", "left" if left else "kicked")
            self._comes_or_goes(group.chat, by, {"left_chat_member": self.bot.as_json()})
            group.chat.shut = NOT_IN if left else f"bot was kicked from the {group.chat.type} chat"

    def standing_changes(self, chat: Chat, by: User, old: str, new: str) -> None:
        """Tell the bot that it stands otherwise in a chat than before."""
        bot = self.bot.as_json()
        change = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": int(self.now().timestamp()),
            "old_chat_member": {"user": bot, "status": old, **_until(old)},
            "new_chat_member": {"user": bot, "status": new, **_until(new)},
        }
        self.updates.add("my_chat_member", change)

    def _comes_or_goes(self, chat: Chat, by: User, news: JSON) -> None:
        self.updates.add("message", self.add_message(chat, by, Content(service=news)).as_json())

    def migrate(self, group: Group) -> Group:
        """The group becomes a supergroup: it has a new id, and whoever uses the old one is told.

        Both chats get a service message about it, and so does the bot. What was said stays in the old one.
        """
        old, mover = group.chat, group.people[0].user if group.people else self.bot
        new = Chat(old.id - MOVED_BY, "supergroup", dict(old.names), shut=old.shut)
        del self.groups[old.id]
        old.moved_to, group.chat = new.id, new
        self.groups[new.id], self._chats[new.id] = group, new
        for chat, news in ((old, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": old.id})):
            message = self.add_message(chat, mover, Content(service=news))
            self.updates.add("message", message.as_json())
        self.events.publish("people", chat=new.id)
        return group

    def user(self, user_id: int) -> User | None:
        """The person or the bot with that id."""
        if user_id == self.bot.id:
            return self.bot
        person = self.people.get(user_id)
        return person.user if person else None

    def members(self, chat: Chat) -> list[Person]:
        """The people in a chat."""
        group = self.groups.get(chat.id)
        return group.people if group else [self.people[chat.id]]

    def with_user(self, entity: Entity) -> Entity | None:
        """A mention by id as Telegram shows it; None where nobody has that id."""
        if entity.get("type") != "text_mention":
            return entity
        user = self.user(entity.get("user_id") or entity.get("user", {}).get("id", 0))
        kept = {key: value for key, value in entity.items() if key != "user_id"}
        return {**kept, "user": user.as_json()} if user else None

    # What the methods stand on

    def chat(self, params: Params, name: str = "chat_id") -> Chat:
        """The chat a call names, whether or not the bot may write to it."""
        if not params.text(name):
            raise bad_request(f"{name} is empty")
        chat = self._chats.get(params.integer(name))
        if chat is None:
            raise bad_request("chat not found")
        if chat.moved_to:
            raise moved(chat.moved_to)
        return chat

    def open_chat(self, params: Params) -> Chat:
        """The chat a call names, if the bot may write to it."""
        chat = self.chat(params)
        if chat.shut:
            raise forbidden(chat.shut)
        return chat

    def spend(self, chat: Chat, paid: bool = False) -> None:
        """Count one message or edit against the limits; a paid one has an overall limit of its own."""
        self._budget.spend(self.limits, chat.id, paid)

    def add_message(self, chat: Chat, sender: User, content: Content, **more: Any) -> Message:
        """Put a new message into a chat and tell the page."""
        self._last_message_id += 1
        message = Message(self._last_message_id, chat, sender, self.now(), content, **more)
        chat.messages[message.id] = message
        self.events.publish("message", chat=chat.id, message_id=message.id, user=sender.id)
        return message

    def new_press_id(self, user: User) -> str:
        """An id for a callback query, never used before."""
        self._last_press += 1
        return f"{user.id}{self._last_press:09d}"

    def record(self, method: str, message: Message) -> None:
        """Add to the delivery log that this message was sent or edited as it now stands."""
        self.timing.replied(message.chat.id, self.monotonic())
        document = message.document.name if message.document else None
        rows = (message.markup or {}).get("inline_keyboard", [])
        buttons = [[button["text"] for button in row] for row in rows] or None
        self.note(method, message, message.text, document, buttons)

    def note(
        self,
        method: str,
        message: Message,
        text: str | None = None,
        document: str | None = None,
        buttons: list[list[str]] | None = None,
    ) -> None:
        """Add an accepted call to the delivery log."""
        self.counts["accepted"] += 1
        self.counts[method] += 1
        if self._losing:
            self.counts["lost"] += 1
        if not self.keep_log:
            return
        where = message.chat.id, message.id
        self.log.append(Call(self.now(), method, *where, text, document, buttons, self._losing))


def _until(status: str) -> JSON:
    return {"until_date": 0} if status == "kicked" else {}
