"""The scorecard in chat: a cell's or a subtree's numbers against their targets, and what to do about them."""

from telegram import Update

from bot.actions import scorecards as acting
from bot.actions.pushing import PUSHES
from bot.actions.scorecards import Line, Overview, Part, Worst
from bot.buttons import Button, Rows, Tap, tap
from bot.errors import NotAllowed
from bot.rules.permissions import Right
from bot.rules.scorecard import MONTHS, Indicator, Reached
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns
from handlers.places import may, open_place


async def on_scorecard(update: Update, context: Context) -> None:
    """`/bangdiem`: the card of the cell one leads, or of what one follows or is an officer of."""
    async with visit(update, context) as v:
        await say_scorecard(v, "")


async def say_scorecard(v: Visit, text: str) -> None:
    """`bảng điểm`: the same, typed."""
    await open_place(v, Right.SEE_TOTALS, "score", show, otherwise=NotAllowed("only_totals"))


async def on_card(update: Update, context: Context) -> None:
    """A card: of an organisation, so many months back, with a page of its parts."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        await show(v, pressed.number(0), _back(pressed, 1), turned_to(pressed, 2))


async def on_indicator(update: Update, context: Context) -> None:
    """One number: which cells miss its target, the worst first."""
    pressed = tapped(update)
    asked = {"organisation_id": pressed.number(0), "back": _back(pressed, 2)}
    async with visit(update, context) as v:
        found = await acting.worst(
            v.session, **asked, indicator=pressed.choice(1, Indicator), by=v.member, now=v.now, texts=v.texts
        )
        buttons = await _worst_buttons(v, found, asked["back"], turned_to(pressed, 3))
        v.edit("score_worst", buttons, found=found)


async def on_push(update: Update, context: Context) -> None:
    """Ask those who lead the cells that miss the target of a number."""
    pressed = tapped(update)
    indicator = pressed.choice(1, Indicator)
    async with visit(update, context) as v:
        cells, reached = await acting.push(
            v.session,
            organisation_id=pressed.number(0),
            indicator=indicator,
            back=_back(pressed, 2),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        v.say("score_pushed", cells=cells, reached=reached, indicator=indicator)


async def show(v: Visit, number: int, back: int = 0, page: int = 0) -> None:
    """The card of a cell or of a part of the tree."""
    found = await acting.overview(
        v.session, organisation_id=number, back=back, by=v.member, now=v.now, texts=v.texts
    )
    v.edit("scorecard", await _card_buttons(v, found, back, page), found=found)


async def _card_buttons(v: Visit, found: Overview, back: int, page: int) -> Rows:
    number = found.organisation.id or 0
    missed = acting.below(found.lines)
    rows: list[list[Button]] = []
    if not found.is_cell:
        names = [acting.indicator_button(line, number, back, v.texts, v.language) for line in missed]
        rows += [names[i : i + 2] for i in range(0, len(names), 2)]
        rows += [[_part_button(part, back)] for part in page_of(found.parts, page)]
        rows += turns(v, "score", number, back, page=page, total=len(found.parts))
    elif await may(v, Right.LEAD, number):
        rows += [[_mend_button(v, line, number)] for line in missed if line.indicator in acting.WHERE]
    months = [v.button("score.before", "score", number, back + 1)] if back + 1 < MONTHS else []
    months += [v.button("score.after", "score", number, back - 1)] if back else []
    if not found.is_cell and await may(v, PUSHES, number):
        months.append(v.button("score.when", "scoredigest", number))
    return [*rows, months, *await _picture_buttons(v, found)]


async def _picture_buttons(v: Visit, found: Overview) -> Rows:
    number = found.organisation.id
    seen = [
        v.button("pictures.see_score", "pic", "score", number),
        v.button("pictures.see_attendance", "pic", "attendance", number),
        v.button("pictures.see_progress", "pic", "progress", number),
    ]
    named = found.is_cell and await may(v, Right.SEE_NAMES, number or 0)
    return [seen, [v.button("pictures.see_grid", "picgrid", number)]] if named else [seen]


def _part_button(part: Part, back: int) -> Button:
    """A part with how many of its numbers are far from their targets, and how many near."""
    far, near = part.count(Reached.FAR), part.count(Reached.NEAR)
    return tap(f"{part.organisation.name}: ❗ {far} ⚠️ {near}", "score", part.organisation.id, back)


def _mend_button(v: Visit, line: Line, number: int) -> Button:
    name = v.texts.label(f"indicators.{line.indicator}", v.language)
    return tap(f"🛠 {name}", acting.WHERE[line.indicator], number)


async def _worst_buttons(v: Visit, found: Worst, back: int, page: int) -> Rows:
    number, indicator = found.organisation.id or 0, found.line.indicator
    rows = [[_cell_button(cell.name, line, cell.id or 0, back)] for cell, line in page_of(found.cells, page)]
    rows += turns(v, "scoreof", number, indicator, back, page=page, total=len(found.cells))
    if found.cells and await may(v, PUSHES, number):
        rows.append([v.button("score.push", "scorepush", number, indicator, back, count=len(found.cells))])
    return [*rows, [v.button("score.back", "score", number, back)]]


def _cell_button(name: str, line: Line, number: int, back: int) -> Button:
    return tap(f"{name}: {line.share.done}/{line.share.of}", "score", number, back)


def _back(pressed: Tap, index: int) -> int:
    return pressed.number(index) if len(pressed.args) > index else 0


TAPS = {"score": on_card, "scoreof": on_indicator, "scorepush": on_push}
