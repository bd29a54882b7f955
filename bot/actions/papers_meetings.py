"""What the papers of one meeting say, out of its roll, its minutes and what it evaluated; never why one was away."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from bot.actions import roll
from bot.actions.roll import Sheet
from bot.reports.papers_fields import word
from bot.rules.attendance import Count, Standing
from bot.rules.papers import long_day, points
from bot.rules.words import MeetingKind, PaperKind, RollState
from bot.texts import WEEKDAYS, Texts
from db import evaluations, people, rolls
from db.models import Meeting, MeetingMinutes, Member
from db.session import Session

Values = dict[str, Any]
SPARE = 5
"""Empty rows of the sheet that is signed: for guests."""


@dataclass(frozen=True)
class Held:
    """A meeting with its roll, what is noted of it, and who led it and wrote."""

    sheet: Sheet
    minutes: MeetingMinutes | None
    chair: Member | None
    taker: Member | None

    @property
    def meeting(self) -> Meeting:
        """The meeting itself."""
        return self.sheet.meeting

    @property
    def length(self) -> int:
        """How many minutes it lasted, as planned where nobody noted it."""
        return (self.minutes.length if self.minutes else None) or self.meeting.minutes


async def look(session: Session, meeting: Meeting, *, texts: Texts) -> Held:
    """All that is kept of a meeting, whoever asks."""
    minutes = await rolls.find_minutes(session, meeting.id or 0)
    numbers = (minutes.chair_id, minutes.taker_id) if minutes else (None, None)
    chair, taker = [await people.get_member(session, number) if number else None for number in numbers]
    return Held(await roll.read(session, meeting, texts=texts), minutes, chair, taker)


async def values(session: Session, kind: PaperKind, held: Held, *, texts: Texts) -> Values:
    """What a paper of the meeting says beside its head."""
    return _meeting(held, texts) | await _OWN[kind](session, held, texts)


def counts(count: Count, length: int, texts: Texts) -> Values:
    """The sentence about who attended, number by number: those of the roll, as the chat says them."""
    return {
        "must_attend": str(count.must_attend),
        "present": str(count.attended),
        "late": str(count.late or ""),
        "absent": str(count.absent),
        "excused": str(count.excused),
        "unexcused": str(count.unexcused),
        "exempt": str(count.exempt),
        "length": str(length),
        "rate": texts.percent(count.rate, "vi"),
    }


def _counts(held: Held, texts: Texts) -> Values:
    return counts(held.sheet.count, held.length, texts)


def kind_of(meeting: Meeting, texts: Texts) -> str:
    """What sort of meeting it was, in words."""
    return texts.label(f"kinds.{meeting.kind}", "vi")


def _meeting(held: Held, texts: Texts) -> Values:
    meeting = held.meeting
    at = texts.local(meeting.starts_at)
    return {
        "kind": kind_of(meeting, texts),
        "subject": meeting.title,
        "month": f"{meeting.month:%m/%Y}",
        "time": word("hour", at=at),
        "weekday": WEEKDAYS["vi"][at.weekday()],
        "day": long_day(at.date()),
        "place": meeting.place.rstrip(" ."),
        "minutes": str(meeting.minutes),
    }


async def _invitation(session: Session, held: Held, texts: Texts) -> Values:
    return {"agenda": points(held.meeting.agenda)}


async def _attendance(session: Session, held: Held, texts: Texts) -> Values:
    exempt = word("exempt")
    return {
        "listed": [
            SimpleNamespace(name=e.name, note=exempt if e.standing is Standing.EXEMPT else "")
            for e in held.sheet.people
            if e.standing is not Standing.NOT_EXPECTED
        ],
        "spare": [""] * SPARE,
    }


async def _roll(session: Session, held: Held, texts: Texts) -> Values:
    def state(standing: Standing, mark: RollState | None) -> str:
        known = mark or (RollState(standing) if standing is not Standing.MUST_ATTEND else None)
        return texts.label(f"roll.{known}", "vi") if known else ""

    listed = [SimpleNamespace(name=e.name, state=state(e.standing, e.state)) for e in held.sheet.people]
    return _counts(held, texts) | {"listed": listed, "guests": await _guests(session, held)}


async def _minutes(session: Session, held: Held, texts: Texts) -> Values:
    minutes = held.minutes
    names = {s: [m.name for m in held.sheet.in_state(s)] for s in (RollState.EXCUSED, RollState.UNEXCUSED)}
    return _counts(held, texts) | {
        "began": _clock(minutes.began_at if minutes else None, texts),
        "ended": _clock(minutes.ended_at if minutes else None, texts),
        "chair": held.chair.name if held.chair else "",
        "taker": held.taker.name if held.taker else "",
        "excused_names": names[RollState.EXCUSED],
        "unexcused_names": names[RollState.UNEXCUSED],
        "guests": await _guests(session, held),
        "agenda": points(held.meeting.agenda),
        "tasks": await _tasks(session, held, texts),
        "speakers": "" if minutes is None or minutes.speakers is None else str(minutes.speakers),
        "conclusions": _conclusions(held),
    }


async def _resolution(session: Session, held: Held, texts: Texts) -> Values:
    return _counts(held, texts) | {"conclusions": _conclusions(held)}


def _conclusions(held: Held) -> list[str]:
    return points(held.minutes.conclusions) if held.minutes else []


async def _guests(session: Session, held: Held) -> list[str]:
    return [guest.name for guest in await rolls.list_guests(session, held.meeting.id or 0) if guest.name]


async def _tasks(session: Session, held: Held, texts: Texts) -> list[SimpleNamespace]:
    """What a regular meeting had to evaluate, without the notes beside it, which are about one member."""
    if held.meeting.kind is not MeetingKind.REGULAR:
        return []
    on = texts.day_of(held.meeting.starts_at)
    return [
        SimpleNamespace(
            member=due.member.name,
            task=due.task.title,
            progress="" if due.percent is None else f"{due.percent} %",
            evaluation=texts.evaluated(due.evaluated, "vi") if due.evaluated else "",
        )
        for due in await evaluations.list_due(session, held.meeting, on=on)
    ]


def _clock(at: datetime | None, texts: Texts) -> str:
    return word("hour", at=texts.local(at)) if at else ""


_OWN: Mapping[PaperKind, Callable[[Session, Held, Texts], Awaitable[Values]]] = {
    PaperKind.INVITATION: _invitation,
    PaperKind.ATTENDANCE: _attendance,
    PaperKind.ROLL: _roll,
    PaperKind.MINUTES: _minutes,
    PaperKind.RESOLUTION: _resolution,
}
