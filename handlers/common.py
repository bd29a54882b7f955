"""What every handler shares: who speaks, what they tapped or typed, and how an answer leaves.

A handler is three paragraphs: read, act, speak. `visit()` is the one transaction around them:

    async with visit(update, context) as v:
        meeting = await answering.answer(v.session, …)     act
        v.edit("meeting_answered", meeting=meeting)        speak

- the update is marked done in the same transaction as the effect, so neither happens without the other;
- what is said goes to the outbox in that transaction too, so a crash after it cannot swallow the answer;
- to a stranger (nobody who consented) we speak directly, so that nothing about them is stored;
- the tap itself is acknowledged after the commit.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from telegram import BotCommand, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.actions.telling import Buttons, Say, Telling, posts
from bot.buttons import Button, Rows, Tap, tap, unpack
from bot.clock import Clock
from bot.errors import NotAllowed
from bot.lanes import Lane
from bot.measures import Measures
from bot.texts import Texts
from db import chats, live, posting
from db.models import Account, LiveKind, LiveMessage, Member, Message
from db.posting import Address, Post, When
from db.session import Database, Session
from handlers import afterwards, besides
from handlers.guessing import Guesses
from handlers.speaking import find_speaking
from handlers.together import Together

log = logging.getLogger(__name__)
Context = ContextTypes.DEFAULT_TYPE


class Fate(Enum):
    """How handling an update ended, when it did not fail."""

    IGNORED = 0
    """No handler had anything to do with it."""
    SETTLED = 1
    """Its effect and its done-mark are committed."""


@dataclass
class House:
    """What the application hands to its handlers.

    `wake` tells the sender in which lanes something was queued; `speak` sends to a chat at once, past the outbox;
    `acknowledge` takes the waiting mark off a tapped button (its id), with a word or an alert.
    `home` is the bot of the settings, to which belongs who has no committee's (`username` is this one's).
    `evidence_bytes`: of a file sent with a report, so many bytes are kept at most. `rate`: messages a
    second at which a notice leaves.
    `fates` tells the ingress how an update ended, until it has asked; `alone` are updates that come again.
    """

    database: Database
    texts: Texts
    clock: Clock
    bot: int
    username: str
    language: str
    wake: Callable[[Collection[Lane]], None]
    speak: Callable[[Message, int], Awaitable[None]]
    acknowledge: Callable[[str, str | None, bool], Awaitable[None]]
    evidence_bytes: int = 0
    rate: int = 30
    home: int = 0
    measures: Measures = field(default_factory=Measures)
    fates: dict[int, Fate | Exception] = field(default_factory=dict)
    alone: set[int] = field(default_factory=set)
    guesses: Guesses = field(default_factory=Guesses)
    codes: Guesses = field(default_factory=Guesses)
    together: Together = field(init=False)

    def __post_init__(self) -> None:
        self.together = Together(self.database, bot=self.bot)

    @property
    def today(self) -> date:
        """The organisation's local date."""
        return self.texts.day_of(self.clock.now())


@dataclass
class Spoken:
    """Something said during a visit; `edits` when it replaces the tapped message."""

    say: Say
    edits: int | None = None


@dataclass
class Visit:
    """One update being handled: its transaction, who sent it, and what will be said."""

    house: House
    session: Session
    update: Update
    now: datetime
    account: Account | None
    speaker: Member | None
    spoken: list[Spoken] = field(default_factory=list)
    toast_text: str | None = None
    toast_alert: bool = False
    consent: str | None = None
    """The wording the person agreed to, where somebody speaks from this chat."""
    parting: bool = False
    """Whether the person has just taken back their consent: what is said is said directly, and not kept."""
    shown: LiveMessage | None = None
    """What was shown to be kept up to date."""
    publish: list[BotCommand] = field(default_factory=list)
    leaves: dict[int, Say] = field(default_factory=dict)
    """Groups the bot is to leave, and its last word there."""

    @property
    def texts(self) -> Texts:
        """The voice."""
        return self.house.texts

    @property
    def today(self) -> date:
        """The organisation's local date."""
        return self.texts.day_of(self.now)

    @property
    def language(self) -> str:
        """The language the person reads."""
        return self.account.language if self.account else self.house.language

    @property
    def member(self) -> Member:
        """The member who speaks; NotAllowed("stranger") when nobody registered speaks from this chat."""
        if self.speaker is None:
            raise NotAllowed("stranger")
        return self.speaker

    @property
    def member_id(self) -> int:
        """The number of the member who speaks."""
        assert self.member.id is not None
        return self.member.id

    @property
    def known(self) -> Account:
        """The account that speaks; NotAllowed("stranger") when nobody registered speaks from this chat."""
        if self.account is None:
            raise NotAllowed("stranger")
        return self.account

    @property
    def address(self) -> Address:
        """Where the answer goes: the person's own chat, wherever they spoke; nothing personal goes to a group.

        That chat is with the bot they spoke to, and from a group of another one with their own bot.
        """
        user = self.update.effective_user
        assert user is not None
        if self.account is None:
            return Address(self.house.bot, user.id, self.language)
        bot = self.house.bot if self.in_own_chat else self.account.bot
        return Address(bot, user.id, self.language, self.account.id)

    @property
    def in_own_chat(self) -> bool:
        """Whether it came from the person's own chat, or about it, and not from a group."""
        chat = self.update.effective_chat
        return chat is None or chat.type == ChatType.PRIVATE

    @property
    def when(self) -> When:
        """Now: for what is said during this visit."""
        return When(now=self.now)

    def say(
        self,
        template: str,
        buttons: Buttons | Rows | None = None,
        *,
        keyboard: Sequence[Sequence[str]] | None = None,
        about: tuple[str, int] | None = None,
        asks: bool = False,
        protect: bool = False,
        media_id: int | None = None,
        **values: Any,
    ) -> None:
        """Answer with a new message."""
        made = buttons if callable(buttons) or buttons is None else (lambda _texts, _language: buttons)
        self.speak(Say(template, values, made, keyboard, about, asks, protect, media_id))

    def speak(self, said: Say) -> None:
        """Answer with what an action has made ready."""
        self.spoken.append(Spoken(said))

    def show(
        self, said: Say, kind: LiveKind, about_id: int, *, until: datetime, edit: bool, page: int = 0
    ) -> LiveMessage:
        """Answer with something that is to be kept up to date: in place of the tapped message, or as a new one.

        Returns where it stands, for `living.start`.
        """
        edits, dedupe = self.tapped_message if edit else None, None
        if edits is None:
            said = replace(said, dedupe=f"{kind}:{about_id}:{self.update.update_id}")
            dedupe = posting.name_in(said.dedupe or "", self.address)
        self.spoken.append(Spoken(said, edits))
        self.shown = LiveMessage(
            kind=kind,
            about_id=about_id,
            bot=self.address.bot,
            chat=self.address.chat,
            language=self.language,
            member_id=self.member_id,
            message_id=edits,
            dedupe=dedupe,
            page=page,
            shown_at=self.now,
            until=until,
        )
        return self.shown

    def edit(
        self,
        template: str,
        buttons: Buttons | Rows | None = None,
        *,
        about: tuple[str, int] | None = None,
        asks: bool = False,
        protect: bool = False,
        **values: Any,
    ) -> None:
        """Put the answer in place of the tapped message; as a new message when nothing was tapped."""
        self.say(template, buttons, about=about, asks=asks, protect=protect, **values)
        self.spoken[-1].edits = self.tapped_message

    def put(self, said: Say) -> None:
        """Put what an action has made ready in place of the tapped message."""
        self.spoken.append(Spoken(said, self.tapped_message))

    @property
    def tapped_message(self) -> int | None:
        """The number of the message whose button was tapped; None for one in a group, which stays as it is."""
        query = self.update.callback_query
        if query is None or query.message is None or query.message.chat.type != ChatType.PRIVATE:
            return None
        return query.message.message_id

    def button(self, key: str, verb: str, *args: object, **values: object) -> Button:
        """A button with its words from the labels, in the person's language."""
        return tap(self.texts.label(key, self.language, **values), verb, *args)

    def toast(self, key: str, *, alert: bool = False, **values: Any) -> None:
        """Show a short word over the chat when the tap is acknowledged (`[toasts]` of the labels)."""
        self.toast_text = self.texts.label(f"toasts.{key}", self.language, **values)
        self.toast_alert = alert


def house_of(context: Context) -> House:
    """The house of the application an update is handled in."""
    house = context.application.bot_data["house"]
    assert isinstance(house, House)
    return house


@asynccontextmanager
async def visit(update: Update, context: Context, *, brief: int | None = None) -> AsyncIterator[Visit]:
    """The transaction of one update: its effect, its done-mark and its answers, or nothing of them.

    `brief` is for what everybody does at once and takes a moment: it may share its transaction with others,
    and is the number of what it is about. Visits about the same thing come one after another.
    """
    house, number = house_of(context), update.update_id
    together = house.together
    if brief is None or number in house.alone:
        transaction = together.alone(number)
    else:
        transaction = together.shared(number, about=brief)
    async with transaction as shared:
        v = await _arrive(house, shared.session, update)
        yield v
        if brief is None:
            await _leave_what_stood_there(v)
        if v.account is not None and not v.parting:
            await _say_besides(v)
            shared.posts.extend(_posts(v))
    house.fates[number] = Fate.SETTLED
    house.wake(posting.queued_lanes(shared.session))
    afterwards.reach(v, "committed")
    await afterwards.acknowledge(v)
    if v.account is None or v.parting:
        await afterwards.speak_directly(v)
    if v.publish:
        await afterwards.publish(v, context)
    for chat, say in v.leaves.items():
        await afterwards.leave(v, context, chat, say)


async def _leave_what_stood_there(v: Visit) -> None:
    """What was kept up to date in the place of the tapped message would soon overwrite what stands there now."""
    if v.tapped_message is not None and any(spoken.edits is not None for spoken in v.spoken):
        where = {"bot": v.house.bot, "chat": v.address.chat, "message_id": v.tapped_message}
        await live.leave(v.session, **where, but=v.shown.id if v.shown else None)


async def _arrive(house: House, session: Session, update: Update) -> Visit:
    v = Visit(house, session, update, house.clock.now(), None, None)
    await recognise(v)
    # in a group who blocked the bot is heard, too, and at one they have gone over from
    if v.account is not None and v.in_own_chat and v.account.bot == house.bot and v.account.unreachable_at:
        v.account.unreachable_at = None
        session.add(v.account)
    return v


async def recognise(v: Visit) -> None:
    """Find who speaks. In a group of one of our bots people of all the others are known, too."""
    found = await find_speaking(v.session, v.update, bot=v.house.bot)
    user = v.update.effective_user
    if found.member is None and user is not None and not v.in_own_chat:
        elsewhere = await chats.find_speaking_elsewhere(v.session, bot=v.house.bot, address=user.id)
        found = elsewhere or found
    v.account, v.speaker, v.consent = found


async def _say_besides(v: Visit) -> None:
    """A new wording to agree to, and which bot somebody has gone over to, after what they came for."""
    if v.speaker is None or v.account is None:
        return
    said = [await besides.ask_consent_again(v.session, v.address, v.speaker, v.consent, today=v.today)]
    if all(spoken.say.template != "bot_other" for spoken in v.spoken):
        said.append(await besides.point_to_own_bot(v.session, v.address, v.account, today=v.today))
    v.spoken.extend(Spoken(say) for say in said if say is not None)


def _posts(v: Visit) -> Iterator[Post]:
    for spoken in v.spoken:
        yield from posts(Telling(spoken.say, [v.address], v.when, spoken.edits), v.texts)


def tapped(update: Update) -> Tap:
    """The tap behind a button that was pressed."""
    query = update.callback_query
    return unpack((query.data if query else None) or "")


def typed(update: Update) -> str:
    """What was typed; empty for anything else."""
    found = update.effective_message
    return (found.text or "").strip() if found and not update.callback_query else ""
