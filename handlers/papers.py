"""Papers in chat: which there are, how they look, and each as a Word file in one tap."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from jinja2 import TemplateError
from lxml.etree import XMLSyntaxError
from telegram import Update

from bot.actions import authority, papers_numbers
from bot.actions import papers as drafting
from bot.actions.papers import Draft
from bot.buttons import Button, Rows
from bot.errors import BadInput, NotAllowed, NotFound
from bot.reports import papers as writing
from bot.rules.names import clean
from bot.rules.papers import AFTER_ROLL, WITH_NAMES, Form, read_used, span_of
from bot.rules.permissions import Right
from bot.rules.words import PaperKind, PaperSigner
from db import media, organisations, papers, wizards
from db.models import Meeting, PaperSetting
from handlers import forms, paper_templates
from handlers.common import Context, Visit, tapped, visit
from handlers.forms import NOTHING, Answers, Field, Offer
from handlers.places import open_place

KEEP = "="
"""The answer that it stays as it is."""


async def on_papers(update: Update, context: Context) -> None:
    """`/giayto`: a cell's papers for who leads it; for officers the templates."""
    async with visit(update, context) as v:
        await wizards.stop(v.session, v.known)
        if await authority.list_places(v.session, v.member, Right.LEAD, on=v.today):
            await open_place(v, Right.LEAD, "papermenu", _show, otherwise=NotAllowed("only_secretary"))
        else:
            show, refused = paper_templates.show, NotAllowed("only_secretary")
            await open_place(v, Right.SET_PAPERS, "papermodels", show, otherwise=refused)


async def on_menu(update: Update, context: Context) -> None:
    """The papers of one cell."""
    cell_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await _show(v, cell_id)


async def on_meeting(update: Update, context: Context) -> None:
    """A paper of a meeting."""
    pressed = tapped(update)
    kind, meeting_id = pressed.choice(0, PaperKind), pressed.number(1)
    async with visit(update, context) as v:
        await _send(
            v,
            await drafting.of_meeting(
                v.session, kind, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts
            ),
        )


async def on_report(update: Update, context: Context) -> None:
    """A report on a month, a quarter or a year: `paperof:<kind>:<cell>:<year>:<part of it>`."""
    pressed = tapped(update)
    kind, cell_id = pressed.choice(0, PaperKind), pressed.number(1)
    span = span_of(kind, pressed.number(2), pressed.number(3))
    if span is None:
        raise NotFound
    async with visit(update, context) as v:
        asked: dict[str, Any] = {"cell_id": cell_id, "span": span, "now": v.now, "texts": v.texts}
        await _send(v, await drafting.of_period(v.session, kind, by=v.member, **asked))


async def _send(v: Visit, draft: Draft) -> None:
    """Write it and send it, as a message of its own."""
    try:
        content = await asyncio.to_thread(writing.write, draft.template, draft.values)
    except (writing.TooLong, TemplateError, XMLSyntaxError):
        if draft.template_of is None:
            raise
        raise BadInput("paper_template_fails", name=draft.template_of.name) from None
    what = v.texts.label(f"paper_files.{draft.kind}", v.language)
    name = f"{what}-{draft.cell.code}-{draft.day}.docx"
    file = await media.keep(v.session, media.document(name, content, mime=media.DOCX, now=v.now))
    names = draft.kind in WITH_NAMES
    v.say("paper_made", about=(media.LIST, v.member_id), media_id=file, draft=draft, names=names)


async def _show(v: Visit, cell_id: int) -> None:
    cell, setting = await papers_numbers.look(v.session, cell_id=cell_id, by=v.member, today=v.today)
    coming, last = await drafting.find_meetings(
        v.session, cell_id=cell_id, by=v.member, now=v.now, texts=v.texts
    )
    rows = [
        *_of_meeting(v, coming, (PaperKind.INVITATION, PaperKind.ATTENDANCE)),
        *_of_meeting(v, last, AFTER_ROLL),
        *_reports(v, cell_id),
        [v.button("papers.form", "paperform", cell_id), v.button("papers.models", "papermodels", cell_id)],
    ]
    v.edit("paper_menu", rows, cell=cell, setting=setting, coming=coming, last=last)


def _of_meeting(v: Visit, meeting: Meeting | None, kinds: Sequence[PaperKind]) -> Rows:
    if meeting is None:
        return []
    day = f"{v.texts.local(meeting.starts_at):%d/%m}"
    return [[v.button(f"paper_buttons.{kind}", "paper", kind, meeting.id, day=day)] for kind in kinds]


def _reports(v: Visit, cell_id: int) -> Rows:
    """This month and the one before, this quarter and the one before, this year and the one before."""

    def button(kind: PaperKind, year: int, part: int) -> Button:
        return v.button(f"paper_buttons.{kind}", "paperof", kind, cell_id, year, part, part=part, year=year)

    months = [(v.today.year, v.today.month), _before(v.today, v.today.month, 12)]
    quarter = (v.today.month + 2) // 3
    quarters = [(v.today.year, quarter), _before(v.today, quarter, 4)]
    return [
        [button(PaperKind.MONTH, *each) for each in months],
        [button(PaperKind.STUDY, *each) for each in quarters],
        [button(PaperKind.STUDY, v.today.year, 0)],
        [button(PaperKind.YEAR, year, 0) for year in (v.today.year, v.today.year - 1)],
    ]


def _before(today: date, part: int, parts: int) -> tuple[int, int]:
    """The part of a year before this one, with its year."""
    return (today.year, part - 1) if part > 1 else (today.year - 1, parts)


# ── how they look ──────────────────────────────────────────────────────────────────────────────────


async def on_form(update: Update, context: Context) -> None:
    """How the papers of a cell look: a few questions."""
    cell_id = tapped(update).number(0)
    async with visit(update, context) as v:
        await forms.start(v, "papers", cell_id)


async def _may(v: Visit, cell_id: int) -> PaperSetting:
    return (await papers_numbers.look(v.session, cell_id=cell_id, by=v.member, today=v.today))[1]


async def _subject(v: Visit, cell_id: int) -> Mapping[str, Any]:
    return {"cell": (await organisations.get(v.session, cell_id)).name}


async def _read_term(v: Visit, answers: Answers, text: str) -> str:
    said: str = await forms.day("term").read(v, answers, text)
    if date.fromisoformat(said) > v.today:
        raise BadInput("paper_term_later")
    return said


def _or_kept(key: str, read: Callable[[Visit, Answers, str], Awaitable[Any]], attribute: str) -> Field:
    """A question beside whose typed answer stands a tap: it stays as it is."""

    async def offers(v: Visit, answers: Answers) -> Sequence[Offer]:
        setting = await papers.get_setting(v.session, (await forms.current(v))["about"])
        value = getattr(setting, attribute)
        shown = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
        return [(v.texts.label("papers.keep", v.language, value=shown), KEEP)]

    return Field(key, read, offers)


async def _signers(v: Visit, answers: Answers) -> Sequence[PaperSigner]:
    return tuple(PaperSigner)


async def _read_used(v: Visit, answers: Answers, text: str) -> dict[str, int]:
    found = read_used(clean(text))
    if found is None:
        raise BadInput("paper_used_unclear")
    return found


async def _do(v: Visit, cell_id: int, answers: Answers) -> None:
    before = await papers.get_setting(v.session, cell_id)
    form = Form(
        before.term_began if answers["term"] == KEEP else forms.day_of(answers, "term"),
        before.place if answers["place"] == KEEP else answers["place"],
        before.tail if answers["tail"] == KEEP else answers["tail"],
        PaperSigner(answers["signer"]),
        {} if answers["used"] == NOTHING else answers["used"],
    )
    await papers_numbers.set_form(v.session, cell_id=cell_id, form=form, by=v.member, today=v.today)
    await _show(v, cell_id)


forms.add(
    forms.Form(
        "papers",
        [
            _or_kept("term", _read_term, "term_began"),
            _or_kept("place", forms.words("place").read, "place"),
            _or_kept("tail", forms.words("tail").read, "tail"),
            forms.choice("signer", _signers, "paper_signers"),
            Field("used", _read_used, forms.optional_words("used").offers),
        ],
        _do,
        _may,
        _subject,
        confirms=False,
    )
)

TAPS = {
    "papermenu": on_menu,
    "paper": on_meeting,
    "paperof": on_report,
    "paperform": on_form,
    **paper_templates.TAPS,
}
WIZARDS = paper_templates.WIZARDS
