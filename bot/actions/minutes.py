"""What the minutes of a meeting will be drafted from: its real times, who led and wrote, what was concluded."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.actions.authority import authorise_meeting
from bot.actions.roll import Sheet, read
from bot.errors import BadInput, NotFound, TooLate
from bot.rules.permissions import Right
from bot.texts import Texts
from db import meetings, people, rolls
from db.models import MeetingMinutes, MeetingState, Member
from db.session import Session

MOST = 3000
"""Characters of all conclusions together: they are shown back in one message."""
MOST_SPEAKERS = 200


@dataclass(frozen=True)
class Noted:
    """What is noted of a meeting so far, beside its roll; `leaders` are those who usually chair and write."""

    sheet: Sheet
    minutes: MeetingMinutes
    leaders: list[Member]
    chair: Member | None
    taker: Member | None

    @property
    def points(self) -> list[str]:
        """The conclusions, one by one."""
        return [line for line in self.minutes.conclusions.splitlines() if line]


@dataclass(frozen=True)
class Course:
    """How a meeting went: local times of its start and end, who chaired, who wrote, how many spoke."""

    began: time
    ended: time
    chair_id: int
    taker_id: int
    speakers: int


async def look(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts, for_update: bool = False
) -> Noted:
    """What is noted, for who leads the cell. TooLate when it was called off, or before its day."""
    meeting = await meetings.get(session, meeting_id, for_update=for_update)
    await authorise_meeting(session, by, meeting, Right.LEAD, on=texts.day_of(now))
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD):
        raise TooLate("meeting_cancelled")
    if texts.day_of(now) < texts.day_of(meeting.starts_at):
        raise TooLate("minutes_too_early")
    found = await rolls.find_minutes(session, meeting_id) or MeetingMinutes(meeting_id=meeting_id)
    heads = await people.list_leaders(session, meeting.cell_id, on=texts.day_of(meeting.starts_at))
    leaders = [await people.get_member(session, number) for number in sorted(heads)]
    chair, taker = [
        await people.get_member(session, number) if number else None
        for number in (found.chair_id, found.taker_id)
    ]
    return Noted(await read(session, meeting, texts=texts), found, leaders, chair, taker)


async def note_course(
    session: Session, *, meeting_id: int, course: Course, by: Member, now: datetime, texts: Texts
) -> Noted:
    """Note how it went. An end before the start is of the day after; BadInput when that is too long to be true."""
    noted = await look(session, meeting_id=meeting_id, by=by, now=now, texts=texts, for_update=True)
    there = {e.member_id for e in noted.sheet.people} | {leader.id for leader in noted.leaders}
    if not {course.chair_id, course.taker_id} <= there:
        raise NotFound
    minutes = noted.minutes
    minutes.began_at = at_time(noted.sheet.meeting.starts_at, course.began, texts=texts)
    minutes.ended_at = at_time(noted.sheet.meeting.starts_at, course.ended, texts=texts)
    if minutes.ended_at <= minutes.began_at:
        minutes.ended_at += timedelta(days=1)
    if minutes.ended_at - minutes.began_at > timedelta(hours=12):
        raise BadInput("minutes_times")
    minutes.chair_id, minutes.taker_id = course.chair_id, course.taker_id
    minutes.speakers = course.speakers
    session.add(minutes)
    await session.flush()
    return await look(session, meeting_id=meeting_id, by=by, now=now, texts=texts)


async def add_conclusion(
    session: Session, *, meeting_id: int, text: str, by: Member, now: datetime, texts: Texts
) -> Noted:
    """Note what was concluded: each line is a point. BadInput when all of it would be too long."""
    noted = await look(session, meeting_id=meeting_id, by=by, now=now, texts=texts, for_update=True)
    points = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not points:
        raise BadInput("form_type_words")
    together = "\n".join([*noted.points, *points])
    if len(together) > MOST:
        raise BadInput("minutes_too_long", most=MOST)
    noted.minutes.conclusions = together
    session.add(noted.minutes)
    await session.flush()
    return noted


async def drop_conclusion(
    session: Session, *, meeting_id: int, by: Member, now: datetime, texts: Texts
) -> Noted:
    """Strike the last point; nothing happens when there is none."""
    noted = await look(session, meeting_id=meeting_id, by=by, now=now, texts=texts, for_update=True)
    noted.minutes.conclusions = "\n".join(noted.points[:-1])
    session.add(noted.minutes)
    await session.flush()
    return noted


def at_time(starts_at: datetime, at: time, *, texts: Texts) -> datetime:
    """A local time of the meeting's day."""
    day = texts.day_of(starts_at)
    return datetime.combine(day, at, texts.zone).astimezone(starts_at.tzinfo)
