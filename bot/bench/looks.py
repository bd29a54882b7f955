"""The screens that `chibo bench boards` asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions import caring, evaluating, scorecards, skipping, summaries, task_board, task_committee
from bot.rules.skipping import Asked, Marks
from bot.rules.spans import Span
from bot.texts import Texts
from db import attendance_counts
from db.models import Member
from db.session import Session

Look = Callable[[Session, int], Awaitable[object]]
"""Asks for one screen, about an organisation."""


@dataclass(frozen=True)
class Looks:
    """The screens, as an officer of the province asks for them; each takes the number of an organisation."""

    officer: Member
    now: datetime
    texts: Texts

    @property
    def by_cell(self) -> dict[str, Look]:
        """Those of a cell."""
        return {
            "task board": self.board,
            "who skipped": self.skipped,
            "month": self.month,
            "year": self.year,
            "year grid": self.grid,
        }

    @property
    def by_subtree(self) -> dict[str, Look]:
        """Those of a commune or the province."""
        return {
            "tasks": self.tasks,
            "six months of tasks": self.task_months,
            "month": self.month,
            "year": self.year,
            "three in a row": self.streaks,
            "three in a row without reason": self.unexcused,
            "scorecard": self.scorecard,
            "scorecard of six months": self.trend,
        }

    async def board(self, session: Session, cell_id: int) -> None:
        """Where a cell's tasks stand, and what its meeting evaluates."""
        await task_board.board(session, cell_id=cell_id, today=self.texts.day_of(self.now))
        await evaluating.find(session, cell_id, now=self.now, texts=self.texts)

    async def skipped(self, session: Session, cell_id: int) -> object:
        """Who of a cell has been missing this year."""
        return await caring.list_skipping(session, cell_id, on=self.texts.day_of(self.now))

    async def grid(self, session: Session, cell_id: int) -> object:
        """A cell's members by months."""
        return await attendance_counts.list_year(session, cell_id, self.past.since.year)

    @property
    def past(self) -> Span:
        """The last month all of whose rolls are closed."""
        return Span.of("month", self.texts.day_of(self.now)).before()

    async def month(self, session: Session, number: int) -> object:
        """The last month's summary."""
        return await self._summary(session, number, self.past)

    async def year(self, session: Session, number: int) -> object:
        """Its year's."""
        return await self._summary(session, number, Span.of("year", self.past.since))

    async def _summary(self, session: Session, number: int, span: Span) -> object:
        whose = {"by": self.officer, "today": self.texts.day_of(self.now)}
        return await summaries.look(session, organisation_id=number, span=span, **whose)  # type: ignore[arg-type]

    async def streaks(self, session: Session, number: int) -> object:
        """Who was absent three times in a row, up to the year's last meeting."""
        return await self._absent(session, number, Marks.ANY)

    async def unexcused(self, session: Session, number: int) -> object:
        """The same without a reason."""
        return await self._absent(session, number, Marks.UNEXCUSED)

    async def _absent(self, session: Session, number: int, marks: Marks) -> object:
        asked = Asked(row=3, span=Span.of("year", self.past.since), marks=marks)
        on = self.texts.day_of(self.now)
        return await skipping.look(session, organisation_id=number, asked=asked, by=self.officer, on=on)

    async def tasks(self, session: Session, number: int) -> object:
        """Where tasks stand, by parts."""
        whose = {"by": self.officer, "now": self.now, "texts": self.texts}
        return await task_committee.overview(session, organisation_id=number, **whose)  # type: ignore[arg-type]

    async def task_months(self, session: Session, number: int) -> object:
        """What the last months evaluated."""
        today = self.texts.day_of(self.now)
        return await task_committee.trend(session, organisation_id=number, by=self.officer, today=today)

    async def scorecard(self, session: Session, number: int) -> object:
        """The last month's scorecard, by parts."""
        whose = {"back": 1, "by": self.officer, "now": self.now, "texts": self.texts}
        return await scorecards.overview(session, organisation_id=number, **whose)  # type: ignore[arg-type]

    async def trend(self, session: Session, number: int) -> object:
        """The scorecard's months, for its picture."""
        whose = {"by": self.officer, "now": self.now, "texts": self.texts}
        return await scorecards.trend_of(session, organisation_id=number, **whose)  # type: ignore[arg-type]
