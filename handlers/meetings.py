"""Coming meetings, the live headcount, chasing the silent, and the cell's schedule."""

from datetime import time

from telegram import Update

from bot.actions import attendance, authority, headcounts, living, meetings, reminding
from bot.actions.reminding import answer_buttons
from bot.buttons import Rows, tap
from bot.errors import BadInput
from bot.rules.attendance import Standing
from bot.rules.permissions import Right
from bot.rules.recurrence import describe
from bot.rules.schedule_words import read_schedule
from bot.rules.words import MeetingKind
from bot.texts import Texts
from db import meetings as stored
from db import organisations, wizards
from db.models import LiveKind, Meeting
from handlers import menu
from handlers.attendance import cells_of
from handlers.common import Context, Visit, tapped, visit

SCHEDULE = "schedule"
"""The wizard that waits for a schedule in one line, and then for a yes."""
KINDS = (MeetingKind.REGULAR, MeetingKind.RESIDENTIAL)
"""Kinds of meeting a cell can put on a schedule."""


async def on_meetings(update: Update, context: Context) -> None:
    """`/hop`: one's coming meetings with the answer so far; for who leads a cell, the headcounts too."""
    async with visit(update, context) as v:
        await wizards.stop(v.session, v.known)
        mine = await _say_mine(v)
        led = await authority.list_places(v.session, v.member, Right.LEAD, on=v.today)
        for cell in led:
            coming = await _coming(v, [cell.id or 0])
            for meeting in coming:
                await _say_headcount(v, meeting)
            v.say("schedule_offer", schedule_buttons, cell=cell, any=bool(coming))
        if not mine and not led:
            v.say("no_meetings", keyboard=await menu.keyboard(v))


async def on_headcount(update: Update, context: Context) -> None:
    """The headcount as it is now, in place of the old one."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await _say_headcount(v, await stored.get(v.session, meeting_id), edit=True)


async def on_remind(update: Update, context: Context) -> None:
    """Remind those who have not answered, now."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        meeting = await attendance.get_open(v.session, meeting_id)
        await authority.authorise(v.session, v.member, Right.LEAD, meeting.cell_id, on=v.today)
        told, counted = await reminding.remind_silent(v.session, meeting, now=v.now, texts=v.texts)
        v.say("silent_reminded", protect=True, told=told, silent=counted.silent, meeting=meeting)


async def on_schedule(update: Update, context: Context) -> None:
    """The kind of meeting whose schedule is to be set: ask for the one line."""
    kind = tapped(update).choice(0, MeetingKind)

    async with visit(update, context) as v:
        cell = await authority.get_led_cell(v.session, v.member, on=v.today)
        await wizards.start(v.session, v.known, SCHEDULE, {"kind": kind, "cell": cell.id}, now=v.now)
        v.say("schedule_asked", kind=kind, cell=cell)


async def on_schedule_typed(v: Visit, text: str) -> None:
    """The schedule in one line: say back what was understood, to be confirmed."""
    data = await wizards.get(v.session, v.known, SCHEDULE)
    read = read_schedule(text)
    if read is None:
        raise BadInput("schedule_unclear")
    data |= {"rule": read.rule, "at": read.at.isoformat("minutes"), "place": read.place or ""}
    await wizards.start(v.session, v.known, SCHEDULE, data, now=v.now)

    key, values = describe(read.rule, read.at)
    v.say("schedule_understood", confirm_buttons, read=read, key=key, kind=data["kind"], values=values)


async def on_schedule_confirmed(update: Update, context: Context) -> None:
    """A yes to the schedule as understood, or another try."""
    answer = tapped(update).word(0)

    async with visit(update, context) as v:
        data = await wizards.get(v.session, v.known, SCHEDULE)
        cell = await organisations.get(v.session, data["cell"])
        if answer != "yes":
            v.edit("schedule_asked", kind=data["kind"], cell=cell)
            return
        schedule = await meetings.set_schedule(
            v.session,
            cell_id=data["cell"],
            by=v.member,
            kind=MeetingKind(data["kind"]),
            rule=data["rule"],
            at=time.fromisoformat(data["at"]),
            place=data["place"],
            now=v.now,
            today=v.today,
            texts=v.texts,
        )
        await wizards.stop(v.session, v.known)
        coming = [m for m in await _coming(v, [data["cell"]]) if m.kind is schedule.kind]
        v.edit("schedule_set", schedule=schedule, cell=cell, coming=coming)


async def _say_mine(v: Visit) -> int:
    """Say the person's coming meetings, each with its answer buttons; how many there are."""
    said = 0
    for meeting in await _coming(v, await cells_of(v)):
        expected = await stored.list_expected(v.session, meeting, on=v.texts.day_of(meeting.starts_at))
        mine = next((e for e in expected if e.member_id == v.member_id), None)
        if mine is None or mine.standing is Standing.NOT_EXPECTED:
            continue
        assert meeting.id is not None
        cell = await organisations.get(v.session, meeting.cell_id)
        v.say(
            "meeting_mine",
            answer_buttons(meeting.id),
            about=("meeting", meeting.id),
            asks=True,
            meeting=meeting,
            cell=cell,
            reply=mine.reply,
            exempt=mine.standing is Standing.EXEMPT,
        )
        said += 1
    return said


async def _say_headcount(v: Visit, meeting: Meeting, *, edit: bool = False) -> None:
    """Coming, asking leave, silent; kept up to date from then on. For who leads the cell."""
    say = await headcounts.say(v.session, meeting, by=v.member, now=v.now, texts=v.texts)
    until = meeting.starts_at + living.KEPT
    shown = v.show(say, LiveKind.HEADCOUNT, meeting.id or 0, until=until, edit=edit)
    await living.start(v.session, meeting, shown)


async def _coming(v: Visit, cell_ids: list[int]) -> list[Meeting]:
    """The next meeting of each kind of these cells that has not begun."""
    found: dict[tuple[int, MeetingKind], Meeting] = {}
    for meeting in await stored.list_open(v.session, cell_ids):
        if meeting.starts_at > v.now:
            found.setdefault((meeting.cell_id, meeting.kind), meeting)
    return list(found.values())


def schedule_buttons(texts: Texts, language: str) -> Rows:
    """The kinds of meeting a schedule can be set for."""
    return [[tap(texts.label(f"schedule.{kind}", language), "schedule", kind)] for kind in KINDS]


def confirm_buttons(texts: Texts, language: str) -> Rows:
    """Yes, or another try."""
    return [
        [
            tap(texts.label("schedule.yes", language), "scheduled", "yes"),
            tap(texts.label("schedule.no", language), "scheduled", "no"),
        ]
    ]


TAPS = {
    "headcount": on_headcount,
    "remind": on_remind,
    "schedule": on_schedule,
    "scheduled": on_schedule_confirmed,
}
WIZARDS = {SCHEDULE: on_schedule_typed}
