"""The roll call in one message, and its closing."""

from telegram import Update

from bot.actions import authority, roll
from bot.actions.roll import MARKS, Sheet
from bot.buttons import Button, Rows, tap
from bot.errors import NotFound
from bot.rules.permissions import Right
from bot.rules.words import RollState
from db import meetings
from db.meetings import Expected
from db.models import Meeting
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turns

SIGNS = {
    RollState.PRESENT: "✅",
    RollState.LATE: "⏰",
    RollState.EXCUSED: "🙏",
    RollState.UNEXCUSED: "❌",
}
"""How a state looks on a button, where its words do not fit."""


async def on_roll(update: Update, context: Context) -> None:
    """`/diemdanh`, or a button that names the meeting: the roll of the meeting that is on or was last."""
    query = update.callback_query

    async with visit(update, context) as v:
        meeting_id = tapped(update).number(0) if query else (await _today_or_last(v)).id or 0
        sheet = await roll.open_sheet(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        _say_sheet(v, sheet, 0, edit=False)


async def on_page(update: Update, context: Context) -> None:
    """Another page of the roll."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        sheet = await roll.open_sheet(
            v.session, meeting_id=pressed.number(0), by=v.member, now=v.now, texts=v.texts
        )
        _say_sheet(v, sheet, pressed.number(1))


async def on_mark(update: Update, context: Context) -> None:
    """A tap on a name. The button says which state comes next, so that a tap repeated changes nothing."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        sheet = await roll.mark(
            v.session,
            meeting_id=pressed.number(0),
            member_id=pressed.number(1),
            state=MARKS[pressed.number(2) % len(MARKS)],
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        _say_sheet(v, sheet, pressed.number(3))


async def on_all_present(update: Update, context: Context) -> None:
    """Everybody is there who must be, did not ask leave and has no mark yet."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await roll.mark_all_present(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        _say_sheet(v, sheet, 0)


async def on_closing(update: Update, context: Context) -> None:
    """Before closing: who is unmarked and whose leave is undecided, for the secretary to choose."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await roll.open_sheet(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        _say_closing(v, sheet)


async def on_rest(update: Update, context: Context) -> None:
    """The secretary's choice for all who are left unmarked or undecided."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        sheet = await roll.mark_rest(
            v.session,
            meeting_id=pressed.number(0),
            state=pressed.choice(1, RollState),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        _say_closing(v, sheet)


async def on_close(update: Update, context: Context) -> None:
    """Close and lock; the summary goes to all who lead the cell."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await roll.close(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        v.edit("roll_locked", sheet=sheet, by=v.member)


async def _today_or_last(v: Visit) -> Meeting:
    """The led cell's open meeting of today or before, the latest; else the next one."""
    places = await authority.list_places(v.session, v.member, Right.TAKE_ROLL, on=v.today)
    if not places:
        await authority.get_led_cell(v.session, v.member, on=v.today)
    open_ = await meetings.list_open(v.session, [p.id or 0 for p in places])
    due = [m for m in open_ if v.texts.day_of(m.starts_at) <= v.today]
    if not open_:
        raise NotFound("no_roll")
    return due[-1] if due else open_[0]


def _say_sheet(v: Visit, sheet: Sheet, page: int, *, edit: bool = True) -> None:
    too_early = v.today < v.texts.day_of(sheet.meeting.starts_at)
    locked = too_early or sheet.meeting.closed_at is not None
    say = v.edit if edit else v.say
    say(
        "roll_sheet",
        [] if locked else _sheet_buttons(v, sheet, page),
        protect=True,
        sheet=sheet,
        too_early=too_early,
        signs=SIGNS,
    )


def _sheet_buttons(v: Visit, sheet: Sheet, page: int) -> Rows:
    meeting_id = sheet.meeting.id
    rows = [[_name_button(e, meeting_id, page)] for e in page_of(sheet.called, page)]
    rows += turns(v, "rollpage", meeting_id, page=page, total=len(sheet.called))
    rows.append([v.button("sheet.all_present", "rollall", meeting_id)])
    rows.append([v.button("sheet.close", "rollend", meeting_id)])
    return rows


def _name_button(e: Expected, meeting_id: int | None, page: int) -> Button:
    """A member's name with their state; a tap puts the next one. Who asked leave starts at excused."""
    following = {None: 2 if e.asks_leave else 0} | {s: i + 1 for i, s in enumerate(MARKS)}
    sign = SIGNS[e.state] if e.state else ("❔" if e.asks_leave else "▫️")
    return tap(f"{sign} {e.member.name}", "mark", meeting_id, e.member_id, following[e.state], page)


def _say_closing(v: Visit, sheet: Sheet) -> None:
    meeting_id = sheet.meeting.id
    rows: list[list[Button]] = []
    if sheet.undecided:
        rows.append([v.button("sheet.accept_leave", "rollrest", meeting_id, RollState.EXCUSED)])
    elif sheet.unmarked:
        rows += [
            [v.button("sheet.rest_unexcused", "rollrest", meeting_id, RollState.UNEXCUSED)],
            [v.button("sheet.rest_excused", "rollrest", meeting_id, RollState.EXCUSED)],
        ]
    else:
        rows.append([v.button("sheet.lock", "rollclose", meeting_id)])
    rows.append([v.button("sheet.back", "rollpage", meeting_id, 0)])
    v.edit("roll_closing", rows, sheet=sheet)


TAPS = {
    "roll": on_roll,
    "rollpage": on_page,
    "mark": on_mark,
    "rollall": on_all_present,
    "rollend": on_closing,
    "rollrest": on_rest,
    "rollclose": on_close,
}
