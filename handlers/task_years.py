"""A year of tasks in chat: one's own, and for who leads a cell by member, with the whole as a table."""

from telegram import Update

from bot.actions import task_years as acting
from bot.actions.task_years import CellYear
from bot.buttons import Rows, tap
from bot.errors import NotFound
from bot.reports import task_year
from bot.workbooks import written
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns
from handlers.sheets import say_file
from handlers.summaries import year_of


async def on_own(update: Update, context: Context) -> None:
    """One's own year, month by month."""
    year = year_of(tapped(update), 0)

    async with visit(update, context) as v:
        mine = await acting.own(v.session, v.member, year=year)
        before = [v.button("task_year.before", "mytaskyear", year - 1, year=year - 1)]
        v.edit("task_year", [before, [v.button("tasks.mine", "mytasks")]], protect=True, mine=mine, year=year)


async def on_cell(update: Update, context: Context) -> None:
    """A cell's year: how often it evaluated how, then a button for each member."""
    pressed = tapped(update)
    cell_id, page = pressed.number(0), turned_to(pressed, 2)

    async with visit(update, context) as v:
        year = year_of(pressed, 1) if len(pressed.args) > 1 else v.today.year
        found = await _look(v, cell_id, year)
        v.edit("task_year_cell", _buttons(v, found, page), protect=True, found=found)


async def on_member(update: Update, context: Context) -> None:
    """One member's year in a cell."""
    pressed = tapped(update)
    cell_id, member_id, year = pressed.number(0), pressed.number(1), year_of(pressed, 2)

    async with visit(update, context) as v:
        found = await _look(v, cell_id, year)
        theirs = next((each for each in found.members if each.member.id == member_id), None)
        if theirs is None:
            raise NotFound
        back = [v.button("task_year.back", "taskyears", cell_id, year)]
        v.edit("task_year", [back], protect=True, mine=theirs, year=year)


async def on_file(update: Update, context: Context) -> None:
    """The year as a table."""
    pressed = tapped(update)
    cell_id, year = pressed.number(0), year_of(pressed, 1)

    async with visit(update, context) as v:
        asked = {"cell_id": cell_id, "year": year, "now": v.now, "today": v.today}
        found = await acting.export(v.session, by=v.member, **asked)  # type: ignore[arg-type]
        name = v.texts.label("task_year.file", v.language, code=found.cell.code, year=year)
        content = written(lambda path: task_year.write(path, found, v.texts, v.language))
        await say_file(v, name, content, "task_year_file", found=found)


async def _look(v: Visit, cell_id: int, year: int) -> CellYear:
    return await acting.of_cell(v.session, cell_id=cell_id, year=year, by=v.member, today=v.today)


def _buttons(v: Visit, found: CellYear, page: int) -> Rows:
    cell_id, year = found.cell.id, found.year
    return [
        *(
            [tap(e.member.name, "taskyearof", cell_id, e.member.id, year)]
            for e in page_of(found.members, page)
        ),
        *turns(v, "taskyears", cell_id, year, page=page, total=len(found.members)),
        *([[v.button("task_year.table", "taskyearfile", cell_id, year)]] if found.members else []),
        [
            v.button("task_year.before", "taskyears", cell_id, year - 1, year=year - 1),
            v.button("tasks.back", "taskboard", cell_id),
        ],
    ]


TAPS = {
    "mytaskyear": on_own,
    "taskyears": on_cell,
    "taskyearof": on_member,
    "taskyearfile": on_file,
}
