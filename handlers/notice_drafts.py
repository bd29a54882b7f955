"""Writing a study notice: its text in as many messages as it takes, a document, and its title."""

from typing import Any

from telegram import Document, PhotoSize, Update

from bot.actions import authority, notices
from bot.buttons import tap
from bot.errors import BadInput, NotAllowed
from bot.rules.names import fold
from bot.rules.notices import count_messages
from bot.rules.parts import units
from bot.rules.permissions import Right
from db import media, organisations, wizards
from db.models import Notice
from handlers import files, notice_release
from handlers.common import Context, Visit, tapped, visit
from handlers.notice_release import NOTICE, ask_audience, current, go


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
        notice = await notices.compose(v.session, by=v.member, issuer_id=issuer_id, now=v.now, today=v.today)
        await go(v, notice, "text")

        issuer = await organisations.get(v.session, issuer_id)
        v.say("notice_text_asked", [[v.button("notices.cancel", "notice_stop")]], issuer=issuer)


async def on_answer(v: Visit, text: str) -> None:
    """Something typed, or sent that is no file, while a notice is being written."""
    wizard = await wizards.get(v.session, v.known, NOTICE)
    if v.update.edited_message is not None:
        raise BadInput("notice_edited")
    if not text:
        raise BadInput("notice_not_usable")
    match wizard["step"], fold(text).rstrip(".!"):
        case _, "huy":
            await notice_release.stop(v)
        case "text", "xong":
            await _end_text(v)
        case "text", _:
            await _take_text(v, wizard, text)
        case "title", _:
            titled = await notices.set_title(v.session, notice_id=wizard["notice"], by=v.member, title=text)
            await ask_audience(v, titled, titled.issuer_id)
        case "preview", "gui":
            await notice_release.send(v, wizard["notice"])
        case _:
            raise BadInput("notice_press_button")


async def on_file(update: Update, context: Context) -> bool:
    """A document or picture sent while a notice's content is being gathered; False when it is not for a notice.

    The file is fetched before the transaction begins: nothing waits for Telegram while it holds the database.
    """
    sent = files.sent_file(update)
    if sent is None or not await files.is_awaited(update, context, NOTICE, ("text",)):
        return False
    if (sent.file_size or 0) > files.LARGEST_FILE:
        raise BadInput("notice_file_too_big")
    content = await files.fetch(sent)

    async with visit(update, context) as v:
        await _take_file(v, sent, content)
    return True


async def on_done(update: Update, context: Context) -> None:
    """The text is complete."""
    async with visit(update, context) as v:
        await _end_text(v)


async def on_retitle(update: Update, context: Context) -> None:
    """Another title after all."""
    async with visit(update, context) as v:
        await _ask_title(v, await current(v))


async def _take_text(v: Visit, wizard: dict[str, Any], text: str) -> None:
    notice = await notices.add_text(
        v.session, notice_id=wizard["notice"], by=v.member, text=text, after=wizard["after"]
    )
    await go(v, notice, "text", after=units(text))
    _say_taken(v, notice)


async def _take_file(v: Visit, sent: Document | PhotoSize, content: bytes) -> None:
    wizard = await wizards.get(v.session, v.known, NOTICE)
    file = files.media_of(sent, content, now=v.now)
    notice = await notices.add_file(v.session, notice_id=wizard["notice"], by=v.member, file=file)
    assert file.id is not None
    await media.remember_file_id(v.session, file.id, bot=v.house.bot, file_id=sent.file_id)
    caption = v.update.message.caption if v.update.message else None
    if caption:
        await notices.add_text(v.session, notice_id=wizard["notice"], by=v.member, text=caption)
    _say_taken(v, notice, file=file.name)


def _say_taken(v: Visit, notice: Notice, *, file: str | None = None) -> None:
    buttons = [[v.button("notices.done", "notice_done"), v.button("notices.cancel", "notice_stop")]]
    parts = count_messages(notice.text, notice.media_id is not None, as_parts=notice.as_parts)
    v.say("notice_taken", buttons, length=len(notice.text), parts=parts, file=file)


async def _end_text(v: Visit) -> None:
    draft = await current(v)
    assert draft.id is not None
    await _ask_title(v, await notices.set_title(v.session, notice_id=draft.id, by=v.member))


async def _ask_title(v: Visit, notice: Notice) -> None:
    await go(v, notice, "title")
    buttons = [[v.button("notices.keep_title", "notice_titled"), v.button("notices.cancel", "notice_stop")]]
    v.say("notice_title_asked", buttons, notice=notice)


TAPS = {
    "notice_new": on_new,
    "notice_done": on_done,
    "notice_retitle": on_retitle,
    **notice_release.TAPS,
}
