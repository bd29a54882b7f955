"""The roll call in one message, and its closing."""

from telegram import Update

from bot.actions import (
    authority,
    evaluating,
    living,
    not_held,
    notice_sessions,
    roll,
    roll_closing,
    roll_screens,
)
from bot.actions.roll import MARKS, Sheet
from bot.buttons import Button
from bot.errors import NotFound
from bot.rules.permissions import Right, allows
from bot.rules.words import MeetingKind, RollState
from db import meetings, organisations, rolls
from db.models import LiveKind, Meeting, MeetingState
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import last_page


async def on_roll(update: Update, context: Context) -> None:
    """`/diemdanh`, or a button that names the meeting: the roll of the meeting that is on or was last."""
    query = update.callback_query

    async with visit(update, context) as v:
        if query:
            meeting = await meetings.get(v.session, tapped(update).number(0))
        else:
            meeting = await _today_or_last(v)
        if meeting.state is MeetingState.NOT_HELD:
            await say_not_held(v, meeting, edit=False)
            return
        sheet = await roll.look(v.session, meeting_id=meeting.id or 0, by=v.member, now=v.now, texts=v.texts)
        await _say_sheet(v, sheet, 0, edit=False)


async def on_page(update: Update, context: Context) -> None:
    """Another page of the roll."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        sheet = await roll.look(
            v.session, meeting_id=pressed.number(0), by=v.member, now=v.now, texts=v.texts
        )
        await _say_sheet(v, sheet, pressed.number(1))


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
        await _say_sheet(v, sheet, pressed.number(3))


async def on_all_present(update: Update, context: Context) -> None:
    """Everybody is there who must be, did not ask leave and has no mark yet."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await roll.mark_all_present(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        await _say_sheet(v, sheet, 0)


async def on_more(update: Update, context: Context) -> None:
    """What else can be done at a meeting; a roll-taker can do no more than note who else is there."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await roll.open_for_marks(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        verbs, gives = [("sheet.guests", "guests")], list[list[Button]]()
        if await _leads(v, sheet.meeting):
            verbs += [("sheet.delegate", "rollhelp"), ("sheet.minutes", "minutes")]
            verbs += [("sheet.studied", "studied")] if await _studies(v, sheet.meeting) else []
            verbs += [("evaluating.open", "evaluate")] if sheet.meeting.kind is MeetingKind.REGULAR else []
            verbs += [("sheet.not_held", "nomeet")] if v.now >= sheet.meeting.starts_at else []
            if sheet.meeting.kind is MeetingKind.REGULAR:
                gives.append([v.button("tasks.give", "taskgive", sheet.meeting.cell_id, meeting_id)])
        rows = [*([v.button(key, verb, meeting_id)] for key, verb in verbs), *gives]
        v.edit("roll_more", [*rows, [v.button("sheet.back", "rollpage", meeting_id, 0)]], sheet=sheet)


async def on_closing(update: Update, context: Context) -> None:
    """Before closing: who is unmarked and whose leave is undecided, for the secretary to choose."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await roll.open_for_marks(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        await _put_closing(v, sheet)


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
        await _put_closing(v, sheet)


async def on_close(update: Update, context: Context) -> None:
    """Close and lock; the summary goes to all who lead the cell."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await roll_closing.close(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        v.edit("roll_locked", sheet=sheet, by=v.member)


async def _today_or_last(v: Visit) -> Meeting:
    """The led cell's open meeting of today or before, the latest; else the next one, else the last."""
    places = await authority.list_places(v.session, v.member, Right.TAKE_ROLL, on=v.today)
    if not places:
        await authority.get_led_cell(v.session, v.member, on=v.today)
    cells = [p.id or 0 for p in places]
    open_ = await meetings.list_open(v.session, cells)
    due = [m for m in open_ if v.texts.day_of(m.starts_at) <= v.today]
    found = due[-1] if due else open_[0] if open_ else await rolls.find_last_settled(v.session, cells)
    if found is None:
        raise NotFound("no_roll")
    return found


async def _say_sheet(v: Visit, sheet: Sheet, page: int, *, edit: bool = True) -> None:
    """The roll with a page of names, kept up to date from then on."""
    meeting, page = sheet.meeting, min(page, last_page(len(sheet.called)))
    too_early = v.today < v.texts.day_of(meeting.starts_at)
    last = await rolls.find_last_settled(v.session, [meeting.cell_id]) if too_early else None
    say = roll_screens.screen(
        sheet,
        page=page,
        now=v.now,
        texts=v.texts,
        leads=meeting.state is MeetingState.CLOSED and await _leads(v, meeting),
        last=last.id if last else None,
    )
    until = max(meeting.starts_at, v.now) + living.KEPT
    shown = v.show(say, LiveKind.ROLL, meeting.id or 0, until=until, edit=edit, page=page)
    if meeting.state is MeetingState.PLANNED and not too_early:
        await living.start(v.session, meeting, shown)


async def say_not_held(v: Visit, meeting: Meeting, *, edit: bool = True) -> None:
    """That a cell did not meet; this month it can still be taken back by who leads it."""
    await authority.authorise_meeting(v.session, v.member, meeting, Right.TAKE_ROLL, on=v.today)
    cell = await organisations.get(v.session, meeting.cell_id)
    can = not_held.can_take_back(meeting, now=v.now, texts=v.texts) and await _leads(v, meeting)
    rows = [[v.button("sheet.held", "didmeet", meeting.id)]] if can else []
    say = v.edit if edit else v.say
    say("not_held", rows, meeting=meeting, cell=cell)


async def _put_closing(v: Visit, sheet: Sheet) -> None:
    leads = await _studies(v, sheet.meeting)
    v.put(roll_screens.closing(sheet, left=await _left(v, sheet.meeting), leads=leads))


async def _studies(v: Visit, meeting: Meeting) -> bool:
    """Whether notices may be studied at a meeting, and who looks leads the cell."""
    return meeting.kind not in notice_sessions.ELSEWHERE and await _leads(v, meeting)


async def _left(v: Visit, meeting: Meeting) -> int:
    """How many tasks a regular meeting has not evaluated, for who leads the cell."""
    if meeting.kind is not MeetingKind.REGULAR or not await _leads(v, meeting):
        return 0
    sheet = await evaluating.look(
        v.session, meeting_id=meeting.id or 0, by=v.member, now=v.now, texts=v.texts
    )
    return len(sheet.left)


async def _leads(v: Visit, meeting: Meeting) -> bool:
    found = await authority.find_role(
        v.session,
        v.member,
        meeting.cell_id,
        lambda role, here: allows(role, Right.LEAD, at_the_place=here),
        on=v.today,
    )
    return found is not None


TAPS = {
    "roll": on_roll,
    "rollpage": on_page,
    "mark": on_mark,
    "rollall": on_all_present,
    "rollmore": on_more,
    "rollend": on_closing,
    "rollrest": on_rest,
    "rollclose": on_close,
}
