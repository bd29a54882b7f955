"""People in front of their telephone: they understand what comes in, and do about it what their part says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from bot.demo.cast import Cast
from bot.demo.phone import Deed, Phone, buttons_of
from bot.demo.script import Behaviour, Part
from bot.demo.stage import Stage
from bot.rules.roster import Person as Listed
from bot.rules.words import Answer, LeaveReason, MeetingKind
from bot.sandbox.objects import Message
from bot.sandbox.people import Person

TASK = "task"
DELAYS = (5, 60, 840)
"""How many minutes people take to answer something; each keeps to one of them."""
STEPS = (0, 25, 50, 75, 100)
NONSENSE = ("Hôm nay trời mưa to quá", "để em xem đã", "Xin chào cả nhà ạ", "mấy giờ thì xong hả bác")
"""Nothing of this says anything about coming, a task or a notice."""
WHEN_UNCLEAR = 50
"""What a member taps whose sentence about a task was not understood."""
FIRST_ANSWER = {
    Behaviour.COMING: Answer.COMING,
    Behaviour.COMING_THEN_LEAVE: Answer.COMING,
    Behaviour.AFTER_CHASE: Answer.COMING,
    Behaviour.LATE: Answer.LATE,
    Behaviour.LEAVE: Answer.LEAVE,
}


class Actor(Phone):
    """One person in front of their telephone.

    `changes_mind_at` is when somebody who said they come asks leave after all.
    """

    def __init__(
        self,
        stage: Stage,
        person: Person,
        part: Part,
        *,
        turn: int = 0,
        changes_mind_at: datetime | None = None,
    ) -> None:
        super().__init__(stage, person)
        self.part = part
        self.delay = timedelta(minutes=DELAYS[turn % len(DELAYS)])
        self.turn = turn
        self.changes_mind_at = changes_mind_at
        self.studies = part.reads
        self.chased: set[date] = set()
        """The months in which they were asked again about the regular meeting."""
        self.asked_of_task: set[date] = set()
        """The months in which they were asked how far their task is."""
        self._asked: dict[str, list[Message]] = {}

    def begins_month(self, cast: Cast, listed: Listed, changes_mind_at: datetime) -> Deed:
        """Play the part of a new month: its meetings are asked about anew, a task goes on."""
        self.part, self.changes_mind_at = cast.part(listed), changes_mind_at
        self._asked = {TASK: self._asked.get(TASK, [])[:1]}
        yield from ()

    def reads(self, message: Message) -> None:
        """Understand a new message by the buttons under it."""
        buttons = buttons_of(message)
        if self.label(f"answers.{Answer.COMING}") in buttons and not self.is_reply(message):
            for kind in (MeetingKind.REGULAR, MeetingKind.RESIDENTIAL):
                if self.label(f"kinds.{kind}") in (message.text or "").casefold():
                    self._is_asked(kind, message, INVITED[kind])
        elif self.label("tasks.stuck") in buttons:
            self._is_asked(TASK, message, Actor.hears_of_task)
        elif self.label("notices.confirm") in buttons and self.studies:
            self.plans(partial(self.confirms, message))

    def _is_asked(self, what: str, message: Message, hears: Callable[[Actor, Message, int], None]) -> None:
        asked = self._asked.setdefault(what, [])
        asked.append(message)
        hears(self, message, len(asked))

    def plans(self, deed: Callable[[], Deed]) -> None:
        """Do something later: some are quick, some wait for the next morning."""
        self.stage.plan(self.stage.clock.now() + self.delay, self, deed)

    # Meetings

    def hears_of_meeting(self, message: Message, time: int) -> None:
        """The invitation the first time, a chase after that."""
        behaviour = self.part.behaviour
        if time > 1:
            self.chased.add(self._month())
        if behaviour is Behaviour.NONSENSE:
            self.plans(partial(self.babbles, time))
        elif behaviour in FIRST_ANSWER and time == (2 if behaviour is Behaviour.AFTER_CHASE else 1):
            said = FIRST_ANSWER[behaviour]
            typed = None if behaviour is Behaviour.COMING_THEN_LEAVE else self.part.words
            self.plans(partial(self.answers, message, said, typed))
            if behaviour is Behaviour.COMING_THEN_LEAVE and self.changes_mind_at:
                words = self.part.words
                self.stage.plan(
                    self.changes_mind_at, self, partial(self.answers, message, Answer.LEAVE, words)
                )

    def hears_of_residents(self, message: Message, time: int) -> None:
        """To a residential meeting everybody comes who answers at all."""
        if self.part.behaviour in FIRST_ANSWER and time == 1:
            self.plans(partial(self.answers, message, Answer.COMING, None))

    def answers(self, asked: Message, said: Answer, words: str | None) -> Deed:
        """Answer an invitation, typed or tapped; what was not understood as it was meant is tapped."""
        if words:
            self.says(words)
            yield
        if not words or not self._is_noted(said):
            self.taps(self.label(f"answers.{said}"), asked)
            yield
        if said is Answer.LEAVE:
            reason = self.label(f"reasons.{list(LeaveReason)[self.turn % len(LeaveReason)]}")
            if reason in buttons_of(self.person.last):
                self.taps(reason, self.person.last)
                yield

    def _is_noted(self, said: Answer) -> bool:
        """Whether what the bot said to the words just typed has the answer in it."""
        kind, answered = self.label(f"kinds.{MeetingKind.REGULAR}"), self.label(f"answered.{said}")
        texts = [(m.text or "").casefold() for m in self.since_typed()]
        return any(kind in text and answered in text for text in texts)

    def babbles(self, time: int) -> Deed:
        """Type something that is no answer."""
        self.says(self.part.words or NONSENSE[(self.turn + time) % len(NONSENSE)])
        yield

    # Tasks and notices

    def hears_of_task(self, message: Message, time: int) -> None:
        """A task is given the first time, and asked about after that."""
        if time == 2:
            self.asked_of_task.add(self._month())
            if self.part.task is not None:
                self.plans(partial(self.reports, message))

    def _month(self) -> date:
        return self.stage.texts.day_of(self.stage.clock.now()).replace(day=1)

    def reports(self, asked: Message) -> Deed:
        """Report about a task, by a button where there is one for it."""
        task = self.part.task
        if task in STEPS:
            self.taps(f"{task}%", asked)
            yield
            return
        self.says(task if isinstance(task, str) else f"xong {task}%")
        yield
        if not any(self.label("tasks.stuck") in buttons_of(m) for m in self.since_typed()):
            self.taps(f"{WHEN_UNCLEAR}%", asked)
            yield

    def confirms(self, message: Message) -> Deed:
        """Say that a notice was studied."""
        self.taps(self.label("notices.confirm"), message)
        yield

    # Coming in

    def registers(self, token: str, *, gives_name: bool = False) -> Deed:
        """Open a link and agree, or do not; who comes by the cell's link says who they are."""
        self.opens(token)
        yield
        self.taps(self.label("consent.refuse" if self.part.refuses else "consent.agree"))
        yield
        if gives_name and not self.part.refuses:
            self.says(self.person.name)
            yield

    def leaves(self) -> Deed:
        """Block the bot."""
        self.blocks()
        yield


INVITED: dict[MeetingKind, Callable[[Actor, Message, int], None]] = {
    MeetingKind.REGULAR: Actor.hears_of_meeting,
    MeetingKind.RESIDENTIAL: Actor.hears_of_residents,
}
