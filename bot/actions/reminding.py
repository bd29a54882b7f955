"""What is said about a meeting when its time comes, and to whom: decided when it is due, never before.

Chases go only to those who must attend and have not answered. Nothing is said late: a step whose meeting has
begun is dropped, and a message still queued then expires.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.actions import tasks
from bot.actions.attendance import Headcount, headcount
from bot.actions.telling import Say, tell
from bot.buttons import Rows, tap
from bot.lanes import Lane
from bot.rules.reminders import audiences
from bot.rules.words import Answer, Audience, ReminderStep, RoleName
from bot.texts import Texts
from db import meetings, organisations, people
from db.models import Meeting, MeetingState, Organisation, Reminder
from db.outbox import When
from db.session import Session

STEP = 200
"""Reminders dealt with in one transaction."""


async def remind_due(session: Session, *, now: datetime, texts: Texts) -> int:
    """Say what is due; how many planned messages were dealt with."""
    due = await meetings.list_due_reminders(session, now=now, limit=STEP)
    for reminder in due:
        meeting = await meetings.get(session, reminder.meeting_id)
        reminder.told = await _say_step(session, meeting, reminder, now=now, texts=texts)
        reminder.done_at = now
        session.add(reminder)
    return len(due)


async def _say_step(
    session: Session, meeting: Meeting, reminder: Reminder, *, now: datetime, texts: Texts
) -> int:
    """Say one step to each of its audiences; to how many people. A step nobody needs any more tells nobody."""
    begun = meeting.starts_at <= now
    if meeting.state != MeetingState.PLANNED or begun != (reminder.step is ReminderStep.ROLL_OPEN):
        return 0
    occasion = Occasion(session, meeting, await organisations.get(session, meeting.cell_id), now, texts)
    if reminder.step is ReminderStep.TASKS:
        return await occasion.ask_tasks()
    told = 0
    for audience in audiences(meeting.profile, reminder.step):
        told += await SAYING[audience](occasion, reminder)
    if reminder.step in (ReminderStep.CALLED, ReminderStep.DAY_BEFORE):
        await occasion.report_call()
    return told


class Occasion:
    """One meeting at the moment something is said about it."""

    def __init__(
        self, session: Session, meeting: Meeting, cell: Organisation, now: datetime, texts: Texts
    ) -> None:
        self.session = session
        self.meeting = meeting
        self.cell = cell
        self.now = now
        self.texts = texts
        self.today = texts.local(meeting.starts_at).date()
        self.told: set[int] = set()

    async def say(self, to: list[int], template: str, name: str, *, asks: bool, **values: object) -> int:
        """Queue a template to members, as something that is of use until the meeting begins."""
        assert self.meeting.id is not None
        said = Say(
            template,
            {"meeting": self.meeting, "cell": self.cell, **values},
            buttons=answer_buttons(self.meeting.id) if asks else None,
            about=("meeting", self.meeting.id),
            asks=asks,
            dedupe=f"meeting:{self.meeting.id}:{name}",
        )
        when = When(self.now, deadline=self.meeting.starts_at, expires_at=self.meeting.starts_at)
        told = await tell(self.session, to, said, texts=self.texts, lane=Lane.REMINDER, when=when)
        self.told |= told
        return len(told)

    async def count(self) -> Headcount:
        """Who comes, asks leave or is silent, now."""
        return await headcount(self.session, self.meeting, on=self.today)

    async def ask_tasks(self) -> int:
        """Ask for task progress ahead of the meeting."""
        assert self.meeting.id is not None
        asked = await tasks.ask_for_progress(
            self.session,
            cell_id=self.meeting.cell_id,
            meeting_id=self.meeting.id,
            texts=self.texts,
            now=self.now,
            today=self.texts.local(self.now).date(),
            expires_at=self.meeting.starts_at,
        )
        return len(asked)

    async def to_everyone(self, reminder: Reminder) -> int:
        """The invitation."""
        self.meeting.called_at = self.meeting.called_at or self.now
        self.session.add(self.meeting)
        expected = (await self.count()).must_attend
        return await self.say([e.member_id for e in expected], "meeting_called", "called", asks=True)

    async def to_silent(self, reminder: Reminder) -> int:
        """An invitation for who has not been told, a chase for who has not answered."""
        first = self.meeting.called_at is None
        self.meeting.called_at = self.meeting.called_at or self.now
        self.session.add(self.meeting)
        silent = [e.member_id for e in (await self.count()).silent]
        template = "meeting_called" if first else "meeting_chase"
        return await self.say(silent, template, f"{reminder.step}:silent", asks=True)

    async def to_coming(self, reminder: Reminder) -> int:
        """The one short reminder of time and place."""
        coming = [e.member_id for e in (await self.count()).coming]
        return await self.say(coming, "meeting_soon", f"{reminder.step}:coming", asks=False)

    async def to_deputy(self, reminder: Reminder) -> int:
        """Who is still silent, for somebody to ask in person."""
        silent = (await self.count()).silent
        deputies = await self._leaders(RoleName.DEPUTY)
        if not silent:
            return 0
        return await self.say(deputies, "meeting_silent", str(reminder.step), asks=False, silent=silent)

    async def to_secretary(self, reminder: Reminder) -> int:
        """The roll is still open after the meeting."""
        assert self.meeting.id is not None
        meeting_id = self.meeting.id
        said = Say(
            "roll_open",
            {"meeting": self.meeting, "cell": self.cell},
            buttons=lambda t, language: [[tap(t.label("menu.roll", language), "roll", meeting_id)]],
            about=("roll", meeting_id),
            dedupe=f"roll_open:{reminder.id}",
        )
        to = await self._leaders(RoleName.SECRETARY)
        return len(
            await tell(self.session, to, said, texts=self.texts, lane=Lane.REMINDER, when=When(self.now))
        )

    async def report_call(self) -> None:
        """Tell those who lead the cell that it was called, and whom no message reaches."""
        assert self.meeting.id is not None
        meeting_id = self.meeting.id
        expected = (await self.count()).must_attend
        reached = {
            a.member_id for a in await people.list_addresses(self.session, [e.member_id for e in expected])
        }
        said = Say(
            "meeting_called_report",
            {
                "meeting": self.meeting,
                "cell": self.cell,
                "invited": len(expected),
                "unreached": [e.member for e in expected if e.member_id not in reached],
            },
            buttons=lambda t, language: leader_buttons(meeting_id, t, language),
            about=("headcount", meeting_id),
            dedupe=f"meeting:{meeting_id}:call_report",
        )
        to = await self._leaders(RoleName.SECRETARY, RoleName.DEPUTY)
        when = When(self.now, deadline=self.meeting.starts_at, expires_at=self.meeting.starts_at)
        await tell(self.session, to, said, texts=self.texts, lane=Lane.REMINDER, when=when)

    async def _leaders(self, *roles: RoleName) -> list[int]:
        today = self.texts.local(self.now).date()
        holders = await people.list_holders(self.session, self.meeting.cell_id, roles, on=today)
        return [m.id for m in holders if m.id is not None]


SAYING: dict[Audience, Callable[[Occasion, Reminder], Awaitable[int]]] = {
    Audience.EVERYONE: Occasion.to_everyone,
    Audience.SILENT: Occasion.to_silent,
    Audience.COMING: Occasion.to_coming,
    Audience.DEPUTY: Occasion.to_deputy,
    Audience.SECRETARY: Occasion.to_secretary,
}


def answer_buttons(meeting_id: int) -> Callable[[Texts, str], Rows]:
    """The three answers to an invitation."""
    return lambda texts, language: [
        [tap(texts.label(f"answers.{Answer.COMING}", language), "answer", meeting_id, Answer.COMING)],
        [
            tap(texts.label(f"answers.{answer}", language), "answer", meeting_id, answer)
            for answer in (Answer.LEAVE, Answer.LATE)
        ],
    ]


def leader_buttons(meeting_id: int, texts: Texts, language: str) -> Rows:
    """What those who lead a cell can do about a coming meeting."""
    return [
        [tap(texts.label("meetings.headcount", language), "headcount", meeting_id)],
        [
            tap(texts.label("meetings.remind", language), "remind", meeting_id),
            tap(texts.label("meetings.behalf", language), "behalf", meeting_id),
        ],
    ]


async def remind_silent(
    session: Session, meeting: Meeting, *, now: datetime, texts: Texts
) -> tuple[int, Headcount]:
    """Chase those who have not answered now, because the secretary asked for it; how many it reaches."""
    there = Occasion(session, meeting, await organisations.get(session, meeting.cell_id), now, texts)
    counted = await there.count()
    silent = [e.member_id for e in counted.silent]
    told = await there.say(silent, "meeting_chase", f"by_hand:{now:%Y%m%d%H}", asks=True)
    return told, counted
