"""What the months have to come to, worked out from the list and the script alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from bot.demo.actors import FIRST_ANSWER
from bot.demo.cast import Cast, Cell, Season, is_exempt
from bot.demo.script import Behaviour, Script
from bot.demo.summary import Counts
from bot.rules.progress_words import read_progress
from bot.rules.roster import Person, Roster
from bot.rules.words import Answer, RollState

MARKED = (RollState.PRESENT, RollState.LATE, RollState.EXCUSED, RollState.UNEXCUSED)


CHASED = (Behaviour.AFTER_CHASE, Behaviour.SILENT, Behaviour.NONSENSE)
"""Those who do not answer before they are asked again."""
TARGET = 5
"""The measure of the task everybody has."""


def expected(roster: Roster, script: Script, season: Season, codes: Mapping[str, str], notice: str) -> Counts:
    """The numbers that have to come out; `codes` are the codes of the cells by their names."""
    _, cast = season[0]
    able = _able(cast)
    at_work = [p for p in cast.people if not is_exempt(p)]
    several = len(season) > 1
    months = {
        f"{month.first:%Y-%m}": _of_meetings(each, codes) | (_heard(season[: n + 1]) if several else {})
        for n, (month, each) in enumerate(season)
    }
    return {
        **by_month(months),
        **({"skipping": _skipping(season, codes)} if several else {}),
        "tasks": {
            "assigned": len(at_work),
            "reported": sum(any(_reports(p, each) for _, each in season) for p in at_work),
        },
        "notice": {
            "recipients": len(cast.people),
            "delivered": len(able),
            "confirmed": sum(cast.part(p).reads for p in able),
            "text_units": length(notice) if able else 0,
        },
        "import": {
            "rows": roster.rows,
            "kept": len(roster.people),
            "refused": roster.rows - len(roster.people),
            "script_ignored": len(script.ignored),
        },
        "registration": {
            "registered": sum(cast.registers(p) for p in cast.people),
            "refused": sum(cast.part(p).refuses for p in cast.people),
            "approved": sum(cast.registers(p) and cast.joins_by_cell(p) for p in cast.people),
        },
    }


def by_month(months: Mapping[str, Counts]) -> Counts:
    """The numbers of one month as they are, of several under the month of each."""
    return {"months": dict(months)} if len(months) > 1 else dict(next(iter(months.values())))


def _of_meetings(cast: Cast, codes: Mapping[str, str]) -> Counts:
    """What the meetings of a month come to."""
    return {
        "cells": {codes[cell.name]: _roll(cell.members, cast) for cell in cast.cells},
        "residential": {
            codes[cell.name]: _roll(cell.residents, None) for cell in cast.cells if cell.residents
        },
        "answers": _answers([p for p in cast.people if not is_exempt(p)], cast),
    }


def _heard(season: Season) -> Counts:
    """How many are chased for an answer, and asked about their task, in the last of these months."""
    *before, (_, cast) = season
    asked = [p for p in _able(cast) if not is_exempt(p)]
    done = {p.code for p in asked if any(_finishes(each.part(p).task) for _, each in before)}
    return {
        "heard": {
            "chased": sum(cast.part(p).behaviour in CHASED for p in asked if judged(p, cast)),
            "asked_of_task": len(asked) - len(done),
        }
    }


def _skipping(season: Season, codes: Mapping[str, str]) -> Counts:
    """In how many members of each cell two or more months were missed without a reason, and in all."""
    cells: Counts = {}
    for cell in season[0][1].cells:
        missed = [
            sum(cast.part(p).roll is RollState.UNEXCUSED for _, cast in season)
            for p in cell.members
            if not is_exempt(p)
        ]
        cells[codes[cell.name]] = {"amber": missed.count(2), "red": sum(n >= 3 for n in missed)}
    return cells | {"together": {band: sum(c[band] for c in cells.values()) for band in ("amber", "red")}}


def _able(cast: Cast) -> list[Person]:
    """Those whom messages reach."""
    return [p for p in cast.people if cast.registers(p) and cast.part(p).reachable]


def _finishes(task: int | str | None) -> bool:
    """Whether a report says that the whole task is done; it is not asked about again."""
    return task == 100 or (isinstance(task, str) and read_progress(task, TARGET).percent == 100)


def length(text: str) -> int:
    """The length of what is written in a text, in UTF-16 units: white space moves when a text is cut."""
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text if not letter.isspace())


def judged(person: Person, cast: Cast) -> bool:
    """Whether it is known what the bot makes of the person's answer: not of nonsense somebody else wrote."""
    played = cast.part(person)
    return not (played.behaviour is Behaviour.NONSENSE and played.words)


def _roll(people: Collection[Person], cast: Cast | None) -> dict[str, int]:
    """A closed roll; without a cast everybody who has to be there is."""
    called = [p for p in people if not is_exempt(p)]
    states = Counter(cast.part(p).roll if cast else RollState.PRESENT for p in called)
    return {
        "must_attend": len(called),
        **{state.value: states[state] for state in MARKED},
        "silent": 0,
        "exempt": len(people) - len(called),
    }


def _answers(called: Iterable[Person], cast: Cast) -> dict[str, int]:
    """What those who must attend have said by the evening of the regular meeting."""
    said = Counter(_last_answer(p, cast.cell(p.cell), cast) for p in called if judged(p, cast))
    return {answer.value: said[answer] for answer in Answer} | {"none": said[None]}


def _last_answer(person: Person, cell: Cell, cast: Cast) -> Answer | None:
    behaviour = cast.part(person).behaviour
    if behaviour is Behaviour.NO_PHONE:  # somebody answers for them who has a telephone themselves
        return None if cell.borrows else Answer.COMING
    return Answer.LEAVE if behaviour is Behaviour.COMING_THEN_LEAVE else FIRST_ANSWER.get(behaviour)


def _reports(person: Person, cast: Cast) -> bool:
    """Whether a report of the task is recorded: by the member, or at the meeting for who has no telephone."""
    played = cast.part(person)
    return played.task is not None and played.behaviour is not Behaviour.BLOCKED
