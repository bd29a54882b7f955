"""Releasing a study notice: whom it is for, a preview with the exact numbers, and the word to go."""

from telegram import Update

from bot.actions import notices
from bot.buttons import Button, Rows, tap
from bot.errors import NotAllowed, TooLate
from bot.rules.notices import count_messages
from bot.rules.reminders import is_quiet
from bot.rules.words import OrganisationKind
from db import media, organisations, wizards
from db import notices as reads
from db.models import Notice, Organisation
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turns

NOTICE = "notice"
"""The wizard of a notice being written: it knows which draft and which step, the draft holds the rest."""


async def on_titled(update: Update, context: Context) -> None:
    """The title stays; on to whom it is for."""
    async with visit(update, context) as v:
        notice = await current(v)
        await ask_audience(v, notice, notice.issuer_id)


async def on_place(update: Update, context: Context) -> None:
    """Look into an organisation, to choose it or something below it; or at the next page of what is below."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        await ask_audience(v, await current(v), pressed.number(0), page=pressed.number(1))


async def on_audience(update: Update, context: Context) -> None:
    """Whom the notice is for."""
    organisation_id = tapped(update).number(0)

    async with visit(update, context) as v:
        draft = await current(v)
        assert draft.id is not None
        notice = await notices.set_audience(
            v.session, notice_id=draft.id, by=v.member, organisation_id=organisation_id
        )
        await _preview(v, notice)


async def on_preview(update: Update, context: Context) -> None:
    """Another page of the preview's cells."""
    page = tapped(update).number(0)

    async with visit(update, context) as v:
        await _preview(v, await current(v), page)


async def on_send(update: Update, context: Context) -> None:
    """Release what the preview showed, and nothing else."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        draft = await notices.get_draft(v.session, notice_id=pressed.number(0), by=v.member)
        if notices.fingerprint(draft) != pressed.word(1):
            raise TooLate("notice_changed")
        await send(v, pressed.number(0))


async def on_stop(update: Update, context: Context) -> None:
    """Throw the draft away."""
    async with visit(update, context) as v:
        await stop(v)


async def go(v: Visit, notice: Notice, step: str, *, after: int = 0) -> None:
    """On to a step; `after` is the length of the piece of text that came last."""
    data = {"notice": notice.id, "step": step, "after": after}
    await wizards.start(v.session, v.known, NOTICE, data, now=v.now)


async def current(v: Visit) -> Notice:
    """The draft this chat is writing; TooLate when it writes none."""
    wizard = await wizards.get(v.session, v.known, NOTICE)
    return await notices.get_draft(v.session, notice_id=wizard["notice"], by=v.member)


async def ask_audience(v: Visit, notice: Notice, at: int, *, page: int = 0) -> None:
    """Offer an organisation and what is directly below it; a cell that issues has nobody else to choose."""
    if notice.issuer_id not in await organisations.list_lineage(v.session, at):
        raise NotAllowed
    below = await organisations.list_children(v.session, at)
    if not below and at == notice.issuer_id:
        await _preview(v, notice)
        return
    place = await organisations.get(v.session, at)
    await go(v, notice, "audience")
    v.edit("notice_audience_asked", _places(v, notice, place, below, page), notice=notice, place=place)


async def send(v: Visit, notice_id: int) -> None:
    """Release the draft and say to how many it goes."""
    notice = await notices.send(v.session, notice_id=notice_id, by=v.member, now=v.now, today=v.today)
    await wizards.stop(v.session, v.known)
    cells = await reads.count_audience(v.session, notice, on=v.today)
    v.edit("notice_sent", notice=notice, total=reads.total(cells), quiet=is_quiet(v.now, v.texts.zone))


async def stop(v: Visit) -> None:
    """Throw the draft away and say so."""
    await notices.discard(v.session, by=v.member)
    await wizards.stop(v.session, v.known)
    v.edit("notice_discarded")


async def _preview(v: Visit, notice: Notice, page: int = 0) -> None:
    await go(v, notice, "preview")
    cells = await reads.count_audience(v.session, notice, on=v.today)
    parts = count_messages(notice.text, notice.media_id is not None, as_parts=notice.as_parts)
    sending = v.button("notices.send", "notice_send", notice.id, notices.fingerprint(notice))
    buttons = [
        *turns(v, "notice_preview", page=page, total=len(cells)),
        [sending, v.button("notices.cancel", "notice_stop")],
        [v.button("notices.retitle", "notice_retitle"), v.button("notices.readdress", "notice_titled")],
    ]
    v.edit(
        "notice_preview",
        buttons,
        notice=notice,
        issuer=await organisations.get(v.session, notice.issuer_id),
        audience=await organisations.get(v.session, notice.audience_id),
        file=await _file_name(v, notice),
        parts=parts,
        total=reads.total(cells),
        cells=page_of(cells, page),
        count=len(cells),
    )


async def _file_name(v: Visit, notice: Notice) -> str | None:
    if notice.media_id is None:
        return None
    return (await media.get(v.session, notice.media_id, content=False)).name


def _places(v: Visit, notice: Notice, place: Organisation, below: list[Organisation], page: int) -> Rows:
    up = [] if place.id == notice.issuer_id else [v.button("notices.up", "notice_at", place.parent_id, 0)]
    return [
        [v.button("notices.whole", "notice_to", place.id, name=place.name)],
        *([_place(each)] for each in page_of(below, page)),
        *turns(v, "notice_at", place.id, page=page, total=len(below)),
        [*up, v.button("notices.cancel", "notice_stop")],
    ]


def _place(organisation: Organisation) -> Button:
    if organisation.kind is OrganisationKind.CELL:
        return tap(organisation.name, "notice_to", organisation.id)
    return tap(f"{organisation.name} ›", "notice_at", organisation.id, 0)


TAPS = {
    "notice_titled": on_titled,
    "notice_at": on_place,
    "notice_to": on_audience,
    "notice_preview": on_preview,
    "notice_send": on_send,
    "notice_stop": on_stop,
}
