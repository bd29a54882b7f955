"""Releasing a study notice: its title, whom it is for, a look at all of it with the exact numbers, the word to go."""

from datetime import datetime
from math import ceil

from telegram import Update

from bot.actions import notice_drafts, notice_terms
from bot.actions.notice_messages import count_messages
from bot.buttons import Button, Rows, tap
from bot.errors import NotAllowed, TooLate
from bot.rules.reminders import after_quiet, is_quiet
from bot.rules.words import OrganisationKind
from db import drafting, organisations, wizards
from db import notices as reads
from db.models import Notice, Organisation
from db.notices import Counts
from handlers import notice_control
from handlers.common import Context, Visit, tapped, visit
from handlers.notice_wizard import NOTICE, chosen_moment, current, go, mine
from handlers.paging import page_of, turns

__all__ = ["NOTICE", "TAPS", "ask_audience", "ask_title", "preview", "send", "stop"]


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
        notice = await notice_terms.set_audience(
            v.session, notice_id=draft.id or 0, by=v.member, organisation_id=organisation_id
        )
        await preview(v, notice)


async def on_preview(update: Update, context: Context) -> None:
    """Another page of the preview's cells, or the preview again."""
    page = tapped(update).number(0)

    async with visit(update, context) as v:
        await preview(v, await current(v), page)


async def on_send(update: Update, context: Context) -> None:
    """Release what the preview showed, and nothing else."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        draft = await mine(v, pressed.number(0))
        leaves_at = await _moment_of(v, draft)
        if await notice_drafts.fingerprint(v.session, draft, leaves_at) != pressed.word(1):
            raise TooLate("notice_changed")
        await send(v, draft)


async def on_save(update: Update, context: Context) -> None:
    """Leave it for another time: it is found again among the drafts."""
    async with visit(update, context) as v:
        notice = await current(v)
        await wizards.stop(v.session, v.known)
        v.edit("notice_saved", [[v.button("notices.open", "notice_open", notice.id)]], notice=notice)


async def on_stop(update: Update, context: Context) -> None:
    """Throw the draft away."""
    async with visit(update, context) as v:
        await stop(v)


async def ask_title(v: Visit, notice: Notice) -> None:
    """Show what was recognised, and ask for what was not; all of it may be skipped with one tap."""
    wizard = await go(v, notice, "title", home="title")
    on = ("notice_preview", 0) if wizard["seen"] else ("notice_titled",)
    buttons = [
        [v.button("notices.keep_title", *on)],
        [v.button("notices.head", "notice_field", "body"), v.button("notices.cancel", "notice_stop")],
    ]
    v.say("notice_title_asked", buttons, notice=notice)


async def ask_audience(v: Visit, notice: Notice, at: int, *, page: int = 0) -> None:
    """Offer an organisation and what is directly below it; a cell that issues has nobody else to choose.

    Nor has a correction: it goes to those who got what it corrects.
    """
    if notice.issuer_id not in await organisations.list_lineage(v.session, at):
        raise NotAllowed
    below = await organisations.list_children(v.session, at, on=v.today)
    if notice.corrects_id is not None or (not below and at == notice.issuer_id):
        await preview(v, notice)
        return
    place = await organisations.get(v.session, at)
    await go(v, notice, "audience")
    v.edit("notice_audience_asked", _places(v, notice, place, below, page), notice=notice, place=place)


async def send(v: Visit, draft: Notice) -> None:
    """Ask that the draft leaves, now or at its moment, and say how far it is."""
    await notice_control.ask_to_leave(v, draft.id or 0, await _moment_of(v, draft))
    await wizards.stop(v.session, v.known)


async def stop(v: Visit) -> None:
    """Throw the draft away and say so."""
    draft = await current(v)
    await notice_drafts.discard(v.session, notice_id=draft.id or 0, by=v.member)
    await wizards.stop(v.session, v.known)
    v.edit("notice_discarded")


async def preview(v: Visit, notice: Notice, page: int = 0) -> None:
    """All of a draft with the exact numbers, and what can still be changed; its button sends exactly this."""
    await go(v, notice, "preview", home="preview", seen=True)
    leaves_at = await chosen_moment(v)
    cells = await reads.count_audience(v.session, notice, on=v.today)
    issuer = await organisations.get(v.session, notice.issuer_id)
    messages, total = await count_messages(v.session, notice), reads.total(cells)
    starts_at = max(leaves_at or v.now, v.now)
    v.edit(
        "notice_preview",
        [*turns(v, "notice_preview", page=page, total=len(cells)), *await _ways_on(v, notice, leaves_at)],
        notice=notice,
        issuer=issuer,
        audience=await organisations.get(v.session, notice.audience_id),
        files=await drafting.list_names(v.session, notice),
        questions=len(await drafting.list_questions(v.session, notice.id or 0)),
        parts=messages,
        minutes=_minutes(v, total, messages),
        leaves_at=leaves_at,
        approved=total.recipients > v.texts.approve_above,
        morning=after_quiet(starts_at, v.texts.zone) if is_quiet(starts_at, v.texts.zone) else None,
        total=total,
        cells=page_of(cells, page),
        count=len(cells),
    )


def _minutes(v: Visit, total: Counts, messages: int) -> int:
    """How long it takes at the configured rate, in whole minutes; 0 for less than one."""
    seconds = (total.recipients - total.without_channel) * messages / v.house.rate
    return ceil(seconds / 60) if seconds >= 60 else 0


async def _ways_on(v: Visit, notice: Notice, leaves_at: datetime | None) -> Rows:
    print_ = await notice_drafts.fingerprint(v.session, notice, leaves_at)
    return [
        [v.button("notices.send", "notice_send", notice.id, print_), v.button("notices.trial", "notice_try")],
        [v.button("notices.when", "notice_field", "leaves"), v.button("notices.options", "notice_options")],
        [v.button("notices.retitle", "notice_retitle"), v.button("notices.more", "notice_more")],
        [v.button("notices.readdress", "notice_titled"), v.button("notices.narrow", "notice_filters")],
        [v.button("notices.save", "notice_save"), v.button("notices.cancel", "notice_stop")],
    ]


async def _moment_of(v: Visit, draft: Notice) -> datetime | None:
    """The moment chosen for this draft, where it is the one this chat is writing."""
    found = await wizards.find(v.session, v.known, now=v.now)
    return (
        await chosen_moment(v)
        if found and found.name == NOTICE and found.data["notice"] == draft.id
        else None
    )


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
    "notice_save": on_save,
    "notice_stop": on_stop,
}
