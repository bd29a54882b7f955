"""The tasks of a cell one by one: each with its screen, what can be changed of it, and what was."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from telegram import Update

from bot.actions import authority
from bot.actions.task_changing import Changing, day_words
from bot.buttons import Button, Rows, tap
from bot.errors import BadInput
from bot.rules.permissions import Right
from bot.rules.task_plan import Unclear, find_people
from bot.rules.task_words import list_names, read_day, read_kind, read_measure, read_rhythm
from bot.rules.words import Rhythm, TaskVerb
from db import chats, organisations, task_plans, tasks
from db.models import Member, Task, TaskChange
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import NOTHING, Answers, Field, Form, Offer, optional_words, words
from handlers.paging import last_page, page_of, turned_to, turns

MOST_OFFERED = 90
"""Names offered as buttons; Telegram takes a hundred of them. Everybody can be typed."""


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
        task = await _led(v, task_id)
        listed = await task_plans.list_changes(v.session, task_id)
        page = min(page, last_page(len(listed)))
        shown = page_of(listed, page)
        more = turns(v, "taskpast", task_id, page=page, total=len(listed))
        names = await task_plans.name_members(v.session, _people_in([change for change, _ in shown]))
        lines = [_line_of(change, by, names) for change, by in shown]
        v.edit("task_past", [*more, _to_task(v, task_id)], task=task, lines=lines)


async def show(v: Visit, task_id: int) -> None:
    """The screen of a task, for who leads its cell."""
    task = await _led(v, task_id)
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


async def _led(v: Visit, task_id: int) -> Task:
    """The task, for who leads its cell."""
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


# ── the questions ───────────────────────────────────────────────────────────────────────────────────


def _kind() -> Field:
    """One of the kinds, kept by its place in their list; or none."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        none = (v.texts.label("tasks.no_kind", v.language), NOTHING)
        return [*((kind, str(number)) for number, kind in enumerate(v.texts.kinds)), none]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        kind = read_kind(text, v.texts.kinds)
        if kind is None:
            raise BadInput("task_kind_unknown", kinds="; ".join(v.texts.kinds))
        return str(v.texts.kinds.index(kind))

    return Field("kind", read, offers)


def _deadline() -> Field:
    """A day that is to come, or none."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(v.texts.label("form.never", v.language), NOTHING)]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        try:
            found = read_day(text, today=v.today)
        except ValueError:
            found = None
        if found is None:
            raise BadInput("task_no_such_day")
        return found.isoformat()

    return Field("deadline", read, offers)


def _rhythm() -> Field:
    """How often it is asked for."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        task = await task_plans.get_task(v.session, await _about(v))
        can = [each for each in Rhythm if task.deadline or each is not Rhythm.AT_DEADLINE]
        return [(v.texts.label(f"rhythms.{each}", v.language), str(each)) for each in can]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        rhythm = read_rhythm(text)
        if rhythm is None:
            raise BadInput("form_press_button")
        return str(rhythm)

    return Field("rhythm", read, offers)


Listing = Callable[[Visit], Any]


def _people(key: str, among: Listing, *, several: bool = False) -> Field:
    """One of some members by a tap or typed; with `several` typed names are taken together: `Hoa, Minh`."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        people: list[Member] = await among(v)
        return [(member.name, str(member.id)) for member in people[:MOST_OFFERED]]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        names = [(member.id or 0, member.name) for member in await among(v)]
        found, problems = find_people(list_names(text), names)
        if problems:
            name = problems[0].values["name"]
            several_bear_it = problems[0].key is Unclear.WHICH_NAME
            raise BadInput("task_name_twice") if several_bear_it else BadInput("task_unknown_name", name=name)
        if not found or (len(found) > 1 and not several):
            raise BadInput("form_press_button")
        return ",".join(map(str, found))

    return Field(key, read, offers)


async def _holders(v: Visit) -> list[Member]:
    """Who has the task the form is about."""
    return [who for _, who in await task_plans.list_held(v.session, await _about(v), on=v.today)]


async def _others(v: Visit) -> list[Member]:
    """Who does not have it and can be given it."""
    task = await task_plans.get_task(v.session, await _about(v))
    held = {member.id for member in await _holders(v)}
    workers = await tasks.list_workers(v.session, task.cell_id, on=v.today)
    if others := [member for member in workers if member.id not in held]:
        return others
    raise BadInput("task_nobody_else")


async def _about(v: Visit) -> int:
    return int((await forms.current(v))["about"])


# ── what is done at the end ─────────────────────────────────────────────────────────────────────────


async def _begin(v: Visit, task_id: int, *, closed: bool = False) -> Changing:
    return await Changing.begin(
        v.session, task_id=task_id, by=v.member, texts=v.texts, now=v.now, closed=closed
    )


async def _retitle(v: Visit, task_id: int, answers: Answers) -> None:
    await (await _begin(v, task_id)).rename(answers["title"])
    await show(v, task_id)


async def _set_kind(v: Visit, task_id: int, answers: Answers) -> None:
    place = answers["kind"]
    await (await _begin(v, task_id)).set_kind("" if place == NOTHING else v.texts.kinds[int(place)])
    await show(v, task_id)


async def _set_measure(v: Visit, task_id: int, answers: Answers) -> None:
    said = answers["measure"]
    await (await _begin(v, task_id)).set_measure(*read_measure("" if said == NOTHING else said))
    await show(v, task_id)


async def _set_deadline(v: Visit, task_id: int, answers: Answers) -> None:
    said = answers["deadline"]
    await (await _begin(v, task_id)).set_deadline(None if said == NOTHING else date.fromisoformat(said))
    await show(v, task_id)


async def _set_rhythm(v: Visit, task_id: int, answers: Answers) -> None:
    await (await _begin(v, task_id)).set_rhythm(Rhythm(answers["rhythm"]))
    await show(v, task_id)


async def _give_more(v: Visit, task_id: int, answers: Answers) -> None:
    chosen = {int(number) for number in answers["who"].split(",")}
    await (await _begin(v, task_id)).give_more(chosen)
    await show(v, task_id)


async def _take_back(v: Visit, task_id: int, answers: Answers) -> None:
    await (await _begin(v, task_id)).take_back(int(answers["who"]))
    await show(v, task_id)


async def _hand_over(v: Visit, task_id: int, answers: Answers) -> None:
    await (await _begin(v, task_id)).hand_over(int(answers["who"]), int(answers["to"]))
    await show(v, task_id)


async def _close(v: Visit, task_id: int, answers: Answers) -> None:
    await (await _begin(v, task_id)).close()
    await show(v, task_id)


async def _reopen(v: Visit, task_id: int, answers: Answers) -> None:
    await (await _begin(v, task_id, closed=True)).reopen()
    await show(v, task_id)


async def _may(v: Visit, task_id: int) -> None:
    await _led(v, task_id)


async def _subject(v: Visit, task_id: int) -> Mapping[str, Any]:
    """The words of the task, and of everybody a question may name, by their number."""
    task = await task_plans.get_task(v.session, task_id)
    people = [who for _, who in await task_plans.list_held(v.session, task_id, on=v.today)]
    people += await tasks.list_workers(v.session, task.cell_id, on=v.today)
    return {"task_title": task.title, "names": {str(member.id): member.name for member in people}}


def _form(name: str, fields: Sequence[Field], do: Any, *, confirms: bool = False) -> Form:
    return Form(name, fields, do, _may, _subject, confirms=confirms)


forms.add(
    _form("task_title", [words("title")], _retitle),
    _form("task_kind", [_kind()], _set_kind),
    _form("task_measure", [optional_words("measure")], _set_measure),
    _form("task_deadline", [_deadline()], _set_deadline),
    _form("task_rhythm", [_rhythm()], _set_rhythm),
    _form("task_more", [_people("who", _others, several=True)], _give_more),
    _form("task_drop", [_people("who", _holders)], _take_back, confirms=True),
    _form("task_pass", [_people("who", _holders), _people("to", _others)], _hand_over, confirms=True),
    _form("task_close", [], _close, confirms=True),
    _form("task_reopen", [], _reopen, confirms=True),
)

TAPS = {"tasklist": on_list, "tasksee": on_see, "taskpast": on_past, "taskdo": forms.on_begin}
