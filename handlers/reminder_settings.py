"""How a cell is reminded of its meetings, chosen by who leads it: one screen, and a question for each setting."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from telegram import Update

from bot.actions import meeting_settings
from bot.actions.changing import LONGEST_AGENDA
from bot.errors import NotFound
from bot.rules.words import MeetingKind, ReminderProfile
from db import organisations, schedules
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import NOTHING, Answers, Form, choice, optional_lines

SETTINGS = ("profile", "prepare", "deadline", "agenda")


class PrepareDays(StrEnum):
    """How many days before a meeting the secretary is asked to confirm it."""

    NEVER = "0"
    WEEK = "8"
    USUAL = "10"
    EARLY = "14"


class AnswerHours(StrEnum):
    """How many hours before a meeting answers are due."""

    START = "0"
    MORNING = "12"
    DAY = "24"
    TWO_DAYS = "48"


async def on_settings(update: Update, context: Context) -> None:
    """What is set for a cell's meetings."""
    cell_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await _show(v, cell_id)


async def on_setting(update: Update, context: Context) -> None:
    """One of the settings: its question."""
    pressed = tapped(update)
    what, cell_id = pressed.word(0), pressed.number(1)
    async with visit(update, context) as v:
        if what not in SETTINGS:
            raise NotFound
        await forms.start(v, f"remind_{what}", cell_id)


async def _show(v: Visit, cell_id: int) -> None:
    own = await meeting_settings.list_settings(v.session, cell_id=cell_id, by=v.member, today=v.today)
    cell = await organisations.get(v.session, cell_id)
    rows = [
        [v.button("settings.profile", "setting", "profile", cell_id)],
        [v.button("settings.prepare", "setting", "prepare", cell_id)],
        [v.button("settings.deadline", "setting", "deadline", cell_id)],
        [v.button("settings.agenda", "setting", "agenda", cell_id)],
    ]
    v.edit("reminder_settings", rows, cell=cell, schedules=own, first=own[0])


async def _may(v: Visit, cell_id: int) -> None:
    await meeting_settings.list_settings(v.session, cell_id=cell_id, by=v.member, today=v.today)


async def _subject(v: Visit, cell_id: int) -> Mapping[str, Any]:
    return {"cell": (await organisations.get(v.session, cell_id)).name}


async def _profiles(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    return list(ReminderProfile)


async def _days(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    return list(PrepareDays)


async def _hours(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    return list(AnswerHours)


async def _kinds(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    """The kinds of meetings the cell has a schedule for."""
    cell_id = (await forms.current(v))["about"]
    return [schedule.kind for schedule in await schedules.list_of(v.session, cell_id)]


async def _change(v: Visit, cell_id: int, **given: Any) -> None:
    await meeting_settings.change(v.session, cell_id=cell_id, by=v.member, now=v.now, texts=v.texts, **given)
    await _show(v, cell_id)


async def profile(v: Visit, number: int, answers: Answers) -> None:
    """How much the cell reminds."""
    await _change(v, number, profile=ReminderProfile(answers["profile"]))


async def prepare(v: Visit, number: int, answers: Answers) -> None:
    """When the secretary is asked to confirm."""
    await _change(v, number, prepare_days=int(answers["days"]))


async def deadline(v: Visit, number: int, answers: Answers) -> None:
    """Until when members answer."""
    await _change(v, number, answer_hours=int(answers["hours"]))


async def agenda(v: Visit, number: int, answers: Answers) -> None:
    """What is proposed as the agenda each time."""
    words = "" if answers["agenda"] == NOTHING else answers["agenda"]
    await meeting_settings.set_agenda(
        v.session,
        cell_id=number,
        kind=MeetingKind(answers["kind"]),
        by=v.member,
        agenda=words,
        now=v.now,
        texts=v.texts,
    )
    await _show(v, number)


forms.add(
    Form(
        "remind_profile", [choice("profile", _profiles, "profiles")], profile, _may, _subject, confirms=False
    ),
    Form("remind_prepare", [choice("days", _days, "prepare_days")], prepare, _may, _subject, confirms=False),
    Form(
        "remind_deadline", [choice("hours", _hours, "answer_hours")], deadline, _may, _subject, confirms=False
    ),
    Form(
        "remind_agenda",
        [choice("kind", _kinds, "kinds"), optional_lines("agenda", most=LONGEST_AGENDA)],
        agenda,
        _may,
        _subject,
        confirms=False,
    ),
)

TAPS = {"settings": on_settings, "setting": on_setting}
