"""Whom of an audience a study notice is for: kinds of cells, roles and statuses, a tap each, counted at once."""

from collections.abc import Sequence

from telegram import Update

from bot.actions import notice_terms
from bot.buttons import Button, Rows, tap
from bot.errors import NotAllowed
from db import notices as reads
from db import organisations
from db.models import Notice
from handlers.common import Context, Visit, tapped, visit
from handlers.notice_wizard import current, go
from handlers.paging import page_of, turned_to, turns

COLUMNS = {"kind": "cell_kinds", "role": "roles", "status": "statuses"}
"""What a button names, and the notice's column it narrows."""


async def on_filters(update: Update, context: Context) -> None:
    """What it may be narrowed by, and how many it is for now; or another page of the cells."""
    page = turned_to(tapped(update), 0)

    async with visit(update, context) as v:
        await _show(v, await current(v), page)


async def on_toggle(update: Update, context: Context) -> None:
    """One kind of cell, role or status more, or one less."""
    pressed = tapped(update)
    what, number = pressed.word(0), pressed.number(1)

    async with visit(update, context) as v:
        draft = await current(v)
        offered = _offered(v, draft).get(what, ())
        if number >= len(offered):
            raise NotAllowed("button_unknown")
        notice = await notice_terms.toggle(
            v.session, notice_id=draft.id or 0, by=v.member, what=COLUMNS[what], value=offered[number]
        )
        await _show(v, notice)


async def _show(v: Visit, notice: Notice, page: int = 0) -> None:
    await go(v, notice, "filters")
    cells = await reads.count_audience(v.session, notice, on=v.today)
    v.edit(
        "notice_filters",
        [*_toggles(v, notice), *turns(v, "notice_filters", page=page, total=len(cells)), [_done(v)]],
        notice=notice,
        audience=await organisations.get(v.session, notice.audience_id),
        total=reads.total(cells),
        cells=page_of(cells, page),
        count=len(cells),
    )


def _toggles(v: Visit, notice: Notice) -> Rows:
    """Two to a row, those it is for with a tick; statuses are long words and have a row each."""
    rows: list[Sequence[Button]] = []
    for what, offered in _offered(v, notice).items():
        made = [_toggle(v, notice, what, number, each) for number, each in enumerate(offered)]
        wide = 1 if what == "status" else 2
        rows += [made[at : at + wide] for at in range(0, len(made), wide)]
    return rows


def _offered(v: Visit, notice: Notice) -> dict[str, Sequence[str]]:
    """What can be chosen; a kind of cell that is no longer in the setting as long as the notice names it."""
    gone = [kind for kind in notice.cell_kinds if kind not in v.texts.cell_kinds]
    return {
        "kind": [*v.texts.cell_kinds, *gone],
        "role": [str(role) for role in notice_terms.ROLES],
        "status": [str(status) for status in notice_terms.STATUSES],
    }


def _toggle(v: Visit, notice: Notice, what: str, number: int, value: str) -> Button:
    words = {
        "kind": lambda: value,
        "role": lambda: v.texts.label(f"roles.{value}", v.language),
        "status": lambda: v.texts.label(f"statuses.{value}", v.language),
    }[what]()
    chosen = value in getattr(notice, COLUMNS[what])
    return tap(f"{'✅' if chosen else '▫️'} {words}", "notice_only", what, number)


def _done(v: Visit) -> Button:
    return v.button("notices.narrowed", "notice_preview", 0)


TAPS = {"notice_filters": on_filters, "notice_only": on_toggle}
