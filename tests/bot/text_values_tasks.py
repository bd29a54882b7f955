"""What the templates about tasks are shown with; see `text_values`."""

from datetime import date
from typing import Any

from bot.actions.task_board import Board
from bot.rules.tasks import TaskLine
from bot.rules.words import Evaluated
from db.models import Assignment, Member, Progress, Task
from db.tasks import Given
from tests.bot.text_values import CELL, DUNG, HOA, LAN, MAI, NOW, TODAY, TYPED, Values

TASK = Task(
    year=2026,
    id=1,
    cell_id=2,
    title=f"Vận động 5 hộ {TYPED}",
    target=5,
    unit="hộ",
    deadline=date(2026, 12, 30),
    created_by=1,
    created_at=NOW,
)
BARE_TASK = Task(id=2, cell_id=2, title=f"Đọc nghị quyết {TYPED}", year=2026, created_by=1, created_at=NOW)
LATE_TASK = TASK.model_copy(update={"deadline": date(2026, 2, 1)})


def _given(task: Task = TASK, reporter: Member | None = None, **said: Any) -> Given:
    assignment = Assignment(id=1, task_id=1, member_id=3, since=TODAY)
    return Given(task, assignment.model_copy(update=said), HOA, reporter)


NOT_REPORTED = _given()
HALF_DONE = _given(percent=60, done=3, words=f"được 3 hộ {TYPED}", reported_at=NOW, reporter=HOA)
FOR_HER = _given(BARE_TASK, percent=100, reported_at=NOW, reporter=LAN)
STUCK = _given(LATE_TASK, stuck=True, reported_at=NOW, reporter=HOA)
STUCK_HALF = _given(percent=40, stuck=True, words=f"mưa nhiều {TYPED}", reported_at=NOW, reporter=HOA)
MANY = [NOT_REPORTED, HALF_DONE, FOR_HER, STUCK, STUCK_HALF]
ONE_OR_MANY = [{"mine": [given], "today": TODAY} for given in MANY] + [{"mine": MANY, "today": TODAY}]
LINE = TaskLine(f"Vận động 5 hộ {TYPED}", 5, "hộ", date(2026, 12, 30))
BARE_LINE = TaskLine(f"Đọc nghị quyết {TYPED}")
BOARD = Board((HOA, DUNG), (MAI,), (HOA,), (DUNG,), (HOA,), (DUNG,))
NO_TASKS = Board((), (HOA,), (), (), (), ())
ALL_REPORTED = Board((HOA,), (), (HOA,), (), (), ())

SEEN = [(Progress(assignment_id=1, evaluated=Evaluated.DONE, note=f"sớm hạn {TYPED}"), date(2026, 2, 1))]

TASKS: dict[str, list[Values]] = {
    "task_asked": [{**values, "member": HOA} for values in ONE_OR_MANY],
    "task_behalf": [
        {"mine": MANY, "just": None, "member": HOA, "today": TODAY},
        {"mine": [FOR_HER], "just": FOR_HER, "member": HOA, "today": TODAY},
    ],
    "task_board": [{"cell": CELL, "board": board, "sheet": None} for board in (BOARD, NO_TASKS)],
    "task_chased": [{**values, "member": HOA} for values in ONE_OR_MANY],
    "task_for_members": [{"line": LINE, "chosen": []}, {"line": BARE_LINE, "chosen": [HOA, DUNG]}],
    "task_for_whom": [{}],
    "task_given": [{"given": _given(t), "by": LAN, "cell": CELL, "today": TODAY} for t in (TASK, BARE_TASK)],
    "task_giving_done": [
        {"line": LINE, "to": [HOA], "unreached": []},
        {"line": BARE_LINE, "to": [HOA, DUNG], "unreached": [DUNG]},
    ],
    "task_hint": [*ONE_OR_MANY, {"mine": [], "today": TODAY}],
    "task_item": [{"given": given, "today": TODAY} for given in MANY],
    "task_line_asked": [{"cell": CELL}],
    "task_list": ONE_OR_MANY,
    "task_mine": [
        {"mine": [], "just": None, "today": TODAY, "evaluated": []},
        {"mine": MANY, "just": HALF_DONE, "today": TODAY, "evaluated": SEEN},
        {"mine": [STUCK], "just": STUCK, "today": TODAY, "evaluated": SEEN},
    ],
    "task_names": [
        {"cell": CELL, "board": BOARD, "stuck": [(HOA, [STUCK, STUCK_HALF])]},
        {"cell": CELL, "board": ALL_REPORTED, "stuck": []},
    ],
    "task_open": ONE_OR_MANY,
    "task_progress": [{"given": given} for given in MANY],
    "task_reminded": [
        {"told": told, "unreached": unreached}
        for told, unreached in ((0, []), (1, []), (2, [HOA]), (0, [HOA]))
    ],
    "task_reported": [{"given": given, "today": TODAY} for given in MANY[1:]],
    "task_unclear": [{}],
    "task_which": [{"words": f"được 4 hộ {TYPED}", "meant": MANY}],
}
