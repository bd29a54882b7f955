"""Coming meetings, the live headcount, chasing the silent, and the cell's schedule."""

from telegram import Update

from bot.actions import attendance, authority, headcounts, living, reminding
from bot.actions.reminding import invitation_buttons
from bot.buttons import Rows
from bot.rules.attendance import Standing
from bot.rules.permissions import Right
from bot.rules.words import MeetingKind
from db import media, organisations, preparing, told, wizards
from db import meetings as stored
from db.models import LiveKind, Meeting, MeetingState, Organisation
from handlers import menu
from handlers.attendance import cells_of
from handlers.common import Context, Visit, tapped, visit


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
            schedule = [
                [v.button("schedule.open", "schedules", cell.id)],
                [v.button("settings.open", "settings", cell.id)],
            ]
            v.say("schedule_offer", schedule, cell=cell, any=bool(coming))
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
        await authority.authorise_meeting(v.session, v.member, meeting, Right.LEAD, on=v.today)
        told, counted = await reminding.remind_silent(v.session, meeting, now=v.now, texts=v.texts)
        v.say("silent_reminded", protect=True, told=told, silent=counted.silent, meeting=meeting)


async def on_calendar(update: Update, context: Context) -> None:
    """The meeting as a file for the telephone's own calendar, for who is called to it or leads the cell."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        meeting = await stored.get(v.session, number)
        listed = await stored.list_expected(v.session, meeting, on=v.texts.day_of(meeting.starts_at))
        if v.member_id not in {each.member_id for each in listed}:
            await authority.authorise_meeting(v.session, v.member, meeting, Right.LEAD, on=v.today)
        cell = await organisations.get(v.session, meeting.cell_id)
        name = f"{v.texts.label('calendar.file', v.language)}-{v.texts.day_of(meeting.starts_at)}.ics"
        file = media.document(name, _calendar(v, meeting, cell), mime="text/calendar", now=v.now)
        about = (media.LIST, v.member_id)
        v.say("calendar_file", about=about, media_id=await media.keep(v.session, file), meeting=meeting)


def _calendar(v: Visit, meeting: Meeting, cell: Organisation) -> bytes:
    from bot.reports.calendar import Appointment, calendar_file  # a library only those who tap here need

    kind = v.texts.label(f"kinds.{meeting.kind}", v.language)
    appointment = Appointment(
        number=meeting.id or 0,
        bot=v.house.bot,
        kind=meeting.title or kind,
        cell=cell.name,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        place=meeting.place,
        agenda=meeting.agenda,
        sequence=meeting.sequence,
        cancelled=meeting.state is MeetingState.CANCELLED,
    )
    return calendar_file(appointment, now=v.now, zone=v.texts.zone, language=v.language)


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
            [*invitation_buttons(meeting.id)(v.texts, v.language), *await _documents(v, meeting.id)],
            about=(told.ABOUT, meeting.id),
            asks=True,
            meeting=meeting,
            cell=cell,
            reply=mine.reply,
            exempt=mine.standing is Standing.EXEMPT,
        )
        said += 1
    return said


async def _documents(v: Visit, meeting_id: int) -> Rows:
    """A button to the documents of a meeting, where there are any."""
    found = (await preparing.list_documents(v.session, [meeting_id])).get(meeting_id, [])
    if not found or not v.texts.documents_in_chat:
        return []
    return [[v.button("meetings.files", "files", meeting_id, count=len(found))]]


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


TAPS = {
    "headcount": on_headcount,
    "remind": on_remind,
    "ics": on_calendar,
}
