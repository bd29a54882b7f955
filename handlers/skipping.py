"""Who was absent, as it is asked: in words or by filters, numbers first, names by cell, the same list as a file."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from telegram import Update

from bot import spoken
from bot.actions import authority
from bot.actions import skipping as acting
from bot.actions.skipping import Found
from bot.buttons import Button, Rows, Tap, tap
from bot.errors import NotAllowed
from bot.reports import sheets
from bot.rules.permissions import Right
from bot.rules.skip_words import asks_who, read_skip
from bot.rules.skipping import KINDS, REACH, Asked, Marks
from bot.rules.spans import Span
from bot.workbooks import written
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns
from handlers.sheets import say_file

FILTERS = ("when", "how", "marks", "kind")
"""What can be changed in a question."""


async def in_words(v: Visit, text: str) -> bool:
    """A question about absences, typed; False for anything else. What is not sure is asked back with the filters."""
    asked = read_skip(text, v.today)
    if asked is None:
        return False
    places = await authority.list_places(v.session, v.member, Right.SEE_TOTALS, on=v.today)
    if not places:
        if asks_who(text):
            raise NotAllowed("only_secretary")
        return False
    question = asked if isinstance(asked, Asked) else _default(v.today)
    if len(places) > 1:
        v.say("which_place", [[tap(place.name, "skip", place.id, question.code)] for place in places])
    elif asked is question:
        await show(v, places[0].id or 0, question)
    else:
        v.say("skip_unclear", _filters(v, places[0].id or 0, question))
    return True


async def on_list(update: Update, context: Context) -> None:
    """What a question finds, or another page of it."""
    pressed = tapped(update)
    number, page = pressed.number(0), turned_to(pressed, 2)
    async with visit(update, context) as v:
        await show(v, number, question_of(pressed, v.today), page)


async def on_filter(update: Update, context: Context) -> None:
    """What one thing of a question can be changed to."""
    pressed = tapped(update)
    number, what = pressed.number(0), pressed.word(2)
    if what not in FILTERS:
        raise NotAllowed("button_unknown")
    async with visit(update, context) as v:
        asked = question_of(pressed, v.today)
        await authority.authorise(v.session, v.member, Right.SEE_TOTALS, number, on=v.today)
        rows = [[tap(words, "skip", number, other.code)] for words, other in _choices(v, asked, what)]
        rows.append([v.button("skip.back", "skip", number, asked.code)])
        v.edit("skip_filter", rows, asked=spoken.asked(asked, v.language))


async def on_names(update: Update, context: Context) -> None:
    """The names of a cell, for who does not lead it: audited."""
    pressed = tapped(update)
    cell_id, page = pressed.number(0), turned_to(pressed, 2)
    async with visit(update, context) as v:
        asked = question_of(pressed, v.today)
        found = await acting.read_names(
            v.session, cell_id=cell_id, asked=asked, by=v.member, now=v.now, on=v.today
        )
        rows = [
            *turns(v, "skipwho", cell_id, asked.code, page=page, total=found.count),
            [v.button("skip.back", "skip", cell_id, asked.code)],
        ]
        _edit(v, found, rows, page, audited=True)


async def on_file(update: Update, context: Context) -> None:
    """The same list as a table."""
    pressed = tapped(update)
    number = pressed.number(0)
    async with visit(update, context) as v:
        asked = question_of(pressed, v.today)
        found = await acting.export(
            v.session, organisation_id=number, asked=asked, by=v.member, now=v.now, on=v.today
        )
        name = v.texts.label("sheets.skipped_name", v.language, code=found.organisation.code)
        content = written(lambda path: sheets.write_absent(path, found, v.language))
        when = spoken.asked(asked, v.language)
        await say_file(v, name, content, "skip_file", found=found, asked=when)


async def show(v: Visit, number: int, asked: Asked, page: int = 0) -> None:
    """How the question was understood, the number, then names for who leads the cell, or the parts in numbers."""
    found = await acting.look(v.session, organisation_id=number, asked=asked, by=v.member, on=v.today)
    code = asked.code
    listed = found.count if found.absent is not None else len(found.parts)
    rows: list[list[Button]] = [
        *([tap(f"{part.name}: {many}", "skip", part.id, code)] for part, many in page_of(found.parts, page)),
        *turns(v, "skip", number, code, page=page, total=listed),
        *_behind(v, found),
        *_filters(v, number, asked),
    ]
    _edit(v, found, rows, page, audited=False)


def question_of(pressed: Tap, today: date) -> Asked:
    """The question behind a tap; the usual one where it names none."""
    if len(pressed.args) < 2:
        return _default(today)
    try:
        return Asked.decoded(pressed.word(1))
    except ValueError:
        raise NotAllowed("button_unknown") from None


def _default(today: date) -> Asked:
    return Asked(Span.of("month", today))


def _edit(v: Visit, found: Found, rows: Rows, page: int, *, audited: bool) -> None:
    shown = page_of(found.absent, page) if found.absent is not None else None
    asked = spoken.asked(found.asked, v.language)
    v.edit("skip_list", rows, protect=True, found=found, asked=asked, shown=shown, audited=audited)


def _behind(v: Visit, found: Found) -> list[list[Button]]:
    """The names behind numbers, and the list as a file, where whoever asks may have them."""
    if not (found.names and found.count):
        return []
    number, code = found.organisation.id, found.asked.code
    row = [v.button("skip.file", "skipfile", number, code)]
    if found.absent is None and not found.parts:
        row.insert(0, v.button("skip.names", "skipwho", number, code))
    return [row]


# ── filters ────────────────────────────────────────────────────────────────────────────────────────


def _filters(v: Visit, number: int, asked: Asked) -> list[list[Button]]:
    """A button for each thing that can be changed, with what it is now."""
    now = {
        "when": _when(v, asked.span),
        "how": _how(v, asked),
        "marks": v.texts.label(f"skip_marks.{asked.marks}", v.language),
        "kind": v.texts.label(f"kinds.{asked.kind}", v.language),
    }
    buttons = [
        v.button(f"skip.{what}", "skipset", number, asked.code, what, **{what: words})
        for what, words in now.items()
    ]
    return [buttons[:2], buttons[2:]]


def _when(v: Visit, span: Span | None) -> str:
    return spoken.span(span, v.language) if span else v.texts.label("skip.last", v.language)


def _how(v: Visit, asked: Asked) -> str:
    key = "row" if asked.row else "times" if asked.times > 1 else "once"
    return v.texts.label(f"skip.{key}", v.language, n=asked.least)


def _choices(v: Visit, asked: Asked, what: str) -> Iterable[tuple[str, Asked]]:
    """The words and the question of each choice."""
    if what == "when":
        month, quarter = Span.of("month", v.today), Span.of("quarter", v.today)
        spans = [None, month, month.before(), Span.back(3, v.today), quarter, quarter.before()]
        spans += [Span.of("year", v.today), Span.of("year", v.today).before()]
        others = [
            replace(asked, span=span) if span else Asked(None, 1, 0, asked.marks, asked.kind)
            for span in spans
        ]
        return [(_when(v, other.span), other) for other in dict.fromkeys(others)]
    if what == "how":
        span = asked.span or Span.back(REACH, v.today)
        often = [replace(asked, times=n, row=0, span=asked.span if n == 1 else span) for n in (1, 2, 3, 5)]
        rows = [replace(asked, times=1, row=n, span=span) for n in (2, 3)]
        return [(_how(v, other), other) for other in (*often, *rows)]
    if what == "marks":
        return [
            (v.texts.label(f"skip_marks.{marks}", v.language), replace(asked, marks=marks)) for marks in Marks
        ]
    return [(v.texts.label(f"kinds.{kind}", v.language), replace(asked, kind=kind)) for kind in KINDS]


TAPS = {"skip": on_list, "skipset": on_filter, "skipwho": on_names, "skipfile": on_file}
