"""Forms in chat: a few questions one after the other, by button or typed, and nothing happens before the last.

A form is a list of fields and what is to be done with the answers. What was answered so far is kept in the
database, so a restart forgets nothing. A button carries the number of its question: one of an earlier question
does nothing. Who may is asked at the beginning, and when it is done by the action itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from telegram import Update

from bot.buttons import Button, tap
from bot.errors import BadInput, NotAllowed, NotFound, TooLate
from bot.rules.days import read_day
from bot.rules.names import clean, fold
from bot.rules.words import OrganisationKind
from db import organisations, wizards
from db.models import Organisation
from handlers.common import Context, Visit, tapped, visit

FORM = "form"
"""The wizard that waits for the next answer of a form."""
MAYBE = "?"
"""Before the key of a question: the answers that may have been meant."""
LONGEST = 500
"""Characters of an answer: a question repeats it, and a message has room for so many."""
OFFERED = 8
"""So many organisations of like name are offered as buttons."""

NOTHING = "-"
"""The answer that there is none."""
Answers = dict[str, Any]
Offer = tuple[str, str]
"""The words on a button, and the answer it stands for."""


@dataclass(frozen=True)
class Field:
    """A question: what it asks is the label `forms.<form>_<key>`. `asked` says whether, after the answers so far.

    `read` makes an answer of what was typed (BadInput when it cannot), or a list of the answers it may have meant,
    which are then offered; `offers` are the buttons beside typing.
    """

    key: str
    read: Callable[[Visit, Answers, str], Awaitable[Any]]
    offers: Callable[[Visit, Answers], Awaitable[Sequence[Offer]]]
    asked: Callable[[Answers], bool] = lambda answers: True


@dataclass(frozen=True)
class Form:
    """Questions about one thing (`about` is its number), what is shown before the last tap, and what is done then.

    `may` refuses who may not begin it; `subject` are the values the questions are put with; without `confirms` the
    last answer is the last word.
    """

    name: str
    fields: Sequence[Field]
    do: Callable[[Visit, int, Answers], Awaitable[None]]
    may: Callable[[Visit, int], Awaitable[object]]
    subject: Callable[[Visit, int], Awaitable[Mapping[str, Any]]]
    confirms: bool = field(default=True)
    asks: str | None = None
    """Whose questions it asks, where several forms ask the same."""


FORMS: dict[str, Form] = {}


def add(*forms: Form) -> None:
    """Make forms known by their names."""
    FORMS.update({form.name: form for form in forms})


async def start(v: Visit, name: str, about: int) -> None:
    """Begin a form about something. NotFound for one there is not, and what `may` raises for who may not."""
    form = FORMS.get(name)
    if form is None:
        raise NotFound
    await form.may(v, about)
    await _go_on(v, form, about, {})


async def on_begin(update: Update, context: Context) -> None:
    """The button of a form: `<verb>:<form>:<number of what it is about>`."""
    pressed = tapped(update)
    name, about = pressed.word(0), pressed.number(1)
    async with visit(update, context) as v:
        await start(v, name, about)


async def on_answer(v: Visit, text: str) -> None:
    """The answer that was typed."""
    form, about, answers, asked = await _where(v)
    if asked is None:
        if fold(text) in ("dung", "ghi lai", "yes", "ok"):
            await _finish(v, form, about, answers)
            return
        raise BadInput("form_press_button")
    answer = await asked.read(v, answers, text)
    answers[MAYBE + asked.key if isinstance(answer, list) else asked.key] = answer
    await _go_on(v, form, about, answers)


async def on_tap(update: Update, context: Context) -> None:
    """The answer that was tapped: `form:<number of the question>:<answer>`."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        form, about, answers, asked = await _where(v)
        if pressed.number(0) != len(answers):
            raise TooLate("wizard_gone")
        if pressed.word(1) == "stop":
            await wizards.stop(v.session, v.known)
            v.edit("cancelled")
        elif asked is None:
            await _finish(v, form, about, answers)
        else:
            if pressed.word(1) not in {value for _, value in await asked.offers(v, answers)}:
                raise NotAllowed("button_unknown")
            answers[asked.key] = pressed.word(1)
            await _go_on(v, form, about, answers)


async def _where(v: Visit) -> tuple[Form, int, Answers, Field | None]:
    """The form this chat is in, the answers so far, and the question that is open; None: only the last word."""
    data = await current(v)
    form, answers = FORMS.get(data["form"]), dict(data["answers"])
    if form is None:  # of a version that had it
        raise TooLate("wizard_gone")
    return form, data["about"], answers, _next(form, answers)


async def current(v: Visit) -> dict[str, Any]:
    """The form this chat is in: its name, what it is `about`, and the answers so far."""
    return await wizards.get(v.session, v.known, FORM)


def _next(form: Form, answers: Answers) -> Field | None:
    return next((f for f in form.fields if f.key not in answers and f.asked(answers)), None)


async def _go_on(v: Visit, form: Form, about: int, answers: Answers) -> None:
    """Ask the next question, or for the last word, or do it."""
    asked = _next(form, answers)
    if asked is None and not form.confirms:
        await _finish(v, form, about, answers)
        return
    kept = {"form": form.name, "about": about, "answers": answers}
    await wizards.start(v.session, v.known, FORM, kept, now=v.now)
    subject = {**await form.subject(v, about), **answers}
    offers = await asked.offers(v, answers) if asked else [(v.texts.label("form.yes", v.language), "yes")]
    rows = [[_button(words, answers, value)] for words, value in offers]
    rows.append([_button(v.texts.label("form.stop", v.language), answers, "stop")])
    question = f"forms.{form.asks or form.name}_{asked.key if asked else 'sure'}"
    v.edit("form_asked", rows, text=v.texts.label(question, v.language, **_shown(v, subject)))


def _button(words: str, answers: Answers, value: str) -> Button:
    return tap(words, FORM, len(answers), value)


async def _finish(v: Visit, form: Form, about: int, answers: Answers) -> None:
    await wizards.stop(v.session, v.known)
    await form.do(v, about, answers)


def _shown(v: Visit, values: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a question may repeat them: days are kept as text, and shown as people write them."""
    return {key: _day_shown(value) for key, value in values.items()}


def _day_shown(value: Any) -> Any:
    try:
        return date.fromisoformat(value).strftime("%d/%m/%Y") if isinstance(value, str) else value
    except ValueError:
        return value


# ── kinds of questions ──────────────────────────────────────────────────────────────────────────────


async def _nothing(v: Visit, answers: Answers) -> Sequence[Offer]:
    return ()


def words(key: str, **more: Any) -> Field:
    """Something typed, on one line."""

    async def read(v: Visit, answers: Answers, text: str) -> str:
        said = clean(text)
        if not said:
            raise BadInput("form_type_words")
        if len(said) > LONGEST:
            raise BadInput("form_too_long", most=LONGEST)
        return said

    return Field(key, read, _nothing, **more)


def optional_words(key: str, **more: Any) -> Field:
    """Something typed, or nothing."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(v.texts.label("form.empty", v.language), NOTHING)]

    return Field(key, words(key).read, offers, **more)


def lines(key: str, *, most: int, **more: Any) -> Field:
    """Some lines typed in one message, kept as they stand. `most`: so many characters."""

    async def read(v: Visit, answers: Answers, text: str) -> str:
        if len(text) > most:
            raise BadInput("form_too_long", most=most)
        return text

    return Field(key, read, _nothing, **more)


def optional_lines(key: str, *, most: int, **more: Any) -> Field:
    """Some lines, or nothing."""
    return Field(key, lines(key, most=most).read, optional_words(key).offers, **more)


def day(key: str, *, today: bool = True, **more: Any) -> Field:
    """A day; today is a tap away where that makes sense. Kept in ISO form."""

    async def read(v: Visit, answers: Answers, text: str) -> str:
        found = read_day(text, today=v.today)
        if found is None:
            raise BadInput("form_day_unclear")
        return found.isoformat()

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(v.texts.label("form.today", v.language), v.today.isoformat())] if today else []

    return Field(key, read, offers, **more)


def optional_day(key: str, **more: Any) -> Field:
    """A day, or none at all."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(v.texts.label("form.never", v.language), NOTHING)]

    return Field(key, day(key).read, offers, **more)


def choice(
    key: str, among: Callable[[Visit, Answers], Awaitable[Sequence[StrEnum]]], group: str, **more: Any
) -> Field:
    """One of fixed choices, whose words are the labels `<group>.<value>`; by button, or typed as it stands there."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        return [(v.texts.label(f"{group}.{one}", v.language), str(one)) for one in await among(v, answers)]

    async def read(v: Visit, answers: Answers, text: str) -> str:
        for shown, value in await offers(v, answers):
            if fold(text) == fold(shown):
                return value
        raise BadInput("form_press_button")

    return Field(key, read, offers, **more)


def organisation(
    key: str, kinds: Callable[[Answers], Sequence[OrganisationKind]], *, outside: bool = False, **more: Any
) -> Field:
    """An organisation by its name, with or without diacritics; several of like name are offered as buttons.

    With `outside` a name that fits none is taken as that of a place outside of our tree: kept with a `+` before.
    """

    async def read(v: Visit, answers: Answers, text: str) -> str | list[str]:
        found = await organisations.search(v.session, text, kinds=kinds(answers), on=v.today)
        if len(found) == 1:
            return str(found[0].id)
        if not found and not outside:
            raise BadInput("organisation_not_found", name=clean(text)[:LONGEST])
        return [str(each.id) for each in found[:OFFERED]] or f"+{clean(text)[:LONGEST]}"

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        meant = [await organisations.get(v.session, int(each)) for each in answers.get(MAYBE + key, ())]
        return [(await _full_name(v, each), str(each.id)) for each in meant]

    return Field(key, read, offers, **more)


async def _full_name(v: Visit, organisation: Organisation) -> str:
    """With what is above it: cells of different communes share their names."""
    if organisation.parent_id is None:
        return organisation.name
    return f"{organisation.name} – {(await organisations.get(v.session, organisation.parent_id)).name}"


def day_of(answers: Answers, key: str) -> date:
    """The day that was answered."""
    return date.fromisoformat(answers[key])


def place_of(answers: Answers, key: str) -> tuple[int | None, str]:
    """The organisation that was answered: its number, or None and the name of a place outside."""
    value = str(answers[key])
    return (None, value[1:]) if value.startswith("+") else (int(value), "")


async def named(v: Visit, answers: Answers, key: str) -> Organisation | None:
    """The organisation that was answered; None for a place outside."""
    number, _ = place_of(answers, key)
    return await organisations.get(v.session, number) if number is not None else None


TAPS = {FORM: on_tap}
WIZARDS = {FORM: on_answer}
