"""Adjusting a task: its words, measure, day and rhythm, who has it, its end. Every change is written down.

Each verb is for who leads the task's cell, locks the task, and tells those concerned in one message; kind and
rhythm are the secretary's own order, and nobody hears of them. TooLate when the task is closed.
"""

from collections.abc import Collection
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Held:
    """A task that is being changed, with the transaction it is locked in, and who changes it when."""

    session: Session
    task: Task
    by: Member
    texts: Texts
    now: datetime

    @property
    def today(self) -> date:
        """The local date."""
        return self.texts.day_of(self.now)

    @property
    def since(self) -> date:
        """From when somebody has it who gets it now: not before the year in whose plan it stands."""
        return max(self.today, date(self.task.year, 1, 1))

    async def holders(self) -> dict[int, Assignment]:
        """Who has it, by number."""
        held = await task_plans.list_held(self.session, self.task.id or 0, on=self.today)
        return {assignment.member_id: assignment for assignment, _ in held}


async def rename(
    session: Session, *, task_id: int, by: Member, title: str, texts: Texts, now: datetime
) -> None:
    """Other words. BadInput when there are none, or too many."""
    held = await _hold(session, task_id, by, texts, now)
    title = check(title, None, today=held.today)
    await _set(held, TaskVerb.RENAMED, held.task.title, title, title=title)


async def set_kind(
    session: Session, *, task_id: int, by: Member, kind: str, texts: Texts, now: datetime
) -> None:
    """Another of the cell's kinds, or none (empty). BadInput for a kind there is not."""
    held = await _hold(session, task_id, by, texts, now)
    if kind and kind not in texts.kinds:
        raise BadInput("task_kind_unknown", kinds="; ".join(texts.kinds))
    await _set(held, TaskVerb.KIND, held.task.kind, kind, kind=kind)


async def set_rhythm(
    session: Session, *, task_id: int, by: Member, rhythm: Rhythm, texts: Texts, now: datetime
) -> None:
    """How often it is asked for. BadInput for one at a deadline that is not there."""
    held = await _hold(session, task_id, by, texts, now)
    check_rhythm(rhythm, held.task.deadline)
    await _set(held, TaskVerb.RHYTHM, held.task.rhythm, rhythm, rhythm=rhythm)


async def set_deadline(
    session: Session, *, task_id: int, by: Member, deadline: date | None, texts: Texts, now: datetime
) -> None:
    """Another local day, or none. BadInput for one that has passed, or that its rhythm needs."""
    held = await _hold(session, task_id, by, texts, now)
    check(held.task.title, deadline, today=held.today)
    check_rhythm(held.task.rhythm, deadline)
    before, after = (day.isoformat() if day else "" for day in (held.task.deadline, deadline))
    await _set(held, TaskVerb.DEADLINE, before, after, deadline=deadline)


async def set_measure(
    session: Session, *, task_id: int, by: Member, target: int | None, unit: str, texts: Texts, now: datetime
) -> None:
    """So many of a unit, or none. What was counted stays counted; the per cent of it is worked out anew."""
    held = await _hold(session, task_id, by, texts, now)
    if len(unit) > MAX_UNIT:
        raise BadInput("task_measure_too_long", most=MAX_UNIT)
    before, after = measure_words(held.task.target, held.task.unit), measure_words(target, unit)
    counted_alike = unit == held.task.unit and bool(target)
    if await _set(held, TaskVerb.MEASURE, before, after, target=target, unit=unit):
        for assignment in (await held.holders()).values():
            await _recount(session, assignment, target if counted_alike else None)


async def give_more(
    session: Session, *, task_id: int, by: Member, member_ids: Collection[int], texts: Texts, now: datetime
) -> list[Member]:
    """Give it to more members; who they are. BadInput when one has it, or can be given nothing."""
    held = await _hold(session, task_id, by, texts, now)
    chosen = await choose(session, held.task.cell_id, member_ids, on=held.today)
    holders = await held.holders()
    if any(member.id in holders for member in chosen):
        raise BadInput("task_held_already")
    given = [await assign(session, held.task, member, by=by, since=held.since, now=now) for member in chosen]
    await announce(session, given, by=by, texts=texts, now=now, today=held.today)
    return chosen


async def take_back(
    session: Session, *, task_id: int, by: Member, member_id: int, texts: Texts, now: datetime
) -> None:
    """Take it back from a member from today on; what they reported is kept. TooLate when they have it no more."""
    held = await _hold(session, task_id, by, texts, now)
    await _end(held, member_id)
    note(session, held.task, TaskVerb.TAKEN_BACK, by=by, now=now, member_id=member_id)
    await _tell(held, {member_id}, TaskVerb.TAKEN_BACK)


async def hand_over(
    session: Session, *, task_id: int, by: Member, member_id: int, to_id: int, texts: Texts, now: datetime
) -> None:
    """From one member to another, who hears how far it is. BadInput when the other has it or can have nothing.

    TooLate when the first has it no more.
    """
    held = await _hold(session, task_id, by, texts, now)
    if to_id in await held.holders():
        raise BadInput("task_held_already")
    [new] = await choose(session, held.task.cell_id, {to_id}, on=held.today)
    former = await _end(held, member_id)
    given = await assign(
        *(session, held.task, new),
        by=by,
        since=held.since,
        now=now,
        verb=TaskVerb.HANDED_OVER,
        before=str(member_id),
    )
    await _tell(held, {member_id}, TaskVerb.TAKEN_BACK)
    so_far = await tasks.get_given(session, former.id or 0)
    values = {**await _values(held), "given": given, "so_far": so_far}
    say = Say("task_handed", values, progress_buttons([given]), about=about([given]), asks=True)
    await _post(held, {to_id}, say)


async def close(session: Session, *, task_id: int, by: Member, texts: Texts, now: datetime) -> None:
    """End it for all who have it: nothing more is asked or reported."""
    held = await _hold(session, task_id, by, texts, now)
    held.task.closed_at = now
    await _write(held, TaskVerb.CLOSED)


async def reopen(session: Session, *, task_id: int, by: Member, texts: Texts, now: datetime) -> None:
    """Let it go on with those who had it when it was closed. TooLate when it is open."""
    held = await _hold(session, task_id, by, texts, now, closed=True)
    held.task.closed_at = None
    await _write(held, TaskVerb.REOPENED)


async def _hold(
    session: Session, task_id: int, by: Member, texts: Texts, now: datetime, *, closed: bool = False
) -> Held:
    """Lock a task for who leads its cell; TooLate when it is closed, or open where `closed` is asked for."""
    task = await task_plans.get_task(session, task_id, lock=True)
    await authorise(session, by, Right.LEAD, task.cell_id, on=texts.day_of(now))
    if (task.closed_at is not None) is not closed:
        raise TooLate("task_is_open" if closed else "task_is_closed")
    return Held(session, task, by, texts, now)


async def _set(held: Held, verb: TaskVerb, before: str, after: str, **values: Any) -> bool:
    """Write a change down and tell it; False, and nothing is done, where it changes nothing."""
    if before == after:
        return False
    for name, value in values.items():
        setattr(held.task, name, value)
    await _write(held, verb, before, after)
    return True


async def _write(held: Held, verb: TaskVerb, before: str = "", after: str = "") -> None:
    held.session.add(held.task)
    note(held.session, held.task, verb, by=held.by, now=held.now, before=before, after=after)
    await held.session.flush()
    if verb not in (TaskVerb.KIND, TaskVerb.RHYTHM):
        await _tell(held, set(await held.holders()), verb, before=before, after=after)


async def _end(held: Held, member_id: int) -> Assignment:
    ended = (await held.holders()).get(member_id)
    if ended is None:
        raise TooLate("task_not_held")
    await tasks.lock_assignment(held.session, ended.id or 0)
    ended.until = max(held.today, ended.since)
    held.session.add(ended)
    return ended


async def _recount(session: Session, assignment: Assignment, target: int | None) -> None:
    """What was counted against another measure: its per cent anew, or no count where it is of other things."""
    await tasks.lock_assignment(session, assignment.id or 0)
    await session.refresh(assignment)
    progress = await tasks.find_open(session, assignment.id or 0)
    for said in (assignment, progress if progress and progress.evaluated is None else None):
        if said is not None and said.done is not None:
            said.percent = percent_of(said.done, target) if target else said.percent
            said.done = said.done if target else None
            session.add(said)


async def _tell(
    held: Held, member_ids: set[int], verb: TaskVerb, *, before: str = "", after: str = ""
) -> None:
    """One message to those it concerns, but not to who has just said it."""
    days = {"before": day_words(before), "after": day_words(after)} if verb is TaskVerb.DEADLINE else {}
    values = {**await _values(held), "verb": verb, "before": before, "after": after, **days}
    await _post(held, member_ids - {held.by.id or 0}, Say("task_changed", values))


async def _values(held: Held) -> dict[str, Any]:
    cell = await organisations.get(held.session, held.task.cell_id)
    return {"task": held.task, "cell": cell, "by": held.by}


async def _post(held: Held, member_ids: set[int], say: Say) -> None:
    await tell(held.session, member_ids, say, texts=held.texts, lane=Lane.REMINDER, when=When(held.now))


def day_words(text: str) -> str:
    """A day of a task's history as people write it; empty for none."""
    return date.fromisoformat(text).strftime("%d/%m/%Y") if text else ""
