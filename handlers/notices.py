"""Study notices as they are read: the list by role, the numbers, who has not confirmed, and the confirmation."""

from collections.abc import Sequence

from telegram import Update

from bot.actions import authority
from bot.actions import notice_reading as reading
from bot.actions.authority import authorise
from bot.buttons import Button, Rows
from bot.rules.notices import BUTTON, shorten
from bot.rules.permissions import Right
from db import notices as reads
from db import organisations
from db.models import Notice, Organisation
from handlers import notice_control, notice_drafts, notice_reading, notice_reports, notice_sessions
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
            *await _from_above(v, leads),
            *([_titled(v, "silent", n, "notice_who", n.id, cell)] for n, cell in of_cells),
            *([v.button("notices.compose", "notice_new")] for _ in sends[:1]),
            *await notice_drafts.button(v),
            *await notice_control.buttons(v, sends),
        ]
        counts = [
            (notice, reads.total(await reads.count_recipients(v.session, notice.id or 0)))
            for notice in issued
        ]
        v.say("notices", buttons, issued=counts, received=received, sends=bool(sends))


async def _from_above(v: Visit, leads: Sequence[Organisation]) -> Rows:
    """What came from above to the organisations one is an officer of or follows, each in numbers."""
    rows = []
    for place in await authority.list_places(v.session, v.member, Right.SEE_TOTALS, on=v.today):
        if place.id not in {cell.id for cell in leads}:
            found = await reads.list_from_above(v.session, place.id or 0, limit=LISTED)
            rows += [[_titled(v, "numbers", each, "notice_part", each.id, place.id)] for each in found]
    return rows


async def on_who(update: Update, context: Context) -> None:
    """Who of a cell has not confirmed, by name, for who leads it."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        page = pressed.number(2) if len(pressed.args) > 2 else None
        await _show_unconfirmed(v, pressed.number(0), pressed.number(1), page)


async def on_all(update: Update, context: Context) -> None:
    """Everybody of a cell with how they studied it, for who leads it."""
    pressed = tapped(update)
    notice_id, cell_id, page = pressed.number(0), pressed.number(1), turned_to(pressed, 2)

    async with visit(update, context) as v:
        await authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
        people = await reads.list_standings(v.session, notice_id, cell_id)
        rows = turns(v, "notice_all", notice_id, cell_id, page=page, total=len(people))
        rows.append([v.button("notices.who", "notice_who", notice_id, cell_id, 0)])
        v.edit(
            "notice_standings",
            rows,
            protect=True,
            notice=await reads.get(v.session, notice_id),
            cell=await organisations.get(v.session, cell_id),
            people=page_of(people, page),
            first=page * PAGE,
        )


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
        [
            v.button("notices.all", "notice_all", notice_id, cell_id),
            v.button("notices.report", "notice_report", notice_id, cell_id),
        ],
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
    **notice_sessions.TAPS,
    "notice_all": on_all,
    **notice_reports.TAPS,
    "notice_who": on_who,
    "notice_told": on_told,
    **notice_drafts.TAPS,
    **notice_control.TAPS,
}
WIZARDS = {NOTICE: notice_drafts.on_answer}
