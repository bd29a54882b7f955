"""Saying something to people: rendered now, in the reader's language, and queued with the fact it speaks of."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import trail
from bot.buttons import Rows, to_json
from bot.lanes import Lane
from bot.rules.parts import by_lines
from bot.texts import Texts
from db import chats, posting
from db.models import Message
from db.posting import Address, Post, When
from db.session import Session

Buttons = Callable[[Texts, str], Rows]
"""Makes the buttons of a message in a language."""


@dataclass(frozen=True)
class Say:
    """What to say: a template with its values, and how it is to be treated.

    `about` is (kind, id) of what it speaks of; `asks`: an answer typed in the chat may be meant for it.
    `dedupe`: a chat that got a message of this name already gets no second one.
    """

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    buttons: Buttons | None = None
    keyboard: Sequence[Sequence[str]] | None = None
    about: tuple[str, int] | None = None
    asks: bool = False
    protect: bool = False
    media_id: int | None = None
    dedupe: str | None = None


@dataclass(frozen=True)
class Telling:
    """Something to say to some chats. `edits` is the message it takes the place of, where there is one."""

    say: Say
    to: Sequence[Address]
    when: When
    edits: int | None = None


def message(say: Say, language: str, *, texts: Texts, when: When) -> Message:
    """The content of what is to be said, in one language."""
    return Message(**_content(say, language, texts=texts, when=when))


async def tell_all(session: Session, tellings: Iterable[Telling], *, texts: Texts, lane: Lane) -> None:
    """Queue many things at once: the content once for each language that is read, a delivery for each chat."""
    all_posts = [post for telling in tellings for post in posts(telling, texts)]
    await posting.queue_many(session, all_posts, lane=lane)


async def tell_chats(
    session: Session,
    to: Sequence[Address],
    say: Say,
    *,
    texts: Texts,
    lane: Lane,
    when: When,
    edits: int | None = None,
) -> None:
    """Queue it to chats; what does not fit into the message that is edited follows as new messages."""
    await tell_all(session, [Telling(say, to, when, edits)], texts=texts, lane=lane)


async def tell(
    session: Session, member_ids: Collection[int], say: Say, *, texts: Texts, lane: Lane, when: When
) -> set[int]:
    """Queue it to members; returns those who have a chat it can reach."""
    addresses = await chats.list_addresses(session, member_ids)
    await tell_chats(session, once_each(addresses), say, texts=texts, lane=lane, when=when)
    return {a.member_id for a in addresses if a.member_id is not None}


async def tell_each(
    session: Session,
    says: Sequence[tuple[Collection[int], Say]],
    *,
    texts: Texts,
    lane: Lane,
    when: When,
) -> list[set[int]]:
    """Queue many things, each to its members; for each, who of them has a chat it can reach.

    One statement to find the chats, however many it is.
    """
    by_member: dict[int, list[Address]] = defaultdict(list)
    for address in await chats.list_addresses(session, {member for to, _ in says for member in to}):
        if address.member_id is not None:
            by_member[address.member_id].append(address)
    tellings = [
        Telling(say, once_each(a for m in sorted(to) for a in by_member[m]), when) for to, say in says
    ]
    await tell_all(session, tellings, texts=texts, lane=lane)
    return [{member for member in to if by_member[member]} for to, _ in says]


def once_each(addresses: Iterable[Address]) -> list[Address]:
    """Each chat once, however many of the members share it."""
    return list({(a.bot, a.chat): a for a in addresses}.values())


def posts(telling: Telling, texts: Texts) -> Iterator[Post]:
    """What is to be queued, once for each language that is read."""
    say, when = telling.say, telling.when
    by_language: dict[str, list[Address]] = defaultdict(list)
    for address in telling.to:
        by_language[address.language].append(address)
    for language, to in by_language.items():
        for number, content in enumerate(_contents(say, language, texts=texts, when=when)):
            dedupe = f"{say.dedupe}/{number}" if say.dedupe and number else say.dedupe
            yield Post(content, to, when, dedupe, edits=None if number else telling.edits)


def _contents(say: Say, language: str, *, texts: Texts, when: When) -> list[dict[str, Any]]:
    """As many messages as a long list needs; the buttons are under the last."""
    whole = _content(say, language, texts=texts, when=when)
    *first, last = by_lines(whole["text"])
    plain = {"buttons": None, "keyboard": None, "asks": False}
    return [*(whole | plain | {"text": text} for text in first), whole | {"text": last}]


def _content(say: Say, language: str, *, texts: Texts, when: When) -> dict[str, Any]:
    """The columns of a message."""
    buttons = say.buttons(texts, language) if say.buttons else ()
    about, about_id = say.about or (None, None)
    return {
        "text": texts.render(say.template, language, **say.values),
        "buttons": to_json(buttons) or None,
        "keyboard": [list(row) for row in say.keyboard] if say.keyboard else None,
        "media_id": say.media_id,
        "protect": say.protect,
        "about": about,
        "about_id": about_id,
        "asks": say.asks,
        "update_id": trail.update_id(),
        "created_at": when.now,
    }
