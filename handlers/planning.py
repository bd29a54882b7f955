"""A year's tasks at once: typed line by line, sent as a sheet, copied from last year; one look, then one "yes".

What was written is kept with the chat until its sender says what to do; what was unclear is asked for again by
typing it better.
"""

import asyncio
from typing import Any

from telegram import Document, Update

from bot.actions import authority
from bot.actions import task_planning as acting
from bot.actions.task_planning import Plan, Written, year_of_plan
from bot.buttons import Rows, Tap, tap
from bot.errors import BadInput, NotAllowed
from bot.plan_file import read_plan, template
from bot.roster import RosterUnreadable
from bot.roster_written import MIME, FileKind
from bot.rules.names import fold
from bot.rules.permissions import Right
from bot.rules.task_plan import MAX_ROWS, split_lines
from bot.texts import label
from db import media, organisations, task_plans, wizards
from handlers import files
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import last_page, page_of, turns

PLAN = "plan"
"""The wizard that waits for a plan, and then for a word about it; and the verb of its buttons."""
YES = {"giao", "giao ke hoach", "dong y", "yes", "give"}
Draft = dict[str, Any]


async def on_plan(update: Update, context: Context) -> None:
    """ "Kế hoạch năm": how to write one."""
    cell_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
        await _begin(v, cell_id)


async def on_tap(update: Update, context: Context) -> None:
    """Whatever is pressed while a plan is being made."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        draft = await wizards.get(v.session, v.known, PLAN)
        match pressed.word(0):
            case "template":
                await _send_template(v)
            case "copy":
                await _offer_last_year(v, draft, pressed.number(1))
            case "pick":
                await _pick(v, draft, pressed)
            case "look":
                await _look(v, draft, pressed.number(1))
            case "again":
                await _begin(v, draft["cell"])
            case "yes":
                await _record(v, draft, pressed.word(1))
            case "stop":
                await _stop(v)
            case _:
                raise NotAllowed("button_unknown")


async def on_typed(v: Visit, text: str) -> None:
    """Lines of a plan, each a task: added to what is there, in place of lines that were unclear; or "giao"."""
    draft = await wizards.get(v.session, v.known, PLAN)
    if fold(text).strip(" .!") in YES and draft.get("mark"):
        await _record(v, draft, draft["mark"])
        return
    if fold(text).strip(" .!") == "huy":
        await _stop(v)
        return
    lines = split_lines(text)
    if not lines:
        raise BadInput("plan_send_lines")
    plan = await _prepare(v, draft)
    clear = [row.text for row in plan.rows[: len(draft["lines"])] if not row.problems]
    await _look(v, {**draft, "lines": [*clear, *lines]}, 0)


async def on_file(update: Update, context: Context) -> bool:
    """A sheet sent while a plan is being made takes the place of one sent before; False when none is."""
    sent = files.sent_file(update)
    if not isinstance(sent, Document) or not await files.is_awaited(update, context, PLAN, ("plan",)):
        return False
    if (sent.file_size or 0) > files.LARGEST_FILE:
        raise BadInput("list_too_big")
    content = await files.fetch(sent)
    async with visit(update, context) as v:
        draft = await wizards.get(v.session, v.known, PLAN)
        try:
            rows = await asyncio.to_thread(read_plan, (sent.file_name or "")[-200:], content)
        except RosterUnreadable as error:
            raise _unreadable(v, error) from None
        await _look(v, {**draft, "sheet": rows}, 0)
    return True


def _unreadable(v: Visit, error: RosterUnreadable) -> BadInput:
    match error.key:
        case "empty" | "no_header":
            return BadInput("plan_empty")
        case "too_many":
            return BadInput("plan_too_many", most=MAX_ROWS)
        case key:
            return BadInput("plan_unreadable", why=label(f"roster.{key}", v.language, **error.values))


async def _stop(v: Visit) -> None:
    await wizards.stop(v.session, v.known)
    v.edit("cancelled")


async def _begin(v: Visit, cell_id: int) -> None:
    """An empty plan, and the ways to fill it."""
    await _keep(v, {"step": "plan", "cell": cell_id, "lines": [], "sheet": [], "copied": []})
    year, _ = year_of_plan(v.today)
    rows = [[v.button("tasks.plan_template", PLAN, "template")]]
    if await task_plans.list_of_year(v.session, cell_id, year - 1):
        rows.append([v.button("tasks.plan_copy", PLAN, "copy", 0, year=year - 1)])
    cell = await organisations.get(v.session, cell_id)
    v.edit("plan_asked", [*rows, [v.button("tasks.plan_stop", PLAN, "stop")]], cell=cell, year=year)


async def _send_template(v: Visit) -> None:
    name = f"{v.texts.label('tasks.plan_file', v.language)}.xlsx"
    file = media.document(name, template(v.language), mime=MIME[FileKind.XLSX], now=v.now)
    about = (media.LIST, v.member_id)
    v.say("plan_template", about=about, media_id=await media.keep(v.session, file))


async def _offer_last_year(v: Visit, draft: Draft, page: int) -> None:
    year, _ = year_of_plan(v.today)
    listed = await task_plans.list_of_year(v.session, draft["cell"], year - 1)
    page = min(page, last_page(len(listed)))

    def button(task: Any) -> Any:
        on = task.id in draft["copied"]
        return tap(f"{'✅' if on else '▫️'} {task.title[:60]}", PLAN, "pick", task.id, int(not on), page)

    rows = [[button(task)] for task in page_of(listed, page)]
    both = [
        v.button("tasks.plan_all", PLAN, "pick", 0, 1, page),
        v.button("tasks.plan_look", PLAN, "look", 0),
    ]
    more = turns(v, PLAN, "copy", page=page, total=len(listed))
    cell = await organisations.get(v.session, draft["cell"])
    v.edit("plan_copy_asked", [*rows, *more, both], cell=cell, year=year - 1, chosen=len(draft["copied"]))


async def _pick(v: Visit, draft: Draft, pressed: Tap) -> None:
    """One of last year's tasks (0: all of them). The button says which state comes next."""
    year, _ = year_of_plan(v.today)
    known = [task.id or 0 for task in await task_plans.list_of_year(v.session, draft["cell"], year - 1)]
    meant = set(known if pressed.number(1) == 0 else [pressed.number(1)])
    chosen = {*draft["copied"], *meant} if pressed.number(2) else {*draft["copied"]} - meant
    draft = {**draft, "copied": [number for number in known if number in chosen]}
    await _keep(v, draft)
    await _offer_last_year(v, draft, pressed.number(3))


async def _look(v: Visit, draft: Draft, page: int) -> None:
    """The plan as it is understood now, a page of its rows, the unclear ones first."""
    plan = await _prepare(v, draft)
    if not plan.rows:
        raise BadInput("plan_send_lines")
    await _keep(v, {**draft, "mark": plan.mark})
    _show(v, plan, page)


def _show(v: Visit, plan: Plan, page: int) -> None:
    listed = [*plan.unclear, *plan.good]
    page = min(page, last_page(len(listed)))
    v.edit("plan_shown", _choices(v, plan, page), plan=plan, rows=page_of(listed, page))


def _choices(v: Visit, plan: Plan, page: int) -> Rows:
    rows = turns(v, PLAN, "look", page=page, total=len(plan.rows))
    if plan.good:
        rows.append([v.button("tasks.plan_yes", PLAN, "yes", plan.mark, count=len(plan.good))])
    rows.append([v.button("tasks.plan_again", PLAN, "again"), v.button("tasks.plan_stop", PLAN, "stop")])
    return rows


async def _record(v: Visit, draft: Draft, mark: str) -> None:
    """Give what was shown; where that is not what it would be now, it is shown again."""
    plan = await _prepare(v, draft)
    if plan.mark != mark:
        await _keep(v, {**draft, "mark": plan.mark})
        v.toast("plan_changed", alert=True)
        _show(v, plan, 0)
        return
    done = await acting.record(v.session, plan=plan, by=v.member, texts=v.texts, now=v.now, today=v.today)
    await wizards.stop(v.session, v.known)
    back = [[v.button("tasks.list", "tasklist", draft["cell"], 0)]]
    v.edit("plan_given", back, plan=plan, done=done, today=v.today)


async def _prepare(v: Visit, draft: Draft) -> Plan:
    written = Written(draft["lines"], draft["sheet"], draft["copied"])
    return await acting.prepare(
        v.session, cell_id=draft["cell"], by=v.member, written=written, texts=v.texts, today=v.today
    )


async def _keep(v: Visit, draft: Draft) -> None:
    await wizards.start(v.session, v.known, PLAN, draft, now=v.now)


TAPS = {"taskplan": on_plan, PLAN: on_tap}
WIZARDS = {PLAN: on_typed}
