"""Tasks in numbers, for officers and followers: a part of the tree, its parts from the worst, and the last months."""

from telegram import Update

from bot.actions import task_committee as acting
from bot.actions.pushing import PUSHES
from bot.actions.task_committee import Overview, Part
from bot.buttons import Button, Rows, tap
from bot.errors import NotFound
from bot.rules.permissions import Right
from db import tasks
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns
from handlers.places import may, open_place


async def on_overview(update: Update, context: Context) -> None:
    """A part of the tree, or another page of its parts."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        await show(v, pressed.number(0), turned_to(pressed, 1))


async def on_trend(update: Update, context: Context) -> None:
    """The last months of a part of the tree."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        organisation, months = await acting.trend(
            v.session, organisation_id=number, by=v.member, today=v.today
        )
        back = [v.button("task_cells.back", "taskcells", number)]
        v.edit("task_trend", [back], organisation=organisation, months=months)


async def on_push(update: Update, context: Context) -> None:
    """Ask those who lead the cells that have not evaluated."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        cells, reached = await acting.push(
            v.session, organisation_id=number, by=v.member, now=v.now, texts=v.texts
        )
        v.say("task_pushed", cells=cells, reached=reached)


async def open_overview(v: Visit) -> None:
    """The numbers of what one is an officer of or follows; of several, which is asked first."""
    await open_place(v, Right.SEE_TOTALS, "taskcells", show, otherwise=NotFound())


async def show(v: Visit, number: int, page: int = 0) -> None:
    """The numbers of a part of the tree, then those of its parts, the worst first."""
    found = await acting.overview(v.session, organisation_id=number, by=v.member, now=v.now, texts=v.texts)
    v.edit("task_cells", await _buttons(v, found, page), overview=found, month=v.today)


async def _buttons(v: Visit, found: Overview, page: int) -> Rows:
    number = found.organisation.id or 0
    rows = [[_part_button(part)] for part in page_of(found.parts, page)]
    rows += turns(v, "taskcells", number, page=page, total=len(found.parts))
    rows.append([v.button("task_cells.trend", "tasktrend", number)])
    if found.counts.unevaluated and await may(v, PUSHES, number):
        rows.append([v.button("task_cells.push", "taskpush", number)])
    if await tasks.list_of_member(v.session, v.member_id, on=v.today):
        rows.append([v.button("tasks.mine", "mytasks")])
    return rows


def _part_button(part: Part) -> Button:
    """A part with what there is to look at: how much of the month is evaluated, or else of whom there are reports."""
    counts = part.counts
    done, of, sign = (
        (counts.evaluated, counts.due, "⭐") if counts.due else (counts.reported, counts.with_task, "📨")
    )
    late = f" ⏰ {counts.overdue}" if counts.overdue else ""
    return tap(f"{part.organisation.name}: {sign} {done}/{of}{late}", "taskcells", part.organisation.id)


TAPS = {"taskcells": on_overview, "tasktrend": on_trend, "taskpush": on_push}
