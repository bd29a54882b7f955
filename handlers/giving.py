"""Giving a task: one line typed, its kind and rhythm by a tap, then the members chosen by tapping their names."""

from datetime import date
from typing import Any

from telegram import Update

from bot.actions import authority
from bot.actions import task_giving as acting
from bot.buttons import Button, Rows, tap
from bot.errors import BadInput, NotAllowed
from bot.rules.names import fold
from bot.rules.permissions import Right
from bot.rules.task_plan import Unclear, find_people
from bot.rules.task_words import EVERYONE, list_names, read_line
from bot.rules.tasks import TaskLine
from bot.rules.words import Rhythm
from db import chats, organisations, tasks, wizards
from db.models import Member
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turns

LINE = "task_line"
"""The wizard that waits for the task in one line."""
MEMBERS = "task_members"
"""The wizard that waits for who gets it."""
FINISH = {"xong", "giao", "done"}


async def on_give(update: Update, context: Context) -> None:
    """ "Giao nhiệm vụ": ask for the line. From a roll the button names the meeting, to go back to it."""
    pressed = tapped(update)
    cell_id = pressed.number(0)
    draft = {"cell": cell_id, "meeting": pressed.number(1) if len(pressed.args) > 1 else None}

    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.LEAD, cell_id, on=v.today)
        await wizards.start(v.session, v.known, LINE, draft, now=v.now)
        v.say("task_line_asked", cell=await organisations.get(v.session, cell_id))


async def on_line(v: Visit, text: str) -> None:
    """The task as typed: shown as it was understood, then whom it is for."""
    wizard = await wizards.get(v.session, v.known, LINE)
    await _choose(v, {**wizard, **_understood(v, text), "chosen": []}, 0)


async def on_kind(update: Update, context: Context) -> None:
    """The kinds to choose from; with a number that one (0: none) is taken."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        draft = await wizards.get(v.session, v.known, MEMBERS)
        kinds = ["", *v.texts.kinds]
        if not pressed.args:
            none = v.texts.label("tasks.no_kind", v.language)
            rows = [[tap(kind or none, "taskkind", number)] for number, kind in enumerate(kinds)]
            v.edit("task_kind_asked", [*rows[1:], rows[0]], line=_line(draft))
            return
        if pressed.number(0) >= len(kinds):
            raise NotAllowed("button_unknown")
        await _choose(v, {**draft, "kind": kinds[pressed.number(0)]}, 0)


async def on_rhythm(update: Update, context: Context) -> None:
    """The rhythms to choose from, that at the deadline only where there is one; with a word it is taken."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        draft = await wizards.get(v.session, v.known, MEMBERS)
        line = _line(draft)
        if not pressed.args:
            can = [each for each in Rhythm if line.deadline or each is not Rhythm.AT_DEADLINE]
            rows = [[v.button(f"rhythms.{each}", "taskrhythm", each)] for each in can]
            v.edit("task_rhythm_asked", rows, line=line)
            return
        rhythm = pressed.choice(0, Rhythm)
        acting.check_rhythm(rhythm, line.deadline)
        await _choose(v, {**draft, "rhythm": rhythm}, 0)


async def on_pick(update: Update, context: Context) -> None:
    """A tap on a name. The button says which state comes next, so that a tap repeated changes nothing."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        draft = await wizards.get(v.session, v.known, MEMBERS)
        others = [i for i in draft["chosen"] if i != pressed.number(0)]
        chosen = [*others, pressed.number(0)] if pressed.number(1) else others
        await _choose(v, {**draft, "chosen": chosen}, pressed.number(2))


async def on_page(update: Update, context: Context) -> None:
    """Another page of names."""
    page = tapped(update).number(0)

    async with visit(update, context) as v:
        await _choose(v, await wizards.get(v.session, v.known, MEMBERS), page)


async def on_all(update: Update, context: Context) -> None:
    """ "Giao cho tất cả"."""
    async with visit(update, context) as v:
        await _give_all(v)


async def on_finish(update: Update, context: Context) -> None:
    """ "Xong": give it to those chosen."""
    async with visit(update, context) as v:
        await _give_chosen(v)


async def on_members_typed(v: Visit, text: str) -> None:
    """Typed instead of tapped: "tất cả", "xong", members' names; anything else is the task put better."""
    draft = await wizards.get(v.session, v.known, MEMBERS)
    workers = await tasks.list_workers(v.session, draft["cell"], on=v.today)
    named, problems = find_people(list_names(text), [(m.id or 0, m.name) for m in workers])
    if fold(text) in EVERYONE:
        await _give_all(v)
    elif fold(text) in FINISH:
        await _give_chosen(v)
    elif any(problem.key is Unclear.UNKNOWN_NAME for problem in problems):
        await _choose(v, {**draft, **_understood(v, text)}, 0)
    elif problems:
        raise BadInput("task_name_twice")
    else:
        await _choose(v, {**draft, "chosen": sorted({*draft["chosen"], *named})}, 0)


def _understood(v: Visit, text: str) -> dict[str, Any]:
    """The task in a typed line, as the wizard keeps it; BadInput when it cannot be used."""
    try:
        line = read_line(text, v.texts.kinds, today=v.today)
    except ValueError as error:
        raise BadInput("task_no_such_day") from error
    if line is None:
        raise BadInput("task_without_words")
    acting.check(line.title, line.deadline, today=v.today)
    rhythm = line.rhythm or Rhythm.MONTHLY
    acting.check_rhythm(rhythm, line.deadline)
    deadline = line.deadline.isoformat() if line.deadline else None
    said = {"title": line.title, "target": line.target, "unit": line.unit, "deadline": deadline}
    return {**said, "kind": line.kind, "rhythm": rhythm}


def _line(draft: dict[str, Any]) -> TaskLine:
    deadline = date.fromisoformat(draft["deadline"]) if draft["deadline"] else None
    kind, rhythm = draft.get("kind", ""), Rhythm(draft.get("rhythm", Rhythm.MONTHLY))
    return TaskLine(draft["title"], draft["target"], draft["unit"], deadline, kind, rhythm)


async def _choose(v: Visit, draft: dict[str, Any], page: int) -> None:
    """Keep the draft and show it with the names to choose from."""
    await wizards.start(v.session, v.known, MEMBERS, draft, now=v.now)
    workers = await tasks.list_workers(v.session, draft["cell"], on=v.today)
    if not workers:
        raise BadInput("task_no_members")
    chosen = [m for m in workers if m.id in draft["chosen"]]
    v.edit("task_for_members", _names(v, workers, draft["chosen"], page), line=_line(draft), chosen=chosen)


def _names(v: Visit, workers: list[Member], chosen: list[int], page: int) -> Rows:
    def name(member: Member) -> Button:
        on = member.id in chosen
        return tap(f"{'✅' if on else '▫️'} {member.name}", "taskpick", member.id, int(not on), page)

    rows = [[name(member)] for member in page_of(workers, page)]
    more = [v.button("tasks.kind", "taskkind"), v.button("tasks.rhythm", "taskrhythm")]
    everyone = v.button("tasks.everyone", "taskall")
    finish = v.button("tasks.finish", "taskdone")
    return [*rows, *turns(v, "taskpage", page=page, total=len(workers)), more, [everyone, finish]]


async def _give_all(v: Visit) -> None:
    draft = await wizards.get(v.session, v.known, MEMBERS)
    await _give(v, draft, await tasks.list_workers(v.session, draft["cell"], on=v.today))


async def _give_chosen(v: Visit) -> None:
    draft = await wizards.get(v.session, v.known, MEMBERS)
    workers = await tasks.list_workers(v.session, draft["cell"], on=v.today)
    await _give(v, draft, [m for m in workers if m.id in draft["chosen"]])


async def _give(v: Visit, draft: dict[str, Any], to: list[Member]) -> None:
    ids = [m.id for m in to if m.id is not None]
    line = _line(draft)
    await acting.give(
        v.session,
        cell_id=draft["cell"],
        by=v.member,
        title=line.title,
        target=line.target,
        unit=line.unit,
        deadline=line.deadline,
        kind=line.kind,
        rhythm=line.rhythm or Rhythm.MONTHLY,
        member_ids=ids,
        texts=v.texts,
        now=v.now,
        today=v.today,
    )
    await wizards.stop(v.session, v.known)
    reached = {address.member_id for address in await chats.list_addresses(v.session, ids)}
    unreached = [m for m in to if m.id not in reached]
    v.edit("task_giving_done", _afterwards(v, draft), line=line, to=to, unreached=unreached)


def _afterwards(v: Visit, draft: dict[str, Any]) -> Rows:
    """Back to where it began, the roll of the meeting or the board; and one more."""
    back, came_from = v.button("tasks.back", "taskboard", draft["cell"]), list[int]()
    if (meeting := draft.get("meeting")) is not None:
        back, came_from = v.button("sheet.back", "rollpage", meeting, 0), [meeting]
    return [[back], [v.button("tasks.give_again", "taskgive", draft["cell"], *came_from)]]


TAPS = {
    "taskgive": on_give,
    "taskkind": on_kind,
    "taskrhythm": on_rhythm,
    "taskpick": on_pick,
    "taskpage": on_page,
    "taskall": on_all,
    "taskdone": on_finish,
}
WIZARDS = {LINE: on_line, MEMBERS: on_members_typed}
