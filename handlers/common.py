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

from telegram import BotCommand, BotCommandScopeChat, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.actions.registration import CONSENT_VERSION
from bot.actions.telling import Buttons, Say, Telling, message, posts
from bot.buttons import Button, Rows, Tap, tap, unpack
from bot.clock import Clock
from bot.errors import NotAllowed
from bot.lanes import Lane
from bot.texts import Texts
from db import chats, live, posting
from db.models import Account, LiveKind, LiveMessage, Member, Message
from db.posting import Address, Post, When
from db.session import Database, Session
from handlers.guessing import Guesses
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
        """Where the answer goes: the person's own chat, wherever they spoke; nothing personal goes to a group."""
        user = self.update.effective_user
        assert user is not None
        return Address(self.house.bot, user.id, self.language, self.account.id if self.account else None)

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
            await _ask_consent_again(v)
            shared.posts.extend(_posts(v))
    house.fates[number] = Fate.SETTLED
    house.wake(posting.queued_lanes(shared.session))
    await _acknowledge(v)
    if v.account is None or v.parting:
        await _speak_directly(v)
    if v.publish:
        await _publish(v, context)
    for chat, say in v.leaves.items():
        await _leave(v, context, chat, say)


async def _leave_what_stood_there(v: Visit) -> None:
    """What was kept up to date in the place of the tapped message would soon overwrite what stands there now."""
    if v.tapped_message is not None and any(spoken.edits is not None for spoken in v.spoken):
        where = {"bot": v.house.bot, "chat": v.address.chat, "message_id": v.tapped_message}
        await live.leave(v.session, **where, but=v.shown.id if v.shown else None)


async def _arrive(house: House, session: Session, update: Update) -> Visit:
    user = update.effective_user
    account, speaker, agreed = chats.Speaking()
    if user is not None:
        account, speaker, agreed = await chats.find_speaking(session, bot=house.bot, address=user.id)
    chat = update.effective_chat
    from_own = chat is None or chat.type == ChatType.PRIVATE  # in a group who blocked the bot is heard, too
    if account is not None and account.unreachable_at is not None and from_own:
        account.unreachable_at = None
        session.add(account)
    return Visit(house, session, update, house.clock.now(), account, speaker, consent=agreed)


async def _ask_consent_again(v: Visit) -> None:
    """Who agreed to an older wording gets the new one after what they came for, at most once a day.

    Until they answer, what they agreed to goes on.
    """
    if v.speaker is None or v.consent == CONSENT_VERSION:
        return
    name = f"consent:{CONSENT_VERSION}:{v.today}"
    if not await posting.is_queued(v.session, name, v.address):
        values = {"version": CONSENT_VERSION, "member": v.speaker}
        v.spoken.append(Spoken(Say("consent_again", values, _again_buttons, dedupe=name)))


def _again_buttons(texts: Texts, language: str) -> Rows:
    return [
        [tap(texts.label(key, language), "reconsent", answer, CONSENT_VERSION)]
        for key, answer in (("consent.agree", "yes"), ("consent.withdraw", "no"))
    ]


def _posts(v: Visit) -> Iterator[Post]:
    for spoken in v.spoken:
        yield from posts(Telling(spoken.say, [v.address], v.when, spoken.edits), v.texts)


async def _acknowledge(v: Visit) -> None:
    query = v.update.callback_query
    if query is None:
        return
    try:
        await v.house.acknowledge(query.id, v.toast_text, v.toast_alert)
    except TelegramError as error:  # the tap's effect is committed; an old tap can no longer be acknowledged
        log.info("a tap was not acknowledged: %s", error)


async def _publish(v: Visit, context: Context) -> None:
    try:
        await context.bot.set_my_commands(v.publish, scope=BotCommandScopeChat(v.address.chat))
    except TelegramError as error:  # a list of commands is a convenience: everything can be typed without it
        log.warning("the commands of a chat were not published: %s", error)


async def _leave(v: Visit, context: Context, chat: int, say: Say) -> None:
    """Leave a group with a courteous word. Where that fails the bot stays, with nothing to say there."""
    try:
        await v.house.speak(message(say, v.language, texts=v.texts, when=v.when), chat)
    except TelegramError as error:  # it may not write there: it goes without a word
        log.info("a group was left without a word: %s", error)
    try:
        await context.bot.leave_chat(chat)
    except TelegramError as error:
        log.warning("a group was not left: %s", error)


async def _speak_directly(v: Visit) -> None:
    for spoken in v.spoken:
        said = message(spoken.say, v.language, texts=v.texts, when=v.when)
        try:
            await v.house.speak(said, v.address.chat)
        except TelegramError as error:  # a stranger who blocked the bot, or a network that is away
            log.warning("a stranger was not answered: %s", error)


def tapped(update: Update) -> Tap:
    """The tap behind a button that was pressed."""
    query = update.callback_query
    return unpack((query.data if query else None) or "")


def typed(update: Update) -> str:
    """What was typed; empty for anything else."""
    found = update.effective_message
    return (found.text or "").strip() if found and not update.callback_query else ""
