"""What the templates about tasks are shown with; see `text_values`."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.actions.task_board import Board
from bot.actions.task_planning import Plan, Recorded
from bot.rules.task_plan import Problem, Row, Unclear
from bot.rules.tasks import TaskLine
from bot.rules.words import Evaluated, Rhythm, TaskVerb
from db.models import Assignment, Member, Progress, Task
from db.tasks import Given
from tests.bot.text_values import CELL, CROWD, DUNG, HOA, LAN, MAI, NOW, TODAY, TYPED, Values

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
SINCE_THEN = replace(HALF_DONE, progress=Progress(assignment_id=1, percent=60, reported_at=NOW))
MANY = [NOT_REPORTED, HALF_DONE, FOR_HER, STUCK, STUCK_HALF]
ONE_OR_MANY = [{"mine": [given], "today": TODAY} for given in MANY] + [{"mine": MANY, "today": TODAY}]
LINE = TaskLine(f"Vận động 5 hộ {TYPED}", 5, "hộ", date(2026, 12, 30), "Kinh tế", Rhythm.AT_DEADLINE)
BARE_LINE = TaskLine(f"Đọc nghị quyết {TYPED}", rhythm=Rhythm.MONTHLY)
BOARD = Board((HOA, DUNG), (MAI,), (HOA,), (DUNG,), (HOA,), (DUNG,))
NO_TASKS = Board((), (HOA,), (), (), (), ())
ALL_REPORTED = Board((HOA,), (), (HOA,), (), (), ())

LATER = Assignment(id=2, task_id=1, member_id=3, since=date(2027, 1, 1))
FREE_TASK = BARE_TASK.model_copy(update={"unit": f"cả thôn {TYPED}", "kind": "Kinh tế", "closed_at": NOW})
NEXT_YEARS = [Given(task, LATER, HOA) for task in (TASK, FREE_TASK)]
ROWS = [
    Row(
        1,
        "Vận động – Hạnh",
        problems=(Problem(Unclear.UNKNOWN_NAME, {"name": TYPED}), Problem(Unclear.NO_WORDS)),
    ),
    Row(
        *(2, "Vận động 5 hộ", f"Vận động {TYPED}", "Kinh tế", 5, "hộ", date(2026, 12, 30), Rhythm.QUARTERLY),
        members=(3, 4),
        left_out=(MAI.name,),
    ),
    Row(3, "Đọc nghị quyết", "Đọc nghị quyết", unit=f"cả thôn {TYPED}"),
]
CROWDED = [*(Row(n, f"– {TYPED}", problems=ROWS[0].problems) for n in range(3, 30)), ROWS[1]]
PLAN = Plan(CELL, 2026, TODAY, ROWS, {3: HOA.name, 4: DUNG.name})
LONG_PLAN = Plan(CELL, 2026, TODAY, CROWDED, PLAN.names)
WHOLE_CELL = replace(ROWS[1], members=tuple(member.id or 0 for member in CROWD))
CROWDED_PLAN = Plan(CELL, 2026, TODAY, [WHOLE_CELL], {member.id or 0: member.name for member in CROWD})
NEXT_PLAN = Plan(CELL, 2027, date(2027, 1, 1), ROWS[1:], PLAN.names)
DONE = Recorded([TASK, BARE_TASK], [_given(), _given(BARE_TASK)], [HOA])
CHANGES = [
    {"verb": verb, "at": NOW, "by": LAN.name, "member": HOA.name, "before": before, "after": after}
    for verb in TaskVerb
    for before, after in ((TYPED, "5 hộ"), ("", "30/12/2026"), ("5 hộ", ""), ("monthly", "quarterly"))
    if (verb is TaskVerb.RHYTHM) is (before == "monthly")
    and ((before and after) or verb in (TaskVerb.KIND, TaskVerb.MEASURE, TaskVerb.DEADLINE))
]
SEEN = [(Progress(assignment_id=1, evaluated=Evaluated.DONE, note=f"sớm hạn {TYPED}"), date(2026, 2, 1))]

TASKS: dict[str, list[Values]] = {
    "evidence_elsewhere": [{"count": count} for count in (1, 3)],
    "evidence_item": [{"given": given, "added_at": NOW} for given in (HALF_DONE, FOR_HER)],
    "evidence_taken": [
        {"given": given, "unclear": unclear, "today": TODAY}
        for given, unclear in (
            (NOT_REPORTED, ""),
            (NOT_REPORTED, TYPED),
            (SINCE_THEN, ""),
            (HALF_DONE, TYPED),
        )
    ],
    "evidence_which": [{"meant": MANY}],
    "plan_asked": [{"cell": CELL, "year": 2026}],
    "plan_copy_asked": [{"cell": CELL, "year": 2025, "chosen": 2}],
    "plan_given": [
        *({"plan": plan, "done": DONE, "today": TODAY} for plan in (PLAN, LONG_PLAN)),
        {"plan": NEXT_PLAN, "done": Recorded([TASK], [_given()]), "today": TODAY},
    ],
    "plan_shown": [{"plan": plan, "rows": plan.rows} for plan in (PLAN, NEXT_PLAN, CROWDED_PLAN)],
    "plan_template": [{}],
    "task_all": [{"cell": CELL, "open": 3, "closed": 1}, {"cell": CELL, "open": 0, "closed": 0}],
    "task_changed": [
        {"task": TASK, "cell": CELL, "by": LAN, "verb": verb, "before": before, "after": after}
        for verb in TaskVerb
        for before, after in (("5 hộ", TYPED), ("", "30/12/2026"), ("5 hộ", ""))
        if verb not in (TaskVerb.GIVEN, TaskVerb.HANDED_OVER, TaskVerb.KIND, TaskVerb.RHYTHM)
    ],
    "task_handed": [
        {"task": TASK, "cell": CELL, "by": LAN, "given": _given(), "so_far": so_far} for so_far in MANY
    ],
    "task_kind_asked": [{"line": LINE}],
    "task_past": [{"task": TASK, "lines": CHANGES}, {"task": TASK, "lines": []}],
    "task_rhythm_asked": [{"line": LINE}],
    "task_screen": [
        {"task": TASK, "cell": CELL, "given": MANY, "unreached": [HOA]},
        {"task": FREE_TASK, "cell": CELL, "given": [], "unreached": []},
    ],
    "tasks_given": [
        {"mine": MANY, "member": HOA, "by": LAN, "cell": CELL, "today": TODAY},
        {
            "mine": [Given(t, LATER, HOA) for t in (TASK, FREE_TASK)],
            "member": HOA,
            "by": LAN,
            "cell": CELL,
            "today": TODAY,
        },
    ],
    "task_asked": [{**values, "member": HOA} for values in ONE_OR_MANY],
    "task_behalf": [
        {"mine": MANY, "just": None, "member": HOA, "today": TODAY},
        {"mine": [FOR_HER], "just": FOR_HER, "member": HOA, "today": TODAY},
    ],
    "task_board": [{"cell": CELL, "board": board, "sheet": None} for board in (BOARD, NO_TASKS)],
    "task_chased": [{**values, "member": HOA} for values in ONE_OR_MANY],
    "task_for_members": [{"line": LINE, "chosen": []}, {"line": BARE_LINE, "chosen": [HOA, DUNG]}],
    "task_for_whom": [{}],
    "task_given": [
        {"given": given, "by": LAN, "cell": CELL, "today": TODAY}
        for given in (_given(TASK), _given(BARE_TASK), Given(FREE_TASK, LATER, HOA))
    ],
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
    "task_unclear": ONE_OR_MANY,
    "task_which": [{"words": f"được 4 hộ {TYPED}", "meant": MANY}],
}
