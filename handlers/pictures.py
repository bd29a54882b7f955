"""Pictures in chat: the scorecard, attendance and tasks month by month, and the year of a cell by name.

What there is to draw is read first, and drawn in a thread: nobody's writing waits for a picture. The visit that sends
it asks again whether the person may see it.

The first three are photos, which are seen at once: few large words and numbers, which outlive that Telegram makes
them smaller. The year of a cell is a document: it would be scaled down to 1280 pixels of height, and its names with
it; a document stays as it is, and can be opened, moved about and printed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from telegram import Update

from bot.actions import authority, picturing
from bot.errors import NotAllowed
from bot.reports.pictures import Grid, Picture, png, split
from bot.rules.permissions import Right
from db import media, organisations
from db.models import Media, Member
from db.session import Session
from handlers.common import Context, House, Visit, house_of, tapped, visit
from handlers.speaking import get_speaking
from handlers.summaries import year_of

MIME = "image/png"
Found = TypeVar("Found")
LOOKS: Mapping[str, Callable[..., Awaitable[Picture]]] = {
    "score": picturing.scorecard,
    "attendance": picturing.attendance,
    "progress": picturing.progress,
}
"""What can be seen of an organisation in numbers."""


async def on_picture(update: Update, context: Context) -> None:
    """A picture of numbers."""
    pressed, house = tapped(update), house_of(context)
    what, number = pressed.word(0), pressed.number(1)
    if what not in LOOKS:
        raise NotAllowed("button_unknown")

    async def look(session: Session, by: Member) -> Picture:
        asked = {"organisation_id": number, "by": by, "now": house.clock.now(), "texts": house.texts}
        return await LOOKS[what](session, **asked)

    found, language = await _read(update, house, look)
    content = await asyncio.to_thread(png, found, house.texts, language)

    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.SEE_TOTALS, number, on=v.today)
        photo = Media(kind="photo", name=f"{what}.png", mime=MIME, content=content, created_at=v.now)
        await _send(v, photo, number, what)


async def on_grid(update: Update, context: Context) -> None:
    """The year of a cell, by name; several pictures where it has many members."""
    pressed, house = tapped(update), house_of(context)
    number = pressed.number(0)
    year = year_of(pressed, 1) if len(pressed.args) > 1 else house.today.year

    async def look(session: Session, by: Member) -> Grid:
        return await picturing.grid(session, cell_id=number, year=year, by=by, today=house.today)

    found, language = await _read(update, house, look)
    drawn = [await asyncio.to_thread(png, each, house.texts, language) for each in split(found)]

    async with visit(update, context) as v:
        asked: dict[str, Any] = {"by": v.member, "now": v.now, "today": v.today}
        await picturing.note_grid(v.session, cell_id=number, count=len(found.rows), **asked)
        for part, content in enumerate(drawn, start=1):
            name = v.texts.label("pictures.file", v.language, year=year, part=part if len(drawn) > 1 else "")
            document = media.document(name, content, mime=MIME, now=v.now)
            await _send(v, document, number, "grid", protect=True)


async def _read(
    update: Update, house: House, look: Callable[[Session, Member], Awaitable[Found]]
) -> tuple[Found, str]:
    """What there is to draw, for who speaks, and the language they read. NotAllowed for strangers."""
    async with house.database.read() as session:
        account, speaker = await get_speaking(session, update, bot=house.bot)
        return await look(session, speaker), account.language


async def _send(v: Visit, file: Media, number: int, what: str, *, protect: bool = False) -> None:
    shown = await organisations.get(v.session, number)
    said: dict[str, Any] = {"about": (media.LIST, v.member_id), "media_id": await media.keep(v.session, file)}
    v.say("picture", protect=protect, **said, organisation=shown, what=what)


TAPS = {"pic": on_picture, "picgrid": on_grid}
