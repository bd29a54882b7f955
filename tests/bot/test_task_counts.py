"""The counts agree, whatever was done before: boards, evaluations, and what the committee above sees of them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlmodel import select

from bot.actions import (
    belonging,
    evaluating,
    roll,
    roll_closing,
    task_board,
    task_committee,
    task_giving,
    tasks,
)
from bot.errors import TooLate
from bot.rules.words import Evaluated, MeetingKind, Rhythm, RoleName, Status
from db import evaluations, people, task_counts
from db import tasks as reading
from db.models import Meeting, MeetingState, Member, StatusPeriod
from db.session import Session
from db.task_counts import TaskCounts
from tests.people import Cast

STEPS = 24
SEEDS = (1, 2, 3)


@dataclass
class Play:
    """Two cells in which anything happens, month after month; the dice say what."""

    cast: Cast
    session: Session
    dice: Random
    now: datetime = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
    meetings: dict[int, Meeting] = field(default_factory=dict)
    cells: dict[int, Member] = field(default_factory=dict)
    """The cells with who leads each."""

    @property
    def today(self) -> date:
        return self.cast.town.app.house.texts.day_of(self.now)

    async def begin(self) -> None:
        town = self.cast.town
        for n in range(4):
            await town._settle_in(self.session, f"Vàng A {n}", (town.cell_a, town.cell_b)[n % 2])
        lan = await people.get_member(self.session, self.cast.lan.member_id)
        dung = await people.get_member(self.session, self.cast.dung.member_id)
        await belonging.give_role(
            self.session, dung.id or 0, RoleName.SECRETARY, town.cell_b, since=date(2025, 1, 1)
        )
        self.cells = {town.cell_a: lan, town.cell_b: dung}
        await self.meet()

    async def meet(self) -> None:
        """The regular meetings of the month, each on its 3rd; one of the two cells may not have begun."""
        for cell_id in self.cells:
            day = self.dice.choice((3, 3, 28))
            meeting = Meeting(
                cell_id=cell_id,
                kind=MeetingKind.REGULAR,
                month=self.today.replace(day=1),
                starts_at=self.now.replace(day=day, hour=12),
            )
            self.session.add(meeting)
            self.meetings[cell_id] = meeting
        await self.session.flush()

    async def step(self) -> None:
        """Something happens in one of the cells."""
        cell_id = self.dice.choice(list(self.cells))
        deed = self.dice.choice(
            [*(self.give, self.report, self.report, self.evaluate) * 2, self.exempt, self.close]
        )
        await deed(cell_id)
        if self.dice.random() < 0.15:
            self.now = (self.now + timedelta(days=32)).replace(day=5)
            await self.meet()

    async def give(self, cell_id: int) -> None:
        workers = await reading.list_workers(self.session, cell_id, on=self.today)
        if not workers:
            return
        chosen = self.dice.sample(workers, self.dice.randint(1, len(workers)))
        task = await task_giving.give(
            self.session,
            cell_id=cell_id,
            title="Việc",
            member_ids=[m.id for m in chosen if m.id],
            today=self.today,
            **self._saying(cell_id),
        )
        task.rhythm = self.dice.choice(list(Rhythm))
        task.deadline = self.dice.choice(
            (None, self.today - timedelta(days=9), self.today + timedelta(days=40))
        )
        self.session.add(task)
        await self.session.flush()

    async def report(self, cell_id: int) -> None:
        given = await reading.list_of_cell(self.session, cell_id, on=self.today)
        if not given:
            return
        one = self.dice.choice(given)
        percent = self.dice.choice((0, 50, 100, 100))
        said = {"percent": percent, "stuck": self.dice.random() < 0.3, "now": self.now, "today": self.today}
        try:
            await tasks.report(self.session, assignment_id=one.id, by=one.member, **said)  # type: ignore[arg-type]
        except TooLate as refusal:
            assert refusal.key == "task_evaluated"

    async def exempt(self, cell_id: int) -> None:
        workers = await reading.list_workers(self.session, cell_id, on=self.today)
        if len(workers) > 2:
            member = self.dice.choice([w for w in workers if w is not self.cells[cell_id]])
            query = select(StatusPeriod).where(StatusPeriod.member_id == member.id)
            period = (await self.session.exec(query)).one()
            period.status = self.dice.choice((Status.EXEMPT, Status.OFFICIAL))
            await self.session.flush()

    async def evaluate(self, cell_id: int) -> None:
        meeting = self.meetings[cell_id]
        if meeting.starts_at > self.now:
            return
        number, saying = meeting.id or 0, self._saying(cell_id)
        evaluated = self.dice.choice(list(Evaluated))
        if self.dice.random() < 0.4:
            await evaluating.evaluate_finished(self.session, meeting_id=number, evaluated=evaluated, **saying)
            return
        sheet = await evaluating.look(self.session, meeting_id=number, **saying)
        for due in sheet.left[:2]:
            of = {"meeting_id": number, "assignment_id": due.assignment.id, "evaluated": evaluated}
            await evaluating.evaluate(self.session, **of, **saying)  # type: ignore[arg-type]

    async def close(self, cell_id: int) -> None:
        meeting = self.meetings[cell_id]
        if meeting.starts_at > self.now or meeting.state is MeetingState.CLOSED:
            return
        saying = self._saying(cell_id)
        before = await evaluations.list_due(self.session, meeting, on=self._day(meeting))
        await roll.mark_all_present(self.session, meeting_id=meeting.id or 0, **saying)
        await roll_closing.close(self.session, meeting_id=meeting.id or 0, **saying)
        after = await evaluations.list_due(self.session, meeting, on=self._day(meeting))
        assert [d.assignment.id for d in after] == [d.assignment.id for d in before]
        assert [d.percent for d in after] == [d.percent for d in before]

    async def check(self) -> None:
        """Every count, each way it can be made."""
        total = TaskCounts()
        found = await task_counts.count_cells(
            self.session,
            self.cast.town.committee,
            on=self.today,
            before=evaluating.end_of_day(self.now, self.cast.town.app.house.texts),
        )
        for cell_id in self.cells:
            counts = await self._counts(cell_id)
            assert found[cell_id][1] == counts
            total += counts
        assert sum((counts for _, counts in found.values()), TaskCounts()) == total
        by = await people.get_member(self.session, self.cast.quan.member_id)
        seen = await task_committee.overview(
            self.session, organisation_id=self.cast.town.committee, **self._told(by)
        )
        assert seen.counts == total == sum((part.counts for part in seen.parts), TaskCounts())

    async def _counts(self, cell_id: int) -> TaskCounts:
        """A cell's numbers as its own board and its evaluations have them."""
        board = await task_board.board(self.session, cell_id=cell_id, today=self.today)
        workers = await reading.list_workers(self.session, cell_id, on=self.today)
        assert len(board.with_task) + len(board.without_task) == len(workers)
        assert len(board.reported) + len(board.silent) == len(board.with_task)
        due, evaluated = await self._evaluations(cell_id)
        return TaskCounts(
            workers=len(workers),
            with_task=len(board.with_task),
            reported=len(board.reported),
            stuck=len(board.stuck),
            overdue=len(board.overdue),
            due=due,
            evaluated=evaluated,
            cells=int(due > 0),
            unevaluated=int(due > 0 and evaluated == 0),
        )

    async def _evaluations(self, cell_id: int) -> tuple[int, int]:
        texts = self.cast.town.app.house.texts
        sheet = await evaluating.find(self.session, cell_id, now=self.now, texts=texts)
        if sheet is None or sheet.meeting.month != self.today.replace(day=1):
            return 0, 0
        evaluated = [due for due in sheet.dues if due.evaluated is not None]
        assert len(evaluated) + len(sheet.left) == len(sheet.dues)
        return len(sheet.dues), len(evaluated)

    def _day(self, meeting: Meeting) -> date:
        return self.cast.town.app.house.texts.day_of(meeting.starts_at)

    def _saying(self, cell_id: int) -> dict[str, Any]:
        return self._told(self.cells[cell_id])

    def _told(self, by: Member) -> dict[str, Any]:
        return {"by": by, "now": self.now, "texts": self.cast.town.app.house.texts}


@pytest.mark.parametrize("seed", SEEDS)
async def test_boards_evaluations_and_the_committees_sums_agree_whatever_happens(
    cast: Cast, seed: int
) -> None:
    async with cast.town.app.database.write() as session:
        play = Play(cast, session, Random(seed))
        await play.begin()
        for _ in range(STEPS):
            await play.step()
            await play.check()
