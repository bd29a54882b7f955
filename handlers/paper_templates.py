"""An office's own Word templates in chat: the one in use, what it may say, and another one, looked at before use.

What was sent is checked and kept until its sender says what to do: then it is used, or forgotten.
"""

import asyncio
from typing import Any

from telegram import Document, Update

from bot.actions import papers_templates
from bot.actions.papers_templates import Used
from bot.buttons import tap
from bot.errors import BadInput, TooLate
from bot.reports import papers as writing
from bot.reports import papers_checked, papers_opened
from bot.reports.papers_fields import word
from bot.rules.names import fold
from bot.rules.words import PaperKind
from db import chats, media, wizards
from handlers import files
from handlers.common import Context, Visit, house_of, tapped, visit

MODEL = "paper_model"
"""The wizard that waits for a template, and then for a word about it."""


async def on_models(update: Update, context: Context) -> None:
    """The kinds of papers, for each of which there may be an own template."""
    organisation_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await show(v, organisation_id)


async def show(v: Visit, organisation_id: int) -> None:
    """Which kinds have own templates here; a tap opens one."""
    asked = {"organisation_id": organisation_id, "by": v.member, "today": v.today}
    organisation, own = await papers_templates.look(v.session, **asked)  # type: ignore[arg-type]
    rows = [
        [tap(v.texts.label(f"paper_kinds.{kind}", v.language), "papermodel", kind, organisation_id)]
        for kind in PaperKind
    ]
    v.edit("paper_models", rows, organisation=organisation, own=own)


async def on_model(update: Update, context: Context) -> None:
    """One kind: whose template is used, and what can be done about it."""
    kind, organisation_id = _asked(update)
    async with visit(update, context) as v:
        _show_one(v, await _find(v, kind, organisation_id))


async def on_download(update: Update, context: Context) -> None:
    """The template in use, to be edited."""
    kind, organisation_id = _asked(update)
    async with visit(update, context) as v:
        used = await _find(v, kind, organisation_id)
        name = v.texts.label(f"paper_files.{kind}", v.language)
        v.say("paper_model_file", media_id=await _keep(v, f"{name}.docx", used.content), used=used)


async def on_fields(update: Update, context: Context) -> None:
    """The fields a template of this kind may use."""
    kind, organisation_id = _asked(update)
    async with visit(update, context) as v:
        used = await _find(v, kind, organisation_id)
        title = v.texts.label(f"paper_kinds.{kind}", "vi")
        content = await asyncio.to_thread(writing.write_fields, kind, title)
        name = word("fields", kind=v.texts.label(f"paper_files.{kind}", "vi"))
        v.say("paper_fields", media_id=await _keep(v, f"{name}.docx", content), used=used)


async def on_begin(update: Update, context: Context) -> None:
    """Wait for a template."""
    kind, organisation_id = _asked(update)
    async with visit(update, context) as v:
        used = await _find(v, kind, organisation_id)
        await _drop_former(v)
        data = {"step": "file", "organisation": organisation_id, "kind": kind}
        await wizards.start(v.session, v.known, MODEL, data, now=v.now)
        v.edit("paper_model_asked", [[v.button("papers.stop", "papermodelno")]], used=used)


async def on_file(update: Update, context: Context) -> bool:
    """A file sent while a template is awaited or was looked at; False when it is not for one."""
    sent = files.sent_file(update)
    kind = await _awaited(update, context) if sent is not None else None
    if sent is None or kind is None:
        return False
    if not isinstance(sent, Document) or not (sent.file_name or "").lower().endswith(".docx"):
        raise BadInput("paper_not_docx")
    if (sent.file_size or 0) > papers_opened.MOST_BYTES:
        raise BadInput("paper_file_too_big", most=papers_opened.MOST_BYTES // 1_000_000)
    content = await files.fetch(sent)
    looked_at = await asyncio.to_thread(papers_checked.check, content, kind)  # before anything is locked
    async with visit(update, context) as v:
        wizard = await wizards.get(v.session, v.known, MODEL)
        if wizard["kind"] != kind:
            raise TooLate("wizard_gone")
        used = await _find(v, kind, wizard["organisation"])
        await _drop_former(v)
        kept = await _keep(v, (sent.file_name or "")[-200:], content)
        data = wizard | {"step": "confirm", "media": kept}
        await wizards.start(v.session, v.known, MODEL, data, now=v.now)
        name = word("sample", kind=v.texts.label(f"paper_files.{used.kind}", "vi"))
        rows = [[v.button("papers.use", "papermodelyes", kept), v.button("papers.stop", "papermodelno")]]
        v.say("paper_model_seen", rows, media_id=await _keep(v, f"{name}.docx", looked_at), used=used)
    return True


async def _awaited(update: Update, context: Context) -> PaperKind | None:
    """For which kind of paper the chat is to send a template; None: for none."""
    house, user = house_of(context), update.effective_user
    async with house.database.read() as session:
        account = await chats.find_account(session, bot=house.bot, address=user.id) if user else None
        wizard = await wizards.find(session, account, now=house.clock.now()) if account else None
    return PaperKind(wizard.data["kind"]) if wizard is not None and wizard.name == MODEL else None


async def on_answer(v: Visit, text: str) -> None:
    """Something typed meanwhile."""
    if fold(text).rstrip(".!") != "huy":
        raise BadInput("paper_not_docx")
    await _forget(v)


async def on_use(update: Update, context: Context) -> None:
    """Use what was looked at."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        wizard = await wizards.get(v.session, v.known, MODEL)
        if wizard.get("media") != number:
            raise TooLate("wizard_gone")
        file = await media.get(v.session, number)
        asked: dict[str, Any] = {"organisation_id": wizard["organisation"], "by": v.member, "today": v.today}
        asked |= {"name": file.name, "content": file.content, "now": v.now}
        used = await papers_templates.keep(v.session, PaperKind(wizard["kind"]), **asked)
        await _drop_former(v)
        await wizards.stop(v.session, v.known)
        _show_one(v, used, edit=False)


async def on_stop(update: Update, context: Context) -> None:
    """Forget what was sent."""
    async with visit(update, context) as v:
        await wizards.get(v.session, v.known, MODEL)
        await _forget(v)


async def on_drop(update: Update, context: Context) -> None:
    """Use the own template no more."""
    kind, organisation_id = _asked(update)
    async with visit(update, context) as v:
        asked: dict[str, Any] = {"organisation_id": organisation_id, "by": v.member, "today": v.today}
        _show_one(v, await papers_templates.drop(v.session, kind, **asked))


def _asked(update: Update) -> tuple[PaperKind, int]:
    pressed = tapped(update)
    return pressed.choice(0, PaperKind), pressed.number(1)


async def _find(v: Visit, kind: PaperKind, organisation_id: int) -> Used:
    asked: dict[str, Any] = {"organisation_id": organisation_id, "by": v.member, "today": v.today}
    return await papers_templates.find(v.session, kind, **asked)


def _show_one(v: Visit, used: Used, *, edit: bool = True) -> None:
    """One kind; under a file, whose message has no text to edit, as a message of its own."""
    about = used.kind, used.organisation.id
    drop = [[v.button("papers.drop", "papermodeldrop", *about)]] if used.own else []
    rows = [
        [v.button("papers.download", "papermodelget", *about)],
        [v.button("papers.fields", "papermodelfields", *about)],
        [v.button("papers.send", "papermodelsend", *about)],
        *drop,
        [v.button("papers.back", "papermodels", used.organisation.id)],
    ]
    say = v.edit if edit else v.say
    say("paper_model", rows, used=used)


async def _keep(v: Visit, name: str, content: bytes) -> int:
    return await media.keep(v.session, media.document(name, content, mime=media.DOCX, now=v.now))


async def _forget(v: Visit) -> None:
    await _drop_former(v)
    await wizards.stop(v.session, v.known)
    v.say("cancelled")


async def _drop_former(v: Visit) -> None:
    """Delete the template that was sent before and is not used, if there is one."""
    wizard = await wizards.find(v.session, v.known, now=v.now)
    if wizard is not None and wizard.name == MODEL and (former := wizard.data.get("media")) is not None:
        await media.delete(v.session, former)


TAPS = {
    "papermodels": on_models,
    "papermodel": on_model,
    "papermodelget": on_download,
    "papermodelfields": on_fields,
    "papermodelsend": on_begin,
    "papermodelyes": on_use,
    "papermodelno": on_stop,
    "papermodeldrop": on_drop,
}
WIZARDS = {MODEL: on_answer}
