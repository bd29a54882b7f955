"""Which notices a cell studied together at a meeting, chosen from its roll's screens."""

from telegram import Update

from bot.actions import notice_sessions as acting
from bot.actions.notice_sessions import Studied
from bot.buttons import Button, tap
from bot.rules.notices import BUTTON, shorten
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns


async def on_studied(update: Update, context: Context) -> None:
    """ "Học tập tại buổi này": what was studied at a meeting, or another page of what may have been."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        seen = await acting.look(
            v.session, meeting_id=pressed.number(0), by=v.member, now=v.now, texts=v.texts
        )
        _show(v, seen, turned_to(pressed, 1), edit=len(pressed.args) > 1)


async def on_study(update: Update, context: Context) -> None:
    """A notice was studied there (1), or was not after all (0)."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        seen = await acting.record(
            v.session,
            meeting_id=pressed.number(0),
            notice_id=pressed.number(1),
            studied=bool(pressed.number(2)),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        v.toast("done")
        _show(v, seen, turned_to(pressed, 3), edit=True)


def _show(v: Visit, seen: Studied, page: int, *, edit: bool) -> None:
    number = seen.meeting.id
    rows = [
        [_button(number, notice.id, notice.title, on, page)] for notice, on in page_of(seen.notices, page)
    ]
    rows += turns(v, "studied", number, page=page, total=len(seen.notices))
    rows.append([v.button("sheet.back", "roll", number)])
    studied = [notice for notice, on in seen.notices if on]
    (v.edit if edit else v.say)("notice_studied", rows, seen=seen, studied=studied)


def _button(meeting_id: int | None, notice_id: int | None, title: str, on: bool, page: int) -> Button:
    words = f"{'☑️' if on else '▫️'} {shorten(title, BUTTON)}"
    return tap(words, "study", meeting_id, notice_id, int(not on), page)


TAPS = {"studied": on_studied, "study": on_study}
