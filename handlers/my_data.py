"""One's own data in the chat: to see it, take it away, have it corrected, withdraw, be erased; and who answers."""

from telegram import Update

from bot.actions import leaving, my_data
from bot.buttons import Rows
from bot.errors import NotAllowed
from bot.rules.words import DataRequestKind
from db import data_requests, media, people, wizards
from handlers.common import Context, Visit, tapped, visit

WRONG = "data_wrong"
"""The wizard that waits for what is wrong, in the person's own words."""


async def on_my_data(update: Update, context: Context) -> None:
    """`/dulieu`: what one may ask, and what one waits for."""
    async with visit(update, context) as v:
        await wizards.stop(v.session, v.known)
        rows = [[v.button(f"data.{kind}", "data", kind)] for kind in DataRequestKind]
        waiting = await data_requests.list_open(v.session, v.member_id)
        v.say("my_data", rows, member=v.member, waiting=waiting)


async def on_asked(update: Update, context: Context) -> None:
    """One of the five buttons. To withdraw or to be erased takes a second tap."""
    pressed = tapped(update)
    kind, sure = pressed.choice(0, DataRequestKind), len(pressed.args) > 1

    async with visit(update, context) as v:
        match kind, sure:
            case DataRequestKind.VIEW, _:
                await _show(v)
            case DataRequestKind.EXPORT, _:
                await _export(v)
            case DataRequestKind.CORRECT, _:
                await wizards.start(v.session, v.known, WRONG, {}, now=v.now)
                v.say("data_wrong_asked", member=v.member)
            case DataRequestKind.WITHDRAW, True:
                await leave(v)
            case DataRequestKind.WITHDRAW, False:
                v.edit("data_withdraw_asked", _second(v, kind, "data.yes_withdraw"))
            case DataRequestKind.ERASE, True:
                await _ask_erasure(v)
            case _:
                v.edit("data_erase_asked", _second(v, kind, "data.yes_erase"))


async def on_kept(update: Update, context: Context) -> None:
    """A change of mind before the second tap: nothing happens."""
    async with visit(update, context) as v:
        v.edit("data_kept", member=v.member)


async def on_wrong(v: Visit, text: str) -> None:
    """What is wrong, in the person's words."""
    await wizards.get(v.session, v.known, WRONG)
    request = await my_data.ask_correction(v.session, member=v.member, words=text, now=v.now, texts=v.texts)
    await wizards.stop(v.session, v.known)
    v.say("data_sent", request=request)


async def on_answered(update: Update, context: Context) -> None:
    """Who is in charge put it right, or erases, which takes a second tap."""
    pressed = tapped(update)
    request_id, sure = pressed.number(0), len(pressed.args) > 1

    async with visit(update, context) as v:
        request = await my_data.get_to_answer(v.session, request_id=request_id, by=v.member, on=v.today)
        if request.kind is DataRequestKind.ERASE and not sure:
            member = await people.get_member(v.session, request.member_id)
            rows = [[v.button("data.yes_erase_now", "dataok", request_id, "yes")]]
            v.edit("data_erase_sure", rows, request=request, member=member)
            return
        await my_data.answer(v.session, request_id=request_id, by=v.member, now=v.now, texts=v.texts)
        v.edit("data_done", request=request)


async def leave(v: Visit) -> None:
    """The person takes back their consent: said to them once more, directly, and nothing after that."""
    request = await leaving.withdraw(v.session, member=v.member, now=v.now, texts=v.texts)
    v.parting = True
    v.say("data_withdrawn", request=request)


async def _show(v: Visit) -> None:
    request, kept = await my_data.take(
        v.session, member=v.member, kind=DataRequestKind.VIEW, now=v.now, texts=v.texts
    )
    v.say("data_view", number=request.id, kept=kept, about=(data_requests.ABOUT, request.id or 0))


async def _export(v: Visit) -> None:
    """Two files: one for a program and one to read. They are kept until they are sent, and some days longer."""
    request, kept = await my_data.take(
        v.session, member=v.member, kind=DataRequestKind.EXPORT, now=v.now, texts=v.texts
    )
    shown = v.texts.render("data_view", v.language, number=request.id, kept=kept)
    page = v.texts.render("papers/page", v.language, text=shown).encode()
    for name, mime, content in (
        (f"chibo-{request.id}.html", "text/html", page),
        (f"chibo-{request.id}.json", "application/json", my_data.as_json(kept)),
    ):
        file = await media.keep(v.session, media.document(name, content, mime=mime, now=v.now))
        v.say(
            "data_file",
            number=request.id,
            file=name,
            about=(data_requests.ABOUT, request.id or 0),
            media_id=file,
        )


async def _ask_erasure(v: Visit) -> None:
    request = await my_data.ask_erasure(v.session, member=v.member, now=v.now, texts=v.texts)
    v.parting = request.done_at is not None  # they are told that it is done by the erasing itself
    if not v.parting:
        v.edit("data_sent", request=request)


def _second(v: Visit, kind: DataRequestKind, key: str) -> Rows:
    if v.speaker is None:
        raise NotAllowed("stranger")
    keep = v.button("data.keep", "datakeep")
    return [[v.button(key, "data", kind, "yes")], [keep]]


TAPS = {"data": on_asked, "datakeep": on_kept, "dataok": on_answered}
WIZARDS = {WRONG: on_wrong}
