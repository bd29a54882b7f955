"""What a secretary does in the chat: the schedule, tasks, who asks to join or to be away, and the roll."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from bot.demo.actors import STEPS, WHEN_UNCLEAR, Actor
from bot.demo.cast import Cast, Cell, Month, is_exempt
from bot.demo.phone import Deed, buttons_of
from bot.demo.script import Behaviour
from bot.demo.stage import Stage
from bot.rules.progress_words import read_progress
from bot.rules.roster import Person as Listed
from bot.rules.words import Answer, LeaveDecision, MeetingKind, RollState
from bot.sandbox.objects import Message
from bot.sandbox.people import Person
from handlers.roll import SIGNS

STATES: dict[str, RollState] = {sign: state for state, sign in SIGNS.items()} | {"❔": RollState.EXCUSED}
"""What the sign before a name means on the roll. Leave that is asked for is accepted when the roll is closed."""
SOON = timedelta(minutes=2)
LATER = timedelta(minutes=30)
TASK = "Vận động 5 hộ dân tham gia vệ sinh đường thôn, hạn 30/12"


class Leader(Actor):
    """A secretary or deputy. Only who is on duty acts on what is asked of both."""

    def __init__(
        self,
        stage: Stage,
        person: Person,
        listed: Listed,
        cast: Cast,
        *,
        turn: int = 0,
        changes_mind_at: datetime | None = None,
    ) -> None:
        super().__init__(stage, person, cast.part(listed), turn=turn, changes_mind_at=changes_mind_at)
        self.cast = cast
        self.cell: Cell = cast.cell(listed.cell)
        self.on_duty = self.cell.on_duty is listed

    def reads(self, message: Message) -> None:
        """See what is asked of a secretary, beside what is asked of everybody."""
        buttons, now = buttons_of(message), self.stage.clock.now()
        if self.on_duty:
            if self.label(f"leave.{LeaveDecision.ACCEPTED}") in buttons:
                self.stage.plan(now + SOON, self, partial(self.accepts_leave, message))
            elif self.label("join.no") in buttons:
                self.stage.plan(now + SOON, self, partial(self.lets_in, message))
            elif self.label("meetings.behalf") in buttons and self._is_call(message):
                self.stage.plan(now + LATER, self, partial(self.answers_for_others, message))
        super().reads(message)

    def _is_call(self, message: Message) -> bool:
        """Whether the regular meeting was called, and the telephone stays at hand."""
        regular = self.label(f"kinds.{MeetingKind.REGULAR}") in (message.text or "").casefold()
        return regular and not self.is_reply(message) and not self.cell.borrows

    # Before the meeting

    def sets_schedule(self, month: Month, kind: MeetingKind) -> Deed:
        """Type when the cell holds a kind of meeting, and say yes to what was understood."""
        self.says("/lich")
        yield
        self.taps(self.label(f"schedule.{kind}"))
        yield
        self.says(self.cell.line(month, kind))
        yield
        if f"{month.meets(kind, self.cell.turn).day} hằng tháng" not in (self.person.last.text or ""):
            raise LookupError(f"the schedule was not understood: {self.person.last.text}")
        self.taps(self.label("schedule.yes"), self.person.last)
        yield

    def gives_task(self) -> Deed:
        """Give one task to everybody."""
        self.says("/nhiemvu")
        yield
        self.taps(self.label("tasks.give"))
        yield
        self.says(TASK)
        yield
        self.taps(self.label("tasks.everyone"), self.person.last)
        yield

    def lets_in(self, message: Message) -> Deed:
        """Say that it is the one of that name on the list."""
        others = (self.label("join.new"), self.label("join.no"))
        self.taps(next((text for text in buttons_of(message) if text not in others), others[0]), message)
        yield

    def accepts_leave(self, message: Message) -> Deed:
        """Accept a request for leave."""
        self.taps(self.label(f"leave.{LeaveDecision.ACCEPTED}"), message)
        yield

    def answers_for_others(self, message: Message) -> Deed:
        """Answer for those without a telephone: they said so on the road."""
        button = self.label("meetings.behalf")
        for listed in self._without_phone():
            self.taps(button, message)
            yield
            yield from self._finds(listed.name, message)
            self.taps(listed.name, message)
            yield
            self.taps(self.label(f"answers.{Answer.COMING}"), message)
            yield
            button = self.label("meetings.behalf_more")

    def _without_phone(self) -> list[Listed]:
        members = [p for p in self.cell.members if not is_exempt(p)]
        return [p for p in members if self.cast.part(p).behaviour is Behaviour.NO_PHONE]

    def _finds(self, button: str, message: Message) -> Deed:
        """Turn the pages of a list until a button is there."""
        while button not in buttons_of(message):
            self.taps(self.label("pages.next"), message)
            yield

    # At the meeting

    def reports_for_others(self) -> Deed:
        """Record how far the tasks of those without a telephone are, as they say at the meeting."""
        told = [p for p in self._without_phone() if self.cast.part(p).task is not None]
        if not told:
            return
        self.says("/nhiemvu")
        yield
        board, button = self.person.last, self.label("tasks.behalf")
        for listed in told:
            self.taps(button, board)
            yield
            yield from self._finds(listed.name, board)
            self.taps(listed.name, board)
            yield
            self.taps(self._step(self.cast.part(listed).task), board)
            yield
            button = self.label("tasks.others")

    def _step(self, task: int | str | None) -> str:
        """The button that is nearest to what somebody says of their task."""
        said = read_progress(task) if isinstance(task, str) else None
        if said and said.stuck and said.percent is None:
            return self.label("tasks.stuck")
        percent = (said.percent if said else task) if said is None or said.percent is not None else None
        wanted = WHEN_UNCLEAR if percent is None else int(percent)
        return f"{min(STEPS, key=lambda step: abs(step - wanted))}%"

    def takes_roll(self, kind: MeetingKind, wanted: Iterable[tuple[str, RollState]]) -> Deed:
        """All present in one tap, then each name that is not right until it is, then close and lock."""
        left: dict[str, Counter[RollState]] = {}
        for name, state in wanted:
            left.setdefault(name, Counter())[state] += 1
        self.says("/diemdanh")
        yield
        sheet = self.person.last
        if self.label(f"kinds.{kind}") not in (sheet.text or "").casefold():
            raise LookupError(f"another roll was opened: {sheet.text}")
        self.taps(self.label("sheet.all_present"), sheet)
        yield
        yield from self._corrects(sheet, left)
        self.taps(self.label("sheet.close"), sheet)
        yield
        for choice in ("accept_leave", "rest_unexcused", "lock"):
            if choice == "lock" or self.label(f"sheet.{choice}") in buttons_of(sheet):
                self.taps(self.label(f"sheet.{choice}"), sheet)
                yield

    def _corrects(self, sheet: Message, left: dict[str, Counter[RollState]]) -> Deed:
        """Page by page, tap what is not as it should be, once each, and look again."""
        while True:
            while wrong := _wrong(sheet, left):
                for text in wrong:
                    self.taps(text, sheet)
                yield
            for _, name, state in _names(sheet):
                if state is not None and name in left:
                    left[name][state] -= 1
            if self.label("pages.next") not in buttons_of(sheet):
                return
            self.taps(self.label("pages.next"), sheet)
            yield

    def asks_who_skipped(self) -> Deed:
        """Ask in plain words who was absent."""
        self.says("ai vắng?")
        yield

    def looks_at_tasks(self) -> Deed:
        """See who has reported."""
        self.says("/nhiemvu")
        yield

    def takes_phone(self) -> Deed:
        """Take the telephone that was given back, with the bot on it."""
        self.unblocks()
        yield


def _names(sheet: Message) -> list[tuple[str, str, RollState | None]]:
    """The names on a page of the roll: the button, the name, what the sign before it says."""
    found = []
    for text in buttons_of(sheet):
        sign, _, name = text.partition(" ")
        if sign in STATES or sign == "▫️":
            found.append((text, name, STATES.get(sign)))
    return found


def _wrong(sheet: Message, left: dict[str, Counter[RollState]]) -> list[str]:
    """The buttons of a page whose state is not wanted. People of one name are told apart by nothing else."""
    too_many: dict[str, Counter[RollState | None]] = {}
    for _, name, state in _names(sheet):
        too_many.setdefault(name, Counter())[state] += 1
    for name, states in too_many.items():
        states.subtract(left.get(name, states))
    wrong = []
    for text, name, state in _names(sheet):
        if too_many[name][state] > 0:
            too_many[name][state] -= 1
            wrong.append(text)
    return wrong
