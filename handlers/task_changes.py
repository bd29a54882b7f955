"""The tasks of a cell one by one: each with its screen, and what was done with it. Changing: `task_forms`."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import Update

from bot.actions import authority
from bot.actions.task_changing import day_words
from bot.buttons import Button, Rows, tap
from bot.rules.permissions import Right
from bot.rules.words import TaskVerb
from db import chats, organisations, task_plans, tasks
from db.models import Member, Task, TaskChange
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import last_page, page_of, turned_to, turns


async def on_list(update: Update, context: Context) -> None:
    """The cell's tasks, a button for each."""
    pressed = tapped(update)
    cell_id, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
        listed = await task_plans.list_tasks(v.session, cell_id, on=v.today)
        page = min(page, last_page(len(listed)))
        rows = [[_task_button(task, held)] for task, held in page_of(listed, page)]
        more = turns(v, "tasklist", cell_id, page=page, total=len(listed))
        cell = await organisations.get(v.session, cell_id)
        closed = sum(task.closed_at is not None for task, _ in listed)
        values: dict[str, Any] = {"cell": cell, "open": len(listed) - closed, "closed": closed}
        v.edit("task_all", [*rows, *more, [v.button("tasks.back", "taskboard", cell_id)]], **values)


async def on_see(update: Update, context: Context) -> None:
    """One task: what it is, who has it, and what can be done with it."""
    task_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await show(v, task_id)


async def on_past(update: Update, context: Context) -> None:
    """What was done with a task, newest first."""
    pressed = tapped(update)
    task_id, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        task = await get_led(v, task_id)
        listed = await task_plans.list_changes(v.session, task_id)
        page = min(page, last_page(len(listed)))
        shown = page_of(listed, page)
        more = turns(v, "taskpast", task_id, page=page, total=len(listed))
        names = await task_plans.name_members(v.session, _people_in([change for change, _ in shown]))
        lines = [_line_of(change, by, names) for change, by in shown]
        v.edit("task_past", [*more, _to_task(v, task_id)], task=task, lines=lines)


async def show(v: Visit, task_id: int) -> None:
    """The screen of a task, for who leads its cell."""
    task = await get_led(v, task_id)
    held = await task_plans.list_held(v.session, task_id, on=v.today)
    given = [await tasks.get_given(v.session, assignment.id or 0) for assignment, _ in held]
    cell = await organisations.get(v.session, task.cell_id)
    ids = [who.id or 0 for _, who in held]
    reached = {address.member_id for address in await chats.list_addresses(v.session, ids)}
    unreached = [who for _, who in held if who.id not in reached]
    values: dict[str, Any] = {"task": task, "given": given, "cell": cell, "unreached": unreached}
    v.edit("task_screen", _buttons(v, task, bool(held)), protect=True, **values)


def _buttons(v: Visit, task: Task, is_held: bool) -> Rows:
    past = [v.button("tasks.past", "taskpast", task.id, 0)]
    back = [v.button("tasks.list", "tasklist", task.cell_id, 0)]
    if task.closed_at is not None:
        return [[_begins(v, "tasks.reopen", "task_reopen", task)], past, back]
    people = [
        [_begins(v, "tasks.drop", "task_drop", task)],
        [_begins(v, "tasks.pass", "task_pass", task)],
    ]
    return [
        [_begins(v, "tasks.title", "task_title", task), _begins(v, "tasks.kind", "task_kind", task)],
        [
            _begins(v, "tasks.measure", "task_measure", task),
            _begins(v, "tasks.deadline", "task_deadline", task),
        ],
        [_begins(v, "tasks.rhythm", "task_rhythm", task)],
        [_begins(v, "tasks.more", "task_more", task)],
        *(people if is_held else []),
        [_begins(v, "tasks.close", "task_close", task)],
        past,
        back,
    ]


def _begins(v: Visit, key: str, form: str, task: Task) -> Button:
    return v.button(key, "taskdo", form, task.id)


def _task_button(task: Task, held: int) -> Button:
    mark = "🏁 " if task.closed_at else "" if held else "▫️ "
    return tap(f"{mark}{task.title[:60]}", "tasksee", task.id)


def _to_task(v: Visit, task_id: int) -> list[Button]:
    return [v.button("tasks.to_task", "tasksee", task_id)]


async def get_led(v: Visit, task_id: int) -> Task:
    """The task, for who leads its cell; NotFound, NotAllowed."""
    task = await task_plans.get_task(v.session, task_id)
    await authority.authorise(v.session, v.member, Right.LEAD, task.cell_id, on=v.today)
    return task


# ── what was done ───────────────────────────────────────────────────────────────────────────────────


def _people_in(changes: Sequence[TaskChange]) -> set[int]:
    """The numbers of those whom changes speak of."""
    given_away = {int(change.before) for change in changes if change.verb is TaskVerb.HANDED_OVER}
    return given_away | {change.member_id for change in changes if change.member_id is not None}


def _line_of(change: TaskChange, by: Member, names: Mapping[int, str]) -> dict[str, Any]:
    """A change in words: who did what when, about whom, and from what to what."""
    before, after = change.before, change.after
    if change.verb is TaskVerb.HANDED_OVER:
        before = names.get(int(before), "")
    if change.verb is TaskVerb.DEADLINE:
        before, after = day_words(before), day_words(after)
    return {
        "verb": change.verb,
        "at": change.changed_at,
        "by": by.name,
        "member": names.get(change.member_id or 0, ""),
        "before": before,
        "after": after,
    }


TAPS = {"tasklist": on_list, "tasksee": on_see, "taskpast": on_past}
