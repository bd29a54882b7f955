"""Tasks from a member's side: what is mine, how far it is, by button or in words.

Who leads the cell meets the board first (`handlers.board`), and gives tasks in `handlers.giving`.
"""

from typing import Any

from telegram import Update

from bot.actions import authority
from bot.actions import tasks as acting
from bot.actions.task_buttons import ALL, STUCK, about, progress_buttons, task_buttons
from bot.actions.task_meant import meant_in_words
from bot.errors import NotFound, TooLate
from bot.rules.permissions import Right
from bot.rules.progress_words import read_progress
from bot.rules.tasks import chosen_number
from db import evaluations, tasks, wizards
from db.tasks import Given
from handlers import board, evidence, giving, planning, task_changes, task_committee, task_forms
from handlers.common import Context, Visit, tapped, visit

WHICH = "task_which"
"""The wizard that waits for which task a sentence is about."""


async def on_tasks(update: Update, context: Context) -> None:
    """`/nhiemvu`: the cell's board for who leads one, numbers for officers and followers, else one's own tasks."""
    async with visit(update, context) as v:
        await wizards.stop(v.session, v.known)
        led = await authority.list_places(v.session, v.member, Right.LEAD, on=v.today)
        if led and led[0].id is not None:
            await board.show(v, led[0].id)
        elif await authority.list_places(v.session, v.member, Right.SEE_TOTALS, on=v.today):
            await task_committee.open_overview(v)
        else:
            await show_mine(v)


async def on_my_tasks(update: Update, context: Context) -> None:
    """One's own tasks, for who came by way of the board."""
    async with visit(update, context) as v:
        await show_mine(v)


async def on_task(update: Update, context: Context) -> None:
    """One of many tasks is opened, to report about it."""
    assignment_id = tapped(update).number(0)

    async with visit(update, context) as v:
        mine = await tasks.list_of_member(v.session, v.member_id, on=v.today)
        given = next((g for g in mine if g.id == assignment_id), None)
        if given is None:
            raise NotFound
        v.say(
            "task_open",
            progress_buttons([given]),
            about=about([given]),
            asks=True,
            mine=[given],
            today=v.today,
        )


async def on_progress(update: Update, context: Context) -> None:
    """A step or "stuck" is tapped, for oneself or for a member of the cell one leads."""
    tap = tapped(update)
    stuck = tap.word(1) == STUCK

    async with visit(update, context, brief=tap.number(0)) as v:
        given = await acting.report(
            v.session,
            assignment_id=tap.number(0),
            by=v.member,
            percent=None if stuck else tap.number(1),
            stuck=stuck,
            now=v.now,
            today=v.today,
        )

        v.toast("noted", answer=v.texts.label("tasks.stuck", v.language) if stuck else f"{tap.word(1)}%")
        if given.member.id != v.member_id:
            await board.show_member(v, given.task.cell_id, given.member.id or 0, just=given)
        elif tap.args[2:] == (ALL,):
            await show_mine(v, just=given)
        else:
            v.edit("task_reported", progress_buttons([given]), **_shown(v, given))


async def answer_in_words(v: Visit, about_id: int, text: str) -> bool:
    """Take a sentence for a report of progress; False, with nothing recorded, when it is none.

    `about_id` is the task the chat was asked about, 0 for whichever of the member's it is. Where it may be
    several, the member is asked which.
    """
    mine = await tasks.list_of_member(v.session, v.member_id, on=v.today)
    meant, words = meant_in_words(mine, about_id, text)
    if len(meant) == 1:
        await _record(v, meant[0], words)
    elif meant:
        await _ask_which(v, meant, words)
    return bool(meant)


async def ask_back(v: Visit, about_id: int) -> bool:
    """Not understood, where the chat was asked about tasks: the same question again; False when there is no task."""
    mine = await tasks.list_of_member(v.session, v.member_id, on=v.today)
    asked = [given for given in mine if given.id == about_id] or mine
    if asked:
        buttons = progress_buttons(asked)
        v.say("task_unclear", buttons, about=about(asked), asks=True, mine=asked, today=v.today)
    return bool(asked)


async def on_meant(update: Update, context: Context) -> None:
    """Which task a sentence was about, tapped."""
    assignment_id = tapped(update).number(0)

    async with visit(update, context) as v:
        wizard = await wizards.get(v.session, v.known, WHICH)
        given = await tasks.get_given(v.session, assignment_id)
        await wizards.stop(v.session, v.known)
        await _record(v, given, wizard["words"])


async def on_meant_typed(v: Visit, text: str) -> None:
    """Which task a sentence was about, typed as its number; any other sentence takes its place."""
    wizard = await wizards.get(v.session, v.known, WHICH)
    await wizards.stop(v.session, v.known)
    number = chosen_number(text, len(wizard["ids"]))
    if number is not None:
        given = await tasks.get_given(v.session, wizard["ids"][number - 1])
        await _record(v, given, wizard["words"])
    elif not (await answer_in_words(v, 0, text) or await ask_back(v, 0)):
        raise TooLate("task_closed")


async def show_mine(v: Visit, just: Given | None = None) -> None:
    """One's own tasks with the buttons to report; `just` is what was reported a moment ago."""
    mine = await tasks.list_of_member(v.session, v.member_id, on=v.today)
    year = [v.button("tasks.my_year", "mytaskyear", v.today.year)]
    v.edit(
        "task_mine",
        [*progress_buttons(mine)(v.texts, v.language), *await evidence.rows(v, mine), year],
        about=about(mine),
        asks=bool(mine),
        mine=mine,
        just=just,
        evaluated=await evaluations.list_newest(v.session, [given.id for given in mine]),
        today=v.today,
    )


async def _record(v: Visit, given: Given, words: str) -> None:
    """Record a sentence that was understood, and show it back with the buttons to correct it."""
    reading = read_progress(words, given.task.target)
    asked = {"assignment_id": given.id, "by": v.member, "now": v.now, "today": v.today}
    given = await acting.report_as_read(v.session, words=words, reading=reading, **asked)  # type: ignore[arg-type]
    v.say("task_reported", progress_buttons([given]), **_shown(v, given))


async def _ask_which(v: Visit, meant: list[Given], words: str) -> None:
    data = {"words": words, "ids": [given.id for given in meant]}
    await wizards.start(v.session, v.known, WHICH, data, now=v.now)
    v.say("task_which", task_buttons(meant, "taskmeant"), words=words, meant=meant)


def _shown(v: Visit, given: Given) -> dict[str, Any]:
    return {"given": given, "today": v.today, "about": about([given]), "asks": True}


TAPS = {
    "mytasks": on_my_tasks,
    "task": on_task,
    "taskmeant": on_meant,
    "progress": on_progress,
    **board.TAPS,
    **giving.TAPS,
    **planning.TAPS,
    **task_changes.TAPS,
    **task_forms.TAPS,
    **evidence.TAPS,
}

WIZARDS = {WHICH: on_meant_typed, **giving.WIZARDS, **planning.WIZARDS, **evidence.WIZARDS}
