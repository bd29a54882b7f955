"""How far a task is, in a member's own words: per cent, a count against the measure, or stuck."""

import re
from dataclasses import dataclass

from bot.rules.names import flat
from bot.rules.progress_phrases import (
    AFTER_TENS,
    ASKS,
    BARE,
    BARE_FRACTION,
    BECAUSE,
    COUNT,
    COUNT_LEFT,
    DENIES,
    FINISHED,
    HALF,
    HEDGES,
    LEADING_COUNT,
    LEFT,
    NO_COUNT,
    NO_PLAIN_NUMBER,
    NONE_OF_THEM,
    NOT_BEGUN,
    NOT_STUCK,
    NOTHING_YET,
    OF,
    OTHERS,
    PARTS,
    SEVERAL,
    SHARE,
    SPELT_SHARE,
    STUCK,
    TROUBLE,
)
from bot.rules.typed import blank, clauses, read, says

LONGEST = 500
"""Characters."""
PLAIN_NUMBERS = {flat(name): number for name, number in AFTER_TENS.items()}


@dataclass(frozen=True)
class Progress:
    """What one message says about one task."""

    percent: int | None
    """0 to 100, None where it is not sure."""
    done: int | None
    """How many of the measure are done, where a count was given: 3 of 5 households."""
    stuck: bool
    """Whether the member meets an obstacle."""
    words: str
    """The message as it was typed."""
    sure: bool
    """Whether this may be recorded without asking back: a percentage, or stuck."""


def read_progress(text: str, target: int | None = None) -> Progress:
    """Read one message as a report on a task; `target` is the measure's number (5 of `5 hộ`), if it has one.

    - questions, promises, aims, *nearly*, denials, other people and one of several tasks are asked back
    - *more than* is at least that much
    - per cent first, then a count against the measure, then a half, done, not begun
    - several different numbers are asked back
    - an obstacle is stuck, with or without a percentage
    - what is longer than LONGEST is asked back: nobody reports so much about one task
    """
    if len(text) > LONGEST:
        return Progress(None, None, stuck=False, words=text.strip(), sure=False)
    said = _in_digits(read(text).said)
    stuck = bool(STUCK.search(said)) and not NOT_STUCK.search(said)
    percent: int | None = None
    done: int | None = None
    if not (_is_doubtful(said) or NO_PLAIN_NUMBER.search(text)):
        done = _count(_without_reasons(said) if stuck else said, target)
        percent = _percent(said, done, target)
    stuck = stuck or (percent == 0 and bool(TROUBLE.search(said)))
    return Progress(percent, done, stuck, text.strip(), sure=percent is not None or stuck)


def _is_doubtful(said: str) -> bool:
    """Whether it is a question, a hope, a denial, or about somebody or something else."""
    asks = ASKS.search(blank(said, NOTHING_YET))
    return bool(asks or any(each.search(said) for each in (HEDGES, DENIES, SEVERAL, OTHERS)))


def _without_reasons(said: str) -> str:
    """The one part of a message with an obstacle that counts something: `được 1 hộ` of `được 1 hộ nhưng vướng`."""
    counting = [part for part in BECAUSE.split(said) if COUNT.search(part) or OF.search(part)]
    return counting[0] if len(counting) == 1 else said


def _in_digits(said: str) -> str:
    """Percentages in words as digits."""
    return SPELT_SHARE.sub(lambda found: f"{_spelt(found)} %", said)


def _spelt(found: re.Match[str]) -> int:
    tens, ten, after, one, hundred = found.groups()
    if one:
        return _number(one) * (100 if hundred else 1)
    return (10 if ten else 10 * _number(tens)) + (_number(after) if after else 0)


def _percent(said: str, done: int | None, target: int | None) -> int | None:
    shares = {int(n) for pattern in SHARE for n in pattern.findall(said)}
    if shares:
        return _share(said, shares)
    if done is not None:
        return min(100, done * 100 // target) if target else None
    if parts := PARTS.fullmatch(said):
        return _parts(_number(parts[1]), _number(parts[2] or parts[3]))
    if OF.search(said):
        return _fraction(said, target)
    return None if COUNT.search(said) and not NONE_OF_THEM.search(said) else _in_words(said, target)


def _share(said: str, shares: set[int]) -> int | None:
    """One percentage, or what is left of a hundred; None where several are named or it cannot be."""
    if len(shares) > 1:
        return None
    share = shares.pop()
    if share > 100:
        return 100 if share <= 200 and says("vượt").search(said) else None
    return 100 - share if LEFT.search(said) else share


def _fraction(said: str, target: int | None) -> int | None:
    """A fraction that counts nothing: half, three quarters; never one beside a measure, but for the half."""
    if HALF.fullmatch(said):
        return 50
    found = BARE_FRACTION.fullmatch(said)
    if not found or target:
        return None
    return _parts(int(found[1]), int(found[2]))


def _parts(part: int, whole: int) -> int | None:
    """Three of four parts, in per cent; None where nobody would say it so."""
    return part * 100 // whole if part <= whole and 1 < whole <= 10 else None


def _in_words(said: str, target: int | None) -> int | None:
    bare = BARE.fullmatch(said)
    if bare:
        return _bare(int(bare[1]), target)
    each = [said[a:b].strip() for a, b in clauses(said)]
    readings = {percent for clause in each if (percent := _clause(clause)) is not None}
    return readings.pop() if len(readings) == 1 else None


def _clause(clause: str) -> int | None:
    if NOT_BEGUN.fullmatch(clause):
        return 0
    if HALF.fullmatch(clause):
        return 50
    return 100 if FINISHED.fullmatch(clause) else None


def _bare(number: int, target: int | None) -> int | None:
    """A number alone is a percentage only where it cannot be a count, a choice or a slip."""
    if number > 100 or (target and 0 < number <= target):
        return None
    return number if number == 0 or number >= 10 else None


def _count(said: str, target: int | None) -> int | None:
    """How many of the measure are done; None where that is not said, or several numbers are."""
    if target and (left := COUNT_LEFT.fullmatch(said)):
        number = _number(left[1] or left[2])
        return target - number if number <= target else None
    of = [(_number(a), _number(b)) for a, b in OF.findall(said)]
    if of:
        part, whole = of[0]
        return part if len(of) == 1 and part <= whole and whole == target else None
    if any(pattern.search(said) for pattern in SHARE):
        return None
    if target and NONE_OF_THEM.search(said):
        return 0
    found = list(COUNT.finditer(said))
    if len(found) != 1 or NO_COUNT.search(said) or not LEADING_COUNT.match(said[: found[0].start()]):
        return None
    number = _number(found[0][1])
    return number if not target or number <= 2 * target else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else PLAIN_NUMBERS[flat(word)]
