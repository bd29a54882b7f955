"""How the people of a demo behave: read from a JSON script, or a mixture of everything there is."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.rules.roster import Person
from bot.rules.words import RollState

KEYS = ("member", "behaviour", "words", "roll", "task", "reads")
"""What an entry of a script may say; the first two it must."""


class Unusable(ValueError):
    """Something given to the demo cannot be used; the text is a sentence that says what and why."""


class ScriptUnreadable(Unusable):
    """The script cannot be used; the text says where and why."""


class Behaviour(StrEnum):
    """What a person does about the cell's regular meeting."""

    COMING = "coming"
    """Answers the invitation: will come."""
    LATE = "late"
    """Answers: will be late."""
    LEAVE = "leave"
    """Asks leave and gives a reason."""
    COMING_THEN_LEAVE = "coming_then_leave"
    """Answers: will come; the day before asks leave after all."""
    AFTER_CHASE = "after_chase"
    """Answers only when chased."""
    SILENT = "silent"
    """Registers, and never answers."""
    BLOCKED = "blocked"
    """Blocks the bot as soon as they are registered."""
    NO_PHONE = "no_phone"
    """Never registers; the secretary answers for them."""
    NONSENSE = "nonsense"
    """Types what the bot must ask back about, and leaves it at that."""


ROLLS = {
    "present": RollState.PRESENT,
    "late": RollState.LATE,
    "excused": RollState.EXCUSED,
    "absent": RollState.UNEXCUSED,
}
"""The words of a script for how the roll ends."""
USUAL_ROLL = {
    Behaviour.LATE: RollState.LATE,
    Behaviour.LEAVE: RollState.EXCUSED,
    Behaviour.COMING_THEN_LEAVE: RollState.EXCUSED,
    Behaviour.SILENT: RollState.UNEXCUSED,
    Behaviour.NONSENSE: RollState.UNEXCUSED,
}
"""How the roll ends where the script does not say; present for every other behaviour."""
UNREACHABLE = (Behaviour.NO_PHONE, Behaviour.BLOCKED)


@dataclass(frozen=True)
class Part:
    """What one person does during the month.

    - `words`: typed instead of tapped
    - `roll`: how the roll of the regular meeting ends for them
    - `task`: what they report when asked: a per cent, a sentence, or nothing
    - `reads`: whether they confirm the notice, if it reaches them
    - `refuses`: opens the link all the same and does not agree (with `no_phone`)
    """

    behaviour: Behaviour
    words: str | None = None
    roll: RollState = RollState.PRESENT
    task: int | str | None = None
    reads: bool = True
    refuses: bool = False

    @property
    def reachable(self) -> bool:
        """Whether messages reach the person once everybody has registered."""
        return self.behaviour not in UNREACHABLE


def part(behaviour: Behaviour, **said: Any) -> Part:
    """A part with what goes without saying for its behaviour."""
    usual: dict[str, Any] = {
        "roll": USUAL_ROLL.get(behaviour, RollState.PRESENT),
        "reads": behaviour is not Behaviour.SILENT and behaviour not in UNREACHABLE,
    }
    return Part(behaviour, **(usual | said))


UNNAMED = part(Behaviour.SILENT)
"""Who is on the list but not in the script."""


@dataclass(frozen=True)
class Script:
    """The parts by member code; `ignored` are the codes of entries for rows that the import refused."""

    parts: Mapping[str, Part]
    ignored: tuple[str, ...] = ()


def read_script(path: Path, people: Iterable[Person], refused: Collection[str]) -> Script:
    """A script as it was written for these people; `refused` are the codes of rows that were not taken.

    ScriptUnreadable for anything that is not such a script: its words name the entry, counted from 1.
    """
    known = {person.code for person in people}
    parts: dict[str, Part] = {}
    for number, entry in enumerate(_entries(path), start=1):
        code, played = _entry(f"Entry {number} of the script", entry)
        if code in parts:
            raise ScriptUnreadable(f'Entry {number} of the script: "{code}" is named twice.')
        if code not in known and code not in refused:
            raise ScriptUnreadable(f'Entry {number} of the script: nobody on the list has the code "{code}".')
        parts[code] = played
    return Script(
        {code: played for code, played in parts.items() if code in known},
        tuple(code for code in parts if code not in known),
    )


def _entries(path: Path) -> list[object]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ScriptUnreadable(f"The script {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise ScriptUnreadable(f"The script {path} is not JSON: {error}.") from None
    if not isinstance(entries, list):
        raise ScriptUnreadable("The script must be a list: [{…}, {…}].")
    return entries


def _entry(where: str, entry: object) -> tuple[str, Part]:
    if not isinstance(entry, dict):
        raise ScriptUnreadable(f'{where} must be an object: {{"member": …, "behaviour": …}}.')
    if unknown := [key for key in entry if key not in KEYS]:
        raise ScriptUnreadable(f'{where} says "{unknown[0]}"; it may say {", ".join(KEYS)}.')
    code, behaviour = entry.get("member"), entry.get("behaviour")
    if not isinstance(code, str) or not code.strip():
        raise ScriptUnreadable(f'{where}: "member" must be a member code, as text.')
    if not isinstance(behaviour, str) or behaviour not in set(Behaviour):
        raise ScriptUnreadable(f'{where}: "behaviour" is one of {", ".join(Behaviour)}.')
    return code.strip(), part(Behaviour(behaviour), **_said(where, entry))


def _said(where: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says beside member and behaviour; null is the same as nothing."""
    said: dict[str, Any] = {}
    if (words := entry.get("words")) is not None:
        if not isinstance(words, str) or not words.strip():
            raise ScriptUnreadable(f'{where}: "words" must be text.')
        said["words"] = words
    if (roll := entry.get("roll")) is not None:
        if not isinstance(roll, str) or roll not in ROLLS:
            raise ScriptUnreadable(f'{where}: "roll" is one of {", ".join(ROLLS)}.')
        said["roll"] = ROLLS[roll]
    if (task := entry.get("task")) is not None:
        said["task"] = _task(where, task)
    if (reads := entry.get("reads")) is not None:
        if not isinstance(reads, bool):
            raise ScriptUnreadable(f'{where}: "reads" is true or false.')
        said["reads"] = reads
    return said


def _task(where: str, task: object) -> int | str:
    if isinstance(task, str) and task.strip().isdecimal():
        task = int(task)
    if isinstance(task, float) and task.is_integer():
        task = int(task)
    if isinstance(task, int) and not isinstance(task, bool) and 0 <= task <= 100:
        return task
    if isinstance(task, str) and task.strip():
        return task
    raise ScriptUnreadable(f'{where}: "task" is a number from 0 to 100, or a sentence.')


MIXTURE = (
    part(Behaviour.COMING, task=100),
    part(Behaviour.LEAVE, words="em bận, xin vắng", task="xong 70%"),
    part(Behaviour.AFTER_CHASE, task=50),
    part(Behaviour.LATE, task=25),
    part(Behaviour.NO_PHONE, task=75),
    part(Behaviour.COMING, words="dạ em có mặt ạ", task="đã vận động được 3 hộ"),
    part(Behaviour.SILENT),
    part(Behaviour.COMING_THEN_LEAVE, task=60),
    part(Behaviour.NONSENSE, task=0, reads=False),
    part(Behaviour.BLOCKED),
    part(Behaviour.COMING, words="1"),
    part(Behaviour.LEAVE, task="khó khăn vì mưa nhiều"),
    part(Behaviour.LATE, words="em tới trễ 15p"),
    part(Behaviour.AFTER_CHASE, words="co mat", reads=False),
    part(Behaviour.COMING, task="xong rồi ạ"),
    part(Behaviour.SILENT, roll=RollState.PRESENT, reads=True),
    part(Behaviour.COMING, roll=RollState.UNEXCUSED, task=100),
)
REFUSING = part(Behaviour.NO_PHONE, refuses=True)


REACHABLE = tuple(each for each in MIXTURE if each.reachable)
"""What people do in turn from month to month; who has no telephone, or blocks the bot, stays so."""


def mixture(people: Iterable[Person], month: int = 0) -> Script:
    """Some of everything: those who lead a cell come, the first plain member with a telephone refuses.

    In later months (from 1 on) whoever messages reach does something else each time.
    """
    parts: dict[str, Part] = {}
    turn = 0
    for person in people:
        if person.role is not None:
            parts[person.code] = part(Behaviour.COMING, task=100)
        elif person.phone is None:
            parts[person.code] = part(Behaviour.NO_PHONE, task=50)
        else:
            parts[person.code] = _in_turn(turn - 1, month) if turn else REFUSING
            turn += 1
    return Script(parts)


def _in_turn(turn: int, month: int) -> Part:
    first = MIXTURE[turn % len(MIXTURE)]
    return REACHABLE[(REACHABLE.index(first) + month) % len(REACHABLE)] if first.reachable else first
