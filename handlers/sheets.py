"""Tables as files: the roll of a meeting, a committee's numbers, a year by member of a cell or of all cells below.

A year of many cells is read and written in steps, before anything is locked, and says meanwhile how far it is.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.error import TelegramError

from bot import spoken
from bot.actions import authority
from bot.actions import summaries as acting
from bot.errors import BadInput
from bot.reports import sheets
from bot.roster_written import MIME, FileKind
from bot.rules.permissions import Right
from bot.rules.spans import Span
from bot.workbooks import written
from bot.year_written import write_year
from db import media, organisations
from db.models import Organisation
from handlers import summaries
from handlers.common import Context, Visit, house_of, tapped, visit
from handlers.speaking import get_speaking

LARGEST = 50_000_000
"""Bytes of a document that a bot may send."""


async def on_roll(update: Update, context: Context) -> None:
    """A closed roll."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        roll = await acting.roll_of(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        name = v.texts.label("sheets.roll_name", v.language, code=roll.cell.code, day=roll.day)
        content = written(lambda path: sheets.write_roll(path, roll, v.language))
        await say_file(v, name, content, "roll_file", roll=roll)


async def on_committee(update: Update, context: Context) -> None:
    """The parts of an organisation in numbers."""
    pressed = tapped(update)
    number, span = pressed.number(0), summaries.span_of(pressed, 1)
    async with visit(update, context) as v:
        span = span or Span.of("month", v.today)
        found = await acting.look(v.session, organisation_id=number, span=span, by=v.member, today=v.today)
        since = f"{span.since:%Y-%m}"
        name = v.texts.label("sheets.committee_name", v.language, code=found.organisation.code, since=since)
        content = written(lambda path: sheets.write_committee(path, found, v.language))
        when = spoken.span(span, v.language)
        await say_file(v, name, content, "summary_file", found=found, when=when)


async def on_year(update: Update, context: Context) -> None:
    """A year by member, of a cell or of all cells below."""
    pressed = tapped(update)
    number, year = pressed.number(0), summaries.year_of(pressed, 1)
    top, language = await _begin(update, context, number)
    async with _on_the_way(update, context, language):
        content, members = await _write_year(update, context, top, year, language)
    if len(content) > LARGEST:
        raise BadInput("file_too_large")
    async with visit(update, context) as v:
        await acting.note_names(v.session, number, count=members, by=v.member, now=v.now, today=v.today)
        name = v.texts.label("sheets.year_name", v.language, code=top.code, year=year)
        await summaries.show(v, number, Span.of("year", v.today.replace(year=year, month=1, day=1)))
        await say_file(v, name, content, "year_file", organisation=top, year=year, members=members)


async def say_file(v: Visit, name: str, content: bytes, template: str, **values: Any) -> None:
    """Answer with a table; it is forgotten after a while like every list of people."""
    kept = media.document(name, content, mime=MIME[FileKind.XLSX], now=v.now)
    file = await media.keep(v.session, kept)
    v.say(template, about=(media.LIST, v.member_id), media_id=file, **values)


# ── a year of many cells ───────────────────────────────────────────────────────────────────────────


async def _begin(update: Update, context: Context, number: int) -> tuple[Organisation, str]:
    """The organisation, and the language of who asks; NotAllowed for who may not see its names."""
    house = house_of(context)
    async with house.database.read() as session:
        account, speaker = await get_speaking(session, update, bot=house.bot)
        await authority.authorise(session, speaker, Right.SEE_NAMES, number, on=house.today)
        return await organisations.get(session, number), account.language


async def _write_year(
    update: Update, context: Context, top: Organisation, year: int, language: str
) -> tuple[bytes, int]:
    """The file, and how many rows of members it has."""

    async def say(done: int, of: int) -> None:
        await _say(update, context, language, done=done, of=of)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "year.xlsx")
        members = await write_year(house_of(context).database, path, top, year, language, say)
        return await asyncio.to_thread(path.read_bytes), members


@asynccontextmanager
async def _on_the_way(update: Update, context: Context, language: str) -> AsyncIterator[None]:
    """Say where the button was that the file is being made; and that it was not, should it fail."""
    await _say(update, context, language, done=0, of=0)
    try:
        yield
    except BaseException:
        await _say(update, context, language, done=0, of=0, failed=True)
        raise


async def _say(
    update: Update, context: Context, language: str, *, done: int, of: int, failed: bool = False
) -> None:
    house, query = house_of(context), update.callback_query
    text = house.texts.render("file_on_the_way", language, done=done, of=of, failed=failed)
    try:
        if query is not None:
            await query.edit_message_text(text)
    except TelegramError:  # it is a courtesy: the file comes all the same
        return


TAPS = {"rollfile": on_roll, "sumfile": on_committee, "yearfile": on_year}
