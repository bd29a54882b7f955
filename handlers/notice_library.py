"""The library of notices in chat: browsed, searched with and without diacritics, sent to oneself once more."""

from collections.abc import Sequence

from telegram import Update

from bot.actions import notice_library as acting
from bot.actions.notice_library import Card
from bot.actions.notice_reporting import source_of
from bot.buttons import Button, Rows, tap
from bot.errors import BadInput
from bot.rules.notice_library import Force
from bot.rules.notices import BUTTON, lead_of, shorten
from db import wizards
from db.notice_library import Entry
from handlers.common import Context, Visit, tapped, typed, visit
from handlers.paging import page_of, turned_to, turns

LIBRARY = "library"
"""The wizard that waits for what to look for."""
SIGNS = {Force.IN_FORCE: "📗", Force.REPLACED: "🔁", Force.EXPIRED: "📕"}


async def on_library(update: Update, context: Context) -> None:
    """`/vanban`: the notices in force, newest first; `/vanban` with words: what they mean."""
    words = typed(update).partition(" ")[2].strip()

    async with visit(update, context) as v:
        await (_say_found(v, words) if words else _show(v, 0, edit=False))


async def on_page(update: Update, context: Context) -> None:
    """Another page."""
    page = turned_to(tapped(update), 0)

    async with visit(update, context) as v:
        await _show(v, page, edit=True)


async def on_find(update: Update, context: Context) -> None:
    """What to look for."""
    async with visit(update, context) as v:
        _ = v.member
        await wizards.start(v.session, v.known, LIBRARY, {}, now=v.now)
        v.say("library_words_asked")


async def on_words(v: Visit, text: str) -> None:
    """The words that were asked for."""
    if not text:
        raise BadInput("form_type_words")
    await wizards.stop(v.session, v.known)
    await _say_found(v, text)


async def on_card(update: Update, context: Context) -> None:
    """One notice."""
    notice_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await _say_card(v, notice_id, edit=False)


async def on_send(update: Update, context: Context) -> None:
    """Send it to who asks, whole."""
    notice_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await acting.resend(
            v.session, notice_id=notice_id, by=v.member, to=v.address, now=v.now, today=v.today
        )
        v.toast("done")


async def on_end(update: Update, context: Context) -> None:
    """It is no longer in force (1), or is after all (0)."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        await acting.end(
            v.session,
            notice_id=pressed.number(0),
            ended=bool(pressed.number(1)),
            by=v.member,
            today=v.today,
        )
        await _say_card(v, pressed.number(0), edit=True)


async def on_replaced(update: Update, context: Context) -> None:
    """By which it was replaced."""
    pressed = tapped(update)
    number, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        notice, later = await acting.list_later(v.session, notice_id=number, by=v.member, today=v.today)
        rows = [
            [tap(shorten(each.title, BUTTON), "libnew", number, each.id)] for each in page_of(later, page)
        ]
        rows += turns(v, "libby", number, page=page, total=len(later))
        rows.append([v.button("notices.back", "libcard", number)])
        v.edit("library_newer_asked", rows, notice=notice, later=later)


async def on_newer(update: Update, context: Context) -> None:
    """The one that replaced it."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        await acting.replace(
            v.session,
            notice_id=pressed.number(0),
            newer_id=pressed.number(1),
            by=v.member,
            today=v.today,
        )
        await _say_card(v, pressed.number(0), edit=True)


async def _show(v: Visit, page: int, *, edit: bool) -> None:
    found = await acting.browse(v.session, by=v.member, today=v.today)
    rows = _rows(page_of(found, page))
    rows += turns(v, "library", page=page, total=len(found))
    rows.append([v.button("library.find", "libfind")])
    (v.edit if edit else v.say)("library", rows, count=len(found), words="", more=0)


async def _say_found(v: Visit, words: str) -> None:
    found = await acting.browse(v.session, by=v.member, words=words, today=v.today)
    shown = page_of(found, 0)
    rows = [*_rows(shown), [v.button("library.find", "libfind"), v.button("library.whole", "library", 0)]]
    v.say("library", rows, count=len(found), words=words, more=len(found) - len(shown))


def _rows(found: Sequence[tuple[Entry, Force]]) -> list[list[Button]]:
    return [[_entry(entry, force)] for entry, force in found]


def _entry(entry: Entry, force: Force) -> Button:
    to_do = "🔵" if entry.got and entry.confirmed_at is None and force is Force.IN_FORCE else ""
    words = shorten(" ".join(each for each in (entry.number, entry.title) if each), BUTTON)
    return tap(f"{SIGNS[force]}{to_do} {words}", "libcard", entry.id)


async def _say_card(v: Visit, notice_id: int, *, edit: bool) -> None:
    card = await acting.look(v.session, notice_id=notice_id, by=v.member, today=v.today)
    (v.edit if edit else v.say)(
        "library_card",
        _buttons(v, card),
        card=card,
        source=source_of(card.notice),
        lead=lead_of(card.notice.text, card.notice.title),
    )


def _buttons(v: Visit, card: Card) -> Rows:
    number = card.entry.id
    rows = [[v.button("library.send", "libsend", number)]]
    if card.entry.got and card.entry.confirmed_at is None:
        rows.append([v.button("notices.confirm", "read", number)])
    if card.replaced_by is not None:
        rows.append([v.button("library.newer", "libcard", card.replaced_by.id)])
    if card.keeps and card.force is Force.IN_FORCE:
        rows.append([v.button("library.end", "libend", number, 1), v.button("library.by", "libby", number)])
    elif card.keeps:
        rows.append([v.button("library.restore", "libend", number, 0)])
    return rows


TAPS = {
    "library": on_page,
    "libfind": on_find,
    "libcard": on_card,
    "libsend": on_send,
    "libend": on_end,
    "libby": on_replaced,
    "libnew": on_newer,
}
WIZARDS = {LIBRARY: on_words}
