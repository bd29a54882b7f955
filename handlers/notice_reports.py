"""Study notices in numbers, for officers and followers: parts of the tree, cells that lag, the report upward."""

from telegram import Update

from bot.actions import notice_cascade as acting
from bot.actions import notice_reporting
from bot.actions.notice_cascade import Cascade, Part
from bot.actions.notice_reporting import ReportKind
from bot.actions.pushing import PUSHES
from bot.buttons import Button, Rows, tap
from bot.rules.permissions import Right
from db import media
from handlers.common import Context, Visit, tapped, visit
from handlers.paging import page_of, turned_to, turns
from handlers.places import may


async def on_numbers(update: Update, context: Context) -> None:
    """How far a notice got in all its audience, for who issued it: numbers only."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        found = await acting.whole(v.session, notice_id=pressed.number(0), by=v.member, today=v.today)
        await _show(v, found, turned_to(pressed, 1), edit=len(pressed.args) > 1)


async def on_part(update: Update, context: Context) -> None:
    """The same of a part of the tree, or another page of its parts."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        found = await _look(v, pressed.number(0), pressed.number(1))
        await _show(v, found, turned_to(pressed, 2), edit=True)


async def on_low(update: Update, context: Context) -> None:
    """Only the cells of a part of the tree that lag, the worst first."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        found = await _look(v, pressed.number(0), pressed.number(1))
        page, number, place = turned_to(pressed, 2), found.notice.id, found.organisation.id
        rows = turns(v, "notice_low", number, place, page=page, total=len(found.low))
        if found.low and found.notice.cancelled_at is None and await may(v, PUSHES, place or 0):
            rows.append([v.button("notices.push", "notice_push", number, place)])
        rows.append([v.button("notices.back", "notice_part", number, place)])
        v.edit("notice_low", rows, found=found, cells=page_of(found.low, page))


async def on_push(update: Update, context: Context) -> None:
    """Remind those who lead the cells that lag."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        cells, reached = await acting.push(
            v.session,
            notice_id=pressed.number(0),
            organisation_id=pressed.number(1),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        v.say("notice_pushed", cells=cells, reached=reached)


async def on_report(update: Update, context: Context) -> None:
    """The report of a part of the tree upward, as text that can be forwarded."""
    pressed = tapped(update)
    notice_id, place = pressed.number(0), pressed.number(1)

    async with visit(update, context) as v:
        report = await notice_reporting.report(
            v.session, notice_id=notice_id, organisation_id=place, by=v.member, today=v.today
        )
        files = [tap(f"📄 .{kind}", "notice_file", notice_id, place, kind) for kind in ReportKind]
        v.say("notice_report", [files], report=report)


async def on_file(update: Update, context: Context) -> None:
    """The same as a file."""
    pressed = tapped(update)
    kind = pressed.choice(2, ReportKind)

    async with visit(update, context) as v:
        file = await notice_reporting.report_file(
            v.session,
            kind,
            notice_id=pressed.number(0),
            organisation_id=pressed.number(1),
            by=v.member,
            now=v.now,
            today=v.today,
            language=v.language,
        )
        v.say("notice_report_file", about=(media.LIST, pressed.number(0)), media_id=file.id, today=v.today)


async def _look(v: Visit, notice_id: int, organisation_id: int) -> Cascade:
    return await acting.look(
        v.session, notice_id=notice_id, organisation_id=organisation_id, by=v.member, today=v.today
    )


async def _show(v: Visit, found: Cascade, page: int, *, edit: bool) -> None:
    """The numbers of a part of the tree, then those of its parts, the worst first."""
    number, place = found.notice.id, found.organisation.id
    parts = page_of(found.parts, page)
    rows: Rows = [
        *([_part_button(number, part)] for part in parts if not part.is_cell),
        *turns(v, "notice_part", number, place, page=page, total=len(found.parts)),
        *([[v.button("notices.low", "notice_low", number, place)]] if found.low else []),
        [v.button("notices.report", "notice_report", number, place)],
        [v.button("notices.refresh", "notice_part", number, place, page), *await _up(v, found)],
    ]
    (v.edit if edit else v.say)("notice_numbers", rows, found=found, parts=parts)


def _part_button(notice_id: int | None, part: Part) -> Button:
    counts = part.counts
    words = f"{part.organisation.name}: {counts.confirmed}/{counts.recipients}"
    return tap(words, "notice_part", notice_id, part.organisation.id)


async def _up(v: Visit, found: Cascade) -> list[Button]:
    """Back up, within what the notice is for and what whoever looks may see."""
    place = found.organisation
    if place.id == found.notice.audience_id or place.parent_id is None:
        return []
    if not await may(v, Right.SEE_TOTALS, place.parent_id):
        return []
    return [v.button("notices.up", "notice_part", found.notice.id, place.parent_id)]


TAPS = {
    "notice": on_numbers,
    "notice_part": on_part,
    "notice_low": on_low,
    "notice_push": on_push,
    "notice_report": on_report,
    "notice_file": on_file,
}
