"""Drafting the papers of a cell: what they say is read from the database, how they look from a Word template."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.actions import auditing, papers_heads, papers_meetings, papers_numbers, papers_reports
from bot.actions.authority import authorise
from bot.actions.papers_meetings import Values
from bot.actions.papers_numbers import symbol_of
from bot.errors import NotFound, TooLate
from bot.reports.papers import built_in
from bot.rules.papers import AFTER_ROLL, OF_MEETING, WITH_NAMES
from bot.rules.permissions import Right
from bot.rules.spans import Span
from bot.rules.words import AuditVerb, PaperKind, RoleName
from bot.texts import Texts
from db import meetings, organisations, papers
from db.models import Meeting, MeetingState, Member, Organisation, Paper
from db.session import Session


@dataclass(frozen=True)
class Draft:
    """A paper that is ready to be written: what it says, and the Word template it is put into.

    `symbol`: its number and symbol where it bears one. `template_of`: whose own template it is, None for ours.
    """

    kind: PaperKind
    cell: Organisation
    day: date
    symbol: str | None
    values: Values
    template: bytes
    template_of: Organisation | None


async def of_meeting(
    session: Session, kind: PaperKind, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> Draft:
    """A paper of a meeting, for who leads the cell; where members are named it leaves an entry in the audit log.

    TooLate for a meeting that is not held, and for what is drafted from a roll while that is open.
    """
    if kind not in OF_MEETING:
        raise NotFound
    meeting = await meetings.get(session, meeting_id)
    role = await authorise(session, by, Right.LEAD, meeting.cell_id, on=texts.day_of(now))
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD):
        raise TooLate("meeting_cancelled")
    if kind in AFTER_ROLL and meeting.state is not MeetingState.CLOSED:
        raise TooLate("paper_roll_open")
    day = texts.day_of(now if kind is PaperKind.INVITATION else meeting.starts_at)
    paper = await papers_numbers.number(session, kind, meeting.cell_id, meeting, day=day, by=by, now=now)
    held = await papers_meetings.look(session, meeting, texts=texts)
    said = await papers_meetings.values(session, kind, held, texts=texts)
    count = len(held.sheet.people)
    _note(session, kind, meeting.cell_id, by, role, now=now, count=count, object_id=meeting.id)
    return await _draft(session, kind, meeting.cell_id, paper, day, said, chair=held.chair)


async def of_period(
    session: Session,
    kind: PaperKind,
    *,
    cell_id: int,
    span: Span,
    by: Member,
    now: datetime,
    texts: Texts,
) -> Draft:
    """A report on a cell's month, quarter or year, for who leads it. NotFound for a span that has not begun."""
    today = texts.day_of(now)
    role = await authorise(session, by, Right.LEAD, cell_id, on=today)
    if kind in OF_MEETING or span.since > today:
        raise NotFound
    paper = await papers_numbers.number(session, kind, cell_id, span, day=today, by=by, now=now)
    said = await papers_reports.values(session, kind, cell_id, span, today=today, texts=texts)
    _note(session, kind, cell_id, by, role, now=now, count=len(said.get("listed", ())))
    return await _draft(session, kind, cell_id, paper, today, said)


async def find_meetings(
    session: Session, *, cell_id: int, by: Member, now: datetime, texts: Texts
) -> tuple[Meeting | None, Meeting | None]:
    """The cell's next meeting, and the last one whose roll is closed. NotAllowed unless `by` leads it."""
    await authorise(session, by, Right.LEAD, cell_id, on=texts.day_of(now))
    return await meetings.find_next(session, [cell_id], now=now), await meetings.find_last_closed(
        session, cell_id
    )


async def _draft(
    session: Session,
    kind: PaperKind,
    cell_id: int,
    paper: Paper | None,
    day: date,
    said: Values,
    *,
    chair: Member | None = None,
) -> Draft:
    """Put the head of the paper before what it says; one that was made before keeps its day."""
    setting = await papers.get_setting(session, cell_id)
    day = paper.day if paper else day
    head = await papers_heads.head(session, cell_id, setting=setting, paper=paper, day=day, chair=chair)
    own = await papers.find_template(session, cell_id, kind)
    return Draft(
        kind,
        await organisations.get(session, cell_id),
        day,
        symbol_of(paper, setting) if paper else None,
        head | said,
        own.content if own else built_in(kind),
        await organisations.get(session, own.organisation_id) if own else None,
    )


def _note(
    session: Session,
    kind: PaperKind,
    cell_id: int,
    by: Member,
    role: RoleName,
    *,
    now: datetime,
    count: int,
    object_id: int | None = None,
) -> None:
    if kind in WITH_NAMES:
        where = {"organisation_id": cell_id, "object_id": object_id, "count": count}
        auditing.note(session, AuditVerb.EXPORTED, now=now, by=by, role=role, **where)
