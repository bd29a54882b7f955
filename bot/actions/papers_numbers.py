"""How a cell's papers are headed, numbered through a term and signed."""

from datetime import date, datetime

from bot.actions.authority import authorise
from bot.errors import BadInput
from bot.rules.papers import KINDS, LONGEST_PLACE, LONGEST_TAIL, Form, begins_term, symbol
from bot.rules.permissions import Right
from bot.rules.spans import Span
from bot.rules.words import PaperKind
from db import organisations, papers
from db.models import Meeting, Member, Organisation, Paper, PaperSetting
from db.session import Session


async def look(
    session: Session, *, cell_id: int, by: Member, today: date
) -> tuple[Organisation, PaperSetting]:
    """A cell and how its papers look. NotAllowed unless `by` leads it."""
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    return await organisations.get(session, cell_id), await papers.get_setting(session, cell_id)


async def set_form(session: Session, *, cell_id: int, form: Form, by: Member, today: date) -> PaperSetting:
    """Say how they are to look from now on.

    Another beginning of the term, by a year or more, begins a new one, whose numbers run from 1; by less it corrects
    the present one, whose numbers go on. NotAllowed; BadInput for what is empty, too long or not yet begun.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=today)
    if not form.place or len(form.place) > LONGEST_PLACE or not form.tail or len(form.tail) > LONGEST_TAIL:
        raise BadInput("paper_form_words", place=LONGEST_PLACE, tail=LONGEST_TAIL)
    if form.term_began > today:
        raise BadInput("paper_term_later")
    await papers.lock(session, cell_id)
    before = await papers.get_setting(session, cell_id)
    if not begins_term(before.term_began, form.term_began):
        await _correct_term(session, cell_id, before.term_began, form.term_began)
    return await session.merge(
        PaperSetting(
            organisation_id=cell_id,
            term_began=form.term_began,
            place=form.place,
            tail=form.tail,
            signer=form.signer,
            used=dict(form.used or {}),
        )
    )


async def _correct_term(session: Session, cell_id: int, before: date, after: date) -> None:
    """The papers of a term are those of the same one that began on another day, where that has none of its own."""
    if before == after or await papers.list_of_term(session, cell_id, after):
        return
    for paper in await papers.list_of_term(session, cell_id, before):
        paper.term_began = after
        session.add(paper)
    await session.flush()


async def number(
    session: Session,
    kind: PaperKind,
    cell_id: int,
    of: Meeting | Span,
    *,
    day: date,
    by: Member,
    now: datetime,
) -> Paper | None:
    """The numbered paper of a meeting or period: as it was numbered before, else with the next number.

    None for a kind that bears no number. Two who ask at once get the same one.
    """
    series = KINDS[kind].series
    if series is None:
        return None
    await papers.lock(session, cell_id)
    if found := await _find(session, kind, cell_id, of):
        return found
    setting = await papers.get_setting(session, cell_id)
    last = await papers.last_number(session, cell_id, series, setting.term_began)
    paper = Paper(
        organisation_id=cell_id,
        kind=kind,
        series=series,
        term_began=setting.term_began,
        number=max(last, setting.used.get(series, 0)) + 1,
        day=day,
        meeting_id=of.id if isinstance(of, Meeting) else None,
        since=of.since if isinstance(of, Span) else None,
        until=of.until if isinstance(of, Span) else None,
        made_by=by.id or 0,
        made_at=now,
    )
    session.add(paper)
    await session.flush()
    return paper


def symbol_of(paper: Paper, setting: PaperSetting) -> str:
    """Number and symbol of a paper."""
    return symbol(paper.number, paper.series, setting.tail)


async def _find(session: Session, kind: PaperKind, cell_id: int, of: Meeting | Span) -> Paper | None:
    if isinstance(of, Meeting):
        return await papers.find_of_meeting(session, of.id or 0, kind)
    return await papers.find_of_period(session, cell_id, kind, of.since, of.until)
