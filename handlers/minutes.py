"""What the minutes are drafted from: how the meeting went, asked by form, and its conclusions, typed one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from telegram import Update

from bot.actions import minutes
from bot.actions.minutes import MOST_SPEAKERS, Course, Noted
from bot.errors import BadInput
from bot.rules.names import clean, fold, is_called
from bot.rules.times import read_time
from db import people, wizards
from db.models import MeetingState
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import OFFERED, Answers, Field, Form, Offer

POINTS = "minutes_points"
"""The wizard that waits for conclusions until somebody says that it is all."""
FINISH = {"xong", "het", "done"}


async def on_minutes(update: Update, context: Context) -> None:
    """ "Nội dung họp": what is noted so far."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        noted = await _look(v, meeting_id)
        _show(v, noted, edit=noted.sheet.meeting.state is not MeetingState.CLOSED)


async def on_course(update: Update, context: Context) -> None:
    """How the meeting went: a few questions."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await forms.start(v, "minutes", meeting_id)


async def on_points(update: Update, context: Context) -> None:
    """Ask for conclusions, until it is said that they are all."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await _ask_points(v, await _look(v, meeting_id))


async def on_point(v: Visit, text: str) -> None:
    """One conclusion or several, or that it is all."""
    meeting_id = (await wizards.get(v.session, v.known, POINTS))["meeting"]
    if fold(text).rstrip(" .!") in FINISH:
        await wizards.stop(v.session, v.known)
        _show(v, await _look(v, meeting_id))
        return
    noted = await minutes.add_conclusion(
        v.session, meeting_id=meeting_id, text=text, by=v.member, now=v.now, texts=v.texts
    )
    await _ask_points(v, noted)


async def on_drop(update: Update, context: Context) -> None:
    """Strike the last conclusion."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        noted = await minutes.drop_conclusion(
            v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
        )
        await _ask_points(v, noted)


async def on_finish(update: Update, context: Context) -> None:
    """ "Xong": what is noted now."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        noted = await _look(v, meeting_id)
        await wizards.stop(v.session, v.known)
        _show(v, noted)


async def _look(v: Visit, meeting_id: int) -> Noted:
    return await minutes.look(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)


async def _ask_points(v: Visit, noted: Noted) -> None:
    meeting_id = noted.sheet.meeting.id
    await wizards.start(v.session, v.known, POINTS, {"meeting": meeting_id}, now=v.now)
    drop = [v.button("minutes.drop", "minutesdrop", meeting_id)] if noted.points else []
    rows = [[*drop, v.button("minutes.finish", "minutesdone", meeting_id)]]
    v.edit("minutes_points_asked", rows, noted=noted)


def _show(v: Visit, noted: Noted, *, edit: bool = True) -> None:
    """What is noted; under the summary of a closed roll as a message of its own."""
    meeting = noted.sheet.meeting
    rows = [
        [v.button("minutes.course", "minutesform", meeting.id)],
        [v.button("minutes.points", "minutesadd", meeting.id)],
        [v.button("tasks.give", "taskgive", meeting.cell_id), v.button("sheet.list", "roll", meeting.id)],
    ]
    say = v.edit if edit else v.say
    say("minutes", rows, protect=True, noted=noted)


# ── the form ────────────────────────────────────────────────────────────────────────────────────────


async def _about(v: Visit) -> Noted:
    return await _look(v, (await forms.current(v))["about"])


def _time_field(key: str, usual: str) -> Field:
    """A time of day; that of the plan is a tap away (`usual` names which end of it)."""

    async def read(v: Visit, answers: Answers, text: str) -> str:
        found = read_time(text)
        if found is None:
            raise BadInput("minutes_time_unclear")
        return f"{found:%H:%M}"

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        meeting = (await _about(v)).sheet.meeting
        planned = meeting.starts_at + timedelta(minutes=meeting.minutes if usual == "end" else 0)
        at = f"{v.texts.local(planned):%H:%M}"
        return [(at, at.replace(":", "."))]  # a button's parts stand between colons

    return Field(key, read, offers)


def _person_field(key: str) -> Field:
    """A member: who leads the cell is a tap away, others by name."""

    async def read(v: Visit, answers: Answers, text: str) -> str | list[str]:
        noted = await _about(v)
        listed = {e.member_id: e.name for e in noted.sheet.people}
        listed |= {leader.id or 0: leader.name for leader in noted.leaders}
        found = [str(number) for number, name in listed.items() if is_called(name, text)]
        if not found:
            raise BadInput("member_not_found", name=clean(text)[: forms.LONGEST])
        return found[0] if len(found) == 1 else found[:OFFERED]

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        meant = answers.get(forms.MAYBE + key)
        numbers = meant or [leader.id for leader in (await _about(v)).leaders]
        return [((await people.get_member(v.session, int(n))).name, str(n)) for n in numbers]

    return Field(key, read, offers)


async def _read_count(v: Visit, answers: Answers, text: str) -> int:
    said = clean(text)
    if not (said.isascii() and said.isdigit() and int(said[:6]) <= MOST_SPEAKERS):
        raise BadInput("minutes_count_unclear", most=MOST_SPEAKERS)
    return int(said)


async def _nobody(v: Visit, answers: Answers) -> Sequence[Offer]:
    return [(str(number), str(number)) for number in (0, 3, 5)]


async def _subject(v: Visit, meeting_id: int) -> Mapping[str, Any]:
    meeting = (await _look(v, meeting_id)).sheet.meeting
    return {"day": f"{v.texts.day_of(meeting.starts_at):%d/%m/%Y}"}


async def _note(v: Visit, meeting_id: int, answers: Answers) -> None:
    course = Course(
        began=_at(answers["began"]),
        ended=_at(answers["ended"]),
        chair_id=int(answers["chair"]),
        taker_id=int(answers["taker"]),
        speakers=int(answers["speakers"]),
    )
    noted = await minutes.note_course(
        v.session, meeting_id=meeting_id, course=course, by=v.member, now=v.now, texts=v.texts
    )
    await _ask_points(v, noted)


def _at(answer: str) -> time:
    return datetime.strptime(answer.replace(".", ":"), "%H:%M").time()


forms.add(
    Form(
        "minutes",
        [
            _time_field("began", "start"),
            _time_field("ended", "end"),
            _person_field("chair"),
            _person_field("taker"),
            Field("speakers", _read_count, _nobody),
        ],
        _note,
        _look,
        _subject,
        confirms=False,
    )
)

TAPS = {
    "minutes": on_minutes,
    "minutesform": on_course,
    "minutesadd": on_points,
    "minutesdrop": on_drop,
    "minutesdone": on_finish,
}
WIZARDS = {POINTS: on_point}
