"""Study notices as they are read: the list by role, the numbers, who has not confirmed, and the confirmation."""

from telegram import Update

from bot.actions import authority
from bot.actions import notice_reading as reading
from bot.actions.authority import authorise
from bot.buttons import Button
from bot.rules.notices import BUTTON, shorten
from bot.rules.permissions import Right
from db import notices as reads
from db import organisations
from db.models import Notice
from handlers import notice_control, notice_drafts, notice_reading
from handlers.common import Context, Visit, tapped, visit
from handlers.notice_release import NOTICE
from handlers.paging import PAGE, page_of, turned_to, turns

LISTED = 5
"""How many notices the list shows."""


async def on_notices(update: Update, context: Context) -> None:
    """`/thongbao`: what one's organisations sent, what one's cell and oneself received."""
    async with visit(update, context) as v:
        sends = await authority.list_places(v.session, v.member, Right.SEND_NOTICE, on=v.today)
        leads = await authority.list_places(v.session, v.member, Right.LEAD, on=v.today)
        issued = await reads.list_issued(v.session, [place.id or 0 for place in sends], limit=LISTED)
        of_cells = await reads.list_of_cells(v.session, [cell.id or 0 for cell in leads], limit=LISTED)
        received = await reads.list_received(v.session, v.member_id, limit=LISTED)

        buttons = [
            *([_titled(v, "numbers", notice, "notice", notice.id)] for notice in issued),
            *([_titled(v, "silent", n, "notice_who", n.id, cell)] for n, cell in of_cells),
            *([v.button("notices.compose", "notice_new")] for _ in sends[:1]),
            *await notice_drafts.button(v),
        ]
        counts = [
            (notice, reads.total(await reads.count_recipients(v.session, notice.id or 0)))
            for notice in issued
        ]
        v.say("notices", buttons, issued=counts, received=received, sends=bool(sends))


async def on_numbers(update: Update, context: Context) -> None:
    """How far a notice got, in all and by cell: numbers only."""
    pressed = tapped(update)
    page = turned_to(pressed, 1)

    async with visit(update, context) as v:
        notice = await reading.get_issued(v.session, notice_id=pressed.number(0), by=v.member, today=v.today)
        cells = await reads.count_recipients(v.session, pressed.number(0))
        buttons = [
            *turns(v, "notice", notice.id, page=page, total=len(cells)),
            [v.button("notices.refresh", "notice", notice.id, page)],
        ]
        (v.edit if len(pressed.args) > 1 else v.say)(
            "notice_numbers",
            buttons,
            notice=notice,
            audience=await organisations.get(v.session, notice.audience_id),
            total=reads.total(cells),
            cells=page_of(cells, page),
        )


async def on_who(update: Update, context: Context) -> None:
    """Who of a cell has not confirmed, by name, for who leads it."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        page = pressed.number(2) if len(pressed.args) > 2 else None
        await _show_unconfirmed(v, pressed.number(0), pressed.number(1), page)


async def on_told(update: Update, context: Context) -> None:
    """Who leads a cell told a member in person."""
    pressed = tapped(update)
    notice_id, member_id = pressed.number(0), pressed.number(1)

    async with visit(update, context) as v:
        told = await reading.record_told(
            v.session, notice_id=notice_id, member_id=member_id, by=v.member, now=v.now, today=v.today
        )
        v.toast("done")
        await _show_unconfirmed(v, notice_id, told.cell_id, 0)


async def _show_unconfirmed(v: Visit, notice_id: int, cell_id: int, turned_to: int | None) -> None:
    """Who has not confirmed; in place of the tapped message when a page of it was turned."""
    page = turned_to or 0
    await authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
    silent = await reads.list_unconfirmed(v.session, notice_id, cell_id)
    shown = page_of(silent, page)
    buttons = [
        *([_told(v, notice_id, each)] for each in shown if not each.reachable),
        *turns(v, "notice_who", notice_id, cell_id, page=page, total=len(silent)),
    ]
    (v.say if turned_to is None else v.edit)(
        "notice_unconfirmed",
        buttons,
        protect=True,
        notice=await reads.get(v.session, notice_id),
        cell=await organisations.get(v.session, cell_id),
        silent=shown,
        count=len(silent),
        first=page * PAGE,
    )


def _told(v: Visit, notice_id: int, each: reads.Unconfirmed) -> Button:
    return v.button("notices.told", "notice_told", notice_id, each.member.id, name=each.member.name)


def _titled(v: Visit, key: str, notice: Notice, verb: str, *args: object) -> Button:
    return v.button(f"notices.{key}", verb, *args, title=shorten(notice.title, BUTTON))


TAPS = {
    **notice_reading.TAPS,
    "notice": on_numbers,
    "notice_who": on_who,
    "notice_told": on_told,
    **notice_drafts.TAPS,
    **notice_control.TAPS,
}
WIZARDS = {NOTICE: notice_drafts.on_answer}
