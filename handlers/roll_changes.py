"""What can be done about a roll beside taking it: ask somebody else, correct it, say that the cell did not meet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from telegram import Update

from bot.actions import authority, delegating, not_held, roll, roll_closing
from bot.actions.roll import MARKS
from bot.actions.roll_screens import SIGNS
from bot.buttons import tap
from bot.errors import TooLate
from bot.rules.permissions import Right
from bot.rules.words import RollState
from db import meetings, organisations, people, rolls
from db.models import MeetingState
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import Answers, Field, Form, Offer, choice, words
from handlers.paging import page_of, turned_to, turns
from handlers.roll import say_not_held


class Why(StrEnum):
    """Why a cell often does not meet, as the buttons offer it; anything else is typed."""

    WEATHER = "weather"
    FEW = "few"
    OTHER_WORK = "other_work"


async def on_delegate(update: Update, context: Context) -> None:
    """ "Nhờ người điểm danh": whom to ask."""
    pressed = tapped(update)
    meeting_id, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        sheet, able = await delegating.list_able(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        rows = [[tap(member.name, "rollhelper", meeting_id, member.id)] for member in page_of(able, page)]
        rows += turns(v, "rollhelp", meeting_id, page=page, total=len(able))
        back = [v.button("sheet.back", "rollpage", meeting_id, 0)]
        v.edit("roll_delegate_asked", [*rows, back], protect=True, sheet=sheet, able=able)


async def on_delegated(update: Update, context: Context) -> None:
    """Who was chosen may take this roll from now on, and is told."""
    pressed = tapped(update)
    meeting_id = pressed.number(0)

    async with visit(update, context) as v:
        sheet, member = await delegating.delegate(
            v.session,
            meeting_id=meeting_id,
            member_id=pressed.number(1),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        back = [v.button("sheet.back", "rollpage", meeting_id, 0)]
        v.edit("roll_delegate_noted", [back], sheet=sheet, member=member)


async def on_fix(update: Update, context: Context) -> None:
    """ "Sửa điểm danh" of a closed roll: whose mark is wrong."""
    pressed = tapped(update)
    meeting_id, page = pressed.number(0), turned_to(pressed, 1)

    async with visit(update, context) as v:
        sheet = await roll.look(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        await authority.authorise(v.session, v.member, Right.LEAD, sheet.meeting.cell_id, on=v.today)
        if sheet.meeting.state is not MeetingState.CLOSED:
            raise TooLate("roll_not_closed")
        marks = await rolls.list_mark_ids(v.session, meeting_id)
        marked = [e for e in sheet.called if e.member_id in marks]
        rows = [
            [tap(f"{SIGNS[e.state]} {e.name}", "rollmend", marks[e.member_id])]
            for e in page_of(marked, page)
            if e.state
        ]
        rows += turns(v, "rollfix", meeting_id, page=page, total=len(marked))
        say = v.edit if len(pressed.args) > 1 else v.say  # what is above the first button stays: the summary
        say("roll_fix_asked", rows, protect=True, sheet=sheet)


async def on_mend(update: Update, context: Context) -> None:
    """The mark of one member: what it should be, and why."""
    mark_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await forms.start(v, "correct", mark_id)


async def on_not_held(update: Update, context: Context) -> None:
    """ "Chi bộ không họp": why, and then it is recorded."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await forms.start(v, "notheld", meeting_id)


async def on_held(update: Update, context: Context) -> None:
    """The cell did meet: what was said before is taken back."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        meeting = await not_held.take_back(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        cell = await organisations.get(v.session, meeting.cell_id)
        rows = [[v.button("menu.roll", "roll", meeting_id)]]
        v.edit("not_held_taken_back", rows, meeting=meeting, cell=cell)


# ── the forms ───────────────────────────────────────────────────────────────────────────────────────


def _day(v: Visit, moment: datetime) -> str:
    return f"{v.texts.day_of(moment):%d/%m/%Y}"


async def _may_correct(v: Visit, mark_id: int) -> object:
    return await roll_closing.open_mark(v.session, mark_id=mark_id, by=v.member, now=v.now, texts=v.texts)


async def _corrected(v: Visit, mark_id: int) -> Mapping[str, Any]:
    mark = await rolls.get_mark(v.session, mark_id)
    meeting = await meetings.get(v.session, mark.meeting_id)
    return {
        "member": (await people.get_member(v.session, mark.member_id)).name,
        "day": _day(v, meeting.starts_at),
        "before": v.texts.label(f"roll.{mark.state}", v.language),
    }


async def _other_states(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    mark = await rolls.get_mark(v.session, (await forms.current(v))["about"])
    return [state for state in MARKS if state is not mark.state]


async def _correct(v: Visit, mark_id: int, answers: Answers) -> None:
    sheet, member = await roll_closing.correct(
        v.session,
        mark_id=mark_id,
        state=RollState(answers["state"]),
        reason=answers["reason"],
        by=v.member,
        now=v.now,
        texts=v.texts,
    )
    more = [[v.button("sheet.correct_more", "rollfix", sheet.meeting.id)]]
    v.edit("roll_corrected", more, sheet=sheet, member=member, state=answers["state"])


async def _may_not_hold(v: Visit, meeting_id: int) -> object:
    return await not_held.get_begun(v.session, meeting_id, by=v.member, now=v.now, texts=v.texts)


async def _not_held(v: Visit, meeting_id: int) -> Mapping[str, Any]:
    meeting = await meetings.get(v.session, meeting_id)
    cell = await organisations.get(v.session, meeting.cell_id)
    return {"cell": cell.name, "day": _day(v, meeting.starts_at)}


async def _offer_why(v: Visit, answers: Answers) -> Sequence[Offer]:
    return [(v.texts.label(f"not_held_because.{why}", v.language), why) for why in Why]


async def _record(v: Visit, meeting_id: int, answers: Answers) -> None:
    why = answers["reason"]
    reason = v.texts.label(f"not_held_because.{why}", v.language) if why in tuple(Why) else why
    meeting = await not_held.record(
        v.session, meeting_id=meeting_id, reason=reason, by=v.member, now=v.now, texts=v.texts
    )
    await say_not_held(v, meeting)


forms.add(
    Form(
        "correct",
        [choice("state", _other_states, "roll"), words("reason")],
        _correct,
        _may_correct,
        _corrected,
        confirms=False,
    ),
    Form(
        "notheld",
        [Field("reason", words("reason").read, _offer_why)],
        _record,
        _may_not_hold,
        _not_held,
        confirms=False,
    ),
)

TAPS = {
    "rollhelp": on_delegate,
    "rollhelper": on_delegated,
    "rollfix": on_fix,
    "rollmend": on_mend,
    "nomeet": on_not_held,
    "didmeet": on_held,
}
