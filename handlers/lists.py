"""Membership lists in chat: an empty one, the people as a file, and a file taken over after a look at it.

A list that was sent is checked and kept until its sender says what to do; then it is checked anew and taken
over in one transaction, or forgotten. What it holds is in the database no longer than that.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from telegram import Document, Update

from bot.actions import authority, exporting, import_scope, importing
from bot.actions.importing import Imported
from bot.buttons import Button, Rows, tap
from bot.errors import BadInput, NotAllowed, TooLate
from bot.roster import RosterUnreadable, open_list
from bot.roster_written import MIME, FileKind, people_file, reasons, report_file, write_template
from bot.rules.names import fold
from bot.rules.permissions import Right
from bot.rules.roster import Listing
from bot.texts import Texts, label
from db import media, organisations, wizards
from handlers import files
from handlers.common import Context, Visit, house_of, tapped, visit
from handlers.speaking import get_speaking

LIST = media.LIST
"""The wizard that waits for a list, and then for a word about it; and the verb of the buttons."""
MOST_ROWS = 5_000
"""Of a list in chat, twice what a commune has: longer ones would keep everybody else waiting."""
MOST_UNPACKED = 60_000_000
SHOWN = 10
"""Rows that are shown in the chat; the report has all."""


def buttons(texts: Texts, language: str, organisation_id: int) -> Rows:
    """For a screen about an organisation: what can be done with its list."""
    kinds = tuple(FileKind)
    return [
        [tap(texts.label("lists.import", language), LIST, "import", organisation_id)],
        [
            tap(texts.label("lists.export", language, kind=kind), LIST, "export", organisation_id, kind)
            for kind in kinds
        ],
    ]


async def on_tap(update: Update, context: Context) -> None:
    """Whatever is pressed about lists."""
    pressed = tapped(update)
    match pressed.word(0):
        case "template":
            await _send_template(update, context, pressed.choice(1, FileKind))
        case "import":
            await _ask_for_file(update, context, pressed.number(1))
        case "export":
            await _export(update, context, pressed.number(1), pressed.choice(2, FileKind))
        case "good" | "alike" as word:
            async with visit(update, context) as v:
                await _take_over(v, pressed.number(1), add_alike=word == "alike")
        case "cancel":
            async with visit(update, context) as v:
                await _forget(v)
        case _:
            raise NotAllowed("button_unknown")


async def on_answer(v: Visit, text: str) -> None:
    """Something typed while a list is awaited or has been checked: the same words as on the buttons."""
    wizard = await wizards.get(v.session, v.known, LIST)
    match wizard["step"], fold(text).rstrip(".!"):
        case _, "huy":
            await _forget(v)
        case "confirm", "nhap":
            await _take_over(v, wizard["media"], add_alike=False)
        case "confirm", "them ca":
            await _take_over(v, wizard["media"], add_alike=True)
        case "confirm", _:
            raise BadInput("list_press_button")
        case _:
            raise BadInput("list_not_file")


# ── an empty list, and the people as they are ──────────────────────────────────────────────────────


async def _send_template(update: Update, context: Context, kind: FileKind) -> None:
    async with visit(update, context) as v:
        _ = v.member
        name = f"{v.texts.label('lists.template_file', v.language)}.{kind}"
        content = _written(lambda path: write_template(path, kind, v.language))
        v.say("list_template", media_id=await _keep(v, name, kind, content))


async def _export(update: Update, context: Context, organisation_id: int, kind: FileKind) -> None:
    house = house_of(context)
    async with house.database.read() as session:  # a long list is written before anything is locked
        account, speaker = await get_speaking(session, update, bot=house.bot)
        await authority.authorise(session, speaker, Right.KEEP_MEMBERS, organisation_id, on=house.today)
        if await exporting.count_people(session, organisation_id, on=house.today) > MOST_ROWS:
            raise BadInput("list_too_long", most=MOST_ROWS)
        top = await organisations.get(session, organisation_id)
        language = account.language
        listed = exporting.list_people(session, top, on=house.today, language=language)
        everybody = [person async for some in listed for person in some]

    def write(path: Path) -> None:
        with people_file(path, kind, language) as rows:
            rows(everybody)

    content = await asyncio.to_thread(_written, write)
    async with visit(update, context) as v:
        role = await authority.authorise(v.session, v.member, Right.KEEP_MEMBERS, organisation_id, on=v.today)
        await exporting.begin(v.session, top, now=v.now, today=v.today, by=v.member, role=role)
        file = await _keep(v, f"{top.code}.{kind}", kind, content)
        about = (LIST, v.member_id)
        v.say("list_exported", about=about, organisation=top, count=len(everybody), media_id=file)


# ── a list that is sent ────────────────────────────────────────────────────────────────────────────


async def _ask_for_file(update: Update, context: Context, organisation_id: int) -> None:
    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.KEEP_MEMBERS, organisation_id, on=v.today)
        await _drop_former(v)
        data = {"step": "file", "organisation": organisation_id}
        await wizards.start(v.session, v.known, LIST, data, now=v.now)
        organisation = await organisations.get(v.session, organisation_id)
        templates = [v.button("lists.template", LIST, "template", kind, kind=kind) for kind in FileKind]
        v.say("list_file_asked", [templates, [_cancel(v)]], organisation=organisation)


async def on_file(update: Update, context: Context) -> bool:
    """A document sent while a list is awaited or has been checked; False when it is not for a list."""
    sent = files.sent_file(update)
    if not isinstance(sent, Document) or not await files.is_awaited(
        update, context, LIST, ("file", "confirm")
    ):
        return False
    if (sent.file_size or 0) > files.LARGEST_FILE:
        raise BadInput("list_too_big")
    name = (sent.file_name or "danh-sach")[-200:]
    content = await files.fetch(sent)
    async with visit(update, context) as v:
        wizard = await wizards.get(v.session, v.known, LIST)
        await _drop_former(v)
        done, report = await _run(v, name, content, wizard["organisation"], dry=True)
        file = await media.keep(
            v.session, media.document(name, content, mime="application/octet-stream", now=v.now)
        )
        data = wizard | {"step": "confirm", "media": file}
        await wizards.start(v.session, v.known, LIST, data, now=v.now)
        await _say_report(v, report)
        v.say("list_checked", _choices(v, done, file), done=done, dry=True, rows=_rows(done, v.language))
    return True


async def _take_over(v: Visit, media_id: int, *, add_alike: bool) -> None:
    wizard = await wizards.get(v.session, v.known, LIST)
    if wizard.get("media") != media_id:
        raise TooLate("wizard_gone")
    file = await media.get(v.session, media_id)
    done, report = await _run(
        v, file.name, file.content, wizard["organisation"], dry=False, add_alike=add_alike
    )
    await _forget_file(v)
    await _say_report(v, report)
    v.edit("list_taken", done=done, dry=False, rows=_rows(done, v.language))


async def _run(
    v: Visit, name: str, content: bytes, organisation_id: int, *, dry: bool, add_alike: bool = False
) -> tuple[Imported, bytes]:
    """Check a list, or take it over, as far as whoever speaks may; what it says, and the report on its rows."""
    await authority.authorise(v.session, v.member, Right.KEEP_MEMBERS, organisation_id, on=v.today)
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder, f"list{Path(name).suffix[:8]}"), Path(folder, "report.xlsx")
        await asyncio.to_thread(path.write_bytes, content)
        listing = await _open(v, path)
        scope = await import_scope.own(
            v.session, listing, by=v.member, organisation_id=organisation_id, on=v.today
        )
        with report_file(report, listing.columns, v.language) as rows:
            done = await importing.import_list(
                *(v.session, listing, scope),
                now=v.now,
                today=v.today,
                add_alike=add_alike,
                dry=dry,
                each=rows,
            )
        return done, await asyncio.to_thread(report.read_bytes)


async def _open(v: Visit, path: Path) -> Listing:
    try:
        return await asyncio.to_thread(open_list, path, most=MOST_ROWS, unpacked=MOST_UNPACKED)
    except RosterUnreadable as error:
        why = label(f"roster.{error.key}", v.language, **error.values)
        raise BadInput("list_unreadable", why=why) from None


def _rows(done: Imported, language: str) -> list[tuple[int, str, list[str]]]:
    """The first rows with something to look at: number, name, reasons; those that were refused first."""
    asked = sorted(done.rows_shown(plain=False), key=lambda one: one.line.person is not None)[:SHOWN]
    return [(one.line.row, one.line.texts.get("name", ""), reasons(one, language)) for one in asked]


def _choices(v: Visit, done: Imported, media_id: int) -> Rows:
    rows = [[_cancel(v)]]
    if done.alike:
        words = v.texts.label("lists.confirm_alike", v.language, count=done.alike)
        rows.insert(0, [tap(words, LIST, "alike", media_id)])
    if done.good:
        words = v.texts.label("lists.confirm", v.language, count=done.good)
        rows.insert(0, [tap(words, LIST, "good", media_id)])
    return rows


def _cancel(v: Visit) -> Button:
    return v.button("lists.cancel", LIST, "cancel")


async def _say_report(v: Visit, report: bytes) -> None:
    name = v.texts.label("lists.report_file", v.language)
    about = (LIST, v.member_id)
    v.say("list_report", about=about, media_id=await _keep(v, name, FileKind.XLSX, report))


async def _forget(v: Visit) -> None:
    await _forget_file(v)
    v.edit("list_forgotten")


async def _forget_file(v: Visit) -> None:
    """End the wizard, and with it what was sent."""
    await _drop_former(v)
    await wizards.stop(v.session, v.known)


async def _drop_former(v: Visit) -> None:
    """Delete the list that was sent before, if there is one."""
    wizard = await wizards.find(v.session, v.known, now=v.now)
    if wizard is not None and wizard.name == LIST and (former := wizard.data.get("media")) is not None:
        await media.delete(v.session, former)


# ── files ──────────────────────────────────────────────────────────────────────────────────────────


async def _keep(v: Visit, name: str, kind: FileKind, content: bytes) -> int:
    return await media.keep(v.session, media.document(name, content, mime=MIME[kind], now=v.now))


def _written(write: Callable[[Path], None]) -> bytes:
    """What is written to a file, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        write(path)
        return path.read_bytes()


TAPS = {LIST: on_tap}
WIZARDS = {LIST: on_answer}
