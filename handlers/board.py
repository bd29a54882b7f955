"""Tasks from the side of who leads the cell: where they stand, who is silent, reporting for somebody."""

from telegram import Update

from bot.actions import authority, evaluating, task_board
from bot.actions import tasks as acting
from bot.actions.evaluating import Sheet
from bot.actions.task_board import Board
from bot.actions.task_buttons import BESIDE, progress_buttons
from bot.buttons import Button, Rows, tap
from bot.errors import NotFound
from bot.rules.permissions import Right
from db import organisations, tasks
from db.tasks import Given
from handlers import evidence
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turns


async def on_board(update: Update, context: Context) -> None:
    """The numbers of a cell."""
    cell_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await show(v, cell_id)


async def on_names(update: Update, context: Context) -> None:
    """The names behind the numbers: silent, stuck, overdue, without a task."""
    cell_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
        board = await task_board.board(v.session, cell_id=cell_id, today=v.today)
        given = await tasks.list_of_cell(v.session, cell_id, on=v.today)
        rows = [[v.button("tasks.chase", "taskchase", cell_id)]] if board.silent else []
        v.edit(
            "task_names",
            [*rows, _back(v, cell_id)],
            protect=True,
            cell=await organisations.get(v.session, cell_id),
            board=board,
            stuck=[
                (m, [g for g in given if g.member.id == m.id and g.assignment.stuck]) for m in board.stuck
            ],
        )


async def on_chase(update: Update, context: Context) -> None:
    """Ask the silent ones now."""
    cell_id = tapped(update).number(0)

    async with visit(update, context) as v:
        told, unreached = await acting.ask_silent(
            v.session, cell_id=cell_id, by=v.member, texts=v.texts, now=v.now, today=v.today
        )
        v.say("task_reminded", protect=True, told=len(told), unreached=unreached)


async def on_who(update: Update, context: Context) -> None:
    """Whom to report for: everybody with a task, and how far they are."""
    pressed = tapped(update)
    cell_id, page = pressed.number(0), pressed.number(1)

    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
        listed = (await task_board.board(v.session, cell_id=cell_id, today=v.today)).with_task
        rows = [[tap(m.name, "taskof", cell_id, m.id)] for m in page_of(listed, page)]
        more = turns(v, "taskwho", cell_id, page=page, total=len(listed))
        v.edit("task_for_whom", [*rows, *more, _back(v, cell_id)])


async def on_member(update: Update, context: Context) -> None:
    """One member's tasks, with the buttons to report for them; beside a digest, which stays as it is."""
    pressed = tapped(update)
    cell_id, member_id = pressed.number(0), pressed.number(1)

    async with visit(update, context) as v:
        await show_member(v, cell_id, member_id, beside=pressed.args[2:] == (BESIDE,))


async def show(v: Visit, cell_id: int) -> None:
    """The board of a cell: numbers first, and buttons to what is behind them."""
    await authority.authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
    board = await task_board.board(v.session, cell_id=cell_id, today=v.today)
    cell = await organisations.get(v.session, cell_id)
    sheet = await evaluating.find(v.session, cell_id, now=v.now, texts=v.texts)
    rows = await _buttons(v, cell_id, board, sheet)
    v.edit("task_board", rows, protect=True, cell=cell, board=board, sheet=sheet)


async def show_member(
    v: Visit, cell_id: int, member_id: int, just: Given | None = None, *, beside: bool = False
) -> None:
    """What one member has from a cell; `just` is what was reported for them a moment ago.

    `beside` the message that was tapped, not in its place.
    """
    await authority.authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
    given = await tasks.list_of_cell(v.session, cell_id, on=v.today)
    theirs = [g for g in given if g.member.id == member_id]
    if not theirs:
        raise NotFound
    buttons = progress_buttons(theirs)(v.texts, v.language)
    back = [v.button("tasks.others", "taskwho", cell_id, 0)]
    rows = [*buttons, *await evidence.rows(v, theirs), back, _back(v, cell_id)]
    say = v.say if beside else v.edit
    say("task_behalf", rows, member=theirs[0].member, mine=theirs, just=just, today=v.today)


async def _buttons(v: Visit, cell_id: int, board: Board, sheet: Sheet | None) -> Rows:
    rows = [[v.button("tasks.give", "taskgive", cell_id)]]
    rows += [[v.button("tasks.list", "tasklist", cell_id, 0), v.button("tasks.plan", "taskplan", cell_id)]]
    if board.silent or board.stuck or board.overdue or board.without_task:
        rows.append([v.button("tasks.names", "tasknames", cell_id)])
    if board.silent:
        rows.append([v.button("tasks.chase", "taskchase", cell_id)])
    if board.with_task:
        rows.append([v.button("tasks.behalf", "taskwho", cell_id, 0)])
    if sheet is not None and sheet.dues:
        rows.append([v.button("evaluating.open", "evaluate", sheet.meeting.id)])
    rows.append(
        [v.button("tasks.year", "taskyears", cell_id), v.button("tasks.digest", "taskdigest", cell_id)]
    )
    if await tasks.list_of_member(v.session, v.member_id, on=v.today):
        rows.append([v.button("tasks.mine", "mytasks")])
    led = await authority.list_places(v.session, v.member, Right.LEAD, on=v.today)
    return [*rows, *([tap(place.name, "taskboard", place.id)] for place in led if place.id != cell_id)]


def _back(v: Visit, cell_id: int) -> list[Button]:
    return [v.button("tasks.back", "taskboard", cell_id)]


TAPS = {
    "taskboard": on_board,
    "tasknames": on_names,
    "taskchase": on_chase,
    "taskwho": on_who,
    "taskof": on_member,
}
