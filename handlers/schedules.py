"""When cells meet: a cell's own schedules, and the days a committee sets for all cells below it.

One line is enough ("ngày 3 hằng tháng, 19 giờ 30, nhà văn hóa thôn"); step by step it goes by buttons.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from telegram import Update

from bot.actions import authority, calling, scheduling
from bot.actions.calling import BY_HAND
from bot.actions.scheduling import MINUTES, Timetable, timetable_of
from bot.buttons import Rows
from bot.errors import BadInput, NotAllowed, NotFound
from bot.rules.permissions import Right
from bot.rules.recurrence import describe, monthly_rule
from bot.rules.schedule_words import ScheduleWords, read_schedule
from bot.rules.words import MeetingKind, OrganisationKind, Shift
from db import meetings, organisations, schedules, wizards
from db.models import DefaultSchedule, Organisation, Schedule
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import NOTHING, Answers, Field, Form, Offer, choice, optional_words

SCHEDULE = "schedule"
"""The wizard that waits for a schedule in one line, and then for a yes."""
KINDS = (MeetingKind.REGULAR, MeetingKind.THEMATIC, MeetingKind.RESIDENTIAL)
"""Kinds of meeting that can be put on a schedule."""
DAYS = ("BYMONTHDAY=3", "BYMONTHDAY=5", "BYMONTHDAY=10", "BYMONTHDAY=15", "BYMONTHDAY=25", "BYMONTHDAY=-1")
WEEKDAYS = ("BYDAY=1SA", "BYDAY=1SU")
TIMES = ("0730", "0800", "1400", "1900", "1930", "2000")
LENGTHS = ("90", "120", "150")
"""Minutes."""


async def on_schedules(update: Update, context: Context) -> None:
    """`/lich`: the schedules of the cells one leads, and the defaults of the committees one is an officer of."""
    async with visit(update, context) as v:
        places = [
            *await authority.list_places(v.session, v.member, Right.LEAD, on=v.today),
            *await authority.list_places(v.session, v.member, Right.SET_DEFAULTS, on=v.today),
        ]
        if not places:
            raise NotAllowed("only_secretary")
        for place in places:
            await _show(v, place, edit=False)


async def on_place(update: Update, context: Context) -> None:
    """The schedules of a cell, or the defaults of a committee."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        place = await organisations.get(v.session, number)
        await authority.authorise(v.session, v.member, _right(place), number, on=v.today)
        await _show(v, place, edit=True)


async def on_schedule(update: Update, context: Context) -> None:
    """The kind of meeting whose schedule is to be set: ask for the one line."""
    pressed = tapped(update)
    kind = pressed.choice(0, MeetingKind)

    async with visit(update, context) as v:
        place = await _place(v, pressed.number(1) if len(pressed.args) > 1 else None)
        if kind not in KINDS:
            raise NotFound
        data = {"kind": kind, "place": place.id}
        await wizards.start(v.session, v.known, SCHEDULE, data, now=v.now)
        _ask(v, kind, place)


async def on_schedule_typed(v: Visit, text: str) -> None:
    """The schedule in one line: say back what was understood, to be confirmed."""
    data = await wizards.get(v.session, v.known, SCHEDULE)
    read = read_schedule(text)
    if read is None:
        raise BadInput("schedule_unclear")
    await _understood(v, data, read)


async def on_schedule_confirmed(update: Update, context: Context) -> None:
    """A yes to the schedule as understood, or another try."""
    answer = tapped(update).word(0)

    async with visit(update, context) as v:
        data = await wizards.get(v.session, v.known, SCHEDULE)
        place = await organisations.get(v.session, data["place"])
        if answer != "yes":
            _ask(v, MeetingKind(data["kind"]), place, edit=True)
        elif place.kind is OrganisationKind.CELL:
            await _set(v, place, data)
        else:
            await _set_default(v, place, data)


async def on_follow(update: Update, context: Context) -> None:
    """The cell meets on the day its committee has set."""
    pressed = tapped(update)
    kind, number = pressed.choice(0, MeetingKind), pressed.number(1)
    async with visit(update, context) as v:
        schedule = await scheduling.follow_default(
            v.session, cell_id=number, by=v.member, kind=kind, now=v.now, today=v.today, texts=v.texts
        )
        await _say_set(v, await organisations.get(v.session, number), schedule)


async def on_end_default(update: Update, context: Context) -> None:
    """A committee's default is taken back."""
    pressed = tapped(update)
    kind, number = pressed.choice(0, MeetingKind), pressed.number(1)
    async with visit(update, context) as v:
        await scheduling.end_default(v.session, organisation_id=number, by=v.member, kind=kind, today=v.today)
        await _show(v, await organisations.get(v.session, number), edit=True)


async def _place(v: Visit, number: int | None) -> Organisation:
    """The cell or committee a schedule is for; of an old button that names none, the cell one leads."""
    if number is None:
        return await authority.get_led_cell(v.session, v.member, on=v.today)
    place = await organisations.get(v.session, number)
    await authority.authorise(v.session, v.member, _right(place), number, on=v.today)
    return place


def _right(place: Organisation) -> Right:
    return Right.LEAD if place.kind is OrganisationKind.CELL else Right.SET_DEFAULTS


async def _show(v: Visit, place: Organisation, *, edit: bool) -> None:
    number, is_cell = place.id or 0, place.kind is OrganisationKind.CELL
    own: Sequence[Schedule | DefaultSchedule] = await (
        schedules.list_of(v.session, number) if is_cell else schedules.list_defaults(v.session, number)
    )
    known = {each.kind: each for each in own}
    listed = [(kind, known[kind], described(v, timetable_of(known[kind]))) for kind in KINDS if kind in known]
    rows: Rows = [[v.button(f"schedule.{kind}", "schedule", kind, number)] for kind in KINDS]
    if is_cell:
        rows = [
            *rows,
            *[
                [v.button("schedule.follow", "follow", k, number)]
                for k in await _followable(v, known, number)
            ],
        ]
    else:
        rows = [
            *rows,
            *[
                [
                    v.button(
                        "schedule.end",
                        "enddefault",
                        kind,
                        number,
                        kind=v.texts.label(f"kinds.{kind}", v.language),
                    )
                ]
                for kind in known
            ],
        ]
    kinds = BY_HAND if is_cell else (MeetingKind.COMMITTEE,)
    rows = [*rows, *([v.button(f"calls.{kind}", "call", kind, number)] for kind in kinds)]
    owing = is_cell and await calling.owes_thematic(v.session, number, today=v.today)
    (v.edit if edit else v.say)("schedules", rows, place=place, listed=listed, is_cell=is_cell, owing=owing)


async def _followable(v: Visit, own: Mapping[MeetingKind, Any], cell_id: int) -> list[MeetingKind]:
    """The regular meeting, where the cell has a day of its own and its committee another for all."""
    schedule = own.get(MeetingKind.REGULAR)
    if schedule is None or schedule.default_id is not None:
        return []
    default = await schedules.find_default(v.session, cell_id, MeetingKind.REGULAR)
    return [MeetingKind.REGULAR] if default else []


def described(v: Visit, when: Timetable) -> str:
    """When meetings take place, as a sentence says it."""
    key, values = describe(when.rule, when.at)
    return v.texts.label(f"rules.{key}", v.language, **values)


def _ask(v: Visit, kind: MeetingKind, place: Organisation, *, edit: bool = False) -> None:
    rows = [[v.button("schedule.steps", "schedulesteps", kind, place.id)]]
    (v.edit if edit else v.say)("schedule_asked", rows, kind=kind, cell=place)


async def _understood(v: Visit, data: dict[str, Any], read: ScheduleWords) -> None:
    kept = data | {
        "rule": read.rule,
        "at": read.at.isoformat("minutes"),
        "place_words": read.place or "",
        "shift": read.shift,
        "minutes": read.minutes,
    }
    await wizards.start(v.session, v.known, SCHEDULE, kept, now=v.now)
    key, values = describe(read.rule, read.at)
    rows = [[v.button("schedule.yes", "scheduled", "yes"), v.button("schedule.no", "scheduled", "no")]]
    v.edit("schedule_understood", rows, read=read, key=key, kind=data["kind"], values=values)


async def _set(v: Visit, cell: Organisation, data: dict[str, Any]) -> None:
    kind = MeetingKind(data["kind"])
    before = await schedules.find(v.session, cell.id or 0, kind)
    schedule = await scheduling.set_schedule(
        v.session,
        cell_id=cell.id or 0,
        by=v.member,
        kind=kind,
        when=_timetable(data, before),
        place=data["place_words"],
        now=v.now,
        today=v.today,
        texts=v.texts,
    )
    await wizards.stop(v.session, v.known)
    await _say_set(v, cell, schedule)


async def _set_default(v: Visit, committee: Organisation, data: dict[str, Any]) -> None:
    kind = MeetingKind(data["kind"])
    before = await schedules.find_own_default(v.session, committee.id or 0, kind)
    default = await scheduling.set_default(
        v.session,
        organisation_id=committee.id or 0,
        by=v.member,
        kind=kind,
        when=_timetable(data, before),
        today=v.today,
        texts=v.texts,
    )
    await wizards.stop(v.session, v.known)
    v.edit("schedule_default_set", place=committee, kind=kind, words=described(v, timetable_of(default)))


def _timetable(data: dict[str, Any], before: Schedule | DefaultSchedule | None) -> Timetable:
    """What was answered; what nothing was said about stays as it was."""
    shift = Shift(data["shift"]) if data["shift"] else before.shift if before else Shift.NONE
    minutes = data["minutes"] or (before.minutes if before else MINUTES)
    return Timetable(data["rule"], time.fromisoformat(data["at"]), shift, minutes)


async def _say_set(v: Visit, cell: Organisation, schedule: Schedule) -> None:
    coming = [
        m
        for m in await meetings.list_open(v.session, [cell.id or 0])
        if m.kind is schedule.kind and m.starts_at > v.now
    ]
    v.edit("schedule_set", schedule=schedule, cell=cell, coming=coming[:1])


# ── step by step ───────────────────────────────────────────────────────────────────────────────────


async def on_steps(update: Update, context: Context) -> None:
    """Ask for day, time, place and the rest one after the other."""
    pressed = tapped(update)
    kind, number = pressed.choice(0, MeetingKind), pressed.number(1)
    async with visit(update, context) as v:
        if kind not in KINDS:
            raise NotFound
        await forms.start(v, f"schedule_{kind}", number)


def _day_field() -> Field:
    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(described(v, Timetable(monthly_rule(day), time(8))), day) for day in (*DAYS, *WEEKDAYS)]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        found = read_schedule(f"{text}, 8 giờ sáng")
        if found is None or found.place:
            raise BadInput("schedule_day_unclear")
        return found.rule.removeprefix("FREQ=MONTHLY;")

    return Field("day", read, offers)


def _time_field() -> Field:
    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(f"{each[:2]}:{each[2:]}", each) for each in TIMES]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        found = read_schedule(f"ngày 1, {text}")
        if found is None or found.place:
            raise BadInput("schedule_time_unclear")
        return found.at.strftime("%H%M")

    return Field("at", read, offers)


def _length_field() -> Field:
    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(v.texts.label("schedule.minutes", v.language, minutes=each), each) for each in LENGTHS]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        found = read_schedule(f"ngày 1, 8 giờ sáng, {text}")
        if found is None or found.minutes is None:
            raise BadInput("schedule_length_unclear")
        return str(found.minutes)

    return Field("minutes", read, offers)


async def _shifts(v: Visit, answers: Answers) -> Sequence[Shift]:
    return list(Shift)


async def _may(v: Visit, number: int) -> None:
    await _place(v, number)


async def _subject(v: Visit, number: int) -> Mapping[str, Any]:
    return {"place_name": (await organisations.get(v.session, number)).name}


def _steps(kind: MeetingKind) -> Form:
    async def done(v: Visit, number: int, answers: Answers) -> None:
        place = None if answers["where"] == NOTHING else answers["where"]
        read = ScheduleWords(
            f"FREQ=MONTHLY;{answers['day']}",
            time.fromisoformat(answers["at"]),
            place,
            Shift(answers["shift"]),
            int(answers["minutes"]),
        )
        await _understood(v, {"kind": kind, "place": number}, read)

    fields = [
        _day_field(),
        _time_field(),
        optional_words("where"),
        choice("shift", _shifts, "shifts"),
        _length_field(),
    ]
    return Form(f"schedule_{kind}", fields, done, _may, _subject, confirms=False, asks="schedule")


forms.add(*(_steps(kind) for kind in KINDS))

TAPS = {
    "schedules": on_place,
    "schedule": on_schedule,
    "schedulesteps": on_steps,
    "scheduled": on_schedule_confirmed,
    "follow": on_follow,
    "enddefault": on_end_default,
}
WIZARDS = {SCHEDULE: on_schedule_typed}
