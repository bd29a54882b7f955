"""Evaluating tasks at the regular meeting: who is left first, then member by member, one tap for each task."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import Update

from bot.actions import evaluating as acting
from bot.actions.evaluating import Sheet
from bot.buttons import Button, Rows, tap
from bot.errors import NotFound
from bot.rules.words import Evaluated
from db.evaluations import Due
from db.models import Member
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import Answers, Form, words
from handlers.paging import page_of, turned_to, turns

NOTE = "task_note"
"""The form that asks for a note beside an evaluation."""
DONE, LEFT, CHOSEN = "✅", "▫️", "✔️"


async def on_sheet(update: Update, context: Context) -> None:
    """What a regular meeting is to evaluate, in numbers, and whose it is."""
    pressed = tapped(update)
    meeting_id, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        _show(v, await _look(v, meeting_id), page)


async def on_member(update: Update, context: Context) -> None:
    """One member's tasks, with what they reported."""
    pressed = tapped(update)
    meeting_id, member_id = pressed.number(0), pressed.number(1)

    async with visit(update, context) as v:
        _show_member(v, await _look(v, meeting_id), member_id)


async def on_evaluate(update: Update, context: Context) -> None:
    """A tap on a label. The page stays, so that a second tap in haste never means somebody else."""
    pressed = tapped(update)
    meeting_id, assignment_id, evaluated = pressed.number(0), pressed.number(1), pressed.choice(2, Evaluated)

    async with visit(update, context) as v:
        sheet = await acting.evaluate(
            v.session,
            meeting_id=meeting_id,
            assignment_id=assignment_id,
            evaluated=evaluated,
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        v.toast("noted", answer=v.texts.evaluated(evaluated, v.language))
        member_id = next(d.member.id for d in sheet.dues if d.assignment.id == assignment_id)
        _show_member(v, sheet, member_id or 0)


async def on_all(update: Update, context: Context) -> None:
    """The same for all who reported 100 %: first which, then it is done."""
    pressed = tapped(update)
    meeting_id = pressed.number(0)

    async with visit(update, context) as v:
        if len(pressed.args) == 1:
            _show_all(v, await _look(v, meeting_id))
            return
        sheet = await acting.evaluate_finished(
            v.session,
            meeting_id=meeting_id,
            evaluated=pressed.choice(1, Evaluated),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        _show(v, sheet, 0)


async def _look(v: Visit, meeting_id: int) -> Sheet:
    return await acting.look(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)


def _show(v: Visit, sheet: Sheet, page: int) -> None:
    """Numbers first; then a button for each member, marked once everything of theirs is evaluated."""
    number, members = sheet.meeting.id, sheet.members
    waiting = {due.member.id for due in sheet.left}

    def name(member: Member) -> Button:
        return tap(f"{LEFT if member.id in waiting else DONE} {member.name}", "evalof", number, member.id)

    finished = len(sheet.left_finished)
    rows = [
        *([name(member)] for member in page_of(members, page)),
        *turns(v, "evaluate", number, page=page, total=len(members)),
        *([[v.button("evaluating.all", "evalall", number, count=finished)]] if finished else []),
        [v.button("tasks.back", "taskboard", sheet.cell.id)],
    ]
    v.edit("evaluate", rows, protect=True, sheet=sheet)


def _show_all(v: Visit, sheet: Sheet) -> None:
    number = sheet.meeting.id
    rows = [[tap(v.texts.evaluated(each, v.language), "evalall", number, each)] for each in Evaluated]
    back = [v.button("evaluating.back", "evaluate", number)]
    v.edit("evaluate_all", [*rows, back], protect=True, sheet=sheet)


def _show_member(v: Visit, sheet: Sheet, member_id: int) -> None:
    dues = sheet.of(member_id)
    if not dues:
        raise NotFound
    rows: list[Sequence[Button]] = []
    for place, due in enumerate(dues, 1):
        rows += _labels(v, sheet, due, f"{place}. " if len(dues) > 1 else "")
    rows += [*_neighbours(v, sheet, member_id), [v.button("evaluating.back", "evaluate", sheet.meeting.id)]]
    v.edit("evaluate_member", rows, protect=True, sheet=sheet, member=dues[0].member, dues=dues)


def _labels(v: Visit, sheet: Sheet, due: Due, place: str) -> Rows:
    """The four labels of a task, the chosen one marked, and the note."""

    def label(each: Evaluated) -> Button:
        mark = f"{CHOSEN} " if due.evaluated is each else ""
        words = f"{mark}{place}{v.texts.evaluated(each, v.language)}"
        return tap(words, "eval", sheet.meeting.id, due.assignment.id, each)

    made = [label(each) for each in Evaluated]
    note = tap(f"{place}{v.texts.label('evaluating.note', v.language)}", "do", NOTE, due.assignment.id)
    return [made[:2], made[2:], [note]]


def _neighbours(v: Visit, sheet: Sheet, member_id: int) -> Rows:
    """Who comes before and after on the list."""
    numbers = [member.id for member in sheet.members]
    here = numbers.index(member_id)
    row = []
    if here:
        row.append(v.button("evaluating.before", "evalof", sheet.meeting.id, numbers[here - 1]))
    if here + 1 < len(numbers):
        row.append(v.button("evaluating.next", "evalof", sheet.meeting.id, numbers[here + 1]))
    return [row] if row else []


# ── the note ────────────────────────────────────────────────────────────────────────────────────────


async def _due(v: Visit, assignment_id: int) -> Due:
    asked = {"by": v.member, "now": v.now, "texts": v.texts}
    _, due = await acting.find_for(v.session, assignment_id=assignment_id, **asked)  # type: ignore[arg-type]
    return due


async def _subject(v: Visit, assignment_id: int) -> Mapping[str, Any]:
    due = await _due(v, assignment_id)
    return {"name": due.member.name, "title": due.task.title}


async def _set_note(v: Visit, assignment_id: int, answers: Answers) -> None:
    sheet, due = await acting.set_note(
        v.session,
        assignment_id=assignment_id,
        words=answers["words"],
        by=v.member,
        now=v.now,
        texts=v.texts,
    )
    _show_member(v, sheet, due.member.id or 0)


forms.add(Form(NOTE, [words("words")], _set_note, _due, _subject, confirms=False))

TAPS = {"evaluate": on_sheet, "evalof": on_member, "eval": on_evaluate, "evalall": on_all}
