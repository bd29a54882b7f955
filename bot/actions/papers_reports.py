"""What reports on a month, a quarter or a year of a cell say: numbers, and names only in the table of a year."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

from bot.actions import papers_meetings
from bot.reports.papers_fields import month_sign, word
from bot.rules.attendance import MARKED, THERE
from bot.rules.evaluating import ACHIEVED
from bot.rules.spans import Span
from bot.rules.words import Evaluated, MeetingKind, PaperKind, RollState, Status
from bot.texts import Texts
from db import attendance_counts, evaluations, papers, people, task_years
from db.attendance_counts import MemberYear, Tallied
from db.evaluations import Due
from db.models import Meeting, MeetingState
from db.papers import Studied
from db.session import Session
from db.task_years import YearRow

Values = dict[str, Any]
FREED = (Status.EXEMPT, Status.TEMPORARILY_EXEMPT)


async def values(
    session: Session, kind: PaperKind, cell_id: int, span: Span, *, today: date, texts: Texts
) -> Values:
    """What a report on a cell's span says beside its head."""
    return await _OWN[kind](session, cell_id, span, today, texts)


async def _month(session: Session, cell_id: int, span: Span, today: date, texts: Texts) -> Values:
    found = await attendance_counts.list_meetings(session, cell_id, span)
    held = [each for each in found if each.meeting.state is MeetingState.CLOSED]
    missed = [each.meeting for each in found if each.meeting.state is MeetingState.NOT_HELD]
    last_day = min(span.last, today)
    return {
        "month": f"{span.since:%m/%Y}",
        **await _members(session, cell_id, last_day),
        "meetings": [_meeting(each, texts) for each in held],
        "not_held": [_not_held(each, texts) for each in missed],
        **_evaluated(await _due(session, held, texts), texts),
        "notices": _notices(await _studied(session, cell_id, span, texts), texts),
    }


async def _members(session: Session, cell_id: int, on: date) -> Values:
    """The members a cell counts as its own on a day: of record, or there for a time."""
    listed = await people.list_cell(session, cell_id, on=on)
    own = {each.member.id: each.status or Status.OFFICIAL for each in listed if not each.resident}
    count = Counter(own.values())
    return {
        "members": str(len(own)),
        "official": str(len(own) - count[Status.PROBATIONARY]),
        "probationary": str(count[Status.PROBATIONARY]),
        "exempt_members": str(sum(count[status] for status in FREED)),
    }


def _meeting(held: Tallied, texts: Texts) -> SimpleNamespace:
    counted = papers_meetings.counts(held.count, held.minutes, texts)
    return SimpleNamespace(
        **counted,
        kind=papers_meetings.kind_of(held.meeting, texts),
        subject=held.meeting.title or papers_meetings.kind_of(held.meeting, texts),
        day=_short(held.meeting, texts),
    )


def _not_held(meeting: Meeting, texts: Texts) -> SimpleNamespace:
    kind = papers_meetings.kind_of(meeting, texts)
    return SimpleNamespace(kind=kind, day=_short(meeting, texts), outcome=meeting.outcome.rstrip(" ."))


def _short(meeting: Meeting, texts: Texts) -> str:
    return f"{texts.day_of(meeting.starts_at):%d/%m/%Y}"


async def _due(session: Session, held: list[Tallied], texts: Texts) -> list[Due]:
    """What the regular meetings among these had to evaluate."""
    regular = [each.meeting for each in held if each.meeting.kind is MeetingKind.REGULAR]
    listed = [await evaluations.list_due(session, m, on=texts.day_of(m.starts_at)) for m in regular]
    return [due for some in listed for due in some]


def _evaluated(dues: list[Due], texts: Texts) -> Values:
    count = Counter(due.evaluated for due in dues if due.evaluated)
    return {
        "with_task": str(len({due.member.id for due in dues})),
        "tasks": str(len(dues) or ""),
        "evaluated": str(count.total()),
        "evaluations": [
            SimpleNamespace(label=texts.evaluated(each, "vi"), number=str(count[each])) for each in Evaluated
        ],
    }


async def _studied(session: Session, cell_id: int, span: Span, texts: Texts) -> list[Studied]:
    """The notices that left in the local days of a span."""
    since, until = [datetime.combine(day, time(), texts.zone) for day in (span.since, span.until)]
    return await papers.list_studied(session, cell_id, since, until)


def _notices(studied: list[Studied], texts: Texts) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            title=each.title,
            day=f"{texts.day_of(each.sent_at):%d/%m/%Y}",
            recipients=str(each.recipients),
            confirmed=str(each.confirmed),
            rate=texts.percent(each.confirmed / each.recipients, "vi"),
        )
        for each in studied
    ]


async def _study(session: Session, cell_id: int, span: Span, today: date, texts: Texts) -> Values:
    """Thematic meetings, those combined with one and those at which a notice was studied together; and notices."""
    found = await attendance_counts.list_meetings(session, cell_id, span)
    closed = {each.meeting.id or 0: each for each in found if each.meeting.state is MeetingState.CLOSED}
    together = await papers.list_studied_at(session, list(closed))
    held = [each for number, each in closed.items() if number in together or _is_thematic(each.meeting)]
    studied = await _studied(session, cell_id, span, texts)
    recipients, confirmed = sum(s.recipients for s in studied), sum(s.confirmed for s in studied)
    return {
        "period": _called(span),
        "sessions": str(len(held)),
        "participants": str(sum(each.count.attended for each in held)),
        "documents": str(len(studied)),
        "recipients": str(recipients),
        "confirmed": str(confirmed),
        "rate": texts.percent(confirmed / recipients if recipients else None, "vi"),
        "meetings": [_meeting(each, texts) for each in held],
        "notices": _notices(studied, texts),
    }


def _is_thematic(meeting: Meeting) -> bool:
    return meeting.kind is MeetingKind.THEMATIC or meeting.combined


def _called(span: Span) -> str:
    """A quarter or a year, in words."""
    if span.kind == "year":
        return word("year", year=span.since.year)
    return word("quarter", number=(span.since.month + 2) // 3, year=span.since.year)


async def _year(session: Session, cell_id: int, span: Span, today: date, texts: Texts) -> Values:
    year = span.since.year
    listed = await attendance_counts.list_year(session, cell_id, year)
    tasks = await task_years.list_year(session, year=year, cell_id=cell_id)
    return {
        "year": str(year),
        "meetings": str(len({month for each in listed for month in each.months})),
        "listed": [_person(each, [t for t in tasks if t.member.id == each.member.id]) for each in listed],
    }


def _person(year: MemberYear, tasks: list[YearRow]) -> SimpleNamespace:
    months = {n: month_sign(year.months[n]) if n in year.months else "" for n in range(1, 13)}
    counted = {each: sum(row.count(each) for row in tasks) for each in Evaluated}
    return SimpleNamespace(
        name=year.member.name,
        must_attend=str(sum(map(year.count, MARKED))),
        present=str(sum(map(year.count, THERE))),
        excused=str(year.count(RollState.EXCUSED)),
        unexcused=str(year.count(RollState.UNEXCUSED)),
        tasks=str(sum(counted.values())),
        achieved=str(sum(counted[each] for each in ACHIEVED)),
        **{f"m{number}": sign for number, sign in months.items()},
    )


_OWN: Mapping[PaperKind, Callable[[Session, int, Span, date, Texts], Awaitable[Values]]] = {
    PaperKind.MONTH: _month,
    PaperKind.STUDY: _study,
    PaperKind.YEAR: _year,
}
