"""What the templates about evaluating, following and counting tasks are shown with; see `text_values`."""

from datetime import date, time

from bot.actions.evaluating import Sheet
from bot.actions.task_committee import Overview
from bot.actions.task_digest import News
from bot.actions.task_years import CellYear, MemberYear
from bot.rules.digests import DigestReaders
from bot.rules.words import Evaluated
from db.evaluations import Due
from db.models import Assignment, Digest, Progress
from db.task_counts import TaskCounts
from db.task_months import MonthCounts
from db.task_years import YearRow
from tests.bot.text_values import CELL, DUNG, HOA, NOW, TODAY, TYPED, Values
from tests.bot.text_values_meetings import MEETING
from tests.bot.text_values_tasks import BARE_TASK, HALF_DONE, LATE_TASK, STUCK, STUCK_HALF, TASK

GIVEN = Assignment(id=1, task_id=1, member_id=3, since=TODAY, percent=40)
SAID = Progress(
    assignment_id=1,
    percent=60,
    done=3,
    stuck=True,
    words=f"mưa nhiều {TYPED}",
    reported_at=NOW,
    reported_by=3,
)
NOTED = Progress(assignment_id=1, percent=100, evaluated=Evaluated.WELL_DONE, note=f"sớm hạn {TYPED}")
REPORTED = Due(TASK, GIVEN, HOA, SAID, files=2)
SILENT = Due(BARE_TASK, GIVEN, HOA)
EVALUATED = Due(TASK, GIVEN, DUNG, NOTED)
OPEN = Sheet(MEETING, CELL, [REPORTED, SILENT, EVALUATED])
CLOSED = Sheet(MEETING.model_copy(update={"closed_at": NOW}), CELL, [REPORTED, EVALUATED])
NOTHING_LEFT = Sheet(MEETING.model_copy(update={"closed_at": NOW}), CELL, [EVALUATED])
YEAR = MemberYear(HOA, [YearRow(TASK, GIVEN, HOA, {1: SAID, 2: NOTED}), YearRow(BARE_TASK, GIVEN, HOA)])
NO_YEAR = MemberYear(HOA, [])
LATE = [HALF_DONE.__class__(LATE_TASK, GIVEN, HOA)] * 12
NEWS = News(CELL, LATE, [STUCK, STUCK_HALF] * 6, [HOA, DUNG], MEETING)
WEEKLY = Digest(cell_id=2, weekday=0, at=time(7, 30), next_at=NOW)
NUMBERS = TaskCounts(20, 18, 15, 2, 1, 18, 9, 3, 1)

EVALUATING: dict[str, list[Values]] = {
    "evaluate": [{"sheet": sheet} for sheet in (OPEN, CLOSED, NOTHING_LEFT, Sheet(MEETING, CELL, []))],
    "evaluate_all": [{"sheet": OPEN}],
    "evaluate_member": [
        {"sheet": OPEN, "member": HOA, "dues": dues}
        for dues in ([REPORTED, SILENT], [SILENT], [EVALUATED], [REPORTED, EVALUATED])
    ],
    "task_cells": [
        {"overview": Overview(CELL, counts, []), "month": TODAY} for counts in (NUMBERS, TaskCounts(3))
    ],
    "task_digest": [
        {"news": news}
        for news in (
            NEWS,
            News(CELL, LATE[:1], [], []),
            News(CELL, [], [STUCK], []),
            News(CELL, [], [], [HOA], MEETING),
        )
    ],
    "task_digest_numbers": [{"news": news} for news in (NEWS, News(CELL, LATE[:1], [], []))],
    "task_digest_when": [
        {"cell": CELL, "digest": each}
        for each in (
            WEEKLY,
            WEEKLY.model_copy(update={"next_at": None}),
            WEEKLY.model_copy(update={"readers": DigestReaders.FOLLOWERS}),
        )
    ],
    "task_push": [{"cell": CELL, "counts": NUMBERS, "month": TODAY}],
    "task_pushed": [{"cells": 3, "reached": 2}, {"cells": 0, "reached": 0}],
    "task_trend": [
        {"organisation": CELL, "months": months}
        for months in ([], [MonthCounts(date(2026, 2, 1), 20, 15, 12, 1, 3, 2)])
    ],
    "task_year": [{"mine": mine, "year": 2026} for mine in (YEAR, NO_YEAR)],
    "task_year_cell": [
        {"found": CellYear(CELL, 2026, members)}
        for members in ([YEAR], [], [MemberYear(HOA, [YearRow(TASK, GIVEN, HOA)])])
    ],
    "task_year_file": [{"found": CellYear(CELL, 2026, [YEAR])}],
}
