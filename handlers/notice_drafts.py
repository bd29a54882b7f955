"""Writing a study notice: its text in as many messages as it takes, documents and pictures; and the drafts."""

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Any

from telegram import Document, PhotoSize, Update

from bot.actions import authority, notice_drafts
from bot.buttons import Button, Rows, tap
from bot.errors import BadInput, NotAllowed
from bot.first_page import first_page
from bot.rules.names import clean, fold
from bot.rules.notice_head import Head, read_head, read_name
from bot.rules.notices import BUTTON, find_secrecy_in_name, shorten
from bot.rules.parts import units
from bot.rules.permissions import Right
from db import media, notices, organisations, wizards
from db.models import Notice
from handlers import files, notice_filters, notice_release, notice_terms, notice_trial
from handlers.common import Context, Visit, tapped, visit
from handlers.notice_release import ask_audience, ask_title, preview
from handlers.notice_wizard import NOTICE, current, go, known, mine


async def on_new(update: Update, context: Context) -> None:
    """Begin a notice; who speaks for several organisations first chooses one."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        places = await authority.list_places(v.session, v.member, Right.SEND_NOTICE, on=v.today)
        if not places:
            raise NotAllowed
        if len(places) > 1 and not pressed.args:
            v.say("notice_issuer_asked", [[tap(place.name, "notice_new", place.id)] for place in places])
            return
        issuer_id = pressed.number(0) if pressed.args else places[0].id or 0
        notice = await notice_drafts.compose(
            v.session, by=v.member, issuer_id=issuer_id, now=v.now, today=v.today
        )
        await go(v, notice, "text", taken=[])

        issuer = await organisations.get(v.session, issuer_id)
        v.say("notice_text_asked", [[v.button("notices.cancel", "notice_stop")]], issuer=issuer)


async def on_drafts(update: Update, context: Context) -> None:
    """What the person has begun and not asked to leave: each can be opened again."""
    async with visit(update, context) as v:
        drafts = await notices.list_drafts(v.session, v.member_id)
        v.say("notice_drafts", [[_draft(v, draft)] for draft in drafts], drafts=drafts)


async def on_open(update: Update, context: Context) -> None:
    """Go on with a draft where there is something to look at, else with its text."""
    number = tapped(update).number(0)

    async with visit(update, context) as v:
        notice = await mine(v, number)
        await wizards.stop(v.session, v.known)
        await (preview(v, notice) if notice.title else _show_taken(v, notice))


async def button(v: Visit) -> Rows:
    """The way to the person's drafts, where there are any."""
    drafts = await notices.list_drafts(v.session, v.member_id)
    return [[v.button("notices.drafts", "notice_drafts", count=len(drafts))]] if drafts else []


async def on_answer(v: Visit, text: str) -> None:
    """Something typed, or sent that is no file, while a notice is being written."""
    wizard = await known(v)
    if v.update.edited_message is not None:
        raise BadInput("notice_edited")
    if not text:
        raise BadInput("notice_not_usable")
    match wizard["step"], fold(text).rstrip(".!"):
        case step, "huy" if step in notice_terms.FIELDS:
            await notice_terms.leave(v)
        case _, "huy":
            await notice_release.stop(v)
        case "text", "xong":
            await _end_text(v)
        case "text", _:
            await _take_text(v, wizard, text)
        case "title", _:
            titled = await notice_drafts.set_title(
                v.session, notice_id=wizard["notice"], by=v.member, title=text
            )
            await (preview(v, titled) if wizard["seen"] else ask_audience(v, titled, titled.issuer_id))
        case "preview", "gui":
            await notice_release.send(v, await current(v))
        case step, _ if step in notice_terms.FIELDS:
            await notice_terms.take(v, step, text)
        case _:
            raise BadInput("notice_press_button")


async def on_file(update: Update, context: Context) -> bool:
    """A document or picture sent while a notice's content is being gathered; False when it is not for a notice.

    The file is fetched and read before the transaction begins: nothing waits while it holds the database.
    """
    sent = files.sent_file(update)
    if sent is None or not await files.is_awaited(update, context, NOTICE, ("text",)):
        return False
    if (sent.file_size or 0) > files.LARGEST_FILE:
        raise BadInput("notice_file_too_big")
    name = files.name_of(sent)
    notice_drafts.refuse_secret(find_secrecy_in_name(name))
    content = await files.fetch(sent)
    words = await asyncio.to_thread(first_page, name, content)

    async with visit(update, context) as v:
        await _take_file(v, sent, content, words)
    return True


async def on_back(update: Update, context: Context) -> None:
    """Take the last piece out again."""
    async with visit(update, context) as v:
        notice, wizard = await current(v), await known(v)
        taken = wizard["taken"] or await _taken(v, notice)
        if not taken:
            raise BadInput("notice_empty")
        *kept, last = taken
        notice = await notice_drafts.take_back(
            v.session, notice_id=notice.id or 0, by=v.member, length=last["before"], files=last["files"]
        )
        await go(v, notice, "text", taken=kept, after=0)
        await _show_taken(v, notice)


async def on_more(update: Update, context: Context) -> None:
    """Back to the content, to add to it or take from it."""
    async with visit(update, context) as v:
        await _show_taken(v, await current(v))


async def on_done(update: Update, context: Context) -> None:
    """The content is complete."""
    async with visit(update, context) as v:
        await _end_text(v)


async def on_retitle(update: Update, context: Context) -> None:
    """Another title after all."""
    async with visit(update, context) as v:
        await ask_title(v, await current(v))


async def _take_text(v: Visit, wizard: dict[str, Any], text: str) -> None:
    notice = await current(v)
    taken = wizard["taken"] if wizard["taken"] is not None else await _taken(v, notice)
    piece = _piece(notice, text)
    notice = await notice_drafts.add_text(
        v.session, notice_id=wizard["notice"], by=v.member, text=text, after=wizard["after"]
    )
    await go(v, notice, "text", after=units(text), taken=[*taken, piece])
    await _show_taken(v, notice)


async def _take_file(v: Visit, sent: Document | PhotoSize, content: bytes, words: str) -> None:
    notice, wizard = await current(v), await known(v)
    taken = wizard["taken"] if wizard["taken"] is not None else await _taken(v, notice)
    file = files.media_of(sent, content, now=v.now)
    caption = (v.update.message.caption if v.update.message else None) or ""
    piece = _piece(notice, caption, name=file.name, head=read_head(words).or_else(read_name(file.name)))
    await notice_drafts.add_file(v.session, notice_id=notice.id or 0, by=v.member, file=file, words=words)
    assert file.id is not None
    await media.remember_file_id(v.session, file.id, bot=v.house.bot, file_id=sent.file_id)
    if caption:
        await notice_drafts.add_text(v.session, notice_id=notice.id or 0, by=v.member, text=caption)
    await go(v, notice, "text", after=0, taken=[*taken, piece | {"files": [file.id]}])
    await _show_taken(v, notice)


def _piece(notice: Notice, text: str, *, name: str = "", head: Head | None = None) -> dict[str, Any]:
    """What was taken: the text's length before it, its files, what to call it, and what its head says."""
    said = {"name": name, "begins": shorten(clean(text), BUTTON), "length": len(text)}
    read = asdict(head or Head())
    read["issued_on"] = read["issued_on"] and read["issued_on"].isoformat()
    return {"before": len(notice.text), "files": [], "head": read, **said}


async def _taken(v: Visit, notice: Notice) -> list[dict[str, Any]]:
    """What a draft that is opened again consists of: its text as one piece, then its files."""
    made = [_piece(notice, notice.text) | {"before": 0}] if notice.text else []
    for number in await notices.list_files(v.session, notice):
        name = (await media.get(v.session, number, content=False)).name
        made.append(_piece(notice, "", name=name, head=read_name(name)) | {"files": [number]})
    return made


async def _show_taken(v: Visit, notice: Notice) -> None:
    """What there is so far, with the ways on and back."""
    wizard = await go(v, notice, "text")
    taken = wizard["taken"] if wizard["taken"] is not None else await _taken(v, notice)
    await go(v, notice, "text", taken=taken)
    back = [v.button("notices.take_back", "notice_back")] if taken else []
    buttons = [[v.button("notices.done", "notice_done"), v.button("notices.cancel", "notice_stop")], back]
    v.say("notice_taken", [row for row in buttons if row], taken=taken, length=len(notice.text))


async def _end_text(v: Visit) -> None:
    draft, wizard = await current(v), await known(v)
    head = read_head(draft.text)
    for piece in wizard["taken"] or ():
        read = piece["head"]
        issued = date.fromisoformat(read["issued_on"]) if read["issued_on"] else None
        head = head.or_else(Head(read["title"], read["body"], read["number"], issued))
    said = Head(draft.title, draft.body, draft.number, draft.issued_on).or_else(head)
    number = draft.id or 0
    await notice_drafts.set_title(v.session, notice_id=number, by=v.member, title=said.title or None)
    await ask_title(v, await notice_drafts.set_head(v.session, notice_id=number, by=v.member, head=said))


def _draft(v: Visit, draft: Notice) -> Button:
    title = shorten(clean(draft.title or draft.text) or v.texts.label("notices.untitled", v.language), BUTTON)
    return v.button("notices.draft", "notice_open", draft.id, title=title)


TAPS = {
    "notice_new": on_new,
    "notice_drafts": on_drafts,
    "notice_open": on_open,
    "notice_back": on_back,
    "notice_more": on_more,
    "notice_done": on_done,
    "notice_retitle": on_retitle,
    **notice_release.TAPS,
    **notice_filters.TAPS,
    **notice_terms.TAPS,
    **notice_trial.TAPS,
}
