"""What can be done with one coming meeting: moved, called off, another agenda or length, thematic too.

Also the meetings that are called by hand, and the calendar file of an invitation.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from telegram import Update

from bot.actions import authority, calling, changing
from bot.actions.calling import BY_HAND, Called
from bot.actions.changing import LONGEST_AGENDA
from bot.actions.scheduling import MINUTES
from bot.buttons import Rows
from bot.errors import BadInput
from bot.rules.occurrence_words import read_occurrence, read_place
from bot.rules.permissions import Right
from bot.rules.words import MeetingKind
from db import organisations
from db.models import Meeting, MeetingState
from handlers import forms
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import NOTHING, Answers, Field, Form, Offer, choice, lines, optional_words, words

FORMS = {
    "move": "meeting_move",
    "cancel": "meeting_cancel",
    "agenda": "meeting_agenda",
    "length": "meeting_length",
}


class Length(StrEnum):
    """Lengths a tap away, in minutes."""

    SHORT = "60"
    USUAL = "90"
    COMBINED = "120"
    LONG = "150"


async def on_change(update: Update, context: Context) -> None:
    """What can be changed about a coming meeting."""
    number = tapped(update).number(0)
    async with visit(update, context) as v:
        await _show(v, await _get(v, number))


async def on_form(update: Update, context: Context) -> None:
    """One of the changes: its first question."""
    pressed = tapped(update)
    what, number = pressed.word(0), pressed.number(1)
    async with visit(update, context) as v:
        await forms.start(v, FORMS.get(what, ""), number)


async def on_combine(update: Update, context: Context) -> None:
    """A regular meeting is thematic too, or not after all."""
    pressed = tapped(update)
    number, combined = pressed.number(0), bool(pressed.number(1))
    async with visit(update, context) as v:
        meeting = await changing.combine(
            v.session, meeting_id=number, by=v.member, combined=combined, now=v.now, texts=v.texts
        )
        await _show(v, meeting)


async def _get(v: Visit, number: int) -> Meeting:
    return await changing.get(v.session, meeting_id=number, by=v.member, now=v.now, texts=v.texts)


async def _show(v: Visit, meeting: Meeting) -> None:
    number = meeting.id or 0
    cell = await organisations.get(v.session, meeting.cell_id)
    v.edit("meeting_change", _buttons(v, meeting, number), meeting=meeting, cell=cell)


def _buttons(v: Visit, meeting: Meeting, number: int) -> Rows:
    if meeting.state is MeetingState.CANCELLED:
        return [[v.button("meetings.revive", "changing", "move", number)]]
    rows: Rows = [
        [v.button("meetings.move", "changing", "move", number)],
        [
            v.button("meetings.agenda", "changing", "agenda", number),
            v.button("meetings.length", "changing", "length", number),
        ],
    ]
    if meeting.kind is MeetingKind.REGULAR:
        key, wanted = ("meetings.apart", 0) if meeting.combined else ("meetings.combine", 1)
        rows = [*rows, [v.button(key, "combine", number, wanted)]]
    if v.texts.documents_in_chat:
        rows = [*rows, [v.button("meetings.documents", "papers", number)]]
    return [*rows, [v.button("meetings.cancel", "changing", "cancel", number)]]


# ── the forms ───────────────────────────────────────────────────────────────────────────────────────


def _when() -> Field:
    """A new day, time or place, on one line."""

    async def read(v: Visit, answers: Answers, text: str) -> dict[str, Any]:
        number = (await forms.current(v))["about"]
        planned = v.texts.local((await _get(v, number)).starts_at)
        place = read_place(text)
        return _said(v, planned, place, None) if place else _read_when(v, text, planned)

    return Field("when", read, _none)


def _first_when() -> Field:
    """The day and time of a meeting that is called: tomorrow evening where only one of them is said."""

    async def read(v: Visit, answers: Answers, text: str) -> dict[str, Any]:
        local = v.texts.local(v.now)
        tomorrow = (local + timedelta(days=1)).replace(hour=19, minute=30, second=0, microsecond=0)
        return _read_when(v, text, tomorrow)

    return Field("when", read, _none)


def _read_when(v: Visit, text: str, planned: datetime) -> dict[str, Any]:
    found = read_occurrence(text, v.texts.local(v.now), planned)
    if found is None:
        raise BadInput("occurrence_unclear")
    return _said(v, datetime.combine(found.day, found.at, v.texts.zone), found.place, found.minutes)


def _said(v: Visit, at: datetime, place: str | None, minutes: int | None) -> dict[str, Any]:
    words = v.texts.label("meetings.when", v.language, at=at, place=place, minutes=minutes)
    return {"at": at.isoformat(), "place": place, "minutes": minutes, "words": words}


async def _none(v: Visit, answers: Answers) -> Sequence[Offer]:
    return ()


async def _lengths(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    return list(Length)


async def _may(v: Visit, number: int) -> None:
    await _get(v, number)


async def _subject(v: Visit, number: int) -> Mapping[str, Any]:
    meeting = await _get(v, number)
    return {
        "kind_words": v.texts.label(f"kinds.{meeting.kind}", v.language),
        "now_at": v.texts.label(
            "meetings.when", v.language, at=v.texts.local(meeting.starts_at), place=None, minutes=None
        ),
    }


async def move(v: Visit, number: int, answers: Answers) -> None:
    """Another day, time or place; those who were told are told."""
    when = answers["when"]
    changed = await changing.move(
        v.session,
        meeting_id=number,
        by=v.member,
        starts_at=datetime.fromisoformat(when["at"]),
        place=when["place"],
        minutes=when["minutes"],
        now=v.now,
        texts=v.texts,
    )
    v.edit("meeting_change_done", _back(v, number), what="move", changed=changed)


async def cancel(v: Visit, number: int, answers: Answers) -> None:
    """It is called off; those who were told are told."""
    reason = "" if answers["reason"] == NOTHING else answers["reason"]
    changed = await changing.cancel(
        v.session, meeting_id=number, by=v.member, reason=reason, now=v.now, texts=v.texts
    )
    v.edit("meeting_change_done", _back(v, number), what="cancel", changed=changed)


async def agenda(v: Visit, number: int, answers: Answers) -> None:
    """What the meeting is about."""
    meeting = await changing.set_agenda(
        v.session, meeting_id=number, by=v.member, agenda=answers["agenda"], now=v.now, texts=v.texts
    )
    await _show(v, meeting)


async def length(v: Visit, number: int, answers: Answers) -> None:
    """How long it is to take."""
    meeting = await changing.set_length(
        v.session, meeting_id=number, by=v.member, minutes=int(answers["minutes"]), now=v.now, texts=v.texts
    )
    await _show(v, meeting)


async def on_call(update: Update, context: Context) -> None:
    """A meeting that is called by hand: its first question."""
    pressed = tapped(update)
    kind, number = pressed.choice(0, MeetingKind), pressed.number(1)
    async with visit(update, context) as v:
        await forms.start(v, f"call_{kind}", number)


def _calls(kind: MeetingKind) -> Form:
    right = Right.CALL_COMMITTEE if kind is MeetingKind.COMMITTEE else Right.LEAD

    async def may(v: Visit, number: int) -> None:
        await authority.authorise(v.session, v.member, right, number, on=v.today)

    async def called(v: Visit, number: int, answers: Answers) -> None:
        when = answers["when"]
        meeting = await calling.call(
            v.session,
            organisation_id=number,
            by=v.member,
            kind=kind,
            title=answers["title"],
            starts_at=datetime.fromisoformat(when["at"]),
            place=when["place"] or "",
            minutes=when["minutes"] or MINUTES,
            called=Called(answers.get("called", Called.COMMITTEE)),
            now=v.now,
            texts=v.texts,
        )
        await _show(v, meeting)

    fields = [words("title"), _first_when()]
    if kind is MeetingKind.COMMITTEE:
        fields.append(choice("called", _groups, "called"))
    return Form(f"call_{kind}", fields, called, may, _place_name, asks="call")


async def _groups(v: Visit, answers: Answers) -> Sequence[StrEnum]:
    return list(Called)


async def _place_name(v: Visit, number: int) -> Mapping[str, Any]:
    return {"place_name": (await organisations.get(v.session, number)).name}


def _back(v: Visit, number: int) -> Rows:
    return [[v.button("meetings.change", "change", number)]]


forms.add(
    *(_calls(kind) for kind in (*BY_HAND, MeetingKind.COMMITTEE)),
    Form("meeting_move", [_when()], move, _may, _subject),
    Form("meeting_cancel", [optional_words("reason")], cancel, _may, _subject),
    Form("meeting_agenda", [lines("agenda", most=LONGEST_AGENDA)], agenda, _may, _subject, confirms=False),
    Form(
        "meeting_length",
        [choice("minutes", _lengths, "lengths")],
        length,
        _may,
        _subject,
        confirms=False,
    ),
)

TAPS = {"change": on_change, "changing": on_form, "combine": on_combine, "call": on_call}
