"""What a month has to come to, worked out from the list and the script alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from bot.demo.actors import FIRST_ANSWER
from bot.demo.cast import Cast, Cell, is_exempt
from bot.demo.script import Behaviour, Script
from bot.demo.summary import Counts
from bot.rules.roster import Person, Roster
from bot.rules.words import Answer, RollState

MARKED = (RollState.PRESENT, RollState.LATE, RollState.EXCUSED, RollState.UNEXCUSED)


def expected(roster: Roster, script: Script, cast: Cast, codes: Mapping[str, str], notice: str) -> Counts:
    """The numbers that have to come out; `codes` are the codes of the cells by their names."""
    able = [p for p in cast.people if cast.registers(p) and cast.part(p).reachable]
    at_work = [p for p in cast.people if not is_exempt(p)]
    return {
        "cells": {codes[cell.name]: _roll(cell.members, cast) for cell in cast.cells},
        "residential": {
            codes[cell.name]: _roll(cell.residents, None) for cell in cast.cells if cell.residents
        },
        "answers": _answers(at_work, cast),
        "tasks": {"assigned": len(at_work), "reported": sum(_reports(p, cast) for p in at_work)},
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
