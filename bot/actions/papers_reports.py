"""What reports on a month, a quarter or a year of a cell say: numbers, and names only in the table of a year."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from bot.actions import papers_meetings
from bot.actions.papers_meetings import Held
from bot.reports.papers_fields import month_sign, word
from bot.rules.evaluating import ACHIEVED
from bot.rules.papers import Period
from bot.rules.words import Evaluated, MeetingKind, PaperKind, RollState, Status
from bot.texts import Texts
from db import evaluations, papers, people, task_years
from db.evaluations import Due
from db.models import Meeting, MeetingState
from db.papers import Studied, YearOf
from db.session import Session
from db.task_years import YearRow

Values = dict[str, Any]
CLOSED = (MeetingState.CLOSED,)
THERE = (RollState.PRESENT, RollState.LATE)
MUST_ATTEND = (*THERE, RollState.EXCUSED, RollState.UNEXCUSED)
FREED = (Status.EXEMPT, Status.TEMPORARILY_EXEMPT)


async def values(
    session: Session, kind: PaperKind, cell_id: int, period: Period, *, today: date, texts: Texts
) -> Values:
    """What a report on a cell's period says beside its head."""
    return await _OWN[kind](session, cell_id, period, today, texts)


async def _month(session: Session, cell_id: int, period: Period, today: date, texts: Texts) -> Values:
    found = await papers.list_meetings(session, cell_id, period.since, period.until, CLOSED)
    not_held = (MeetingState.NOT_HELD,)
    missed = await papers.list_meetings(session, cell_id, period.since, period.until, not_held)
    held = [await papers_meetings.look(session, meeting, texts=texts) for meeting in found]
    last_day = min(period.until - timedelta(days=1), today)
    return {
        "month": f"{period.since:%m/%Y}",
        **await _members(session, cell_id, last_day),
        "meetings": [_meeting(each, texts) for each in held],
        "not_held": [_not_held(each, texts) for each in missed],
        **_evaluated(await _due(session, found, texts), texts),
        "notices": _notices(await _studied(session, cell_id, period, texts), texts),
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


def _meeting(held: Held, texts: Texts) -> SimpleNamespace:
    counted = papers_meetings.counts(held, texts)
    return SimpleNamespace(
        **counted,
        kind=papers_meetings.kind_of(held.meeting, texts),
        subject=held.meeting.title,
        day=_short(held.meeting, texts),
    )


def _not_held(meeting: Meeting, texts: Texts) -> SimpleNamespace:
    kind = papers_meetings.kind_of(meeting, texts)
    return SimpleNamespace(kind=kind, day=_short(meeting, texts), outcome=meeting.outcome.rstrip(" ."))


def _short(meeting: Meeting, texts: Texts) -> str:
    return f"{texts.day_of(meeting.starts_at):%d/%m/%Y}"


async def _due(session: Session, meetings: list[Meeting], texts: Texts) -> list[Due]:
    """What the regular meetings among these had to evaluate."""
    regular = [meeting for meeting in meetings if meeting.kind is MeetingKind.REGULAR]
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


async def _studied(session: Session, cell_id: int, period: Period, texts: Texts) -> list[Studied]:
    """The notices that left in the local days of a period."""
    since, until = [datetime.combine(day, time(), texts.zone) for day in (period.since, period.until)]
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


async def _study(session: Session, cell_id: int, period: Period, today: date, texts: Texts) -> Values:
    """Thematic meetings, regular ones combined with one too, and the notices that were to be studied."""
    found = await papers.list_meetings(session, cell_id, period.since, period.until, CLOSED)
    thematic = [meeting for meeting in found if meeting.kind is MeetingKind.THEMATIC or meeting.combined]
    held = [await papers_meetings.look(session, meeting, texts=texts) for meeting in thematic]
    studied = await _studied(session, cell_id, period, texts)
    recipients, confirmed = sum(s.recipients for s in studied), sum(s.confirmed for s in studied)
    return {
        "period": _called(period),
        "sessions": str(len(held)),
        "participants": str(sum(each.sheet.count.attended for each in held)),
        "documents": str(len(studied)),
        "recipients": str(recipients),
        "confirmed": str(confirmed),
        "rate": texts.percent(confirmed / recipients if recipients else None, "vi"),
        "meetings": [_meeting(each, texts) for each in held],
        "notices": _notices(studied, texts),
    }


def _called(period: Period) -> str:
    """A quarter or a year, in words."""
    if (period.until - period.since).days > 100:
        return word("year", year=period.since.year)
    return word("quarter", number=(period.since.month + 2) // 3, year=period.since.year)


async def _year(session: Session, cell_id: int, period: Period, today: date, texts: Texts) -> Values:
    year = period.since.year
    listed = await papers.list_year(session, cell_id, year)
    tasks = await task_years.list_year(session, year=year, cell_id=cell_id)
    return {
        "year": str(year),
        "meetings": str(len({month for each in listed for month in each.months})),
        "listed": [_person(each, [t for t in tasks if t.member.id == each.member.id]) for each in listed],
    }


def _person(year: YearOf, tasks: list[YearRow]) -> SimpleNamespace:
    months = {n: month_sign(year.months[n]) if n in year.months else "" for n in range(1, 13)}
    counted = {each: sum(row.count(each) for row in tasks) for each in Evaluated}
    return SimpleNamespace(
        name=year.member.name,
        must_attend=str(year.count(*MUST_ATTEND)),
        present=str(year.count(*THERE)),
        excused=str(year.count(RollState.EXCUSED)),
        unexcused=str(year.count(RollState.UNEXCUSED)),
        tasks=str(sum(counted.values())),
        achieved=str(sum(counted[each] for each in ACHIEVED)),
        **{f"m{number}": sign for number, sign in months.items()},
    )


_OWN: Mapping[PaperKind, Callable[[Session, int, Period, date, Texts], Awaitable[Values]]] = {
    PaperKind.MONTH: _month,
    PaperKind.STUDY: _study,
    PaperKind.YEAR: _year,
}
