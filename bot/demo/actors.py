"""People with a telephone: they look at their chat, and do what their part says.

Something done is a generator: it acts, and yields to wait for the bot's answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.demo.script import Behaviour, Part
from bot.demo.stage import Stage
from bot.rules.words import Answer, LeaveReason, MeetingKind
from bot.sandbox.objects import Message
from bot.sandbox.people import Person

Deed = Iterator[None]

DELAYS = (5, 20, 60, 840, 1320)
"""How many minutes people take to answer something; each keeps to one of them."""
STEPS = (0, 25, 50, 75, 100)
NONSENSE = ("Hôm nay trời mưa to quá", "để em xem đã", "Xin chào cả nhà ạ", "mấy giờ thì xong hả bác")
"""Nothing of this says anything about coming, a task or a notice."""
AT_ONCE = timedelta(seconds=10)
"""What comes so soon after something was done answers it, and invites to nothing new."""
WHEN_UNCLEAR = 50
"""What a member taps whose sentence about a task was not understood."""
FIRST_ANSWER = {
    Behaviour.COMING: Answer.COMING,
    Behaviour.COMING_THEN_LEAVE: Answer.COMING,
    Behaviour.AFTER_CHASE: Answer.COMING,
    Behaviour.LATE: Answer.LATE,
    Behaviour.LEAVE: Answer.LEAVE,
}


class Actor:
    """One person in front of their telephone.

    `changes_mind_at` is when somebody who said they come asks leave after all.
    """

    def __init__(
        self, stage: Stage, person: Person, part: Part, *, turn: int = 0, changes_mind_at: datetime | None = None
    ) -> None:
        self.stage = stage
        self.person = person
        self.part = part
        self.delay = timedelta(minutes=DELAYS[turn % len(DELAYS)])
        self.turn = turn
        self.changes_mind_at = changes_mind_at
        self._doing: deque[Deed] = deque()
        self._seen = 0
        self._acted = False
        self._acted_at: datetime | None = None
        self._asked: dict[str, list[Message]] = {}

    # The person's hands

    def says(self, text: str) -> None:
        """Types something."""
        self._act(text)
        self.person.sends(text)

    def taps(self, text: str, message: Message | None = None) -> None:
        """Taps a button; LookupError when it is not to be seen."""
        self.person.taps(text, message)
        self._act(f"[{text}]")

    def opens(self, token: str) -> None:
        """Opens an invitation link."""
        self._act("mở đường dẫn mời")
        self.person.opens(token)

    def blocks(self) -> None:
        """Blocks the bot."""
        self._act("chặn bot")
        self.person.blocks()

    def unblocks(self) -> None:
        """Takes the block back."""
        self._act("bỏ chặn bot")
        self.person.unblocks()

    def _act(self, what: str) -> None:
        self._acted, self._acted_at = True, self.stage.clock.now()
        if self.stage.transcript:
            self.stage.transcript.did(self.person.name, what)

    # One thing after the other

    def begin(self, deed: Deed) -> None:
        """Have something to do, after what is being done."""
        self._doing.append(deed)

    def step(self) -> bool:
        """Go on with what is being done, until the bot has to answer; whether anything was done."""
        self._acted = False
        while self._doing and not self._acted:
            try:
                next(self._doing[0])
            except StopIteration:
                self._doing.popleft()
            except (LookupError, PermissionError) as error:  # what should be there is not: told at the end
                self._doing.popleft()
                self.stage.troubles.append(f"{self.person.name}: {error}")
        return self._acted

    def look(self) -> None:
        """Read what is new in the chat, and plan what to do about it."""
        if self.person.blocked:
            return
        news = [m for m in self.person.messages if m.id > self._seen]
        for message in news:
            self._seen = message.id
            if message.from_bot:
                self.reads(message)

    def reads(self, message: Message) -> None:
        """Understand a new message by the buttons under it."""
        buttons = buttons_of(message)
        if self.label(f"answers.{Answer.COMING}") in buttons and not self._is_reply(message):
            for kind in (MeetingKind.REGULAR, MeetingKind.RESIDENTIAL):
                if self.label(f"kinds.{kind}") in (message.text or "").casefold():
                    self._is_asked(kind, message, INVITED[kind])
        elif self.label("tasks.stuck") in buttons:
            self._is_asked("task", message, Actor.hears_of_task)
        elif self.label("notices.confirm") in buttons and self.part.reads:
            self.plans(lambda: self.confirms(message))

    def _is_asked(self, what: str, message: Message, hears: Callable[[Actor, Message, int], None]) -> None:
        asked = self._asked.setdefault(what, [])
        asked.append(message)
        hears(self, message, len(asked))

    def _is_reply(self, message: Message) -> bool:
        return self._acted_at is not None and message.date - self._acted_at < AT_ONCE

    def plans(self, deed: Callable[[], Deed]) -> None:
        """Do something later: some are quick, some wait for the next morning."""
        self.stage.plan(self.stage.clock.now() + self.delay, self, deed)

    def label(self, key: str, **values: str) -> str:
        """The words on a button."""
        return self.stage.label(key, **values)

    # Meetings

    def hears_of_meeting(self, message: Message, time: int) -> None:
        """The invitation the first time, a chase after that."""
        behaviour = self.part.behaviour
        if behaviour is Behaviour.NONSENSE:
            self.plans(lambda: self.babbles(time))
        elif behaviour in FIRST_ANSWER and time == (2 if behaviour is Behaviour.AFTER_CHASE else 1):
            said = FIRST_ANSWER[behaviour]
            typed = None if behaviour is Behaviour.COMING_THEN_LEAVE else self.part.words
            self.plans(lambda: self.answers(message, said, typed))
            if behaviour is Behaviour.COMING_THEN_LEAVE and self.changes_mind_at:
                words = self.part.words
                self.stage.plan(
                    self.changes_mind_at, self, lambda: self.answers(message, Answer.LEAVE, words)
                )

    def hears_of_residents(self, message: Message, time: int) -> None:
        """To a residential meeting everybody comes who answers at all."""
        if self.part.behaviour in FIRST_ANSWER and time == 1:
            self.plans(lambda: self.answers(message, Answer.COMING, None))

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

    def since_typed(self) -> list[Message]:
        """What the bot has said since the person typed something last."""
        messages = self.person.messages
        last = max((i for i, m in enumerate(messages) if not m.from_bot), default=-1)
        return messages[last + 1 :]

    def babbles(self, time: int) -> Deed:
        """Type something that is no answer."""
        self.says(self.part.words or NONSENSE[(self.turn + time) % len(NONSENSE)])
        yield

    # Tasks and notices

    def hears_of_task(self, message: Message, time: int) -> None:
        """A task is given the first time, and asked about after that."""
        if time == 2 and self.part.task is not None:
            self.plans(lambda: self.reports(message))

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


def buttons_of(message: Message) -> list[str]:
    """The buttons under a message, in reading order."""
    return [button.text for row in message.buttons for button in row]
