"""What a month, a quarter or a year adds up to, of a cell or a part of the tree; and one's own attendance."""

from typing import cast

from telegram import Update

from bot import spoken
from bot.actions import summaries as acting
from bot.actions.summaries import Part, Summary
from bot.buttons import Button, Rows, Tap, tap
from bot.errors import NotAllowed
from bot.rules.permissions import Right
from bot.rules.skipping import FIRST, LAST, Asked, span_from
from bot.rules.spans import LENGTHS, Kind, Span
from db import wizards
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns
from handlers.places import open_place


async def on_summary(update: Update, context: Context) -> None:
    """`/tonghop`: this month where one leads, follows or is an officer."""
    async with visit(update, context) as v:
        await wizards.stop(v.session, v.known)
        await say_summary(v, "")


async def say_summary(v: Visit, text: str) -> None:
    """`tổng hợp`: the same, typed."""
    await open_place(v, Right.SEE_TOTALS, "sum", _show_this_month, otherwise=NotAllowed("only_secretary"))


async def on_span(update: Update, context: Context) -> None:
    """A month, a quarter or a year of an organisation, or another page of its parts."""
    pressed = tapped(update)
    number, span, page = pressed.number(0), span_of(pressed, 1), turned_to(pressed, 3)
    async with visit(update, context) as v:
        await show(v, number, span or Span.of("month", v.today), page)


async def on_own(update: Update, context: Context) -> None:
    """One's own attendance in a year."""
    year = year_of(tapped(update), 0)
    async with visit(update, context) as v:
        await _show_own(v, year)


async def say_own(v: Visit, text: str) -> None:
    """`điểm danh của tôi`: the same of this year, typed."""
    await _show_own(v, v.today.year)


async def _show_this_month(v: Visit, number: int) -> None:
    await show(v, number, Span.of("month", v.today))


async def show(v: Visit, number: int, span: Span, page: int = 0) -> None:
    """The numbers of a span, then the parts from the worst; names stay behind buttons."""
    found = await acting.look(v.session, organisation_id=number, span=span, by=v.member, today=v.today)
    v.edit("summary", _buttons(v, found, page), found=found, when=spoken.span(span, v.language))


async def _show_own(v: Visit, year: int) -> None:
    mine = await acting.own(v.session, v.member, year=year)
    row = [v.button("summaries.before", "mine", year - 1, year=year - 1)]
    if year < v.today.year:
        row.append(v.button("summaries.after", "mine", year + 1, year=year + 1))
    v.edit("my_attendance", [row], protect=True, mine=mine)


# ── buttons ────────────────────────────────────────────────────────────────────────────────────────


def span_of(pressed: Tap, index: int) -> Span | None:
    """The span a tap names from an argument on: its kind and its first month; None where it names none."""
    if len(pressed.args) <= index:
        return None
    kind = pressed.word(index)
    try:
        months = LENGTHS[cast(Kind, kind)]
        found = span_from(pressed.word(index + 1), months)
    except (KeyError, ValueError):
        raise NotAllowed("button_unknown") from None
    return Span.of(cast(Kind, kind), found.since)


def year_of(pressed: Tap, index: int) -> int:
    """The year a tap names."""
    year = pressed.number(index)
    if not FIRST <= year <= LAST:
        raise NotAllowed("button_unknown")
    return year


def arguments(span: Span) -> tuple[str, str]:
    """A span as a tap names it."""
    return span.kind or "month", f"{span.since:%Y%m}"


def _buttons(v: Visit, found: Summary, page: int) -> Rows:
    number, span = found.organisation.id or 0, found.span
    there = arguments(span)
    return [
        *([_part_button(v, part, span)] for part in page_of(found.parts, page)),
        *turns(v, "sum", number, *there, page=page, total=len(found.parts)),
        _turns_of_time(v, number, span),
        [
            v.button(f"summaries.{kind}", "sum", number, *_other(v, span, kind))
            for kind in LENGTHS
            if kind != span.kind
        ],
        *_behind(v, found),
    ]


def _part_button(v: Visit, part: Part, span: Span) -> Button:
    rate = v.texts.percent(part.regular.count.rate, v.language)
    words = f"{part.organisation.name}: {rate} · 🏠 {part.met}/{part.cells}"
    return tap(words, "sum", part.organisation.id, *arguments(span))


def _turns_of_time(v: Visit, number: int, span: Span) -> list[Button]:
    before, after = span.before(), span.after()
    row = []
    if before.since.year >= FIRST:
        when = spoken.span(before, v.language)
        row.append(v.button("summaries.earlier", "sum", number, *arguments(before), when=when))
    if after.since <= v.today:
        when = spoken.span(after, v.language)
        row.append(v.button("summaries.later", "sum", number, *arguments(after), when=when))
    return row


def _other(v: Visit, span: Span, kind: Kind) -> tuple[str, str]:
    """The month, quarter or year around the last month of the span that is not still to come."""
    return arguments(Span.of(kind, max(span.since, min(span.last, v.today))))


def _behind(v: Visit, found: Summary) -> Rows:
    """What is behind the numbers: names, and files."""
    number, span = found.organisation.id or 0, found.span
    absent = v.button("summaries.absent", "skip", number, Asked(span).code)
    file = v.button("summaries.file", "sumfile", number, *arguments(span))
    year = v.button("summaries.year_file", "yearfile", number, span.since.year)
    return [[absent, year]] if found.is_cell else [[absent, file], [year]]


TAPS = {"sum": on_span, "mine": on_own}
