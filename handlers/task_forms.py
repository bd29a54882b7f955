"""What can be changed of a task, as forms: the question, and the change at the end."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.actions import task_changing as changing
from bot.errors import BadInput
from bot.rules.names import fold
from bot.rules.task_plan import Unclear, find_people
from bot.rules.task_words import list_names, read_day, read_kind, read_measure, read_rhythm
from bot.rules.words import Rhythm
from db import task_plans, tasks
from db.models import Member
from handlers import forms
from handlers.common import Visit
from handlers.forms import NOTHING, Answers, Field, Form, Offer, optional_words, words
from handlers.task_changes import get_led, show

MOST_OFFERED = 90
"""Names offered as buttons; Telegram takes a hundred of them. Everybody can be typed."""


# ── the questions ───────────────────────────────────────────────────────────────────────────────────


def _kind() -> Field:
    """One of the kinds, kept by its place in their list; or none."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        none = (v.texts.label("tasks.no_kind", v.language), NOTHING)
        return [*((kind, str(number)) for number, kind in enumerate(v.texts.kinds)), none]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        kind = read_kind(text, v.texts.kinds)
        if kind is None and fold(text) == fold(v.texts.label("tasks.no_kind", v.language)):
            return NOTHING
        if kind is None:
            raise BadInput("task_kind_unknown", kinds="; ".join(v.texts.kinds))
        return str(v.texts.kinds.index(kind))

    return Field("kind", read, offers)


def _deadline() -> Field:
    """A day that is to come, or none."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(v.texts.label("form.never", v.language), NOTHING)]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        try:
            found = read_day(text, today=v.today)
        except ValueError:
            found = None
        if found is None:
            raise BadInput("task_no_such_day")
        return found.isoformat()

    return Field("deadline", read, offers)


def _rhythm() -> Field:
    """How often it is asked for."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        task = await task_plans.get_task(v.session, await _about(v))
        can = [each for each in Rhythm if task.deadline or each is not Rhythm.AT_DEADLINE]
        return [(v.texts.label(f"rhythms.{each}", v.language), str(each)) for each in can]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        rhythm = read_rhythm(text)
        if rhythm is None:
            raise BadInput("form_press_button")
        return str(rhythm)

    return Field("rhythm", read, offers)


Listing = Callable[[Visit], Any]


def _people(key: str, among: Listing, *, several: bool = False) -> Field:
    """One of some members by a tap or typed; with `several` typed names are taken together: `Hoa, Minh`."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        people: list[Member] = await among(v)
        return [(member.name, str(member.id)) for member in people[:MOST_OFFERED]]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        names = [(member.id or 0, member.name) for member in await among(v)]
        found, problems = find_people(list_names(text), names)
        if problems:
            name = problems[0].values["name"]
            several_bear_it = problems[0].key is Unclear.WHICH_NAME
            raise BadInput("task_name_twice") if several_bear_it else BadInput("task_unknown_name", name=name)
        if not found or (len(found) > 1 and not several):
            raise BadInput("form_press_button")
        return ",".join(map(str, found))

    return Field(key, read, offers)


async def _holders(v: Visit) -> list[Member]:
    """Who has the task the form is about."""
    return [who for _, who in await task_plans.list_held(v.session, await _about(v), on=v.today)]


async def _others(v: Visit) -> list[Member]:
    """Who does not have it and can be given it."""
    task = await task_plans.get_task(v.session, await _about(v))
    held = {member.id for member in await _holders(v)}
    workers = await tasks.list_workers(v.session, task.cell_id, on=v.today)
    if others := [member for member in workers if member.id not in held]:
        return others
    raise BadInput("task_nobody_else")


async def _about(v: Visit) -> int:
    return int((await forms.current(v))["about"])


# ── what is done at the end ─────────────────────────────────────────────────────────────────────────


async def _retitle(v: Visit, task_id: int, answers: Answers) -> None:
    await changing.rename(v.session, title=answers["title"], **_by(v, task_id))
    await show(v, task_id)


async def _set_kind(v: Visit, task_id: int, answers: Answers) -> None:
    place = answers["kind"]
    kind = "" if place == NOTHING else v.texts.kinds[int(place)]
    await changing.set_kind(v.session, kind=kind, **_by(v, task_id))
    await show(v, task_id)


async def _set_measure(v: Visit, task_id: int, answers: Answers) -> None:
    said = answers["measure"]
    target, unit = read_measure("" if said == NOTHING else said)
    await changing.set_measure(v.session, target=target, unit=unit, **_by(v, task_id))
    await show(v, task_id)


async def _set_deadline(v: Visit, task_id: int, answers: Answers) -> None:
    said = answers["deadline"]
    day = None if said == NOTHING else date.fromisoformat(said)
    await changing.set_deadline(v.session, deadline=day, **_by(v, task_id))
    await show(v, task_id)


async def _set_rhythm(v: Visit, task_id: int, answers: Answers) -> None:
    await changing.set_rhythm(v.session, rhythm=Rhythm(answers["rhythm"]), **_by(v, task_id))
    await show(v, task_id)


async def _give_more(v: Visit, task_id: int, answers: Answers) -> None:
    chosen = {int(number) for number in answers["who"].split(",")}
    await changing.give_more(v.session, member_ids=chosen, **_by(v, task_id))
    await show(v, task_id)


async def _take_back(v: Visit, task_id: int, answers: Answers) -> None:
    await changing.take_back(v.session, member_id=int(answers["who"]), **_by(v, task_id))
    await show(v, task_id)


async def _hand_over(v: Visit, task_id: int, answers: Answers) -> None:
    who, to = int(answers["who"]), int(answers["to"])
    await changing.hand_over(v.session, member_id=who, to_id=to, **_by(v, task_id))
    await show(v, task_id)


async def _close(v: Visit, task_id: int, answers: Answers) -> None:
    await changing.close(v.session, **_by(v, task_id))
    await show(v, task_id)


async def _reopen(v: Visit, task_id: int, answers: Answers) -> None:
    await changing.reopen(v.session, **_by(v, task_id))
    await show(v, task_id)


def _by(v: Visit, task_id: int) -> dict[str, Any]:
    """What every change takes."""
    return {"task_id": task_id, "by": v.member, "texts": v.texts, "now": v.now}


async def _may(v: Visit, task_id: int) -> None:
    await get_led(v, task_id)


async def _subject(v: Visit, task_id: int) -> Mapping[str, Any]:
    """The words of the task, and of everybody a question may name, by their number."""
    task = await task_plans.get_task(v.session, task_id)
    people = [who for _, who in await task_plans.list_held(v.session, task_id, on=v.today)]
    people += await tasks.list_workers(v.session, task.cell_id, on=v.today)
    return {"task_title": task.title, "names": {str(member.id): member.name for member in people}}


def _form(name: str, fields: Sequence[Field], do: Any, *, confirms: bool = False) -> Form:
    return Form(name, fields, do, _may, _subject, confirms=confirms)


forms.add(
    _form("task_title", [words("title")], _retitle),
    _form("task_kind", [_kind()], _set_kind),
    _form("task_measure", [optional_words("measure")], _set_measure),
    _form("task_deadline", [_deadline()], _set_deadline),
    _form("task_rhythm", [_rhythm()], _set_rhythm),
    _form("task_more", [_people("who", _others, several=True)], _give_more),
    _form("task_drop", [_people("who", _holders)], _take_back, confirms=True),
    _form("task_pass", [_people("who", _holders), _people("to", _others)], _hand_over, confirms=True),
    _form("task_close", [], _close, confirms=True),
    _form("task_reopen", [], _reopen, confirms=True),
)

TAPS = {"taskdo": forms.on_begin}
