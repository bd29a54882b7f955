"""The buttons under a message about tasks, the same wherever tasks are shown."""

from collections.abc import Sequence

from bot.actions.telling import Buttons
from bot.buttons import Button, tap
from bot.texts import Texts
from db.tasks import Given

STEPS = (0, 25, 50, 75, 100)
STUCK = "stuck"
ALL = "all"
"""In a tap: it came from the list of all tasks of a member, not from a message about one."""
BESIDE = "beside"
"""In a tap: what it opens does not take the place of the message it was under."""
MARKS = "①②③④"
"""Which row is for which task. A list of more tasks has one button for each, which opens its own."""
MOST = 90
"""Tasks with a button of their own; Telegram takes a hundred buttons."""


def progress_buttons(mine: Sequence[Given]) -> Buttons:
    """The steps and "stuck" for one task, or for each of several; many have one button each instead."""
    if len(mine) == 1:
        return lambda texts, language: _steps(mine[0], "", texts, language)
    if len(mine) > len(MARKS):
        return lambda texts, language: [
            [tap(_short(f"{n}. {given.task.title}"), "task", given.id)]
            for n, given in enumerate(mine[:MOST], 1)
        ]
    return lambda texts, language: [
        row
        for mark, given in zip(MARKS, mine, strict=False)
        for row in _steps(given, mark, texts, language, ALL)
    ]


def task_buttons(mine: Sequence[Given], verb: str) -> Buttons:
    """One button for each task, to say which is meant."""
    return lambda texts, language: [[tap(_short(g.task.title), verb, g.id)] for g in mine]


def about(mine: Sequence[Given]) -> tuple[str, int]:
    """What a message about these tasks asks about: the one, or 0, whichever of the member's is meant."""
    return "task", (mine[0].id if len(mine) == 1 else 0)


def _steps(given: Given, mark: str, texts: Texts, language: str, *more: str) -> list[list[Button]]:
    steps = [tap(f"{mark} {step}%".strip(), "progress", given.id, step, *more) for step in STEPS]
    stuck = f"{mark} {texts.label('tasks.stuck', language)}".strip()
    return [steps, [tap(stuck, "progress", given.id, STUCK, *more)]]


def _short(title: str) -> str:
    return title if len(title) <= 40 else title[:39].rstrip() + "…"
