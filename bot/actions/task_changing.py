"""Adjusting a task: its words, measure, day and rhythm, who has it, its end. Every change is written down.

Each verb is for who leads the task's cell, locks the task, and tells those concerned in one message; kind and
rhythm are the secretary's own order, and nobody hears of them. TooLate when the task is closed.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from bot.actions.authority import authorise
from bot.actions.task_buttons import about, progress_buttons
from bot.actions.task_giving import announce, assign, check, check_rhythm, choose, note
from bot.actions.telling import Say, tell
from bot.errors import BadInput, TooLate
from bot.lanes import Lane
from bot.rules.permissions import Right
from bot.rules.task_words import MAX_UNIT, measure_words
from bot.rules.tasks import percent_of
from bot.rules.words import Rhythm, TaskVerb
from bot.texts import Texts
from db import organisations, task_plans, tasks
from db.models import Assignment, Member, Task
from db.posting import When
from db.session import Session


class Changing:
    """One change of a task by somebody, in its transaction: `begin` locks and authorises."""

    def __init__(self, session: Session, task: Task, by: Member, texts: Texts, now: datetime) -> None:
        self.session, self.task, self.by, self.texts, self.now = session, task, by, texts, now
        self.today: date = texts.day_of(now)

    @classmethod
    async def begin(
        cls, session: Session, *, task_id: int, by: Member, texts: Texts, now: datetime, closed: bool = False
    ) -> "Changing":
        """Take hold of a task. NotFound, NotAllowed; TooLate when it is closed, or open where `closed` is asked."""
        task = await task_plans.get_task(session, task_id, lock=True)
        await authorise(session, by, Right.LEAD, task.cell_id, on=texts.day_of(now))
        if (task.closed_at is not None) is not closed:
            raise TooLate("task_is_open" if closed else "task_is_closed")
        return cls(session, task, by, texts, now)

    async def rename(self, title: str) -> None:
        """Other words. BadInput when there are none, or too many."""
        title = check(title, None, today=self.today)
        await self._set(TaskVerb.RENAMED, self.task.title, title, title=title)

    async def set_kind(self, kind: str) -> None:
        """Another of the cell's kinds, or none (empty). BadInput for a kind there is not."""
        if kind and kind not in self.texts.kinds:
            raise BadInput("task_kind_unknown", kinds="; ".join(self.texts.kinds))
        await self._set(TaskVerb.KIND, self.task.kind, kind, kind=kind)

    async def set_rhythm(self, rhythm: Rhythm) -> None:
        """How often it is asked for. BadInput for one at a deadline that is not there."""
        check_rhythm(rhythm, self.task.deadline)
        await self._set(TaskVerb.RHYTHM, self.task.rhythm, rhythm, rhythm=rhythm)

    async def set_deadline(self, deadline: date | None) -> None:
        """Another local day, or none. BadInput for one that has passed, or that its rhythm needs."""
        check(self.task.title, deadline, today=self.today)
        check_rhythm(self.task.rhythm, deadline)
        before, after = (day.isoformat() if day else "" for day in (self.task.deadline, deadline))
        await self._set(TaskVerb.DEADLINE, before, after, deadline=deadline)

    async def set_measure(self, target: int | None, unit: str) -> None:
        """So many of a unit, or none. What was counted stays counted; the per cent of it is worked out anew."""
        if len(unit) > MAX_UNIT:
            raise BadInput("task_measure_too_long", most=MAX_UNIT)
        before, after = measure_words(self.task.target, self.task.unit), measure_words(target, unit)
        counted_alike = unit == self.task.unit and bool(target)
        if await self._set(TaskVerb.MEASURE, before, after, target=target, unit=unit):
            for assignment, _ in await self.held():
                await self._recount(assignment, target if counted_alike else None)

    async def give_more(self, member_ids: Collection[int]) -> list[Member]:
        """Give it to more members; who they are. BadInput when one has it, or can be given nothing."""
        held = {assignment.member_id for assignment, _ in await self.held()}
        chosen = await choose(self.session, self.task.cell_id, member_ids, on=self.today)
        if any(member.id in held for member in chosen):
            raise BadInput("task_held_already")
        given = [
            await assign(self.session, self.task, member, by=self.by, since=self._since, now=self.now)
            for member in chosen
        ]
        await announce(self.session, given, by=self.by, texts=self.texts, now=self.now, today=self.today)
        return chosen

    async def take_back(self, member_id: int) -> None:
        """Take it back from a member from today on; what they reported is kept. TooLate when they have it no more."""
        await self._end(member_id)
        note(self.session, self.task, TaskVerb.TAKEN_BACK, by=self.by, now=self.now, member_id=member_id)
        await self._tell({member_id}, TaskVerb.TAKEN_BACK)

    async def hand_over(self, member_id: int, to_id: int) -> None:
        """From one member to another, who hears how far it is. BadInput when the other has it or can have nothing."""
        if any(assignment.member_id == to_id for assignment, _ in await self.held()):
            raise BadInput("task_held_already")
        [new] = await choose(self.session, self.task.cell_id, {to_id}, on=self.today)
        former = await self._end(member_id)
        given = await assign(
            *(self.session, self.task, new),
            by=self.by,
            since=self._since,
            now=self.now,
            verb=TaskVerb.HANDED_OVER,
            before=str(member_id),
        )
        await self._tell({member_id}, TaskVerb.TAKEN_BACK)
        so_far = await tasks.get_given(self.session, former.id or 0)
        values = {**await self._values(), "given": given, "so_far": so_far}
        say = Say("task_handed", values, progress_buttons([given]), about=about([given]), asks=True)
        await self._post({to_id}, say)

    async def close(self) -> None:
        """End it for all who have it: nothing more is asked or reported."""
        self.task.closed_at = self.now
        await self._write(TaskVerb.CLOSED)

    async def reopen(self) -> None:
        """Let it go on with those who had it when it was closed."""
        self.task.closed_at = None
        await self._write(TaskVerb.REOPENED)

    async def held(self) -> list[task_plans.Held]:
        """Who has it."""
        return await task_plans.list_held(self.session, self.task.id or 0, on=self.today)

    @property
    def _since(self) -> date:
        """From when somebody has it who gets it now: not before the year in whose plan it stands."""
        return max(self.today, date(self.task.year, 1, 1))

    async def _set(self, verb: TaskVerb, before: str, after: str, **values: Any) -> bool:
        """Write a change down and tell it; False, and nothing is done, where it changes nothing."""
        if before == after:
            return False
        for name, value in values.items():
            setattr(self.task, name, value)
        await self._write(verb, before, after)
        return True

    async def _write(self, verb: TaskVerb, before: str = "", after: str = "") -> None:
        self.session.add(self.task)
        note(self.session, self.task, verb, by=self.by, now=self.now, before=before, after=after)
        await self.session.flush()
        if verb not in (TaskVerb.KIND, TaskVerb.RHYTHM):
            holders = {assignment.member_id for assignment, _ in await self.held()}
            await self._tell(holders, verb, before=before, after=after)

    async def _end(self, member_id: int) -> Assignment:
        held = {assignment.member_id: assignment for assignment, _ in await self.held()}
        if member_id not in held:
            raise TooLate("task_not_held")
        ended = held[member_id]
        await tasks.lock_assignment(self.session, ended.id or 0)
        ended.until = max(self.today, ended.since)
        self.session.add(ended)
        return ended

    async def _recount(self, assignment: Assignment, target: int | None) -> None:
        """What was counted against another measure: its per cent anew, or no count where it is of other things."""
        await tasks.lock_assignment(self.session, assignment.id or 0)
        await self.session.refresh(assignment)
        progress = await tasks.find_open(self.session, assignment.id or 0)
        for said in (assignment, progress if progress and progress.evaluated is None else None):
            if said is not None and said.done is not None:
                said.percent = percent_of(said.done, target) if target else said.percent
                said.done = said.done if target else None
                self.session.add(said)

    async def _tell(self, member_ids: set[int], verb: TaskVerb, *, before: str = "", after: str = "") -> None:
        """One message to those it concerns, but not to who has just said it."""
        days = {"before": day_words(before), "after": day_words(after)} if verb is TaskVerb.DEADLINE else {}
        values = {**await self._values(), "verb": verb, "before": before, "after": after, **days}
        await self._post(member_ids - {self.by.id or 0}, Say("task_changed", values))

    async def _values(self) -> dict[str, Any]:
        cell = await organisations.get(self.session, self.task.cell_id)
        return {"task": self.task, "cell": cell, "by": self.by}

    async def _post(self, member_ids: set[int], say: Say) -> None:
        when = When(self.now)
        await tell(self.session, member_ids, say, texts=self.texts, lane=Lane.REMINDER, when=when)


def day_words(text: str) -> str:
    """A day of a task's history as people write it; empty for none."""
    return date.fromisoformat(text).strftime("%d/%m/%Y") if text else ""
